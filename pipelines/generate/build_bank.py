"""Building a motion bank from a recipe's sources: read, retarget, gate, resample, and what is explored.

Each recording is one task; its result is kept until the bank is whole, so a run that is stopped goes on.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.generate.explore import blocks, explore, explore_digest
from pipelines.generate.motion_bank import ARRAYS, Bank, check_bank, open_bank
from pipelines.generate.recipe import Recipe, SourceSpec
from synth.core.disk import (
    canonical,
    read_json,
    sealed,
    sha256_file,
    sha256_of,
    write_atomically,
)
from synth.core.errors import InputError
from synth.core.words import count
from synth.motion import (
    ASSETS,
    EXPLORE,
    Clip,
    GateSettings,
    embedded,
    find,
    is_builtin,
    is_task_page,
    prepare,
)
from synth.motion.formats.format import Units, Up
from synth.motion.mapping import Mapping, known_mappings, read_mapping
from synth.posture.solve import VERSION as SOLVER

# Of what reading, retargeting and gating make of a file. Raise it when that changes, which
# tests/golden/test_golden.py finds: banks made before are then made anew. 2: retargeting lays pelvis and
# chest on the recorded lines of hips and shoulders, takes the roll of feet and thighs from the shins, and drops what
# does not show the recording.
VERSION = 2
# files beside a recording that it is read with: skeletons and terms
_BESIDE = ("*.[aA][sS][fF]", "LICEN[SC]E", "LICEN[SC]E.txt", "LICEN[SC]E.md")
# runs tasks and gives their results in any order: (function, arguments, title) -> (argument number, result)
Runner = Callable[[Callable[..., Any], Iterable[tuple[Any, ...]], str, int], Iterator[tuple[int, Any]]]


@dataclass(frozen=True)
class _File:
    """A recording: its place, the source it is of and that source's true rate, if stated; or a block of what is
    explored: how many clips in all, their seed, and the block's number."""

    path: str
    root: str
    source: int
    rate: float | None
    sha256: str
    units: Units | None = None
    up: Up | None = None
    realisation: int | None = None  # of a task page
    block: tuple[int, int, int] | None = None

    @property
    def name(self) -> str:
        if self.block is not None:
            return f"{EXPLORE}#{self.block[2]}"
        name = Path(self.path).relative_to(self.root).as_posix()
        return name if self.realisation is None else f"{name}#{self.realisation}"


def build_bank(recipe: Recipe, recipe_folder: Path, corpus: Path, run: Runner) -> Bank:
    """The bank of a recipe, taken from the corpus if it is there and whole, else built with `run`.

    Raises InputError where a source is unreadable or nothing passes the gate.
    """
    mappings = _mappings(recipe, recipe_folder)
    files = list(_files(recipe, recipe_folder, corpus))
    if not files:
        raise InputError(
            "hold no recording outside the corpus itself",
            where=", ".join(source.path for source in recipe.motion.sources),
            remedy="name the folder of the recordings",
        )
    settings = recipe.motion.gate.settings()
    folder = corpus / "motion" / _key(recipe, settings, files, mappings)
    if folder.exists():
        if not check_bank(folder):
            return open_bank(folder)
        shutil.rmtree(folder)
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    jobs = (
        (number, f, mappings[f.source], recipe.rate, settings, str(partial)) for number, f in enumerate(files)
    )
    for _ in run(_prepare_file, jobs, "reading motion", len(files)):
        pass
    _gather(partial, len(files), recipe)
    os.replace(partial, folder)
    return open_bank(folder)


def _files(recipe: Recipe, folder: Path, corpus: Path) -> Iterator[_File]:
    """Every recording of a recipe's sources with its checksum, in order."""
    found: list[tuple[Path, Path, int, SourceSpec]] = []
    for number, source in enumerate(recipe.motion.sources):
        if source.path == EXPLORE:
            given = [(source.clips, source.seed, block) for block in range(blocks(source.clips))]
            yield from (_File("", "", number, None, explore_digest(*block), block=block) for block in given)
            continue
        if is_builtin(source.path):
            found += [(path, ASSETS, number, source) for path in embedded(source.path)]
            continue
        place = (folder / source.path).resolve()
        root = place if place.is_dir() else place.parent
        # not what a bank is made of, where the corpus lies in the source
        found += [(p, root, number, source) for p in find(place) if not p.is_relative_to(corpus)]
    for (path, root, number, source), digest in zip(
        found, _checksums([row[0] for row in found]), strict=True
    ):
        rate = None if is_builtin(source.path) else source.rate
        realisations = range(source.realisations) if is_task_page(path) else (None,)
        for realisation in realisations:
            yield _File(str(path), str(root), number, rate, digest, source.units, source.up, realisation)


def _mappings(recipe: Recipe, folder: Path) -> list[tuple[Mapping, ...]]:
    """The skeleton mappings of each source: the one that the recipe names, or all known here, of which each recording
    takes the one that fits. They are read by the driver and sent to workers, whose working folder may be another.

    Raises InputError for one that is missing or broken.
    """
    known = known_mappings()
    return [
        # as a choice of one: files of formats that take no mapping may lie in the same folder
        (_named_mapping(folder / source.mapping),) if source.mapping else known
        for source in recipe.motion.sources
    ]


def _named_mapping(path: Path) -> Mapping:
    if not path.is_file():
        raise InputError(
            "there is no such skeleton mapping",
            where=str(path.resolve()),
            remedy="check motion.sources.mapping, which is relative to the recipe",
        )
    return read_mapping(path)


def _key(
    recipe: Recipe, settings: GateSettings, files: list[_File], mappings: list[tuple[Mapping, ...]]
) -> str:
    """A name for the bank that changes with the content of whatever it is made of, and with nothing else."""
    recordings = [[f.name, f.source, f.rate, f.sha256, f.units, f.up] for f in files]
    folders = {(Path(f.path).parent, Path(f.root)) for f in files if f.block is None}
    beside = sorted(
        (path, root) for place, root in folders for pattern in _BESIDE for path in place.glob(pattern)
    )
    named = [path.relative_to(root).as_posix() for path, root in beside]
    others = sorted(zip(named, _checksums([path for path, _ in beside]), strict=True))
    read_with = [[_content(mapping) for mapping in each] for each in mappings]
    made_of = [VERSION, recipe.rate, asdict(settings), recordings, others, read_with]
    if any(f.realisation is not None for f in files):
        made_of.append(SOLVER)
    return sha256_of(canonical(made_of))[:16]


def _content(mapping: Mapping) -> dict[str, Any]:
    """A mapping as JSON."""
    vectors = {name: getattr(mapping, name) for name in ("up", "forward")}
    axes = {name: None if vector is None else vector.tolist() for name, vector in vectors.items()}
    return {**asdict(mapping), **axes, "still": sorted(mapping.still)}


def _checksums(paths: list[Path]) -> list[str]:
    """The SHA-256 of each file; nothing for one that cannot be read, so that it counts as changed once it can."""

    def digest(path: Path) -> str:
        try:
            return sha256_file(path)[1]
        except OSError:
            return ""  # reading it will say why

    with ThreadPoolExecutor() as pool:
        return list(pool.map(digest, paths))


def _prepare_file(
    number: int,
    file: _File,
    mappings: tuple[Mapping, ...],
    rate: float,
    settings: GateSettings,
    folder: str,
) -> None:
    """Read, gate and resample one recording, or make a block of what is explored, into the bank's partial folder,
    unless that is done already."""
    target = Path(folder) / f"{number:06d}"
    if target.with_suffix(".json").exists():
        return
    arrays = {name: np.empty((0, *shape), np.float32) for name, shape in ARRAYS.items()}
    facts: dict[str, Any] = {"name": file.name, "source": file.source, "frames": 0, "clips": []}
    try:
        clips, told = (
            explore(*file.block, rate).as_read() if file.block else _recorded(file, mappings, rate, settings)
        )
    except InputError as error:
        # of paths no more than what lies below the source: the same files elsewhere give the same bank
        facts["unreadable"] = str(error).replace(f"{file.root}{os.sep}", "")
    else:
        facts |= told | {"clips": [_clip_facts(clip, file) for clip in clips]}
        for name in ARRAYS:
            arrays[name] = np.concatenate([arrays[name], *(getattr(clip, name) for clip in clips)])
    stored = io.BytesIO()
    np.savez(stored, **arrays)  # type: ignore[arg-type]
    write_atomically(target.with_suffix(".npz"), stored.getvalue())
    write_atomically(target.with_suffix(".json"), canonical(facts))


def _recorded(
    file: _File, mappings: tuple[Mapping, ...], rate: float, settings: GateSettings
) -> tuple[list[Clip], dict[str, Any]]:
    """The clips of a recording, and what the gate says of it."""
    clips, report = prepare(
        file.path,
        rate,
        settings,
        root=Path(file.root),
        mapping=mappings,
        source_rate=file.rate,
        units=file.units,
        up=file.up,
        realisation=file.realisation,
    )
    if file.sha256 and sha256_file(Path(file.path))[1] != file.sha256:
        raise InputError(
            "changed while it was read, or a worker finds another file there",
            where=file.path,
            remedy="run the same command again, with workers that see the same folders",
        )
    return clips, {
        "frames": len(report.keep),
        "rate": report.rate,
        "dropped": {str(reason): frames for reason, frames in report.counts().items()},
        "drops": [f"{d.reason} in frames {d.first} to {d.last}: {d.detail}" for d in report.drops[:20]],
        "kept": int(report.keep.sum()),
        "notes": list(report.notes),
    }


def _clip_facts(clip: Clip, file: _File) -> dict[str, Any]:
    return {
        "name": clip.name,
        "frames": clip.frames,
        "source": file.source,
        **asdict(clip.source),
        **({"work": clip.work.to_json()} if clip.work else {}),
    }


def _gather(folder: Path, number_of_files: int, recipe: Recipe) -> None:
    """Join the files' results, in order, into the bank's arrays; everything else in the folder goes."""
    files = [read_json(folder / f"{number:06d}.json", "run again") for number in range(number_of_files)]
    clips = [clip for facts in files for clip in facts.pop("clips")]
    frames = sum(clip["frames"] for clip in clips)
    if not frames:
        shutil.rmtree(folder)
        _refuse(files, recipe)
    joined = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float32, (frames, *shape))
        for name, shape in ARRAYS.items()
    }
    row = 0
    for number in range(number_of_files):
        with np.load(folder / f"{number:06d}.npz", allow_pickle=False) as stored:
            length = len(stored["clearance"])
            for name, array in joined.items():
                array[row : row + length] = stored[name]
        row += length
    for array in joined.values():
        array.flush()
    arrays = {f"{name}.npy": list(sha256_file(folder / f"{name}.npy")) for name in ARRAYS}
    named = [
        [clip["name"], clip["sha256"], clip["frames"], *([clip["work"]] if "work" in clip else [])]
        for clip in clips
    ]
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
        f"{count(len(files), 'recording')} gave no frame (the first, {first['name']}: {why})",
        where=", ".join(source.path for source in recipe.motion.sources),
        remedy="repair the files, or change the gate's thresholds under motion.gate",
    )
