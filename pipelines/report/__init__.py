"""A corpus as one page to read."""

from pipelines.report.page import write_report

__all__ = ["write_report"]
