"""To other tools and from them: exporters and importers, one file a format."""

from pipelines.exchange.export import FORMATS, export
from pipelines.exchange.importer import import_part, write_benchmark

__all__ = ["FORMATS", "export", "import_part", "write_benchmark"]
