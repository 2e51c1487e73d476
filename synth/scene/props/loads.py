"""Loads and containers that are carried in the hands or stand about: boxes, sacks, buckets, boards, tubes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synth.scene.props.kinds import CARTON, DARK, PLASTIC, SIGNAL, STEEL, WOOD
from synth.scene.props.pieces import PALM, Grips, Shapes, piece


def _sides(length: float, height: float, off: float = PALM) -> Grips:
    """Grips on the two ends of a load, the surface on top, and the edge of it that is nearest the worker."""
    x = length / 2 + off
    return {"left": (-x, 0, height / 2), "right": (x, 0, height / 2), "top": (0, 0, height)}


@piece(CARTON[0], CARTON[2], length=0.4, depth=0.3, height=0.3, hold="load")
def box(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # cartons of the 600 x 400 module, ISO 3394; ISO 11228-1 advises at most 0.6 x 0.5 x 0.6 m
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, height))
    s.block((0, 0, height), (length + 0.002, 0.05, 0.004), zone=1)
    return _sides(length, height) | {"bottom_left": (-length / 2, 0, 0), "bottom_right": (length / 2, 0, 0)}


@piece(PLASTIC[0], PLASTIC[4], length=0.6, depth=0.4, height=0.22, hold="load")
def crate(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # open containers, EN 13199: 600 x 400 mm, 120 to 420 mm high; held at the handles below its rim
    x, y, wall = length / 2, depth / 2, 0.02
    s.box((-x, -y, 0), (x, y, wall))
    for side in (-1, 1):
        s.block((0, side * (y - wall / 2), (height + wall) / 2), (length, wall, height - wall))
        s.block((side * (x - wall / 2), 0, (height + wall) / 2), (wall, depth - 2 * wall, height - wall))
    z = height - 0.05
    return {"left": (-x, 0, z), "right": (x, 0, z), "top": (0, 0, height), "inside": (0, 0, wall)}


@piece((0.76, 0.7, 0.58), (0.66, 0.6, 0.48), length=0.6, depth=0.38, height=0.14, hold="load")
def sack(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # 25 kg of cement or feed, lying
    x, y = length / 2, depth / 2
    s.box((-x, -0.8 * y, 0.15 * height), (x, 0.8 * y, 0.8 * height))
    s.box((-0.92 * x, -y, 0), (0.92 * x, y, 0.9 * height))
    s.box((-0.8 * x, -0.75 * y, 0.9 * height), (0.8 * x, 0.75 * y, height), zone=1)
    return _sides(length, height, 0.0)


@piece(STEEL[2], length=0.45, depth=0.32, height=0.04, hold="load")
def tray(s: Shapes, length: float, depth: float, height: float) -> Grips:
    x, y = length / 2, depth / 2
    s.box((-x, -y, 0), (x, y, 0.01))
    for side in (-1, 1):
        s.block((0, side * (y - 0.005), height / 2 + 0.005), (length, 0.01, height - 0.01))
        s.block((side * (x - 0.005), 0, height / 2 + 0.005), (0.01, depth - 0.02, height - 0.01))
    return {
        "left": (-x, 0, height / 2),
        "right": (x, 0, height / 2),
        "top": (0, 0, height),
        "under": (0, 0, -PALM),
    }


@piece(STEEL[1], STEEL[0], length=0.25, depth=0.2, height=0.16, hold="load")
def part(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a casting or a gearbox: a body, a flange and a shaft
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, 0.6 * height))
    s.round((0, 0, 0.6 * height), 0.4 * min(length, depth), 0.4 * height, zone=1)
    return _sides(length, height) | {"side": (0, -depth / 2, 0.3 * height)}


@piece(DARK, STEEL[0], diameter=0.63, width=0.2, hold="load")
def tyre(s: Shapes, diameter: float, width: float) -> Grips:
    # a car's wheel, upright, its flat side towards the worker
    radius = diameter / 2
    s.beam((0, -width / 2, radius), (0, width / 2, radius), radius, 14)
    s.beam((0, -width / 2 - 0.005, radius), (0, width / 2 + 0.005, radius), 0.62 * radius, 12, zone=1)
    return _sides(diameter, diameter, 0.01) | {"hub": (0, -width / 2, radius)}


@piece(WOOD[2], length=1.2, height=0.8, thickness=0.018, hold="load")
def sheet(s: Shapes, length: float, height: float, thickness: float) -> Grips:
    # a board or plasterboard carried upright at its two ends, the flat side towards the worker
    s.box((-length / 2, -thickness / 2, 0), (length / 2, thickness / 2, height))
    return _sides(length, height, 0.0) | {"face": (0, -thickness / 2, height / 2)}


def _long(length: float, apart: float, height: float) -> Grips:
    grip = min(apart, 0.8 * length) / 2
    return {
        "left": (-grip, 0, height / 2), "right": (grip, 0, height / 2), "end_left": (-length / 2, 0, height / 2),
        "end_right": (length / 2, 0, height / 2), "top": (0, 0, height),
    }  # fmt: skip


@piece(WOOD[0], length=2.4, width=0.15, thickness=0.03, grip=0.6, hold="load")
def plank(s: Shapes, length: float, width: float, thickness: float, grip: float) -> Grips:
    # carried in both hands, `grip` apart
    s.box((-length / 2, -width / 2, 0), (length / 2, width / 2, thickness))
    return _long(length, grip, thickness)


@piece(STEEL[0], SIGNAL[2], length=2.0, diameter=0.05, grip=0.6, hold="load")
def pipe(s: Shapes, length: float, diameter: float, grip: float) -> Grips:
    # a tube or bar carried in both hands, `grip` apart
    radius = diameter / 2
    s.beam((-length / 2, 0, radius), (length / 2, 0, radius), radius, 10)
    for end in (-1, 1):
        s.beam(
            (end * length / 2, 0, radius), (end * (length / 2 - 0.04), 0, radius), 1.15 * radius, 10, zone=1
        )
    return _long(length, grip, diameter)


@piece(PLASTIC[0], DARK, diameter=0.585, height=0.88, hold="load")
def barrel(s: Shapes, diameter: float, height: float) -> Grips:
    # steel drums of 60 to 216.5 litres, ISO 15750: 0.38 to 0.585 m across, 0.6 to 0.88 m high
    s.round((0, 0, 0), diameter / 2, height)
    for share in (0.33, 0.67):
        s.round((0, 0, share * height - 0.012), diameter / 2 + 0.01, 0.024, zone=1)
    return _sides(diameter, height) | {"rim": (0, -diameter / 2, height)}


@piece(PLASTIC[4], STEEL[0], diameter=0.3, height=0.3, hold="hanging")
def bucket(s: Shapes, diameter: float, height: float) -> Grips:
    s.round((0, 0, 0), 0.4 * diameter, height, tip=1.25)
    top = height + 0.15
    for side in (-1, 1):  # the handle, from side to side, crosswise to the hand
        s.beam((0, side * diameter / 2, height), (0, side * 0.05, top), 0.006, 6, zone=1)
    s.beam((0, -0.06, top), (0, 0.06, top), 0.012, 6, zone=1)
    return {"handle": (0, 0, top), "top": (0, 0, height), "rim": (0, -diameter / 2, height)}


@piece(SIGNAL[2], DARK, length=0.2, depth=0.3, height=0.38, hold="hanging")
def canister(s: Shapes, length: float, depth: float, height: float) -> Grips:
    body = height - 0.06
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, body))
    for side in (-1, 1):
        s.block((0, side * depth / 4, body + 0.025), (0.03, 0.03, 0.05), zone=1)
    s.beam((0, -depth / 4, height - 0.015), (0, depth / 4, height - 0.015), 0.015, 6, zone=1)
    return {"handle": (0, 0, height - 0.015), "top": (0, 0, body)}


@piece(SIGNAL[2], STEEL[0], length=0.22, depth=0.45, height=0.28, hold="hanging")
def toolbox(s: Shapes, length: float, depth: float, height: float) -> Grips:
    body = height - 0.1
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, body))
    for side in (-1, 1):
        s.block((0, side * 0.1, body + 0.05), (0.02, 0.02, 0.1), zone=1)
    s.beam((0, -0.1, height), (0, 0.1, height), 0.014, 6, zone=1)
    return {"handle": (0, 0, height), "top": (0, 0, body)}


@piece((0.62, 0.3, 0.22), length=0.24, depth=0.115, height=0.071, hold="tool")
def brick(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # EN 771-1; held from above, its length across the fingers
    s.block((0.03, 0, 0), (height, depth, length))
    return {"tip": (0.03 + height / 2, 0, 0)}


@piece(DARK, SIGNAL[1], length=1.2, diameter=0.03, hold="load")
def cable(s: Shapes, length: float, diameter: float) -> Grips:
    # a cable or hose that hangs through between both hands, `length` long
    apart, radius = 0.6 * length, diameter / 2
    sag = 0.36 * length  # of a catenary this long over this span, within a few per cent
    at = np.linspace(-1, 1, 9)
    points = [(apart / 2 * x, 0.0, radius + sag * x * x) for x in at]
    for here, there in pairwise(points):
        s.beam(here, there, radius, 6)
    for point in (points[0], points[-1]):
        s.block(point, (2.4 * radius, 2.4 * radius, 4 * radius), zone=1)
    return {"left": points[0], "right": points[-1], "middle": points[4]}
