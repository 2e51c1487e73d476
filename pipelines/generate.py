"""From a recipe to a corpus: lays the parts out, runs a task a shard, and goes on where a run was stopped."""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from distributed import Client

from pipelines.bank import Bank, build_bank
from pipelines.cluster import connect, run_bounded
from pipelines.corpus import Corpus
from pipelines.disk import canonical, sha256_of
from pipelines.plan import PartPlan, Plan
from pipelines.recipe import Recipe
from pipelines.schema import VERSION, labels_of
from pipelines.shard import make_shard
from synth.body.body import Body
from synth.body.skeleton import JOINTS
from synth.errors import InputError
from synth.scene.scenes import Studio

_CODE = 1  # of what samples are made of; raise it when the same recipe and seed come to mean other bytes


class Progress(Protocol):
    """What `generate` tells of itself: a stage begins with a title, a total and what was counted, then advances."""

    def begin(self, title: str, total: int, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...


class Silence:
    """Progress that nobody watches."""

    def begin(self, title: str, total: int, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...


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
    watch = progress or Silence()
    corpus = Corpus(folder.resolve())
    _claim(corpus.folder)
    with _alone(corpus.folder), connect(workers, scheduler, threads) as client:
        bank = build_bank(recipe, recipe_folder, corpus.folder, _runner(client, watch))
        plan = Plan(recipe, bank)
        studio = Studio(recipe.scene_spec, recipe.seed)
        outcome = {}
        for part_plan in plan.parts:
            facts = part_facts(recipe, bank, plan, part_plan, studio)
            corpus.create_part(facts)
            corpus.add(part_plan.name)
            outcome[part_plan.name] = _fill(client, corpus, part_plan, facts["identity"], watch)
    return Outcome(outcome)


def _fill(client: Client, corpus: Corpus, part: PartPlan, identity: str, watch: Progress) -> dict[str, int]:
    watch.begin(part.name, part.samples, part.kind)
    done: Counter[str] = Counter()
    jobs = ((str(corpus.folder), part.name, identity, shard) for shard in range(part.shards))
    for shard, what in run_bounded(client, make_shard, jobs):
        first, stop = part.scenes_of(shard)
        done[what] += 1
        watch.advance((stop - first) * part.frames)
    return {what: done[what] for what in ("made", "kept", "repaired")}


def _runner(client: Client, watch: Progress) -> Callable[..., Iterator[tuple[int, Any]]]:
    def run(
        function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], title: str, total: int
    ) -> Iterator[tuple[int, Any]]:
        watch.begin(title, total, "recordings")
        for number, result in run_bounded(client, function, jobs):
            watch.advance(1)
            yield number, result

    return run


def part_facts(recipe: Recipe, bank: Bank, plan: Plan, part: PartPlan, studio: Studio) -> dict[str, Any]:
    """What `part.json` says of a part; `identity` hashes all that its samples depend on."""
    body = studio.bodies[0]
    sizes = {
        "shape": len(body.shape_dirs),
        "props": max(1, recipe.props.count[1]),
        "height": recipe.picture.height,
        "width": recipe.picture.width,
    }
    resolved = recipe.model_dump(mode="json")
    resolved["tracks"] = resolved["tracks"] and {**resolved["tracks"], "rate": recipe.rate}
    arrays = tuple(recipe.images.arrays)
    facts: dict[str, Any] = {
        "name": part.name,
        "kind": part.kind,
        "samples": part.samples,
        "samples_per_shard": part.samples_per_shard,
        "track": part.frames,
        "rate": recipe.rate,
        "schema": VERSION,
        "code": _CODE,
        "joints": list(JOINTS),
        "sizes": sizes,
        "arrays": [row.name for row in labels_of(part.kind, arrays, recipe.detector is not None)],
        "recipe": resolved,
        "bank": bank.folder.name,
        "motion": bank.digest,
        "clips": bank.clips,
        "recordings": bank.files,
        "short": int((plan.starts == 0).sum()),
        "props": [
            {"kind": prop.kind, "held": prop.held, "middle": middle}
            for prop, middle in zip(studio.shelf.props, studio.shelf.middles, strict=True)
        ],
        "licences": _licences(bank, body),
    }
    # what the other part asks for does not change this one's samples, nor does where the bank lies
    depends = {
        key: value for key, value in facts.items() if key not in ("bank", "clips", "recordings", "recipe")
    }
    depends["recipe"] = {
        k: v for k, v in resolved.items() if k not in ("pairs", "images", "motion", "storage")
    }
    depends["own"] = resolved[part.kind]
    depends["first"] = part.first_scene
    facts["identity"] = sha256_of(canonical(depends))
    return facts


def _licences(bank: Bank, body: Body) -> list[dict[str, str]]:
    """Every source with its terms, once."""
    terms = {(clip["dataset"], clip["licence"]) for clip in bank.clips}
    found = [{"what": f"motion: {dataset}", "terms": licence} for dataset, licence in sorted(terms)]
    return [*found, {"what": f"body: {body.name}", "terms": body.licence}]


def _claim(folder: Path) -> None:
    """Make the corpus folder; refuse one that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file", where=str(folder), remedy="give a folder for the corpus")
    known = {"corpus.json", "parts", "motion", "selections", ".lock"}
    if folder.exists() and not (folder / "corpus.json").exists():
        others = {entry.name for entry in folder.iterdir()} - known
        if others:
            raise InputError(
                f"holds other things ('{min(others)}')",
                where=str(folder),
                remedy="give a new or empty folder",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be made ({reason})", where=str(folder), remedy="check the path") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the corpus' lock, which the system lets go of also when this process is killed."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                "another generate is at work here", where=str(folder), remedy="wait for it to end"
            ) from error
        yield
