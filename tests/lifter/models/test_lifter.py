from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lifter.data.joints import HIPS, MIRROR17, MIRROR20  # noqa: E402
from lifter.models import checkpoint  # noqa: E402
from lifter.models.lifter import FORMAT, Lifter, load_lifter, save_lifter  # noqa: E402
from lifter.models.posemill import PosemillConfig  # noqa: E402
from lifter.models.registry import get_model  # noqa: E402
from synth.core.errors import InputError  # noqa: E402
from tests.lifter.models import made  # noqa: E402
from tests.lifter.models.test_posemill import SMALL  # noqa: E402

FACTORS = np.full((20, 4), 2.0)


def lifter(name: str = "posemill") -> Lifter:
    torch.manual_seed(0)
    config: dict[str, Any] = SMALL if name == "posemill" else {"width": 32, "blocks": 1}
    method = get_model(name)
    return Lifter(method(method.Config.model_validate(config)), FACTORS, {"val": {}})


@pytest.mark.parametrize("name", ["posemill", "baseline"])
def test_poses_have_their_shapes_and_their_root(name: str) -> None:
    given = made.samples(5)
    poses = lifter(name).lift(given.keypoints, given.intrinsics)
    assert [values.dtype for values in (poses.joints, poses.sigma, poses.root)] == [np.float32] * 3
    assert (poses.joints.shape, poses.sigma.shape, poses.root.shape) == ((5, 20, 3), (5, 20), (5, 3))
    assert poses.joints[:, HIPS].mean(1) == pytest.approx(np.zeros((5, 3)), abs=1e-6)
    assert poses.predicted.all()
    assert (poses.sigma > 0).all()
    if name == "baseline":
        assert poses.sigma == pytest.approx(np.full((5, 20), 2.0))  # it has no uncertainty of its own


def test_a_perfect_answer_comes_back_in_the_cameras_frame() -> None:
    given = made.samples(6)
    found = lifter()
    from lifter.data.augment import to_batch
    from lifter.models.model import Output

    batch = to_batch(given)
    found.model.forward = lambda *_: Output(batch.truth + 0.5, None, batch.distance)  # type: ignore[method-assign]
    poses = found.lift(given.keypoints, given.intrinsics)
    root = given.truth[:, HIPS].mean(1)
    assert poses.joints + root[:, None] == pytest.approx(given.truth, abs=1e-5)
    assert poses.root == pytest.approx(root, abs=0.01)


def test_who_is_hardly_seen_gets_nan() -> None:
    given = made.samples(3)
    given.keypoints[0, 3:] = 0
    given.keypoints[1, 4:] = 0
    given.keypoints[2, :14, 0] = np.nan
    poses = lifter().lift(given.keypoints, given.intrinsics)
    assert poses.predicted.tolist() == [False, True, False]
    assert np.isnan(poses.joints[[0, 2]]).all()
    assert np.isnan(poses.root[[0, 2]]).all()
    assert np.isfinite(poses.joints[1]).all()
    assert np.isfinite(poses.sigma[1]).all()


def test_mirroring_makes_it_symmetric() -> None:
    given = made.samples(4)
    seen = given.keypoints.copy()
    seen[:, :, 0] = 1000 - seen[:, MIRROR17, 0]
    seen[:, :, 1:] = seen[:, MIRROR17, 1:]
    one, two = (lifter().lift(k, given.intrinsics, mirror=True) for k in (given.keypoints, seen))
    assert two.joints[:, MIRROR20] * [-1, 1, 1] == pytest.approx(one.joints, abs=1e-5)
    assert two.sigma[:, MIRROR20] == pytest.approx(one.sigma, rel=1e-4)
    plain = lifter().lift(given.keypoints, given.intrinsics)
    assert np.abs(plain.joints - one.joints).max() > 1e-4


def test_an_unknown_camera_is_guessed() -> None:
    given = made.samples(2)
    poses = lifter().lift(given.keypoints, image_size=np.array([1000, 1000]))
    assert np.isfinite(poses.joints).all()
    with pytest.raises(ValueError, match="give intrinsics"):
        lifter().lift(given.keypoints)
    with pytest.raises(ValueError, match="17"):
        lifter().lift(given.keypoints[:, :12], given.intrinsics)
    assert len(lifter().lift(np.zeros((0, 17, 3)), np.eye(3))) == 0


def test_saved_and_loaded_it_says_the_same(tmp_path: Path) -> None:
    given, found = made.samples(3), lifter()
    save_lifter(tmp_path / "model.pt", found)
    for path in (tmp_path / "model.pt", tmp_path):
        again = load_lifter(path)
        assert again.name == "posemill"
        assert again.facts == found.facts
        assert again.parameters == found.parameters
        one, two = (each.lift(given.keypoints, given.intrinsics) for each in (found, again))
        assert (one.joints == two.joints).all()
        assert (one.sigma == two.sigma).all()


def test_safetensors_give_the_same_lifter(tmp_path: Path) -> None:
    given, found = made.samples(3), lifter()
    found.facts["val"] = {"whole": {"mpjpe": 61.25}}
    found.factors[:] = np.random.default_rng(0).random((20, 4))
    save_lifter(tmp_path / "model.safetensors", found)
    for path in (tmp_path / "model.safetensors", tmp_path):
        again = load_lifter(path)
        assert (again.name, again.facts, again.model.config) == ("posemill", found.facts, found.model.config)
        assert np.array_equal(again.factors, found.factors)
        state = again.model.state_dict()
        assert all(torch.equal(state[name], value) for name, value in found.model.state_dict().items())
        assert (again.lift(given.keypoints, given.intrinsics).sigma
                == found.lift(given.keypoints, given.intrinsics).sigma).all()  # fmt: skip


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_half_precision_on_disk_is_single_in_memory(tmp_path: Path, suffix: str) -> None:
    found = lifter("baseline")
    variance = dict(found.model.named_buffers())["trunk.1.running_var"]
    variance[0] = 1e6  # float16 ends at 65504
    save_lifter(tmp_path / f"a{suffix}", found, half=True)
    save_lifter(tmp_path / f"b{suffix}", found)
    assert (tmp_path / f"a{suffix}").stat().st_size < 0.75 * (tmp_path / f"b{suffix}").stat().st_size
    again = load_lifter(tmp_path / f"a{suffix}").model.state_dict()
    for name, value in found.model.state_dict().items():
        assert again[name].dtype == value.dtype
        assert torch.allclose(again[name], value, rtol=2**-10, atol=1e-7), name
    assert torch.equal(again["trunk.1.running_var"], variance)


@pytest.mark.parametrize("method", ["lcr", "matching"])
def test_buffers_of_any_length_come_along_in_safetensors(tmp_path: Path, method: str) -> None:
    config = {"lcr": {"width": 16, "anchors": 7, "regressors": 8}, "matching": {"cells": 4, "probes": 4}}
    model = get_model(method)(get_model(method).Config.model_validate(config[method]))
    model.prepare(made.samples(60), 0)
    save_lifter(tmp_path / "model.safetensors", Lifter(model, FACTORS), half=True)
    given, again = made.samples(5, seed=1), load_lifter(tmp_path)
    for name, value in model.state_dict().items():
        assert again.model.state_dict()[name].dtype == value.dtype
    one, two = (
        each.lift(given.keypoints, given.intrinsics).joints for each in (Lifter(model, FACTORS), again)
    )
    assert two == pytest.approx(one, abs=0.02)


def test_what_prepare_found_comes_along_whatever_its_length(tmp_path: Path) -> None:
    config = get_model("lcr").Config.model_validate({"width": 16, "anchors": 7, "regressors": 8})
    model = get_model("lcr")(config)
    model.prepare(made.samples(60), 0)
    save_lifter(tmp_path / "model.pt", Lifter(model, FACTORS))
    assert torch.equal(load_lifter(tmp_path).model.state_dict()["anchors"], model.state_dict()["anchors"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "of format 'other'"),
        ({"joints_out": ["pelvis"]}, "other joints than"),
        ({"joints_in": ["nose"]}, "other joints than"),
        ({"model": "magic"}, "there are: baseline"),
        ({"model": "baseline"}, "does not hold a whole 'baseline'"),
        ({"config": {"width": -1}}, "does not hold a whole 'posemill'"),
        ({"state": {}}, "does not hold a whole"),
        ({"factors": torch.zeros(3)}, "does not hold a whole"),
        ({"facts": None}, "does not hold a whole"),
    ],
)
def test_files_of_other_things_are_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "model.pt"
    save_lifter(path, lifter())
    checkpoint.write(path, {**checkpoint.read(path, FORMAT), **change})
    with pytest.raises(InputError, match=said):
        load_lifter(path)


def several(frames: int = 3) -> Lifter:
    """A lifter of windows whose weights are drawn, so that all frames matter."""
    torch.manual_seed(0)
    model = get_model("posemill")(PosemillConfig.model_validate({**SMALL, "frames": frames, "time": 16}))
    torch.nn.init.normal_(model.time.wide.weight)
    return Lifter(model, FACTORS)


def test_a_sequence_is_read_in_the_order_of_its_frames() -> None:
    given, found = made.moving(2, 4), several()
    person = np.repeat(["ann", "bob"], 4)
    whole = found.lift(given.keypoints, given.intrinsics, sequence=person)
    mixed = np.array([5, 0, 3, 7, 1, 2, 4, 6])
    again = found.lift(
        given.keypoints[mixed], given.intrinsics[mixed], sequence=person[mixed], frame=given.step[mixed]
    )
    assert again.joints == pytest.approx(whole.joints[mixed], abs=1e-5)
    ordered = np.array([0, 4, 1, 5, 2, 6, 3, 7])
    again = found.lift(given.keypoints[ordered], given.intrinsics[ordered], sequence=person[ordered])
    assert again.joints == pytest.approx(whole.joints[ordered], abs=1e-5)
    first = found.lift(given.keypoints[:4], given.intrinsics[:4], sequence=person[:4], mirror=True)
    assert np.isfinite(first.joints).all()
    alone = found.lift(given.keypoints, given.intrinsics)
    assert np.isfinite(alone.joints).all()
    assert np.abs(alone.joints - whole.joints).max() > 1e-3
    single = lifter().lift(given.keypoints, given.intrinsics, sequence=person)
    assert np.array_equal(single.joints, lifter().lift(given.keypoints, given.intrinsics).joints)
    with pytest.raises(ValueError, match="sequence and frame"):
        found.lift(given.keypoints, given.intrinsics, sequence=person[:3])


def test_a_frame_without_detections_is_answered_from_its_neighbours() -> None:
    given, found = made.moving(1, 6), several()
    given.keypoints[2] = 0
    given.keypoints[4:] = 0
    poses = found.lift(given.keypoints, given.intrinsics, sequence=np.zeros(6))
    assert poses.predicted.tolist() == [True] * 5 + [False]
    assert np.isfinite(poses.joints[:5]).all()
    assert np.isfinite(poses.root[:5]).all()
    assert np.isnan(poses.joints[5]).all()
    assert found.lift(given.keypoints, given.intrinsics).predicted.tolist() == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_lifter_of_windows_is_saved_and_loaded(tmp_path: Path) -> None:
    given, found = made.moving(1, 4), several()
    save_lifter(tmp_path / "model.pt", found)
    again = load_lifter(tmp_path)
    assert again.model.frames == 3
    one, two = (each.lift(given.keypoints, given.intrinsics, sequence=np.zeros(4)) for each in (found, again))
    assert np.array_equal(one.joints, two.joints)
