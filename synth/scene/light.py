"""The light of a scene: one direction (a lamp or window far away) and an ambient share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.core.randomness import Draws

# elevation of the light above the horizon, degrees: high enough that a shadow stays near its object
ELEVATION = (38.0, 82.0)


@dataclass(frozen=True)
class Light:
    """One light, or n of them with a leading axis; `light[i]` takes one out of n.

    direction (..., 3) unit vector in the world, from the surface towards the light; colour (..., 3) of the
    directed light, its brightest channel 1; intensity (...,) of the directed light and ambient (...,) of the
    light from everywhere, so that a white surface facing the light shows intensity + ambient (1 = white).
    """

    direction: NDArray[np.float64]
    colour: NDArray[np.float64]
    intensity: NDArray[np.float64]
    ambient: NDArray[np.float64]

    def __getitem__(self, row: int) -> Light:
        return Light(self.direction[row], self.colour[row], self.intensity[row], self.ambient[row])


def draw_light(draws: Draws, ids: ArrayLike) -> Light:
    """The lights of n samples, from the draws named `light/...`."""
    azimuth = draws.uniform("light/azimuth", ids, high=2 * np.pi)[:, 0]
    # uniform in the sine of the elevation: uniform over that part of the sky
    low, high = np.sin(np.radians(ELEVATION))
    z = draws.uniform("light/elevation", ids, low=low, high=high)[:, 0]
    flat = np.sqrt(1 - z * z)
    direction = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), z], axis=-1)
    # from the yellowish white of a warm lamp to the bluish white of a clouded window
    warmth = draws.uniform("light/warmth", ids)
    colour = np.where(
        warmth < 0.5,
        1 - (1 - 2 * warmth) * np.array([0.0, 0.05, 0.14]),
        1 - (2 * warmth - 1) * np.array([0.09, 0.04, 0.0]),
    )
    ambient = draws.uniform("light/ambient", ids, low=0.4, high=0.65)[:, 0]
    total = draws.uniform("light/total", ids, low=0.95, high=1.3)[:, 0]
    return Light(direction, colour, total - ambient, ambient)
