from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.motion.clip import Clip, Source
from synth.motion.resample import resample


def spinning(rate: float, seconds: float, turns_a_second: float = 0.4) -> Clip:
    """Somebody who turns about the vertical at a constant speed and walks along x at 1 m/s."""
    frames = round(seconds * rate) + 1
    time = np.arange(frames) / rate
    poses = np.zeros((frames, 24, 3))
    upright = Rotation.from_euler("x", 90, degrees=True)
    poses[:, 0] = (
        Rotation.from_euler("z", (2 * np.pi * turns_a_second * time)[:, None]) * upright
    ).as_rotvec()
    trans = np.stack([time, 0 * time, 0 * time], axis=1)
    source = Source("test", "1", "spin", "none", "spin.npz", "")
    zeros = np.zeros(frames, np.float32)
    return Clip("spin", poses.astype(np.float32), trans.astype(np.float32), zeros, rate, source)


@pytest.mark.parametrize(("old", "new"), [(120, 30), (100, 30), (30, 60), (59.94, 25), (120, 27)])
def test_constant_motion_stays_so_at_any_rate(old, new):
    clip = resample(spinning(old, 3.0), new)
    truth = spinning(new, 3.0)
    assert clip.rate == new
    assert abs(clip.frames - (3.0 * new + 1)) < 2
    n = min(clip.frames, truth.frames)
    assert clip.trans[:n] == pytest.approx(truth.trans[:n], abs=1e-5)
    apart = Rotation.from_rotvec(clip.poses[:n, 0]).inv() * Rotation.from_rotvec(truth.poses[:n, 0])
    assert apart.magnitude().max() < 1e-5


def test_the_same_rate_changes_nothing():
    clip = spinning(30, 1.0)
    assert resample(clip, 30) is clip


def test_duration_never_grows():
    for old, new in ((100, 30), (120, 50), (7, 120)):
        clip = spinning(old, 1.37)
        assert clip.duration - 1 / new < resample(clip, new).duration <= clip.duration + 1e-9


def test_one_frame_and_stretch():
    one = spinning(30, 0.0)
    assert resample(one, 60).frames == 1
    clip = spinning(30, 1.0)
    stretched = replace(clip, stretch=np.linspace(0, 1, clip.frames, dtype=np.float32))
    assert resample(stretched, 60).stretch == pytest.approx(np.linspace(0, 1, 61))
