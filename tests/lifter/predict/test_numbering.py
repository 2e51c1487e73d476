"""Frame numbers from names, videos told apart, gaps."""

from __future__ import annotations

import pytest

from lifter.predict.numbering import is_video, numbers_of, stem_of, with_gaps
from lifter.predict.recording import Frame
from synth.core.errors import InputError


@pytest.mark.parametrize(
    ("names", "numbers", "odd"),
    [
        (["v_000000000001_keypoints", "v_000000000005_keypoints"], [1, 5], []),
        (["cam01.0009", "cam01.0010"], [9, 10], []),
        (["f9", "f10", "f011"], [9, 10, 11], []),
        (["a", "b"], None, []),
        (["only"], [0], []),
        (["f1", "f2", "f3", "other"], [1, 2, 3], [3]),
        (["1_100", "2_200"], None, []),
        (["f1", "f01"], None, []),  # the same number twice
    ],
)
def test_numbers_of_names(names: list[str], numbers: list[int] | None, odd: list[int]) -> None:
    assert numbers_of(names, "folder") == (numbers, odd)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([f"cam{c}_{n:04d}" for c in "AB" for n in range(3)], r"camA_\*, camB_\*"),
        ([f"cam{c}_{n:04d}" for c in (1, 2) for n in range(3)], r"cam1_\*, cam2_\*"),
        ([f"{c}{n}" for c in "abc" for n in range(2)], r"a\*, b\*, c\*"),
        ([f"a{n}" for n in range(9)] + [f"b{n}" for n in range(20, 22)], r"a\*, b\*"),
    ],
)
def test_several_videos_are_refused_by_name(names: list[str], shown: str) -> None:
    with pytest.raises(InputError, match=f"folder: holds frames of . videos: {shown}"):
        numbers_of(names, "folder")


def test_stems() -> None:
    assert stem_of("video/000012.jpg") == ("video/#.jpg", 12)
    assert stem_of("nobody") == ("nobody", None)


def test_gaps_are_frames_without_people() -> None:
    frames = [Frame("b", number=12), Frame("a", number=10)]
    filled, note = with_gaps(frames)
    assert [(frame.number, frame.missing) for frame in filled] == [(10, False), (11, True), (12, False)]
    assert note is not None
    assert note.startswith("1 of the 3 frame numbers from 10 to 12 are missing")
    assert with_gaps([*filled[:1], Frame("b", number=11)])[1] is None


def test_numbers_that_are_no_frames_are_an_order_alone() -> None:
    found, note = with_gaps([Frame("b", number=1_700_000_000_000), Frame("a", number=5)])
    assert [frame.label for frame in found] == ["a", "b"]
    assert note is not None
    assert "one after another" in note


def test_frames_without_numbers_keep_their_order() -> None:
    for second in (None, 2):
        frames = [Frame("b", number=2), Frame("a", number=second)]
        assert with_gaps(frames) == (frames, None)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([0, 1, 2], True), ([4, 2, 3, 9], True), ([0, 5, 10], True), ([139, 285, 632], False), ([3], False),
     ([3, 3], False), ([0, 50], False)],
)  # fmt: skip
def test_what_is_likely_a_video(numbers: list[int], expected: bool) -> None:
    assert is_video(numbers) is expected
