"""What every renderer takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.scene.camera import Camera
from synth.scene.mesh import RenderScene


@dataclass(frozen=True)
class Rendering:
    """A rendered picture and the labels of its pixels, all from the same surface nearest to the camera.

    image (H, W, 3) uint8 sRGB; instance (H, W) uint8, 0 background, 1 the person, from 2 the props; part
    (H, W) uint8, 1 + SMPL joint number on the person, else 0; depth (H, W) float32 metres along z and normal
    (H, W, 3) float32 unit vectors in the camera frame, both 0 where no mesh is seen: floor and walls are in
    the image only.
    """

    image: NDArray[np.uint8]
    instance: NDArray[np.uint8]
    part: NDArray[np.uint8]
    depth: NDArray[np.float32]
    normal: NDArray[np.float32]


class Renderer(Protocol):
    """Renders a scene as a camera sees it."""

    def render(self, scene: RenderScene, camera: Camera) -> Rendering: ...
