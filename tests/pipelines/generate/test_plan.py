"""Which moment every sample is, on a bank of hand-made clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.generate.motion_bank import Bank
from pipelines.generate.plan import PartPlan, Plan
from pipelines.generate.recipe import Recipe
from synth.core.errors import InputError

SOURCES = {"sources": [{"path": "a"}, {"path": "b", "weight": 3.0}]}


def plan(lengths: list[int], sources: list[int] | None = None, **recipe: Any) -> Plan:
    """A plan over clips of so many frames, of these sources of the recipe."""
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    frames = int(start[-1])
    clips = [{"frames": n, "source": s} for n, s in zip(lengths, sources or [0] * len(lengths), strict=True)]
    arrays = [np.zeros((frames, *shape), np.float32) for shape in ((24, 3), (3,), ())]
    content = {"name": "p", "motion": SOURCES, "pairs": {"count": 100}, **recipe}
    return Plan(Recipe.model_validate(content), Bank(Path(), clips, [], "", start, *arrays))


def part(scenes: int, per_shard: int, frames: int = 1) -> PartPlan:
    return PartPlan("pairs", "p-pairs", 0, scenes, frames, None, per_shard)


def test_shards_cover_every_scene_once() -> None:
    ten = part(scenes=10, per_shard=4, frames=3)
    assert (ten.samples, ten.samples_per_shard, ten.shards) == (30, 12, 3)
    assert [ten.scenes_of(shard) for shard in range(3)] == [(0, 4), (4, 8), (8, 10)]


def test_a_plan_of_any_length_costs_nothing() -> None:
    (long,) = plan([50], pairs={"count": 10**12}).parts
    assert long.shards == -(-(10**12) // 16384)
    first, stop = long.scenes_of(long.shards - 1)
    assert stop == 10**12
    rows = plan([50], pairs={"count": 10**12}).rows(long, first, stop)
    assert rows.scene_ids[-1] == 10**12 - 1


def test_images_come_first_and_pairs_go_on() -> None:
    images, pairs = plan([50], images={"count": 30}).parts
    assert (images.name, images.kind, images.first_scene, images.scenes) == ("p-images", "images", 0, 30)
    assert (pairs.name, pairs.kind, pairs.first_scene, pairs.scenes) == ("p-pairs", "pairs", 30, 100)


def test_rows_do_not_depend_on_how_they_are_cut() -> None:
    made = plan([30, 5, 70])
    (pairs,) = made.parts
    whole = made.rows(pairs, 0, 100)
    for first, stop in ((0, 1), (13, 57), (99, 100)):
        piece = made.rows(pairs, first, stop)
        np.testing.assert_array_equal(piece.scene_ids, whole.scene_ids[first:stop])
        np.testing.assert_array_equal(piece.clip[piece.moment], whole.clip[whole.moment][first:stop])
        np.testing.assert_array_equal(piece.frame[piece.moment], whole.frame[whole.moment][first:stop])


def test_frames_are_drawn_evenly_and_within_their_clips() -> None:
    lengths = [30, 10, 60]
    made = plan(lengths, pairs={"count": 50_000})
    rows = made.rows(made.parts[0], 0, 50_000)
    share = np.bincount(rows.clip, minlength=3) / 50_000
    np.testing.assert_allclose(share, np.array(lengths) / 100, atol=0.01)
    assert (rows.frame < np.array(lengths)[rows.clip]).all()
    assert set(rows.frame[rows.clip == 1]) == set(range(10))


def test_a_weight_is_that_of_a_frame() -> None:
    made = plan([50, 50], sources=[0, 1], pairs={"count": 50_000})
    rows = made.rows(made.parts[0], 0, 50_000)
    assert (rows.clip == 1).mean() == pytest.approx(0.75, abs=0.01)


def test_a_source_of_no_weight_is_never_drawn() -> None:
    motion = {"sources": [{"path": "a"}, {"path": "b", "weight": 0}]}
    made = plan([5, 500, 5], sources=[0, 1, 0], motion=motion, pairs={"count": 2000})
    assert set(made.rows(made.parts[0], 0, 2000).clip) == {0, 2}


def test_no_weight_at_all_is_refused() -> None:
    made = plan([5], motion={"sources": [{"path": "a", "weight": 0}]})
    with pytest.raises(InputError, match="give one a weight above 0"):
        made.rows(made.parts[0], 0, 5)


def test_tracks_fit_into_their_clips() -> None:
    made = plan([26, 27, 100], tracks={"frames": 27}, pairs={"count": 27 * 400})
    (pairs,) = made.parts
    assert (pairs.scenes, pairs.frames, pairs.samples) == (400, 27, 27 * 400)
    rows = made.rows(pairs, 0, 400)
    assert set(rows.clip) == {1, 2}
    assert (rows.frame[rows.clip == 1] == 0).all()
    assert (rows.frame[rows.clip == 2]).max() == 73


def test_a_count_is_rounded_up_to_whole_tracks() -> None:
    (pairs,) = plan([100], tracks={"frames": 27}, pairs={"count": 28}).parts
    assert pairs.samples == 54


@pytest.mark.parametrize(("per_shard", "expected"), [(8192, 8181), (27, 27), (5, 27)])
def test_shards_hold_whole_tracks(per_shard: int, expected: int) -> None:
    storage = {"pairs_per_shard": per_shard}
    (pairs,) = plan([100], tracks={"frames": 27}, pairs={"count": 10**6}, storage=storage).parts
    assert pairs.samples_per_shard == expected


def test_views_take_every_frame_in_order() -> None:
    made = plan([3, 2], pairs={"views_per_frame": 2})
    (pairs,) = made.parts
    assert pairs.scenes == 10
    rows = made.rows(pairs, 0, 10)
    assert rows.clip[rows.moment].tolist() == [0] * 6 + [1] * 4
    assert rows.frame[rows.moment].tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1]
    assert len(rows.moment_ids) == 5
    odd = made.rows(pairs, 3, 6)  # begins with the second view of a frame
    assert odd.moment_ids[odd.moment].tolist() == rows.moment_ids[rows.moment][3:6].tolist()


def test_views_of_tracks_take_windows_end_to_end() -> None:
    made = plan([7, 2, 3], tracks={"frames": 3}, pairs={"views_per_frame": 2})
    rows = made.rows(made.parts[0], 0, made.parts[0].scenes)
    assert list(zip(rows.clip, rows.frame, strict=True)) == [(0, 0), (0, 3), (2, 0)]
    assert rows.moment.tolist() == [0, 0, 1, 1, 2, 2]


def test_people_of_different_parts_are_different() -> None:
    made = plan([20], images={"views_per_frame": 3}, pairs={"views_per_frame": 2})
    images, pairs = made.parts
    a, b = made.rows(images, 0, 60), made.rows(pairs, 0, 40)
    assert not set(a.moment_ids) & set(b.moment_ids)
    assert not set(a.scene_ids) & set(b.scene_ids)


def test_clips_shorter_than_a_track_are_refused_together() -> None:
    with pytest.raises(InputError, match=r"no clip is as long .* the longest has 26; ask for shorter tracks"):
        _ = plan([26, 3], tracks={"frames": 27}).parts
