"""Rays and points against props, by an independent Moeller-Trumbore and by solid angles."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from synth.core.randomness import Draws
from synth.scene.props.contact import any_inside, boxes_overlap, cross, meet_prop, meets_bounds, props_overlap
from synth.scene.props.furniture import furniture
from synth.scene.props.kinds import PROP_KINDS
from synth.scene.props.stock import PropSpec, PropStock, make_stock
from tests.synth.brute import are_inside, first_hit

Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def stock() -> PropStock:
    return make_stock(Draws(5), PropSpec())


def place(rng: np.random.Generator) -> tuple[Array, Array]:
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return turn * np.sign(np.linalg.det(turn)), rng.normal(size=3)


def test_meet_prop_is_the_first_triangle_of_the_whole_prop(stock: PropStock) -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for number in range(0, len(stock.props), 5):
        R, T = place(rng)
        prop = stock.props[number]
        triangles = (prop.vertices.astype(float) @ R.T + T)[prop.faces]
        centre, size = triangles.mean((0, 1)), np.ptp(triangles.reshape(-1, 3), axis=0).max()
        eye = centre + size * 1.5 * (lambda d: d / np.linalg.norm(d))(rng.normal(size=3))
        joints = centre + 0.6 * size * rng.normal(size=(25, 3)) + 0.5 * (centre - eye)
        nearest, owner = np.full(25, np.inf), np.full(25, -1, np.int8)
        meet_prop(stock.arrays, number, R, T, eye, joints, np.arange(25), 2, nearest, owner)
        wanted = np.array([first_hit(eye, joint - eye, triangles) for joint in joints])
        wanted[wanted >= 1] = np.inf
        assert np.allclose(nearest, wanted, atol=1e-5)
        assert np.array_equal(owner == 2, np.isfinite(wanted))
        bounded = np.array([meets_bounds(stock.arrays, number, R, T, eye, joint) for joint in joints])
        assert bounded[np.isfinite(wanted)].all()
        hits += np.isfinite(wanted).sum()
    assert hits > 150


@pytest.mark.parametrize("kind", PROP_KINDS)
def test_every_kind_of_prop_is_met(stock: PropStock, kind: str) -> None:
    number = next(i for i, prop in enumerate(stock.props) if prop.kind == kind)
    triangles = stock.props[number].vertices[stock.props[number].faces].astype(float)
    target = triangles.mean(1)[:8]
    eye = np.array([0.3, -9.0, 4.0])
    nearest, owner = np.full(len(target), np.inf), np.full(len(target), -1, np.int8)
    joints = eye + 1.2 * (target - eye)
    meet_prop(
        stock.arrays, number, np.eye(3), np.zeros(3), eye, joints, np.arange(len(target)), 0, nearest, owner
    )
    assert (nearest < 1 / 1.2 + 1e-6).all()


def test_what_was_met_before_stays(stock: PropStock) -> None:
    eye, joints = np.array([0.0, -9, 0.2]), np.array([[0.0, 9, 0.2]])
    number = next(i for i, prop in enumerate(stock.props) if prop.kind == "machine")
    nearest, owner = np.array([0.01]), np.array([1], np.int8)
    meet_prop(stock.arrays, number, np.eye(3), np.zeros(3), eye, joints, np.array([0]), 5, nearest, owner)
    assert (nearest[0], owner[0]) == (0.01, 1)


def test_rows_not_asked_for_are_left_alone(stock: PropStock) -> None:
    number = next(i for i, prop in enumerate(stock.props) if prop.kind == "machine")
    eye, joints = np.array([0.0, -9, 0.2]), np.array([[0.0, 9, 0.2]] * 3)
    nearest, owner = np.full(3, np.inf), np.full(3, -1, np.int8)
    meet_prop(stock.arrays, number, np.eye(3), np.zeros(3), eye, joints, np.array([1]), 5, nearest, owner)
    assert np.isfinite(nearest).tolist() == [False, True, False]


def test_cross_by_hand() -> None:
    box = np.array([[-1.0, -2, 0], [1, 2, 3]])
    assert cross(-5.0, 0, 1, 10.0, 0, 0, box) == pytest.approx((0.4, 0.6))
    assert cross(0.0, 0, 1, 4.0, 0, 0, box) == pytest.approx((0.0, 0.25))  # from within
    for miss in ((-5.0, 2.1, 1, 10.0, 0, 0), (-5.0, 0, 1, -10.0, 0, 0), (-5.0, 0, 1, 3.9, 0, 0)):
        enter, leave = cross(*miss, box)
        assert enter > leave


def test_any_inside_is_what_the_solids_hold(stock: PropStock) -> None:
    rng = np.random.default_rng(1)
    arrays, seen = stock.arrays, [0, 0]
    for number in range(0, len(stock.props), 4):
        R, T = place(rng)
        prop = stock.props[number]
        low, high = arrays.bounds[number]
        points = rng.uniform(low - 0.1, high + 0.1, (12, 3))
        first, last = arrays.solid_start[number], arrays.solid_start[number + 1]
        triangles = prop.vertices[prop.faces].astype(float)
        for point, inside in zip(points, are_inside(points, triangles), strict=True):
            found = any_inside(arrays.boxes[first:last], low, high, R, T, (R @ point + T)[None], 0.0)
            seen[int(inside)] += 1
            # a slanted solid's box is larger than itself
            assert found >= inside
            if arrays.is_box[first:last].all():
                assert found == inside
    assert min(seen) > 50


def test_a_margin_is_kept(stock: PropStock) -> None:
    number = next(i for i, prop in enumerate(stock.props) if prop.kind == "panel")
    arrays = stock.arrays
    boxes = arrays.boxes[arrays.solid_start[number] : arrays.solid_start[number + 1]]
    low, high = arrays.bounds[number]
    above = np.array([[*0.5 * (boxes[0, 0] + boxes[0, 1])[:2], high[2] + 0.1]])
    assert not any_inside(boxes, low, high, np.eye(3), np.zeros(3), above, 0.09)
    top = boxes[boxes[:, 1, 2].argmax()].mean(0)
    above[0, :2] = top[:2]
    assert any_inside(boxes, low, high, np.eye(3), np.zeros(3), above, 0.11)


def test_boxes_that_share_a_point_are_found_whichever_way_they_are_turned() -> None:
    """Against points spread densely over one of two boxes, turned any way."""
    rng = np.random.default_rng(0)
    met = 0
    for _ in range(200):
        one, two = np.sort(rng.uniform(-1, 1, (2, 2, 3)), axis=1)
        (R, S), (T, U) = Rotation.random(2, rng=rng).as_matrix(), rng.uniform(-0.8, 0.8, (2, 3))
        grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 12)] * 3), -1).reshape(-1, 3)
        points = (one[0] + grid * (one[1] - one[0])) @ R.T + T
        local = (points - U) @ S
        shared = ((local >= two[0]) & (local <= two[1])).all(1).any()
        found = boxes_overlap(one, R, T, two, S, U)
        assert found == boxes_overlap(two, S, U, one, R, T)
        assert found >= shared
        if found and not shared:  # by less than the points are apart
            slack = 0.1 * (one[1] - one[0]).max()
            grown = np.array([two[0] - slack, two[1] + slack])
            assert ((local >= grown[0]) & (local <= grown[1])).all(1).any()
        met += shared
    assert 40 < met < 160


def test_two_props_overlap_where_their_solids_do() -> None:
    stock = PropStock(
        (furniture("table", (1.0, 1.0, 0.8)), furniture("box", (0.3, 0.3, 0.3))), PropSpec(), 2
    ).arrays
    eye = np.eye(3)
    for place, wanted in (
        ((0, 0, 0.0), False), ((0, 0, 0.4), False), ((0, 0, 0.6), True), ((0, 0, 0.81), False), ((0.5, 0.5, 0), True),
        ((0.8, 0, 0.7), False),
    ):  # fmt: skip
        got = props_overlap(stock, 0, eye, np.zeros(3), 1, eye, np.array(place, float))
        assert got == wanted, place
