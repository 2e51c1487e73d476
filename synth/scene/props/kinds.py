"""Kinds of props: what stands about in a workplace and what a worker holds, one function a kind.

A function takes `Solids` to add to and eight uniforms in [0, 1), of which the first six are its own, and returns the
palette. A standing prop has its base at z = 0, x its length, y its depth, z up; it is moved so that its middle lies
over the origin. A held prop has the grip at the origin: z along the handle towards the thumb, x where the tool points;
a box held in both hands has its centre there, and x runs from the right hand to the left.

Another package adds a kind by an entry point of `posemill.props` that gives what `kind` makes of such a function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synth.core.registry import Registry
from synth.scene.props.solids import Array, Prop, Solids

__all__ = [
    "HELD_KINDS",
    "PROPS",
    "PROP_KINDS",
    "UNIFORMS",
    "Prop",
    "PropKind",
    "Solids",
    "build",
    "kind",
    "span",
]

Colours = tuple[tuple[float, ...], ...]
Builder = Callable[[Solids, Array], Colours]
UNIFORMS = 8  # how many uniforms one prop takes: six shape it, two colour it

CARTON = ((0.72, 0.57, 0.40), (0.64, 0.50, 0.35), (0.80, 0.74, 0.64))
PLASTIC = ((0.20, 0.36, 0.60), (0.45, 0.47, 0.50), (0.66, 0.20, 0.18), (0.24, 0.46, 0.32), (0.25, 0.26, 0.28))
WOOD = ((0.66, 0.52, 0.35), (0.55, 0.41, 0.27), (0.74, 0.63, 0.47))
STEEL = ((0.58, 0.60, 0.62), (0.40, 0.43, 0.46), (0.70, 0.71, 0.71), (0.33, 0.38, 0.45))
MACHINE = ((0.52, 0.60, 0.54), (0.70, 0.71, 0.68), (0.34, 0.44, 0.52), (0.75, 0.60, 0.24), (0.42, 0.44, 0.45))
SIGNAL = ((0.86, 0.68, 0.12), (0.82, 0.36, 0.12), (0.70, 0.16, 0.14), (0.58, 0.60, 0.62))
DARK = (0.20, 0.21, 0.23)


@dataclass(frozen=True)
class PropKind:
    """How a kind of prop is built: its function, the colours (sRGB in 0..1) that the main one, the palette's first row,
    is picked from, whether it is held, and whether it may also hang from a ceiling, a crane or a wall."""

    builder: Builder
    paints: Colours
    held: bool = False
    hangs: bool = False


def kind(paints: Colours, *, held: bool = False, hangs: bool = False) -> Callable[[Builder], PropKind]:
    """Makes a function a kind of prop."""
    return lambda builder: PropKind(builder, paints, held, hangs)


def span(u: float, low: float, high: float) -> float:
    """The number of a uniform u in [0, 1) between two bounds."""
    return low + (high - low) * float(u)


@kind(CARTON)
def box(s: Solids, u: Array) -> Colours:
    # cartons to the 600 x 400 module of ISO 3394, singly or stacked up to three high
    length, depth = span(u[0], 0.3, 0.8), span(u[1], 0.25, 0.6)
    z = 0.0
    for level in range(1 + int(3 * u[2])):
        height = span((u[3] + 0.37 * level) % 1, 0.2, 0.5)
        shift = span((u[4] + 0.61 * level) % 1, -0.04, 0.04) if level else 0.0
        s.block((shift, -shift, z + height / 2), (length, depth, height), zone=level % 2)
        z += height
    return CARTON


@kind(PLASTIC, hangs=True)
def crate(s: Solids, u: Array) -> Colours:
    # open containers of 600 x 400 and 800 x 600 mm, 120 to 420 mm high (EN 13199), stacked up to four
    length, depth = ((0.6, 0.4), (0.8, 0.6))[int(u[0] * 2)]
    height, wall = span(u[1], 0.12, 0.42), 0.02
    for level in range(1 + int(4 * u[2])):
        z, zone = level * height, level % 2
        x, y = length / 2, depth / 2
        s.box((-x, -y, z), (x, y, z + wall), zone)
        for side in (-1, 1):
            s.block((0, side * (y - wall / 2), z + height / 2), (length, wall, height), zone)
            s.block((side * (x - wall / 2), 0, z + height / 2), (wall, depth, height - 0.01), zone)
    return PLASTIC


@kind(WOOD)
def bench(s: Solids, u: Array) -> Colours:
    # heights of standing and seated work, EN ISO 14738: 0.72 to 1.1 m
    length, depth, height = span(u[0], 1.0, 2.2), span(u[1], 0.6, 0.9), span(u[2], 0.72, 1.1)
    under = height - 0.04  # the top is 40 mm thick
    x, y = length / 2, depth / 2
    s.box((-x, -y, under), (x, y, height))
    for i in (-1, 1):
        for j in (-1, 1):
            s.block((i * (x - 0.08), j * (y - 0.07), under / 2), (0.05, 0.05, under), zone=3)
    if u[3] < 0.5:  # a shelf below
        s.box((-x + 0.06, -y + 0.06, 0.15), (x - 0.06, y - 0.06, 0.18), zone=1)
    if u[4] < 0.5:  # a row of drawers
        s.box((x - 0.55, -y + 0.03, 0.2), (x - 0.12, y - 0.12, under), zone=2)
    return (*WOOD, STEEL[1])


@kind(STEEL + PLASTIC)
def shelf(s: Solids, u: Array) -> Colours:
    # boltless shelving: bays of 0.9 to 1.8 m, 0.4 to 0.8 m deep, 1.8 to 2.5 m high
    length, depth, height = span(u[0], 0.9, 1.8), span(u[1], 0.4, 0.8), span(u[2], 1.8, 2.5)
    levels = 3 + int(3 * u[3])
    x, y = length / 2, depth / 2
    for i in (-1, 1):
        for j in (-1, 1):
            s.block((i * (x - 0.025), j * (y - 0.025), height / 2), (0.05, 0.05, height), zone=0)
    pitch = (height - 0.15) / (levels - 1)
    for level in range(levels):
        z = 0.1 + level * pitch
        s.box((-x + 0.005, -y + 0.005, z), (x - 0.005, y - 0.005, z + 0.03), zone=1)
        share = (u[4] + 0.381966 * level) % 1  # how much of the level is taken by goods
        if share > 0.35 and level < levels - 1:
            goods = min(0.85 * pitch, 0.15 + 0.35 * ((u[5] + 0.618 * level) % 1))
            start = -x + 0.08
            stop = start + share * (length - 0.16)
            s.box((start, -y + 0.06, z + 0.03), (stop, y - 0.06, z + 0.03 + goods), zone=2 + level % 2)
    return (STEEL[3], STEEL[0], CARTON[0], CARTON[2])


@kind(MACHINE, hangs=True)
def machine(s: Solids, u: Array) -> Colours:
    # a machine tool's enclosure with a base, a table or window, and a control box on an arm
    length, depth, height = span(u[0], 0.7, 2.0), span(u[1], 0.6, 1.3), span(u[2], 0.95, 2.0)
    x, y = length / 2, depth / 2
    s.box((-x, -y, 0), (x, y, 0.12), zone=1)
    s.box((-x + 0.03, -y + 0.03, 0.12), (x - 0.03, y - 0.03, height))
    s.box((-0.6 * x, -y - 0.01, 0.55 * height), (0.3 * x, -y + 0.05, 0.9 * height), zone=1)
    if u[3] < 0.6:
        s.box((0.55 * x, -y - 0.22, 0.6 * height), (0.95 * x, -y - 0.08, 0.6 * height + 0.35), zone=2)
        s.block((0.75 * x, -y - 0.03, 0.6 * height + 0.17), (0.08, 0.14, 0.08), zone=1)
    if u[4] < 0.5:
        s.box((-x + 0.15, -0.5 * y, height), (-x + 0.15 + 0.4 * length, 0.5 * y, height + 0.25), zone=2)
    return (MACHINE[1], DARK, STEEL[1])


@kind(STEEL + SIGNAL, hangs=True)
def pipe(s: Solids, u: Array) -> Colours:
    # a run of pipe on stands, DN 50 to DN 300 of EN 10220: 60 to 324 mm outside
    radius, length, height = span(u[0] ** 2, 0.03, 0.162), span(u[1], 1.4, 3.0), span(u[2], 0.35, 1.9)
    runs = 1 + int(2 * u[3])
    for run in range(runs):
        z = height + run * (2 * radius + 0.08)
        s.beam((-length / 2, 0, z), (length / 2, 0, z), radius, sides=8)
        for end in (-1, 1):  # flanges
            x = end * length / 2
            s.beam((x - 0.015, 0, z), (x + 0.015, 0, z), 1.35 * radius, sides=8, zone=1)
    top = height + (runs - 1) * (2 * radius + 0.08)
    for end in (-1, 1):
        s.box(
            (end * 0.35 * length - 0.03, radius, 0), (end * 0.35 * length + 0.03, radius + 0.06, top), zone=2
        )
        s.box((end * 0.35 * length - 0.15, -0.2, 0), (end * 0.35 * length + 0.15, 0.2, 0.02), zone=2)
    return (STEEL[0], STEEL[1], DARK)


@kind(SIGNAL + WOOD)
def ladder(s: Solids, u: Array) -> Colours:
    # EN 131: rungs 250 to 300 mm apart, at least 280 mm between stiles; a stepladder or one that leans
    width, pitch, steps = span(u[0], 0.36, 0.55), span(u[1], 0.25, 0.30), 4 + int(5 * u[2])
    height = pitch * (steps + 0.6)
    lean = height / np.tan(np.radians(72 if u[3] < 0.6 else 68))
    foot = lean if u[3] < 0.6 else lean / 2
    sides = (-1.0, 1.0) if u[3] < 0.6 else (-1.0,)
    for side in sides:
        start, end = np.array([0, side * foot, 0.0]), np.array([0, side * (foot - lean), height])
        for i in (-0.5, 0.5):
            offset = np.array([i * width, 0, 0])
            s.beam(start + offset, end + offset, 0.03)
        for step in range(1, steps + 1):
            at = start + (end - start) * (step * pitch / height)
            if side < 0:
                s.block(at, (width - 0.03, 0.07, 0.025), zone=1)
            elif step % 2:
                s.block(at, (width - 0.03, 0.02, 0.03), zone=1)
    return (SIGNAL[3], STEEL[1])


@kind(SIGNAL + STEEL, hangs=True)
def pole(s: Solids, u: Array) -> Colours:
    # scaffold tube (48.3 mm, EN 39) to a building's column of 0.4 m, round or square
    radius, height = span(u[0] ** 2, 0.024, 0.2), span(u[1], 1.6, 3.0)
    sides = 4 if u[2] < 0.3 else 10
    s.beam((0, 0, 0.0), (0, 0, height), radius, sides)
    s.box((-radius - 0.07, -radius - 0.07, 0), (radius + 0.07, radius + 0.07, 0.015), zone=1)
    return (SIGNAL[3], DARK)


@kind(WOOD + STEEL + PLASTIC, hangs=True)
def panel(s: Solids, u: Array) -> Colours:
    # boards and partitions up to the 1.2 x 2.4 m sheet of the building trades, on feet
    length, height, thick = span(u[0], 0.8, 1.6), span(u[1], 0.9, 2.4), span(u[2], 0.012, 0.05)
    gap = 0.12 if u[3] < 0.5 else 0.0
    s.box((-length / 2, -thick / 2, gap), (length / 2, thick / 2, height))
    for end in (-1, 1):
        x = end * (length / 2 - 0.1)
        s.box((x - 0.025, -0.25, 0), (x + 0.025, 0.25, 0.03), zone=1)
        s.box((x - 0.02, thick / 2, 0.03), (x + 0.02, thick / 2 + 0.03, 0.6 * height), zone=1)
    return (WOOD[2], STEEL[1])


@kind(PLASTIC + SIGNAL)
def drum(s: Solids, u: Array) -> Colours:
    # steel drums of 60 to 216.5 litres (ISO 15750): 0.38 to 0.585 m across, 0.6 to 0.88 m high
    size = float(u[0])
    radius, height = 0.19 + 0.1025 * size, 0.6 + 0.28 * size
    for level in range(1 + int(1.4 * u[1])):
        z = level * height
        s.beam((0, 0, z), (0, 0, z + height - 0.01), radius, sides=10)
        for ring in (z + 0.33 * height, z + 0.67 * height):
            s.beam((0, 0, ring - 0.012), (0, 0, ring + 0.012), radius + 0.012, sides=10, zone=1)
    return (PLASTIC[0], DARK)


@kind(CARTON + PLASTIC, held=True)
def held_box(s: Solids, u: Array) -> Colours:
    # manual handling: what fits between two hands, ISO 11228-1 advises at most 0.6 x 0.5 x 0.6 m
    s.block(np.zeros(3), (span(u[0], 0.25, 0.6), span(u[1], 0.2, 0.45), span(u[2], 0.12, 0.4)))
    return CARTON


@kind(SIGNAL + PLASTIC, held=True)
def held_drill(s: Solids, u: Array) -> Colours:
    # cordless drill-drivers: 0.17 to 0.26 m long, 0.2 to 0.26 m high
    length, drop = span(u[0], 0.17, 0.26), span(u[1], 0.08, 0.11)
    s.beam((0, 0, -drop), (0, 0, 0.06), 0.022, sides=6, zone=1)
    s.beam((-0.06, 0, 0.085), (length - 0.06, 0, 0.085), 0.034, sides=8)
    s.beam((length - 0.06, 0, 0.085), (length, 0, 0.085), 0.022, sides=8, zone=1, tip=0.5)
    s.beam((length, 0, 0.085), (length + 0.08, 0, 0.085), 0.004, zone=2)
    s.box((-0.045, -0.035, -drop - 0.05), (0.065, 0.035, -drop), zone=1)
    return (SIGNAL[0], DARK, STEEL[0])


@kind(WOOD + SIGNAL, held=True)
def held_hammer(s: Solids, u: Array) -> Colours:
    # from a locksmith's hammer of 0.26 m to a club hammer of 0.45 m
    handle, head = span(u[0], 0.26, 0.45), span(u[1], 0.09, 0.14)
    s.beam((0, 0, -0.08), (0, 0, handle - 0.08), 0.014, sides=6)
    s.block((0.15 * head, 0, handle - 0.08), (head, 0.03, 0.03), zone=3)
    return (*WOOD, STEEL[1])


@kind(STEEL + SIGNAL, held=True)
def held_bar(s: Solids, u: Array) -> Colours:
    # wrecking bars, spanners, brooms: 0.35 to 1.5 m, held towards one end
    length, radius = span(u[0] ** 2, 0.35, 1.5), span(u[1], 0.01, 0.02)
    low = -span(u[2], 0.06, 0.3) * length
    s.beam((0, 0, low), (0, 0, low + length), radius, sides=6)
    if u[3] < 0.5:
        s.block((0, 0, low + length), (0.05 + 0.3 * u[4], 0.05, 0.04), zone=1)
    return (SIGNAL[3], DARK)


PROP_KINDS: tuple[str, ...] = (
    "box", "crate", "bench", "shelf", "machine", "pipe", "ladder", "pole", "panel", "drum",
)  # fmt: skip
HELD_KINDS: tuple[str, ...] = ("held_box", "held_drill", "held_hammer", "held_bar")
PROPS: Registry[PropKind] = Registry(
    "prop", "posemill.props", {name: f"{__name__}:{name}" for name in PROP_KINDS + HELD_KINDS}
)


def build(kind: str, u: ArrayLike) -> Prop:
    """A prop of a kind of `PROPS`, its sizes and colours from u (8,) uniforms in [0, 1).

    The same u gives the same prop. Raises InputError for an unknown kind, ValueError for a u of another shape.
    """
    made = PROPS.get(kind)
    u = np.asarray(u, dtype=np.float64)
    if u.shape != (UNIFORMS,):
        raise ValueError(f"a prop takes {UNIFORMS} uniforms, not an array of shape {u.shape}")
    solids = Solids()
    palette = np.array(made.builder(solids, u), dtype=np.float32)
    palette[0] = made.paints[min(int(u[6] * len(made.paints)), len(made.paints) - 1)]
    palette *= span(u[7], 0.8, 1.15)
    vertices = np.concatenate(solids.vertices)
    if not made.held:
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        vertices -= (*(low + high)[:2] / 2, low[2])
    return Prop(
        kind=kind,
        vertices=vertices.astype(np.float32),
        faces=np.concatenate(solids.faces),
        palette=palette.clip(0, 1),
        face_zones=np.concatenate(solids.zones),
        held=made.held,
    )
