"""Bounded scheduling: the jobs of an iterable of any length, few of them in flight, over a Dask client or threads.

`as_finished` gives results as they come, `in_order` in the order of the jobs, and `in_threads` does so without Dask.
All raise what a job raises, and drop the jobs that wait when they are left early.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from distributed import Client, Future, as_completed

T = TypeVar("T")
R = TypeVar("R")
# jobs a worker has waiting while it works on one, so that it never idles; what bounds the driver's memory
_AHEAD = 3
_COUNT_WORKERS_EVERY = 5.0  # seconds; workers may come and go


def as_finished(
    client: Client, function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[int, Any]]:
    """Results of function(*job) for every job, as they come, with the number of the job.

    Jobs are taken from the iterable only as workers get free. An exception of a job is raised after a second try.
    """
    waiting = enumerate(jobs)
    numbers: dict[Future, int] = {}
    running = as_completed(loop=client.loop)
    most, counted = 0, -_COUNT_WORKERS_EVERY
    try:
        while True:
            if time.monotonic() - counted >= _COUNT_WORKERS_EVERY:
                most = max(1, _threads(client)) * (1 + _AHEAD)
                counted = time.monotonic()
            while len(numbers) < most and (job := next(waiting, None)):
                future = client.submit(function, *job[1], pure=False, retries=1)
                numbers[future] = job[0]
                running.add(future)
            if not numbers:
                return
            future = next(running)
            number = numbers.pop(future)
            yield number, future.result()
    finally:
        for future in numbers:
            future.cancel()


def in_order(
    client: Client, function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]], ahead: int = _AHEAD
) -> Iterator[Any]:
    """Results of function(*job) in the order of the jobs, with `ahead` more jobs in flight or waiting than threads."""

    def submit(job: tuple[Any, ...]) -> Future:
        return client.submit(function, *job, pure=False)

    return _in_order(submit, jobs, max(1, _threads(client)) + ahead)


def in_threads(
    function: Callable[[T], R], items: Iterable[T], workers: int | None = None
) -> Iterator[tuple[T, R]]:
    """Each item with function(item), in order, by threads of this process, as many as cores if not given.

    For what lets go of the interpreter's lock, such as reading and hashing.
    """
    threads = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        yield from _in_order(
            lambda item: pool.submit(lambda: (item, function(item))), items, (1 + _AHEAD) * threads
        )


def _in_order(submit: Callable[[Any], Any], jobs: Iterable[Any], most: int) -> Iterator[Any]:
    """Results of futures in the order of the jobs, at most `most` of them in flight."""
    waiting: deque[Any] = deque()
    try:
        for job in jobs:
            waiting.append(submit(job))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _threads(client: Client) -> int:
    return sum(client.nthreads().values())
