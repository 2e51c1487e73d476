"""Making the shards of a part on one core, watched: what the benchmarks of pairs, images and scaling share.

Compilation and start-up are not counted: a first shard is made before the clock starts.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import pipelines.generate.shard as making
import synth.scene.scenes as drawing
from benchmarks.bench import Facts, one_core, peak_memory
from pipelines.corpus.corpus import Corpus, Part
from pipelines.generate.build_bank import build_bank
from pipelines.generate.facts import part_facts
from pipelines.generate.plan import Plan
from pipelines.generate.recipe import Recipe, StorageSpec
from synth.core.progress import rounded
from synth.render import labels as pixel_labels
from synth.scene.scenes import Studio


@dataclass(frozen=True)
class LaidOut:
    """One part that is laid out and empty; `make(shard)` fills a shard."""

    corpus: Path
    part: Part

    def arguments(self, shard: int) -> tuple[Any, ...]:
        """What `make_shard` is called with."""
        return str(self.corpus), self.part.name, str(self.part.facts["identity"]), self.part.samples, shard

    def make(self, shard: int) -> None:
        making.make_shard(*self.arguments(shard))

    def samples(self, shard: int) -> int:
        start, stop = self.part.rows(shard)
        return stop - start


def shard_size(kind: str) -> int:
    """Samples a shard of 'pairs' or 'images' where a recipe does not say."""
    return int(getattr(StorageSpec(), f"{kind}_per_shard"))


@contextmanager
def laid_out(kind: str, shards: int, per_shard: int) -> Iterator[LaidOut]:
    """An empty part of the embedded motion in a temporary folder: 256x256, one person, two props."""
    content: Facts = {
        "name": "bench",
        "props": {"count": [2, 2]},
        kind: {"count": shards * per_shard},
        "storage": {f"{kind}_per_shard": per_shard},
    }
    recipe = Recipe.model_validate(content)
    with tempfile.TemporaryDirectory(prefix="posemill-bench-") as place:
        corpus = Corpus(Path(place).resolve())
        plan = Plan(recipe, build_bank(recipe, corpus.folder, corpus.folder, _one_by_one))
        studio = Studio(recipe.scene_spec, recipe.seed, pieces=plan.pieces)
        facts = part_facts(recipe, plan.bank, plan, plan.parts[0], studio)
        yield LaidOut(corpus.folder, corpus.create_part(facts))


def _one_by_one(
    function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], title: str, total: int
) -> Iterator[tuple[int, Any]]:
    for number, job in enumerate(jobs):
        yield number, function(*job)


class _Stopwatch:
    """Seconds spent in functions while they are watched."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[stage] += time.perf_counter() - start

        return run

    @contextmanager
    def on(self, owner: Any, name: str, stage: str) -> Iterator[None]:
        before = getattr(owner, name)
        setattr(owner, name, self.timed(stage, before))
        try:
            yield
        finally:
            setattr(owner, name, before)

    @contextmanager
    def on_stages(self) -> Iterator[None]:
        """The stages of making a shard."""
        find = making.get_renderer

        def get_renderer(name: str) -> Any:
            watched = type("Watched", (), {})()
            watched.render = self.timed("render", find(name).render)
            return watched

        with ExitStack() as stack:
            for owner, name, stage in (
                (drawing, "draw_people", "people"), (drawing, "draw_viewpoints", "cameras"),
                (drawing, "body_depths_many", "rays to the body"), (drawing, "place_props", "props"),
                (making, "label", "labels"), (making, "picture", "meshes"),
                (pixel_labels, "from_zbuffer", "z-buffer labels"), (pixel_labels, "encode", "encode"),
                (Part, "write_shard", "write"),
            ):  # fmt: skip
                stack.enter_context(self.on(owner, name, stage))
            stack.callback(setattr, making, "get_renderer", find)
            setattr(making, "get_renderer", get_renderer)  # noqa: B010
            yield


def end_to_end(
    kind: str, shards: int, per_shard: int, beside: Callable[[LaidOut, int], Facts] | None = None
) -> Facts:
    """Samples a second of one process on one core, shares of the time by stage, and bytes of memory.

    beside: measured on the same part afterwards, given how many samples were made; its figures are added.
    """
    memory, watch = psutil.Process(), _Stopwatch()
    with one_core(), laid_out(kind, shards + 1, per_shard) as job:
        job.make(0)
        early = memory.memory_info().rss
        with watch.on_stages():
            start = time.perf_counter()
            for number in range(1, shards + 1):
                job.make(number)
            seconds = time.perf_counter() - start
        late = memory.memory_info().rss
        samples = sum(job.samples(number) for number in range(1, shards + 1))
        stages = sorted(watch.seconds.items(), key=lambda item: -item[1])
        facts: Facts = {
            "samples": samples,
            "seconds": seconds,
            "per_second": samples / seconds,
            "stages": {stage: spent / seconds for stage, spent in stages},
            "memory_after_first_shard": early,
            "memory_after_last_shard": late,
            "memory_peak": peak_memory(),
        }
        return facts | (beside(job, samples) if beside else {})


def describe_end_to_end(name: str, facts: Facts) -> list[str]:
    """The figures in lines of text."""
    split = ", ".join(f"{stage} {share:.0%}" for stage, share in facts["stages"].items())
    memory = [facts[f"memory_{key}"] / 2**20 for key in ("after_first_shard", "after_last_shard", "peak")]
    return [
        f"{name}: {rounded(facts['per_second'])} a second end to end on disk, one process on one core "
        f"({facts['samples']:,} in {facts['seconds']:.1f} s)",
        f"  time: {split}",
        "  memory: {:.0f} MiB after the first shard, {:.0f} after the last, {:.0f} at most".format(*memory),
    ]
