"""A corpus on disk: its schema, layout, parts and receipts, selections, and reading it."""

from pipelines.corpus.corpus import Corpus, Fault, Part, open_corpus
from pipelines.corpus.schema import LABELS, Label
from pipelines.corpus.selection import Selection, read_selection

__all__ = ["LABELS", "Corpus", "Fault", "Label", "Part", "Selection", "open_corpus", "read_selection"]
