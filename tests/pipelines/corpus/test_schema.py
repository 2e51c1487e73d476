"""The table of labels is complete, and is what every part is laid out by."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.corpus.schema import (
    IDENTITIES,
    LABELS,
    PIXEL_ARRAYS,
    Label,
    bytes_per_sample,
    every_label,
    functions_of,
    labels_of,
    row_of,
)
from synth.body.body import GENDERS
from synth.body.skeleton import JOINTS
from synth.core.errors import InputError
from synth.detector.detector import DetectionError
from synth.label.compute import GEOMETRY
from synth.label.risk import risk
from synth.scene.props.stock import BANDS
from synth.scene.visibility import NO_PROP, Visibility

SIZES = {"shape": 10, "props": 3, "height": 40, "width": 30}
ROW = {label.name: label for label in LABELS}


def test_every_row_says_what_it_is() -> None:
    assert len(ROW) == len(LABELS)
    for label in LABELS:
        assert label.sentence.endswith("."), label.name
        assert label.kind in ("all", "detector", "pixels"), label.name
        assert label.dtype == "variable_length_bytes" or np.dtype(label.dtype).kind in "iuf", label.name
        assert {d for d in label.shape if isinstance(d, str)} <= set(SIZES), label.name
        if label.dtype.startswith("float") and label.name not in (
            "rotation",
            "prop_rotation",
            "distortion",
            "light",
        ):
            assert label.unit, label.name


def test_named_dimensions_get_their_sizes() -> None:
    assert ROW["betas"].sized(SIZES) == (10,)
    assert ROW["prop_rotation"].sized(SIZES) == (3, 3, 3)
    assert ROW["normal"].sized(SIZES) == (40, 30, 3)
    assert ROW["sample"].sized(SIZES) == ()


@pytest.mark.parametrize(
    ("name", "size"),
    [("sample", 8), ("betas", 40), ("joints_world", len(JOINTS) * 12), ("depth", 2400), ("image", 0)],
)
def test_bytes_of_a_sample(name: str, size: int) -> None:
    assert bytes_per_sample(ROW[name], SIZES) == size


def test_pairs_have_no_pixels_and_images_those_asked_for() -> None:
    pairs = {label.name for label in labels_of("pairs")}
    assert pairs == {label.name for label in LABELS if label.kind != "pixels"}
    bare = {label.name for label in labels_of("pairs", detector=False)}
    assert pairs - bare == {"detection", "detection_error"}
    images = {label.name for label in labels_of("images", ("image", "depth"))}
    assert images - pairs == {"image", "depth", "light", "visibility_zbuffer"}
    assert {label.name for label in labels_of("images")} == set(ROW)
    assert set(PIXEL_ARRAYS) < set(ROW)


def test_labels_keep_the_order_of_the_table() -> None:
    def place(label: Label) -> int:
        return LABELS.index(label)

    assert [place(x) for x in labels_of("images")] == sorted(place(x) for x in labels_of("images"))


def test_codes_are_those_that_are_written() -> None:
    assert tuple(ROW["gender"].words) == GENDERS
    assert tuple(ROW["band"].words) == tuple(BANDS)
    assert (
        set(ROW["visibility"].codes) == set(ROW["visibility_zbuffer"].codes) == {int(x) for x in Visibility}
    )
    assert ROW["visibility"].words == (
        "seen",
        "hidden by own body",
        "hidden by a prop",
        "outside the picture",
    )
    assert ROW["detection_error"].words == tuple(error.name.lower() for error in DetectionError)
    assert NO_PROP in ROW["hidden_by"].codes
    assert ROW["part"].codes[1] == "pelvis"


def test_every_label_names_the_function_that_computes_it() -> None:
    assert {row.name for row in LABELS if not row.by} == set(IDENTITIES)
    assert functions_of(LABELS, "all") == [*GEOMETRY, risk]
    pixels = [row for row in LABELS if row.kind == "pixels"]
    assert [function.__name__ for function in functions_of(pixels, "pixels")] == [row.name for row in pixels]


def test_a_function_that_is_not_there_is_named() -> None:
    for by in ("", "not_installed:function", "synth.label.geometry:nothing"):
        row = Label("toy", (), "float32", "", "", "A toy.", by=by)
        with pytest.raises(InputError, match="label 'toy' cannot be computed"):
            functions_of([row], "all")


def test_unknown_names_are_answered_with_those_there_are() -> None:
    assert row_of("pose") is ROW["pose"]
    assert every_label() == LABELS
    with pytest.raises(InputError, match=r"there is no label 'poses'; choose one of .*pose, trans"):
        row_of("poses")
