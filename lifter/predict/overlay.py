"""Pictures overlaid with what was detected and lifted: `overlay.png`, `overlay.mp4`, or a folder of PNGs.

Thick: the 2D that was read, orange on the person's left, blue on the right; wider lines where the detector was more
confident. Thin and white: the lifted 3D seen by the same camera, also of joints that were not detected.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lifter.data.joints import BONES as BONES3D
from lifter.data.joints import JOINTS3D
from lifter.predict.camera import projected
from lifter.predict.detector import write_film
from lifter.predict.lifted import Lifted
from lifter.predict.recording import Array
from synth.body.skeleton import BONES, COCO_17
from synth.core.colours import LEFT, MIDDLE, RIGHT, Colour
from synth.core.disk import write_atomically

_LONGEST = 1920  # pixels of an overlay's longer side
_DARK = (25, 28, 33)


def write_overlays(lifted: Lifted, out: Path, python: str | None, scratch: Path) -> list[str]:
    """Write them and give their names, none where there are no pictures. python: has the encoder of a video."""
    drawn = [n for n, frame in enumerate(lifted.recording.frames) if frame.picture is not None]
    if not drawn:
        return []
    if len(drawn) == 1:
        _save(overlaid(lifted, drawn[0]), out / "overlay.png")
        return ["overlay.png"]
    film = lifted.recording.moving and python is not None
    folder = scratch / "overlay" if film else out / "overlay"
    folder.mkdir(exist_ok=True)
    for n in drawn:
        picture = overlaid(lifted, n)
        if film:
            picture.save(folder / f"{n:06d}.jpg", quality=90)
        else:
            _save(picture, folder / f"{n:06d}.png")
    if not film:
        return ["overlay/"]
    assert python is not None
    steps = np.diff(drawn)
    write_film(python, folder, out / "overlay.mp4", lifted.rate / float(steps.mean()))
    return ["overlay.mp4"]


def overlaid(lifted: Lifted, number: int) -> Image.Image:
    """A frame's picture with everybody in it, no larger than _LONGEST."""
    frame = lifted.recording.frames[number]
    assert frame.picture is not None
    with Image.open(frame.picture) as opened:
        canvas = opened.convert("RGB")
    width = frame.size[0] if frame.size else canvas.width
    canvas.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    scale = canvas.width / width
    rows = np.flatnonzero(lifted.rows.frame == number)
    places = joints_in_picture(lifted, rows)
    draw = ImageDraw.Draw(canvas)
    wide = max(2.0, max(canvas.size) / 200)
    for n, points in zip(rows, places * scale, strict=True):
        found = lifted.rows.keypoints[n].astype(np.float64)
        _draw_lines(draw, COCO_17, BONES, found[:, :2] * scale, found[:, 2], wide)
        for a, b in _ends(JOINTS3D, BONES3D, points):
            draw.line([*a, *b], _DARK, max(3, round(wide / 2) + 2))
            draw.line([*a, *b], (255, 255, 255), max(1, round(wide / 2)))
    return canvas


def joints_in_picture(lifted: Lifted, rows: NDArray[np.int64]) -> Array:
    """(k, 20, 2) pixels of the lifted joints of some rows; NaN where it is not known where they are."""
    places = projected(lifted.joints[rows] + lifted.root[rows, None], lifted.intrinsics[rows])
    for k, n in enumerate(rows):
        lens = lifted.lenses[n] if lifted.lenses else None
        if lens is not None:
            places[k] = lens.bent(places[k], lifted.intrinsics[n])
    return places


def _draw_lines(
    draw: ImageDraw.ImageDraw, names: tuple[str, ...], bones: tuple[tuple[str, str], ...], points: Array,
    confidence: Array, wide: float,
) -> None:  # fmt: skip
    there = np.where(confidence[:, None] > 0, points, np.nan)
    for a, b in bones:
        for start, end in _ends(names, ((a, b),), there):
            sure = min(confidence[names.index(a)], confidence[names.index(b)])
            thick = max(1, round(wide * (0.35 + 0.65 * sure)))
            draw.line([*start, *end], _DARK, thick + 2)
            draw.line([*start, *end], side_colour(a) if side_colour(a) == side_colour(b) else MIDDLE, thick)
    for joint in np.flatnonzero(confidence > 0):
        x, y = points[joint]
        radius = wide * (0.5 + 0.6 * confidence[joint])
        draw.ellipse(
            [x - radius, y - radius, x + radius, y + radius],
            side_colour(names[joint]),
            _DARK,
            max(1, round(wide / 5)),
        )


def _ends(
    names: tuple[str, ...], bones: tuple[tuple[str, str], ...], points: Array
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for a, b in bones:
        start, end = points[names.index(a)], points[names.index(b)]
        if np.isfinite([start, end]).all() and np.abs([start, end]).max() < 1e5:
            yield (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))


def side_colour(name: str) -> Colour:
    """Orange for a joint of the person's left, blue for the right, white between."""
    return LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE


def _save(picture: Image.Image, path: Path) -> None:
    import io

    stream = io.BytesIO()
    picture.save(stream, "PNG")
    write_atomically(path, stream.getvalue())
