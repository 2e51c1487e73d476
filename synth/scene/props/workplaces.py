"""Furniture that one works at, sits or lies on: seats, benches, shelves, cabinets, beds, counters."""

from __future__ import annotations

from synth.scene.props.kinds import CARTON, DARK, MACHINE, PLASTIC, STEEL, WOOD
from synth.scene.props.pieces import Grips, Shapes, piece

_WHITE = (0.86, 0.87, 0.88)


@piece(DARK, STEEL[0], diameter=0.36, height=0.5)
def stool(s: Shapes, diameter: float, height: float) -> Grips:
    # seats of industrial work, DIN 68877: 0.4 to 0.65 m high
    s.round((0, 0, height - 0.05), diameter / 2, 0.05)
    s.round((0, 0, 0.04), 0.025, height - 0.09, zone=1)
    s.round((0, 0, 0), 0.45 * diameter + 0.05, 0.04, zone=1)
    return {"top": (0, 0, height)}


@piece(PLASTIC[0], STEEL[1], width=0.46, depth=0.44, height=0.46, back=0.42)
def chair(s: Shapes, width: float, depth: float, height: float, back: float) -> Grips:
    s.box((-width / 2, -depth / 2, height - 0.05), (width / 2, depth / 2, height))
    s.legs(width - 0.02, depth - 0.02, height - 0.05, 0.03, zone=1)
    top, behind = height + back, -depth / 2 - 0.04  # the back is behind who sits
    for side in (-1, 1):
        s.block((side * (width / 2 - 0.04), behind + 0.015, top / 2), (0.03, 0.03, top), zone=1)
    s.box((-width / 2, behind - 0.02, top - 0.25), (width / 2, behind, top))
    return {"top": (0, 0, height), "back": (0, behind, top - 0.12)}


def _top(s: Shapes, length: float, depth: float, height: float, thick: float = 0.04) -> Grips:
    s.box((-length / 2, -depth / 2, height - thick), (length / 2, depth / 2, height))
    edge = -depth / 2
    return {
        "top": (0, 0, height), "edge": (0, edge, height), "front": (0, edge + 0.2, height),
        "left": (-length / 4, edge + 0.2, height), "right": (length / 4, edge + 0.2, height),
    }  # fmt: skip


@piece(WOOD[0], STEEL[1], STEEL[0], length=1.5, depth=0.75, height=0.95)
def bench(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # heights of standing and seated work, EN ISO 14738: 0.72 to 1.1 m
    s.legs(length - 0.08, depth - 0.06, height - 0.04, zone=1)
    for side in (-1, 1):  # what braces it leaves room for the knees
        s.block((side * (length / 2 - 0.065), 0, 0.2), (0.03, depth - 0.16, 0.05), zone=2)
    return _top(s, length, depth, height)


@piece(_WHITE, STEEL[0], length=1.4, depth=0.8, height=0.74)
def table(s: Shapes, length: float, depth: float, height: float) -> Grips:
    s.legs(length - 0.04, depth - 0.04, height - 0.03, 0.045, zone=1)
    return _top(s, length, depth, height, 0.03)


@piece(STEEL[0], _WHITE, DARK, length=1.8, depth=0.62, height=0.9)
def counter(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # kitchen furniture of EN 1116: 0.6 m deep, a plinth that leaves room for the toes
    x, y = length / 2 - 0.01, depth / 2 - 0.01
    s.box((-x, -y + 0.06, 0), (x, y, 0.12), zone=2)
    s.box((-x, -y + 0.01, 0.12), (x, y, height - 0.04), zone=1)
    return _top(s, length, depth, height)


@piece(STEEL[0], _WHITE, width=0.7, depth=0.55, height=0.88)
def sink(s: Shapes, width: float, depth: float, height: float) -> Grips:
    x, y, rim, floor = width / 2, depth / 2, 0.05, height - 0.2
    s.box((-x, -y, floor - 0.02), (x, y, floor))
    for side in (-1, 1):
        s.block((side * (x - rim / 2), 0, height - 0.1), (rim, depth, 0.2))
        s.block((0, side * (y - rim / 2), height - 0.1), (width - 2 * rim, rim, 0.2))
    s.legs(width, depth, floor - 0.02, 0.04, zone=1)
    s.beam((0, y - 0.03, height), (0, y - 0.03, height + 0.22), 0.015, 8)
    s.beam((0, y - 0.03, height + 0.21), (0, y - 0.2, height + 0.21), 0.012, 8)
    return {"edge": (0, -y, height), "basin": (0, -0.03, floor + 0.05), "tap": (0, y - 0.05, height + 0.2)}


@piece(STEEL[3], STEEL[0], length=1.2, depth=0.5, height=2.0, levels=4)
def shelf(s: Shapes, length: float, depth: float, height: float, levels: float) -> Grips:
    # boltless shelving: the lowest level at 0.1 m, the highest at the top, `levels` of them
    s.legs(length, depth, height, 0.04)
    number, grips = max(2, round(levels)), {}
    for level in range(1, number + 1):
        z = 0.1 + (height - 0.1) * (level - 1) / (number - 1)
        s.box(
            (-length / 2 + 0.005, -depth / 2 + 0.005, z - 0.03), (length / 2 - 0.005, depth / 2 - 0.005, z), 1
        )
        grips[f"level_{level}"] = (0.0, 0.0, z)
        grips[f"edge_{level}"] = (0.0, -depth / 2, z)
    return grips


@piece(STEEL[2], DARK, STEEL[1], width=0.8, depth=0.35, height=2.0)
def cabinet(s: Shapes, width: float, depth: float, height: float) -> Grips:
    # a switchboard whose door stands open to the right: the mounting plate is what is worked at
    x, y = width / 2, depth / 2
    s.box((-x, y - 0.03, 0), (x, y, height))
    for side in (-1, 1):
        s.block((side * (x - 0.01), 0, height / 2), (0.02, depth, height))
    s.box((-x + 0.02, -y, height - 0.02), (x - 0.02, y - 0.03, height))
    s.box((-x + 0.02, -y, 0), (x - 0.02, y - 0.03, 0.1))
    s.box((x, -y - width, 0.05), (x + 0.02, -y, height - 0.05))
    rows = {"low": 0.3, "middle": 0.55, "high": 0.8}
    for share in rows.values():
        s.block((0, y - 0.07, share * height), (0.75 * width, 0.08, 0.15), zone=1)
        s.block((0, y - 0.115, share * height), (0.7 * width, 0.01, 0.05), zone=2)
    grips: Grips = {name: (0.0, y - 0.12, share * height) for name, share in rows.items()}
    return grips | {"door": (x + 0.01, -y - width, height / 2)}


@piece(MACHINE[0], DARK, STEEL[0], length=1.4, depth=1.0, height=1.8)
def machine(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a machine tool: a table at working height in an open enclosure, a panel to the right, a handle to the left
    x, y, table = length / 2, depth / 2, 0.95
    s.box((-x, -y, 0.1), (x, y, table - 0.05))
    s.box((-x + 0.05, -y + 0.08, 0), (x - 0.05, y - 0.05, 0.1), zone=1)
    s.box((-x + 0.3, -y + 0.05, table - 0.05), (x - 0.3, y - 0.25, table), zone=2)
    s.box((-x, y - 0.2, table - 0.05), (x, y, height))
    for side in (-1, 1):
        s.block((side * (x - 0.03), 0, (table + height) / 2), (0.06, depth, height - table))
    s.box((-x, -y, height - 0.1), (x, y - 0.2, height))
    s.block((0, y - 0.35, height - 0.3), (0.16, 0.2, 0.4), zone=2)  # the spindle
    s.block((x - 0.05, -y - 0.03, 1.25), (0.22, 0.06, 0.3), zone=1)
    s.beam((-x + 0.04, -y - 0.05, 1.05), (-x + 0.04, -y - 0.05, 1.35), 0.015, 8, zone=2)
    return {
        "table": (0, -y + 0.2, table), "edge": (0, -y, table - 0.05), "panel": (x - 0.05, -y - 0.06, 1.25),
        "handle": (-x + 0.04, -y - 0.05, 1.2), "spindle": (0, y - 0.35, height - 0.5),
    }  # fmt: skip


@piece(DARK, STEEL[0], STEEL[1], length=2.4, width=0.6, height=0.8)
def conveyor(s: Shapes, length: float, width: float, height: float) -> Grips:
    x, y = length / 2, width / 2
    s.box((-x, -y + 0.04, height - 0.08), (x, y - 0.04, height))
    for side in (-1, 1):
        s.block((0, side * (y - 0.02), height - 0.06), (length, 0.04, 0.16), zone=1)
        for end in (-1, 1):
            s.block(
                (end * (x - 0.2), side * (y - 0.03), (height - 0.14) / 2), (0.06, 0.06, height - 0.14), zone=2
            )
    return {"top": (0, 0, height), "edge": (0, -y, height + 0.02), "front": (0, -y + 0.2, height)}


@piece(_WHITE, STEEL[0], (0.75, 0.82, 0.86), length=2.0, width=0.9, height=0.6)
def bed(s: Shapes, length: float, width: float, height: float) -> Grips:
    # care beds of EN 60601-2-52: the lying surface 0.3 to 0.8 m over the floor; the head is at -x
    x, y = length / 2, width / 2
    s.box((-x, -y, height - 0.12), (x, y, height))
    s.box((-x + 0.03, -y + 0.02, height - 0.2), (x - 0.03, y - 0.02, height - 0.12), zone=1)
    s.box((-x + 0.05, -0.3, height), (-x + 0.45, 0.3, height + 0.1), zone=2)
    for end, above in ((-1, 0.4), (1, 0.2)):
        s.block((end * (x + 0.02), 0, height / 2 + above / 2), (0.04, width, height + above - 0.1), zone=2)
    s.legs(length - 0.1, width - 0.1, height - 0.2, 0.05, zone=1)
    return {
        "top": (0, 0, height), "edge": (0, -y, height), "front": (0, -y + 0.2, height),
        "head": (-x + 0.25, 0, height + 0.1), "foot": (x - 0.3, 0, height),
    }  # fmt: skip


@piece(PLASTIC[0], STEEL[0], DARK, width=0.62, depth=0.9, height=0.92)
def wheelchair(s: Shapes, width: float, depth: float, height: float) -> Grips:
    # ISO 7176-5: seats about 0.5 m high, push handles 0.9 to 1 m; pushed from -y
    x, seat, back = width / 2 - 0.06, 0.5, -depth / 2 + 0.15
    s.box((-x, back, seat - 0.04), (x, back + 0.45, seat))
    s.box((-x, back - 0.03, seat), (x, back, height - 0.05))
    for side in (-1, 1):
        s.wheel((side * (x + 0.03), back + 0.12, 0.3), 0.3, 0.03, zone=2)
        s.wheel((side * (x - 0.03), depth / 2 - 0.1, 0.09), 0.09, 0.03, zone=2)
        s.beam((side * x, back - 0.015, seat), (side * x, back - 0.015, height), 0.014, 8, zone=1)
        s.beam((side * x, back, height), (side * x, back - 0.15, height), 0.014, 8, zone=1)
        s.beam((side * x, back + 0.45, seat - 0.02), (side * x, depth / 2, 0.12), 0.014, 8, zone=1)
        s.block((side * x, back + 0.22, seat + 0.2), (0.04, 0.36, 0.03), zone=2)
    s.box((-x + 0.03, depth / 2 - 0.04, 0.1), (x - 0.03, depth / 2 + 0.12, 0.12), zone=1)
    return {
        "handle_left": (-x, back - 0.11, height), "handle_right": (x, back - 0.11, height),
        "seat": (0, back + 0.2, seat),
    }  # fmt: skip


@piece(CARTON[2], DARK, length=1.2, depth=0.35, height=0.06)
def creeper(s: Shapes, length: float, depth: float, height: float) -> Grips:
    # a mechanic's board to lie on, its length along y and the head at +y, as it is pushed under a vehicle
    s.box((-depth / 2, -length / 2, height - 0.03), (depth / 2, length / 2, height))
    for i in (-1, 1):
        for j in (-1, 1):
            s.wheel(
                (i * (depth / 2 - 0.04), j * (length / 2 - 0.1), (height - 0.03) / 2),
                (height - 0.03) / 2,
                0.02,
                1,
            )
    return {"top": (0, 0, height), "head": (0, length / 2 - 0.15, height)}


@piece(DARK, length=0.5, depth=0.3, height=0.03)
def kneeling_pad(s: Shapes, length: float, depth: float, height: float) -> Grips:
    s.box((-length / 2, -depth / 2, 0), (length / 2, depth / 2, height))
    return {"top": (0, 0, height)}
