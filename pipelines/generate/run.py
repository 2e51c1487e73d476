"""From a recipe to a corpus: lays the parts out, runs a task a shard, and goes on where a run was stopped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client
from filelock import FileLock, Timeout

from pipelines.cluster.bounded import as_finished
from pipelines.cluster.tasks import connect
from pipelines.corpus.corpus import Corpus, Part
from pipelines.generate.band_weights import balanced
from pipelines.generate.build_bank import build_bank
from pipelines.generate.facts import own_fields, part_facts
from pipelines.generate.motion_bank import Bank
from pipelines.generate.plan import PartPlan, Plan
from pipelines.generate.recipe import KINDS, Recipe
from pipelines.generate.shard import SAMPLES_AT_ONCE, make_shard
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.core.words import count
from synth.motion import EXPLORE, is_builtin
from synth.scene.person import Motion
from synth.scene.scenes import Ids, Studio

_PILOT = 2048  # samples on which the band weights are found
# what a start that was cut short leaves in a folder before it is a corpus, beside the lock
_LEFT_BY_A_START = re.compile(r"\.lock|motion|parts|corpus\.json\.[0-9a-f]+\.partial")


@dataclass(frozen=True)
class Outcome:
    """Per part: how many shards were made, kept and repaired."""

    parts: dict[str, dict[str, int]]


def generate(
    recipe: Recipe,
    recipe_folder: Path,
    folder: Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Make what is missing of a recipe's parts in a corpus folder; sources are relative to `recipe_folder`.

    Raises InputError for whatever of the recipe, its sources or the folder cannot be used.
    """
    watch = progress or NoProgress()
    recipe = _anchored(recipe, recipe_folder)
    corpus = Corpus(folder.resolve())
    _claim(corpus)
    with _alone(corpus.folder):
        if corpus.is_one():
            corpus.repair_index()
        for kind in KINDS:  # before hours go into reading motion
            corpus.refuse_other(recipe.part_name(kind), {"made_of": {"recipe": own_fields(recipe, kind)}})
        with connect(workers, scheduler, threads) as client:
            bank = build_bank(recipe, recipe_folder, corpus.folder, _runner(client, watch))
            plan = Plan(recipe, bank)
            _refuse_older_motion(corpus, recipe, bank)
            _refuse_renumbering(corpus, plan)
            described = _described(recipe, plan, corpus, watch)
            for part, facts in described:  # all, before anything is made of any
                corpus.refuse_other(part.name, facts)
            laid_out = [(part, corpus.create_part(facts)) for part, facts in described]
            body = recipe.body.model
            return Outcome({part.name: _fill(client, part, there, body, watch) for part, there in laid_out})


def _refuse_older_motion(corpus: Corpus, recipe: Recipe, bank: Bank) -> None:
    """Raise InputError where a part was made of what `builtin` held before more motion came with the project."""
    if not any(is_builtin(each.path) and each.path != EXPLORE for each in recipe.motion.sources):
        return
    for name in (recipe.part_name(kind) for kind in KINDS):
        before = corpus.made_of(name).get("motion", bank.digest)
        if before == bank.digest:
            continue
        held = len(corpus.part(name).facts.get("recordings", []))
        raise InputError(
            f"part '{name}' was made of {count(held, 'recording')}, and with what comes with Posemill today the recipe "
            f"has {len(bank.files)}",
            where="motion.sources",
            remedy="to continue a part made before Posemill shipped compact recordings, write `path: builtin/small` "
            "for `path: builtin`: that is what it was; for the motion of today choose another `name`",
        )


def _refuse_renumbering(corpus: Corpus, plan: Plan) -> None:
    """Raise InputError where pairs that are there would get other numbers, or would share theirs with new images."""
    name = plan.recipe.part_name("pairs")
    first = corpus.made_of(name).get("first_scene", plan.images)
    if first != plan.images:
        raise InputError(
            f"the recipe asks for {plan.images:,} scenes with images, and part '{name}' is numbered from "
            f"{first:,} on, after its images",
            where="images",
            remedy="keep `images` as it was: only pairs can be added to a recipe that has both; for more images "
            "choose another `name` and `seed`",
        )


def _described(
    recipe: Recipe, plan: Plan, corpus: Corpus, watch: Progress
) -> list[tuple[PartPlan, dict[str, Any]]]:
    """Every part with its `part.json`; the pilot is run only where its outcome is not on record."""

    def with_facts(studio: Studio) -> list[tuple[PartPlan, dict[str, Any]]]:
        return [
            (part, part_facts(recipe, plan.bank, plan, part, studio, corpus.arrays_of(part.name)))
            for part in plan.parts
        ]

    recorded = corpus.made_of(plan.parts[0].name).get("band_weights")
    if recorded is not None:
        parts = with_facts(Studio(recipe.scene_spec, recipe.seed, tuple(recorded), plan.pieces))
        if all(corpus.holds(facts) for _, facts in parts):
            return parts
    return with_facts(_pilot(recipe, plan, watch))


def _pilot(recipe: Recipe, plan: Plan, watch: Progress) -> Studio:
    """The recipe's studio, its band weights found on a pilot that no count of samples changes."""
    studio = Studio(recipe.scene_spec, recipe.seed, pieces=plan.pieces)
    if not any(studio.band_shares[1:]) or recipe.props.count[1] == 0:
        return replace(studio, band_weights=studio.band_shares)
    scenes, step = max(_PILOT // plan.track, 128), max(1, SAMPLES_AT_ONCE // plan.track)
    watch.begin("trying scenes (the first run compiles)", scenes, "scenes")

    def pieces() -> Iterator[tuple[Ids, Ids, Ids, Motion]]:
        for first in range(0, scenes, step):
            rows = plan.drawn(np.arange(first, min(first + step, scenes)))
            yield rows.scene_ids, rows.moment, rows.moment_ids, plan.motion(rows)
            watch.advance(len(rows.scene_ids))

    return balanced(studio, pieces())


def _fill(client: Client, plan: PartPlan, part: Part, body: str, watch: Progress) -> dict[str, int]:
    watch.begin(part.name, part.samples, part.kind)
    done: Counter[str] = Counter()
    corpus = str(part.folder.parents[1])
    jobs = ((corpus, part.name, part.identity, part.samples, shard, body) for shard in range(part.shards))
    for shard, what in as_finished(client, make_shard, jobs):
        first, stop = plan.scenes_of(shard)
        done[what] += 1
        watch.advance((stop - first) * plan.frames)
    return {what: done[what] for what in ("made", "kept", "repaired")}


def _runner(client: Client, watch: Progress) -> Callable[..., Iterator[tuple[int, Any]]]:
    def run(
        function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], title: str, total: int
    ) -> Iterator[tuple[int, Any]]:
        watch.begin(title, total, "recordings")
        for number, result in as_finished(client, function, jobs):
            watch.advance(1)
            yield number, result

    return run


def _anchored(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with every path made absolute: workers may run in another folder."""

    def place(path: str) -> str:
        return str((folder / path).resolve())

    sources = [
        source.model_copy(
            update={
                "path": source.path if is_builtin(source.path) else place(source.path),
                "mapping": source.mapping and place(source.mapping),
            }
        )
        for source in recipe.motion.sources
    ]
    model = recipe.body.model
    body = recipe.body.model_copy(update={"model": model if model == "open" else place(model)})
    motion = recipe.motion.model_copy(update={"sources": sources})
    return recipe.model_copy(update={"motion": motion, "body": body})


def _claim(corpus: Corpus) -> None:
    """Make the corpus folder; refuse one that holds something else."""
    folder = corpus.folder
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file", where=str(folder), remedy="give a folder for the corpus")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be made ({reason})", where=str(folder), remedy="check the path") from error
    others = {name for name in there if not (".lock" in there and _LEFT_BY_A_START.fullmatch(name))}
    if others and not corpus.is_one():
        raise InputError(
            f"holds other things ('{min(others)}')", where=str(folder), remedy="give a new or empty folder"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the corpus' lock, which the system lets go of also when this process is killed."""
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise InputError(
            "another `posemill generate` is running here", where=str(folder), remedy="wait for it to end"
        ) from error
    except (OSError, NotImplementedError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise InputError(
            f"cannot be locked ({reason})", where=str(folder), remedy="put the corpus on another disk"
        ) from error
    try:
        yield
    finally:
        lock.release()
