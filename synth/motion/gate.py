"""Which frames of a recording are usable, and the reason for dropping each of the others.

Thresholds are set so that what people do passes and what only a broken file does not: each is beyond what its
source says a body can do. Frames that fail are cut out; each stretch that is left is a clip.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from synth.body.mass import mass_centre
from synth.body.rotations import FORWARD, UP, world_turns
from synth.body.skeleton import SMPL_24, SMPL_PARENTS
from synth.core.runs import runs
from synth.motion.clip import Clip
from synth.motion.falls import fall_rate
from synth.motion.floor import STILL_LEGS, Floats, Support, finite_frames
from synth.motion.neutral import bone
from synth.motion.self_check import CHECKS, LIMITS

Mask = NDArray[np.bool_]


class Reason(StrEnum):
    """Why frames, or a whole clip, are dropped."""

    NON_FINITE = "non_finite"
    TOO_SHORT = "too_short"
    WRONG_RATE = "wrong_rate"
    VELOCITY_SPIKE = "velocity_spike"
    BROKEN_BONE_LENGTH = "broken_bone_length"
    FLOATING = "floating"
    UNDERGROUND = "underground"
    FOOT_SLIDE = "foot_slide"
    JOINT_ANGLE = "joint_angle"
    CONSTANT_JOINT = "constant_joint"
    RETARGET_MISMATCH = "retarget_mismatch"


_MOST_ADDED = 5  # frames
_T_POSE_ARMS = 45.0  # degrees; hanging arms are turned by 70 and more


@dataclass(frozen=True)
class GateSettings:
    """The thresholds. Angles in degrees, lengths in metres, times in seconds."""

    # A stretch must show some movement to be a clip; shorter ones are what is left between two faults.
    min_duration: float = 0.5
    # No motion capture system records whole bodies outside this range: 25 Hz video to 1000 Hz for hands.
    min_rate: float = 10.0
    max_rate: float = 1000.0
    # Elbows extend at up to 2300 degrees/s in pitching (Fleisig et al., 'Kinetics of baseball pitching',
    # 1995), wrists and toes turn faster, and jitter: 4200 in CMU's raw recordings. A swapped marker or a
    # flipped Euler angle turns a joint by 90 to 180 degrees within one frame: over 10,000 at 120 Hz.
    max_turn_speed: float = 2300.0
    max_end_turn_speed: float = 4500.0
    max_turn_step: float = 75.0
    # The fastest sprinters run 12.4 m/s.
    max_travel_speed: float = 13.0
    # Marker-based bones vary by 2 to 5 % through skin movement.
    max_stretch: float = 0.1
    # The highest standing jumps last 0.9 s.
    max_airborne: float = 1.0
    airborne_over: float = 0.05
    # Between two rests the lowest point runs up to 0.1 m under the straight line on stairs.
    max_depth: float = 0.15
    # Whatever flies falls at 9.81 m/s^2, so a recording with jumps in it shows its true frame rate (see `falls`):
    # taking 100 frames a second for 120 makes it fall 1.44 times as fast. The margins are for bodies of other sizes.
    fall: tuple[float, float] = (0.75 * 9.81, 1.3 * 9.81)
    # A foot that bears the body and skates at over a walk's pace; shorter slips are retargeting's.
    max_slide_speed: float = 1.5
    max_slide_time: float = 0.25
    # Beyond the ranges of healthy joints (American Academy of Orthopaedic Surgeons, 'Joint motion', 1965:
    # knee -10..150, elbow -10..160, hip flexion 125 and abduction 45 together, neck 60, ankle 50, wrist 80)
    # by a margin for skeletons that place joints differently.
    knee_bend: tuple[float, float] = (-30.0, 168.0)
    elbow_bend: tuple[float, float] = (-45.0, 168.0)
    max_hip_swing: float = 150.0
    max_trunk_bend: float = 140.0
    max_neck_bend: float = 110.0
    max_ankle_turn: float = 90.0
    max_wrist_bend: float = 110.0
    # A joint of a living limb that turns by less than this over a whole clip has not been recorded.
    constant_within: float = 0.05


@dataclass(frozen=True)
class Drop:
    """Frames first to last, both included, dropped for one reason."""

    reason: Reason
    first: int
    last: int
    detail: str

    @property
    def frames(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, eq=False)
class GateReport:
    """keep (T,): which frames of clip `name` pass. Drops may overlap; notes are no reason to drop."""

    name: str
    rate: float
    keep: Mask
    drops: tuple[Drop, ...]
    notes: tuple[str, ...]

    def counts(self) -> dict[Reason, int]:
        """Frames dropped for each reason that occurred; a frame counts under each of its reasons."""
        totals: dict[Reason, Mask] = {}
        for drop in self.drops:
            totals.setdefault(drop.reason, np.zeros(len(self.keep), bool))[drop.first : drop.last + 1] = True
        return {reason: int(mask.sum()) for reason, mask in totals.items()}


@dataclass(frozen=True, eq=False)
class _Fault:
    """A check's outcome: the frames that fail it, and for any frame what to say of it."""

    reason: Reason
    failed: Mask
    measure: Floats
    say: str  # a format with {value}, the worst in the stretch, and {name}
    names: tuple[str, ...] = ()
    which: NDArray[np.int64] | None = None


def gate(clip: Clip, found: Support, height: Floats, settings: GateSettings | None = None) -> GateReport:
    """Examine a clip that lies on the floor, with its support and heights from `floor.put_on_floor`."""
    limits = settings or GateSettings()
    drops: list[Drop] = []
    keep = np.ones(clip.frames, bool)
    for reason, detail in _whole_clip(clip, found, limits):
        drops.append(Drop(reason, 0, clip.frames - 1, detail))
        keep[:] = False
    finite = finite_frames(clip)
    for fault in _frame_faults(clip, found, height, finite, limits):
        for start, stop in runs(fault.failed):
            worst = start + int(np.nanargmax(np.abs(fault.measure[start:stop])))
            name = fault.names[fault.which[worst]] if fault.which is not None else ""
            detail = fault.say.format(value=fault.measure[worst], name=name)
            drops.append(Drop(fault.reason, start, stop - 1, detail))
            keep[start:stop] = False
    for start, stop in runs(keep):
        if (stop - start) / clip.rate < limits.min_duration:
            detail = f"{(stop - start) / clip.rate:.2f} s, shorter than {limits.min_duration:g} s"
            drops.append(Drop(Reason.TOO_SHORT, start, stop - 1, detail))
            keep[start:stop] = False
    notes = [*clip.notes, *_notes(clip, found, finite, limits)]
    added = _added_frames(clip, drops)
    if added:
        drops = [drop for drop in drops if drop.last >= added]
        notes.append("begins with frames of a T-pose that an exporter added, which are left out")
    return GateReport(clip.name, clip.rate, keep, tuple(drops), tuple(notes))


def _added_frames(clip: Clip, drops: list[Drop]) -> int:
    """How many frames at the beginning come from a T-pose that an exporter put before it.

    Those are one or two frames, and the few in which the body jumps out of it. SMPL's zero pose is a T-pose: in it the
    upper arms are hardly turned, which in no other beginning of a motion is followed by such a jump.
    """
    jumps = [drop for drop in drops if drop.reason is Reason.VELOCITY_SPIKE and drop.first < 2]
    arms = [SMPL_24.index(f"{side}_shoulder") for side in ("left", "right")]
    turned = np.degrees(np.linalg.norm(clip.poses[0, arms].astype(np.float64), axis=1)).max()
    if not jumps or jumps[0].last >= _MOST_ADDED or not turned < _T_POSE_ARMS:
        return 0
    return jumps[0].last + 1


def _whole_clip(clip: Clip, found: Support, limits: GateSettings) -> Iterator[tuple[Reason, str]]:
    if not limits.min_rate <= clip.rate <= limits.max_rate:
        yield Reason.WRONG_RATE, f"{clip.rate:g} frames a second"
    fall = fall_rate(clip, mass_centre(found.joints)[:, 2])
    if fall is not None and fall.certain and not limits.fall[0] <= fall.acceleration <= limits.fall[1]:
        yield (
            Reason.WRONG_RATE,
            f"in the air it falls at {fall.acceleration:.1f} m/s2: about {fall.rate:.0f} frames a second",
        )
    finite = finite_frames(clip)
    limbs = [f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee", "shoulder", "elbow")]
    stuck = [name for name in constant_joints(clip, finite, limits.constant_within) if name in limbs]
    if clip.work is None and finite.sum() / clip.rate >= limits.min_duration and stuck:
        yield Reason.CONSTANT_JOINT, f"{', '.join(stuck)} never moves"


def constant_joints(clip: Clip, finite: Mask, within: float) -> list[str]:
    """The joints, of those that the recording has, that turn by less than `within` degrees over the clip."""
    poses = clip.poses[finite].astype(np.float64)
    if len(poses) < 2:
        return []
    spread = np.degrees(np.linalg.norm(np.ptp(poses, axis=0), axis=1))
    return [
        name for name, span in zip(SMPL_24, spread, strict=True) if span < within and name not in clip.still
    ]


def _frame_faults(
    clip: Clip, found: Support, height: Floats, finite: Mask, limits: GateSettings
) -> Iterator[_Fault]:
    zeros = np.zeros(clip.frames)
    yield _Fault(Reason.NON_FINITE, ~finite, zeros, "not a number")
    if clip.stretch is not None:
        broken = ~(clip.stretch <= limits.max_stretch)
        stretch = np.nan_to_num(clip.stretch.astype(np.float64), nan=np.inf)
        yield _Fault(
            Reason.BROKEN_BONE_LENGTH, broken, stretch, "a bone differs by {value:.0%} of its length"
        )
    yield from _mismatches(clip)
    yield from _speeds(clip, limits)
    with np.errstate(invalid="ignore"):
        airborne = np.zeros(clip.frames, bool)
        for start, stop in runs(clip.clearance > limits.airborne_over):
            airborne[start:stop] = (stop - start) / clip.rate > limits.max_airborne
        yield _Fault(Reason.FLOATING, airborne, height, "up to {value:.2f} m over the floor for too long")
        yield _Fault(
            Reason.UNDERGROUND, height < -limits.max_depth, height, "{value:.2f} m against the floor"
        )
        if not clip.still >= STILL_LEGS:
            sliding = np.zeros(clip.frames, bool)
            for start, stop in runs(
                (found.slide > limits.max_slide_speed) & (np.abs(height) < limits.airborne_over)
            ):
                sliding[start:stop] = (stop - start) / clip.rate > limits.max_slide_time
            yield _Fault(
                Reason.FOOT_SLIDE, sliding, found.slide, "the foot on the floor slides at {value:.1f} m/s"
            )
    yield from _angles(clip, finite, limits)


def _mismatches(clip: Clip) -> Iterator[_Fault]:
    """Frames that do not show what was recorded, by what differs most."""
    if clip.mismatch is None:
        return
    off = clip.mismatch.astype(np.float64)
    for way in (False, True):
        names = tuple(name for name in CHECKS if (name == "travel") == way)
        own = off[:, [CHECKS.index(name) for name in names]]
        worst = own.argmax(axis=1)
        most = own[np.arange(clip.frames), worst]
        measure = most * np.array([LIMITS[name] for name in names])[worst]
        say = "the way differs by {value:.2f} m" if way else "{name} differs by {value:.0f} degrees"
        yield _Fault(Reason.RETARGET_MISMATCH, most > 1.0, measure, say + " from the recording", names, worst)


def _speeds(clip: Clip, limits: GateSettings) -> Iterator[_Fault]:
    """Jumps from frame to frame; both frames of a jump fail."""
    if clip.frames < 2:
        return
    ends = [name.split("_")[-1] in ("foot", "wrist", "hand") for name in SMPL_24]
    allowed = np.where(ends, limits.max_end_turn_speed, limits.max_turn_speed)
    allowed = np.minimum(allowed, limits.max_turn_step * clip.rate)
    turn = np.zeros((clip.frames, len(SMPL_24)))
    step = turn_steps(clip.poses) * clip.rate
    turn[:-1] = step
    turn[1:] = np.maximum(turn[1:], step)
    worst = (turn / allowed).argmax(axis=1)
    speed, fast = turn[np.arange(clip.frames), worst], np.asarray((turn > allowed).any(axis=1))
    yield _Fault(Reason.VELOCITY_SPIKE, fast, speed, "{name} turns at {value:.0f} degrees/s", SMPL_24, worst)
    travel = np.zeros(clip.frames)
    moved = np.nan_to_num(np.linalg.norm(np.diff(clip.trans.astype(np.float64), axis=0), axis=1)) * clip.rate
    travel[:-1] = moved
    travel[1:] = np.maximum(travel[1:], moved)
    fast = travel > limits.max_travel_speed
    yield _Fault(Reason.VELOCITY_SPIKE, fast, travel, "the pelvis moves at {value:.0f} m/s")


def turn_steps(poses: NDArray[np.floating]) -> Floats:
    """(T-1, J): by how many degrees each joint turns from one frame to the next; 0 beside frames of NaN."""
    half = np.linalg.norm(poses.astype(np.float64), axis=-1, keepdims=True) / 2.0
    with np.errstate(invalid="ignore", divide="ignore"):
        vector = np.where(half > 1e-9, np.sin(half) / (2.0 * half), 0.5) * poses
        quats = np.concatenate([np.cos(half), vector], axis=-1)
    same = np.abs(np.sum(quats[1:] * quats[:-1], axis=-1))
    apart = np.minimum(
        np.linalg.norm(quats[1:] - quats[:-1], axis=-1), np.linalg.norm(quats[1:] + quats[:-1], axis=-1)
    )
    steps = np.where(
        same > 0.99, 4.0 * np.arcsin(np.clip(apart / 2.0, 0, 1)), 2.0 * np.arccos(np.clip(same, 0, 1))
    )
    return np.degrees(np.nan_to_num(steps))


def joint_angles(poses: NDArray[np.floating]) -> dict[str, Floats]:
    """Anatomical angles, (T,) degrees each, of SMPL poses (T, 24, 3).

    `<side>_knee`: bend, positive where the heel comes to the seat. `<side>_elbow`: bend, positive forward as
    elbows go, negative where the forearm bends back more than sideways. `<side>_hip`: from hanging straight
    down from the pelvis. `<side>_ankle`: the whole turn. `<side>_wrist`: of the hand against the forearm.
    `trunk`, `neck`: of the chest against the pelvis, and the head against the chest.
    """
    turns = world_turns(poses)
    number = SMPL_24.index
    angles = {}

    def seen(joint: str, direction: Floats) -> Floats:
        """A direction that moves with the joint, in the axes of its parent, (T, 3)."""
        parent = turns[:, SMPL_PARENTS[number(joint)]]
        return np.einsum("tji,tj->ti", parent, turns[:, number(joint)] @ direction)

    def tilt(lower: str, upper: str, direction: Floats) -> Floats:
        cosine = np.sum((turns[:, number(lower)] @ direction) * (turns[:, number(upper)] @ direction), axis=1)
        return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))

    for side in ("left", "right"):
        shin = seen(f"{side}_knee", bone(f"{side}_knee"))
        angles[f"{side}_knee"] = np.degrees(np.arctan2(-shin[:, 2], -shin[:, 1]))
        upper, forearm = bone(f"{side}_shoulder"), seen(f"{side}_elbow", bone(f"{side}_elbow"))
        bend = np.degrees(np.arccos(np.clip(forearm @ upper, -1.0, 1.0)))
        aside = np.hypot(forearm @ np.cross(upper, FORWARD), 1e-9)
        angles[f"{side}_elbow"] = np.where(forearm @ FORWARD < -aside, -bend, bend)
        thigh = seen(f"{side}_hip", -UP)
        angles[f"{side}_hip"] = np.degrees(np.arccos(np.clip(-thigh[:, 1], -1.0, 1.0)))
        angles[f"{side}_ankle"] = np.degrees(np.linalg.norm(poses[:, number(f"{side}_ankle")], axis=1))
        angles[f"{side}_wrist"] = tilt(f"{side}_wrist", f"{side}_elbow", bone(f"{side}_elbow"))
    angles["trunk"] = tilt("spine3", "pelvis", UP)
    angles["neck"] = tilt("head", "spine3", UP)
    return angles


def _angles(clip: Clip, finite: Mask, limits: GateSettings) -> Iterator[_Fault]:
    if not finite.any():
        return
    ranges = {
        "knee": limits.knee_bend,
        "elbow": limits.elbow_bend,
        "hip": (0.0, limits.max_hip_swing),
        "ankle": (0.0, limits.max_ankle_turn),
        "wrist": (0.0, limits.max_wrist_bend),
        "trunk": (0.0, limits.max_trunk_bend),
        "neck": (0.0, limits.max_neck_bend),
    }
    for name, values in joint_angles(clip.poses[finite]).items():
        low, high = ranges[name.split("_")[-1]]
        angle, failed = np.zeros(clip.frames), np.zeros(clip.frames, bool)
        angle[finite], failed[finite] = values, (values < low) | (values > high)
        if name not in clip.still:
            yield _Fault(Reason.JOINT_ANGLE, failed, angle, name + " at {value:.0f} degrees")


def _notes(clip: Clip, found: Support, finite: Mask, limits: GateSettings) -> Iterator[str]:
    fall = fall_rate(clip, mass_centre(found.joints)[:, 2])
    if fall is not None and not fall.certain and not limits.fall[0] <= fall.acceleration <= limits.fall[1]:
        yield (
            f"in the air ({fall.falls} times) it falls at {fall.acceleration:.1f} m/s2, not 9.81: it hangs or swings, "
            "or the frame rate is not the true one"
        )
    if clip.still:
        yield f"not recorded: {', '.join(name for name in SMPL_24 if name in clip.still)}"
    constant = constant_joints(clip, finite, limits.constant_within)
    if constant:
        yield f"never move: {', '.join(constant)}"
    if not finite.any():
        return
    up = np.median(world_turns(clip.poses[finite])[:, 0] @ UP, axis=0)
    if abs(up[2]) < 0.5 < up[1]:
        yield "lies all the time, along +Y: is this a file with Y up? Recordings in SMPL's layout have Z up"
    angles = joint_angles(clip.poses[finite])
    for name in ("left_elbow", "right_elbow", "left_knee", "right_knee"):
        share = cut_off_share(np.abs(angles[name]), clip.rate)
        if share > 0.0 and name not in clip.still:
            most = np.abs(angles[name]).max()
            yield f"{name} is cut off at a bend of {most:.0f} degrees in {share:.0%} of the frames"


def cut_off_share(angle: Floats, rate: float) -> float:
    """The share of frames in which an angle, (T,) degrees, is at its largest value, if it was cut off there.

    It was when it comes to within half a degree of it at 20 degrees/s or more and then stays, for 2 % of the
    frames: a joint that is held still slows down first. One that turns back in a parabola stays for 2 degrees
    over that speed; three times as long is not a turning point. Under 60 degrees no limb has a limit.
    """
    top = float(angle.max())
    at = angle > top - 0.5
    stays = runs(at)
    beside = max(2, round(0.025 * rate))
    changes = [angle[start] - angle[start - beside] for start, _ in stays if start >= beside]
    changes += [
        angle[stop - 1] - angle[stop - 1 + beside] for _, stop in stays if stop + beside <= len(angle)
    ]
    share = float(at.mean())
    if top < 60.0 or share < 0.02 or not changes:
        return 0.0
    speed, stay = float(np.median(changes)) / beside * rate, float(at.sum()) / len(stays) / rate
    return share if speed > 20.0 and speed * stay > 6.0 else 0.0
