"""Clusters of vectors: centres by k-means, for the cells of an index and the anchor poses of LCR-Net.

Begun as k-means++ does (Arthur and Vassilvitskii 2007) on a draw of the vectors, then Lloyd's rounds over all of it
(Lloyd 1982). `curate/balance.py` clusters a corpus by mini-batches, bit by bit the same on every machine; this one
is for hundreds of cells of a million vectors in seconds: distances are matrix products.
"""

from __future__ import annotations

import torch
from torch import Tensor

_CHUNK = 65_536


def cluster(vectors: Tensor, count: int, seed: int, rounds: int = 12, most: int = 65_536) -> Tensor:
    """(k, d) centres of at most `count` clusters of vectors (n, d) float32, n > 0, found on `most` of them.

    The same vectors and seed give the same centres on the same machine. A cluster that loses all of its vectors
    starts again from the one that is farthest from its centre.
    """
    rng = torch.Generator().manual_seed(seed)
    if len(vectors) > most:
        vectors = vectors[torch.randperm(len(vectors), generator=rng)[:most]]
    centres = _begin(vectors, min(count, len(vectors)), rng)
    for _ in range(rounds):
        own, far = nearest(vectors, centres)
        total = torch.zeros_like(centres).index_add_(0, own, vectors)
        members = torch.bincount(own, minlength=len(centres)).to(vectors.dtype)
        moved = total / members.clamp(min=1)[:, None]
        empty = torch.nonzero(members == 0).flatten()
        if len(empty):
            moved[empty] = vectors[torch.topk(far, len(empty)).indices]
        centres = moved
    return centres


def nearest(vectors: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """(n,) the nearest of the centres (k, d) for each of the vectors (n, d), and the squared distance to it."""
    norms = (centres**2).sum(1)
    owns, fars = [], []
    for some in vectors.split(_CHUNK):
        least, own = torch.addmm(norms, some, centres.T, alpha=-2).min(1)
        owns.append(own)
        fars.append((least + (some**2).sum(1)).clamp(min=0))
    return torch.cat(owns), torch.cat(fars)


def _begin(vectors: Tensor, count: int, rng: torch.Generator) -> Tensor:
    """(k, d) vectors, each drawn with a chance that grows with its squared distance to those drawn before."""
    first = int(torch.randint(len(vectors), (1,), generator=rng))
    chosen, far = [first], ((vectors - vectors[first]) ** 2).sum(1)
    while len(chosen) < count and float(far.max()) > 1e-9:  # else: fewer different vectors than clusters
        up_to = far.double().cumsum(0)
        draw = torch.rand(1, generator=rng, dtype=torch.float64) * up_to[-1]
        drawn = min(int(torch.searchsorted(up_to, draw)), len(vectors) - 1)
        chosen.append(drawn)
        far = torch.minimum(far, ((vectors - vectors[drawn]) ** 2).sum(1))
    return vectors[chosen]
