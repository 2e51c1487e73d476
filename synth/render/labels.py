"""The labels that only samples with pixels have, one function each, from a scene and its rendering.

The schema's rows (`pipelines/corpus/schema.py`) name these functions as 'module:function'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from synth.render.rendering import Rendering
from synth.scene.camera import Camera
from synth.scene.mesh import RenderScene
from synth.scene.visibility import Visibility, from_zbuffer


@dataclass(frozen=True)
class Shot:
    """One sample's picture: what was rendered, from where, the rendering, and the sample's labels by name.

    quality: 1 to 100, of JPEGs.
    """

    scene: RenderScene
    camera: Camera
    rendering: Rendering
    labels: Mapping[str, Any]
    quality: int = 92


PixelFunction = Callable[[Shot], Any]


def light(shot: Shot) -> NDArray[np.float64]:
    """(3,) unit vector from the surfaces to the light, world."""
    return shot.scene.light.direction


def image(shot: Shot) -> bytes:
    """The picture as JPEG."""
    return encode(shot.rendering.image, shot.quality)


def instance(shot: Shot) -> NDArray[np.uint8]:
    """(H, W): 0 background, 1 the person, 2 + p the prop of row p."""
    return shot.rendering.instance


def part(shot: Shot) -> NDArray[np.uint8]:
    """(H, W): 1 + the number of the SMPL joint that owns the skin, else 0."""
    return shot.rendering.part


def depth(shot: Shot) -> NDArray[np.uint16]:
    """(H, W) millimetres along z, 65535 at and beyond 65.535 m."""
    return np.minimum(shot.rendering.depth * 1000.0 + 0.5, 65535).astype(np.uint16)


def normal(shot: Shot) -> NDArray[np.int8]:
    """(H, W, 3) surface normals in the camera's frame, in 1/127."""
    return np.rint(shot.rendering.normal * 127).astype(np.int8)


def visibility_zbuffer(shot: Shot) -> NDArray[np.uint8]:
    """(48,) codes of `Visibility`, read from the z-buffer instead of rays."""
    labels, rendering = shot.labels, shot.rendering
    outside = labels["visibility"] == Visibility.OUTSIDE
    return from_zbuffer(
        labels["joints_camera"], labels["joints_image"], outside, rendering.instance, rendering.depth
    )[0]


def encode(picture: NDArray[np.uint8], quality: int) -> bytes:
    """A picture (H, W, 3) as JPEG with colour at full resolution."""
    return bytes(
        simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality=quality, colorsubsampling="444")
    )
