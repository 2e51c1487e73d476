"""The same motion under every name and in every shape is the same motion."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.skeleton import smpl_rest_joints
from synth.core.errors import InputError
from synth.motion.formats.smpl_layouts import parameters

FRAMES = 7
TURNS = np.random.default_rng(0).normal(0, 0.5, (FRAMES, 24, 3))
TURNS[:, 22:] = 0
TRANS = np.random.default_rng(1).normal(0, 1, (FRAMES, 3))
MATRICES = Rotation.from_rotvec(TURNS.reshape(-1, 3)).as_matrix().reshape(FRAMES, 24, 3, 3)
WHOLE = {
    "flat 72": TURNS.reshape(FRAMES, 72),
    "flat 66": TURNS[:, :22].reshape(FRAMES, 66),
    "flat 156": np.concatenate([TURNS[:, :22], np.ones((FRAMES, 30, 3))], axis=1).reshape(FRAMES, 156),
    "by joint": TURNS,
    "by joint, 22": TURNS[:, :22],
    "matrices": MATRICES,
    "matrices, 22": MATRICES[:, :22],
}


def same(arrays, rate=30.0):
    found = parameters(arrays, "x.npz")
    assert found.poses == pytest.approx(TURNS, abs=1e-9)
    assert found.trans == pytest.approx(TRANS)
    assert found.rate == rate


@pytest.mark.parametrize("shape", WHOLE)
@pytest.mark.parametrize(
    "keys",
    [("poses", "trans", "mocap_framerate"), ("smpl_poses", "smpl_trans", "fps"), ("pose", "transl", "fps")],
)
def test_whole(shape, keys):
    same(dict(zip(keys, (WHOLE[shape], TRANS, np.array(30)), strict=True)))


SPLIT = {
    "flat": (TURNS[:, 0], TURNS[:, 1:22].reshape(FRAMES, 63)),
    "flat 69": (TURNS[:, 0], TURNS[:, 1:].reshape(FRAMES, 69)),
    "by joint": (TURNS[:, :1], TURNS[:, 1:22]),
    "matrices": (MATRICES[:, :1], MATRICES[:, 1:]),
    "matrices, root alone": (MATRICES[:, 0], MATRICES[:, 1:22]),
}


@pytest.mark.parametrize("shape", SPLIT)
@pytest.mark.parametrize("keys", [("root_orient", "pose_body"), ("global_orient", "body_pose")])
def test_split(shape, keys):
    same(dict(zip(keys, SPLIT[shape], strict=True)) | {"transl": TRANS, "fps": np.array([30.0])})


def test_aist_translations_are_scaled():
    same(
        {"smpl_poses": TURNS.reshape(FRAMES, 72), "smpl_trans": 90 * TRANS, "smpl_scaling": np.array([90.0])},
        None,
    )


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"poses": TURNS[:, :20], "trans": TRANS}, r"x\.npz:poses: has shape \(7, 20, 3\)"),
        ({"poses": TURNS[None], "trans": TRANS}, "has shape"),
        ({"poses": 1.1 * MATRICES, "trans": TRANS}, "matrices that are not rotations"),
        ({"poses": TURNS, "trans": TRANS[:3]}, "7 poses but 3 translations"),
        ({"poses": TURNS}, "lacks the array 'trans'"),
        ({"trans": TRANS, "body_pose": TURNS[:, 1:]}, "holds neither 'poses'"),
        ({"poses": TURNS, "trans": TRANS, "fps": np.array([30, 30])}, "fps: is not one number"),
        ({"poses": TURNS, "trans": TRANS, "fps": np.array(0)}, "a frame rate of 0 cannot be"),
        ({"poses": TURNS[:0], "trans": TRANS[:0]}, "has no frames"),
    ],
)
def test_others_are_refused(arrays, said):
    with pytest.raises(InputError, match=said):
        parameters(arrays, "x.npz")


def test_frames_that_are_not_finite_stay_so():
    broken = MATRICES.copy()
    broken[3, 5, 0, 0] = np.nan
    found = parameters({"poses": broken, "trans": TRANS}, "x.npz")
    assert np.isnan(found.poses[3]).any()
    assert np.delete(found.poses, 3, axis=0) == pytest.approx(np.delete(TURNS, 3, axis=0), abs=1e-9)


def test_flat_matrices_and_names_of_models_of_video():
    same({"pred_rotmat": MATRICES, "pred_trans": TRANS[:, None], "fps": np.array("30")})
    same({"pred_thetas": MATRICES.reshape(FRAMES, 216), "transl": TRANS, "fps": np.array(30)})


def test_the_world_is_read_where_a_file_has_the_cameras_frame_too():
    held = {"pose": np.zeros((FRAMES, 72)), "trans": 0 * TRANS, "fps": np.array(30)}
    same(held | {"pose_world": TURNS.reshape(FRAMES, 72), "trans_world": TRANS})
    both = parameters(held | {"pose_world": TURNS.reshape(FRAMES, 72), "trans_world": TRANS}, "x.npz")
    assert "in the camera's frame" in both.notes[0]
    half = parameters(held | {"pose_world": TURNS.reshape(FRAMES, 72)}, "x.npz")  # no places: of no use
    assert not half.poses.any()
    assert not half.notes


@pytest.mark.parametrize("width", [72, 69])
def test_a_turn_about_the_origin(width):
    """EasyMocap's: x = R(Rh) x0 + Th, where x0 has its pelvis at rest."""
    root = Rotation.from_rotvec(TURNS[:, 0])
    pelvis = smpl_rest_joints()[0]
    body = TURNS.copy()
    body[:, 0] = 0
    places = TRANS + pelvis - root.apply(np.tile(pelvis, (FRAMES, 1)))
    same(
        {"Rh": TURNS[:, 0], "Th": places, "poses": body.reshape(FRAMES, 72)[:, -width:], "fps": np.array(30)}
    )


def test_a_body_beside_its_root():
    body = TURNS[:, 1:].reshape(FRAMES, 69)
    same({"poses": body, "global_orient": TURNS[:, 0], "trans": TRANS, "fps": np.array(30)})


def test_one_person_before_the_frames():
    split = {"root_orient": TURNS[None, :, 0], "pose_body": TURNS[None, :, 1:22].reshape(1, FRAMES, 63)}
    same(split | {"trans": TRANS[None], "fps": np.array(30)})
    with pytest.raises(InputError, match="holds 2 people"):
        parameters({"poses": np.zeros((2, FRAMES, 72)), "trans": np.zeros((2, FRAMES, 3))}, "x.npz")


def test_degrees_are_refused():
    held = {"poses": np.tile(np.degrees(TURNS).reshape(FRAMES, 72), (2, 1)), "trans": np.tile(TRANS, (2, 1))}
    with pytest.raises(InputError, match=r"has turns of up to \d+: degrees\?; save axis-angle in radians"):
        parameters(held, "x.npz")


def test_what_predict_writes_is_in_the_bvh_beside_it():
    held = {"format": np.array("posemill poses 1"), "joints": np.zeros((FRAMES, 17, 3))}
    with pytest.raises(InputError, match=r"holds joints that .*give the poses.bvh that lies beside it"):
        parameters(held, "poses.npz")
