"""SMPL, SMPL-H and SMPL-X files that a user has a licence for, read from `.npz` through `smplx`.

Whatever the file, the result has SMPL's 24 joints: fingers follow left_hand and right_hand (whose centre is
the middle finger's base), thumbs the wrists, jaw and eyes the head. Hands are flat and faces neutral.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import Body, majority
from synth.body.decimate import decimate
from synth.body.open import open_body
from synth.body.skeleton import SMPL_24, SMPL_PARENTS, SURFACE
from synth.body.surface import convex_weights
from synth.core.errors import InputError
from synth.core.npz import read_npz

Array = NDArray[np.float64]

REQUIRED = ("v_template", "f", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table")
OPTIONAL = ("vt", "ft")
MOST_BYTES = (
    1 << 30
)  # of a file's arrays; SMPL-X's posedirs of 10475 x 3 x 486 float64 are the largest, 122 MB
N_PROXY = 700
N_COMPONENTS = 10
# joints of the whole model -> (its name, vertices, smplx.vertex_ids key)
_KINDS = {24: ("SMPL", 6890, "smplh"), 52: ("SMPL-H", 6890, "smplh"), 55: ("SMPL-X", 10475, "smplx")}
_BODY_JOINTS = 22  # all kinds begin with the same ones
_REMEDY = "give an SMPL, SMPL-H or SMPL-X .npz as its makers publish it"


def read_licensed(path: Path) -> Body:
    """The body in an SMPL-format `.npz`; InputError for an unfit file or where `smplx` is not installed."""
    arrays = read_arrays(path)
    check_arrays(arrays, str(path))
    kind, _, _ = _KINDS[len(arrays["weights"][0])]
    model = _through_smplx(arrays)
    owners = _owners(kind)
    weights = np.zeros((len(model["v_template"]), len(SMPL_24)))
    np.add.at(weights.T, owners, model["lbs_weights"].T)
    order = np.argsort(-weights, axis=1, kind="stable")[:, : int((weights > 0).sum(1).max())]
    values = np.take_along_axis(weights, order, 1)
    centres = [int(np.flatnonzero(owners == j)[0]) for j in range(_BODY_JOINTS)] + _hand_centres(kind)
    regressor = model["J_regressor"][centres]
    shape_dirs = model["shapedirs"].transpose(2, 0, 1)
    template, faces = model["v_template"], np.asarray(arrays["f"], dtype=np.int32)
    rest_joints = regressor @ template
    kept_features = 9 * (len(SMPL_24) - 1 if kind == "SMPL" else _BODY_JOINTS - 1)
    points, shares = _surface(template, rest_joints, model["vertex_ids"])
    proxy_vertices, proxy_faces = _proxy(template, faces, points)
    return Body(
        name=f"{kind} from {path.name}",
        licence="the licence under which the user obtained the model; not to be passed on",
        source=path.name,
        template=_float32(template),
        shape_dirs=_float32(shape_dirs),
        pose_dirs=_float32(model["posedirs"][:kept_features].reshape(kept_features, -1, 3)),
        faces=np.ascontiguousarray(faces),
        weight_joints=np.ascontiguousarray(order, dtype=np.int32),
        weights=_float32(values / values.sum(1, keepdims=True)),
        rest_joints=rest_joints,
        joint_shape_dirs=np.einsum("jv,svc->sjc", regressor, shape_dirs),
        surface_vertices=points.astype(np.int32),
        surface_weights=_float32(shares),
        face_parts=majority(order[faces, 0]),
        uv=_float32(arrays["vt"]) if "vt" in arrays and "ft" in arrays else None,
        face_uv=np.asarray(arrays["ft"], dtype=np.int32) if "vt" in arrays and "ft" in arrays else None,
        proxy_vertices=proxy_vertices.astype(np.int32),
        proxy_faces=proxy_faces.astype(np.int32),
    )


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an `.npz` that make a body, never unpickling. Raises InputError for anything else."""
    where = str(path)
    if path.suffix == ".pkl":
        raise InputError(
            "a pickle can run code and is not opened",
            where=where,
            remedy=f"convert it first: posemill body convert {path.name} {path.stem}.npz",
        )
    if not path.is_file():
        raise InputError("file not found", where=where, remedy="give the path of a body model's .npz")
    pickled = "convert the .pkl that it came from: posemill body convert FILE.pkl FILE.npz"
    return read_npz(path, (*REQUIRED, *OPTIONAL), most_bytes=MOST_BYTES, remedy=_REMEDY, pickled=pickled)


def check_arrays(arrays: Mapping[str, NDArray[Any]], where: str) -> None:
    """InputError unless the arrays are those of an SMPL, SMPL-H or SMPL-X model."""
    missing = [key for key in REQUIRED if key not in arrays]
    if missing:
        raise InputError(f"it lacks {', '.join(missing)}", where=where, remedy=_REMEDY)
    joints = arrays["J_regressor"].shape[0] if arrays["J_regressor"].ndim == 2 else 0
    if joints not in _KINDS:
        raise InputError(f"J_regressor is {arrays['J_regressor'].shape}", where=where, remedy=_REMEDY)
    kind, n, _ = _KINDS[joints]
    expected: dict[str, tuple[int | None, ...]] = {
        "v_template": (n, 3),
        "f": (None, 3),
        "shapedirs": (n, 3, None),
        "posedirs": (n, 3, 9 * (joints - 1)),
        "J_regressor": (joints, n),
        "weights": (n, joints),
        "kintree_table": (2, joints),
        "vt": (None, 2),
        "ft": (len(arrays["f"]), 3),
    }
    for key, array in arrays.items():
        if key not in expected:
            continue
        wanted = expected[key]
        fits = array.ndim == len(wanted) and all(
            w in (None, s) for w, s in zip(wanted, array.shape, strict=True)
        )
        if not fits or array.size == 0:
            shape = " x ".join("n" if size is None else str(size) for size in wanted)
            raise InputError(f"{key} is {array.shape}, not {shape} as in {kind}", where=where, remedy=_REMEDY)
        if array.dtype.kind not in "fiu" or not np.isfinite(array.astype(np.float64)).all():
            raise InputError(f"{key} holds values that are not finite numbers", where=where, remedy=_REMEDY)
    if arrays["f"].min() < 0 or arrays["f"].max() >= n:
        raise InputError("f refers to vertices that do not exist", where=where, remedy=_REMEDY)
    weights = np.asarray(arrays["weights"], dtype=np.float64)
    if weights.min() < -1e-4 or np.abs(weights.sum(1) - 1).max() > 1e-2:
        raise InputError("weights do not sum to 1 for every vertex", where=where, remedy=_REMEDY)
    parents = np.asarray(arrays["kintree_table"][0], dtype=np.float64)[1:_BODY_JOINTS]
    if (parents != SMPL_PARENTS[1:_BODY_JOINTS]).any():
        raise InputError("kintree_table is not SMPL's skeleton", where=where, remedy=_REMEDY)


def _through_smplx(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """What `smplx` makes of the arrays, in float64, and the vertices that it knows by name."""
    try:
        import smplx
        import torch
        from smplx.utils import Struct
        from smplx.vertex_ids import vertex_ids
    except ImportError as error:
        raise InputError(
            "SMPL, SMPL-H and SMPL-X bodies need the package smplx",
            where="body",
            remedy="pip install 'posemill[smpl]'",
        ) from error
    _, _, ids = _KINDS[arrays["J_regressor"].shape[0]]
    data = {key: np.asarray(arrays[key]) for key in REQUIRED}
    data["kintree_table"] = np.where(data["kintree_table"] > 1000, -1, data["kintree_table"].astype(np.int64))
    with contextlib.redirect_stdout(io.StringIO()):  # it prints a warning about files with 10 components
        model = smplx.SMPL(
            model_path="",
            data_struct=Struct(**data),
            vertex_ids=vertex_ids[ids],
            num_betas=N_COMPONENTS,
            dtype=torch.float64,
            create_betas=False,
            create_global_orient=False,
            create_body_pose=False,
            create_transl=False,
        )
    names = ("v_template", "shapedirs", "posedirs", "J_regressor", "lbs_weights")
    return {name: getattr(model, name).numpy() for name in names} | {"vertex_ids": vertex_ids[ids]}


def _owners(kind: str) -> NDArray[np.int64]:
    """SMPL's joint that each joint of the model follows."""
    head, wrist, hand = (SMPL_24.index(name) for name in ("head", "left_wrist", "left_hand"))
    first = list(range(_BODY_JOINTS))
    if kind == "SMPL":
        return np.arange(len(SMPL_24))
    face = [head] * 3 if kind == "SMPL-X" else []
    fingers = [
        [hand + side] * 12 + [wrist + side] * 3 for side in (0, 1)
    ]  # index, middle, pinky, ring; thumb
    return np.array(first + face + fingers[0] + fingers[1])


def _hand_centres(kind: str) -> list[int]:
    """The model's joints that stand for left_hand and right_hand."""
    if kind == "SMPL":
        return [SMPL_24.index("left_hand"), SMPL_24.index("right_hand")]
    first = _BODY_JOINTS + (3 if kind == "SMPL-X" else 0)
    return [first + 3, first + 15 + 3]  # the base of the middle finger


_ON_SKIN = {
    "coco_nose": "nose", "coco_left_eye": "leye", "coco_right_eye": "reye", "coco_left_ear": "lear",
    "coco_right_ear": "rear", "left_big_toe": "LBigToe", "left_small_toe": "LSmallToe", "left_heel": "LHeel",
    "right_big_toe": "RBigToe", "right_small_toe": "RSmallToe", "right_heel": "RHeel",
}  # fmt: skip


def _surface(template: Array, rest_joints: Array, ids: Mapping[str, int]) -> tuple[NDArray[np.int64], Array]:
    """Vertices and weights of the surface points; limb joints lie where they do in the open body."""
    model = open_body()
    open_points = model.posed(np.zeros((1, len(SMPL_24), 3))).joints[0, len(SMPL_24) :]
    scale = np.ptp(template[:, 1]) / model.height()
    rows: list[tuple[NDArray[np.int64], Array]] = []
    for name, point in zip(SURFACE, open_points, strict=True):
        if name in _ON_SKIN or name == "head_top":
            vertex = int(template[:, 1].argmax()) if name == "head_top" else ids[_ON_SKIN[name]]
            rows.append((np.full(8, vertex), np.eye(8)[0]))
            continue
        joint = SMPL_24.index(name.removeprefix("coco_"))
        target = rest_joints[joint] + scale * (point - model.rest_joints[joint])
        rows.append(_around(template, target, name))
    return np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows])


def _around(template: Array, target: Array, name: str) -> tuple[NDArray[np.int64], Array]:
    """A ring of skin about a point inside a limb, with the weights that give the point."""
    away = template - target
    along = 0 if name.endswith(("elbow", "wrist")) else 1  # arms lie along x at rest, legs along y
    band = 0.08 if name.endswith("shoulder") else 0.03
    reach = 0.18 if name.endswith("hip") else 0.10
    near = (np.abs(away[:, along]) < band) & (np.linalg.norm(away, axis=1) < reach)
    near &= template[:, 0] * np.sign(target[0]) > 0.01
    chosen = np.flatnonzero(near)
    if len(chosen) == 0:
        raise ValueError(f"the mesh has no skin about {name}")
    picked, share = convex_weights(template[chosen], target)
    return chosen[picked], share


def _proxy(
    template: Array, faces: NDArray[np.int32], points: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    locked = np.zeros(len(template), bool)
    locked[points] = True
    locked[[int(template[:, axis].argmin()) for axis in range(3)]] = True
    locked[[int(template[:, axis].argmax()) for axis in range(3)]] = True
    importance = np.where(template[:, 1] < template[:, 1].min() + 0.05, 8.0, 1.0)
    coarse, _ = decimate(template, faces, N_PROXY, locked=locked, importance=importance)
    kept = np.union1d(coarse, points)
    return kept, np.searchsorted(kept, coarse)


def _float32(array: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(array, dtype=np.float32)
