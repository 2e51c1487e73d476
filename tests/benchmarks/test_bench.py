"""Every benchmark is registered under its module's name, runs in its own process, and is held to one core."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

import benchmarks
from benchmarks import bench
from benchmarks.bench import BENCHES, in_own_process, machine, one_core, peak_memory, watched_memory
from tests.benchmarks import tiny

# what others are made of, and what make targets run by themselves
SHARED = {"__init__", "bench", "corpora", "shards", "results"}
TARGETS = {"coverage", "library", "rigs", "motion_files", "keypoint_files", "keypoint_formats"}


def test_every_module_that_measures_is_registered() -> None:
    folder = Path(benchmarks.__path__[0])
    assert {path.stem for path in folder.glob("*.py")} - SHARED - TARGETS == set(BENCHES.names())


@pytest.mark.parametrize("name", BENCHES.names())
def test_each_says_in_a_line_what_it_measures(name: str) -> None:
    pytest.importorskip("torch")
    about = BENCHES.get(name).about
    assert 20 < len(about) < 130
    assert about.endswith(".")


def test_it_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    assert in_own_process(os.getpid) != os.getpid()
    assert tiny.BENCH.run(tmp_path) == {"rate": float("inf"), "corpus": str(tmp_path)}


def test_the_machine_is_named() -> None:
    assert f" {len(os.sched_getaffinity(0))} cores, " in machine()


def test_every_thread_is_held_to_one_core() -> None:
    cores, done = os.sched_getaffinity(0), threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    assert other.native_id is not None
    try:
        with one_core() as core:
            assert os.sched_getaffinity(0) == os.sched_getaffinity(other.native_id) == {core}
        assert os.sched_getaffinity(0) == os.sched_getaffinity(other.native_id) == cores
    finally:
        done.set()
        other.join()


def test_memory_is_seen_to_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_POLL", 0.005)
    with watched_memory() as before:
        threading.Event().wait(0.1)
    with watched_memory() as peak:
        held = np.ones(400_000_000, np.uint8)
        threading.Event().wait(0.2)
    assert peak[0] - before[0] > 0.8 * len(held)
    assert peak_memory() >= len(held)
