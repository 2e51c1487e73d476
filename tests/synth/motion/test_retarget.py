"""Retargeting: the same motion whatever the rig, noted what was found out, refused where keys contradict the file."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmarks.rigs import UPS
from synth.body.loading import load_body
from synth.body.rotations import local_poses, world_turns
from synth.body.skeleton import SMPL_24, SMPL_REST_OFFSET
from synth.core.errors import InputError
from synth.motion import prepare, read
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.gate import joint_angles
from synth.motion.geometry import turn_angle
from synth.motion.mapping import FOLDER, LIMBS, Link, fitting_mapping, read_mapping
from synth.motion.neutral import bone
from synth.motion.recording import Recording, Skeleton
from synth.motion.rest_pose import axis_name
from synth.motion.retarget import Retargeted, retarget
from synth.motion.self_check import CHECKS
from tests.synth.motion.helpers import (
    bvh_text,
    channel_order,
    clip_directions,
    degrees_between,
    recording_of,
    source_directions,
)
from tests.synth.motion.rigs import MAPPING, STATED, hanging_axes, random_axes, walking
from tests.synth.motion.rigs import recorded as on_rig

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


def limbs_of(found: Retargeted) -> NDArray[np.float64]:
    """(T, limbs, 3) unit vectors along SMPL's limbs."""
    turns = world_turns(found.poses)
    return np.stack([turns[:, SMPL_24.index(name)] @ bone(name) for name in LIMBS], axis=1)


def way_of(found: Retargeted) -> NDArray[np.float64]:
    return found.pelvis - found.pelvis[0]


@pytest.mark.parametrize("axes", [hanging_axes(), random_axes(0), random_axes(1)], ids=["hanging", "0", "1"])
def test_rest_poses_and_local_axes_change_nothing(axes):
    plain, other = (retarget(on_rig(walking(), each), MAPPING) for each in (None, axes))
    assert limbs_of(other) == pytest.approx(limbs_of(plain), abs=1e-6)
    assert way_of(other) == pytest.approx(way_of(plain), abs=5e-3)
    for name in ("left_wrist", "right_wrist"):
        assert joint_angles(other.poses)[name] == pytest.approx(joint_angles(plain.poses)[name], abs=10.0)
    assert other.mismatch.max() < 1.0


def test_a_recording_on_smpls_skeleton_is_itself():
    poses = walking()
    found = retarget(on_rig(poses), STATED)
    assert found.notes == ()
    turns, own = world_turns(found.poses), world_turns(poses)
    for name in ("pelvis", "spine3", "head", "left_hip", "right_knee", "left_ankle", "left_wrist"):
        joint = SMPL_24.index(name)
        assert turn_angle(np.swapaxes(own[:, joint], 1, 2) @ turns[:, joint]).max() < 6.0
    assert way_of(found)[-1] == pytest.approx([0, -2.0, 0], abs=1e-6)


@pytest.mark.parametrize("world", [np.eye(3), UPS["x"]], ids=["z", "x"])
def test_another_up_of_the_world_gives_the_same_clip_and_is_noted(world):
    plain, other = retarget(on_rig(walking()), STATED), retarget(on_rig(walking(), world=world), STATED)
    assert any("the world's up is" in note for note in other.notes)
    assert limbs_of(other)[..., 2] == pytest.approx(limbs_of(plain)[..., 2], abs=1e-6)
    stated = retarget(on_rig(walking(), world=world), STATED, up=axis_name(world[:, 2]))
    assert stated.poses == pytest.approx(other.poses)
    assert stated.notes == ()


def test_up_that_is_stated_goes_before_what_is_found():
    lying = retarget(on_rig(walking()), STATED, up="z")
    assert np.abs(world_turns(lying.poses)[:, 0, 2, 1]).max() < 0.3


@pytest.mark.parametrize(("units", "size"), [("m", 1.0), ("cm", 100.0), ("mm", 1000.0), ("in", 1 / 0.0254)])
def test_units_are_found_by_the_size_of_the_body_and_noted(units, size):
    found = retarget(on_rig(walking(), unit=size), MAPPING)
    assert way_of(found)[-1] == pytest.approx([0, -2.0, 0], abs=1e-6)
    assert any(f"the unit is taken as {units}" in note for note in found.notes)
    assert retarget(on_rig(walking(), unit=size), MAPPING, units=units).notes == ()


def test_a_unit_that_makes_a_giant_is_noted():
    found = retarget(on_rig(walking(), unit=100.0), STATED)
    assert any("m tall: is it cm?" in note for note in found.notes)


def test_a_root_that_stands_still_over_hips_that_move():
    """The movement in the position channels of a joint under the root is travel, not broken bones."""
    poses = walking()
    plain = on_rig(poses)
    skeleton = Skeleton(
        ("Root", *SMPL_24),
        (-1, *(parent + 1 for parent in plain.skeleton.parents)),
        np.concatenate([np.zeros((1, 3)), plain.skeleton.offsets]),
        plain.skeleton.ends,
    )
    turns = np.concatenate([np.tile(np.eye(3), (len(poses), 1, 1, 1)), plain.rotations], axis=1)
    still = np.zeros((len(poses), 3))
    found = retarget(Recording(skeleton, turns, still, 30.0, {1: plain.root}), MAPPING)
    assert found.poses == pytest.approx(retarget(plain, MAPPING).poses)
    assert way_of(found) == pytest.approx(way_of(retarget(plain, MAPPING)), abs=1e-9)
    assert found.stretch is None


def test_lengths_in_the_channels_and_no_offsets(tmp_path):
    """OFFSET 0 0 0 with the places of joints in their channels, as conversions from FBX write it."""
    order = channel_order()
    values = np.zeros((20, 6 * len(order)))
    rng = np.random.default_rng(5)
    for joint, name in enumerate(order):
        if joint:
            values[:, 6 * joint : 6 * joint + 3] = np.array(SMPL_REST_OFFSET[name]) / 0.0564444
        values[:, 6 * joint + 3 : 6 * joint + 6] = rng.uniform(-20, 20, (20, 3))
    text = bvh_text(values, positions=True)
    paths = tmp_path / "plain.bvh", tmp_path / "zero.bvh"
    paths[0].write_text(text)
    paths[1].write_text(re.sub(r"OFFSET [-\d. ]+", "OFFSET 0 0 0", text))
    plain, zero = (retarget(*recording_of(path)) for path in paths)
    assert zero.pelvis == pytest.approx(plain.pelvis, abs=1e-5)
    assert limbs_of(zero) == pytest.approx(limbs_of(plain), abs=1e-5)
    assert zero.stretch == pytest.approx(0.0)


def test_a_recording_without_a_finite_frame_is_all_not_a_number():
    recording = on_rig(walking(3))
    recording.root[:] = np.nan
    found = retarget(recording, MAPPING)
    assert np.isnan(found.poses).all()
    assert found.mismatch.shape == (3, len(CHECKS))


def test_frames_that_do_not_show_the_recording_count_as_mismatch():
    """A limb that takes over turns, in a rig whose arms hang at rest, points elsewhere."""
    links = MAPPING.links | {"left_elbow": Link("left_elbow", align="rotation")}
    found = retarget(on_rig(walking(), hanging_axes()), replace(MAPPING, links=links))
    assert found.mismatch[:, CHECKS.index("left_elbow")].min() > 1.0
    assert found.mismatch[:, CHECKS.index("right_elbow")].max() < 0.1


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("bvh_joint_orients", "joint_orients.bvh"),
        ("bvh_root_above_hips", "still_root.bvh"),
        ("bvh_world_z_up", "world_z.bvh"),
        ("bvh_zero_offsets", "zero_offsets.bvh"),
    ],
)
def test_the_same_motion_through_another_rig_is_the_same_clip(shared, case, name):
    folder = shared / "cases" / case
    mapping = folder / "mapping.yaml"
    plain, other = (read(folder / each, mapping) for each in ("plain.bvh", name))
    joints = [load_body().proxy().posed(clip.poses, trans=clip.trans).joints for clip in (plain, other)]
    # the neck of a rig without a rest pose is known to a few degrees: a centimetre at the head; offsets in the
    # channels are rounded to a millimetre, turns to a tenth of a degree
    apart = np.linalg.norm(joints[0] - joints[1], axis=-1)[:, : len(SMPL_24)]
    assert apart.max() < ({"bvh_joint_orients": 0.02, "bvh_zero_offsets": 0.003}.get(case, 0.001))
    directions = [clip_directions(clip) for clip in (plain, other)]
    assert max(degrees_between(directions[0][n], directions[1][n]).max() for n in directions[0]) < 0.3
    clips, report = prepare(folder / name, 30.0, mapping=mapping)
    assert report.keep.all(), report.drops
    assert len(clips) == 1


@pytest.mark.parametrize(
    ("name", "mapping", "said"),
    [
        ("rest_z_up.bvh", "mapping.yaml", r"up: y, but .* the legs point along -z; is it up: z\?"),
        ("plain.bvh", "mapping_backwards.yaml", r"forward: -z, .* the face is to z; is it forward: z\?"),
        ("plain.bvh", "mapping_sides_swapped.yaml", "left and right are exchanged"),
    ],
)
def test_mappings_that_the_file_contradicts_are_refused_with_the_cause(shared, name, mapping, said):
    folder = shared / "cases" / "bvh_mapping_against_rest"
    with pytest.raises(InputError, match=said):
        read(folder / name, folder / mapping)


def test_cmus_twins_point_alike(shared):
    """The same recording converted by others: frame k of the AMC is frame k of the BVH without its T-pose."""
    twins = [read(shared / "data" / name) for name in ("cmu_asf_amc/01_01.amc", "cmu_bvh/01_01.bvh")]
    amc, bvh = (clip_directions(clip) for clip in twins)
    frames = min(len(amc["left_hip"]), len(bvh["left_hip"]))
    assert max(degrees_between(amc[n][:frames], bvh[n][:frames]).max() for n in amc) < 0.01


def test_feet_are_level_on_the_ground(shared):
    """CMU's skeletons rest with legs apart by 40 degrees and flat feet; people still do not walk on edges."""
    turns = world_turns(read(shared / "data" / "cmu_asf_amc" / "02_01.amc").poses)
    for side in ("left", "right"):
        lean = np.degrees(np.arcsin(turns[:, SMPL_24.index(f"{side}_ankle"), 2, 0]))
        assert abs(np.median(lean)) < 6.0
