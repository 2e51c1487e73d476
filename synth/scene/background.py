"""What stands behind everything: a plain room with a tiled or concrete floor at z = 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.core.randomness import Draws

# painted concrete, screed, epoxy coatings in grey, green, red-brown and beige, as industrial floors are sold
FLOORS = np.array(
    [[0.62, 0.61, 0.59], [0.50, 0.51, 0.52], [0.44, 0.52, 0.47], [0.55, 0.43, 0.38], [0.70, 0.66, 0.57]]
)
WALLS = np.array(
    [[0.86, 0.85, 0.82], [0.75, 0.77, 0.79], [0.80, 0.78, 0.70], [0.66, 0.72, 0.75], [0.72, 0.69, 0.66]]
)
# the lower part of a workshop's wall is often painted in a stronger colour
DADOS = np.array([[0.45, 0.52, 0.58], [0.42, 0.50, 0.44], [0.60, 0.55, 0.45], [0.55, 0.55, 0.56]])


@dataclass(frozen=True)
class Background:
    """One room, or n of them with a leading axis; `background[i]` takes one out of n.

    floor, wall, dado, ceiling (..., 3) colours, sRGB in 0..1; dado_height (...,) metres, 0 for none; tile
    (...,) the floor's joint spacing in metres, 0 for none; centre (..., 2) the room's middle on the floor,
    half (..., 2) half its length and width, height (...,), all metres; yaw (...,) the room's turn about z,
    radians. A renderer widens a room that does not hold the camera.
    """

    floor: NDArray[np.float64]
    wall: NDArray[np.float64]
    dado: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    dado_height: NDArray[np.float64]
    tile: NDArray[np.float64]
    centre: NDArray[np.float64]
    half: NDArray[np.float64]
    height: NDArray[np.float64]
    yaw: NDArray[np.float64]

    def __getitem__(self, row: int) -> Background:
        return Background(*(getattr(self, name)[row] for name in self.__dataclass_fields__))


def draw_background(draws: Draws, ids: ArrayLike, centre: ArrayLike = (0.0, 0.0)) -> Background:
    """The rooms of n samples, from the draws named `background/...`; centre (2,) or (n, 2), metres."""
    tint = draws.uniform("background/tint", ids, columns=9, low=-0.02, high=0.02).reshape(-1, 3, 3)
    tint = tint + draws.uniform("background/tone", ids, columns=3, low=-0.1, high=0.08)[:, :, None]
    count = len(tint)
    floor = FLOORS[draws.integers("background/floor", ids, len(FLOORS))[:, 0]] + tint[:, 0]
    wall = WALLS[draws.integers("background/wall", ids, len(WALLS))[:, 0]] + tint[:, 1]
    dado = DADOS[draws.integers("background/dado", ids, len(DADOS))[:, 0]] + tint[:, 2]
    shape = draws.uniform("background/shape", ids, columns=7)
    return Background(
        floor=floor.clip(0, 1),
        wall=wall.clip(0, 1),
        dado=dado.clip(0, 1),
        ceiling=np.clip(wall + 0.06, 0, 1),
        dado_height=np.where(shape[:, 0] < 0.6, 0.9 + 0.6 * shape[:, 1], 0.0),
        tile=np.where(shape[:, 2] < 0.7, 0.4 + 2.1 * shape[:, 3], 0.0),
        centre=np.broadcast_to(np.asarray(centre, dtype=np.float64), (count, 2)),
        half=3.5 + 6.5 * shape[:, 4:6],
        # from an office's ceiling to a hall's
        height=2.7 + 3.3 * shape[:, 6],
        yaw=draws.uniform("background/yaw", ids, high=np.pi / 2)[:, 0],
    )
