"""How furniture is described: the things that a task needs, built from exact sizes in metres, and where hands go.

What stands: the middle of its base is the origin, x its length, y its depth, z up, and the worker faces +y: at a bench
the worker stands at -y, a chair has its back at -y, a trolley its handle. What is held, by `Hold`:

    load      built standing; both hands are at its grips `left` and `right`, whose middle is its origin when held
    hanging   built standing; hangs from its grip `handle`, whichever hand has it
    shaft     x runs along it from the right hand to the left, the middle between both hands is the origin
    tool      the grip is the origin: z along the handle towards the thumb, x where the tool points

A grip is where the middle of the hand goes (SMPL's hand joint): in the middle of a handle, `PALM` off a flat side. A
named surface (`top`, `level_2`, `face`) is a point on that surface, in its middle. Another package adds a kind by an
entry point of `posemill.furniture` that gives what `piece` makes of a function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.scene.props.solids import Array, Solids

Hold = Literal["", "load", "hanging", "shaft", "tool"]
Grips = dict[str, tuple[float, float, float]]
Colours = tuple[tuple[float, ...], ...]
PALM = 0.03  # metres from the hand's joint to what the palm lies on


class Boxes(NamedTuple):
    """n closed solids for tests of what is inside: centre (n, 3), axes (n, 3, 3) as columns, half (n, 3) metres along
    them; where `round` (n,) they are cylinders along their last axis, of radius half[:, 0]."""

    centre: Array
    axes: Array
    half: Array
    round: NDArray[np.bool_]

    def depth(self, points: ArrayLike) -> Array:
        """How deep each of points (..., 3) is inside the solid that holds it deepest, metres; negative: how far
        outside of all."""
        away = np.asarray(points, dtype=np.float64)[..., None, :] - self.centre
        local = np.einsum("...ni,nij->...nj", away, self.axes)
        beyond = np.abs(local) - self.half
        radial = np.hypot(local[..., 0], local[..., 1]) - self.half[:, 0]
        flat = np.where(self.round, radial, beyond[..., 0]), np.where(self.round, -np.inf, beyond[..., 1])
        beyond = np.stack([*flat, beyond[..., 2]], -1)
        outside = np.linalg.norm(beyond.clip(0), axis=-1)
        found: Array = -np.where(outside > 0, outside, beyond.max(-1)).min(-1)
        return found


class Shapes(Solids):
    """Solids that are remembered as boxes and cylinders as they are added."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes: list[tuple[Array, Array, Array, bool]] = []

    def box(self, low: ArrayLike, high: ArrayLike, zone: int = 0) -> None:
        super().box(low, high, zone)
        low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
        self._boxes.append(((low + high) / 2, np.eye(3), np.abs(high - low) / 2, False))

    def beam(
        self, start: ArrayLike, end: ArrayLike, radius: float, sides: int = 4, zone: int = 0, tip: float = 1.0
    ) -> None:
        super().beam(start, end, radius, sides, zone, tip)
        start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
        length = np.linalg.norm(end - start)
        axis = (end - start) / length
        across = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
        across /= np.linalg.norm(across)
        # a prism's radius goes to its corners: a square one is narrower across its sides
        half = radius if sides > 4 else radius * np.sqrt(0.5)
        axes = np.stack([across, np.cross(axis, across), axis], -1)
        self._boxes.append(((start + end) / 2, axes, np.array([half, half, length / 2]), sides > 4))

    def round(self, centre: ArrayLike, radius: float, height: float, zone: int = 0, tip: float = 1.0) -> None:
        """An upright cylinder by the middle of its base."""
        foot = np.asarray(centre, dtype=np.float64)
        self.beam(foot, foot + np.array([0, 0, height]), radius, 12, zone, tip)

    def legs(self, length: float, depth: float, height: float, side: float = 0.05, zone: int = 0) -> None:
        """Four upright legs whose outer faces are `length` and `depth` apart."""
        for i in (-1, 1):
            for j in (-1, 1):
                at = (i * (length - side) / 2, j * (depth - side) / 2, height / 2)
                self.block(at, (side, side, height), zone)

    def wheel(self, centre: ArrayLike, radius: float, width: float, zone: int = 0) -> None:
        """A wheel that rolls along y."""
        middle, half = np.asarray(centre, dtype=np.float64), np.array([width / 2, 0, 0])
        self.beam(middle - half, middle + half, radius, 12, zone)

    def boxes(self) -> Boxes:
        """All that was added."""
        centre, axes, half, round_ = zip(*self._boxes, strict=True)
        return Boxes(np.array(centre), np.array(axes), np.array(half), np.array(round_))


@dataclass(frozen=True)
class FurnitureKind:
    """A kind of furniture: `builder(shapes, *sizes)` adds its solids and returns its grips. sizes: what each size is
    called, in order, with what it is unless given, metres; colours (sRGB in 0..1) are picked by zone."""

    builder: Callable[..., Grips]
    colours: Colours
    hold: Hold
    sizes: Mapping[str, float]


def piece(*colours: tuple[float, ...], hold: Hold = "", **sizes: float) -> Callable[[Any], FurnitureKind]:
    """Makes a function a kind of furniture."""
    return lambda builder: FurnitureKind(builder, colours, hold, sizes)
