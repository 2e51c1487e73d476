"""Colours that stay distinct."""

from __future__ import annotations

from itertools import combinations

from synth.core import colours


def channels(text: str) -> tuple[int, ...]:
    return tuple(int(text[k : k + 2], 16) for k in (1, 3, 5))


def test_the_palette_is_okabe_and_itos() -> None:
    """As published: blue, orange, bluish green, vermilion, reddish purple."""
    palette = (colours.BLUE, colours.ORANGE, colours.GREEN, colours.VERMILION, colours.PURPLE)
    assert [channels(each) for each in palette] == [
        (0, 114, 178), (230, 159, 0), (0, 158, 115), (213, 94, 0), (204, 121, 167),
    ]  # fmt: skip


def test_sides_differ_in_brightness_or_hue_from_each_other() -> None:
    for one, other in combinations((colours.LEFT, colours.RIGHT, colours.MIDDLE), 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 200
