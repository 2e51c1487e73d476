"""From a posture page to motion: interpolated postures with a little body sway."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from synth.body.loading import load_body
from synth.body.skeleton import SMPL_24
from synth.core.randomness import Draws
from synth.posture.by_angles.angles import ANGLES, Angle, smpl_poses
from synth.posture.by_angles.page import Page

Floats = NDArray[np.float64]

RATE = 60.0
# What sways, and how far against the page's `sway` in degrees: the trunk and arms, hardly the legs that bear
# it.
_SWAY: dict[str, float] = {
    "pelvis": 0.4, "trunk": 1.0, "neck": 1.5, "shoulder": 1.2, "elbow": 1.2, "wrist": 1.5, "hip": 0.25,
    "knee": 0.3,
}  # fmt: skip
# Standing sway is slow: most of its power lies below 0.5 Hz (Winter, 'Human balance and posture control',
# 1995).
_SWAY_HERTZ = (0.13, 0.31, 0.53)
_PLANTED = {
    "feet": ("left_foot", "right_foot"),
    "left_foot": ("left_foot",),
    "right_foot": ("right_foot",),
    "knees": ("left_knee", "right_knee"),
}


def perform(page: Page) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Poses (T, 24, 3), axis-angle, and trans (T, 3), metres, of the page at RATE, its planted joints over the origin.

    In every frame the lowest point of the shipped body is on the floor. The hands never move.
    """
    times = np.array([time for time, _ in page.keyframes])
    frames = max(2, round(float(times[-1] - times[0]) * RATE) + 1)
    seconds = times[0] + np.arange(frames) / RATE
    angles = {angle: _curve(page, angle, times, seconds) + _swaying(page, angle, seconds) for angle in ANGLES}
    level = {side: _level(page, side, times, seconds) for side in ("left", "right")}
    poses = smpl_poses(angles, level)
    body = load_body().proxy().posed(poses)
    planted = body.joints[:, [SMPL_24.index(name) for name in _PLANTED[page.planted]], :2].mean(axis=1)
    trans = np.concatenate([-planted, -body.vertices[:, :, 2:].min(axis=1)], axis=1)
    return poses.astype(np.float32), trans.astype(np.float32)


def _curve(page: Page, angle: Angle, times: Floats, seconds: Floats) -> Floats:
    """(T,) degrees: through the keyframes without overshoot, at rest wherever a posture is held."""
    values = np.array([page.postures[posture].get(angle, 0.0) for _, posture in page.keyframes])
    if (values == values[0]).all():
        return np.full(len(seconds), values[0])
    return np.asarray(PchipInterpolator(times, values)(np.clip(seconds, times[0], times[-1])))


def _level(page: Page, side: str, times: Floats, seconds: Floats) -> Floats:
    """(T,) how level the sole is kept: 1 at keyframes whose posture does not give the ankle's angle."""
    given = np.array(
        [(f"{side}_ankle", "flexion") in page.postures[posture] for _, posture in page.keyframes]
    )
    return np.asarray(PchipInterpolator(times, 1.0 - given)(np.clip(seconds, times[0], times[-1])))


def _swaying(page: Page, angle: Angle, seconds: Floats) -> Floats:
    """(T,) degrees of sway, the same for the same page and angle whatever else changes."""
    joint = angle[0].split("_")[-1]
    if joint not in _SWAY or angle in (("pelvis", "turn"), ("pelvis", "bend")):
        return np.zeros(len(seconds))
    phases = Draws(0).uniform(f"sway/{page.name}/{angle[0]}/{angle[1]}", 0, len(_SWAY_HERTZ))[0]
    waves = [
        np.sin(2.0 * np.pi * (f * seconds + phase)) for f, phase in zip(_SWAY_HERTZ, phases, strict=True)
    ]
    return page.sway * _SWAY[joint] * np.mean(waves, axis=0)
