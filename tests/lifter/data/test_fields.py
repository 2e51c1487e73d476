"""Labels by name, joints in a set, pictures decoded."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from lifter.data.fields import ORIGIN, Fields, decode, widest
from pipelines.corpus.corpus import Corpus
from pipelines.corpus.runs import RowReader
from synth.body.skeleton import COCO_17, JOINTS
from synth.core.errors import InputError
from tests.lifter.corpora import people


def jpeg(value: int, size: int = 16) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((size, size, 3), value, np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_wrong_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'joint_image' is not a label; there are: .*joints_image"):
        Fields(("joint_image",))
    with pytest.raises(ValueError, match="no fields"):
        Fields(())
    with pytest.raises(ValueError, match="coco18"):
        Fields(joint_set="coco18")


def test_rows_of_a_part_with_its_number(tmp_path: Path) -> None:
    part = people(tmp_path, 20)
    rows = np.array([3, 7, 19])
    fields = Fields((ORIGIN, "joints_camera", "scene"))
    found = fields.read(RowReader(), part, 4, rows)
    assert found[ORIGIN].tolist() == [[4, 3], [4, 7], [4, 19]]
    assert found["scene"].tolist() == [3, 7, 19]
    whole = part.read("joints_camera", 0, 20)[rows]
    assert np.array_equal(
        found["joints_camera"], whole[:, [JOINTS.index(f"coco_{name}") for name in COCO_17]]
    )
    every = Fields(("joints_camera",), joint_set=None).read(RowReader(), part, 0, rows)["joints_camera"]
    assert np.array_equal(every, whole)


def test_parts_need_the_fields_in_one_size(tmp_path: Path) -> None:
    people(tmp_path, 10)
    people(tmp_path, 10, name="b", detector=False)
    parts = Corpus(tmp_path).parts()
    Fields(("detection",)).check(parts[:1])
    with pytest.raises(InputError, match="b: has no 'detection'"):
        Fields(("detection",)).check(parts)


def test_pictures_are_decoded_to_one_array() -> None:
    found = decode([jpeg(10), jpeg(200)])
    assert found.shape == (2, 16, 16, 3)
    assert found.mean((1, 2, 3)) == pytest.approx([10, 200], abs=2)
    for damaged in (b"", jpeg(1)[:40]):
        with pytest.raises(InputError, match="a picture cannot be decoded"):
            decode([jpeg(10), damaged])


def test_unsigned_shorts_become_what_torch_computes_with() -> None:
    fields = Fields(("visibility",))
    done = fields.finish({"depth": np.array([65535], np.uint16), "visibility": np.zeros((1, 17), np.uint8)})
    assert (done["depth"].dtype, done["depth"].tolist()) == (np.int32, [65535])
    assert done["visibility"].dtype == np.uint8


def test_a_buffer_holds_what_its_bytes_allow(tmp_path: Path) -> None:
    part, fields = people(tmp_path, 10), Fields(("intrinsics",))
    each = fields.bytes_per_sample(part)
    assert each == 9 * 4
    assert widest([part], fields, 1000, 10 * each) == 10
    assert widest([part], fields, 4, 10 * each) == 4
    assert widest([part], fields, 1000, 1) == 1
