"""People brought into another one's picture: what they are and where they are seen stay as they were."""

import numpy as np
import pytest

from lifter.score.cases import Cases, cases_of
from lifter.studies.crowd import picture_of, turned
from tests.lifter.models import made


@pytest.fixture(scope="module")
def cases() -> Cases:
    return cases_of(made.samples(20), np.full(20, "one"), "made", "group")


def test_a_turned_camera_sees_the_turned_person(cases: Cases) -> None:
    own, camera = cases.intrinsics[0], np.diag([800.0, 800.0, 1.0])
    camera[:2, 2] = 320
    keypoints, truth = turned(cases.keypoints[0], cases.truth[0], own, camera, 0.3)
    pixels = truth[:17] @ camera.T
    np.testing.assert_allclose(keypoints[:, :2], pixels[:, :2] / pixels[:, 2:], atol=0.01)
    lengths = [np.linalg.norm(joints[5] - joints[7]) for joints in (truth, cases.truth[0])]
    assert lengths[0] == pytest.approx(lengths[1])


def test_what_is_missing_stays_missing_and_what_turns_behind_the_camera_goes(cases: Cases) -> None:
    seen = cases.keypoints[0].copy()
    seen[4] = 0
    keypoints, _ = turned(seen, cases.truth[0], cases.intrinsics[0], cases.intrinsics[0], 0.1)
    assert not keypoints[4].any()
    assert keypoints[5, 2] == 1
    keypoints, _ = turned(seen, cases.truth[0], cases.intrinsics[0], cases.intrinsics[0], 2.5)
    assert not keypoints.any()


def test_people_stand_side_by_side(cases: Cases) -> None:
    picture = picture_of(cases, np.array([3, 8, 11]), 2, np.random.default_rng(0))
    assert picture.keypoints.shape == (6, 17, 3)
    assert picture.whose.tolist() == [0, 1, 2, 0, 1, 2]
    left, right = picture.alone[..., 0].min(1), picture.alone[..., 0].max(1)
    width = right - left
    np.testing.assert_allclose(left[1:], right[:-1] - 0.1 * width[:-1], atol=2)
    np.testing.assert_array_equal(picture.alone[0], cases.keypoints[3])
    pixels = picture.truth[:, :17] @ picture.intrinsics.T
    np.testing.assert_allclose(picture.alone[..., :2], pixels[..., :2] / pixels[..., 2:], atol=0.02)


def test_later_detections_differ_a_little(cases: Cases) -> None:
    picture = picture_of(cases, np.array([3, 8]), 3, np.random.default_rng(0))
    first, again = picture.keypoints[:2], picture.keypoints[2:4]
    both = again[..., 2] > 0
    assert 20 <= both.sum() < 34
    moved = np.linalg.norm((again - first)[both][:, :2], axis=-1)
    assert 0 < moved.mean() < 0.05 * np.ptp(first[..., 1])
