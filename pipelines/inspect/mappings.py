"""A mapping drafted from a recording's own skeleton: as a table, as YAML, and as a picture to check it by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from synth.body.skeleton import SMPL_24
from synth.core.colours import LEFT, MIDDLE, RIGHT, Colour
from synth.core.errors import InputError
from synth.motion.draft.drafting import SURE, UNSURE, Draft, draft
from synth.motion.library import format_of
from synth.motion.mapping import LIMBS
from synth.motion.recording import Recording

_FRAMES = 100  # of a recording, evenly over it, that shapes are looked at in
_SIZE = 900  # pixels of each of the two views
_GREY, _INK, _PAPER = (120, 126, 136), (225, 228, 232), (40, 44, 52)


@dataclass(frozen=True, eq=False)
class Drafted:
    """A recording and the mapping drafted for it. places (T, J, 3): its joints in some frames."""

    recording: Recording
    draft: Draft
    places: NDArray[np.float64]


def drafted(path: Path) -> Drafted:
    """The draft for a recording. Raises InputError where it cannot be read or its format has no skeleton."""
    found = format_of(path)
    if found.recording is None:
        raise InputError(
            f"{found.title} needs no mapping",
            where=str(path),
            remedy="give a recording on a skeleton of its own",
        )
    recording = found.recording(path)
    places = recording.positions()
    places = places[np.isfinite(places).all(axis=(1, 2))]
    if not len(places):
        raise InputError("has no frame of numbers only", where=str(path), remedy="give another recording")
    places = places[:: -(-len(places) // _FRAMES)]
    return Drafted(recording, draft(recording.skeleton, places), places)


def draft_facts(found: Drafted) -> dict[str, Any]:
    """The draft for programs."""
    return {
        "joints": {
            joint: {"joint": guess.joint, "sure": guess.sure, "why": guess.why}
            for joint, guess in found.draft.guesses.items()
        },
        "passed_over": list(found.draft.passed_over),
        "doubts": list(found.draft.doubts),
        "needs_no_mapping": found.draft.whole,
    }


def draft_table(found: Drafted) -> RenderableType:
    """The draft for people."""
    table = Table(
        title="Drafted mapping", title_justify="left", title_style="bold", header_style="dim", box=None
    )
    for column in ("SMPL's joint", "moved by", "how sure", "why"):
        table.add_column(column)
    for joint in SMPL_24:
        guess = found.draft.guesses.get(joint)
        if guess is None:
            table.add_row(joint, "", "", "nothing: stays still")
        else:
            sure = guess.sure if guess.sure == SURE else f"[yellow]{guess.sure}"
            table.add_row(joint, escape(guess.joint), sure, guess.why)
    return table


def draft_yaml(found: Drafted, path: Path) -> str:
    """The draft as a mapping file, with what is not sure marked in comments."""
    lines = [
        f"# Drafted from {path.name}; manifests/skeletons/cmu_bvh.yaml explains the keys. State where the",
        "# recordings come from (dataset, licence), and check what is marked.",
        *(f"# In doubt: {doubt}" for doubt in found.draft.doubts),
        f"name: {json.dumps(path.stem)}",
        "# dataset:",
        "# licence:",
        f"still: [{', '.join(joint for joint in SMPL_24 if joint not in found.draft.guesses)}]",
        "joints:",
    ]
    for joint, guess in found.draft.guesses.items():
        mark = "" if guess.sure == SURE else f"  # {guess.sure}: {guess.why}"
        lines.append(f"  {joint}: {json.dumps(guess.joint, ensure_ascii=False)}{mark}")
    if found.draft.passed_over:
        lines += ["", f"# Passed over: {', '.join(found.draft.passed_over)}"]
    return "\n".join(lines) + "\n"


def draw_draft(found: Drafted, out: Path) -> None:
    """Write a PNG: the skeleton in the middle frame from two sides; left and right in their colours, names beside.

    Hollow points are not sure; grey ones move nothing.
    """
    frame = found.places[len(found.places) // 2]
    canvas = Image.new("RGB", (2 * _SIZE, _SIZE), _PAPER)
    draw = ImageDraw.Draw(canvas)
    across = _across(found, frame)
    for column, side in enumerate(across):
        _draw_view(draw, found, frame @ np.stack(side, axis=1), column * _SIZE)
    canvas.save(out)


def _across(
    found: Drafted, frame: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """(to the right of the picture, up) of two views: of the person's front, and of the left side."""
    names, guesses = found.recording.skeleton.names, found.draft.guesses

    def at(joint: str) -> NDArray[np.float64] | None:
        return frame[names.index(guesses[joint].joint)] if joint in guesses else None

    ends = [(at("left_hip"), at("right_hip")), (at("left_shoulder"), at("right_shoulder"))]
    left = next((a - b for a, b in ends if a is not None and b is not None), np.array([1.0, 0.0, 0.0]))
    low, high = (
        at("pelvis"),
        next((p for p in (at("head"), at("neck"), at("left_shoulder")) if p is not None), None),
    )
    up = high - low if low is not None and high is not None else np.array([0.0, 1.0, 0.0])
    up = up / max(float(np.linalg.norm(up)), 1e-9)
    left = left - up * (left @ up)
    left = left / max(float(np.linalg.norm(left)), 1e-9)
    return [(left, up), (np.cross(left, up), up)]


def _draw_view(draw: ImageDraw.ImageDraw, found: Drafted, flat: NDArray[np.float64], start: int) -> None:
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = 0.8 * _SIZE / max(float((high - low).max()), 1e-9)
    points = (flat - (low + high) / 2) * scale * (1, -1) + (start + _SIZE / 2, _SIZE / 2)
    taken = {guess.joint: (joint, guess.sure) for joint, guess in found.draft.guesses.items()}
    skeleton = found.recording.skeleton
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            draw.line([*points[parent], *points[joint]], fill=_GREY, width=3)
    for joint, name in enumerate(skeleton.names):
        x, y = points[joint]
        smpl, sure = taken.get(name, ("", ""))
        colour = _colour(smpl)
        fill = None if sure == UNSURE else colour
        draw.ellipse([x - 5, y - 5, x + 5, y + 5], fill=fill, outline=colour, width=2)
        if smpl and (smpl in LIMBS or not smpl.startswith("left")):
            draw.text((x + 8, y - 6), smpl, fill=_INK)


def _colour(joint: str) -> Colour:
    if not joint:
        return _GREY
    return LEFT if joint.startswith("left") else RIGHT if joint.startswith("right") else MIDDLE
