"""Where a head can be turned to: what lies beyond is looked at as far as neck and trunk let.

The neck's range is that of `chain`, after the American Academy of Orthopaedic Surgeons, 'Joint motion', 1965, the line
of sight at rest being 10 degrees below straight ahead; the trunk helps by a few degrees, and eyes do the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ASIDE, _UP, _DOWN = np.radians(75.0), np.radians(42.0), np.radians(65.0)  # from straight ahead of the chest


def within_sight(way: Floats, chest: Floats) -> Floats:
    """(3,) the direction of a way (3,) from the head, brought within what it can be turned to.

    chest (3, 3): the turn of spine3 in the world, its columns to the body's left, up and ahead. Beyond an ellipse
    around straight ahead of the chest, 75 degrees to a side, 42 up and 65 down, it is at the edge, on the same side.
    """
    left, up, ahead = chest.T @ way
    aside = float(np.hypot(left, up))
    off = float(np.arctan2(aside, ahead))
    if aside < 1e-9:
        return np.asarray(way / max(float(np.linalg.norm(way)), 1e-6))
    left, up = left / aside, up / aside
    most = 1.0 / float(np.hypot(left / _ASIDE, up / (_UP if up > 0 else _DOWN)))
    off = min(off, most)
    return np.asarray(chest @ (np.sin(off) * left, np.sin(off) * up, np.cos(off)))
