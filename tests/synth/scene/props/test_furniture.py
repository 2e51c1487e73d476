"""Furniture: closed solids of the sizes asked for, in the frames that are promised, with grips where they are said."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from types import ModuleType

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.scene.props.furniture import FURNITURE, furniture, grips, piece_of, sizes, solids, standing
from synth.scene.props.pieces import PALM, Grips, Shapes, piece
from synth.scene.work import Furniture
from tests.synth.scene.props.test_kinds import solids as connected
from tests.synth.scene.props.test_kinds import volume

HANDS = {
    "": ("",),
    "load": ("", "both", "left"),
    "hanging": ("", "left", "both"),
    "shaft": ("", "both", "right"),
}
KEPT = [(n, h) for n in FURNITURE.names() for h in HANDS.get(FURNITURE.get(n).hold, ("", "left", "right"))]


@pytest.mark.parametrize(("kind", "hand"), KEPT)
def test_solids_are_closed_face_outward_and_are_what_solvers_avoid(kind: str, hand: str) -> None:
    made = piece_of(kind, (), hand)  # type: ignore[arg-type]
    prop = made.prop
    directed = {tuple(edge) for k in range(3) for edge in prop.faces[:, [k, (k + 1) % 3]].tolist()}
    assert len(directed) == 3 * len(prop.faces), "an edge is used twice in one direction"
    assert all((b, a) in directed for a, b in directed), "a solid is open"
    assert prop.face_zones.max() < len(prop.palette)
    assert prop.held == bool(hand)
    parts = connected(prop)
    assert len(parts) == len(made.solids.centre)
    for faces in parts:
        assert volume(replace(prop, faces=prop.faces[faces])) > 0
    # every vertex lies on or in the boxes and cylinders, but of what gets wider
    wider = kind in ("plant_row", "bush", "tree", "bucket")
    assert made.solids.depth(prop.vertices).min() > (-0.15 if wider else -2e-3)
    if not hand and kind not in ("ceiling", "overhead", "trench"):
        assert -0.02 < prop.vertices[:, 2].min() < 0.02
    for name, point in made.grips.items():
        near = made.solids.depth(point)
        assert near > -0.35, name  # nothing is named that is far from the thing


def test_sizes_are_those_that_are_given() -> None:
    assert sizes("bench", (1.2,)) == {"length": 1.2, "depth": 0.75, "height": 0.95}
    assert np.allclose(np.ptp(furniture("box", (0.5, 0.4, 0.25)).vertices[:, :2], axis=0), (0.502, 0.4))
    assert np.ptp(furniture("bench", (1.2, 0.6, 0.8)).vertices, axis=0) == pytest.approx((1.2, 0.6, 0.8))
    assert grips("shelf", (1.0, 0.4, 1.6, 4))["level_4"].tolist() == [0, 0, 1.6]
    assert "level_5" not in grips("shelf", (1.0, 0.4, 1.6, 4))
    assert grips("ladder", (0.4, 2.9, 0.28, 72))["rung_3"][2] == pytest.approx(0.84)
    assert grips("ceiling", (2, 2, 2.3))["under"].tolist() == [0, 0, 2.3]


def test_a_load_is_held_at_the_middle_between_its_grips_with_its_left_at_the_left_hand() -> None:
    held = grips("box", (0.4, 0.3, 0.2), "both")
    assert held["left"] == pytest.approx((0.2 + PALM, 0, 0))  # x runs from the right hand to the left
    assert held["right"] == pytest.approx((-0.2 - PALM, 0, 0))
    assert held["top"] == pytest.approx((0, 0, 0.1))
    stands = grips("box", (0.4, 0.3, 0.2))
    assert stands["left"] == pytest.approx((-0.2 - PALM, 0, 0.1))  # of a worker who faces +y
    assert grips("box", (0.4, 0.3, 0.2), "left")["left"] == pytest.approx((0, 0, 0))


def test_tools_and_shafts() -> None:
    assert grips("hammer", (0.32, 0.1), "right")["tip"] == pytest.approx((0.065, 0, 0.24))
    broom = grips("broom", (1.4, 0.4, 0.5), "both")
    assert (broom["left"][0], broom["right"][0]) == pytest.approx((0.25, -0.25))
    assert broom["tip"][0] > 1.0
    one = grips("broom", (1.4, 0.4, 0.5), "right")  # z along the handle towards the thumb, where the tip is
    assert one["right"] == pytest.approx((0, 0, 0))
    assert one["tip"][2] > 1.2
    assert grips("bucket", (), "left")["handle"] == pytest.approx((0, 0, 0))
    lying = furniture("brick")
    assert np.ptp(lying.vertices, axis=0)[2] == pytest.approx(0.071)  # on its flat side


def test_where_a_piece_stands() -> None:
    shelf = standing(Furniture("shelf", (1.0, 0.4, 2.0, 3), (2.0, 1.0, 0.0), np.pi / 2))
    assert shelf.grips["edge_1"] == pytest.approx((2.2, 1.0, 0.1))  # -y has become +x
    assert shelf.solids.depth([2.0, 1.0, 1.99]) > 0
    assert shelf.solids.depth([2.0, 1.0, 1.0]) == pytest.approx(
        -0.02
    )  # under the second level, 30 mm thick at 1.05
    assert shelf.prop.vertices[:, 1].min() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "size", "hand", "said"),
    [
        ("sofa", (), "", "there is no kind of furniture 'sofa'"),
        ("box", (1, 2, 3, 4), "", "has 3 sizes, not 4"),
        ("box", (0.4, -0.3), "", "depth is -0.3"),
        ("bench", (), "both", "a bench cannot be held"),
    ],
)
def test_mistakes_are_named(kind: str, size: tuple[float, ...], hand: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        solids(kind, size, hand)  # type: ignore[arg-type]


def test_another_package_adds_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    @piece((0.5, 0.5, 0.5), width=0.5)
    def cube(s: Shapes, width: float) -> Grips:
        s.block((0, 0, width / 2), (width, width, width))
        return {"top": (0, 0, width)}

    toys = ModuleType("toys_of_furniture")
    toys.CUBE = cube  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toys_of_furniture", toys)
    others = {"cube": EntryPoint("cube", "toys_of_furniture:CUBE", "posemill.furniture")}
    monkeypatch.setitem(FURNITURE.__dict__, "_others", others)
    assert grips("cube", (0.3,))["top"].tolist() == [0, 0, 0.3]
