"""Tools as the hands hold them: in one, z along the handle towards the thumb and x where the tool points; in both, x
along the shaft from the right hand to the left, the grips `left` and `right` apart by `grip`, and what the tool works
with beyond the left hand. Whoever works the other way round turns it by pi."""

from __future__ import annotations

from synth.scene.props.kinds import DARK, PLASTIC, SIGNAL, STEEL, WOOD
from synth.scene.props.pieces import Grips, Shapes, piece

_STRAW, _TEXTILE, _PAPER = (0.78, 0.64, 0.36), (0.82, 0.8, 0.74), (0.93, 0.93, 0.9)


@piece(SIGNAL[0], DARK, STEEL[0], length=0.22, height=0.24, hold="tool")
def drill(s: Shapes, length: float, height: float) -> Grips:
    # cordless drill-drivers: 0.17 to 0.26 m long, 0.2 to 0.26 m high; the axis of the bit is above the hand
    drop, axis = height - 0.165, 0.085
    s.beam((0, 0, -drop), (0, 0, 0.06), 0.022, 6, zone=1)
    s.beam((-0.06, 0, axis), (length - 0.08, 0, axis), 0.034, 8)
    s.beam((length - 0.08, 0, axis), (length - 0.04, 0, axis), 0.022, 8, zone=1, tip=0.5)
    s.beam((length - 0.04, 0, axis), (length + 0.04, 0, axis), 0.004, 4, zone=2)
    s.box((-0.045, -0.035, -drop - 0.05), (0.065, 0.035, -drop), zone=1)
    return {"tip": (length + 0.04, 0, axis), "left": (0.06, 0, axis - 0.06), "back": (-0.06, 0, axis)}


@piece(WOOD[0], STEEL[1], length=0.32, head=0.11, hold="tool")
def hammer(s: Shapes, length: float, head: float) -> Grips:
    s.beam((0, 0, -0.08), (0, 0, length - 0.08), 0.014, 6)
    s.block((0.15 * head, 0, length - 0.08), (head, 0.03, 0.03), zone=1)
    return {"tip": (0.65 * head, 0, length - 0.08)}


@piece(STEEL[2], STEEL[1], length=0.25, hold="tool")
def wrench(s: Shapes, length: float) -> Grips:
    # the jaws are beyond the thumb; a nut is turned about y
    s.block((0, 0, length / 2 - 0.08), (0.022, 0.008, length))
    for end in (-0.08, length - 0.08):
        s.block((0, 0, end), (0.05, 0.012, 0.04), zone=1)
    return {"tip": (0, 0, length - 0.08)}


@piece(SIGNAL[2], STEEL[0], length=0.22, hold="tool")
def screwdriver(s: Shapes, length: float) -> Grips:
    s.beam((-0.05, 0, 0), (0.05, 0, 0), 0.015, 8)
    s.beam((0.05, 0, 0), (length - 0.05, 0, 0), 0.004, 6, zone=1)
    return {"tip": (length - 0.05, 0, 0)}


@piece(STEEL[2], WOOD[1], length=0.55, hold="tool")
def saw(s: Shapes, length: float) -> Grips:
    s.beam((0, 0, -0.05), (0, 0, 0.05), 0.016, 6, zone=1)
    s.box((0.02, -0.008, 0.01), (0.1, 0.008, 0.06), zone=1)
    s.box((0.06, -0.002, -0.05), (length, 0.002, 0.04))
    return {"tip": (length, 0, -0.05), "middle": (length / 2, 0, -0.05)}


@piece(PLASTIC[3], DARK, STEEL[0], length=0.3, disc=0.125, hold="tool")
def grinder(s: Shapes, length: float, disc: float) -> Grips:
    # angle grinders with discs of 115 to 230 mm: the right hand behind, the left on a side handle at its head
    front = length - 0.08
    s.beam((-0.08, 0, 0), (front, 0, 0), 0.03, 8)
    s.block((front, 0, -0.01), (0.07, 0.06, 0.08), zone=1)
    s.round((front, 0, -0.07), disc / 2, 0.006, zone=2)
    s.beam((front, 0.03, 0), (front, 0.16, 0), 0.014, 6, zone=1)
    return {"tip": (front + disc / 2, 0, -0.07), "left": (front, 0.11, 0)}


@piece(STEEL[2], DARK, PLASTIC[0], length=0.18, hold="tool")
def spray_gun(s: Shapes, length: float) -> Grips:
    s.beam((0, 0, -0.09), (0, 0, 0.05), 0.016, 6, zone=1)
    s.beam((-0.03, 0, 0.07), (length - 0.03, 0, 0.07), 0.018, 8)
    s.round((length - 0.09, 0, 0.09), 0.045, 0.12, zone=2)
    return {"tip": (length - 0.03, 0, 0.07)}


@piece(PLASTIC[2], DARK, STEEL[0], length=0.32, hold="tool")
def sealant_gun(s: Shapes, length: float) -> Grips:
    s.beam((0, 0, -0.08), (0, 0, 0.05), 0.015, 6, zone=1)
    s.beam((0, 0, 0.07), (length - 0.06, 0, 0.07), 0.026, 8)
    s.beam((length - 0.06, 0, 0.07), (length + 0.02, 0, 0.07), 0.01, 6, zone=2, tip=0.3)
    return {"tip": (length + 0.02, 0, 0.07)}


@piece(DARK, SIGNAL[1], STEEL[0], length=0.25, hold="tool")
def torch(s: Shapes, length: float) -> Grips:
    # a welding torch, its neck bent down
    s.beam((-0.08, 0, 0), (0.6 * length, 0, 0), 0.016, 8)
    s.beam((0.6 * length, 0, 0), (length, 0, -0.06), 0.01, 8, zone=2)
    s.beam((-0.08, 0, 0), (-0.28, 0, -0.08), 0.012, 6, zone=1)
    return {"tip": (length, 0, -0.06)}


@piece(_TEXTILE, SIGNAL[2], STEEL[0], length=0.3, width=0.23, hold="tool")
def roller(s: Shapes, length: float, width: float) -> Grips:
    # a paint roller: the handle along x, the roller crosswise at its end
    s.beam((-0.06, 0, 0), (0.07, 0, 0), 0.015, 8, zone=1)
    s.beam((0.07, 0, 0), (length, 0, 0), 0.004, 6, zone=2)
    s.beam((length, -width / 2, 0), (length, width / 2, 0), 0.024, 10)
    return {"tip": (length + 0.024, 0, 0)}


@piece(STEEL[2], WOOD[1], length=0.24, width=0.12, hold="tool")
def trowel(s: Shapes, length: float, width: float) -> Grips:
    s.beam((-0.06, 0, 0), (0.06, 0, 0), 0.015, 8, zone=1)
    s.box((0.05, -0.01, -0.045), (0.07, 0.01, 0))
    s.box((0.03, -width / 2, -0.05), (0.03 + length, width / 2, -0.045))
    return {"tip": (0.03 + length, 0, -0.05), "middle": (0.03 + length / 2, 0, -0.05)}


@piece(WOOD[0], DARK, length=0.24, width=0.07, hold="tool")
def brush(s: Shapes, length: float, width: float) -> Grips:
    s.beam((-0.07, 0, 0), (length - 0.12, 0, 0), 0.011, 6)
    s.box((length - 0.13, -width / 2, -0.01), (length - 0.07, width / 2, 0.01))
    s.box((length - 0.07, -width / 2 + 0.003, -0.008), (length, width / 2 - 0.003, 0.008), zone=1)
    return {"tip": (length, 0, 0)}


@piece(STEEL[2], DARK, length=0.28, hold="tool")
def knife(s: Shapes, length: float) -> Grips:
    s.beam((-0.06, 0, 0), (0.06, 0, 0), 0.013, 6, zone=1)
    s.box((0.06, -0.002, -0.02), (length - 0.05, 0.002, 0.01))
    return {"tip": (length - 0.05, 0, -0.02), "middle": (length / 2, 0, -0.02)}


@piece(SIGNAL[2], STEEL[0], length=0.22, hold="tool")
def secateurs(s: Shapes, length: float) -> Grips:
    for side in (-1, 1):
        s.beam((-0.05, 0, side * 0.02), (0.06, 0, side * 0.012), 0.009, 6)
        s.beam((0.06, 0, side * 0.008), (length - 0.05, 0, side * 0.012), 0.006, 6, zone=1)
    return {"tip": (length - 0.05, 0, 0)}


@piece(PLASTIC[0], DARK, length=0.15, hold="tool")
def pen(s: Shapes, length: float) -> Grips:
    s.beam((0.02, 0, 0.03), (0.02 + length, 0, -0.05), 0.005, 6)
    return {"tip": (0.02 + length, 0, -0.05)}


@piece(DARK, _PAPER, length=0.25, width=0.18, hold="tool")
def tablet(s: Shapes, length: float, width: float) -> Grips:
    # a tablet or clipboard, its screen towards the thumb
    s.block((0.02 + length / 2, 0, 0.02), (length, width, 0.01))
    s.block((0.02 + length / 2, 0, 0.0255), (length - 0.03, width - 0.03, 0.001), zone=1)
    return {"tip": (0.02 + length / 2, 0, 0.026), "left": (length / 2, width / 2, 0.02)}


@piece(_TEXTILE, length=0.18, hold="tool")
def cloth(s: Shapes, length: float) -> Grips:
    # a cloth or sponge under the hand
    s.block((0.02, -0.0, -0.035), (length, 0.6 * length, 0.025))
    return {"tip": (0.02, 0, -0.0475)}


def _shaft(s: Shapes, length: float, grip: float, radius: float, zone: int = 0) -> tuple[float, Grips]:
    """A shaft whose right hand is 0.08 m from its end; where its far end is, and the grips."""
    right = -grip / 2
    end = right - 0.08 + length
    s.beam((right - 0.08, 0, 0), (end, 0, 0), radius, 8, zone)
    return end, {"right": (right, 0, 0), "left": (grip / 2, 0, 0)}


@piece(WOOD[0], _STRAW, length=1.4, width=0.4, grip=0.55, hold="shaft")
def broom(s: Shapes, length: float, width: float, grip: float) -> Grips:
    end, grips = _shaft(s, length, grip, 0.013)
    s.block((end, 0, 0), (0.05, width, 0.06))
    s.block((end + 0.06, 0, 0), (0.07, width, 0.07), zone=1)
    return grips | {"tip": (end + 0.095, 0, 0)}


@piece(STEEL[2], _TEXTILE, PLASTIC[0], length=1.4, width=0.4, grip=0.55, hold="shaft")
def mop(s: Shapes, length: float, width: float, grip: float) -> Grips:
    end, grips = _shaft(s, length, grip, 0.012)
    s.block((end, 0, 0), (0.04, width, 0.1), zone=2)
    s.block((end + 0.03, 0, 0), (0.02, width + 0.06, 0.14), zone=1)
    return grips | {"tip": (end + 0.04, 0, 0)}


@piece(WOOD[0], STEEL[1], length=1.3, width=0.25, grip=0.6, hold="shaft")
def shovel(s: Shapes, length: float, width: float, grip: float) -> Grips:
    end, grips = _shaft(s, length - 0.3, grip, 0.017)
    s.block((end + 0.14, 0, -0.01), (0.3, width, 0.006), zone=1)
    for side in (-1, 1):
        s.block((end + 0.12, side * width / 2, 0.005), (0.26, 0.006, 0.03), zone=1)
    return grips | {"tip": (end + 0.29, 0, -0.01), "blade": (end + 0.14, 0, -0.007)}


@piece(WOOD[0], STEEL[1], length=1.5, width=0.36, grip=0.6, hold="shaft")
def rake(s: Shapes, length: float, width: float, grip: float) -> Grips:
    end, grips = _shaft(s, length, grip, 0.014)
    s.block((end, 0, 0), (0.025, width, 0.025), zone=1)
    for k in range(7):
        s.block((end, (k / 6 - 0.5) * (width - 0.02), -0.05), (0.008, 0.008, 0.08), zone=1)
    return grips | {"tip": (end, 0, -0.09)}


@piece(WOOD[0], STEEL[1], length=1.4, width=0.16, grip=0.55, hold="shaft")
def hoe(s: Shapes, length: float, width: float, grip: float) -> Grips:
    end, grips = _shaft(s, length, grip, 0.015)
    s.block((end - 0.01, 0, -0.06), (0.008, width, 0.14), zone=1)
    return grips | {"tip": (end - 0.01, 0, -0.13)}


@piece(STEEL[1], SIGNAL[1], length=1.0, diameter=0.028, grip=0.4, hold="shaft")
def bar(s: Shapes, length: float, diameter: float, grip: float) -> Grips:
    # a crowbar or a breaker bar
    end, grips = _shaft(s, length, grip, diameter / 2)
    s.block((end, 0, -0.02), (0.04, 0.03, 0.06), zone=1)
    return grips | {"tip": (end, 0, -0.05)}


@piece(WOOD[0], STEEL[1], length=0.9, head=0.16, grip=0.45, hold="shaft")
def sledgehammer(s: Shapes, length: float, head: float, grip: float) -> Grips:
    end, grips = _shaft(s, length, grip, 0.018)
    s.block((end - 0.03, 0, 0), (0.06, 0.06, head), zone=1)
    return grips | {"tip": (end - 0.03, 0, -head / 2)}


@piece(STEEL[2], DARK, SIGNAL[0], length=1.1, grip=0.4, hold="shaft")
def lance(s: Shapes, length: float, grip: float) -> Grips:
    # a pressure washer's: trigger at the right hand, hose behind
    end, grips = _shaft(s, length, grip, 0.014)
    s.block((-grip / 2, 0, -0.06), (0.04, 0.03, 0.12), zone=1)
    s.beam((end, 0, 0), (end + 0.06, 0, 0), 0.02, 8, zone=2)
    return grips | {"tip": (end + 0.06, 0, 0)}


@piece(_TEXTILE, WOOD[0], length=1.6, width=0.23, grip=0.6, hold="shaft")
def long_roller(s: Shapes, length: float, width: float, grip: float) -> Grips:
    # a paint roller on a pole, for ceilings and walls
    end, grips = _shaft(s, length, grip, 0.013, zone=1)
    s.beam((end + 0.02, -width / 2, 0), (end + 0.02, width / 2, 0), 0.024, 10)
    return grips | {"tip": (end + 0.044, 0, 0)}
