from dataclasses import replace

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.motion.clip import Clip, Source
from synth.motion.floor import put_on_floor, support
from synth.scene.work import Work

SOURCE = Source("test", "1", "r", "none", "r.npz", "")
RATE = 60.0


def upright(frames: int, height=0.0, along=0.0) -> Clip:
    """The body in its zero pose, moved up by `height` and forward by `along`, metres, (T,) or numbers."""
    poses = np.zeros((frames, 24, 3), np.float32)
    poses[:, 0] = (np.pi / 2, 0, 0)
    trans = np.zeros((frames, 3))
    trans[:, 2], trans[:, 1] = height, along
    return Clip("r", poses, trans.astype(np.float32), np.zeros(frames, np.float32), RATE, SOURCE)


def test_standing_anywhere_comes_to_stand_on_the_floor():
    clip, _, _ = put_on_floor(upright(60, height=7.3))
    assert clip.clearance == pytest.approx(0.0)
    lowest = load_body().posed(clip.poses[:1], trans=clip.trans[:1]).vertices[0, :, 2].min()
    assert lowest == pytest.approx(
        0.0, abs=0.006
    )  # the coarse body that is used differs from the whole by less


def test_a_jump_keeps_its_height():
    time = np.arange(180) / RATE
    flight = np.clip(time - 1.0, 0.0, 0.5)
    height = 0.5 * 9.81 * flight * (0.5 - flight)  # a parabola 0.5 s long
    clip, _, _ = put_on_floor(upright(180, height=height))
    assert clip.clearance == pytest.approx(height, abs=0.01)
    assert clip.clearance[:55] == pytest.approx(0.0, abs=1e-6)


def test_terrain_is_flattened():
    """Steps up a stair of 17 cm, with a rest on each, hardly ever leave the floor."""
    time = np.arange(270) / RATE
    step = np.clip((time % 1.0 - 0.7) / 0.3, 0, 1)
    height = 0.17 * (np.floor(time) + step * step * (3 - 2 * step))
    clip, _, _ = put_on_floor(upright(270, height=height))
    assert clip.clearance.max() < 0.06
    assert np.ptp(clip.trans[:, 2]) < 0.06


def test_one_frame_gone_astray_does_not_sink_the_floor():
    height = np.zeros(120)
    height[60] = -1.0
    clip, _, above = put_on_floor(upright(120, height=height))
    assert np.delete(clip.clearance, 60) == pytest.approx(0.0, abs=1e-5)
    assert above[60] == pytest.approx(-1.0, abs=1e-3)


def test_frames_that_are_not_finite_stay_so_and_harm_no_other():
    clip = upright(60)
    poses = clip.poses.copy()
    poses[30, 5, 1] = np.nan
    placed, _, _ = put_on_floor(replace(clip, poses=poses))
    assert np.isnan(placed.clearance[30])
    assert np.delete(placed.clearance, 30) == pytest.approx(0.0, abs=1e-6)


def test_slide_is_the_speed_of_the_lowest_point():
    found = support(upright(60, along=np.arange(60) / RATE * 1.5))
    assert found.slide == pytest.approx(1.5, rel=1e-3)


def test_long_clips_do_not_depend_on_the_batch(monkeypatch):
    time = np.arange(100) / RATE
    clip = upright(100, height=0.01 * np.sin(time), along=time)
    whole = support(clip)
    monkeypatch.setattr("synth.motion.floor._BATCH", 7)
    parts = support(clip)
    assert np.array_equal(whole.height, parts.height)
    assert np.array_equal(whole.slide, parts.slide)


def test_a_clip_with_a_task_stays_where_it_was_solved() -> None:
    work = Work("p", "t", "x", "neutral", ())
    clip = replace(upright(30, height=2.0), work=work)  # on a ladder, say
    same, found, height = put_on_floor(clip)
    assert same is clip
    assert not height.any()
    assert found.height[0] == pytest.approx(put_on_floor(upright(30, height=2.0))[1].height[0])
