"""Where tasks run: a Dask cluster of this machine's own, or any that is running, with few tasks in flight."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, Future, LocalCluster, as_completed
from distributed.comm.addressing import get_address_host_port, normalize_address

from synth.core.errors import InputError

_LOG = logging.getLogger(__name__)
# tasks a worker has waiting while it works on one, so that it never idles; what bounds the driver's memory
_AHEAD = 3
_PATIENCE = "10s"  # with a scheduler that does not answer
_COUNT_WORKERS_EVERY = 5.0  # seconds; workers may come and go
_SETTINGS = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.comm.timeouts.connect": _PATIENCE,
    # what goes wrong in a task is raised here, once
    "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED": "critical",
}


@contextmanager
def connect(workers: int | None, scheduler: str | None, threads: bool = False) -> Iterator[Client]:
    """A client of the scheduler at an address, or of a local cluster of `workers` processes (or threads), as
    many as there are cores if not given.

    Raises InputError where no scheduler answers.
    """
    with dask.config.set(_SETTINGS), ExitStack() as stack:
        for name in ("distributed", "tornado.application"):  # which tell of a Ctrl-C in their own way
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if scheduler:
            client = stack.enter_context(_client_of(scheduler))
            if not client.nthreads():
                _LOG.warning("no worker has joined %s yet; waiting for one", scheduler)
        else:
            count = workers or CPU_COUNT
            with _unheard_interrupts():
                cluster = LocalCluster(
                    n_workers=1 if threads else count,
                    threads_per_worker=count if threads else 1,
                    processes=not threads,
                    dashboard_address="127.0.0.1:0",  # any free port, this machine only
                    memory_limit=0,
                )
                stack.enter_context(cluster)
                client = stack.enter_context(Client(cluster, set_as_default=False))
        yield client


def _client_of(scheduler: str) -> Client:
    try:
        if not scheduler.startswith("inproc://"):
            # a client of an address that is none takes half a minute to be given up
            get_address_host_port(normalize_address(scheduler), strict=True)
        return Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            "no Dask scheduler answers", where=scheduler, remedy="check the address, such as tcp://host:8786"
        ) from error


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
    task, after a second try, is raised here, and the tasks that wait are dropped.
    """
    waiting = enumerate(jobs)
    numbers: dict[Future, int] = {}
    running = as_completed(loop=client.loop)
    most, counted = 0, -_COUNT_WORKERS_EVERY
    try:
        while True:
            if time.monotonic() - counted >= _COUNT_WORKERS_EVERY:
                most = max(1, sum(client.nthreads().values())) * (1 + _AHEAD)
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
