"""Several people in one picture: one row each, however often each was detected."""

from typing import Any

import numpy as np
import pytest
import torch

from lifter.data.augment import to_batch
from lifter.data.joints import HIPS, MIRROR17
from lifter.models.lcr import Lcr, LcrConfig
from lifter.models.matching import Matching, MatchingConfig
from lifter.models.people import People, Proposals, apart, integrate, people_in
from tests.lifter.models import made

Array = np.ndarray[Any, Any]


def two_people() -> tuple[Array, Array]:
    """Keypoints (2, 17, 3) and joints (2, 20, 3) of people side by side in one picture, half a metre apart."""
    joints = made.samples(2, seed=3).truth
    joints = joints - joints[:, HIPS].mean(1, keepdims=True)
    place = joints + np.array([[[-0.3, 0, 4]], [[0.3, 0, 4.2]]])
    pixels = made.FOCAL * place[:, :17, :2] / place[:, :17, 2:] + 500
    return np.concatenate([pixels, np.ones((2, 17, 1))], -1).astype(np.float32), joints


def often(keypoints: Array, times: int = 3, noise: float = 2.0) -> Array:
    """Each detected several times over, the later ones without an ear."""
    rng = np.random.default_rng(0)
    out = np.concatenate([keypoints] * times)
    out[..., :2] += rng.normal(0, noise, out[..., :2].shape)
    out[len(keypoints) :, 3] = 0
    return out.astype(np.float32)


@pytest.fixture(scope="module")
def lcr() -> Lcr:
    torch.manual_seed(0)
    model = Lcr(LcrConfig(anchors=10, width=48, blocks=1, dropout=0, regressors=16, refined=4))
    many = made.samples(600)
    model.prepare(many, 0)
    made.learn(model, to_batch(many), steps=100)
    return model.eval()


def check(people: People, joints: Array, within: float) -> None:
    assert len(people.joints) == 2
    left_first = np.argsort([np.mean(each[each[:, 2] > 0, 0]) for each in people.keypoints])
    error = np.linalg.norm(people.joints[left_first] - joints, axis=-1).mean(1)
    assert error.max() < within


def test_two_people_stay_two_and_several_detections_of_one_become_one(lcr: Lcr) -> None:
    keypoints, joints = two_people()
    once = people_in(lcr, keypoints, made.camera())
    thrice = people_in(lcr, often(keypoints), made.camera())
    assert {frozenset(each) for each in once.detections} == {frozenset({0}), frozenset({1})}
    assert {frozenset(each) for each in thrice.detections} == {frozenset({0, 2, 4}), frozenset({1, 3, 5})}
    check(once, joints, 0.25)
    check(thrice, joints, 0.25)
    assert (thrice.score > once.score).all()


def test_any_other_method_gives_a_pose_a_detection() -> None:
    keypoints, joints = two_people()
    model = Matching(MatchingConfig(cells=16, probes=16))
    model.prepare(made.samples(5000), 0)
    check(people_in(model, often(keypoints), made.camera()), joints, 0.25)


def test_nobody_in_the_picture(lcr: Lcr) -> None:
    people = people_in(lcr, np.zeros((0, 17, 3), np.float32), made.camera())
    assert people.joints.shape == (0, 20, 3)
    assert people.keypoints.shape == (0, 17, 3)
    assert people.detections == ()


def proposals(*given: tuple[float, float, float]) -> Proposals:
    """Proposals (x in the picture, x in 3D, score) of one shape."""
    keypoints, joints = two_people()
    many = len(given)
    seen, poses = np.repeat(keypoints[:1], many, 0), np.repeat(joints[:1], many, 0)
    seen[..., 0] += np.array([one[0] for one in given])[:, None]
    poses[..., 0] += np.array([one[1] for one in given])[:, None]
    score = np.array([one[2] for one in given], np.float32)
    return Proposals(poses.astype(np.float32), seen, score, np.arange(many))


def test_what_agrees_is_averaged_by_score() -> None:
    base = proposals((0, 0, 1)).joints[0]
    people = integrate(proposals((0, 0, 0.6), (5, 0.1, 0.3)))
    np.testing.assert_allclose(people.joints[0, :, 0] - base[:, 0], 0.1 / 3, atol=1e-6)
    np.testing.assert_allclose(people.score, [0.9], rtol=1e-6)
    assert people.detections == ((0, 1),)


def test_a_weaker_reading_of_the_same_detection_is_dropped() -> None:
    base = proposals((0, 0, 1)).joints[0]
    people = integrate(proposals((0, 0, 0.6), (0, 1.0, 0.3)))
    assert len(people.joints) == 1
    np.testing.assert_allclose(people.joints[0], base)
    np.testing.assert_allclose(people.score, [0.6])


def test_the_surest_comes_first_and_the_unsure_can_be_left_out() -> None:
    given = proposals((0, 0, 0.3), (400, 0, 0.6))
    assert [each[0] for each in integrate(given).detections] == [1, 0]
    assert integrate(given, least=0.5).detections == ((1,),)


def test_a_detection_with_left_and_right_confused_is_of_the_same_person() -> None:
    one = proposals((0, 0, 1)).keypoints
    np.testing.assert_allclose(apart(one[0], one[:, MIRROR17]), 0, atol=1e-6)


def test_apart_by_hand() -> None:
    """Shifted by a tenth of the longer side."""
    one = proposals((0, 0, 1)).keypoints[0]
    side = np.ptp(one[:, 1])
    moved = one.copy()
    moved[:, 1] += 0.1 * side
    np.testing.assert_allclose(apart(one, moved[None]), 0.1, rtol=1e-4)
    few = moved.copy()
    few[2:, 2] = 0
    assert np.isinf(apart(one, few[None]))[0]
