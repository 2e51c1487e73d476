"""Body model files from one format to another.

`convert` turns the `.pkl` that SMPL's makers publish into an `.npz` without trusting it: only numbers are
rebuilt, no function of the pickle's choosing is ever called. `export_smplx` writes a body for `smplx`.
"""

from __future__ import annotations

import math
import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.body.body import Body
from synth.body.licensed import OPTIONAL, REQUIRED, check_arrays
from synth.body.skeleton import SMPL_24, SMPL_PARENTS
from synth.core.errors import InputError
from synth.core.unpickle import NUMPY, read_pickle

_MOST_ELEMENTS = 1 << 24  # of a regressor made dense; SMPL-X's has 55 x 10475
_REMEDY = "give the .pkl of an SMPL, SMPL-H or SMPL-X model as its makers publish it"


def convert(pkl: Path, out: Path) -> None:
    """Write the model in a pickle as an `.npz` that `load_body` reads.

    InputError where the pickle asks for anything but arrays, sparse matrices and chumpy's arrays, or holds no
    such model. Nothing is written then.
    """
    _require_npz(out)
    try:
        with pkl.open("rb") as stream:
            content = read_pickle(stream, _allowed(), where=str(pkl), purpose="body model")
    except FileNotFoundError as error:
        raise InputError("file not found", where=str(pkl), remedy=_REMEDY) from error
    if not isinstance(content, dict):
        raise InputError("the pickle holds no model", where=str(pkl), remedy=_REMEDY)
    arrays = {key: _plain(content[key], key, str(pkl)) for key in (*REQUIRED, *OPTIONAL) if key in content}
    check_arrays(arrays, str(pkl))
    _write(out, arrays)


def export_smplx(body: Body, path: Path) -> None:
    """Write a body with 24 joints as an `.npz` with the keys of SMPL's own files.

    `smplx.SMPL("", data_struct=smplx.utils.Struct(**numpy.load(path)))` loads it; give `num_betas` for more than ten
    shape components. Its joint regressor gives the body's own joint centres in every shape. Raises InputError where the
    file's name does not end in .npz.
    """
    _require_npz(path)
    parents = SMPL_PARENTS.copy()
    parents[0] = 2**32 - 1  # as in SMPL's files
    weights = np.zeros((len(body.template), len(SMPL_24)))
    np.add.at(weights, (np.arange(len(weights))[:, None], body.weight_joints), body.weights)
    pose_dirs = np.zeros((9 * (len(SMPL_24) - 1), *body.template.shape), np.float32)
    if body.pose_dirs is not None:
        pose_dirs[: len(body.pose_dirs)] = body.pose_dirs
    arrays: dict[str, NDArray[Any]] = {
        "v_template": body.template.astype(np.float64),
        "f": body.faces.astype(np.uint32),
        "shapedirs": body.shape_dirs.transpose(1, 2, 0).astype(np.float64),
        "posedirs": pose_dirs.transpose(1, 2, 0),
        "J_regressor": joint_regressor(body),
        "J": body.rest_joints,
        "weights": weights,
        "kintree_table": np.stack([parents, np.arange(len(parents))]).astype(np.uint32),
        "bs_style": np.array("lbs"),
        "bs_type": np.array("lrotmin"),
    }
    if body.uv is not None and body.face_uv is not None:
        arrays |= {"vt": body.uv, "ft": body.face_uv}
    _write(path, arrays)


def joint_regressor(body: Body, neighbours: int = 400) -> NDArray[np.float64]:
    """(24, V) weights that give the joint centres of any shape from its vertices; rows sum to 1.

    Of all such weights on each joint's nearest vertices, the smallest.
    """
    dirs = body.shape_dirs.astype(np.float64)
    template = body.template.astype(np.float64)
    system = np.concatenate([template.T, *dirs.transpose(0, 2, 1), np.ones((1, len(template)))])
    regressor = np.zeros((len(SMPL_24), len(template)))
    for j, centre in enumerate(body.rest_joints):
        near = np.argsort(np.linalg.norm(template - centre, axis=1), kind="stable")[:neighbours]
        goal = np.concatenate([centre, body.joint_shape_dirs[:, j].ravel(), [1.0]])
        regressor[j, near] = np.linalg.lstsq(system[:, near], goal, rcond=1e-12)[0]
    return regressor


class _Held:
    """Stand-in for an object of another package: keeps its state and does nothing."""

    state: dict[str, Any]

    def __new__(cls, *arguments: Any) -> _Held:
        held = super().__new__(cls)
        held.state = {}
        return held

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.state.update(state)


class _Sparse(_Held):
    """A scipy.sparse matrix in columns or rows."""


class _SparseRows(_Sparse):
    pass


class _Chumpy(_Held):
    """An array of chumpy's, or a selection of one's elements."""


def _new(kind: Any, base: Any = object, state: Any = None) -> Any:
    """What copyreg._reconstructor does, for stand-ins alone."""
    if not (isinstance(kind, type) and issubclass(kind, _Held)):
        raise pickle.UnpicklingError("only stand-ins are rebuilt so")
    return kind()


def _allowed() -> dict[tuple[str, str], Any]:
    table = dict(NUMPY)
    for copyreg, builtins in (("copyreg", "builtins"), ("copy_reg", "__builtin__")):  # Python 3 and 2
        table[copyreg, "_reconstructor"] = _new
        table[builtins, "object"] = object
    for prefix in ("scipy.sparse.", "scipy.sparse._"):
        table[prefix + "csc", "csc_matrix"] = table[prefix + "csc", "csc_array"] = _Sparse
        table[prefix + "csr", "csr_matrix"] = table[prefix + "csr", "csr_array"] = _SparseRows
    for module, name in (("chumpy.ch", "Ch"), ("chumpy", "Ch"), ("chumpy.reordering", "Select")):
        table[module, name] = _Chumpy
    return table


def _plain(value: Any, key: str, where: str) -> NDArray[Any]:
    """A numeric array from what a pickle held."""
    try:
        if isinstance(value, _Sparse):
            return _dense(value)
        if isinstance(value, _Chumpy):
            return _plain_chumpy(value, key, where)
        array = np.asarray(value)
    except (KeyError, ValueError, TypeError, IndexError, MemoryError) as error:
        raise InputError(f"{key} is damaged", where=where, remedy=_REMEDY) from error
    if array.dtype.kind not in "fiu":
        raise InputError(f"{key} is not an array of numbers", where=where, remedy=_REMEDY)
    return array


def _plain_chumpy(value: _Chumpy, key: str, where: str) -> NDArray[Any]:
    if "x" in value.state:
        return _plain(value.state["x"], key, where)
    picked = _plain(value.state["a"], key, where).ravel()[np.asarray(value.state["idxs"], dtype=np.int64)]
    return picked.reshape(value.state["preferred_shape"]) if "preferred_shape" in value.state else picked


def _dense(value: _Sparse) -> NDArray[Any]:
    from scipy import sparse

    state = value.state
    shape = state["_shape"] if "_shape" in state else state["shape"]
    if math.prod(shape) > _MOST_ELEMENTS:  # a sparse matrix may claim any size
        raise ValueError("too large")
    kind = sparse.csr_array if isinstance(value, _SparseRows) else sparse.csc_array
    matrix = kind(
        (np.asarray(state["data"]), np.asarray(state["indices"]), np.asarray(state["indptr"])), shape
    )
    matrix.check_format(full_check=True)  # indices out of range would read foreign memory
    return matrix.toarray()


def _require_npz(out: Path) -> None:
    if out.suffix != ".npz":
        raise InputError("the result is an .npz", where=str(out), remedy=f"write to {out.stem}.npz")


def _write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """An `.npz` that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez_compressed(stream, **dict(arrays))  # type: ignore[arg-type]
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
