"""The motion bank: every accepted frame of a recipe's sources, retargeted and resampled once, then shared.

It lies in the corpus under `motion/<key>/` as plain .npy files that every worker maps into memory: `poses`
(T, 24, 3), `trans` (T, 3), `clearance` (T,), and `bank.json` with the clips, their sources and what the gate
dropped. Each recording is one task; its result is kept until the bank is whole, so a run that is stopped goes on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.disk import canonical, read_json, sha256_of, write_atomically
from pipelines.recipe import Recipe, SourceSpec
from synth.errors import InputError
from synth.motion import ASSETS, GateSettings, embedded, find, prepare

_VERSION = 1  # of what reading, retargeting and gating make of a file; raise it when that changes
_ARRAYS = {"poses": (24, 3), "trans": (3,), "clearance": ()}
# runs tasks and gives their results in any order: (function, arguments, title) -> (argument number, result)
Runner = Callable[[Callable[..., Any], Iterable[tuple[Any, ...]], str, int], Iterator[tuple[int, Any]]]


@dataclass(frozen=True)
class _File:
    path: str
    root: str
    source: int
    mapping: str | None
    rate: float | None

    @property
    def name(self) -> str:
        return Path(self.path).relative_to(self.root).as_posix()


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


def open_bank(folder: Path) -> Bank:
    """A finished bank, its arrays mapped. Raises InputError where it is broken."""
    remedy = "run `posemill generate` again to rebuild it"
    content = read_json(folder / "bank.json", remedy)
    arrays = {}
    for name, shape in _ARRAYS.items():
        try:
            arrays[name] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"cannot be read ({error})", where=str(folder / f"{name}.npy"), remedy=remedy
            ) from error
        if arrays[name].shape[1:] != shape:
            raise InputError("has the wrong shape", where=str(folder / f"{name}.npy"), remedy=remedy)
    start = np.concatenate([[0], np.cumsum([clip["frames"] for clip in content["clips"]])]).astype(np.int64)
    if any(len(array) != start[-1] for array in arrays.values()):
        raise InputError("holds arrays of the wrong length", where=str(folder), remedy=remedy)
    return Bank(folder, content["clips"], content["files"], content["digest"], start, **arrays)


def build_bank(recipe: Recipe, recipe_folder: Path, corpus: Path, run: Runner) -> Bank:
    """The bank of a recipe, read from the corpus if it is there, else built with `run`.

    Raises InputError where a source is unreadable or nothing passes the gate.
    """
    files = list(_files(recipe, recipe_folder))
    settings = recipe.motion.gate.settings()
    stamps = [(f.name, f.source, f.mapping, f.rate, *_stamp(Path(f.path))) for f in files]
    sources = [source.model_dump() for source in recipe.motion.sources]
    key = sha256_of(canonical([_VERSION, recipe.rate, asdict(settings), sources, stamps]))[:16]
    folder = corpus / "motion" / key
    if (folder / "bank.json").exists():
        try:
            return open_bank(folder)
        except InputError:
            shutil.rmtree(folder)
    partial = folder.with_name(f"{key}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    jobs = ((number, f, recipe.rate, settings, str(partial)) for number, f in enumerate(files))
    for _ in run(_prepare_file, jobs, "reading motion", len(files)):
        pass
    _gather(partial, len(files), recipe)
    os.replace(partial, folder)
    return open_bank(folder)


def _files(recipe: Recipe, folder: Path) -> Iterator[_File]:
    for number, source in enumerate(recipe.motion.sources):
        if source.path == "builtin":
            for path in embedded():
                yield _File(str(path), str(ASSETS), number, None, None)
            continue
        place = (folder / source.path).resolve()
        root = place if place.is_dir() else place.parent
        for path in find(place):
            yield _File(str(path), str(root), number, _mapping(source, folder), source.rate)


def _mapping(source: SourceSpec, folder: Path) -> str | None:
    return None if source.mapping is None else str((folder / source.mapping).resolve())


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _prepare_file(number: int, file: _File, rate: float, settings: GateSettings, folder: str) -> None:
    """Read, gate and resample one recording into the bank's partial folder, unless that is done already."""
    target = Path(folder) / f"{number:06d}"
    if target.with_suffix(".json").exists():
        return
    arrays = {name: np.empty((0, *shape), np.float32) for name, shape in _ARRAYS.items()}
    facts: dict[str, Any] = {"name": file.name, "source": file.source, "frames": 0, "clips": []}
    try:
        clips, report = prepare(
            file.path, rate, settings, root=Path(file.root), mapping=file.mapping, source_rate=file.rate
        )
    except InputError as error:
        facts["unreadable"] = str(error)
    else:
        facts |= {
            "frames": len(report.keep),
            "rate": report.rate,
            "dropped": {str(reason): count for reason, count in report.counts().items()},
            "drops": [f"{d.reason} in frames {d.first} to {d.last}: {d.detail}" for d in report.drops[:20]],
            "kept": int(report.keep.sum()),
            "notes": list(report.notes),
            "clips": [
                {"name": clip.name, "frames": clip.frames, "source": file.source, **asdict(clip.source)}
                for clip in clips
            ],
        }
        for name in _ARRAYS:
            arrays[name] = np.concatenate([arrays[name], *(getattr(clip, name) for clip in clips)])
    with target.with_suffix(".tmp").open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    os.replace(target.with_suffix(".tmp"), target.with_suffix(".npz"))
    write_atomically(target.with_suffix(".json"), canonical(facts))


def _gather(folder: Path, count: int, recipe: Recipe) -> None:
    """Join the files' results, in order, into the bank's arrays; the small files go."""
    files = [read_json(folder / f"{number:06d}.json", "run again") for number in range(count)]
    clips = [clip for facts in files for clip in facts.pop("clips")]
    frames = sum(clip["frames"] for clip in clips)
    if not frames:
        _refuse(files, recipe)
    joined = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float32, (frames, *shape))
        for name, shape in _ARRAYS.items()
    }
    row = 0
    for number in range(count):
        with np.load(folder / f"{number:06d}.npz", allow_pickle=False) as stored:
            length = len(stored["clearance"])
            for name, array in joined.items():
                array[row : row + length] = stored[name]
        row += length
    for array in joined.values():
        array.flush()
    digest = sha256_of(canonical([[clip["name"], clip["sha256"], clip["frames"]] for clip in clips]))
    write_atomically(folder / "bank.json", canonical({"clips": clips, "files": files, "digest": digest}))
    for number in range(count):
        for suffix in ("npz", "json"):
            (folder / f"{number:06d}.{suffix}").unlink()


def _refuse(files: list[dict[str, Any]], recipe: Recipe) -> None:
    first = files[0]
    why = first.get("unreadable") or "; ".join(first.get("drops", [])) or "it holds no frames"
    raise InputError(
        f"none of the {len(files)} recordings gave a frame (the first, {first['name']}: {why})",
        where=", ".join(source.path for source in recipe.motion.sources),
        remedy="mend the files, or move the gate's thresholds under motion.gate",
    )
