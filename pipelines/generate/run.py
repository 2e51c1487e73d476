"""From a recipe to a corpus: lays the parts out, runs a task a shard, and goes on where a run was stopped."""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from distributed import Client

from pipelines.cluster.tasks import connect, run_bounded
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.schema import VERSION, labels_of
from pipelines.generate.band_weights import balanced
from pipelines.generate.motion_bank import Bank, build_bank
from pipelines.generate.plan import PartPlan, Plan
from pipelines.generate.recipe import KINDS, Recipe
from pipelines.generate.shard import SAMPLES_AT_ONCE, make_shard
from synth.body.body import Body
from synth.body.skeleton import JOINTS
from synth.core.disk import canonical, sha256_of
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.scene.person import Motion
from synth.scene.scenes import Ids, Studio

_CODE = 1  # of what samples are made of; raise it when the same recipe and seed come to mean other bytes
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
            corpus.mend_index()
        for kind in KINDS:  # before hours go into reading motion
            corpus.refuse_other(recipe.part_name(kind), {"recipe": _own_fields(recipe, kind)})
        with connect(workers, scheduler, threads) as client:
            bank = build_bank(recipe, recipe_folder, corpus.folder, _runner(client, watch))
            plan = Plan(recipe, bank)
            parts = _described(recipe, plan, corpus, watch)
            for part, facts in parts:  # all, before anything is made of any
                corpus.refuse_other(part.name, facts["made_of"], facts["identity"])
            for _, facts in parts:
                corpus.create_part(facts)
            return Outcome(
                {part.name: _fill(client, corpus, part, facts["identity"], watch) for part, facts in parts}
            )


def _described(
    recipe: Recipe, plan: Plan, corpus: Corpus, watch: Progress
) -> list[tuple[PartPlan, dict[str, Any]]]:
    """Every part with its `part.json`; the pilot is run only where its outcome is not on record."""

    def with_facts(studio: Studio) -> list[tuple[PartPlan, dict[str, Any]]]:
        return [(part, part_facts(recipe, plan.bank, plan, part, studio)) for part in plan.parts]

    recorded = corpus.identity_of(plan.parts[0].name)[1].get("band_weights")
    if recorded is not None:
        parts = with_facts(Studio(recipe.scene_spec, recipe.seed, tuple(recorded)))
        if all(corpus.identity_of(part.name)[0] == facts["identity"] for part, facts in parts):
            return parts
    return with_facts(_pilot(recipe, plan, watch))


def _pilot(recipe: Recipe, plan: Plan, watch: Progress) -> Studio:
    """The recipe's studio, its band weights found on a pilot that no count of samples changes."""
    studio = Studio(recipe.scene_spec, recipe.seed)
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
    """What `part.json` says of a part; `identity` hashes `made_of`, all that its samples depend on."""
    layout: dict[str, Any] = {
        "name": part.name,
        "kind": part.kind,
        "samples": part.samples,
        "samples_per_shard": part.samples_per_shard,
        "track": part.frames,
        "rate": recipe.rate,
        "schema": VERSION,
        "code": _CODE,
        "joints": list(JOINTS),
        "sizes": {
            "shape": len(studio.bodies[0].shape_dirs),
            "props": max(1, recipe.props.count[1]),
            "height": recipe.picture.height,
            "width": recipe.picture.width,
        },
        "arrays": [
            row.name for row in labels_of(part.kind, tuple(recipe.images.arrays), recipe.detector is not None)
        ],
        "band_weights": list(studio.band_weights or studio.band_shares),
        "props": [
            {"kind": prop.kind, "held": prop.held, "middle": middle}
            for prop, middle in zip(studio.stock.props, studio.stock.middles, strict=True)
        ],
    }
    made_of = {
        **layout,
        "recipe": _own_fields(recipe, part.kind),
        "first_scene": part.first_scene,
        "weights": [source.weight for source in recipe.motion.sources],
        "motion": bank.digest,
        "bodies": [_body_digest(body) for body in studio.bodies],
    }
    return {
        **layout,
        "recipe": recipe.model_dump(mode="json"),
        "bank": bank.folder.name,
        "clips": bank.clips,
        "recordings": bank.files,
        "short": int((plan.starts == 0).sum()),
        "licences": _licences(bank, studio.bodies),
        "made_of": made_of,
        "identity": sha256_of(canonical(made_of)),
    }


def _own_fields(recipe: Recipe, kind: str) -> dict[str, Any]:
    """The recipe's fields that the samples of a part of this kind depend on, motion and files' contents aside."""
    fields = recipe.model_dump(
        mode="json", include={"seed", "body", "cameras", "props", "picture", "tracks", "detector", kind}
    )
    del fields["body"]["model"]
    return fields


def _body_digest(body: Body) -> str:
    # of what comes from the file as it is: what is computed from it may differ in the last bit between machines
    parts = (body.template, body.shape_dirs, body.pose_dirs, body.faces)
    return sha256_of(b"".join(part.tobytes() for part in parts if part is not None))


def _licences(bank: Bank, bodies: list[Body]) -> list[dict[str, str]]:
    """Every source with its terms, once."""
    terms = {(f"motion: {clip['dataset']}", clip["licence"]) for clip in bank.clips}
    terms |= {(f"body: {body.name}", body.licence) for body in bodies}
    return [{"what": what, "terms": licence} for what, licence in sorted(terms, reverse=True)]


def _anchored(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with its body model's path made absolute: workers may run in another folder."""
    model = recipe.body.model
    if model == "open":
        return recipe
    return recipe.model_copy(
        update={"body": recipe.body.model_copy(update={"model": str((folder / model).resolve())})}
    )


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
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                "another generate is at work here", where=str(folder), remedy="wait for it to end"
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"cannot be locked ({reason})", where=str(folder), remedy="put the corpus on another disk"
            ) from error
        yield
