"""What a picture is made of: meshes with their materials, one light and a background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.scene.background import Background
from synth.scene.light import Light

PERSON = 1  # the instance number of the person; props are numbered from 2, 0 is the background


@dataclass(frozen=True)
class Material:
    """How a surface looks under the plain shading; colours are sRGB in 0..1.

    colour (3,) float applies everywhere, unless palette (P, 3) float is given: then a face takes the row that
    the mesh's `face_zones` names. texture (h, w, 3) uint8 is multiplied by the colour where the mesh has texture
    coordinates: u runs right and v up, as in OBJ files, and (0, 0) is the lower left corner of the picture.
    """

    colour: NDArray[np.float32]
    palette: NDArray[np.float32] | None = None
    texture: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        for field, kind in (("colour", np.float32), ("palette", np.float32), ("texture", np.uint8)):
            array = getattr(self, field)
            if array is not None:
                object.__setattr__(self, field, np.ascontiguousarray(array, dtype=kind))


_MESH_TYPES: dict[str, type] = {
    "vertices": np.float32, "faces": np.int32, "face_parts": np.uint8, "face_zones": np.uint8,
    "uv": np.float32, "face_uv": np.int32,
}  # fmt: skip


@dataclass(frozen=True)
class Mesh:
    """A triangle mesh where it stands in the world.

    vertices (V, 3) float32 metres; faces (F, 3) int32, counter-clockwise seen from outside; instance is
    `PERSON` or a prop's number from 2 to 255. face_parts (F,) uint8 names the SMPL joint that owns a face
    (the person only); face_zones (F,) uint8 picks rows of the material's palette; uv (U, 2) float32 with
    face_uv (F, 3) int32 are texture coordinates. smooth shades by vertex normals instead of flat faces. Faces
    of a mesh that is not double sided are seen from outside only. Raises ValueError where the arrays do not
    fit together.
    """

    name: str
    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    instance: int
    material: Material
    face_parts: NDArray[np.uint8] | None = None
    face_zones: NDArray[np.uint8] | None = None
    uv: NDArray[np.float32] | None = None
    face_uv: NDArray[np.int32] | None = None
    smooth: bool = False
    double_sided: bool = True

    def __post_init__(self) -> None:
        # the renderers' kernels are compiled for these types; arrays that have them are kept as they are
        for field, kind in _MESH_TYPES.items():
            array = getattr(self, field)
            if array is not None:
                object.__setattr__(self, field, np.ascontiguousarray(array, dtype=kind))
        if not 1 <= self.instance <= 255:
            raise ValueError(f"mesh '{self.name}': instance {self.instance} is not in 1..255")
        count = len(self.faces)
        for field in ("face_parts", "face_zones", "face_uv"):
            array = getattr(self, field)
            if array is not None and len(array) != count:
                raise ValueError(f"mesh '{self.name}': {field} has {len(array)} rows for {count} faces")
        if (self.uv is None) != (self.face_uv is None):
            raise ValueError(f"mesh '{self.name}': uv and face_uv come together")
        if self.material.palette is not None and self.face_zones is None:
            raise ValueError(f"mesh '{self.name}': a palette needs face_zones to pick from it")


@dataclass(frozen=True)
class RenderScene:
    """Everything a renderer needs besides the camera. The floor is the plane z = 0 of the background."""

    meshes: tuple[Mesh, ...]
    light: Light
    background: Background


def plain(colour: ArrayLike) -> Material:
    """A material of one colour, (3,) sRGB in 0..1."""
    return Material(np.asarray(colour, dtype=np.float32))
