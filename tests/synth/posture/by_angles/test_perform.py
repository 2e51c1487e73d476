import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.motion import ASSETS, read
from synth.motion.gate import joint_angles, turn_steps
from synth.posture import parse_page, perform
from synth.posture.by_angles.angles import smpl_poses
from synth.posture.by_angles.perform import RATE


def pose(**angles: float) -> np.ndarray:
    """One pose from angles written left_elbow__flexion=90."""
    given = {tuple(name.split("__")): np.array([value]) for name, value in angles.items()}
    return smpl_poses(given, {"left": np.ones(1), "right": np.ones(1)})


def joints(poses: np.ndarray) -> dict[str, np.ndarray]:
    """Where the joints are, metres from the pelvis: +X to the left of who faces -Y, Z up."""
    places = load_body().proxy().posed(poses).joints[0]
    return {name: places[i] - places[0] for i, name in enumerate(SMPL_24)}


def test_standing_hangs_the_arms_and_levels_the_soles():
    at = joints(pose())
    for side, sign in (("left", 1), ("right", -1)):
        down = at[f"{side}_wrist"] - at[f"{side}_shoulder"]
        assert down[2] < -0.45
        assert abs(down[0]) < 0.06
        assert sign * at[f"{side}_shoulder"][0] > 0.1


@pytest.mark.parametrize(
    ("angles", "joint", "parent", "way"),
    [
        ({"left_shoulder__flexion": 90}, "left_elbow", "left_shoulder", (0, -1, 0)),
        ({"right_shoulder__abduction": 90}, "right_elbow", "right_shoulder", (-1, 0, 0)),
        ({"left_shoulder__flexion": 180}, "left_elbow", "left_shoulder", (0, 0, 1)),
        ({"left_elbow__flexion": 90}, "left_wrist", "left_elbow", (0, -1, 0)),
        ({"right_elbow__flexion": 90}, "right_wrist", "right_elbow", (0, -1, 0)),
        (
            {"right_elbow__flexion": 90, "right_shoulder__rotation": 90},
            "right_wrist",
            "right_elbow",
            (1, 0, 0),
        ),
        ({"left_elbow__flexion": 90, "left_shoulder__rotation": 90}, "left_wrist", "left_elbow", (-1, 0, 0)),
        ({"left_hip__flexion": 90}, "left_knee", "left_hip", (0, -1, 0)),
        ({"right_hip__abduction": 40}, "right_knee", "right_hip", (-0.64, 0, -0.77)),
        ({"left_knee__flexion": 90}, "left_ankle", "left_knee", (0, 1, 0)),
        ({"trunk__flexion": 90}, "neck", "spine3", (0, -1, 0)),
        ({"trunk__bend": 60}, "neck", "spine3", (0.87, 0, 0.5)),
        ({"pelvis__tilt": 90}, "spine2", "spine1", (0, -1, 0)),
        ({"pelvis__turn": 90}, "left_hip", "pelvis", (0, 0.6, -0.8)),
    ],
)
def test_angles_move_the_way_their_names_say(angles, joint, parent, way):
    at = joints(pose(**angles))
    along = at[joint] - at[parent]
    along /= np.linalg.norm(along)
    apart = np.degrees(np.arccos(np.clip(along @ (np.array(way) / np.linalg.norm(way)), -1, 1)))
    assert apart < 25  # SMPL's bones are not quite along its axes


def test_soles_stay_level_however_the_knees_bend():
    poses = pose(left_hip__flexion=80, left_knee__flexion=110, right_hip__flexion=30, right_knee__flexion=50)
    feet = joints(poses)
    rest = joints(pose())
    for side in ("left", "right"):
        sole, flat = (at[f"{side}_foot"] - at[f"{side}_ankle"] for at in (feet, rest))
        assert sole[2] == pytest.approx(flat[2], abs=0.005)


PAGE = """\
name: test
sway: 0
postures: {reach: {shoulders: {flexion: 90}, knees: {flexion: 40}, hips: {flexion: 20}}}
keyframes: [{time: 0, posture: stand}, {time: 1, posture: reach}, {time: 2, posture: reach}]
"""


def test_keyframes_are_reached_held_and_never_overshot():
    poses, _ = perform(parse_page(PAGE, "p"))
    assert len(poses) == 121
    assert RATE == 60.0
    knee = joint_angles(poses)["left_knee"]
    knee = knee - knee[0]
    assert knee[60] == pytest.approx(40, abs=0.5)
    assert np.diff(knee[60:]) == pytest.approx(0, abs=1e-4)
    assert (np.diff(knee[:61]) > -1e-4).all()


def test_sway_moves_everything_a_little_and_is_the_same_every_time():
    page = parse_page(PAGE.replace("sway: 0", "sway: 1"), "p")
    (first, _), (second, _) = perform(page), perform(page)
    assert np.array_equal(first, second)
    hold = turn_steps(first)[70:]
    assert hold[:, SMPL_24.index("left_elbow")].max() > 0.0
    assert hold.max() * 60 < 10  # degrees a second


def test_planted_feet_stay():
    poses, trans = perform(parse_page(PAGE, "p"))
    places = load_body().proxy().posed(poses, trans=trans).joints
    feet = places[:, [SMPL_24.index("left_foot"), SMPL_24.index("right_foot")], :2].mean(axis=1)
    assert feet == pytest.approx(np.zeros_like(feet), abs=1e-5)


def test_nobody_leaves_the_floor():
    for path in sorted((ASSETS / "postures").glob("*.posture.yaml")):
        assert read(path).clearance.max() < 1e-4, path.name


def test_hands_are_where_the_work_is():
    """Height of the hands at the moment of work, metres, in each posture that is about a height."""
    wanted = {
        "overhead_drilling": (2.8, 1.75, 2.3),
        "squat_lift": (2.1, 0.05, 0.4),
        "stooped_lift": (2.0, 0.05, 0.4),
        "kneeling_floor_work": (3.8, 0.0, 0.15),
        "seated_assembly": (1.4, 0.7, 1.0),
        "ladder_reach": (3.8, 1.7, 2.2),
    }
    for name, (second, low, high) in wanted.items():
        clip = read(ASSETS / "postures" / f"{name}.posture.yaml")
        frame = round(second * clip.rate)
        at = load_body().proxy().posed(clip.poses[[frame]], trans=clip.trans[[frame]]).joints[0]
        assert low < at[SMPL_24.index("right_hand"), 2] < high, name
