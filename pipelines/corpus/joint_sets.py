"""Labels of all joints turned into those of a joint set, by its name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import joint_map


class JointSet:
    """Picks, and for joints that are the mean of others averages, what a joint set is made of.

    Not by the joint map's matrix product, which would spread NaN from joints that do not enter. Of codes, which have
    no mean, the largest is taken: of visibility, hidden before seen and outside before hidden. Raises ValueError for
    an unknown set.
    """

    def __init__(self, name: str) -> None:
        members = [np.flatnonzero(row) for row in joint_map(name)]
        self._first: Any = np.array([member[0] for member in members])
        self._means = {i: member for i, member in enumerate(members) if len(member) > 1}
        if (np.diff(self._first) == 1).all() and not self._means:
            self._first = slice(int(self._first[0]), int(self._first[-1]) + 1)

    def apply(self, values: NDArray[Any]) -> NDArray[Any]:
        """(n, 48, ...) to (n, joints of the set, ...)."""
        picked = values[:, self._first]
        for joint, members in self._means.items():
            own = values[:, members]
            picked[:, joint] = own.mean(axis=1) if values.dtype.kind == "f" else own.max(axis=1)
        return picked
