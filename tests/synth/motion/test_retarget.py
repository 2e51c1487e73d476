from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.body.rotations import local_poses, world_turns
from synth.body.skeleton import SMPL_24
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.gate import joint_angles
from synth.motion.mapping import FOLDER, fitting_mapping, read_mapping
from synth.motion.neutral import bone
from synth.motion.retarget import retarget
from tests.synth.motion.helpers import (
    bvh_text,
    channel_order,
    degrees_between,
    recording_of,
    source_directions,
)

FOLDER_OF = Path(__file__).resolve().parents[3] / FOLDER


def test_local_and_world_turns_are_inverse():
    rng = np.random.default_rng(2)
    poses = rng.uniform(-0.9, 0.9, (20, 24, 3))
    assert local_poses(world_turns(poses)) == pytest.approx(poses)


def recorded(tmp_path, values):
    path = tmp_path / "a.bvh"
    path.write_text(bvh_text(values))
    return recording_of(path)


def test_rest_is_smpls_rest_upright(tmp_path):
    values = np.zeros((2, 3 + 3 * len(channel_order())))
    found = retarget(*recorded(tmp_path, values))
    poses, pelvis = found.poses, found.pelvis
    turns = world_turns(poses)
    left, up, front = turns[0, SMPL_24.index("head")].T
    assert (left, up, front) == (
        pytest.approx([1, 0, 0]),
        pytest.approx([0, 0, 1]),
        pytest.approx([0, -1, 0]),
    )
    assert np.isfinite(pelvis).all()


def test_limbs_point_as_recorded_whatever_the_pose(tmp_path):
    rng = np.random.default_rng(3)
    values = rng.uniform(-60, 60, (40, 3 + 3 * len(channel_order())))
    recording, mapping = recorded(tmp_path, values)
    poses = retarget(recording, mapping).poses
    turns = world_turns(poses)
    for name, expected in source_directions(recording, mapping).items():
        assert degrees_between(turns[:, SMPL_24.index(name)] @ bone(name), expected).max() < 1e-3


def test_frames_that_are_not_finite_come_out_so(tmp_path):
    values = np.zeros((4, 3 + 3 * len(channel_order())))
    values[2, 10] = np.nan
    found = retarget(*recorded(tmp_path, values))
    poses, pelvis = found.poses, found.pelvis
    assert np.isnan(poses[2]).all()
    assert np.isnan(pelvis[2]).all()
    assert np.isfinite(poses[[0, 1, 3]]).all()


def test_elbows_bend_forward_and_knees_back_in_real_recordings(shared):
    for name in (
        "cmu_asf_amc/01_01.amc",
        "cmu_asf_amc/02_06.amc",
        "cmu_bvh/01_01.bvh",
        "hrc_bvh/handover_5.bvh",
    ):
        poses = retarget(*recording_of(shared / "data" / name)).poses
        angles = joint_angles(poses)
        for side in ("left", "right"):
            assert angles[f"{side}_elbow"].min() > -5
            assert angles[f"{side}_knee"].min() > -5


def test_the_elbow_keeps_to_its_hinge_where_the_recording_has_one(shared):
    """CMU's forearms turn about one axis; on SMPL's skeleton that axis must be the one its elbow bends about."""
    poses = retarget(*recording_of(shared / "data" / "cmu_asf_amc" / "02_05.amc")).poses
    turns = world_turns(poses)
    for side in ("left", "right"):
        upper, lower = (turns[:, SMPL_24.index(f"{side}_{joint}")] for joint in ("shoulder", "elbow"))
        forearm = np.einsum("tji,tj->ti", upper, lower @ bone(f"{side}_elbow"))
        bent = np.degrees(np.arccos(np.clip(forearm @ bone(f"{side}_shoulder"), -1, 1))) > 30
        # forward is +z, up is +y in SMPL's rest axes
        aside = np.degrees(np.arctan2(forearm[bent, 1], forearm[bent, 2]))
        assert np.abs(aside).max() < 25


def test_hrc_files_are_not_read_as_they_declare(shared):
    """Their CHANNELS lines are wrong: read so, the pelvis of a man who stands would pitch by over 90 degrees."""
    path = shared / "data" / "hrc_bvh" / "stacking_6.bvh"
    file = parse_bvh(path)
    mapping = fitting_mapping(None, file.skeleton, str(path))
    assert mapping.fixed_order == "zxy"

    def tilt(order):
        up = decode_bvh(file, order).rotations[:, 0] @ np.array([0.0, 1.0, 0.0])
        return np.degrees(np.arccos(up[:, 1]))

    assert tilt(mapping.fixed_order).max() < 30
    assert tilt(None).max() > 90


def test_absent_legs_stand_under_a_leaning_pelvis(shared):
    recording, mapping = recording_of(shared / "data" / "hrc_bvh" / "hammering_3.bvh")
    poses = retarget(recording, mapping).poses
    turns = world_turns(poses)
    lean = np.degrees(np.arccos(turns[:, 0, 2, 1]))
    assert lean.max() > 20
    for name in ("left_hip", "right_ankle"):
        assert turns[:, SMPL_24.index(name), 2, 1] == pytest.approx(1.0)


def test_turning_the_whole_person_turns_nothing_else(tmp_path):
    rng = np.random.default_rng(4)
    values = rng.uniform(-30, 30, (5, 3 + 3 * len(channel_order())))
    turned = values.copy()
    about_y = Rotation.from_euler("y", 70, degrees=True)
    turned[:, :3] = about_y.apply(values[:, :3])
    turned[:, 3:6] = (about_y * Rotation.from_euler("ZYX", values[:, 3:6], degrees=True)).as_euler(
        "ZYX", True
    )
    first = retarget(*recorded(tmp_path, values)).poses
    second = retarget(*recorded(tmp_path, turned)).poses
    assert second[:, 1:] == pytest.approx(first[:, 1:], abs=1e-5)


def test_the_shipped_files_agree_on_what_cmu_is():
    bvh, asf = (read_mapping(FOLDER_OF / name) for name in ("cmu_bvh.yaml", "cmu_asf.yaml"))
    assert {name: (link.twist, link.align) for name, link in bvh.links.items()} == {
        name: (link.twist, link.align) for name, link in asf.links.items()
    }
