"""Text and tables of numbers, with the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.core.text import MOST_SURPLUS, number_block, numbers, read_text

PATH = Path("a.bvh")


def test_text_is_read_whatever_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffHüfte\n".encode())
    assert read_text(tmp_path / "a") == "Hüfte\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\0b", "is binary, not text"),
        ("a\nü".encode("latin-1"), r":2: byte 0xfc is not UTF-8"),
        (b"a" * 101, "is too long: at most 100 bytes are read"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_text(tmp_path / "a", 100)
    with pytest.raises(InputError, match="cannot be read"):
        read_text(tmp_path / "b")


def test_numbers() -> None:
    assert numbers(["1", "-2.5e3"], "a:1", finite=True) == [1.0, -2500.0]
    assert np.isnan(numbers(["nan"], "a:1", finite=False)[0])
    for word, said in (
        ("x", "'x' is not a number"),
        ("nan", "'nan' is not finite"),
        ("9" * 65, "not a number"),
    ):
        with pytest.raises(InputError, match=f"a:1: .*{said}"):
            numbers([word], "a:1", finite=True)


def test_a_table() -> None:
    values, surplus = number_block(["1 2", "", "nan 4 "], 2, PATH, 7)
    np.testing.assert_array_equal(values, [[1, 2], [np.nan, 4]])
    assert surplus.shape == (2, 0)
    assert number_block([], 2, PATH, 1)[0].shape == (0, 2)


def test_a_table_of_many_lines_is_read_by_blocks() -> None:
    lines = [f"{i} {i + 0.5}" for i in range(10_000)]
    values, _ = number_block(lines, 2, PATH, 1)
    np.testing.assert_array_equal(values[:, 1] - values[:, 0], 0.5)
    lines[9_000] = "1 x"
    with pytest.raises(InputError, match=r"a\.bvh:9001: 'x' is not a number"):
        number_block(lines, 2, PATH, 1)


def test_the_same_surplus_on_every_line_stands_apart() -> None:
    values, surplus = number_block(["1 2 0", "3 4 0.5"], 2, PATH, 1)
    np.testing.assert_array_equal(values, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(surplus, [[0], [0.5]])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ["1 2", "3"],
            r"a\.bvh:6: 1 values in a frame where the skeleton has 2 channels; the file is cut short",
        ),
        (["1 2", "3 4 9"], r"a\.bvh:6: 3 values .*: 1 more \(9\), which not every line has"),
        (["1 2 9", "3 4"], r"a\.bvh:5: 3 values .*: 1 more \(9\), which not every line has"),
        (
            ["1 " * (3 + MOST_SURPLUS)] * 2,
            r"a\.bvh:5: 9 values .*: 7 more than the channels; the hierarchy lacks",
        ),
        (["1 " + "2" * 65], "is not a number"),
    ],
)
def test_lines_that_do_not_fit(lines: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        number_block(lines, 2, PATH, 5)
