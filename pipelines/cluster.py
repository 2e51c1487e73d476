"""Where tasks run: a Dask cluster of this machine's own, or any that is running, with few tasks in flight."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

import dask
from distributed import Client, Future, LocalCluster, as_completed
from distributed.comm.addressing import get_address_host_port, normalize_address

from synth.errors import InputError

# tasks a worker has waiting while it works on one, so that it never idles; what bounds the driver's memory
_AHEAD = 3


@contextmanager
def connect(workers: int | None, scheduler: str | None, threads: bool = False) -> Iterator[Client]:
    """A client of the scheduler at an address, or of a local cluster of `workers` processes (or threads).

    Raises InputError where no scheduler answers.
    """
    settings = {
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.spill": False,
        "distributed.comm.timeouts.connect": "10s",
        # what goes wrong in a task is raised here, once
        "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",
    }
    with dask.config.set(settings):
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        if scheduler:
            try:
                # a client of an address that is none takes half a minute to be given up
                get_address_host_port(normalize_address(scheduler), strict=True)
                client = Client(scheduler, timeout="10s", set_as_default=False)
            except (OSError, TimeoutError, ValueError) as error:
                raise InputError(
                    "no Dask scheduler answers",
                    where=scheduler,
                    remedy="check the address, such as tcp://host:8786",
                ) from error
            with client:
                yield client
            return
        with ExitStack() as stack:
            with _unheard_interrupts():
                cluster = LocalCluster(
                    n_workers=1 if threads else workers,
                    threads_per_worker=(workers or 1) if threads else 1,
                    processes=not threads,
                    dashboard_address="127.0.0.1:0",  # any free port, this machine only
                    memory_limit=0,
                )
                stack.enter_context(cluster)
                client = stack.enter_context(Client(cluster, set_as_default=False))
            yield client


@contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Threads and processes started here never see Ctrl-C: the one who started them does, and ends them."""
    resource_tracker.ensure_running()  # multiprocessing's helper; starting it later would undo the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run_bounded(
    client: Client, function: Callable[..., Any], jobs: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[int, Any]]:
    """Results of function(*job) for every job, as they come, with the number of the job.

    Jobs are taken from the iterable only as workers get free, so it may be of any length. An exception of a
    task is raised here, and the tasks that wait are dropped.
    """
    waiting = enumerate(jobs)
    numbers: dict[Future, int] = {}

    def submit(running: as_completed | None = None) -> bool:
        number, job = next(waiting, (None, ()))
        if number is None:
            return False
        future = client.submit(function, *job, pure=False, retries=1)
        numbers[future] = number
        if running is not None:
            running.add(future)
        return True

    slots = max(1, sum(client.nthreads().values()))
    while len(numbers) < slots * (1 + _AHEAD) and submit():
        pass
    running = as_completed(list(numbers), loop=client.loop)
    try:
        for future in running:
            number = numbers.pop(future)
            result = future.result()
            submit(running)
            yield number, result
    finally:
        for future in numbers:
            future.cancel()
