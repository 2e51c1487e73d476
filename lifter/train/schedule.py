"""What a training step depends on besides the weights: its random numbers and its rate, from its number alone."""

from __future__ import annotations

import hashlib
import math

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
