"""k-means by scipy (Lloyd 1982), for the cells of an index and the anchor poses of LCR-Net.

`pipelines/curate/balance.py` has its own by mini-batches: selections made with it must come out the same again.
"""

from __future__ import annotations

import warnings

import numpy as np
import torch
from scipy.cluster.vq import kmeans2, vq
from torch import Tensor

_ROUNDS = 12
_MOST = 65_536  # vectors that centres are found on


def cluster(vectors: Tensor, count: int, seed: int) -> Tensor:
    """(k, d) centres of at most `count` clusters of vectors (n, d) float32, n > 0, begun at vectors drawn at random.

    The same vectors and seed give the same centres on the same machine. k is less than `count` where there are fewer
    different vectors.
    """
    rng = np.random.default_rng(seed)
    given = vectors.detach().cpu().numpy()
    if len(given) > _MOST:
        given = given[np.sort(rng.choice(len(given), _MOST, replace=False))]
    different = np.unique(given, axis=0)
    if len(different) <= count:
        return torch.from_numpy(different).to(vectors.device)
    begin = rng.choice(different, count, replace=False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "One of the clusters is empty")  # its centre stays
        centres, _ = kmeans2(given, begin, iter=_ROUNDS, minit="matrix")
    return torch.from_numpy(centres.astype(np.float32)).to(vectors.device)


def nearest(vectors: Tensor, centres: Tensor) -> tuple[Tensor, Tensor]:
    """(n,) int64 the nearest of the centres (k, d) for each of the vectors (n, d), and (n,) the squared distance."""
    own, apart = vq(vectors.detach().cpu().numpy(), centres.detach().cpu().numpy(), check_finite=False)
    return torch.from_numpy(own.astype(np.int64)), torch.from_numpy((apart**2).astype(np.float32))
