"""Where tasks run: a Dask cluster of this machine's own, or any that is running."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker

import dask
from dask.system import CPU_COUNT
from distributed import Client, LocalCluster
from distributed.comm.addressing import get_address_host_port, normalize_address

from synth.core.errors import InputError

_LOG = logging.getLogger(__name__)
_PATIENCE = "10s"  # with a scheduler that does not answer
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
        for name in ("distributed", "tornado.application"):  # which report a Ctrl-C in their own way
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
        try:
            yield client
        except KeyboardInterrupt:
            if not scheduler and not threads:
                _kill_workers(cluster)  # closing would wait for what they compute
            raise


def _kill_workers(cluster: LocalCluster) -> None:
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid:
            with suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)


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
