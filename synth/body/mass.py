"""Where the mass of a body is, from its joints.

Segment masses and their centres: de Leva, 'Adjustments to Zatsiorsky-Seluyanov's segment inertia parameters',
J. Biomechanics, 1996, table 4, men.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24

Floats = NDArray[np.float64]

# segment: its two joints, its share of the mass, and how far along it its centre of mass lies
_SEGMENTS = [("neck", "head", 0.0694, 1.0), ("pelvis", "neck", 0.4346, 0.55)] + [
    (f"{side}_{start}", f"{side}_{end}", mass, along)
    for side in ("left", "right")
    for start, end, mass, along in (
        ("shoulder", "elbow", 0.0271, 0.577),
        ("elbow", "wrist", 0.0162, 0.457),
        ("wrist", "hand", 0.0061, 0.79),
        ("hip", "knee", 0.1416, 0.41),
        ("knee", "ankle", 0.0433, 0.446),
        ("ankle", "foot", 0.0137, 0.44),
    )
]


def joint_masses() -> Floats:
    """(24,) the weights with which SMPL's joints make up the centre of mass; they sum to 1."""
    weights = np.zeros(len(SMPL_24))
    for start, end, mass, along in _SEGMENTS:
        weights[SMPL_24.index(start)] += mass * (1.0 - along)
        weights[SMPL_24.index(end)] += mass * along
    whole: Floats = weights / weights.sum()
    return whole


def mass_centre(joints: Floats) -> Floats:
    """(..., 3) the centre of mass of bodies from their joints (..., 24, 3), metres."""
    return np.einsum("j,...jc->...c", joint_masses(), joints)
