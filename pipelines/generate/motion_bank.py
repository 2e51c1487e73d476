"""The motion bank: every accepted frame of a recipe's sources, retargeted and resampled once, then shared.

It lies in the corpus under `motion/<key>/` as plain .npy files that every worker maps into memory: `poses`
(T, 24, 3), `trans` (T, 3), `clearance` (T,), and `bank.json` with the clips, their sources and tasks, what the gate
dropped, and the arrays' checksums. `build_bank` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.disk import read_json, read_sealed, sha256_file
from synth.core.errors import InputError
from synth.scene.work import Work

ARRAYS = {"poses": (24, 3), "trans": (3,), "clearance": ()}
_AGAIN = "run `posemill generate` again to rebuild it"


@dataclass(frozen=True)
class Bank:
    """Frames of all clips end to end; clip c has frames start[c]:start[c + 1]."""

    folder: Path
    clips: list[dict[str, Any]]
    files: list[dict[str, Any]]
    digest: str
    start: NDArray[np.int64]
    poses: NDArray[np.float32]
    trans: NDArray[np.float32]
    clearance: NDArray[np.float32]

    @property
    def frames(self) -> int:
        return int(self.start[-1])

    @cached_property
    def works(self) -> tuple[Work | None, ...]:
        """The task of each clip, None for those without one."""
        return tuple(Work.from_json(clip["work"]) if "work" in clip else None for clip in self.clips)


def open_bank(folder: Path) -> Bank:
    """A finished bank, its arrays mapped. Raises InputError where it is broken; `check_bank` finds more."""
    content = read_json(folder / "bank.json", _AGAIN)
    arrays = {}
    for name, shape in ARRAYS.items():
        path = folder / f"{name}.npy"
        try:
            arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise InputError(f"cannot be read ({error})", where=str(path), remedy=_AGAIN) from error
        if arrays[name].shape != (content["frames"], *shape) or arrays[name].dtype != np.float32:
            raise InputError("has the wrong shape or type", where=str(path), remedy=_AGAIN)
    start = np.concatenate([[0], np.cumsum([clip["frames"] for clip in content["clips"]])]).astype(np.int64)
    return Bank(folder, content["clips"], content["files"], content["digest"], start, **arrays)


def check_bank(folder: Path) -> list[tuple[str, str]]:
    """The files of a finished bank that are not as they were written, with what is wrong with each."""
    try:
        content = read_sealed(folder / "bank.json", _AGAIN)
    except InputError as error:
        return [("bank.json", error.what)]
    wrong = []
    for name, written in content["arrays"].items():
        try:
            same = list(sha256_file(folder / name)) == written
        except OSError as error:
            wrong.append((name, f"cannot be read ({error.strerror})"))
        else:
            wrong += [] if same else [(name, "the bytes have changed (SHA-256 differs)")]
    return wrong


def bank_of(corpus: Path, facts: dict[str, Any]) -> Bank:
    """The bank that a part, described by `facts`, is made from: the one it names, or another of the same motion.

    Raises InputError where there is none.
    """
    digest = facts["made_of"]["motion"]
    for folder in (corpus / "motion" / facts["bank"], *sorted((corpus / "motion").glob("*/"))):
        if (folder / "bank.json").is_file() and read_json(folder / "bank.json", _AGAIN).get(
            "digest"
        ) == digest:
            return open_bank(folder)
    raise InputError("the motion of the part is missing", where=str(corpus / "motion"), remedy=_AGAIN)
