"""Okabe and Ito's colours (2008), which remain distinct with any colour vision, for all charts and pictures."""

from __future__ import annotations

BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#d55e00",
    "#cc79a7",
    "#8a929c",
)


LEFT, RIGHT, MIDDLE = (255, 140, 26), (35, 170, 255), (250, 250, 250)


Colour = tuple[int, int, int]
