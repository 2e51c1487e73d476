"""A contact sheet of a corpus: what its samples look like, with the joints where the labels put them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.corpus.corpus import Part, open_corpus
from pipelines.corpus.part import finished_shards
from pipelines.corpus.runs import spread
from pipelines.generate.facts import props_of
from pipelines.inspect.drawing import Canvas, Row, draw_joint, draw_tile, layers
from synth.core.colours import LEFT, MIDDLE, RIGHT
from synth.core.errors import InputError
from synth.scene.props.kinds import Prop
from synth.scene.props.stock import BANDS
from synth.scene.visibility import Visibility

_TILE, _COLUMNS, _GAP, _CAPTION = 240, 6, 10, 34
_PAPER, _INK, _FAINT = (255, 255, 255), (32, 36, 42), (110, 116, 126)
_SHARDS_LOOKED_AT = 32
_LAYERS = {
    "image": "the picture",
    "instance": "the person and each prop",
    "part": "24 body parts",
    "depth": "millimetres along the camera's axis",
    "normal": "where the surfaces face",
}


@dataclass(frozen=True)
class _Tile:
    picture: Canvas
    title: str
    text: str


def write_sheet(folder: Path, out: Path, samples: int = 24, only: str | None = None) -> int:
    """Write a sheet of a corpus, or of one of its parts, as .png or .jpg; returns how many samples it shows.

    Several parts share the sheet evenly. Raises InputError where there is nothing to show or nowhere to write.
    """
    if out.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise InputError("is not a name for a picture", where=str(out), remedy="end it with .png or .jpg")
    corpus = open_corpus(folder)
    names = corpus.part_names()
    if only is not None and only not in names:
        raise InputError(f"has no part '{only}'", where=str(folder), remedy=f"there are: {', '.join(names)}")
    parts = [corpus.part(name) for name in names if only in (None, name)]
    parts = [part for part in parts if finished_shards(part)][:samples]
    if not parts:
        raise InputError(
            "has no finished shard yet", where=str(folder), remedy="let `posemill generate` finish"
        )
    bands = []
    shown = 0
    for number, part in enumerate(parts):
        share = samples // len(parts) + (number < samples % len(parts))
        tiles = _tiles(part, share)
        shown += len(tiles)
        bands.append((part, tiles))
    sheet = _lay_out(folder, bands)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(out, optimize=True, quality=90)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be written ({reason})", where=str(out), remedy="check the path") from error
    return shown


def _tiles(part: Part, count: int) -> list[_Tile]:
    props, clips = _props(part), part.facts["clips"]
    tiles = []
    for row in _rows(part, count):
        clip = clips[int(row["clip"])]["name"].replace(".posture.yaml", "")
        step = f" · step {int(row['step'])}" if part.facts.get("track", 1) > 1 else ""
        title = f"{clip} @ {int(row['clip_frame'])}{step}"
        text = "visibility not known"
        if "hidden" in row:
            text = f"{int(row['hidden'])} of 17 not seen · {list(BANDS)[int(row['band'])]} behind props"
        tiles.append(_Tile(draw_tile(row, props, _TILE), title, text))
    return tiles


def _rows(part: Part, count: int) -> list[Row]:
    """Samples spread over the part's finished shards; of tracks, a few, each in six steps."""
    done = spread(finished_shards(part), _SHARDS_LOOKED_AT)
    track = int(part.facts.get("track", 1))
    steps = (
        np.unique(np.linspace(0, track - 1, _COLUMNS).round().astype(int)) if track > 1 else np.zeros(1, int)
    )
    scenes = [(shard, start) for shard in done for start in range(*part.rows(shard), track)]
    wanted = -(-count // len(steps))
    picked = [scenes[i] for i in np.unique(np.linspace(0, len(scenes) - 1, wanted).round().astype(int))]
    places = [start + int(step) for _, start in picked for step in steps][:count]
    return [_row(part, place) for place in places]


def _row(part: Part, place: int) -> Row:
    try:
        row = {label.name: part.read(label.name, place, place + 1)[0] for label in part.labels}
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"sample {place} cannot be read", where=str(part.folder), remedy="run `posemill verify`"
        ) from error
    if "visibility" not in row:  # imported: every joint that is known is drawn as seen
        known = np.isfinite(row["joints_image"]).all(axis=1)
        row["visibility"] = np.where(known, Visibility.SEEN, Visibility.OUTSIDE)
        row["prop"] = row["hidden_by"] = np.empty(0, np.int16)
    return row


def _props(part: Part) -> tuple[Prop, ...]:
    """The props that a part's rows refer to, none where they have none."""
    if "prop" not in part.facts["arrays"]:
        return ()
    return props_of(part.facts)


def _fitted(draw: ImageDraw.ImageDraw, text: str, size: int, keep_end: bool) -> str:
    """A caption that is no wider than a tile."""
    if draw.textlength(text, _font(size)) <= _TILE:
        return text
    while text and draw.textlength(text + "…", _font(size)) > _TILE:
        text = text[1:] if keep_end else text[:-1]
    return "…" + text if keep_end else text + "…"


def _lay_out(folder: Path, bands: list[tuple[Part, list[_Tile]]]) -> Canvas:
    """Title and legend, then for each part a heading, its layers if it has pixels, and its tiles."""
    strips = [_header(folder)]
    for part, tiles in bands:
        strips.append(_heading(part))
        if part.kind == "images":
            # a sample that shows a prop and yet most of the person
            row = min(_rows(part, 24), key=lambda row: (row["band"] != 1, row["hidden"]))
            texts = [_Tile(picture, name, _LAYERS[name]) for name, picture in layers(row, _TILE)]
            plain = _Tile(draw_tile(row, _props(part), _TILE), "joints", "COCO's 17 of the 48")
            strips.append(_strip([*texts, plain][:_COLUMNS]))
        strips += [_strip(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
    height = sum(strip.height for strip in strips) + _GAP
    sheet = Image.new("RGB", (strips[0].width, height), _PAPER)
    y = 0
    for strip in strips:
        sheet.paste(strip, (0, y))
        y += strip.height
    return sheet


def _width() -> int:
    return _COLUMNS * (_TILE + _GAP) + _GAP


def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def _header(folder: Path) -> Canvas:
    strip = Image.new("RGB", (_width(), 44), _PAPER)
    draw = ImageDraw.Draw(strip)
    draw.text((_GAP, 10), f"Posemill · {folder.resolve().name}", _INK, _font(22))
    x = _width() - 640
    marks = [
        ("left", LEFT, Visibility.SEEN), ("right", RIGHT, Visibility.SEEN), ("middle", MIDDLE, Visibility.SEEN),
        ("hidden by own body", LEFT, Visibility.SELF), ("hidden by a prop", LEFT, Visibility.PROP),
    ]  # fmt: skip
    for text, colour, state in marks:
        draw_joint(draw, np.array([x, 24.0]), 7, colour, int(state))
        draw.text((x + 13, 16), text, _INK, _font(14))
        x += 13 + round(draw.textlength(text, _font(14))) + 24
    return strip


def _heading(part: Part) -> Canvas:
    strip = Image.new("RGB", (_width(), 34), _PAPER)
    track = int(part.facts.get("track", 1))
    what = f"{part.samples:,} {part.kind}" + (f" in tracks of {track}" if track > 1 else "")
    ImageDraw.Draw(strip).text((_GAP, 10), f"{part.name}: {what}", _INK, _font(17))
    return strip


def _strip(tiles: list[_Tile]) -> Canvas:
    height = max(tile.picture.height for tile in tiles)
    strip = Image.new("RGB", (_width(), height + _CAPTION + _GAP // 2), _PAPER)
    draw = ImageDraw.Draw(strip)
    for column, tile in enumerate(tiles):
        x = _GAP + column * (_TILE + _GAP)
        strip.paste(tile.picture, (x, 0))
        draw.text((x + 1, height + 2), _fitted(draw, tile.title, 12, True), _INK, _font(12))
        draw.text((x + 1, height + 16), _fitted(draw, tile.text, 12, False), _FAINT, _font(12))
    return strip
