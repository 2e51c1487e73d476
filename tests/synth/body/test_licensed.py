"""SMPL-format files through smplx. None of SMPL's own is here, so the open body is written in their formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synth.body.body import Body
from synth.body.convert import export_smplx, joint_regressor
from synth.body.licensed import read_licensed
from synth.body.loading import load_body
from synth.body.skeleton import JOINTS, SMPL_24, joint_index
from synth.core.errors import InputError

smplx = pytest.importorskip("smplx", reason="needs the extra smpl")
torch = pytest.importorskip("torch", reason="needs the extra smpl")


@pytest.fixture(scope="module")
def arrays(body: Body, tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The open body as an SMPL file, with pose directions of a few millimetres."""
    path = tmp_path_factory.mktemp("smpl") / "open.npz"
    export_smplx(body, path)
    with np.load(path, allow_pickle=False) as stored:
        found = {key: stored[key] for key in stored.files}
    found["posedirs"] = np.random.default_rng(4).normal(0, 0.003, found["posedirs"].shape)
    return found


def write(path: Path, arrays: dict[str, Any], **changes: Any) -> Path:
    np.savez(path, **{key: value for key, value in (arrays | changes).items() if value is not None})
    return path


def motion(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(9)
    return rng.normal(0, 0.5, (n, 24, 3)), rng.normal(size=(n, 10)), rng.normal(size=(n, 3))


def as_hands_model(arrays: dict[str, np.ndarray], joints: int) -> dict[str, np.ndarray]:
    """The SMPL file with finger joints (52), or fingers, jaw and eyes (55), each with some of the weights."""
    first = 22 + (joints - 52)
    own = np.zeros((joints, 6890))
    own[:22] = arrays["J_regressor"][:22]
    weights = np.zeros((6890, joints))
    weights[:, :22] = arrays["weights"][:, :22]
    parents = np.full(joints, 15)
    parents[:22] = arrays["kintree_table"][0][:22]
    for side, hand in enumerate((22, 23)):
        for finger in range(15):
            j = first + 15 * side + finger
            own[j] = arrays["J_regressor"][hand]
            parents[j] = 20 + side if finger % 3 == 0 else j - 1
        weights[:, first + 15 * side + 3] = arrays["weights"][:, hand] * 0.5  # middle finger
        weights[:, first + 15 * side + 13] = arrays["weights"][:, hand] * 0.5  # thumb
    directions = np.zeros((6890, 3, 9 * (joints - 1)))
    directions[..., :189] = arrays["posedirs"][..., :189]
    table = np.stack([parents, np.arange(joints)]).astype(np.uint32)
    return arrays | {"J_regressor": own, "weights": weights, "posedirs": directions, "kintree_table": table}


def test_posing_equals_smplx(arrays: dict[str, np.ndarray], tmp_path: Path) -> None:
    model = load_body(str(write(tmp_path / "SMPL_NEUTRAL.npz", arrays)))
    theirs = smplx.SMPL("", data_struct=smplx.utils.Struct(**arrays), dtype=torch.float64, create_betas=False)
    poses, betas, trans = motion(4)
    expected = theirs(
        betas=torch.tensor(betas),
        global_orient=torch.tensor(poses[:, 0]),
        body_pose=torch.tensor(poses[:, 1:].reshape(4, -1)),
        transl=torch.tensor(trans),
    )
    ours = model.posed(poses, betas, trans)
    np.testing.assert_allclose(ours.vertices, expected.vertices.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(ours.joints[:, :24], expected.joints[:, :24].detach().numpy(), atol=1e-5)
    for name, vertex in (("coco_nose", 332), ("left_big_toe", 3216), ("coco_right_ear", 4071)):
        np.testing.assert_allclose(ours.joints[:, joint_index(name)], ours.vertices[:, vertex], atol=1e-6)


@pytest.mark.parametrize("gender", ["neutral", "male", "female"])
def test_the_exported_open_body_is_the_same_in_smplx(gender: str, tmp_path: Path) -> None:
    ours = load_body("open", gender)
    export_smplx(ours, tmp_path / "open.npz")
    with np.load(tmp_path / "open.npz", allow_pickle=False) as stored:
        theirs = smplx.SMPL(
            "", data_struct=smplx.utils.Struct(**stored), dtype=torch.float64, create_betas=False
        )
    poses, betas, trans = motion(6)
    betas *= 2
    found = theirs(
        betas=torch.tensor(betas),
        global_orient=torch.tensor(poses[:, 0]),
        body_pose=torch.tensor(poses[:, 1:].reshape(6, -1)),
        transl=torch.tensor(trans),
    )
    expected = ours.posed(poses, betas, trans)
    np.testing.assert_allclose(found.vertices.detach().numpy(), expected.vertices, atol=1e-4)
    np.testing.assert_allclose(found.joints[:, :24].detach().numpy(), expected.joints[:, :24], atol=1e-4)


def test_the_shipped_body_has_smplx_vertex_numbers(body: Body) -> None:
    points = body.posed(np.zeros((1, 24, 3)))
    for name, vertex in smplx.vertex_ids.vertex_ids["smplh"].items():
        sign = 1 if name[0] in "lL" else -1 if name[0] in "rR" else 0
        assert sign * body.template[vertex, 0] > 0 or abs(body.template[vertex, 0]) < 0.002, name
    fingertip = smplx.vertex_ids.vertex_ids["smplh"]["lmiddle"]
    reach = points.vertices[0, fingertip] - points.joints[0, joint_index("left_wrist")]
    assert 0.14 < np.linalg.norm(reach) < 0.22


def test_surface_points_match_those_of_the_open_body(
    body: Body, arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    model = read_licensed(write(tmp_path / "SMPL_NEUTRAL.npz", arrays))
    poses = motion(5)[0] * 0.4
    mine, theirs = body.posed(poses), load_body("open").posed(poses)
    rest = np.zeros((1, 24, 3))
    gap = np.linalg.norm(model.posed(rest).joints - body.posed(rest).joints, axis=2)[0]
    assert gap.max() < 0.008, dict(zip(JOINTS, gap.round(3), strict=True))
    assert mine.joints.tobytes() == theirs.joints.tobytes()


def test_hand_models_with_flat_hands_pose_as_smpl(arrays: dict[str, np.ndarray], tmp_path: Path) -> None:
    plain = read_licensed(write(tmp_path / "a.npz", arrays, posedirs=_body_only(arrays["posedirs"])))
    hands = read_licensed(write(tmp_path / "b.npz", as_hands_model(arrays, 52)))
    assert hands.name.startswith("SMPL-H")
    poses, betas, trans = motion(3)
    poses[:, 22:] = 0
    first, second = plain.posed(poses, betas, trans), hands.posed(poses, betas, trans)
    np.testing.assert_allclose(second.vertices, first.vertices, atol=1e-5)
    np.testing.assert_allclose(second.joints[:, :24], first.joints[:, :24], atol=1e-6)


def _body_only(posedirs: np.ndarray) -> np.ndarray:
    out = posedirs.copy()
    out[..., 189:] = 0
    return out


def test_smplx_files_are_read_with_jaw_and_eyes_on_the_head(
    arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    small = as_hands_model(arrays, 55)
    extra = 10475 - 6890  # the surplus repeats the nose
    grow = np.concatenate([np.arange(6890), np.full(extra, 332)])
    regressor = np.concatenate([small["J_regressor"], np.zeros((55, extra))], 1)
    weights = small["weights"][grow]
    weights[:, 22] = weights[:, 15]  # half of the head follows the jaw
    weights[:, [15, 22]] /= 2
    big = small | {
        "v_template": arrays["v_template"][grow],
        "shapedirs": arrays["shapedirs"][grow],
        "posedirs": small["posedirs"][grow],
        "J_regressor": regressor,
        "weights": weights,
    }
    model = read_licensed(write(tmp_path / "SMPLX_NEUTRAL.npz", big))
    assert model.name.startswith("SMPL-X")
    assert model.template.shape == (10475, 3)
    poses, betas, trans = motion(2)
    poses[:, 22:] = 0
    same = read_licensed(write(tmp_path / "h.npz", as_hands_model(arrays, 52))).posed(poses, betas, trans)
    np.testing.assert_allclose(model.posed(poses, betas, trans).vertices[:, :6890], same.vertices, atol=1e-5)


def test_regressor_gives_the_joints_of_any_shape(body: Body) -> None:
    regressor = joint_regressor(body)
    betas = motion(1)[1][0]
    shaped = body.template + np.einsum("s,svc->vc", betas, body.shape_dirs.astype(float))
    joints = body.rest_joints + np.einsum("s,sjc->jc", betas, body.joint_shape_dirs)
    np.testing.assert_allclose(regressor @ shaped, joints, atol=1e-6)
    np.testing.assert_allclose(regressor.sum(1), 1)


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("this must never be called",)


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "missing key": ({"weights": None}, "lacks weights"),
    "other joints": ({"J_regressor": np.zeros((16, 778))}, r"J_regressor is \(16, 778\)"),
    "wrong shape": ({"v_template": np.zeros((100, 3))}, r"v_template is \(100, 3\), not 6890 x 3"),
    "empty": ({"f": np.zeros((0, 3), int)}, "f is"),
    "text": ({"f": np.full((9, 3), "x")}, "f holds values"),
    "faces of no vertex": ({"f": np.full((9, 3), 6890), "vt": None, "ft": None}, "f refers to vertices"),
    "weights": ({"weights": np.zeros((6890, 24))}, "weights do not sum"),
    "another skeleton": ({"kintree_table": np.zeros((2, 24), int)}, "kintree_table is not"),
    "pickled objects": ({"f": np.array([_Evil()], dtype=object)}, "pickled objects"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_unfit_files_are_refused_in_one_line(
    arrays: dict[str, np.ndarray], fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes, message = FAULTS[fault]
    path = write(tmp_path / "body.npz", arrays, **changes)
    with pytest.raises(InputError, match=message) as error:
        load_body(str(path))
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("key", ["v_template", "posedirs", "J_regressor"])
def test_values_that_are_not_finite_are_refused(
    arrays: dict[str, np.ndarray], key: str, tmp_path: Path
) -> None:
    spoilt = arrays[key].copy()
    spoilt.flat[5] = np.nan
    with pytest.raises(InputError, match=f"{key} holds values"):
        read_licensed(write(tmp_path / "body.npz", arrays, **{key: spoilt}))


def test_truncated_absent_and_foreign_files_are_refused(
    arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    whole = write(tmp_path / "whole.npz", arrays).read_bytes()
    for name, content in (("cut.npz", whole[: len(whole) // 2]), ("none.npz", b""), ("text.npz", b"hello")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=r"is not an|damaged"):
            read_licensed(tmp_path / name)
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    (tmp_path / "flipped.npz").write_bytes(bytes(flipped))
    with pytest.raises(InputError):
        read_licensed(tmp_path / "flipped.npz")
    np.save(tmp_path / "single.npy", np.zeros(3))
    (tmp_path / "single.npy").rename(tmp_path / "single.npz")
    with pytest.raises(InputError, match=r"is not an \.npz"):
        read_licensed(tmp_path / "single.npz")
    with pytest.raises(InputError, match="file not found"):
        read_licensed(tmp_path / "absent.npz")
    with pytest.raises(InputError, match="posemill body convert"):
        read_licensed(tmp_path / "SMPL_NEUTRAL.pkl")


def test_without_smplx_the_remedy_is_to_install_it(
    arrays: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "body.npz", arrays)
    monkeypatch.setitem(sys.modules, "smplx", None)
    with pytest.raises(InputError, match=r"pip install 'posemill\[smpl\]'"):
        read_licensed(path)


def test_hand_joints_of_the_body_are_named() -> None:
    assert SMPL_24[22:] == ("left_hand", "right_hand")
