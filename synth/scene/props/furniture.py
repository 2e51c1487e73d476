"""Furniture: the things that tasks need, of exact sizes; what there is by name, as props and for solvers.

How kinds are described, and the frames that they are built in, says `synth.scene.props.pieces`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from synth.core.errors import InputError
from synth.core.registry import Registry
from synth.scene.props.pieces import Boxes, FurnitureKind, Shapes
from synth.scene.props.solids import Array, Prop
from synth.scene.work import Furniture, Hand

_WHERE = {
    "workplaces": (
        "stool", "chair", "bench", "table", "counter", "sink", "shelf", "cabinet", "machine", "conveyor", "bed",
        "wheelchair", "creeper", "kneeling_pad",
    ),
    "structures": (
        "ladder", "stepladder", "platform", "stairs", "scaffold", "wall", "window", "door", "ceiling", "overhead",
        "pipeline", "valve", "vehicle", "engine_bay", "dashboard", "trolley", "wheelbarrow", "pallet", "tiles",
        "trench", "heap", "plant_row", "bush", "tree",
    ),
    "loads": (
        "box", "crate", "sack", "tray", "part", "tyre", "sheet", "plank", "pipe", "barrel", "bucket", "canister",
        "toolbox", "brick", "cable",
    ),
    "tools": (
        "drill", "hammer", "wrench", "screwdriver", "saw", "grinder", "spray_gun", "sealant_gun", "torch", "roller",
        "trowel", "brush", "knife", "secateurs", "pen", "tablet", "cloth", "broom", "mop", "shovel", "rake", "hoe",
        "bar", "sledgehammer", "lance", "long_roller",
    ),
}  # fmt: skip
FURNITURE: Registry[FurnitureKind] = Registry(
    "kind of furniture",
    "posemill.furniture",
    {name: f"synth.scene.props.{module}:{name}" for module, names in _WHERE.items() for name in names},
)
PieceKey = tuple[str, tuple[float, ...], Hand]  # what tells a piece from others: kind, sizes, how it is held
_TURNED = np.diag([-1.0, -1.0, 1.0])  # half a turn about z: what stands before a worker has its left at -x


@dataclass(frozen=True)
class Piece:
    """A thing of one kind and size, in the frame of how it is kept: standing, or held as its kind is.

    grips: the named points where hands and other things go, (3,) metres each; solids: what may not be inside of it.
    """

    kind: str
    size: tuple[float, ...]
    prop: Prop
    grips: dict[str, Array]
    solids: Boxes


def sizes(kind: str, size: Sequence[float] = ()) -> dict[str, float]:
    """Every size of a kind by its name, metres; those that are not given are the kind's own.

    Raises InputError for an unknown kind, too many sizes, or one that is not a length.
    """
    named = FURNITURE.get(kind).sizes
    if len(size) > len(named):
        raise InputError(
            f"a {kind} has {len(named)} sizes, not {len(size)}",
            where=kind,
            remedy=f"give {', '.join(named)}",
        )
    found = {**named, **dict(zip(named, map(float, size), strict=False))}
    wrong = [name for name, value in found.items() if not 0 < value < 100]
    if wrong:
        raise InputError(
            f"{wrong[0]} is {found[wrong[0]]:g}", where=kind, remedy="give metres, above 0 and below 100"
        )
    return found


def piece_of(kind: str, size: Sequence[float] = (), hand: Hand = "") -> Piece:
    """A kind in a size, standing or as `hand` holds it, built once. Raises InputError as `sizes` does."""
    return _piece(kind, tuple(sizes(kind, size).values()), hand)


def furniture(kind: str, size: Sequence[float] = (), hand: Hand = "") -> Prop:
    """The prop of a kind in a size."""
    return piece_of(kind, size, hand).prop


def grips(kind: str, size: Sequence[float] = (), hand: Hand = "") -> dict[str, Array]:
    """The named points of a kind in a size, (3,) metres each."""
    return piece_of(kind, size, hand).grips


def solids(kind: str, size: Sequence[float] = (), hand: Hand = "") -> Boxes:
    """The boxes and cylinders of a kind in a size."""
    return piece_of(kind, size, hand).solids


def standing(each: Furniture) -> Piece:
    """A piece where it stands: its prop, grips and solids in the clip's world."""
    made = piece_of(each.kind, each.size)
    c, s = np.cos(each.yaw), np.sin(each.yaw)
    turn, place = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]), np.array(each.position)
    return replace(
        made,
        prop=replace(made.prop, vertices=(made.prop.vertices @ turn.T + place).astype(np.float32)),
        grips={name: turn @ point + place for name, point in made.grips.items()},
        solids=made.solids._replace(centre=made.solids.centre @ turn.T + place, axes=turn @ made.solids.axes),
    )


@lru_cache(maxsize=4096)
def _piece(kind: str, size: tuple[float, ...], hand: Hand) -> Piece:
    made = FURNITURE.get(kind)
    shapes = Shapes()
    named = {name: np.asarray(point, np.float64) for name, point in made.builder(shapes, *size).items()}
    vertices = np.concatenate(shapes.vertices)
    turn, origin = _frame(kind, made, named, vertices, hand)
    boxes = shapes.boxes()
    return Piece(
        kind,
        size,
        Prop(
            kind=kind,
            vertices=((vertices - origin) @ turn.T).astype(np.float32),
            faces=np.concatenate(shapes.faces),
            palette=np.array(made.colours, dtype=np.float32),
            face_zones=np.concatenate(shapes.zones),
            held=bool(hand),
        ),
        {name: turn @ (point - origin) for name, point in named.items()},
        boxes._replace(centre=(boxes.centre - origin) @ turn.T, axes=turn @ boxes.axes),
    )


def _frame(
    kind: str, made: FurnitureKind, named: dict[str, Array], vertices: Array, hand: Hand
) -> tuple[Array, Array]:
    """From the frame that a kind is built in to that of how it is kept: p becomes turn @ (p - origin)."""
    turn, origin = np.eye(3), np.zeros(3)
    if hand and not made.hold:
        raise InputError(
            f"a {kind} cannot be held", where=kind, remedy="leave out its hand, or choose a load or a tool"
        )
    if not hand and made.hold in ("tool", "shaft"):  # put down, on its flat side
        up = int(np.argmin(np.ptp(vertices, axis=0)))
        turn = turn[[(up + 1) % 3, (up + 2) % 3, up]]
        low, high = (vertices @ turn.T).min(0), (vertices @ turn.T).max(0)
        origin = turn.T @ np.array([*(low + high)[:2] / 2, low[2]])
    elif hand and made.hold == "load":
        turn = _TURNED
        origin = (named["left"] + named["right"]) / 2 if hand == "both" else named[hand]
    elif (
        hand in ("left", "right") and made.hold == "shaft"
    ):  # upright in the fist, its far end beyond the thumb
        turn, origin = turn[[1, 2, 0]], named[hand]
    elif hand and made.hold == "hanging":
        turn, origin = _TURNED, named["handle"]
    return turn, origin
