"""From a corpus to batches."""

from lifter.data.loader import CorpusDataset, Loader
from lifter.data.samples import Samples, read_samples

__all__ = ["CorpusDataset", "Loader", "Samples", "read_samples"]
