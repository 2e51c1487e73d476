"""The open bodies that ship with the project, built by `synth/assets/build`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from synth.body.body import GENDERS, Body
from synth.core.errors import InputError


@lru_cache(maxsize=len(GENDERS))
def open_body(gender: str = "neutral") -> Body:
    """The open body of a gender. Raises InputError for an unknown gender."""
    if gender not in GENDERS:
        raise InputError(f"unknown gender '{gender}'", where="gender", remedy=f"use {', '.join(GENDERS)}")
    with resources.as_file(resources.files("synth") / "assets" / "body" / f"open_{gender}.npz") as path:
        return read_open(path)


def read_open(path: Path) -> Body:
    """A body as `synth/assets/build` writes it."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    whole = {"faces", "weight_joints", "surface_vertices", "face_uv", "proxy_vertices", "proxy_faces"}
    exact = {"rest_joints", "joint_shape_dirs"}
    fields: dict[str, Any] = {"pose_dirs": None, "uv": None, "face_uv": None}
    for name, array in arrays.items():
        if name in ("name", "licence", "source"):
            fields[name] = str(array)
        elif name == "face_parts":
            fields[name] = array
        else:
            kind = np.int32 if name in whole else np.float64 if name in exact else np.float32
            fields[name] = np.ascontiguousarray(array, dtype=kind)
    weights = fields["weights"]
    fields["weights"] = weights / weights.sum(1, keepdims=True)
    return Body(**fields)
