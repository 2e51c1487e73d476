"""Balance: the extrapolated centre of mass over what bears the body, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synth.posture.balance import GRAVITY, Balance, bears, off, speed
from synth.posture.chain import joints_of, reference, smpl_of
from synth.posture.checks import checks
from synth.posture.figure import figure
from synth.posture.solve import Solved, solve_once
from synth.posture.task import parse_task
from synth.scene.props.furniture import standing
from synth.scene.work import Furniture, Work

MEAN = (0.0,) * 10
SQUARE = np.array([[-0.1, -0.1, 0.0], [0.1, -0.1, 0.0], [0.1, 0.1, 0.0], [-0.1, 0.1, 0.0]])
STILL = np.zeros(3)


def motion(degrees_at: list[dict[str, float]], ahead: np.ndarray | float = 0.0) -> Solved:
    """A man on the floor in a pose a frame, moved ahead as a whole by metres."""
    fig = figure("male", MEAN)
    q = np.array([reference(**({"shoulder_abduction": 12.0} | degrees)) for degrees in degrees_at])
    poses, _ = smpl_of(q, fig.rest)
    skin = fig.body.posed(poses, MEAN).vertices
    trans = np.zeros((len(q), 3))
    trans[:, 2] = -skin[:, :, 2].min(axis=1)
    trans[:, 1] = ahead
    work = Work("p", "t", "", "male", MEAN)
    return Solved(poses.astype(np.float32), trans.astype(np.float32), 30.0, work, q)


def test_off_is_the_distance_to_the_hull() -> None:
    assert off(SQUARE, np.array([0.0, 0.0, 1.0]), STILL) == pytest.approx(-0.1)
    assert off(SQUARE, np.array([0.0, 0.15, 1.0]), STILL) == pytest.approx(0.05)
    assert off(SQUARE[:2], np.array([0.0, 0.0, 1.0]), STILL) == 1.0  # two points bear nobody
    assert off(SQUARE[[0, 0, 1, 1]], np.array([0.0, 0.0, 1.0]), STILL) == 1.0


def test_who_moves_is_as_far_on_as_hof_says() -> None:
    centre, pace = np.array([0.0, 0.0, 0.981]), np.array([0.0, 0.5, 0.0])
    assert np.sqrt(0.981 / GRAVITY) == pytest.approx(0.31623, abs=1e-5)
    assert off(SQUARE, centre, pace) == pytest.approx(0.5 * 0.31623 - 0.1, abs=1e-4)
    assert off(SQUARE, centre + np.array([0.0, 0.12, 0.0]), -pace) < 0  # outside, but on the way back


def test_speed_is_metres_a_second() -> None:
    path = np.zeros((30, 3))
    path[:, 0] = 0.6 * np.arange(30) / 30.0
    np.testing.assert_allclose(speed(path, 30.0)[3:-3], 0.6)


def test_what_is_under_the_skin_bears_it_and_what_is_beside_does_not() -> None:
    box = standing(Furniture("table", (1.0, 0.6, 0.8))).solids
    on, over, beside = [0.0, 0.0, 0.805], [0.0, 0.0, 0.83], [0.0, -0.305, 0.79]
    assert bears(box, np.array([on, over, beside])).tolist() == [True, False, False]


def test_a_body_that_leans_past_its_feet_falls() -> None:
    assert checks(motion([{}] * 30)).passes["balance"]
    found = checks(motion([{"ankle_flexion": 14.0, "pelvis_tilt": 14.0}] * 30))
    assert not found.passes["balance"]
    assert found.fault.startswith("falls over: centre of mass ")
    slow = [
        {"pelvis_tilt": 40.0 * min(1.0, k / 60)} for k in range(90)
    ]  # bends over with straight legs, at ease
    assert not checks(motion(slow)).passes["balance"]


def test_a_reach_that_moves_the_pelvis_is_not_exempt() -> None:
    """The whole body glides ahead over feet that stay: what a rule that spares the moving would pass."""
    fast = motion([{"ankle_flexion": 25.0 * k / 29, "pelvis_tilt": 25.0 * k / 29} for k in range(30)])
    assert not checks(fast).passes["balance"]


def test_a_walker_passes_and_one_who_stops_midway_does_not() -> None:
    page = parse_task(
        "title: a\nstance: walking\nphases: [{do: walk, forward: 2.4, seconds: 3}, {do: hold, seconds: 0.5}]",
        "p",
    )
    walk = solve_once(page, "p", "male", MEAN, 0, 0)
    assert checks(walk).passes["balance"], checks(walk)
    fig = figure("male", MEAN)
    places = joints_of(walk.angles, fig.offsets)[0]
    skin = fig.body.posed(walk.poses, MEAN, walk.trans).vertices.astype(float)
    balance = Balance(fig, places, 30.0)
    for frame in range(len(skin)):
        balance.add(frame, skin[frame], [], 0.0)
    worst = int(np.argmax(balance.over))
    assert balance.over[worst] > 0.1
    stopped = np.tile(walk.poses[worst], (45, 1, 1)), np.tile(walk.trans[worst], (45, 1))
    frozen = Solved(*stopped, 30.0, walk.work, np.tile(walk.angles[worst], (45, 1)))
    assert not checks(frozen).passes["balance"]


def test_a_light_hand_on_a_table_bears_only_while_it_is_still() -> None:
    fig = figure("male", MEAN)
    q = np.tile(reference(), (30, 1))
    places = joints_of(q, fig.offsets)[0]
    still, wipes = places.copy(), places.copy()
    wipes[:, 20, 0] += 0.3 * np.arange(30) / 30.0
    assert not Balance(fig, still, 30.0)._moved(15).any()
    assert Balance(fig, wipes, 30.0)._moved(15).any()
