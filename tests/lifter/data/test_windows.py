"""Which frames a window is of, and through which camera it is seen."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lifter.data.views import looked_at, views_of  # noqa: E402
from lifter.data.windows import Windows, alone, views_in, watched, windows_of, with_gaps  # noqa: E402
from tests.lifter.models import made  # noqa: E402


def as_lists(windows: Windows) -> tuple[list[list[int]], list[list[int]]]:
    return windows.rows.tolist(), windows.there.int().tolist()


def test_at_the_ends_of_a_track_the_nearest_frame_is_repeated_and_missing() -> None:
    rows, there = as_lists(windows_of(np.array([7, 7, 7, 3]), np.array([0, 1, 2, 3]), 5))
    assert rows == [[0, 0, 0, 1, 2], [0, 0, 1, 2, 2], [0, 1, 2, 2, 2], [3, 3, 3, 3, 3]]
    assert there == [[0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]]


def test_rows_in_any_order_and_frames_that_lack() -> None:
    # frames 5, 6 and 9 of a; 6 of b
    rows, there = as_lists(windows_of(np.array(["a", "b", "a", "a"]), np.array([9, 6, 5, 6]), 3))
    assert rows == [[0, 0, 0], [1, 1, 1], [2, 2, 3], [2, 3, 3]]
    assert there == [[0, 1, 0], [0, 1, 0], [0, 1, 1], [1, 1, 0]]
    assert windows_of(np.array([2, 2]), np.array([0, 1]), 1).rows.tolist() == [[0], [1]]
    assert len(windows_of(np.zeros(0), np.zeros(0), 3)) == 0


def test_a_frame_that_is_there_twice_is_around_itself() -> None:
    rows = windows_of(np.zeros(3), np.array([0, 1, 1]), 3).rows
    assert rows[:, 1].tolist() == [0, 1, 2]


def test_a_sample_by_itself_and_windows_without_their_middle() -> None:
    assert as_lists(alone(torch.tensor([4, 2]), 3)) == ([[4, 4, 4], [2, 2, 2]], [[0, 1, 0], [0, 1, 0]])
    found = windows_of(np.array([0, 0, 1]), np.array([0, 1, 0]), 3)
    assert found.middle.tolist() == [0, 1, 2]
    assert as_lists(found.without_middle()) == ([[0, 0, 1], [0, 1, 1]], [[0, 0, 1], [1, 0, 0]])


def test_gaps_of_all_kinds_but_never_nothing() -> None:
    torch.manual_seed(0)
    there = torch.ones((4000, 5), dtype=torch.bool)
    there[:1000, :2] = False
    kept = with_gaps(there)
    assert not (kept & ~there).any()
    assert kept.any(1).all()
    assert 0.5 < float((kept == there).all(1).float().mean()) < 0.8
    assert 0.05 < float((~kept[:, 2]).float().mean()) < 0.3
    assert (kept.sum(1) == 1).sum() > 100


def test_a_window_is_seen_through_the_camera_of_its_middle() -> None:
    given = made.moving(4, 5)
    views = views_in(given.keypoints, given.intrinsics, 5)
    alone_ = views_of(given.keypoints[2::5], given.intrinsics[2::5])
    assert views.points.shape == (4, 5, 17, 2)
    assert np.allclose(views.points[:, 2], alone_.points, atol=1e-6)
    assert np.array_equal(views.turn, alone_.turn)
    assert np.array_equal(views.size, alone_.size)
    assert (np.diff(views.points[..., 0].mean(2), axis=1) > 0).all()  # they glide to the right
    one = views_in(given.keypoints, given.intrinsics, 1)
    assert np.array_equal(one.points, views_of(given.keypoints, given.intrinsics).points)


def test_where_the_middle_lacks_joints_the_nearest_frame_is_looked_at() -> None:
    plane = torch.randn(3, 5, 17, 2) * 0.1
    there = torch.ones((3, 5, 17), dtype=torch.bool)
    there[:, 2, 3:] = False  # three joints are too few
    there[1, 1] = False
    there[2, :, 2:] = False
    there[2, 4, :3] = True  # nobody has enough: who has most
    plane = plane * there[..., None]
    _, size, turn = watched(plane, there)
    for row, frame in enumerate((1, 3, 4)):
        _, expected, towards = looked_at(plane[row, frame, None], there[row, frame, None])
        assert torch.equal(size[row], expected[0])
        assert torch.allclose(turn[row], towards[0])


def test_nobody_at_all_is_no_nan() -> None:
    points, size, turn = watched(torch.zeros(2, 3, 17, 2), torch.zeros((2, 3, 17), dtype=torch.bool))
    assert all(each.isfinite().all() for each in (points, size, turn))
