"""Colours that can be told apart also without seeing hue."""

from __future__ import annotations

from synth.core import colours


def test_line_colours_are_six_digit_hex_and_differ() -> None:
    names = (colours.BLUE, colours.ORANGE, colours.GREEN, colours.VERMILION, colours.PURPLE, colours.GREY)
    assert len(set(names)) == 6
    for name in names:
        assert len(bytes.fromhex(name.removeprefix("#"))) == 3


def test_sides_differ_in_lightness_or_blue() -> None:
    assert len({colours.LEFT, colours.RIGHT, colours.MIDDLE}) == 3
    assert abs(colours.LEFT[2] - colours.RIGHT[2]) > 200  # the axis that red-green blindness leaves
