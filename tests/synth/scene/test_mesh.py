"""Meshes have the types that the renderers' kernels are compiled for, or are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synth.scene.mesh import Material, Mesh, plain

TRIANGLE: dict[str, Any] = {
    "name": "toy", "vertices": np.eye(3), "faces": np.array([[0, 1, 2]]), "instance": 1, "material": plain((1, 0, 0)),
}  # fmt: skip


def test_arrays_get_the_kernels_types() -> None:
    mesh = Mesh(**TRIANGLE, uv=np.zeros((3, 2)), face_uv=np.array([[0, 1, 2]]), face_parts=np.array([4]))
    assert (mesh.vertices.dtype, mesh.faces.dtype, mesh.uv.dtype) == (np.float32, np.int32, np.float32)  # type: ignore[union-attr]
    assert mesh.face_parts is not None
    assert mesh.face_parts.dtype == np.uint8
    assert mesh.material.colour.tolist() == [1, 0, 0]


def test_arrays_that_have_them_are_kept() -> None:
    vertices = np.eye(3, dtype=np.float32)
    assert Mesh(**{**TRIANGLE, "vertices": vertices}).vertices is vertices


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instance": 0}, "instance 0 is not in 1..255"),
        ({"instance": 256}, "instance 256 is not in 1..255"),
        ({"face_parts": np.zeros(2)}, "face_parts has 2 rows for 1 faces"),
        ({"uv": np.zeros((3, 2))}, "uv and face_uv come together"),
        ({"material": Material(np.ones(3, np.float32), np.ones((2, 3), np.float32))}, "needs face_zones"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Mesh(**{**TRIANGLE, **changes})
