"""Angles of lifted people with their uncertainty, and a person's frames in time."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.camera import CameraSettings, up_direction, upright_axes
from lifter.predict.lifted import angles_of
from tests.lifter.predict.known import known
from tests.lifter.predict.people import standing


def test_angles_and_how_far_uncertainty_moves_them() -> None:
    joints = np.tile(standing(), (2, 1, 1))
    sigma = np.stack([np.full(20, 0.001), np.full(20, 0.03)])
    up = up_direction(CameraSettings())[0]
    names, angles, spread = angles_of(joints, sigma, up)
    assert angles[0, names.index("trunk inclination")] == pytest.approx(0, abs=1e-6)
    assert (
        angles[0, names.index("right elbow flexion")] < 30 < 90 < angles[0, names.index("left elbow flexion")]
    )
    assert (spread[1] > 5 * spread[0]).all()
    # the trunk's line of 0.47 m between two ends that are off by 30 mm each along each axis
    assert spread[1, names.index("trunk inclination")] == pytest.approx(np.degrees(2 * 0.03 / 0.47), rel=0.3)
    tilted = up_direction(CameraSettings(tilt=20))[0]
    assert angles_of(joints, sigma, tilted)[1][0, 0] == pytest.approx(20)
    assert angles_of(joints[:0], sigma[:0], up)[1].shape == (0, len(names))


def test_a_person_is_timed_from_their_first_frame_to_their_last() -> None:
    lifted = known(5, 1, missing=(0, 2))
    frames, rows = lifted.timed(np.arange(5))
    assert frames.tolist() == [1, 2, 3, 4]
    assert rows.tolist() == [1, -1, 3, 4]
    assert (lifted.joints[rows[0]] @ upright_axes(lifted.up).T)[JOINTS3D.index("head_top"), 1] > 0.7
