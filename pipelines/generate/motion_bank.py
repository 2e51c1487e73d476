"""The motion bank: every accepted frame of a recipe's sources, retargeted and resampled once, then shared.

It lies in the corpus under `motion/<key>/` as plain .npy files that every worker maps into memory: `poses`
(T, 24, 3), `trans` (T, 3), `clearance` (T,), and `bank.json` with the clips, their sources, what the gate
dropped, and the arrays' checksums. Each recording is one task; its result is kept until the bank is whole, so a
run that is stopped goes on.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.generate.recipe import Recipe, SourceSpec
from synth.core.disk import (
    canonical,
    read_json,
    read_sealed,
    sealed,
    sha256_file,
    sha256_of,
    write_atomically,
)
from synth.core.errors import InputError
from synth.motion import ASSETS, GateSettings, embedded, find, prepare
from synth.motion.formats.format import Units, Up
from synth.motion.mapping import FOLDER as OWN_MAPPINGS

# Of what reading, retargeting and gating make of a file; raise it when that changes. 2: retargeting lays pelvis and
# chest on the recorded lines of hips and shoulders, takes the roll of feet and thighs from the shins, and drops what
# does not show the recording.
_VERSION = 2
_ARRAYS = {"poses": (24, 3), "trans": (3,), "clearance": ()}
# runs tasks and gives their results in any order: (function, arguments, title) -> (argument number, result)
Runner = Callable[[Callable[..., Any], Iterable[tuple[Any, ...]], str, int], Iterator[tuple[int, Any]]]
_AGAIN = "run `posemill generate` again to rebuild it"


@dataclass(frozen=True)
class _File:
    path: str
    root: str
    source: int
    mapping: str | None
    rate: float | None
    units: Units | None = None
    up: Up | None = None

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
    """A finished bank, its arrays mapped. Raises InputError where it is broken; `check_bank` finds more."""
    content = read_json(folder / "bank.json", _AGAIN)
    arrays = {}
    for name, shape in _ARRAYS.items():
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


def build_bank(recipe: Recipe, recipe_folder: Path, corpus: Path, run: Runner) -> Bank:
    """The bank of a recipe, taken from the corpus if it is there and whole, else built with `run`.

    Raises InputError where a source is unreadable or nothing passes the gate.
    """
    files = list(_files(recipe, recipe_folder, corpus))
    if not files:
        raise InputError(
            "hold no recording outside the corpus itself",
            where=", ".join(source.path for source in recipe.motion.sources),
            remedy="name the folder of the recordings",
        )
    settings = recipe.motion.gate.settings()
    folder = corpus / "motion" / _key(recipe, settings, files)
    if folder.exists():
        if not check_bank(folder):
            return open_bank(folder)
        shutil.rmtree(folder)
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    jobs = ((number, f, recipe.rate, settings, str(partial)) for number, f in enumerate(files))
    for _ in run(_prepare_file, jobs, "reading motion", len(files)):
        pass
    _gather(partial, len(files), recipe)
    os.replace(partial, folder)
    return open_bank(folder)


def _files(recipe: Recipe, folder: Path, corpus: Path) -> Iterator[_File]:
    for number, source in enumerate(recipe.motion.sources):
        if source.path == "builtin":
            for path in embedded():
                yield _File(str(path), str(ASSETS), number, None, None)
            continue
        place = (folder / source.path).resolve()
        root = place if place.is_dir() else place.parent
        mapping = _mapping(source, folder)
        for path in find(place):
            if not path.is_relative_to(corpus):  # what a bank is made of, where the corpus lies in the source
                yield _File(str(path), str(root), number, mapping, source.rate, source.units, source.up)


def _mapping(source: SourceSpec, folder: Path) -> str | None:
    if source.mapping is None:
        return None
    path = (folder / source.mapping).resolve()
    if not path.is_file():
        raise InputError(
            "there is no such skeleton mapping",
            where=str(path),
            remedy="check motion.sources.mapping, which is relative to the recipe",
        )
    return str(path)


def _key(recipe: Recipe, settings: GateSettings, files: list[_File]) -> str:
    """A name for the bank that changes with whatever it is made of: settings, recordings and skeletons."""
    skeletons = {
        folder: sorted(folder.glob("*.[aA][sS][fF]")) for folder in {Path(f.path).parent for f in files}
    }
    beside = [path for paths in skeletons.values() for path in paths]
    mappings = [Path(f.mapping) for f in files if f.mapping] + sorted(OWN_MAPPINGS.glob("*.yaml"))
    stamps = [[f.name, f.source, f.mapping, f.rate, _stamp(Path(f.path))] for f in files]
    others = sorted([str(path), *_stamp(path)] for path in {*beside, *mappings})
    sources = [source.model_dump(exclude={"weight"}) for source in recipe.motion.sources]
    made_of = [_VERSION, recipe.rate, asdict(settings), sources, stamps, others]
    return sha256_of(canonical(made_of))[:16]


def _stamp(path: Path) -> list[int]:
    """What tells that a file has changed, without reading it; that it may be read now counts as a change."""
    try:
        found = path.stat()
    except OSError:
        return []  # gone since it was found: reading it will say so
    return [found.st_size, found.st_mtime_ns, os.access(path, os.R_OK)]


def _prepare_file(number: int, file: _File, rate: float, settings: GateSettings, folder: str) -> None:
    """Read, gate and resample one recording into the bank's partial folder, unless that is done already."""
    target = Path(folder) / f"{number:06d}"
    if target.with_suffix(".json").exists():
        return
    arrays = {name: np.empty((0, *shape), np.float32) for name, shape in _ARRAYS.items()}
    facts: dict[str, Any] = {"name": file.name, "source": file.source, "frames": 0, "clips": []}
    try:
        clips, report = prepare(
            file.path,
            rate,
            settings,
            root=Path(file.root),
            mapping=file.mapping,
            source_rate=file.rate,
            units=file.units,
            up=file.up,
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
    stored = io.BytesIO()
    np.savez(stored, **arrays)  # type: ignore[arg-type]
    write_atomically(target.with_suffix(".npz"), stored.getvalue())
    write_atomically(target.with_suffix(".json"), canonical(facts))


def _gather(folder: Path, count: int, recipe: Recipe) -> None:
    """Join the files' results, in order, into the bank's arrays; everything else in the folder goes."""
    files = [read_json(folder / f"{number:06d}.json", "run again") for number in range(count)]
    clips = [clip for facts in files for clip in facts.pop("clips")]
    frames = sum(clip["frames"] for clip in clips)
    if not frames:
        shutil.rmtree(folder)
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
    arrays = {f"{name}.npy": list(sha256_file(folder / f"{name}.npy")) for name in _ARRAYS}
    named = [[clip["name"], clip["sha256"], clip["frames"]] for clip in clips]
    content = {
        "clips": clips,
        "files": files,
        "frames": frames,
        "arrays": arrays,
        "digest": sha256_of(canonical([named, arrays])),
    }
    write_atomically(folder / "bank.json", sealed(content))
    for path in folder.iterdir():
        if path.name not in (*arrays, "bank.json"):
            path.unlink()


def _refuse(files: list[dict[str, Any]], recipe: Recipe) -> None:
    first = files[0]
    why = first.get("unreadable") or "; ".join(first.get("drops", [])) or "it holds no frames"
    raise InputError(
        f"none of the {len(files)} recordings gave a frame (the first, {first['name']}: {why})",
        where=", ".join(source.path for source in recipe.motion.sources),
        remedy="mend the files, or move the gate's thresholds under motion.gate",
    )
