"""Where tasks run: this machine's own Dask cluster, or one that is running."""

from pipelines.cluster.tasks import connect, run_bounded

__all__ = ["connect", "run_bounded"]
