import numpy as np
import pytest

from synth.body.skeleton import SMPL_REST_OFFSET
from synth.motion.upright import find_up, guess_unit, stature

X, Y, Z = np.eye(3)


def body(along: np.ndarray, frames: int = 50, way: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A body of three joints along a direction, and its joints; it goes `way` in all."""
    start = np.linspace(0, 1, frames)[:, None] * (np.zeros(3) if way is None else way)
    places = np.stack([start, start + 0.9 * along, start + 1.7 * along], axis=1)
    return np.tile(along, (frames, 1)), places


def test_up_is_as_the_rig_has_it_where_people_stand_so():
    found = find_up(*body(Y), Y)
    assert (found.up == Y).all()
    assert found.note is None


@pytest.mark.parametrize("up", [Z, -Y, X])
def test_another_up_is_found_where_the_body_is_along_it_and_said(up):
    found = find_up(*body(up), Y)
    assert (found.up == up).all()
    assert found.note is not None
    assert "the world's up is" in found.note


def test_up_is_an_axis_though_the_rig_rests_aslant():
    aslant = np.array([0.0, np.sin(0.5), np.cos(0.5)])
    assert (find_up(*body(Z), aslant).up == Z).all()
    assert (find_up(None, np.zeros((2, 3, 3)), aslant).up == Z).all()


def test_who_lies_for_some_time_is_no_sign_of_another_up():
    upright, places = body(Y)
    upright[:30] = Z
    assert (find_up(upright, places, Y).up == Y).all()


def test_leaning_bodies_show_nothing_and_it_is_said():
    aside = (X + Y + Z) / np.sqrt(3)
    found = find_up(*body(aside), Y)
    assert (found.up == Y).all()
    assert found.note is not None
    assert "nobody stands" in found.note


def test_who_crawls_a_long_way_does_not_stand():
    found = find_up(*body(Y, way=6.0 * Y), Z)
    assert (found.up == Z).all()
    assert not found.sure


def test_without_a_body_up_is_as_expected():
    assert find_up(None, np.zeros((2, 3, 3)), Z).note is None


@pytest.mark.parametrize(
    ("height", "unit"), [(1.72, "m"), (168.0, "cm"), (1750.0, "mm"), (67.0, "in"), (31.0, None), (0.2, None)]
)
def test_a_unit_is_the_one_that_makes_a_person(height, unit):
    assert guess_unit(height) == unit


def test_stature_goes_by_legs_and_without_them_by_arms():
    smpl = {name: float(np.linalg.norm(SMPL_REST_OFFSET[name])) for name in SMPL_REST_OFFSET}
    legs = {name: 100.0 * smpl[name] for name in ("left_knee", "left_ankle")}
    assert stature(legs) == pytest.approx(170.0)
    assert stature({**legs, "left_elbow": 1.0}) == pytest.approx(170.0)
    assert stature({"left_elbow": 2.0 * smpl["left_elbow"]}) == pytest.approx(3.4)
    assert stature({}) is None
