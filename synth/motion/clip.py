"""A clip: one recording, or a stretch of it, as SMPL poses over time, and where it came from.

World frame: right-handed, Z up, floor at z = 0, metres. Poses are axis-angle in SMPL's joint order.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.core.npz import write_npz
from synth.scene.work import Work

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """Where a clip comes from; `path` is the file's place below the folder that was given, never absolute."""

    dataset: str
    subject: str
    recording: str
    licence: str
    path: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Clip:
    """T frames of motion.

    name: a stable identity, such as 'cmu/01/01_01.amc' or a stretch of it, 'cmu/01/01_01.amc[0:240]'. poses
    (T, 24, 3) float32, radians. trans (T, 3) float32, metres: the pelvis of the shipped body in its mean
    shape lies at its rest position + trans. clearance (T,) float32, metres: the height of that body's lowest
    point over the floor under it, 0 where it stands. rate: frames a second. still: the joints that the
    recording does not have. stretch (T,) float32 or None: where the format stores a position for every joint,
    by how much of its usual length the worst bone differs in a frame. mismatch (T, checks) float32 or None: by how
    much it differs from the recording that it was made from, see `self_check`. notes: what its reader passed over.
    work: the task that it was solved for, of clips that were not recorded.
    """

    name: str
    poses: Floats
    trans: Floats
    clearance: Floats
    rate: float
    source: Source
    still: frozenset[str] = field(default_factory=frozenset)
    stretch: Floats | None = None
    mismatch: Floats | None = None
    notes: tuple[str, ...] = ()
    work: Work | None = None

    def __post_init__(self) -> None:
        frames = len(self.poses)
        shapes = (self.poses.shape, self.trans.shape, self.clearance.shape)
        if shapes != ((frames, len(SMPL_24), 3), (frames, 3), (frames,)):
            raise ValueError(f"poses, trans and clearance of {self.name} have shapes {shapes}")

    @property
    def frames(self) -> int:
        return len(self.poses)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return (self.frames - 1) / self.rate

    def slice(self, start: int, stop: int) -> Clip:
        """Frames start to stop - 1 as a clip of their own, named after the frames it holds."""
        return replace(
            self,
            name=f"{self.name}[{start}:{stop}]",
            poses=self.poses[start:stop],
            trans=self.trans[start:stop],
            clearance=self.clearance[start:stop],
            stretch=None if self.stretch is None else self.stretch[start:stop],
            mismatch=None if self.mismatch is None else self.mismatch[start:stop],
            work=None if self.work is None else self.work.from_second(start / self.rate),
        )

    def to_npz(self, path: Path) -> None:
        """Write the clip in AMASS's layout, so that others can read it, with its source and clearance added.

        The same clip gives the same bytes.
        """
        arrays: dict[str, Any] = {
            "poses": self.poses.reshape(self.frames, -1),
            "trans": self.trans,
            "betas": np.zeros(10, np.float32),
            "gender": np.array("neutral"),
            "mocap_framerate": np.float64(self.rate),
            "clearance": self.clearance,
            "still": np.array(sorted(self.still), dtype="U32"),
            "posemill": np.array(json.dumps({"name": self.name, **asdict(self.source)}, sort_keys=True)),
        }
        write_npz(path, arrays)


def describe(path: Path, root: Path, *, dataset: str, licence: str | None, names: tuple[str, str]) -> Source:
    """The source of a file below `root`. `names` are the subject and recording as the file's name gives them.

    A licence that lies beside the file goes before the one the format is known for.
    """
    inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
    return Source(
        dataset=dataset,
        subject=names[0],
        recording=names[1],
        licence=_licence_beside(path) or licence or "unknown: not stated where the file lies",
        path=inside.as_posix(),
        sha256=sha256(path),
    )


def _licence_beside(path: Path) -> str | None:
    """The first line of a LICENSE or LICENCE file in the recording's own folder."""
    for name in ("LICENSE", "LICENCE", "LICENSE.txt", "LICENCE.txt", "LICENSE.md", "LICENCE.md"):
        text = path.with_name(name)
        if text.is_file():
            with text.open("rb") as stream:  # of a file of any length, its beginning
                lines = stream.read(1 << 16).decode("utf-8", errors="replace").strip().splitlines()
            return lines[0].strip("# ")[:120] if lines else None
    return None


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes; InputError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", where=str(path), remedy="check the path and its permissions"
        ) from error
