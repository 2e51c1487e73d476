"""Samples for a report's gallery: their pictures, the SVG overlaid on them, and the facts beside them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.part import finished_shards
from pipelines.corpus.runs import spread
from pipelines.corpus.schema import row_of
from pipelines.corpus.selection import SPLITS, Selection
from pipelines.curate.splits import NO_SUBJECT
from pipelines.generate.facts import props_of
from pipelines.inspect.drawing import Row, draw_backdrop, tile_size
from pipelines.report.charts import side_name
from synth.body.skeleton import BONES, COCO_17, SMPL_24, SMPL_PARENTS
from synth.core.errors import InputError
from synth.label.pose_space import filled, view_angles, view_directions
from synth.scene.props.kinds import Prop
from synth.scene.props.stock import BANDS
from synth.scene.visibility import COCO_ROWS, Visibility

_WIDTH = 256  # of a picture, pixels
_QUALITY = 82
_KEPT, _DROPPED_SHARE = "kept", 3  # a third of the samples are dropped ones, where there is a selection
ERROR_NAMES = row_of("detection_error").words
_VISIBILITY = row_of("visibility").codes
_SHOWN = (
    "clip", "clip_frame", "joints_world", "joints_camera", "joints_image", "visibility", "hidden", "hidden_by",
    "band", "box", "intrinsics", "rotation", "translation", "distortion", "image_size", "prop",
    "prop_rotation", "prop_translation", "image", "detection", "detection_error",
)  # fmt: skip
_SIDES = ("front", "left", "back", "right")
_STATES = {Visibility.SEEN: "seen", Visibility.SELF: "self", Visibility.PROP: "prop"}


@dataclass(frozen=True)
class Sample:
    """One sample of the gallery: `filters` are the values it can be filtered by, `facts` the lines shown beside it."""

    picture: str
    width: int
    height: int
    overlay: str
    title: str
    filters: dict[str, str]
    facts: list[tuple[str, str]]
    skeleton: list[list[int]]


def samples(corpus: Corpus, count: int, selection: Selection | None = None) -> list[Sample]:
    """Samples spread over the corpus' parts; with a selection a third of them are dropped ones."""
    shown = []
    parts = [part for part in corpus.parts() if finished_shards(part)]
    # pictures say more than stick figures
    shares = np.array([2.0 if part.kind == "images" else 1.0 for part in parts])
    for part, share in zip(parts, shares / shares.sum(), strict=True):
        props = _props(part)
        for row in _places(part, max(2, round(count * share)), selection):
            shown.append(_sample(part, row, props, selection))
    return shown


def _props(part: Part) -> tuple[Prop, ...]:
    """The props that a part's rows refer to, none where they are not drawn."""
    if not {"prop", "hidden_by", "visibility"} <= set(part.facts["arrays"]) or part.kind == "images":
        return ()
    return props_of(part.facts)


def _places(part: Part, count: int, selection: Selection | None) -> list[int]:
    """Rows spread over the finished shards; of the samples that a selection dropped, some for every reason."""
    rows = np.concatenate([np.arange(*part.rows(shard)) for shard in spread(finished_shards(part), 64)])
    if selection is None or part.name not in selection.parts:
        return _evenly(rows, count)
    number = selection.parts.index(part.name)
    gone = selection.dropped["dropped_part"] == number
    reasons = selection.dropped["dropped_reason"][gone]
    gone_rows = selection.dropped["dropped_row"][gone]
    kinds = np.unique(reasons)
    each = max(1, count // _DROPPED_SHARE // max(1, len(kinds)))
    picked = [row for kind in kinds for row in _evenly(gone_rows[reasons == kind], each)]
    kept, _ = selection.of(part.name)
    return sorted({*picked, *_evenly(kept, count - len(picked))})


def _evenly(rows: NDArray[Any], count: int) -> list[int]:
    if not len(rows):
        return []
    return [int(rows[i]) for i in np.unique(np.linspace(0, len(rows) - 1, max(1, count)).round().astype(int))]


def _sample(part: Part, number: int, props: tuple[Prop, ...], selection: Selection | None) -> Sample:
    there = set(part.facts["arrays"])
    try:
        row: Row = {name: part.read(name, number, number + 1)[0] for name in _SHOWN if name in there}
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"sample {number} cannot be read", where=str(part.folder), remedy="run `posemill verify`"
        ) from error
    width, height = tile_size(row, _WIDTH)
    clip = part.facts["clips"][int(row["clip"])]
    azimuth, elevation = (
        float(angle[0])
        for angle in view_angles(
            view_directions(row["joints_world"][None], row["rotation"][None], row["translation"][None])
        )
    )
    decision, why = _decision(part.name, number, selection)
    filters = {
        "kind": part.kind,
        "subject": clip["dataset"] + ("" if clip["subject"] in NO_SUBJECT else f" {clip['subject']}"),
        "side": _SIDES[round((azimuth % 360) / 90) % 4],
        "fate": decision,
    }
    distance = float(np.linalg.norm(np.nanmean(row["joints_camera"][COCO_ROWS], axis=0)))
    facts = [
        ("part and row", f"{part.name}, {number:,}"),
        ("recording", f"{clip['name']}, frame {int(row['clip_frame'])}"),
        *([("trade", clip["work"]["trade"])] if clip.get("work", {}).get("trade") else []),
        ("seen from", f"{_view(azimuth, elevation)}, {distance:.1f} m away"),
    ]
    if "hidden" in row:
        filters["band"] = list(BANDS)[int(row["band"])]
        filters["hidden"] = str(int(row["hidden"]))
        facts.append(("occlusion", _occlusion(row)))
    if "detection_error" in row:
        facts.append(("detector", _errors(row)))
    if why:
        facts.append(("curation", why))
    return Sample(
        picture=_picture(row, props),
        width=width,
        height=height,
        overlay=_overlay(row, width / float(row["image_size"][0])),
        title=f"{clip['recording']} · {int(row['clip_frame'])}",
        filters=filters,
        facts=facts,
        skeleton=_skeleton(row),
    )


def _decision(part: str, row: int, selection: Selection | None) -> tuple[str, str]:
    """What the selection did with a sample: a word to filter by, and the sentence."""
    if selection is None or part not in selection.parts:
        return "", ""
    number = selection.parts.index(part)
    kept = np.flatnonzero((selection.part == number) & (selection.row == row))
    if len(kept):
        split = SPLITS[selection.split[kept[0]]]
        return _KEPT, f"kept for {split}, weight {selection.weight[kept[0]]:.2f}"
    gone = (selection.dropped["dropped_part"] == number) & (selection.dropped["dropped_row"] == row)
    if not gone.any():
        return "not scanned", "not scanned by the selection"
    k = int(np.flatnonzero(gone)[0])
    reason = selection.reasons[selection.dropped["dropped_reason"][k]]
    twin = int(selection.dropped["dropped_twin_row"][k])
    if twin < 0:
        return reason, f"dropped: {reason}"
    other = selection.parts[selection.dropped["dropped_twin_part"][k]]
    return reason, f"dropped: {reason}, like {other} row {twin:,}"


def _view(azimuth: float, elevation: float) -> str:
    level = "above" if elevation >= 0 else "below"
    return f"{side_name(azimuth)}, {abs(elevation):.0f}° {level} level"


def _occlusion(row: Row) -> str:
    states = row["visibility"][COCO_ROWS]
    counts = [
        (int((states == Visibility.SELF).sum()), _VISIBILITY[Visibility.SELF]),
        (int((states == Visibility.PROP).sum()), "by a prop"),
        (int((states == Visibility.OUTSIDE).sum()), "outside"),
    ]
    text = [f"{count} {what}" for count, what in counts if count]
    return f"{17 - int(row['hidden'])} of 17 seen" + (f"; {', '.join(text)}" if text else "")


def _errors(row: Row) -> str:
    found = np.bincount(row["detection_error"], minlength=5)
    return ", ".join(f"{int(n)} {name}" for name, n in zip(ERROR_NAMES, found, strict=True) if n)


def _picture(row: Row, props: tuple[Prop, ...]) -> str:
    """The sample's picture, or its scene in grey, as a data URI."""
    if "image" not in row and not {"hidden_by", "prop"} <= set(row):
        return ""
    canvas = draw_backdrop(row, props, _WIDTH)
    stream = io.BytesIO()
    canvas.save(stream, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()


def _overlay(row: Row, scale: float) -> str:
    """SVG of the box, the COCO skeleton with a mark for each joint's state, and the detections."""
    left, top, right, bottom = (float(v) * scale for v in row["box"])
    parts = [
        f'<rect class="box" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
    ]
    points = row["joints_image"][COCO_ROWS] * scale
    if "visibility" in row:
        states = row["visibility"][COCO_ROWS]
    else:
        states = np.where(np.isnan(points).any(axis=1), Visibility.OUTSIDE, Visibility.SEEN)
    parts.append(_figure(points, states))
    if "detection" in row:
        found = row["detection"].astype(np.float64)
        error = row.get("detection_error", np.zeros(len(COCO_17), np.uint8))
        parts.append(_detected(points, found[:, :2] * scale, found[:, 2], error))
    return "".join(parts)


def _figure(points: NDArray[Any], states: NDArray[Any]) -> str:
    shown = np.isfinite(points).all(axis=1) & (np.abs(points) < 20 * _WIDTH).all(axis=1)
    parts = ['<g class="joints">']
    for a, b in BONES:
        ends = [COCO_17.index(a), COCO_17.index(b)]
        if shown[ends].all():
            seen = "" if (states[ends] == Visibility.SEEN).all() else " faint"
            (xa, ya), (xb, yb) = points[ends]
            parts.append(
                f'<line class="{_side(a, b)}{seen}" x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}"/>'
            )
    for joint, name in enumerate(COCO_17):
        state = _STATES.get(Visibility(int(states[joint])))
        if state and shown[joint]:
            radius = 1.8 if name[-3:] in ("ose", "eye", "ear") else 3.2
            x, y = points[joint]
            words = name.replace("_", " ")
            parts.append(
                f'<circle class="{_side(name, name)} {state}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
                f"<title>{words}: {_VISIBILITY[int(states[joint])]}</title></circle>"
            )
    return "".join([*parts, "</g>"])


def _side(a: str, b: str) -> str:
    sides = {name.split("_")[0] if "_" in name else "middle" for name in (a, b)}
    return sides.pop() if len(sides) == 1 else "middle"


def _detected(truth: NDArray[Any], found: NDArray[Any], confidence: NDArray[Any], error: NDArray[Any]) -> str:
    """A cross for every detection, with a line to the joint it is meant for, coloured by its error."""
    parts = ['<g class="detections">']
    for joint, name in enumerate(COCO_17):
        if confidence[joint] <= 0 or not np.isfinite(found[joint]).all():
            continue
        kind = ERROR_NAMES[int(error[joint])]
        (x, y), (tx, ty) = found[joint], truth[joint]
        if np.isfinite(truth[joint]).all():
            parts.append(f'<line class="tie {kind}" x1="{tx:.1f}" y1="{ty:.1f}" x2="{x:.1f}" y2="{y:.1f}"/>')
        text = f"{name.replace('_', ' ')} as detected: {kind}, confidence {confidence[joint]:.2f}"
        parts.append(
            f'<path class="{kind}" d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6"><title>{text}</title></path>'
        )
    return "".join([*parts, "</g>"])


def _skeleton(row: Row) -> list[list[int]]:
    """(24, 3) the SMPL joints in millimetres about the pelvis, Z up, to be turned in the page."""
    joints = filled(row["joints_world"][None])[0][: len(SMPL_24)].astype(np.float64)
    joints = np.nan_to_num(joints - joints[0])
    return [[round(1000 * float(v)) for v in joint] for joint in joints]


def limbs() -> list[tuple[int, int, str]]:
    """The bones of `Sample.skeleton`: joint, parent and side."""
    return [
        (child, int(parent), _side(SMPL_24[child], SMPL_24[child]))
        for child, parent in enumerate(SMPL_PARENTS)
        if parent >= 0
    ]
