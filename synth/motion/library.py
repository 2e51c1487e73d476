"""Finding recordings and reading one, whatever its format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24, smpl_rest_joints
from synth.core.errors import InputError
from synth.motion.clip import Clip, Source, describe
from synth.motion.floor import put_on_floor
from synth.motion.formats.amass import read_amass
from synth.motion.formats.asf_amc import read_amc
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.mapping import choose_mapping, read_mapping
from synth.motion.retarget import retarget
from synth.posture.page import read_page
from synth.posture.perform import RATE as PAGE_RATE
from synth.posture.perform import perform

SUFFIXES = (".amc", ".bvh", ".npz", ".posture.yaml")
_NOT_MOTION = (
    "shape.npz",
    "neutral_stagei.npz",
    "male_stagei.npz",
    "female_stagei.npz",
)  # beside AMASS's motions
ASSETS = Path(str(resources.files("synth"))) / "assets"
# CMU's way of naming: subject, underscore, trial
_TRIAL = re.compile(r"^(\d+)_(\d+)")


def find(place: Path | str) -> list[Path]:
    """The motion files of a folder and the folders in it, sorted; or the one file given.

    InputError where there is nothing. Links that lead out of the folder are left aside.
    """
    root = Path(place)
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise InputError("is neither a file nor a folder", where=str(root), remedy="check the path")
    inside = root.resolve()
    found = sorted(
        path
        for path in root.rglob("*")
        if path.name.lower().endswith(SUFFIXES)
        and path.name not in _NOT_MOTION
        and path.is_file()
        and path.resolve().is_relative_to(inside)
    )
    if not found:
        raise InputError(
            f"holds no recording ({', '.join(SUFFIXES)})",
            where=str(root),
            remedy="give a folder with motion files",
        )
    return found


def embedded() -> list[Path]:
    """The recordings and postures that come with the project; name them relative to `ASSETS`."""
    return [*sorted((ASSETS / "motion").glob("*.npz")), *sorted((ASSETS / "postures").glob("*.posture.yaml"))]


def read(
    path: Path | str,
    mapping: Path | str | None = None,
    *,
    root: Path | None = None,
    rate: float | None = None,
) -> Clip:
    """One recording as SMPL motion at its own frame rate, on the floor.

    mapping: a file that describes the source's skeleton, where not found by itself. root: the folder that the
    clip is named relative to; the file's own unless given. rate: frames a second, for AMC files only, which
    do not say: 120 unless given. InputError for what cannot be read.
    """
    clip = read_raw(path, mapping, root=root, rate=rate)
    return put_on_floor(clip)[0]


def read_raw(
    path: Path | str,
    mapping: Path | str | None = None,
    *,
    root: Path | None = None,
    rate: float | None = None,
) -> Clip:
    """`read` without the floor: heights are the recording's own, clearance is 0 throughout."""
    path = Path(path)
    root = root or path.parent
    suffix = path.suffix.lower()
    if path.name.lower().endswith(".posture.yaml"):
        return _from_page(path, root)
    if suffix == ".npz":
        return _from_amass(path, root)
    if suffix not in SUFFIXES:
        raise InputError(
            f"'{suffix}' is no motion format", where=str(path), remedy=f"give {', '.join(SUFFIXES)}"
        )
    chosen = None if mapping is None else read_mapping(Path(mapping))
    if suffix == ".bvh":
        file = parse_bvh(path)
        chosen = (
            chosen.require(file.skeleton, str(path)) if chosen else choose_mapping(file.skeleton, str(path))
        )
        recording = decode_bvh(file, chosen.fixed_order)
    else:
        recording = read_amc(path, rate)
        skeleton = recording.skeleton
        chosen = chosen.require(skeleton, str(path)) if chosen else choose_mapping(skeleton, str(path))
    found = retarget(recording, chosen, str(path))
    poses, pelvis = found.poses, found.pelvis
    trial = _TRIAL.match(path.stem)
    parts = (trial.group(1), path.stem) if trial else (chosen.dataset, path.stem)
    source = describe(path, root, dataset=chosen.dataset, licence=chosen.licence, parts=parts)
    return Clip(
        name=source.path,
        poses=poses.astype(np.float32),
        trans=(pelvis - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(poses), np.float32),
        rate=recording.rate,
        source=source,
        still=chosen.still,
        stretch=None if found.stretch is None else found.stretch.astype(np.float32),
    )


def _from_amass(path: Path, root: Path) -> Clip:
    poses, trans, rate, extra = read_amass(path)
    if "posemill" in extra:
        return _own(path, poses, trans, rate, extra)
    inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    folders = [*inside.parts[:-1]] or [path.resolve().parent.name]
    trial = _TRIAL.match(path.stem)
    subject = trial.group(1) if trial else folders[-1]
    source = describe(path, root, dataset=folders[0], licence=None, parts=(subject, path.stem))
    return Clip(
        name=source.path,
        poses=poses.astype(np.float32),
        trans=(trans + smpl_rest_joints()[0] - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(poses), np.float32),
        rate=rate,
        source=source,
        still=frozenset()
        if poses[:, SMPL_24.index("left_hand") :].any()
        else frozenset({"left_hand", "right_hand"}),
    )


def _from_page(path: Path, root: Path) -> Clip:
    page = read_page(path)
    source = describe(
        path, root, dataset="authored postures", licence=page.licence, parts=("authored", page.name)
    )
    poses, trans = perform(page)
    return Clip(
        name=source.path,
        poses=poses,
        trans=trans,
        clearance=np.zeros(len(poses), np.float32),
        rate=PAGE_RATE,
        source=replace(source, licence=page.licence),
        still=frozenset({"left_hand", "right_hand"}),
    )


def _own(
    path: Path,
    poses: NDArray[np.float64],
    trans: NDArray[np.float64],
    rate: float,
    extra: dict[str, NDArray[np.generic]],
) -> Clip:
    """A clip that `Clip.to_npz` wrote: already on the floor, with its source inside."""
    try:
        facts = json.loads(str(extra["posemill"]))
        name = facts.pop("name")
        source = Source(**{key: str(value) for key, value in facts.items()})
        clearance = extra["clearance"].astype(np.float32)
        still = frozenset(str(joint) for joint in extra["still"])
        return Clip(name, poses.astype(np.float32), trans.astype(np.float32), clearance, rate, source, still)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "is marked as Posemill's own but is not whole", where=f"{path}:posemill", remedy="write it again"
        ) from error
