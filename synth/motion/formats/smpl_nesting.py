"""SMPL parameters within what programs pickle: dictionaries of people, of worlds, and lists of one array a person.

WHAM, VIBE and TRAM: a dictionary of arrays for each person's number. GVHMR: `smpl_params_global`, in the world, beside
`smpl_params_incam`. 3DPW (von Marcard et al., 2018): lists with an array of each person.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.core.errors import InputError
from synth.motion.formats.smpl_layouts import KEYS, RATE_KEYS, Arrays

_GLOBAL = "smpl_params_global"
_MOTION = KEYS - set(RATE_KEYS)
_MOST_SHOWN = 5
_REMEDY = "save the SMPL parameters of one person as .npz (docs/formats.md), then give that"


def arrays_within(held: Any, where: str) -> Arrays:
    """The arrays of the one person in what was pickled, by name. Raises InputError where there are several people, or
    none."""
    if not isinstance(held, dict):
        raise InputError("is not a dictionary of arrays", where=where, remedy=_REMEDY)
    if isinstance(held.get(_GLOBAL), dict):
        held = {**{key: held[key] for key in RATE_KEYS if key in held}, **held[_GLOBAL]}
    if not _MOTION & {str(key) for key in held}:
        held = _of_one(held, where)
    found = {str(key): _array(value, f"{where}:{key}") for key, value in held.items() if str(key) in KEYS}
    return {key: array for key, array in found.items() if array is not None}


def _of_one(held: dict[Any, Any], where: str) -> dict[Any, Any]:
    people = {
        str(key): value
        for key, value in held.items()
        if isinstance(value, dict) and _MOTION & {str(name) for name in value}
    }
    if len(people) > 1:
        shown = ", ".join(list(people)[:_MOST_SHOWN]) + (", …" if len(people) > _MOST_SHOWN else "")
        raise InputError(f"holds {len(people)} people: {shown[:80]}", where=where, remedy=_REMEDY)
    if not people:
        shown = ", ".join(str(key)[:30] for key in list(held)[:_MOST_SHOWN])
        raise InputError(f"has no SMPL parameters, but {shown or 'nothing'}", where=where, remedy=_REMEDY)
    return next(iter(people.values()))


def _array(value: Any, where: str) -> np.ndarray[Any, Any] | None:
    """A value as an array of numbers; None for what is none."""
    if isinstance(value, list) and value and all(isinstance(each, np.ndarray) for each in value):
        if value[0].ndim < 2:  # a row a frame
            return np.stack(value) if len({each.shape for each in value}) == 1 else None
        if len(value) > 1:
            raise InputError(f"holds {len(value)} people", where=where, remedy=_REMEDY)
        value = value[0]
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "fiuUS" else None
