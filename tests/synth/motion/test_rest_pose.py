from dataclasses import replace

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.figure import posed, unposed
from synth.motion.rest_pose import axis_name, check_keys, check_sides, rest_axes
from tests.synth.motion.rigs import MAPPING, STATED, hanging_axes, random_axes, recorded, walking

X, Y, Z = np.eye(3)
TO_Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def at_rest(axes=None, mapping=MAPPING):
    return unposed(recorded(walking(3), axes), mapping)


def exchanged():
    """The mapping with left and right exchanged."""
    other = {"left": "right", "right": "left"}
    links = {}
    for name, link in MAPPING.links.items():
        side, _, part = name.partition("_")
        twin = f"{other[side]}_{part}" if side in other else name
        links[name] = replace(link, joint=twin)
    return replace(MAPPING, links=links)


def test_a_t_pose_and_hanging_arms_are_people_who_stand():
    assert rest_axes(at_rest()) == pytest.approx(np.eye(3))
    assert rest_axes(at_rest(hanging_axes())) == pytest.approx(np.eye(3))


def test_the_axes_are_those_in_which_the_figure_stands():
    turned = np.tile(TO_Z_UP.T, (24, 1, 1))
    assert rest_axes(at_rest(turned)) == pytest.approx(TO_Z_UP)


def test_a_pose_that_no_body_takes_is_no_figure():
    assert all(rest_axes(at_rest(random_axes(seed))) is None for seed in range(20))
    lame = hanging_axes()
    lame[16] = np.eye(3)  # one upper arm level, the other down
    assert rest_axes(at_rest(lame)) is None


def test_keys_that_the_figure_contradicts_are_refused_by_name():
    rest, axes = at_rest(), np.eye(3)
    check_keys(STATED, axes, rest, Y, "a.bvh")
    lying = replace(STATED, up=Z, forward=-Y)
    with pytest.raises(InputError, match=r"says up: z, but .* the legs point along -y; is it up: y\?"):
        check_keys(lying, axes, rest, Y, "a.bvh")
    check_keys(lying, axes, rest, Z, "a.bvh")  # meant as the world's
    with pytest.raises(InputError, match=r"left hip is at x, so the face is to z; is it forward: z\?"):
        check_keys(replace(STATED, forward=-Z), axes, rest, Y, "a.bvh")
    mirrored = at_rest(mapping=exchanged())
    with pytest.raises(InputError, match="as the toes do, but then the left hip is on the right"):
        check_keys(STATED, np.diag([-1.0, 1.0, -1.0]), mirrored, Y, "a.bvh")
    check_keys(MAPPING, axes, rest, Z, "a.bvh")


@pytest.mark.parametrize("axes", [None, random_axes()])
def test_knees_and_toes_show_sides_that_are_exchanged(axes):
    recording = recorded(walking(), axes)
    check_sides(posed(recording, MAPPING, np.arange(40)), "a.bvh")
    with pytest.raises(InputError, match="knees bend forwards and toes point back: left and right are"):
        check_sides(posed(recording, exchanged(), np.arange(40)), "a.bvh")
    links = exchanged().links | {n: link for n, link in MAPPING.links.items() if "hip" in n or "knee" in n}
    with pytest.raises(InputError, match="left shoulder is over the right hip"):
        check_sides(posed(recording, replace(MAPPING, links=links), np.arange(40)), "a.bvh")


def test_straight_legs_without_toes_show_nothing():
    recording = recorded(walking(bend=0.0))
    figure = posed(recording, exchanged(), np.arange(40))
    for name in ("left_foot", "right_foot"):
        del figure.places[name]
    for name in ("left_ankle", "right_ankle"):
        figure.ends.pop(name)
    check_sides(figure, "a.bvh")


def test_axes_have_names():
    assert axis_name(np.array([0.1, -0.9, 0.2])) == "-y"
    assert axis_name(X) == "x"
