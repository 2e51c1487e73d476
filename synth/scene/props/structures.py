"""Furniture that one climbs, reaches up to, pushes or works inside of: ladders, walls, vehicles, trolleys, plants."""

from __future__ import annotations

import numpy as np

from synth.scene.props.kinds import DARK, SIGNAL, STEEL, WOOD
from synth.scene.props.pieces import Grips, Shapes, piece

_EARTH, _GRASS, _LEAF, _BARK = (0.42, 0.32, 0.22), (0.36, 0.45, 0.24), (0.25, 0.42, 0.18), (0.38, 0.28, 0.2)
_PLASTER, _PAINT, _STONE = (0.84, 0.82, 0.78), (0.24, 0.34, 0.5), (0.62, 0.6, 0.57)


@piece(SIGNAL[3], STEEL[1], width=0.42, height=3.0, pitch=0.28, angle=72)
def ladder(s: Shapes, width: float, height: float, pitch: float, angle: float) -> Grips:
    # EN 131: rungs 0.25 to 0.3 m apart, 65 to 75 degrees; the feet at y = 0, it leans toward +y and is climbed from -y
    lean = height / np.tan(np.radians(angle))
    grips: Grips = {}
    for side in (-1, 1):
        s.beam((side * width / 2, 0, 0), (side * width / 2, lean, height), 0.035)
    for rung in range(1, int((height - 0.05) / pitch) + 1):
        z = rung * pitch
        y = z * lean / height
        s.beam((-width / 2, y, z), (width / 2, y, z), 0.015, 8, zone=1)
        grips[f"rung_{rung}"] = (0.0, y, z)
        grips[f"left_rail_{rung}"], grips[f"right_rail_{rung}"] = (-width / 2, y, z), (width / 2, y, z)
    return grips


@piece(SIGNAL[3], STEEL[1], SIGNAL[1], width=0.5, height=1.5, pitch=0.25)
def stepladder(s: Shapes, width: float, height: float, pitch: float) -> Grips:
    # EN 131: treads of 80 mm; climbed from -y, the platform is its top
    lean = height / np.tan(np.radians(70))
    grips: Grips = {"top": (0, 0, height)}
    for side in (-1, 1):
        s.beam((side * width / 2, -lean, 0), (side * width / 2, 0, height), 0.03)
        s.beam((side * width / 2, lean + 0.1, 0), (side * width / 2, 0.1, height - 0.03), 0.025)
        s.beam((side * width / 2, 0.12, height), (side * width / 2, 0.12, height + 0.55), 0.014, 8)
    s.beam((-width / 2, 0.12, height + 0.55), (width / 2, 0.12, height + 0.55), 0.014, 8)
    s.box((-width / 2, -0.02, height - 0.03), (width / 2, 0.23, height), zone=2)
    for rung in range(1, int((height - 0.1) / pitch) + 1):
        z = rung * pitch
        y = -lean * (1 - z / height)
        s.block((0, y + 0.02, z - 0.015), (width - 0.04, 0.08, 0.03), zone=1)
        grips[f"rung_{rung}"] = (0.0, y + 0.02, z)
        grips[f"left_rail_{rung}"], grips[f"right_rail_{rung}"] = (-width / 2, y, z), (width / 2, y, z)
    return grips | {"rail": (0, 0.12, height + 0.55)}


@piece(SIGNAL[0], DARK, length=0.9, depth=0.5, height=0.5)
def platform(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a work platform, with a step before it where it is higher than 0.3 m
    s.box((-length / 2, -depth / 2, height - 0.04), (length / 2, depth / 2, height))
    s.legs(length, depth, height - 0.04, 0.05, zone=1)
    if height <= 0.3:
        return {"top": (0, 0, height)}
    s.box((-length / 2, -depth / 2 - 0.25, height / 2 - 0.03), (length / 2, -depth / 2, height / 2))
    s.box((-length / 2, -depth / 2 - 0.25, 0), (-length / 2 + 0.04, -depth / 2, height / 2 - 0.03), zone=1)
    s.box((length / 2 - 0.04, -depth / 2 - 0.25, 0), (length / 2, -depth / 2, height / 2 - 0.03), zone=1)
    return {"top": (0, 0, height), "step": (0, -depth / 2 - 0.12, height / 2)}


@piece(_STONE, width=0.8, depth=0.3, height=0.17, steps=3)
def stairs(s: Shapes, width: float, depth: float, height: float, steps: float) -> Grips:
    # risers of 0.14 to 0.2 m, EN 12464 and building codes; the first riser at y = 0, going up toward +y
    grips: Grips = {}
    for step in range(1, max(1, round(steps)) + 1):
        s.box(
            (-width / 2, (step - 1) * depth, (step - 1) * height),
            (width / 2, round(steps) * depth, step * height),
        )
        grips[f"step_{step}"] = (0.0, (step - 0.5) * depth, step * height)
    return grips


@piece(WOOD[0], STEEL[0], length=2.5, depth=0.8, height=1.0)
def scaffold(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # EN 12811: tubes of 48.3 mm, decks at least 0.6 m wide, guard rails 1 m above them; the open side is +y
    s.box((-length / 2, -depth / 2, height - 0.05), (length / 2, depth / 2, height))
    rail = -depth / 2 - 0.03
    for end in (-1, 1):
        x = end * (length / 2 - 0.03)
        s.beam((x, rail, 0), (x, rail, height + 1.1), 0.024, 8, zone=1)
        s.beam((x, -rail, 0), (x, -rail, height), 0.024, 8, zone=1)
        s.beam((x, rail, height - 0.08), (x, -rail, height - 0.08), 0.024, 8, zone=1)
    for above in (0.5, 1.0):
        s.beam((-length / 2, rail, height + above), (length / 2, rail, height + above), 0.024, 8, zone=1)
    return {"top": (0, 0, height), "rail": (0, rail, height + 1.0)}


@piece(_PLASTER, length=3.0, height=2.5, depth=0.12)
def wall(s: Shapes, length: float, height: float, depth: float) -> Grips:
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, height))
    return {"face": (0, -depth / 2, height / 2), "bottom": (0, -depth / 2, 0), "top": (0, 0, height)}


@piece(_PLASTER, _PAINT, STEEL[2], width=1.2, height=1.4, sill=0.9)
def window(s: Shapes, width: float, height: float, sill: float) -> Grips:
    # a frame in a wall that goes on below it and aside; the panes let light through and are left out
    x, bar, thick = width / 2, 0.07, 0.1
    for side in (-1, 1):
        s.block((side * (x + 0.15), 0, (sill + height) / 2), (0.3, thick, sill + height))
        s.block((side * (x - bar / 2), 0, sill + height / 2), (bar, thick / 2, height), zone=1)
    s.block((0, 0, sill / 2), (width, thick, sill))
    s.block((0, -0.08, sill), (width + 0.1, 0.2, 0.03), zone=2)
    for z in (sill + bar / 2, sill + height / 2, sill + height - bar / 2):
        s.block((0, 0, z), (width - 2 * bar, thick / 2, bar), zone=1)
    return {"face": (0, -0.03, sill + height / 2), "sill": (0, -0.15, sill), "top": (0, -0.03, sill + height)}


@piece(_PAINT, _PLASTER, STEEL[0], width=0.9, height=2.05)
def door(s: Shapes, width: float, height: float) -> Grips:
    s.block((0, 0, height / 2), (width, 0.045, height))
    for side in (-1, 1):
        s.block((side * (width / 2 + 0.05), 0, height / 2), (0.1, 0.12, height), zone=1)
    s.block((0, 0, height + 0.05), (width + 0.2, 0.12, 0.1), zone=1)
    s.beam((width / 2 - 0.06, -0.06, 1.05), (width / 2 - 0.2, -0.06, 1.05), 0.012, 8, zone=2)
    return {"handle": (width / 2 - 0.13, -0.06, 1.05), "face": (0, -0.0225, height / 2)}


@piece(_PLASTER, length=2.5, depth=2.5, height=2.4)
def ceiling(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # `height` is that of its underside
    s.box((-length / 2, -depth / 2, height), (length / 2, depth / 2, height + 0.1))
    return {"under": (0, 0, height)}


@piece(STEEL[0], STEEL[1], SIGNAL[1], length=1.5, depth=0.4, height=2.1)
def overhead(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a duct or an assembly above the head, hung from rods; `height` is that of its underside
    s.box((-length / 2, -depth / 2, height), (length / 2, depth / 2, height + 0.3))
    for end in (-1, 1):
        x = end * (length / 2 - 0.1)
        s.block((x, 0, height + 0.15), (0.04, depth + 0.04, 0.34), zone=1)
        s.beam((x, 0, height + 0.3), (x, 0, height + 0.8), 0.01, 8, zone=1)
    return {"under": (0, 0, height), "face": (0, -depth / 2, height + 0.15)}


@piece(SIGNAL[3], STEEL[0], _PAINT, length=2.0, height=1.1, diameter=0.11)
def pipeline(s: Shapes, length: float, height: float, diameter: float) -> Grips:
    # a run of pipe on stands, its axis at `height`
    radius = diameter / 2
    s.beam((-length / 2, 0, height), (length / 2, 0, height), radius, 10)
    for end in (-1, 1):
        x = end * 0.4 * length
        s.beam((x - 0.02, 0, height), (x + 0.02, 0, height), 1.5 * radius, 10, zone=1)
        if height > radius + 0.05:
            s.box((x + 0.05, -0.04, 0), (x + 0.1, 0.04, height - radius), zone=1)
    return {"top": (0, 0, height + radius), "front": (0, -radius, height), "middle": (0, 0, height)}


@piece(STEEL[0], SIGNAL[2], height=1.1, diameter=0.35, depth=0.3)
def valve(s: Shapes, height: float, diameter: float, depth: float) -> Grips:
    # a wheel that faces the worker, its hub at `height`, on a pipe from the floor behind it
    radius, y = diameter / 2, -depth / 2
    corners = [(radius * np.cos(a), y, height + radius * np.sin(a)) for a in np.arange(12) * np.pi / 6]
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        s.beam(here, there, 0.014, 6, zone=1)
    for spoke in (0, 3):
        s.beam(corners[spoke], corners[spoke + 6], 0.01, 6, zone=1)
    s.beam((0, y - 0.02, height), (0, -y - 0.05, height), 0.02, 8)
    s.round((0, -y, 0), 0.06, height + 0.25)
    s.round((0, -y, height - 0.09), 0.1, 0.18)
    return {
        "wheel_left": corners[6], "wheel_right": corners[0], "wheel_top": corners[3], "wheel_bottom": corners[9],
        "centre": (0, y, height),
    }  # fmt: skip


@piece(_PAINT, DARK, STEEL[1], length=3.6, width=1.65, height=1.75)
def vehicle(s: Shapes, length: float, width: float, height: float) -> Grips:
    # a car of which the underside is at `height`: on a lift's two columns above 1 m, else on stands or its wheels
    y, x, hub, half = width / 2, length / 2, height + 0.1, np.array([0, 0.1, 0])
    s.box((-x, -y, height), (x, y, height + 0.5))
    s.box((-0.5 * x, -y + 0.1, height + 0.5), (0.6 * x, y - 0.1, height + 1.0), zone=1)
    s.box((-0.9 * x, -0.08, height - 0.08), (0.9 * x, 0.08, height), zone=2)  # exhaust and tunnel
    for end in (-1, 1):
        for side in (-1, 1):
            middle = np.array([end * 0.65 * x, side * (y - 0.08), hub])
            s.beam(middle - half, middle + half, 0.31, 12, zone=1)
            if 0.25 < height <= 1.0:
                s.block((end * 0.42 * x, side * (y - 0.2), height / 2), (0.12, 0.12, height), zone=2)
    if height > 1.0:
        for side in (-1, 1):
            s.block((0, side * (y + 0.25), 1.4), (0.3, 0.25, 2.8), zone=2)
            for end in (-1, 1):
                arm = (end * 0.42 * x, side * (y - 0.2), height - 0.06)
                s.beam((0, side * (y + 0.15), height - 0.06), arm, 0.06, 4, zone=2)
    grips: Grips = {
        "under": (0, 0, height),
        "under_front": (-0.6 * x, 0, height),
        "side": (0, -y, height + 0.25),
    }
    return grips | {
        "under_near": (0, -0.5 * y, height),
        "wheel": (-0.65 * x, -y - 0.02, hub),
        "exhaust": (0, 0, height - 0.08),
    }


@piece(_PAINT, DARK, STEEL[0], width=1.5, depth=1.0, height=0.85)
def engine_bay(s: Shapes, width: float, depth: float, height: float) -> Grips:
    # the front of a car with its bonnet up: the worker leans over its edge at -y
    x, y = width / 2, depth / 2
    s.box((-x, -y, 0.25), (x, -y + 0.1, height))
    for side in (-1, 1):
        s.block((side * (x - 0.09), 0.05, (0.25 + height) / 2), (0.18, depth - 0.1, height - 0.25))
        s.wheel((side * (x - 0.1), y - 0.25, 0.31), 0.31, 0.2, zone=1)
    s.box((-x + 0.18, -y + 0.1, 0.2), (x - 0.18, y, 0.3), zone=1)
    s.box((-x + 0.4, -y + 0.35, 0.3), (x - 0.45, y - 0.15, height - 0.12), zone=2)
    s.box((x - 0.4, y - 0.35, 0.3), (x - 0.2, y - 0.1, height - 0.1), zone=1)  # battery
    s.box((-x, y, 0.25), (x, y + 0.05, height + 0.1))
    s.beam((0, y + 0.02, height + 0.08), (0, y - 0.45, height + 0.85), 0.02, 4)
    for share in (-0.3, -0.1, 0.1, 0.3):  # the bonnet
        at = share * 2 * (x - 0.1)
        s.beam((at, y + 0.02, height + 0.06), (at, y - 0.45, height + 0.82), 0.2, 4)
    return {
        "edge": (0, -y, height), "engine": (0, 0.1, height - 0.12), "front": (0, -y + 0.3, height - 0.2),
        "battery": (x - 0.3, y - 0.22, height - 0.1), "deep": (-x + 0.3, 0, 0.4),
    }  # fmt: skip


@piece(DARK, STEEL[1], _PAINT, width=1.3, depth=0.4, height=0.8)
def dashboard(s: Shapes, width: float, depth: float, height: float) -> Grips:
    # a cockpit with its steering wheel on the left, on a fixture; worked at or sat before, facing +y
    x, y, wheel = width / 2, depth / 2, -width / 4
    s.box((-x, -y + 0.1, height - 0.22), (x, y, height))
    s.box((-0.12, -y, height - 0.3), (0.12, -y + 0.1, height - 0.05), zone=1)
    for side in (-1, 1):
        s.block((side * (x - 0.05), 0.05, (height - 0.22) / 2), (0.06, 0.06, height - 0.22), zone=1)
    tilt, radius = np.radians(25), 0.18
    ring = [
        (
            wheel + radius * c,
            -y - 0.12 + radius * s_ * np.sin(tilt),
            height - 0.08 + radius * s_ * np.cos(tilt),
        )
        for c, s_ in ((np.cos(a), np.sin(a)) for a in np.arange(12) * np.pi / 6)
    ]
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        s.beam(here, there, 0.015, 6)
    s.beam(ring[0], ring[6], 0.015, 6)
    s.beam((wheel, -y - 0.12, height - 0.08), (wheel, -y + 0.1, height - 0.15), 0.025, 6)
    return {
        "wheel_left": ring[6], "wheel_right": ring[0], "centre": (0, -y, height - 0.15), "top": (0, 0, height),
        "under": (wheel, 0, height - 0.22),
    }  # fmt: skip


@piece(SIGNAL[1], STEEL[1], DARK, width=0.6, depth=0.9, height=1.0)
def trolley(s: Shapes, width: float, depth: float, height: float) -> Grips:
    # a hand trolley that is pushed from -y; handles 0.9 to 1.1 m high (EN ISO 11228-2 advises so)
    x, y, deck = width / 2, depth / 2, 0.22
    s.box((-x, -y, deck - 0.04), (x, y, deck))
    for side in (-1, 1):
        s.beam((side * (x - 0.02), -y + 0.02, deck), (side * (x - 0.02), -y + 0.02, height), 0.016, 8, zone=1)
        for end in (-1, 1):
            s.wheel((side * (x - 0.05), end * (y - 0.12), 0.09), 0.09, 0.04, zone=2)
    s.beam((-x + 0.02, -y + 0.02, height), (x - 0.02, -y + 0.02, height), 0.016, 8, zone=1)
    grip = 0.7 * x
    return {
        "handle_left": (-grip, -y + 0.02, height),
        "handle_right": (grip, -y + 0.02, height),
        "deck": (0, 0, deck),
    }


@piece(SIGNAL[2], STEEL[0], DARK, width=0.62, length=1.4, height=0.65)
def wheelbarrow(s: Shapes, width: float, length: float, height: float) -> Grips:
    # the wheel at +y, handles at -y that are `height` above the floor
    x, y, grip = width / 2, length / 2, width / 2 - 0.02
    s.wheel((0, y - 0.19, 0.19), 0.19, 0.08, zone=2)
    for side in (-1, 1):
        s.beam((side * 0.07, y - 0.19, 0.19), (side * grip, -y, height), 0.018, 8, zone=1)
        s.beam((side * (x - 0.1), -0.1, height - 0.2), (side * (x - 0.08), -0.15, 0.1), 0.016, 8, zone=1)
    s.box((-x + 0.05, -0.15, height - 0.2), (x - 0.05, y - 0.25, height - 0.17))
    for side in (-1, 1):
        s.block((side * (x - 0.04), y / 2 - 0.2, height - 0.05), (0.02, y - 0.1, 0.3))
    s.box((-x + 0.04, -0.17, height - 0.2), (x - 0.04, -0.15, height + 0.1))
    s.box((-x + 0.04, y - 0.25, height - 0.2), (x - 0.04, y - 0.23, height + 0.1))
    return {
        "handle_left": (-grip, -y + 0.05, height),
        "handle_right": (grip, -y + 0.05, height),
        "tub": (0, 0.2, height - 0.1),
    }


@piece(WOOD[0], length=1.2, depth=0.8, height=0.144)
def pallet(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # EN 13698-1: the flat pallet of 1200 x 800 x 144 mm
    for y in (-0.42, -0.21, 0.0, 0.21, 0.42):
        s.block((0, y * depth, height - 0.011), (length, 0.16 * depth, 0.022))
    for y in (-1, 0, 1):
        for x in (-1, 0, 1):
            s.block(
                (x * (length / 2 - 0.07), y * (depth / 2 - 0.06), height / 2), (0.14, 0.1, height - 0.044)
            )
        s.block((0, y * (depth / 2 - 0.06), 0.011), (length, 0.1, 0.022))
    return {"top": (0, 0, height), "edge": (0, -depth / 2, height)}


@piece(_STONE, (0.7, 0.66, 0.6), length=1.2, depth=0.9, height=0.01)
def tiles(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a patch of floor that is being laid, in tiles of 0.3 m
    rows, columns = max(1, round(depth / 0.3)), max(1, round(length / 0.3))
    for i in range(columns):
        for j in range(rows):
            at = ((i + 0.5) * length / columns - length / 2, (j + 0.5) * depth / rows - depth / 2, height / 2)
            s.block(at, (length / columns - 0.004, depth / rows - 0.004, height), (i + j) % 2)
    return {"top": (0, 0, height), "edge": (0, -depth / 2, height)}


@piece(_EARTH, _GRASS, length=2.5, width=0.9, height=0.6)
def trench(s: Shapes, length: float, width: float, height: float) -> Grips:
    # the floor is the trench's; its edges are `height` above it, on both sides of a bottom that is `width` wide
    for side in (-1, 1):
        s.block((0, side * (width / 2 + 0.3), height / 2 - 0.02), (length, 0.6, height - 0.04))
        s.block((0, side * (width / 2 + 0.31), height - 0.02), (length, 0.58, 0.04), zone=1)
    return {
        "edge": (0, width / 2, height),
        "edge_behind": (0, -width / 2, height),
        "front": (0, width / 2 + 0.2, height),
    }


@piece(_EARTH, diameter=1.2, height=0.4)
def heap(s: Shapes, diameter: float, height: float) -> Grips:
    # sand or earth to shovel, at most as steep as it lies, about 35 degrees
    s.round((0, 0, 0), diameter / 2, height, tip=0.15)
    return {"top": (0, 0, height), "edge": (0, -diameter / 2, 0), "front": (0, -diameter / 4, height / 3)}


def _foliage(s: Shapes, centre: tuple[float, float, float], radius: float, height: float, zone: int) -> None:
    x, y, z = centre
    s.round((x, y, z), 0.6 * radius, 0.45 * height, zone, tip=1.6)
    s.round((x, y, z + 0.45 * height), 0.96 * radius, 0.55 * height, zone, tip=0.45)


@piece(_EARTH, _LEAF, _GRASS, length=2.0, depth=0.4, height=0.35)
def plant_row(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a bed of crops along x
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, 0.06))
    number = max(2, round(length / 0.4))
    for k in range(number):
        x = (k + 0.5) * length / number - length / 2
        _foliage(s, (x, 0, 0.06), min(0.17, depth / 2), height - 0.06, 1 + k % 2)
    return {"top": (0, 0, height), "foot": (0, 0, 0.08), "edge": (0, -depth / 2, 0.06)}


@piece(_LEAF, _BARK, diameter=0.8, height=1.1)
def bush(s: Shapes, diameter: float, height: float) -> Grips:
    s.round((0, 0, 0), 0.03, 0.2 * height, zone=1)
    _foliage(s, (0, 0, 0.15 * height), diameter / 2, 0.85 * height, 0)
    return {"top": (0, 0, height), "front": (0, -diameter / 2, height / 2), "foot": (0, -0.05, 0.1 * height)}


@piece(_BARK, _LEAF, (0.7, 0.16, 0.12), height=2.0, reach=1.2)
def tree(s: Shapes, height: float, reach: float) -> Grips:
    # a trunk at +y of which a branch with fruit comes toward the worker at `height`
    y = reach / 2
    s.round((0, y, 0), 0.1, height + 1.0, tip=0.6)
    s.beam((0, y, height - 0.25), (0, y - 0.6 * reach, height), 0.035, 8)
    s.beam((0, y - 0.6 * reach, height), (0, -y, height), 0.02, 8)
    for x, along in ((-0.25, 0.8), (0.25, 0.6), (0.0, 0.35)):
        _foliage(s, (x, y - along * reach, height + 0.02), 0.17, 0.25, 1)
    s.round((0.0, -y + 0.06, height - 0.1), 0.04, 0.07, zone=2)
    return {
        "branch": (0, -y + 0.1, height),
        "fruit": (0, -y + 0.06, height - 0.06),
        "trunk": (0, y - 0.1, height - 0.6),
    }
