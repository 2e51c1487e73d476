"""What a training step depends on besides the weights: its random numbers and its rate, from its number alone."""

from __future__ import annotations

import hashlib
import math
from functools import partial

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

_LAST = 0.01  # of the rate, at the end


def key(*place: int | str) -> int:
    """A seed for torch or numpy, of a recipe's seed and what is to be drawn."""
    digest = hashlib.blake2b("/".join(map(str, place)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def rate_at(step: int, steps: int, rate: float, warm_up: float) -> float:
    """The learning rate of a step: up in a line over a share of the steps, then down along half a cosine.

    Loshchilov and Hutter, 'SGDR: stochastic gradient descent with warm restarts', ICLR 2017, without restarts.
    """
    rising = warm_up * steps
    if step < rising:
        return rate * (step + 1) / (rising + 1)
    along = (step - rising) / max(1.0, steps - rising)
    return rate * (_LAST + (1 - _LAST) * 0.5 * (1 + math.cos(math.pi * along)))


def scheduler(optimizer: Optimizer, step: int, steps: int, rate: float, warm_up: float) -> LambdaLR:
    """torch's scheduler of `rate_at`, as it stands before a step: nothing of it need be stored to resume.

    Whatever rates the optimizer has are replaced. The scheduler multiplies a base rate by a factor; with a base of 1
    the factors are the rates themselves, and no product rounds them.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = 1.0
    factor = partial(rate_at, steps=steps, rate=rate, warm_up=warm_up)
    return LambdaLR(optimizer, factor, last_epoch=step - 1)
