"""From a recording on a skeleton of its own to a clip, for all formats that have such skeletons."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.motion.clip import Clip, Source, describe, sha256
from synth.motion.draft.drafting import draft, renamed
from synth.motion.formats.format import ReadOptions
from synth.motion.mapping import Mapping, fitting_mapping, known_mappings
from synth.motion.recording import Recording, Skeleton
from synth.motion.retarget import retarget

# CMU's way of naming: subject, underscore, trial
TRIAL = re.compile(r"^(\d+)_(\d+)")
_CMU_FILE = re.compile(r"^\d{1,3}_\d{1,3}$")
_CMU_MAPPINGS = ("cmu-asf", "cmu-bvh")


@dataclass(frozen=True, eq=False)
class FittedMapping:
    """A mapping that fits a skeleton. named: whether the user named it, so that what it says of its source is stated.

    notes: what a user has to know of how it was found.
    """

    mapping: Mapping
    named: bool
    notes: tuple[str, ...] = ()


def fit(given: Mapping | tuple[Mapping, ...] | None, skeleton: Skeleton, where: str) -> FittedMapping:
    """The mapping given; of several the one that fits most joints, also behind a prefix; else the names themselves.

    Raises InputError where the mapping that was named does not fit, and where names do not say what moves what.
    """
    if isinstance(given, Mapping) or (given is not None and len(given) == 1):
        mapping = given if isinstance(given, Mapping) else given[0]
        other = None if mapping.fits(skeleton) else renamed(mapping, skeleton)
        return FittedMapping(other or mapping.require(skeleton, where), named=True)
    known = known_mappings() if given is None else given
    if any(each.fits(skeleton) for each in known):
        return FittedMapping(fitting_mapping(known, skeleton, where), named=False)
    prefixed = [each for each in (renamed(each, skeleton) for each in known) if each is not None]
    if prefixed:
        return FittedMapping(max(prefixed, key=lambda each: len(each.links)), named=False)
    found = draft(skeleton)
    if not found.whole:
        try:
            fitting_mapping(known, skeleton, where)
        except InputError as error:
            raise InputError(
                f"{error.what} ({found.doubts[0] if found.doubts else 'not all of them known'})",
                where=where,
                remedy="draft a mapping with `posemill mocap map FILE OUT.yaml`, check it and name it",
            ) from None
    return FittedMapping(found.mapping(), named=False, notes=(f"taken by their names: {found.described()}",))


def retargeted(
    recording: Recording, fitted: FittedMapping, path: Path, root: Path, options: ReadOptions
) -> Clip:
    """The clip of a recording that was read from `path`, at the rate that it states unless another is given."""
    mapping = fitted.mapping
    found = retarget(recording, mapping, str(path), units=options.units, up=options.up)
    rate, of_rate = settled_rate(recording.rate, options.rate)
    source = origin(fitted, path, root)
    return Clip(
        name=source.path,
        poses=found.poses.astype(np.float32),
        trans=(found.pelvis - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(found.poses), np.float32),
        rate=rate,
        source=source,
        still=mapping.still,
        stretch=None if found.stretch is None else found.stretch.astype(np.float32),
        mismatch=found.mismatch,
        notes=(*recording.notes, *of_rate, *fitted.notes, *found.notes),
    )


def settled_rate(own: float | None, given: float | None) -> tuple[float, tuple[str, ...]]:
    """The rate that counts, and a note where file and user differ: the one given goes before the file's.

    Raises ValueError where there is neither.
    """
    if given is None:
        if own is None:
            raise ValueError("neither the file nor the user states a rate")
        return own, ()
    if own is None or abs(own - given) <= 1e-3 * given:
        return given, ()
    return given, (f"the file states {own:g} frames a second, {given:g} was given: {given:g} is taken",)


def origin(fitted: FittedMapping, path: Path, root: Path) -> Source:
    """Where a recording comes from, as far as that is stated by a mapping that was named, or known of CMU's files.

    The names of joints say nothing of it: many databases use CMU's. Recordings of a folder whose people are not known
    are one subject, so that no person is in two splits.
    """
    mapping = fitted.mapping
    stated = fitted.named or is_cmu(path, mapping)
    inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    folder = inside.parts[-2] if len(inside.parts) > 1 else path.resolve().parent.name
    dataset = mapping.dataset if stated else "unknown"
    trial = TRIAL.match(path.stem)
    subject = trial.group(1) if trial else dataset if stated else folder
    licence = mapping.licence if stated else None
    return describe(path, root, dataset=dataset, licence=licence, names=(subject, path.stem))


def is_cmu(path: Path, mapping: Mapping) -> bool:
    """Whether a file on CMU's skeleton is CMU's: named as theirs, subject and trial, or known by its checksum."""
    if mapping.name not in _CMU_MAPPINGS:
        return False
    return bool(_CMU_FILE.match(path.stem)) or (
        path.suffix.lower() == ".amc" and sha256(path) in _cmu_checksums()
    )


@cache
def _cmu_checksums() -> frozenset[str]:
    text = (resources.files("synth") / "assets" / "cmu_sha256.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text).values())
