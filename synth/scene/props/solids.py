"""A prop as a mesh, and the closed solids that kinds of props are put together from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.scene.mesh import Material, Mesh

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Prop:
    """A prop in its own frame.

    vertices (V, 3) float32 metres; faces (F, 3) int32, counter-clockwise seen from outside; palette (P, 3)
    float32 sRGB in 0..1 and face_zones (F,) uint8, the palette's row of each face. Each solid of a prop is
    closed; solids touch or overlap.
    """

    kind: str
    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    palette: NDArray[np.float32]
    face_zones: NDArray[np.uint8]
    held: bool

    @property
    def colour(self) -> NDArray[np.float32]:
        """(3,) the main colour."""
        return self.palette[0]

    def placed(self, rotation: ArrayLike, translation: ArrayLike, instance: int) -> Mesh:
        """The prop in the world: rotation (3, 3) and translation (3,) take its frame there."""
        vertices = self.vertices @ np.asarray(rotation, dtype=np.float64).T + np.asarray(translation)
        return Mesh(
            name=self.kind,
            vertices=vertices.astype(np.float32),
            faces=self.faces,
            instance=instance,
            material=Material(self.colour, self.palette),
            face_zones=self.face_zones,
        )


class Solids:
    """Collects boxes and prisms, each with its row of the palette (`zone`)."""

    def __init__(self) -> None:
        self.vertices: list[Array] = []
        self.faces: list[NDArray[np.int32]] = []
        self.zones: list[NDArray[np.uint8]] = []
        self.count = 0

    def _add(self, vertices: Array, faces: NDArray[np.int32], zone: int) -> None:
        self.vertices.append(vertices)
        self.faces.append(faces + self.count)
        self.zones.append(np.full(len(faces), zone, dtype=np.uint8))
        self.count += len(vertices)

    def box(self, low: ArrayLike, high: ArrayLike, zone: int = 0) -> None:
        """An upright box between two corners."""
        corners = np.array([low, high], dtype=np.float64)
        x, y, z = np.array([0, 1, 1, 0, 0, 1, 1, 0]), np.array([0, 0, 1, 1] * 2), np.repeat([0, 1], 4)
        self._add(np.stack([corners[x, 0], corners[y, 1], corners[z, 2]], -1), _PRISM_4, zone)

    def block(self, centre: ArrayLike, size: ArrayLike, zone: int = 0) -> None:
        """An upright box by its centre and its size."""
        middle, half = np.asarray(centre, dtype=np.float64), np.asarray(size, dtype=np.float64) / 2
        self.box(middle - half, middle + half, zone)

    def beam(
        self, start: ArrayLike, end: ArrayLike, radius: float, sides: int = 4, zone: int = 0, tip: float = 1.0
    ) -> None:
        """A prism of `sides` sides from one point to another; `tip` scales the far end's radius."""
        start, end = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        axis = (end - start) / np.linalg.norm(end - start)
        # the world's axis that the beam is least along, so that square beams stay square to the room
        across = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
        across /= np.linalg.norm(across)
        angle = (np.arange(sides) + 0.5) * 2 * np.pi / sides
        ring = np.cos(angle)[:, None] * across + np.sin(angle)[:, None] * np.cross(axis, across)
        self._add(np.concatenate([start + radius * ring, end + radius * tip * ring]), _prism(sides), zone)


def _prism(sides: int) -> NDArray[np.int32]:
    """Faces of a prism; its first `sides` vertices are the bottom, counter-clockwise seen from the top."""
    here = np.arange(sides)
    after = (here + 1) % sides
    left = np.stack([here, after, after + sides], -1)
    right = np.stack([here, after + sides, here + sides], -1)
    fan = np.arange(1, sides - 1)
    top = np.stack([np.full_like(fan, sides), fan + sides, fan + sides + 1], -1)
    bottom = np.stack([np.zeros_like(fan), fan + 1, fan], -1)
    return np.concatenate([left, right, top, bottom]).astype(np.int32)


_PRISM_4 = _prism(4)
