"""One picture in the making: where vertices go, and which faces its pixels see so far."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth.render import coverage
from synth.scene.mesh import Mesh

Array = NDArray[np.float64]


class RasterizedMesh(NamedTuple):
    """A mesh in a buffer: its camera points (V, 3), its first face's number, and the least and greatest
    column and row (4,) that it may touch."""

    points: NDArray[np.float32]
    first: int
    box: NDArray[np.int64]


class PictureBuffer:
    """A visibility buffer and the projection into it.

    rotation (3, 3) and translation (3,) take the world to the camera, the lens (11,) takes camera points to
    pixels; bounds (5,) and longest as `lens.reach` gives them. owner (height, width) int32 holds the number
    of the face that a pixel sees, -1 for none; nearest (height, width) float32 its 1 / z. Faces are numbered
    in the order in which meshes are rasterized.
    """

    def __init__(
        self,
        rotation: Array,
        translation: Array,
        lens: Array,
        bounds: Array,
        longest: float,
        height: int,
        width: int,
    ) -> None:
        self.rotation, self.translation = rotation, translation
        self.lens, self.bounds, self.longest = lens, bounds, longest
        self.nearest = np.zeros((height, width), np.float32)
        self.owner = np.full((height, width), -1, np.int32)
        self.count = 0

    def rasterize(self, mesh: Mesh) -> RasterizedMesh:
        """Rasterize a mesh over what is there."""
        height, width = self.owner.shape
        count = len(mesh.vertices)
        points = np.empty((count, 3), np.float32)
        screen, whole, box = np.empty((count, 2), np.int32), np.empty(count, np.uint8), np.empty(4, np.int64)
        coverage.project(
            mesh.vertices, self.rotation, self.translation, self.lens, self.bounds, points, screen, whole, box
        )
        coverage.rasterize(
            mesh.faces, points, screen, whole, mesh.double_sided, self.count, self.lens, self.bounds,
            self.longest, self.nearest, self.owner,
        )  # fmt: skip
        rasterized = RasterizedMesh(
            points, self.count, np.clip(box, 0, (width - 1, width - 1, height - 1, height - 1))
        )
        self.count += len(mesh.faces)
        return rasterized
