"""How fast this machine makes samples, end to end on disk, and what long plans cost.

Each measurement runs in a fresh process, so that the memory it reports is its own. Compilation and start-up
are not counted: a first shard is made before the clock starts.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import pipelines.generate.shard as making
import synth.scene.scenes as drawing
from benchmarks import corpora as bench_corpus
from benchmarks.render import PlainLoop, bench_render, one_core
from pipelines.cluster.tasks import connect, run_bounded
from pipelines.corpus.corpus import Corpus, Part
from pipelines.generate.motion_bank import build_bank
from pipelines.generate.plan import PartPlan, Plan
from pipelines.generate.recipe import Recipe, StorageSpec
from pipelines.generate.run import part_facts
from synth.core.errors import InputError
from synth.core.progress import rounded
from synth.label.compute import label
from synth.render import get_renderer
from synth.render import labels as pixel_labels
from synth.scene.picture import draw_looks, picture
from synth.scene.scenes import Studio

Facts = dict[str, Any]
_TAKEN = 2_000  # tasks run of the long plan


def machine() -> str:
    """The processor's name and how many of its cores there are."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        name = models[0] if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = psutil.virtual_memory().total / 2**30
    return f"{platform.node()}: {name}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _apart(function: Callable[[], Facts]) -> Facts:
    """The result of a function of this module in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function).result()


@dataclass(frozen=True)
class _Job:
    """One part that is laid out and empty; `make(shard)` fills a shard."""

    corpus: Path
    part: Part
    plan: PartPlan

    @property
    def identity(self) -> str:
        return str(self.part.facts["identity"])

    def make(self, shard: int) -> None:
        making.make_shard(str(self.corpus), self.part.name, self.identity, shard)

    def samples(self, shard: int) -> int:
        start, stop = self.part.rows(shard)
        return stop - start


def _shard_size(kind: str) -> int:
    return int(getattr(StorageSpec(), f"{kind}_per_shard"))


@contextmanager
def _laid_out(kind: str, shards: int) -> Iterator[_Job]:
    """An empty part of the embedded motion in a temporary folder: 256x256, one person, two props."""
    each = _shard_size(kind)
    content: Facts = {
        "name": "bench",
        "props": {"count": [2, 2]},
        kind: {"count": shards * each},
        "storage": {f"{kind}_per_shard": each},
    }
    recipe = Recipe.model_validate(content)
    with tempfile.TemporaryDirectory(prefix="posemill-bench-") as place:
        corpus = Corpus(Path(place).resolve())
        plan = Plan(recipe, build_bank(recipe, corpus.folder, corpus.folder, _one_by_one))
        part_plan = plan.parts[0]
        facts = part_facts(recipe, plan.bank, plan, part_plan, Studio(recipe.scene_spec, recipe.seed))
        yield _Job(corpus.folder, corpus.create_part(facts), part_plan)


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


def _end_to_end(kind: str, shards: int) -> Facts:
    """Samples a second of one process on one core, where the time goes, and the process's memory."""
    memory, watch = psutil.Process(), _Stopwatch()
    with one_core(), _laid_out(kind, shards + 1) as job:
        job.make(0)
        early = memory.memory_info().rss
        with watch.on_stages():
            start = time.perf_counter()
            for number in range(1, shards + 1):
                job.make(number)
            seconds = time.perf_counter() - start
        late = memory.memory_info().rss
        samples = sum(job.samples(number) for number in range(1, shards + 1))
        facts: Facts = {
            "samples": samples,
            "seconds": seconds,
            "per_second": samples / seconds,
            "stages": {
                stage: spent / seconds
                for stage, spent in sorted(watch.seconds.items(), key=lambda item: -item[1])
            },
            "memory_after_first_shard": early,
            "memory_after_last_shard": late,
            "memory_peak": _peak(),
        }
        if kind == "images":
            facts |= _plain_loop(job, min(128, samples), samples / seconds)
    return facts


def _peak() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _plain_loop(job: _Job, count: int, ours: float) -> Facts:
    """The same scenes as a user of pyrender would write them: one pass, JPEG and depth in a file each."""
    maker = making.Maker(job.corpus, job.part.name)
    try:
        get_renderer("opengl")  # says why where there is no GL
    except InputError as error:
        return {"plain_pyrender": None, "ratio": None, "remark": str(error)}
    loop = PlainLoop(maker.recipe.picture.width, maker.recipe.picture.height)
    seconds = 0.0
    for warm in (True, False):
        start = time.perf_counter()
        _, scenes = maker.scenes(0, 2 if warm else count)
        labels = label(scenes)
        looks = draw_looks(maker.studio.draws, scenes.ids)
        for row in range(len(scenes.ids)):
            colour, depth = loop.render(*picture(scenes, maker.studio.bodies, looks, labels, row))
            (job.corpus / f"{row}.jpg").write_bytes(making.encode(colour, maker.recipe.images.quality))
            np.save(job.corpus / f"{row}.npy", depth)
        seconds = time.perf_counter() - start
    return {"plain_pyrender": count / seconds, "ratio": ours / (count / seconds)}


def _pairs() -> Facts:
    return _end_to_end("pairs", 12)


def _images() -> Facts:
    return _end_to_end("images", 3)


def _render() -> Facts:
    found = bench_render()
    return {**asdict(found), "ratio": found.ratio}


def _scale() -> Facts:
    """Samples a second of one worker and of two, through Dask, once they are warm."""
    facts: Facts = {}
    for kind, shards in (("pairs", 12), ("images", 6)):
        rates = {str(workers): _through_dask(kind, shards, workers) for workers in (1, 2)}
        facts[kind] = {"per_second": rates, "ratio": rates["2"] / rates["1"]}
    return facts


def _through_dask(kind: str, shards: int, workers: int) -> float:
    warm = 2 * workers
    with _laid_out(kind, shards + warm) as job, connect(workers, None) as client:
        jobs = [(str(job.corpus), job.part.name, job.identity, n) for n in range(shards + warm)]
        for _ in run_bounded(client, making.make_shard, jobs[:warm]):
            pass
        start = time.perf_counter()
        for _ in run_bounded(client, making.make_shard, jobs[warm:]):
            pass
        seconds = time.perf_counter() - start
        return sum(job.samples(n) for n in range(warm, shards + warm)) / seconds


def _nothing(corpus: str, name: str, identity: str, shard: int) -> str:
    return "kept"


def _plan() -> Facts:
    """Time to the first task and memory of the driver, for a plan of 1,000 shards and one of 1,000,000."""
    facts: Facts = {"tasks_run": _TAKEN}
    memory = psutil.Process()
    with connect(1, None) as client:
        for _ in run_bounded(client, _nothing, (("", "", "", n) for n in range(2000))):
            pass
        for shards in (1000, 1_000_000):
            before = memory.memory_info().rss
            start = time.perf_counter()
            plan = PartPlan("pairs", "bench", 0, shards * 8192, 1, None, 8192)
            jobs = (("corpus", plan.name, "identity", shard) for shard in range(plan.shards))
            first = 0.0
            done = 0
            for done, _ in enumerate(run_bounded(client, _nothing, jobs), 1):
                first = first or time.perf_counter() - start
                if done == _TAKEN:
                    break
            facts[str(shards)] = {
                "seconds_to_first_task": first,
                "tasks_a_second": done / (time.perf_counter() - start),
                "driver_memory": memory.memory_info().rss,
                "driver_memory_grew": memory.memory_info().rss - before,
            }
    facts["driver_memory_peak"] = _peak()
    return facts


BENCHES: dict[str, Callable[[], Facts]] = {
    "render": lambda: _apart(_render),
    "pairs": lambda: _apart(_pairs),
    "images": lambda: _apart(_images),
    "scale": lambda: _apart(_scale),
    "plan": lambda: _apart(_plan),
    "curate": lambda: _apart(bench_corpus.curation),
}


def describe(name: str, facts: Facts) -> list[str]:
    """The figures of one measurement, for people."""
    say = {
        "render": _say_render,
        "scale": _say_scale,
        "plan": _say_plan,
        "curate": bench_corpus.describe_curation,
    }
    return say.get(name, _say_end_to_end)(name, facts)


def _say_render(name: str, facts: Facts) -> list[str]:
    what = f"{facts['width']}x{facts['height']}, {facts['vertices']:,} vertices, one core, {facts['frames']} frames"
    lines = [
        f"render: {what}",
        f"  default renderer, all labels: {facts['raster']:.1f} ms a frame, {1000 / facts['raster']:.0f} a second",
    ]
    if facts["plain_pyrender"] is None:
        return [*lines, f"  {facts['remark']}"]
    return [
        *lines,
        f"  pyrender backend, all labels: {facts['opengl']:.1f} ms",
        f"  plain pyrender loop, colour and depth: {facts['plain_pyrender']:.1f} ms, "
        f"{facts['ratio']:.1f} times as long",
    ]


def _say_end_to_end(name: str, facts: Facts) -> list[str]:
    split = ", ".join(f"{stage} {share:.0%}" for stage, share in facts["stages"].items())
    memory = [facts[f"memory_{key}"] / 2**20 for key in ("after_first_shard", "after_last_shard", "peak")]
    lines = [
        f"{name}: {rounded(facts['per_second'])} a second end to end on disk, one process on one core "
        f"({facts['samples']:,} in {facts['seconds']:.1f} s)",
        f"  time: {split}",
        "  memory: {:.0f} MiB after the first shard, {:.0f} after the last, {:.0f} at most".format(*memory),
    ]
    if facts.get("plain_pyrender"):
        rate, ratio = facts["plain_pyrender"], facts["ratio"]
        lines.append(
            f"  plain pyrender loop over the same scenes, colour and depth alone: {rounded(rate)} a second; "
            f"this is {ratio:.1f} times as fast"
        )
    elif "remark" in facts:
        lines.append(f"  {facts['remark']}")
    return lines


def _say_scale(name: str, facts: Facts) -> list[str]:
    return [
        f"scale: {kind}: {rounded(row['per_second']['1'])} a second with 1 worker, "
        f"{rounded(row['per_second']['2'])} with 2: {row['ratio']:.2f} times"
        for kind, row in facts.items()
    ]


def _say_plan(name: str, facts: Facts) -> list[str]:
    lines = []
    for shards in (1000, 1_000_000):
        row = facts[str(shards)]
        lines.append(
            f"plan of {shards:,} empty shards: first task done after {1000 * row['seconds_to_first_task']:.0f} ms, "
            f"{row['tasks_a_second']:,.0f} tasks a second, driver at {row['driver_memory'] / 2**20:.0f} MiB "
            f"({row['driver_memory_grew'] / 2**20:+.1f})"
        )
    return [*lines, f"  of the long plan the first {facts['tasks_run']:,} tasks were run"]
