"""Make a pack of compact recordings from motion files of any format that Posemill reads.

    python -m synth.assets.build.build_recordings PAGE.yaml FOLDER

PAGE lists the sources; synth/assets/build/recordings.yaml is that of what ships. Every recording is read as any user's
is, gated at its own rate, resampled and stored in whole steps (synth/motion/formats/compact.py), one file for each
stretch that passes; then it is read back and compared. Prints what became of every recording.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.spatial.transform import Rotation

from synth.body.skeleton import JOINTS, SMPL_24
from synth.core.errors import InputError
from synth.core.spec import Share, Spec
from synth.core.yamlfile import load_yaml
from synth.label.pose_space import POSE_JOINTS, standard_poses
from synth.motion.clip import Clip, Floats
from synth.motion.floor import finite_frames, support
from synth.motion.formats import compact
from synth.motion.gate import GateSettings, constant_joints
from synth.motion.library import find
from synth.motion.prepare import prepare

MOST_DEGREES, MOST_METRES = 0.1, 1e-3  # that storing may change a rotation, a place


class PackSource(Spec):
    """A file or folder of recordings."""

    path: str = Field(description="file or folder, relative to the page")
    only: str = Field("*", description="pattern of the names of the files taken")
    dataset: str = Field(description="what the recordings are of, for lists of sources", min_length=1)
    subject: str | None = Field(None, description="the person, where files do not say")
    licence: str = Field(
        description="the terms, which every corpus made of the recordings states", min_length=1
    )
    mapping: str | None = Field(None, description="skeleton mapping, relative to the page")
    rate: float | None = Field(None, gt=0, description="true frames a second, for files that do not state it")


class Pack(Spec):
    """What a pack is made of."""

    rate: float = Field(30.0, ge=10, le=240)
    min_duration: float = Field(
        GateSettings.min_duration, gt=0, description="seconds of the shortest stretch"
    )
    hold_out: list[str] = Field([], description="names of recordings that are left out")
    near: float = Field(30.0, gt=0, description="mm within which a pose is a near-duplicate of another")
    repeated: Share = Field(0.9, description="a recording with this share of near-duplicates is left out")
    sources: list[PackSource] = Field(min_length=1)


def build(page: Path, target: Path) -> list[Path]:
    """Write the pack that a page describes; returns the files. Raises InputError where a source cannot be read."""
    pack = load_yaml(Pack, page, "pack")
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(f"*{compact.SUFFIX}"):
        old.unlink()
    known = np.empty((0, 3 * len(POSE_JOINTS)))
    written = []
    for source in pack.sources:
        for path in find((page.parent / source.path).resolve()):
            if not fnmatch(path.name, source.only):
                continue
            clips = _clips(pack, source, path, page.parent)
            if not clips:
                continue
            poses = np.concatenate([_poses(clip) for clip in clips])
            share = float(near(poses, known, pack.near).mean())
            if share >= pack.repeated:
                print(f"{path.name}: left out, {share:.0%} of its poses are near-duplicates")
                continue
            files = [file for number, clip in enumerate(clips) for file in _stored(clip, target, number)]
            if files:
                known = np.concatenate([known, poses])
            written += files
    return written


def _clips(pack: Pack, source: PackSource, path: Path, folder: Path) -> list[Clip]:
    """The stretches of a recording that pass the gate, with where they come from and the joints that never move."""
    clips, report = prepare(
        path,
        pack.rate,
        GateSettings(min_duration=pack.min_duration),
        mapping=None if source.mapping is None else (folder / source.mapping).resolve(),
        source_rate=source.rate,
    )
    for drop in report.drops:
        print(f"{path.name}: frames {drop.first} to {drop.last} dropped, {drop.reason}: {drop.detail}")
    if not clips:
        return []
    recording = clips[0].source.recording.removesuffix("_poses")
    if recording in pack.hold_out:
        print(f"{path.name}: held out")
        return []
    never = set.intersection(*(set(_constant(clip)) for clip in clips))
    subject = source.subject or clips[0].source.subject
    below = f"{source.dataset.lower()}/{subject}"
    return [
        replace(
            clip,
            name=f"{below}/{path.stem}{clip.name.removeprefix(clips[0].source.path)}",
            source=replace(
                clip.source,
                dataset=source.dataset,
                subject=subject,
                recording=recording,
                licence=source.licence,
                path=f"{below}/{path.name}",
            ),
            still=clip.still | never,
        )
        for clip in clips
    ]


def _constant(clip: Clip) -> list[str]:
    return constant_joints(clip, finite_frames(clip), GateSettings.constant_within)


def _poses(clip: Clip) -> NDArray[np.float64]:
    """(T, 63) standard poses, millimetres."""
    joints = np.full((clip.frames, len(JOINTS), 3), np.nan)
    joints[:, [JOINTS.index(name) for name in SMPL_24]] = support(clip).joints
    return standard_poses(joints)


def near(poses: NDArray[np.float64], known: NDArray[np.float64], within: float) -> NDArray[np.bool_]:
    """(n,) whether a pose (n, 63) is within `within` mm of one of those known (m, 63)."""
    found = np.zeros(len(poses), bool)
    if not len(known):
        return found
    size = (known**2).sum(axis=1)
    for start in range(0, len(poses), 256):
        part = poses[start : start + 256]
        squares = (part**2).sum(axis=1) + (size[:, None] - 2.0 * known @ part.T).min(axis=0)
        found[start : start + 256] = squares < within**2 * len(POSE_JOINTS)
    return found


def _stored(clip: Clip, target: Path, number: int) -> Iterator[Path]:
    """The file of a clip, unless it does not pass the gate again as it is stored."""
    part = f"-{number}" if "[" in clip.name else ""
    stem = f"{clip.source.dataset}-{Path(clip.source.path).stem}{part}".lower()
    path = target / f"{stem}{compact.SUFFIX}"
    compact.write(clip, path)
    degrees, metres = changed(clip, path)
    if degrees > MOST_DEGREES or metres > MOST_METRES:
        raise InputError(
            f"is off by {degrees:.3f} degrees and {1e3 * metres:.2f} mm", where=str(path), remedy=""
        )
    again, report = prepare(path, clip.rate)
    if not report.keep.all():
        print(f"{path.name}: left out, as stored it does not pass: {report.drops[0].detail}")
        path.unlink()
        return
    over = float(np.abs(again[0].clearance - clip.clearance).max())
    print(
        f"{path.name}: {clip.duration:.1f} s, {path.stat().st_size:,} bytes, off by {degrees:.3f} degrees and "
        f"{1e3 * metres:.2f} mm, {1e3 * over:.0f} mm in height over the floor"
    )
    yield path


def changed(clip: Clip, path: Path) -> tuple[float, float]:
    """By how much storing changed a clip at most: its rotations, degrees, and places along an axis, metres."""
    again = compact.COMPACT.read(path, path.parent, compact.ReadOptions())
    turned = _rotations(again.poses).inv() * _rotations(clip.poses)
    return float(np.degrees(turned.magnitude().max())), float(np.abs(again.trans - clip.trans).max())


def _rotations(poses: Floats) -> Rotation:
    return Rotation.from_rotvec(poses.reshape(-1, 3).astype(np.float64))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        files = build(Path(sys.argv[1]), Path(sys.argv[2]))
    except InputError as error:
        sys.exit(str(error))
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files):,} bytes")
