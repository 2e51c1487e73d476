"""`page.html`: pictures with their 2D beside a skeleton that can be turned, and everybody's angles over time; one file.

The template, style and script are in `page/`; here they get their data. The page loads nothing from the network.
"""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lifter.data.joints import BONES as BONES3D
from lifter.data.joints import JOINTS3D
from lifter.predict.camera import upright_axes
from lifter.predict.lifted import Lifted
from lifter.predict.overlay import joints_in_picture
from lifter.predict.results import facts, listed
from synth.body.skeleton import BONES, COCO_17
from synth.label.angles import ANGLES

_PAGE = Path(__file__).with_name("page")
_MOST_FRAMES, _MOST_PICTURES = 3000, 240
_LONGEST, _LONGEST_ALONE, _QUALITY = 560, 1200, 80  # of pictures in the page, of a single one, JPEG quality
SHOWN = ("trunk inclination", "neck bend", "upper arm elevation", "elbow flexion", "knee flexion")


def page_text(lifted: Lifted, title: str, files: list[str]) -> str:
    """The page. files: what lies beside it, to name there."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    sentences = {angle.name: angle.sentence for angle in ANGLES}
    every = max(1, math.ceil(len(lifted.recording.frames) / _MOST_FRAMES))
    return environment.get_template("page.html").render(
        title=title,
        facts=facts(lifted),
        files=files,
        sentences=[(name, sentences[name]) for name in SHOWN],
        frames=len(lifted.recording.frames),
        every=every,
        data=_data(lifted, every),
    )


def _data(lifted: Lifted, every: int) -> dict[str, Any]:
    frames = list(range(0, len(lifted.recording.frames), every))
    return {
        "rate": lifted.rate,
        "moving": lifted.recording.moving,
        "together": lifted.recording.together,
        "sizes": _sizes(lifted, frames),
        "frames": frames,
        "labels": [lifted.recording.frames[n].label for n in frames],
        "pictures": _pictures(lifted, frames),
        "keypointBones": [[COCO_17.index(a), COCO_17.index(b), _side(a, b)] for a, b in BONES],
        "keypointSides": [_side(name, name) for name in COCO_17],
        "bones": [[JOINTS3D.index(a), JOINTS3D.index(b), _side(a, b)] for a, b in BONES3D],
        "sides": [_side(name, name) for name in JOINTS3D],
        "angles": [_angle(lifted, name) for name in SHOWN],
        "people": [
            {"name": name, "rows": _rows(lifted, rows[lifted.rows.frame[rows] % every == 0], every)}
            for name, rows in lifted.people()
        ],
    }


def _angle(lifted: Lifted, name: str) -> dict[str, Any]:
    """Title and columns of an angle, and their sides."""
    columns = [
        n
        for n, each in enumerate(lifted.angle_names)
        if each.removeprefix("left ").removeprefix("right ") == name
    ]
    return {"name": name, "columns": columns, "sides": [_side(*[lifted.angle_names[n]] * 2) for n in columns]}


def _rows(lifted: Lifted, rows: NDArray[np.int64], every: int) -> list[dict[str, Any]]:
    """A person's rows: place in `frames`, keypoints, joints in mm with y up, sigma in mm, pixels, angles."""
    turned = lifted.joints[rows] @ upright_axes(lifted.up).T
    places = joints_in_picture(lifted, rows)
    return [
        {
            "at": int(lifted.rows.frame[n]) // every,
            "keypoints": _plain(lifted.rows.keypoints[n], 2),
            "why": lifted.reasons[n],
            **({} if lifted.reasons[n] else {
                "joints": _plain(1000 * turned[i], 0), "sigma": _plain(1000 * lifted.sigma[n], 0),
                "places": _plain(places[i], 1), "distance": round(float(np.linalg.norm(lifted.root[n])), 2),
                "angles": _plain(lifted.angles[n], 1), "spread": _plain(lifted.spread[n], 1),
            }),
        }
        for i, n in enumerate(rows)
    ]  # fmt: skip


def _plain(values: Any, digits: int) -> Any:
    """As `listed`, with the coordinates of joints next to the camera's plane bounded."""
    return listed(np.clip(np.asarray(values, np.float64), -1e6, 1e6), digits)


def _side(a: str, b: str) -> str:
    sides = {name.split("_")[0].split(" ")[0] for name in (a, b)}
    return sides.pop() if len(sides) == 1 and sides & {"left", "right"} else "middle"


def _sizes(lifted: Lifted, frames: list[int]) -> list[list[int]]:
    """Width and height of every frame, pixels."""
    known = {
        int(n): size.tolist() for n, size in zip(lifted.rows.frame, lifted.size, strict=True) if size.all()
    }
    known |= {n: list(frame.size) for n, frame in enumerate(lifted.recording.frames) if frame.size}
    otherwise = max(known.values()) if known else _extent(lifted)
    return [known.get(n, otherwise) for n in frames]


def _extent(lifted: Lifted) -> list[int]:
    """A canvas that holds all keypoints, where nobody says how large the pictures were."""
    places = lifted.rows.keypoints[lifted.rows.keypoints[..., 2] > 0][:, :2]
    return [max(16, math.ceil(float(v) * 1.1)) for v in places.max(0)] if len(places) else [640, 480]


def _pictures(lifted: Lifted, frames: list[int]) -> list[str | None]:
    """A data URI for some of the frames, None for the others; the same picture once."""
    there = [n for n in frames if lifted.recording.frames[n].picture is not None]
    distinct = {lifted.recording.frames[n].picture for n in there}
    longest = _LONGEST_ALONE if len(distinct) == 1 else _LONGEST
    if len(distinct) == 1:
        there = there[:1]
    kept = set(there[:: max(1, math.ceil(len(there) / _MOST_PICTURES))])
    return [_uri(lifted.recording.frames[n].picture, longest) if n in kept else None for n in frames]


def _uri(path: Path | None, longest: int) -> str | None:
    if path is None:
        return None
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
