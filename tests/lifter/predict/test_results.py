"""JSON and arrays hold what was lifted, and no NaN where JSON has none."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from lifter.data.joints import JOINTS3D
from lifter.predict.results import facts, json_bytes, listed, npz_bytes
from tests.lifter.predict.known import known


def test_json_and_arrays_hold_the_same() -> None:
    lifted = known(3, 2, missing=(4,))
    content = json.loads(json_bytes(lifted))
    with np.load(io.BytesIO(npz_bytes(lifted)), allow_pickle=False) as arrays:
        told = arrays["lifted"]
        assert told.tolist() == [row["lifted"] for row in content["rows"]] == [True] * 4 + [False, True]
        for key in ("joints", "sigma", "root"):
            found = np.array([row[key] for row in content["rows"] if row["lifted"]], np.float64)
            assert np.allclose(found, arrays[key][told], atol=1e-4)
        assert np.isnan(arrays["joints"][4]).all()
    bad = content["rows"][4]
    assert (bad["joints"], bad["angles"], bad["reason"]) == (None, None, "2 joints detected, 4 are needed")
    assert content["joint_names"] == list(JOINTS3D)
    assert content["rows"][0]["angles"]["left elbow flexion"] > 90
    assert content["rows"][0]["intrinsics"] == [1000, 1000, 500, 500]


def no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is not JSON")


def test_json_has_null_for_what_is_not_known() -> None:
    lifted = known(3, 1, missing=(1,))
    lifted.intrinsics[0, 0, 0] = np.nan
    lifted.sigma[2, 4] = np.inf
    content = json.loads(json_bytes(lifted), parse_constant=no_constant)
    assert content["rows"][0]["intrinsics"] == [None, 1000, 500, 500]
    assert content["rows"][1]["joints"] is None
    assert content["rows"][2]["sigma"][3:6] == [0.03, None, 0.03]
    json.loads(json.dumps(facts(lifted), allow_nan=False))


def test_facts_count_by_reason() -> None:
    found = facts(known(3, 2, missing=(1, 4)))
    assert (found["lifted"], found["not_lifted"]) == (4, {"2 joints detected, 4 are needed": 2})
    assert found["empty"] is None
    nobody = facts(known(2, 1, missing=(0, 1)))
    assert nobody["empty"] == "nobody could be lifted: 2 joints detected, 4 are needed"


@pytest.mark.parametrize(("digits", "expected"), [(1, [1.2, None, None]), (0, [1, None, None])])
def test_lists_of_numbers(digits: int, expected: list[float | None]) -> None:
    found = listed([1.24, np.nan, -np.inf], digits)
    assert found == expected
    assert isinstance(found[0], float if digits else int)
