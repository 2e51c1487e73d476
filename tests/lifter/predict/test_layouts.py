"""Joints by layout, and the layout of joints without names."""

from __future__ import annotations

import numpy as np
import pytest

from lifter.predict.layouts import COUNTS, LAYOUTS, canonical_name, layout_of, names_by_number, require_named
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from tests.lifter.predict.people import Array, seen, standing, written_as


def test_counts_of_the_published_layouts() -> None:
    counts = {name: len(joints) for name, joints in LAYOUTS.items()}
    assert counts == {
        "body25": 25, "body25b": 25, "coco18": 18, "coco17": 17, "mpi15": 15, "mpii16": 16, "h36m17": 17, "halpe26": 26,
        "blazepose33": 33, "wholebody133": 133, "body135": 135, "halpe136": 136,
    }  # fmt: skip
    assert set(counts.values()) == COUNTS
    assert all(len(set(joints)) == len(joints) for joints in LAYOUTS.values())


def test_orders_as_their_makers_document_them() -> None:
    for name in ("body25b", "halpe26", "wholebody133", "body135", "halpe136"):
        assert LAYOUTS[name][:17] == COCO_17
    spots = {
        ("body25", 1): "neck", ("body25", 4): "right_wrist", ("body25", 8): "mid_hip", ("body25", 14): "left_ankle",
        ("body25b", 17): "upper_neck", ("coco18", 2): "right_shoulder", ("coco18", 17): "left_ear",
        ("mpi15", 0): "head_top", ("mpi15", 8): "right_hip", ("mpi15", 14): "chest", ("mpii16", 10): "right_wrist",
        ("halpe26", 18): "neck", ("halpe26", 21): "right_big_toe", ("wholebody133", 19): "left_heel",
        ("blazepose33", 11): "left_shoulder", ("blazepose33", 28): "right_ankle", ("h36m17", 3): "right_ankle",
    }  # fmt: skip
    for (layout, at), joint in spots.items():
        assert LAYOUTS[layout][at] == joint


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "mpii16"])
def test_the_layout_is_found(layout: str) -> None:
    points: Array = written_as(seen(standing()), layout)
    names, words = layout_of([points], None)
    assert names == LAYOUTS[layout]
    assert words.startswith(layout)


def test_a_layout_may_be_asked_for() -> None:
    points = written_as(seen(standing()), "body25b")
    assert layout_of([points], "body25")[1] == "body25 (as asked)"
    with pytest.raises(InputError, match="25 joints where coco18 has 18"):
        layout_of([points], "coco18")
    with pytest.raises(InputError, match="has 14 joints"):
        layout_of([points[:14]], None)


def test_seventeen_joints_in_no_known_order_are_refused() -> None:
    shuffled = seen(standing())[np.random.default_rng(3).permutation(17)]
    with pytest.raises(InputError, match=r"neither COCO's face nor Human3.6M's head"):
        layout_of([shuffled], None)


@pytest.mark.parametrize(
    "spelling",
    ["left_shoulder", "L_Shoulder", "leftShoulder", "Left Shoulder", "shoulder_left", "LShoulder", "lshoulder",
     "left-shoulder", "Shoulder.L"],
)  # fmt: skip
def test_names_in_other_spelling(spelling: str) -> None:
    assert canonical_name(spelling) == "left_shoulder"


def test_names_that_are_no_persons() -> None:
    require_named(["Nose", "LEye", "REye", "LEar"], "a.json")
    with pytest.raises(InputError, match=r"names only 1 of COCO's 17 joints \(nose, tail, …\)"):
        require_named(["nose", "tail"], "a.json")


def test_names_by_number() -> None:
    assert names_by_number({"10": "c", "0": "a", "2": "b"}) == ["a", "b", "c"]
    assert names_by_number({}) is None
    assert names_by_number({"nose": "0"}) is None
