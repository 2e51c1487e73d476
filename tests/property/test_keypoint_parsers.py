"""2D files of any content are read or refused with one line, and what is written is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifter.predict.inputs import read_input
from lifter.predict.layouts import LAYOUTS
from lifter.predict.readers.format import ReadOptions
from lifter.predict.tracks import rows_of
from synth.core.errors import InputError
from tests.lifter.predict.people import openpose, seen, standing
from tests.lifter.predict.readers.test_coco import annotations

PROFILE = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NUMBERS = st.floats() | st.integers(-(10**400), 10**400) | st.integers(-5, 5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
FLAT = st.lists(NUMBERS, min_size=51, max_size=51) | st.lists(NUMBERS, min_size=75, max_size=75) | ANYTHING
PEOPLE = st.fixed_dictionaries(
    {
        "people": st.lists(
            st.fixed_dictionaries({"pose_keypoints_2d": FLAT, "person_id": ANYTHING}) | ANYTHING, max_size=3
        )
    }
)
ANNOTATION = st.fixed_dictionaries({"image_id": ANYTHING, "keypoints": FLAT, "category_id": ANYTHING})
COCO = st.lists(ANNOTATION, max_size=3) | st.fixed_dictionaries(
    {
        "images": st.lists(
            st.fixed_dictionaries(
                {"id": ANYTHING, "width": ANYTHING, "height": NUMBERS, "file_name": ANYTHING}
            ),
            max_size=2,
        )
        | ANYTHING,
        "annotations": st.lists(ANNOTATION, max_size=3) | ANYTHING,
        "categories": st.lists(st.fixed_dictionaries({"id": ANYTHING, "keypoints": ANYTHING}), max_size=2)
        | ANYTHING,
    }
)


def read_or_refused(path: Path) -> None:
    """Reads into rows of sound numbers, or raises an InputError of one line."""
    refusal, rows = None, None
    try:
        rows = rows_of(read_input(path, ReadOptions(), path.parent))
    except InputError as error:
        refusal = error
    if refusal is not None:
        assert "\n" not in str(refusal)
        assert refusal.remedy
        return
    assert rows is not None
    assert np.isfinite(rows.keypoints).all()
    assert ((rows.keypoints[..., 2] >= 0) & (rows.keypoints[..., 2] <= 1)).all()
    assert len(rows.frame) == len(rows.person) == len(rows.size)


def text_of(content: Any) -> str:
    return json.dumps(content)  # NaN and Infinity as the JSON of many detectors has them


@PROFILE
@given(PEOPLE | COCO | ANYTHING)
def test_json_is_read_or_refused(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "a.json"
    path.write_text(text_of(content), encoding="utf-8", errors="replace")
    read_or_refused(path)


@PROFILE
@given(st.data())
def test_damaged_files_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([json.dumps(openpose([seen(standing())])), json.dumps(annotations())]))
    content = bytearray(good.encode()[: data.draw(st.integers(0, len(good)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.json"
    path.write_bytes(bytes(content))
    read_or_refused(path)


@PROFILE
@given(st.binary(max_size=300))
def test_arrays_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    read_or_refused(path)


@PROFILE
@given(
    st.sampled_from(["body25", "coco18", "coco17"]),
    st.lists(st.tuples(st.floats(-2, 2), st.floats(-1, 1), st.floats(2, 9)), min_size=1, max_size=3),
    st.lists(st.booleans(), min_size=17, max_size=17).filter(any),
)
def test_what_openpose_writes_is_read_back(
    tmp_path: Path, layout: str, places: list[tuple[float, float, float]], there: list[bool]
) -> None:
    people = [np.where(np.array(there)[:, None], seen(standing(), place), 0.0) for place in places]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(openpose(people, layout)))
    found = read_input(path, ReadOptions(layout=layout), tmp_path).frames[0].detections
    assert layout in LAYOUTS
    for figure, points in zip(found, people, strict=True):
        assert np.allclose(figure.keypoints, points)
