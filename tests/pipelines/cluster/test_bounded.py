"""Few jobs in flight, results as they come or in order, and errors in one line."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from pipelines.cluster.bounded import as_finished, in_order, in_threads
from pipelines.cluster.tasks import connect
from synth.core.errors import InputError


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connect(2, None, threads=True) as client:
        yield client


def double(value: int) -> int:
    return 2 * value


def refuse(value: int) -> int:
    raise InputError(f"value {value}\nis bad", where="file.amc:7", remedy="mend it")


def fail_once(folder: str) -> str:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return "second try"
    raise OSError("the disk was away")


def test_every_job_has_its_number(client: Client) -> None:
    assert dict(as_finished(client, double, ((n,) for n in range(100)))) == {n: 2 * n for n in range(100)}


def test_no_jobs_no_results(client: Client) -> None:
    assert list(as_finished(client, double, [])) == []


def test_a_million_jobs_start_at_once_and_few_are_in_flight(client: Client) -> None:
    taken = 0

    def jobs() -> Iterator[tuple[int]]:
        nonlocal taken
        for taken in range(1, 1_000_001):
            yield (taken,)

    results = as_finished(client, double, jobs())
    for done, _ in enumerate(itertools.islice(results, 300), 1):
        assert taken - done < 2 * 4  # two threads, each with one at work and three ahead
    results.close()
    assert taken < 310


def test_jobs_may_be_without_end(client: Client) -> None:
    results = as_finished(client, double, ((n,) for n in itertools.count()))
    assert len(list(itertools.islice(results, 20))) == 20


def test_an_error_of_a_task_is_one_line(client: Client) -> None:
    with pytest.raises(InputError) as refused:
        list(as_finished(client, refuse, [(3,)]))
    assert str(refused.value) == "file.amc:7: value 3 is bad; mend it"


def test_a_task_gets_a_second_try(client: Client, tmp_path: Path) -> None:
    assert list(as_finished(client, fail_once, [(f"{tmp_path}/try",)])) == [(0, "second try")]


def slow_if_even(value: int) -> int:
    time.sleep(0.02 * (value % 2 == 0))
    return value


def test_results_in_order_whatever_ends_first(client: Client) -> None:
    jobs = ((n,) for n in range(20))
    assert list(in_order(client, slow_if_even, jobs)) == list(range(20))
    assert list(in_threads(slow_if_even, range(20), 3)) == [(n, n) for n in range(20)]
    assert list(in_order(client, double, [])) == list(in_threads(double, [])) == []


def test_in_order_few_are_in_flight(client: Client) -> None:
    taken = 0

    def jobs() -> Iterator[tuple[int]]:
        nonlocal taken
        for taken in itertools.count(1):
            yield (taken,)

    results = in_order(client, double, jobs())
    assert list(itertools.islice(results, 5)) == [2, 4, 6, 8, 10]
    results.close()
    assert taken <= 5 + 2 + 3  # two threads and three ahead


def test_threads_take_few_items_ahead_and_end_when_left_early() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    before = threading.active_count()
    results = in_threads(double, items(), 2)
    assert next(results) == (1, 2)
    results.close()
    assert taken <= 1 + 2 * 4
    assert threading.active_count() == before


def test_an_error_in_order_is_raised(client: Client) -> None:
    for results in (in_order(client, refuse, [(3,)]), in_threads(refuse, [3], 1)):
        with pytest.raises(InputError, match="value 3 is bad"):
            list(results)
