"""Props: closed solids, faces outward, sizes that exist, the frame that is promised."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS, PROPS, Prop, Solids, build, kind, span
from synth.scene.props.stock import PropSpec, make_stock

CORNERS = [np.zeros(8), np.full(8, 0.5), np.full(8, 1 - 1e-9), *np.random.default_rng(0).random((12, 8))]


def volume(prop: Prop) -> float:
    a, b, c = (prop.vertices.astype(np.float64)[prop.faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def solids(prop: Prop) -> list[np.ndarray]:
    """The faces of each connected solid (a prop's solids share no vertices)."""
    label = np.arange(len(prop.vertices))
    for _ in range(len(label)):
        low = label[prop.faces].min(axis=1)
        before = label.copy()
        for corner in range(3):
            np.minimum.at(label, prop.faces[:, corner], low)
        if np.array_equal(before, label):
            break
    return [np.flatnonzero(label[prop.faces[:, 0]] == root) for root in np.unique(label)]


@pytest.mark.parametrize("kind", PROP_KINDS + HELD_KINDS)
def test_solids_are_closed_and_face_outward(kind: str) -> None:
    for u in CORNERS:
        prop = build(kind, u)
        edges = np.concatenate([prop.faces[:, [0, 1]], prop.faces[:, [1, 2]], prop.faces[:, [2, 0]]])
        directed = {tuple(edge) for edge in edges.tolist()}
        assert len(directed) == len(edges), "an edge is used twice in one direction"
        assert all((b, a) in directed for a, b in directed), "a solid is open"
        for faces in solids(prop):
            part = Prop(
                prop.kind, prop.vertices, prop.faces[faces], prop.palette, prop.face_zones[faces], prop.held
            )
            assert volume(part) > 0


@pytest.mark.parametrize("kind", PROP_KINDS + HELD_KINDS)
def test_sizes_and_frame(kind: str) -> None:
    for u in CORNERS:
        prop = build(kind, u)
        low, high = prop.vertices.min(axis=0), prop.vertices.max(axis=0)
        assert 8 <= len(prop.faces) <= 240
        assert prop.face_zones.max() < len(prop.palette)
        assert prop.held == (kind in HELD_KINDS)
        if prop.held:
            assert np.all(low <= 0)
            assert np.all(high >= 0)
            assert np.all(high - low < 1.6)
        else:
            assert low[2] == pytest.approx(0, abs=1e-6)
            assert 0.12 <= high[2] <= 3.01
            assert np.all(np.abs((low + high)[:2]) / 2 < 0.2)
            assert np.all(high - low < 3.1)


def test_a_crate_of_the_smallest_uniforms_measures_600_by_400_by_120() -> None:
    prop = build("crate", np.zeros(8))
    np.testing.assert_allclose(np.ptp(prop.vertices, axis=0), (0.6, 0.4, 0.12), atol=1e-6)


def test_a_box_has_the_volume_of_its_sides() -> None:
    prop = build("held_box", np.zeros(8))
    assert volume(prop) == pytest.approx(0.25 * 0.2 * 0.12, rel=1e-5)


def test_placed_turns_and_shifts() -> None:
    prop = build("box", np.full(8, 0.2))
    quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    mesh = prop.placed(quarter, (1, 2, 3), instance=4)
    x, y, z = prop.vertices.T
    np.testing.assert_allclose(mesh.vertices, np.stack([1 - y, 2 + x, 3 + z], -1), atol=1e-6)
    assert mesh.instance == 4


def test_the_same_uniforms_give_the_same_prop() -> None:
    a, b = build("shelf", CORNERS[5]), build("shelf", CORNERS[5])
    np.testing.assert_array_equal(a.vertices, b.vertices)
    np.testing.assert_array_equal(a.palette, b.palette)


def test_wrong_asks_are_refused() -> None:
    with pytest.raises(InputError, match="there is no prop 'sofa'; choose one of box, crate"):
        build("sofa", np.zeros(8))
    with pytest.raises(ValueError, match="8 uniforms"):
        build("box", np.zeros(3))


def test_a_kind_of_another_package_is_built_and_stocked(monkeypatch: pytest.MonkeyPatch) -> None:
    @kind(((0.5, 0.5, 0.5),), hangs=True)
    def cube(s: Solids, u: np.ndarray) -> tuple[tuple[float, ...], ...]:
        s.block((3.0, 0, 1.0), (span(u[0], 0.2, 0.4),) * 3)
        return ((1.0, 1.0, 1.0),)

    others = {"cube": EntryPoint("cube", "toys:CUBE", "posemill.props")}
    monkeypatch.setitem(PROPS.__dict__, "_others", others)
    monkeypatch.setitem(sys.modules, "toys", ModuleType("toys"))
    monkeypatch.setattr(sys.modules["toys"], "CUBE", cube, raising=False)
    prop = build("cube", np.full(8, 0.5))
    np.testing.assert_allclose(np.ptp(prop.vertices, axis=0), (0.3, 0.3, 0.3), atol=1e-6)
    np.testing.assert_allclose(
        prop.vertices.min(axis=0), (-0.15, -0.15, 0), atol=1e-6
    )  # over the origin, on the floor
    np.testing.assert_allclose(prop.colour, 0.5 * 0.975)  # its one paint, at the middle of the brightness
    stock = make_stock(Draws(1), PropSpec(kinds={"cube": 1.0, "box": 1.0}))
    assert {prop.kind for prop in stock.props} >= {"cube", "box"}
    assert all(stock.arrays.hanging == [prop.kind == "cube" for prop in stock.props])
    assert "cube" not in PropSpec().kinds  # what others add does not change what a recipe of ours means
