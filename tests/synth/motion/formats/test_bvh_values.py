"""Values as programs write them, each with its right reading."""

from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.formats.bvh_values import frame_rate, frame_values, spelled

FILE = Path("x.bvh")
ROWS = np.arange(12.0).reshape(4, 3) + 0.5


def lines(rows=ROWS):
    return [" ".join(f"{value:g}" for value in row) for row in rows]


def read(text, frames=4, columns=3):
    return frame_values(text, columns, frames, FILE, 10)


@pytest.mark.parametrize("frames", [1, 4, 9])
def test_what_follows_counts_not_the_header(frames):
    values, notes = read(lines(), frames)
    assert np.array_equal(values, ROWS)
    assert notes == (() if frames == 4 else (f"the header says {frames} frames, 4 follow: 4 are taken",))


@pytest.mark.parametrize("wrap", [(1, 2), (2, 1), (1, 1, 1)])
def test_wrapped_frames(wrap):
    stops = np.cumsum(wrap)[:-1]
    wrapped = [" ".join(part) for line in lines() for part in np.split(np.array(line.split()), stops)]
    values, notes = read(wrapped)
    assert np.array_equal(values, ROWS)
    assert "wrapped" in notes[0]


def test_all_on_one_line_where_the_header_agrees():
    values, _ = read([" ".join(lines())])
    assert np.array_equal(values, ROWS)
    with pytest.raises(InputError, match=r"x\.bvh:10: 12 values in a frame"):
        read([" ".join(lines())], frames=5)


def test_a_last_frame_cut_short_is_left_out():
    values, notes = read([*lines()[:3], "9.5 10.5"])
    assert np.array_equal(values, ROWS[:3])
    assert notes[0] == "the last frame is cut short, at 2 of 3 values, and left out"


def test_a_value_missing_within_is_refused():
    with pytest.raises(InputError, match=r"x\.bvh:11: 2 values in a frame where the skeleton has 3"):
        read([lines()[0], "3.5 4.5", *lines()[2:]])


def test_a_surplus_is_passed_over():
    values, notes = read([f"{line} 7" for line in lines()])
    assert np.array_equal(values, ROWS)
    assert notes == ("every frame ends with 1 more than its 3 channels (7), which is passed over",)


@pytest.mark.parametrize(
    "word", ["nan", "-nan(ind)", "-1.#IND", "1.#QNAN", "1.#QNAN0", "-1.#IND00", "nan(0x8000)"]
)
def test_words_for_not_a_number(word):
    values, _ = read([f"{word} 1.5 2.5", *lines()[1:]])
    assert np.isnan(values[0, 0])
    assert np.array_equal(values[1:], ROWS[1:])


def test_words_for_infinity():
    assert (spelled("1.#INF"), spelled("-1.#INF00")) == ("inf", "-inf")


@pytest.mark.parametrize("text", [lambda s: s.replace(".", ","), lambda s: s.replace(" ", ", ")])
def test_commas(text):
    values, notes = read([text(line) for line in lines()])
    assert np.array_equal(values, ROWS)
    assert bool(notes) == ("," in text("0.5"))


def test_another_word_is_refused():
    with pytest.raises(InputError, match=r"x\.bvh:12: '1o' is not a number"):
        read([*lines()[:2], "1o 2 3", lines()[3]])


@pytest.mark.parametrize(
    ("word", "rate", "said"),
    [
        ("0.033", 30, True), ("0.0333", 30, False), ("0.0333333", 30, False), ("0.0083", 120, True),
        ("0.00833333", 120, False), ("0.0417", 24, False), ("0.042", 24, True), ("0.017", 60, True),
        ("0.0167", 60, False), ("0.01", 100, False), ("0.04", 25, False), ("0.005", 200, False), ("0.0111", 90, False),
        ("0.033367", 29.9697, False), ("0,04", 25, False), ("0.05", 20, False), ("0.3", 1 / 0.3, False),
        ("8.3333e-03", 120.00048, False),
    ],
)  # fmt: skip
def test_rounded_frame_times(word, rate, said):
    found, notes = frame_rate(word)
    assert found == pytest.approx(rate, rel=1e-5)
    assert bool(notes) == said
