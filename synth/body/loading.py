"""Loading a body: the open one that ships with the project, or a user's licensed file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from synth.body.body import GENDERS, Body
from synth.body.licensed import read_licensed
from synth.body.open import open_body
from synth.core.errors import InputError


@lru_cache(maxsize=8)
def load_body(spec: str = "open", gender: str = "neutral") -> Body:
    """The open body (`open`), or a user's body from the path of an SMPL, SMPL-H or SMPL-X `.npz`.

    `gender` picks among the open bodies; a file has a fixed one. Raises InputError for an unknown gender and for a
    file that cannot be used.
    """
    if gender not in GENDERS:
        raise InputError(f"unknown gender '{gender}'", where="gender", remedy=f"use {', '.join(GENDERS)}")
    return open_body(gender) if spec == "open" else read_licensed(Path(spec))
