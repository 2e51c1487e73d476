"""A part of three shards with numbers in place of scenes, for the tests of what lies on disk."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.corpus.corpus import Part
from pipelines.corpus.schema import labels_of
from synth.core.disk import canonical, sha256_of

SIZES = {"shape": 4, "props": 2, "height": 6, "width": 5}


def facts(name: str = "a-images", samples: int = 7, per_shard: int = 3, **made_of: Any) -> dict[str, Any]:
    kind = name.split("-")[1]
    made_of = {"kind": kind, "recipe": {"seed": 1, kind: {}}, **made_of}
    return {
        "name": name, "kind": kind, "samples": samples, "samples_per_shard": per_shard, "sizes": SIZES,
        "arrays": [label.name for label in labels_of(kind)],
        "recipe": {kind: {"count": samples}}, "made_of": made_of, "identity": sha256_of(canonical(made_of)),
    }  # fmt: skip


def some(part: Part, shard: int, empty: bool = False) -> dict[str, np.ndarray[Any, Any]]:
    """Arrays of a shard with numbers that tell the rows apart, or zeros."""
    start, stop = part.rows(shard)
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for label in part.labels:
        shape = (stop - start, *label.sized(SIZES))
        if label.dtype == "variable_length_bytes":
            arrays[label.name] = np.array(
                [b"" if empty else b"\xff" * (n + 1) for n in range(start, stop)] + [None], object
            )[:-1]
        else:
            rows = (
                np.zeros(shape)
                if empty
                else np.full(shape, 1.0) * (1 + np.arange(start, stop)).reshape(-1, *[1] * len(label.shape))
            )
            arrays[label.name] = rows.astype(label.dtype)
    return arrays
