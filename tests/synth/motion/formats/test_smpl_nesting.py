"""SMPL parameters within dictionaries of people and of worlds, as programs pickle them."""

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.formats.smpl_nesting import arrays_within

ONE = {"pose": np.zeros((4, 72)), "trans": np.ones((4, 3)), "verts": np.zeros((4, 9, 3))}


def test_arrays_as_they_are():
    found = arrays_within(ONE | {"fps": 30, "gender": "male", "notes": {}}, "x")
    assert sorted(found) == ["fps", "pose", "trans"]
    assert found["fps"] == 30


def test_the_only_person():
    assert arrays_within({0: ONE}, "x")["trans"].shape == (4, 3)
    with pytest.raises(InputError, match="x: holds 2 people: 3, 7; save the SMPL parameters of one person"):
        arrays_within({3: ONE, 7: ONE}, "x")


def test_the_world_goes_before_the_camera():
    other = {"global_orient": np.zeros((4, 3)), "body_pose": np.zeros((4, 63)), "transl": np.zeros((4, 3))}
    held = {
        "smpl_params_incam": other,
        "smpl_params_global": other | {"transl": np.full((4, 3), 2.0)},
        "fps": 25,
    }
    found = arrays_within(held, "x")
    assert (found["transl"] == 2).all()
    assert found["fps"] == 25


def test_lists_of_one_array_a_person_and_of_one_a_frame():
    held = {"poses": [np.zeros((4, 72))], "trans": [np.zeros((4, 3))]}
    assert arrays_within(held, "x")["poses"].shape == (4, 72)
    with pytest.raises(InputError, match="x:poses: holds 2 people"):
        arrays_within({key: each * 2 for key, each in held.items()}, "x")
    rows = {"poses": list(np.zeros((4, 72))), "trans": np.zeros((4, 3)).tolist()}
    found = arrays_within(rows, "x")
    assert (found["poses"].shape, found["trans"].shape) == ((4, 72), (4, 3))


@pytest.mark.parametrize("held", [{}, [], 3, {"a.jpg": {"smpl": []}}, {"verts": np.zeros(3)}])
def test_what_holds_no_motion_is_refused(held):
    with pytest.raises(InputError, match=r"x: (has no SMPL parameters|is not a dictionary)"):
        arrays_within(held, "x")


def test_arrays_that_cannot_be_are_left_out():
    assert "poses" not in arrays_within({"poses": [[1, 2], [3]], "trans": np.zeros((4, 3))}, "x")
