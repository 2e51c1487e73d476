"""Where tasks run: this machine's own Dask cluster or one that is running, few of them in flight at a time."""

from pipelines.cluster.bounded import as_finished, in_order, in_threads
from pipelines.cluster.tasks import connect

__all__ = ["as_finished", "connect", "in_order", "in_threads"]
