"""To other tools and from them: exporters and importers, one file a format.

`export.export` writes a corpus in a format; `importer.import_part` and `importer.write_benchmark` bring recordings in.
"""

from pipelines.exchange.formats import EXPORTERS, IMPORTERS

__all__ = ["EXPORTERS", "IMPORTERS"]
