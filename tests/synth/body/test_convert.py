"""Pickles become arrays without running anything."""

from __future__ import annotations

import os
import pickle
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from synth.body.body import Body
from synth.body.convert import convert, export_smplx
from synth.core.errors import InputError


@pytest.fixture(scope="module")
def model(body: Body, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("smpl") / "open.npz"
    export_smplx(body, path)
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in ("v_template", "f", "shapedirs", "posedirs", "weights")} | {
            "kintree_table": stored["kintree_table"],
            "J_regressor": sparse.csc_matrix(stored["J_regressor"]),
            "bs_type": "lrotmin",
        }


@pytest.fixture
def chumpy(monkeypatch: pytest.MonkeyPatch) -> tuple[type, type]:
    """Stand-ins for the package that SMPL's pickles were written with."""
    root, ch, reordering = (types.ModuleType(n) for n in ("chumpy", "chumpy.ch", "chumpy.reordering"))

    class Ch:
        def __init__(self, **state: Any) -> None:
            self.__dict__.update(state)

    class Select(Ch):
        pass

    Ch.__module__, Select.__module__ = "chumpy.ch", "chumpy.reordering"
    Ch.__qualname__, Select.__qualname__ = "Ch", "Select"
    ch.Ch, reordering.Select = Ch, Select  # type: ignore[attr-defined]
    for module in (root, ch, reordering):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return Ch, Select


def same(out: Path, model: dict[str, Any]) -> None:
    with np.load(out, allow_pickle=False) as stored:
        for key in ("v_template", "f", "shapedirs", "posedirs", "weights", "kintree_table"):
            np.testing.assert_array_equal(stored[key], model[key])
        np.testing.assert_array_equal(stored["J_regressor"], model["J_regressor"].toarray())


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_arrays_and_sparse_matrices_come_through(
    model: dict[str, Any], protocol: int, tmp_path: Path
) -> None:
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model, protocol))
    convert(tmp_path / "m.pkl", tmp_path / "new" / "m.npz")
    same(tmp_path / "new" / "m.npz", model)
    by_rows = model | {"J_regressor": model["J_regressor"].tocsr()}
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(by_rows, protocol))
    convert(tmp_path / "m.pkl", tmp_path / "rows.npz")
    same(tmp_path / "rows.npz", model)


@pytest.mark.parametrize("protocol", [0, 2])
def test_chumpy_arrays_are_read_without_chumpy(
    model: dict[str, Any], chumpy: tuple[type, type], protocol: int, tmp_path: Path
) -> None:
    ch, select = chumpy
    inner = ch(x=model["shapedirs"].reshape(-1), _parents={}, _cache_info={})
    chosen = select(
        a=inner, idxs=np.arange(model["shapedirs"].size), preferred_shape=model["shapedirs"].shape
    )
    wrapped = model | {"v_template": ch(x=model["v_template"]), "shapedirs": chosen}
    content = pickle.dumps(wrapped, protocol)
    for name in ("chumpy", "chumpy.ch", "chumpy.reordering"):
        del sys.modules[name]
    (tmp_path / "m.pkl").write_bytes(content)
    convert(tmp_path / "m.pkl", tmp_path / "m.npz")
    same(tmp_path / "m.npz", model)


class _Calls:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


HOSTILE = {
    "system": (_Calls(os.system, "touch pwned"), r"(posix|nt)\.system"),
    "eval": (_Calls(eval, "1"), r"builtins\.eval"),
    "getattr": (_Calls(getattr, "text", "upper"), r"builtins\.getattr"),
    "numpy load": (_Calls(np.load, "x.npy"), r"numpy.*load"),
    "a class of ours": (_Calls(Path, "x"), r"pathlib.*Path"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_forbidden_globals_are_named_and_not_called(
    model: dict[str, Any], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    payload, message = HOSTILE[name]
    Path("m.pkl").write_bytes(pickle.dumps(model | {"v_template": payload}))
    with pytest.raises(InputError, match=message):
        convert(Path("m.pkl"), Path("m.npz"))
    assert sorted(os.listdir()) == ["m.pkl"]


def test_reconstructor_builds_stand_ins_alone(tmp_path: Path) -> None:
    attack = b"ccopy_reg\n_reconstructor\n(cnumpy\nndarray\nc__builtin__\nobject\nNtR."
    (tmp_path / "m.pkl").write_bytes(attack)
    with pytest.raises(InputError, match="cannot be read"):
        convert(tmp_path / "m.pkl", tmp_path / "m.npz")


def test_sparse_indices_out_of_range_are_refused(model: dict[str, Any], tmp_path: Path) -> None:
    matrix = model["J_regressor"].copy()
    matrix.indices = matrix.indices.copy()
    matrix.indices[0] = 10**6
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model | {"J_regressor": matrix}))
    with pytest.raises(InputError, match="J_regressor is damaged"):
        convert(tmp_path / "m.pkl", tmp_path / "m.npz")


def test_a_sparse_matrix_that_claims_to_be_huge_is_refused(model: dict[str, Any], tmp_path: Path) -> None:
    empty = sparse.csc_matrix((24, 10))
    empty._shape = (10**7, 10**7)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model | {"J_regressor": empty}))
    with pytest.raises(InputError, match="J_regressor is damaged"):
        convert(tmp_path / "m.pkl", tmp_path / "m.npz")


def test_damaged_pickles_leave_nothing_behind(model: dict[str, Any], tmp_path: Path) -> None:
    whole = pickle.dumps(model, 2)
    contents = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "text": b"hello",
        "a list": pickle.dumps([1, 2]),
        "a mesh short": pickle.dumps({k: v for k, v in model.items() if k != "weights"}),
        "not finite": pickle.dumps(model | {"v_template": model["v_template"] * np.nan}),
        "words": pickle.dumps(model | {"weights": "none"}),
    }
    for content in contents.values():
        (tmp_path / "m.pkl").write_bytes(content)
        with pytest.raises(InputError) as error:
            convert(tmp_path / "m.pkl", tmp_path / "m.npz")
        assert "\n" not in str(error.value)
        assert os.listdir(tmp_path) == ["m.pkl"]
    with pytest.raises(InputError, match="file not found"):
        convert(tmp_path / "absent.pkl", tmp_path / "m.npz")
    with pytest.raises(InputError, match=r"write to m\.npz"):
        convert(tmp_path / "m.pkl", tmp_path / "m.pkl")
