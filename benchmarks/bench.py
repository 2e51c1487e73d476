"""The benchmarks by name, and what they share: a process of their own, one core, the machine's name, memory.

A benchmark is a module with a `BENCH`. It is found by its line in `BENCHES`, or in another package by an entry point of
the group `posemill.benchmarks`.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from synth.core.registry import Registry

Facts = dict[str, Any]
T = TypeVar("T")
_POLL = 0.1  # seconds


@dataclass(frozen=True)
class Bench:
    """A benchmark: the docstring of its module, what measures, and what says the figures in lines of text.

    measure: without arguments its full size; with `corpus=` it reads that corpus, where `reads_corpus`.
    """

    doc: str | None
    measure: Callable[..., Facts]
    describe: Callable[[Facts], list[str]]
    reads_corpus: bool = False

    @property
    def about(self) -> str:
        """The first line of the docstring."""
        return (self.doc or "").strip().split("\n")[0]

    def run(self, corpus: Path | None = None) -> Facts:
        """The figures, measured in a fresh process, so that the memory it reports is its own."""
        return in_own_process(self.measure, **({} if corpus is None else {"corpus": corpus}))


BENCHES: Registry[Bench] = Registry(
    "benchmark",
    "posemill.benchmarks",
    {
        name: f"benchmarks.{name}:BENCH"
        for name in (
            "render",
            "pairs",
            "images",
            "scale",
            "plan",
            "curate",
            "loader",
            "index",
            "risk",
            "postures",
        )
    },
)


def in_own_process(function: Callable[..., T], **arguments: Any) -> T:
    """The result of a module's function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, **arguments).result()


def machine() -> str:
    """The machine's name, processor, cores, memory and Python."""
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


@contextmanager
def one_core() -> Iterator[int]:
    """Hold every thread of this process to one core where the system can; gives the core's number, -1 where not.

    Threads that libraries have started before are held as well.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield -1
        return
    before = os.sched_getaffinity(0)
    core = max(before)
    _pin({core})
    try:
        yield core
    finally:
        _pin(before)


def _pin(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        try:
            os.sched_setaffinity(int(thread), cores)
        except ProcessLookupError:
            continue  # it has just ended


def peak_memory() -> int:
    """The most bytes that this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """The most bytes that this process and its children hold while it lasts, in a list of one."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not done.wait(_POLL):
            total = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # it has just ended
            peak[0] = max(peak[0], total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()
