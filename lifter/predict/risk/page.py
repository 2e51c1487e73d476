"""The ergonomist's page, `risk.html`: one file for reading, printing and passing on."""

from __future__ import annotations

import base64
import io
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lifter.predict.lifted import Lifted
from lifter.predict.overlay import overlaid, side_colour
from lifter.predict.recording import Array
from lifter.predict.risk.charts import SHADES, bar, drivers, over_time
from lifter.predict.risk.people import PersonRisk
from synth.body.skeleton import JOINTS, joint_index
from synth.core.colours import Colour
from synth.risk.summary import main_driver, owas_words
from synth.risk.tables import level_of, levels
from synth.risk.task import TaskInputs

_PAGE = Path(str(resources.files("lifter"))) / "predict" / "page"
_MOST_PEOPLE, _MOMENTS, _DRIVERS = 6, 4, 6
_PICTURE = (440, 330)  # pixels, of a moment
_GREY: Colour = (60, 66, 74)
_BONES = (
    ("coco_left_hip", "coco_right_hip"), ("coco_left_hip", "pelvis"), ("coco_right_hip", "pelvis"), ("pelvis", "neck"),
    ("coco_left_shoulder", "coco_right_shoulder"),
    ("neck", "head_top"), ("coco_left_shoulder", "coco_left_elbow"), ("coco_left_elbow", "coco_left_wrist"),
    ("coco_right_shoulder", "coco_right_elbow"), ("coco_right_elbow", "coco_right_wrist"),
    ("coco_left_hip", "coco_left_knee"), ("coco_left_knee", "coco_left_ankle"),
    ("coco_right_hip", "coco_right_knee"), ("coco_right_knee", "coco_right_ankle"),
)  # fmt: skip


def risk_page(
    lifted: Lifted, people: list[PersonRisk], task: TaskInputs, title: str, files: list[str]
) -> str:
    """The page of a recording; of many people, of the six who are in most frames."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    moving = lifted.recording.moving and len(lifted.recording.frames) > 1
    return environment.get_template("risk.html").render(
        title=title,
        people=[_person(lifted, one, moving) for one in people[:_MOST_PEOPLE]],
        others=max(0, len(people) - _MOST_PEOPLE),
        task=_task(task),
        shades={method: _legend(method) for method in ("reba", "rula", "owas")},
        camera=lifted.camera,
        up=lifted.up_from,
        model=lifted.model,
        files=files,
    )


def _person(lifted: Lifted, one: PersonRisk, moving: bool) -> dict[str, Any]:
    timed = moving and len(one.rows) > 2
    worst = one.worst(_MOMENTS)
    charts = [
        {
            "name": method.upper(),
            "svg": over_time(
                method, one.seconds, getattr(one.scores, method).score, found.low, found.high, worst
            ),
        }
        for method, found in one.sureness.items()
    ]
    return {
        "name": one.name,
        "poses": len(one.rows),
        "verdict": _verdict(one, moving),
        "charts": charts if timed else [],
        "bars": [
            {
                "name": method.upper(),
                "method": method,
                "rows": [
                    {"side": side, "svg": bar(method, shares)} for side, shares in one.shares(method).items()
                ],
            }
            for method in ("reba", "rula", "owas")
        ],
        "moments": [_moment(lifted, one, place, number, moving) for number, place in enumerate(worst, 1)],
        "drivers": [
            {
                "name": method.upper(),
                "svg": drivers(
                    [
                        (name, float(values[:, 0].mean()), float(values[:, 1].mean()))
                        for name, values in list(one.drivers(method).items())[:_DRIVERS]
                        if values.mean() >= 0.05
                    ]
                ),
            }
            for method in one.sureness
        ],
        "sure": [
            {
                "name": method.upper(),
                "certain": round(100 * one.certain(method)),
                "within": one.within(method),
            }
            for method in one.sureness
        ],
    }


def _verdict(one: PersonRisk, moving: bool) -> str:
    """The first sentences for who reads no further, of the worse side."""
    shares, rula = one.shares("reba")["worse"], one.shares("rula")["worse"]
    commonest, asked = (max(found, key=lambda name: found[name]) for found in (shares, rula))
    if len(one.rows) == 1:
        reba, upper = (int(getattr(one.scores, method).score.max()) for method in ("reba", "rula"))
        return f"This posture scores REBA {reba}: the risk is {commonest}. RULA is {upper}: {asked}."
    unit = "the time" if moving else "the pictures"
    said = f"For {100 * shares[commonest]:.0f} % of {unit} the risk (REBA, worse side) is {commonest}"
    high, change = shares["high"] + shares["very high"], rula["change soon"] + rula["change now"]
    said += f"; for {100 * high:.0f} % it is high or very high." if high else "; it is never high."
    return f"{said} RULA asks for a change soon or now for {100 * change:.0f} %."


def _moment(lifted: Lifted, one: PersonRisk, place: int, number: int, moving: bool) -> dict[str, Any]:
    scores, drawn = one.scores, one.sureness
    side = int(np.argmax(scores.reba.score[place]))
    angles = scores.angles
    said = {
        method: [
            f"{getattr(scores, method).score[place, column]}"
            f" ({found.low[place, column]}–{found.high[place, column]})"
            for column in (0, 1)
        ]
        for method, found in drawn.items()
    }
    reba = int(scores.reba.score[place].max())
    level = levels("reba")[int(level_of("reba", np.array([reba]))[0])]
    return {
        "number": number,
        "when": f"{one.seconds[place]:.1f} s" if moving else f"picture {one.frames[place] + 1}",
        "picture": _picture(lifted, one, place),
        "level": level.name,
        "action": level.action,
        "shade": SHADES[5][int(level_of("reba", np.array([reba]))[0])],
        "said": said,
        "owas": "".join(map(str, scores.owas.code[place].tolist())),
        "owas_class": int(scores.owas.action[place]),
        "owas_words": owas_words(scores.owas.code[place]),
        "driver": main_driver(one.drivers("reba"), place, side),
        "angles": [
            ("trunk forward", _degree(angles.trunk_flexion[place])),
            ("neck forward", _degree(angles.neck_flexion[place])),
            ("upper arms raised", " / ".join(_degree(each) for each in angles.upper_arm_flexion[place])),
            ("knees bent", " / ".join(_degree(each) for each in angles.knee_flexion[place])),
        ],
    }


def _degree(value: float) -> str:
    return "not known" if np.isnan(value) else f"{round(value) + 0:d}°"


def _task(task: TaskInputs) -> list[tuple[str, str]]:
    """The inputs in words, so that who reads the page sees what was assumed."""
    load = float(np.max(task.load))
    kinds = [name for name in ("static", "repeated", "unstable") if getattr(task, name)]
    return [
        ("load or force", f"{load:g} kg" if load else "none given: empty hands"),
        ("grip", task.coupling if load else "does not count without a load"),
        ("kind of work", ", ".join(kinds) if kinds else "moving work: not held over a minute, not repeated"),
        ("jolts", "yes" if task.shock else "none given"),
        ("arms supported", task.arms_supported or "none given"),
    ]


def _legend(method: str) -> list[tuple[str, str, str]]:
    found = levels(method)
    return [(level.name, level.action, shade) for level, shade in zip(found, SHADES[len(found)], strict=True)]


def _picture(lifted: Lifted, one: PersonRisk, place: int) -> str:
    """A data URI: the person in the frame with what was lifted over it; without a picture the figure alone."""
    frame = lifted.recording.frames[int(one.frames[place])]
    if frame.picture is None:
        return _uri(_figure(one.joints[place]))
    whole = overlaid(lifted, int(one.frames[place]))
    keypoints = lifted.rows.keypoints[one.rows[place]]
    scale = whole.width / (frame.size[0] if frame.size else whole.width)
    return _uri(_cropped(whole, keypoints[keypoints[:, 2] > 0, :2] * scale))


def _cropped(picture: Image.Image, points: NDArray[Any]) -> Image.Image:
    """The part of a picture around points, in the shape of `_PICTURE`."""
    if not len(points):
        return picture
    middle, size = (points.min(0) + points.max(0)) / 2, np.maximum(np.ptp(points, axis=0) * 1.35, 48)
    height = max(size[1], size[0] * _PICTURE[1] / _PICTURE[0])
    half = np.array([height * _PICTURE[0] / _PICTURE[1], height]) / 2
    left, top = (middle - half).round().astype(int).tolist()
    right, bottom = (middle + half).round().astype(int).tolist()
    return picture.crop((left, top, right, bottom))  # what lies outside of the picture is black


def _figure(joints: Array) -> Image.Image:
    """A stick figure from its left side and from ahead, standing on a line."""
    picture = Image.new("RGB", (2 * _PICTURE[0], 2 * _PICTURE[1]), (246, 247, 249))
    draw = ImageDraw.Draw(picture)
    hips = joints[joint_index("coco_left_hip")] - joints[joint_index("coco_right_hip")]
    left = hips * [1, 1, 0] / max(float(np.linalg.norm(hips[:2])), 1e-9)
    ahead = np.array([left[1], -left[0], 0.0])
    known = joints[~np.isnan(joints).any(axis=1)]
    low, high = known.min(axis=0), known.max(axis=0)
    spans = [float(np.ptp(known @ across)) for across in (ahead, left)]
    scale = min(560 / max(float(high[2] - low[2]), 1.0), 400 / max(*spans, 0.5))
    for x0, across in ((_PICTURE[0] * 0.5, ahead), (_PICTURE[0] * 1.5, -left)):
        middle = (float((known @ across).min()) + float((known @ across).max())) / 2

        def place(
            joint: Array, x0: float = x0, across: Array = across, middle: float = middle
        ) -> tuple[float, float]:
            return x0 + scale * (float(joint @ across) - middle), 620 - scale * float(joint[2] - low[2])

        draw.line([x0 - 190, 620, x0 + 190, 620], (190, 196, 203), 3)
        for a, b in _BONES:
            ends = [joints[JOINTS.index(name)] for name in (a, b)]
            if not np.isnan(ends).any():
                draw.line([*place(ends[0]), *place(ends[1])], _bone_colour(a, b), 9)
        head = joints[joint_index("head_top")]
        if not np.isnan(head).any():
            x, y = place(head)
            draw.ellipse([x - 14, y - 8, x + 14, y + 20], _GREY)
    return picture


def _bone_colour(a: str, b: str) -> Colour:
    names = a.removeprefix("coco_"), b.removeprefix("coco_")
    same = side_colour(names[0]) == side_colour(names[1])
    return side_colour(names[0]) if same and names[0].startswith(("left", "right")) else _GREY


def _uri(picture: Image.Image) -> str:
    picture = picture.convert("RGB")
    picture.thumbnail((2 * _PICTURE[0], 2 * _PICTURE[1]), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=84)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()
