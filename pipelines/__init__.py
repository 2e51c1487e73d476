"""Many samples: corpora generated, curated, inspected, reported on and handed to other tools.

import pipelines

corpus = pipelines.open("out/quickstart")
corpus.joints("left_wrist", frame="camera")  # (n, 3) metres
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.corpus.reading import Samples

__all__ = ["open"]


def open(
    path: str | PathLike[str],
    *,
    part: str | None = None,
    selection: str | None = None,
    split: str | None = None,
) -> Samples:
    """The finished samples of a corpus, of one of its parts, or those a selection (and split of it) chose.

    Raises InputError, with the names there are, where the folder is not a corpus or a name is unknown.
    """
    from pipelines.corpus.reading import open_samples  # what it needs is imported when it is called

    return open_samples(path, part=part, selection=selection, split=split)
