"""Every cell of the tables against a second transcription of each, written down apart from the files."""

from __future__ import annotations

import numpy as np
import pytest

from synth.risk.tables import bands, exceeds, level_of, levels, outside, table, table_file

# RULA, one digit a cell. A: a line an upper arm; lower arms 1 to 3, each wrists 1 to 4 with twists 1 and 2.
RULA_A = """12222333 22223333 23333344
            23333444 33333444 34444455
            33444455 34444455 44444555
            44444555 44444555 44455566
            55555667 56666777 66677778
            77777889 88888999 99999999"""
RULA_B = "132334556677 232345556777 333445566777 555667777788 777778888888 888888899999"  # a neck: trunks with legs
RULA_C = "1233455 2234455 3334456 3334566 4445677 4456677 5566777 5567777"
# REBA. A: a line a trunk; necks 1 to 3, each legs 1 to 4. B: an upper arm; lower arms 1 and 2, each wrists 1 to 3.
REBA_A = "1234 1234 3356  2345 3456 4567  2456 4567 5678  3567 5678 6789  4678 6789 7899"
REBA_B = "122 123  123 234  345 455  455 567  678 788  788 899"
REBA_C = """1 1 1 2 3 3 4 5 6 7 7 7  1 2 2 3 4 4 5 6 6 7 7 8  2 3 3 3 4 5 6 7 7 8 8 8  3 4 4 4 5 6 7 8 8 9 9 9
            4 4 4 5 6 7 8 8 9 9 9 9  6 6 6 7 8 8 9 9 10 10 10 10  7 7 7 8 9 9 9 10 10 11 11 11
            8 8 8 9 10 10 10 10 10 11 11 11  9 9 9 10 10 10 11 11 11 12 12 12
            10 10 10 11 11 11 11 12 12 12 12 12  11 11 11 11 12 12 12 12 12 12 12 12
            12 12 12 12 12 12 12 12 12 12 12 12"""
# OWAS: a line a back and arms; legs 1 to 7, each loads 1 to 3.
OWAS = """111 111 111 222 222 111 111  111 111 111 222 222 111 111  111 111 111 223 223 111 112
          223 223 223 333 333 222 233  223 223 233 344 344 334 234  334 223 333 344 444 444 234
          111 111 112 333 444 111 111  223 111 112 444 444 333 111  223 111 233 444 444 444 111
          233 223 223 444 444 444 234  334 234 334 444 444 444 234  444 234 334 444 444 444 234"""
# NIOSH table 5, hundredths: 0.2, 0.5, 1 to 15 lifts a minute; under an hour, two, eight, each low and high.
FREQUENCY = """100 97 94 91 88 84 80 75 70 60 52 45 41 37 0 0 0  100 97 94 91 88 84 80 75 70 60 52 45 41 37 34 31 28
               95 92 88 84 79 72 60 50 42 35 30 26 0 0 0 0 0  95 92 88 84 79 72 60 50 42 35 30 26 23 21 0 0 0
               85 81 75 65 55 45 35 27 22 18 0 0 0 0 0 0 0  85 81 75 65 55 45 35 27 22 18 15 13 0 0 0 0 0"""


def digits(text: str, *shape: int) -> np.ndarray:
    return np.array([int(each) for each in text if each.isdigit()]).reshape(shape)


def numbers(text: str, *shape: int) -> np.ndarray:
    return np.array([int(each) for each in text.split()]).reshape(shape)


@pytest.mark.parametrize(
    ("method", "name", "second"),
    [
        ("rula", "table_a", digits(RULA_A, 6, 3, 4, 2)),
        ("rula", "table_b", digits(RULA_B, 6, 6, 2)),
        ("rula", "table_c", digits(RULA_C, 8, 7)),
        ("reba", "table_a", digits(REBA_A, 5, 3, 4).swapaxes(0, 1)),
        ("reba", "table_b", digits(REBA_B, 6, 2, 3).swapaxes(0, 1)),
        ("reba", "table_c", numbers(REBA_C, 12, 12)),
        ("owas", "classes", digits(OWAS, 4, 3, 7, 3)),
    ],
)
def test_every_cell_is_as_in_the_second_transcription(method: str, name: str, second: np.ndarray) -> None:
    assert np.array_equal(table(method, name), second)


def test_every_cell_of_the_frequency_multipliers() -> None:
    found = np.array(table_file("niosh")["frequency"])
    assert np.allclose(found * 100, numbers(FREQUENCY, 6, 17))
    assert table_file("niosh")["lifts_a_minute"] == [0.2, 0.5, *range(1, 16)]


@pytest.mark.parametrize("method", ["rula", "reba", "owas"])
def test_tables_rise_along_the_axes_that_the_papers_made_rise(method: str) -> None:
    names = [name for name in table_file(method) if name.startswith("table_") or name == "classes"]
    for name in names:
        cells = table(method, name)
        for axis in range(cells.ndim):
            if method == "owas" and axis != 3:  # backs, arms and legs are kinds, not degrees
                continue
            assert (np.diff(cells, axis=axis) >= 0).all(), (name, axis)


@pytest.mark.parametrize(
    ("method", "tops"), [("rula", (2, 4, 6, 7)), ("reba", (1, 3, 7, 10, 15)), ("owas", (1, 2, 3, 4))]
)
def test_levels_end_where_the_papers_say(method: str, tops: tuple[int, ...]) -> None:
    assert tuple(level.most for level in levels(method)) == tops
    for number, top in enumerate(tops):
        assert level_of(method, np.array([top])) == number
        if top != tops[-1]:
            assert level_of(method, np.array([top + 1])) == number + 1
    assert level_of(method, np.array([0])) == -1


def test_an_edge_belongs_to_the_band_below_it() -> None:
    below, above = np.nextafter(20, 0), np.nextafter(20, 30)
    assert bands(np.array([below, 20, above, np.nan]), (20, 45)).tolist() == [1, 1, 2, 1]
    assert exceeds(np.array([10, -10, 10.1, -10.1, np.nan]), 10).tolist() == [False, False, True, True, False]
    assert outside(np.array([59, 60, 100, 101, np.nan]), 60, 100).tolist() == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_files_state_their_source() -> None:
    for method in ("rula", "reba", "owas", "niosh", "static"):
        assert {"source", "checked"} <= set(table_file(method))
