"""Columns for curation rules and reports: one number a sample, computed from the stored arrays.

Every scalar label of the schema is a column under its own name; the others are computed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.schema import Label, every_label, row_of
from synth.label.angles import ANGLES, posture_angles
from synth.label.pose_space import view_angles, view_directions
from synth.risk.angles import NAMES as ANGLE_NAMES
from synth.risk.from_joints import angles_from_joints
from synth.risk.scores import Scores, scores_from_joints
from synth.risk.tables import level_of, levels
from synth.scene.visibility import COCO_ROWS, Visibility

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Column:
    """One number a sample: the arrays it needs, and the function that computes it from them.

    otherwise: the same number from other arrays, for parts that lack those: of recordings of others, and of parts made
    before there were such arrays.
    """

    needs: tuple[str, ...]
    make: Callable[[Arrays], NDArray[Any]]
    unit: str
    sentence: str
    continuous: bool = True
    names: tuple[str, ...] = ()  # of the values 0, 1, ... where they are codes
    otherwise: Column | None = None


def _stored(row: Label) -> Column:
    continuous = row.dtype.startswith("float")
    return Column((row.name,), lambda arrays: arrays[row.name], row.unit, row.sentence, continuous, row.words)


def _view(number: int) -> Callable[[Arrays], NDArray[Any]]:
    return lambda a: view_angles(view_directions(a["joints_world"], a["rotation"], a["translation"]))[number]


def _height(arrays: Arrays) -> NDArray[Any]:
    return arrays["box"][:, 3] - arrays["box"][:, 1]


def _state(state: Visibility) -> Callable[[Arrays], NDArray[Any]]:
    return lambda arrays: (arrays["visibility"][:, COCO_ROWS] == state).sum(axis=1)


def _angle(name: str) -> Column:
    def largest(arrays: Arrays) -> NDArray[Any]:
        return posture_angles(arrays["joints_world"])[name].max(axis=1)

    sentence = next(angle.sentence for angle in ANGLES if angle.name == name)
    return Column(("joints_world",), largest, "degrees", f"{sentence} The larger of left and right.")


def _of_joints(score: Callable[[Scores], NDArray[Any]]) -> Callable[[Arrays], NDArray[Any]]:
    return lambda arrays: score(scores_from_joints(arrays["joints_world"]))


def _score(method: str) -> Column:
    """The higher score of left and right."""
    sentence = (
        f"{row_of(method).sentence} The higher of both; from joints, with empty hands, where not stored."
    )
    joints = Column(
        ("joints_world",), _of_joints(lambda s: getattr(s, method).score.max(axis=1)), "", sentence, False
    )
    return Column((method,), lambda a: a[method].max(axis=1), "", sentence, False, otherwise=joints)


def _level(method: str) -> Column:
    scored = _score(method)
    assert scored.otherwise is not None

    def leveled(column: Column, otherwise: Column | None = None) -> Column:
        sentence = f"Level of the {method.upper()} score, from the lowest."
        names = tuple(level.name for level in levels(method))
        return Column(
            column.needs, lambda a: level_of(method, column.make(a)), "", sentence, False, names, otherwise
        )

    return leveled(scored, leveled(scored.otherwise))


def _owas_class() -> Column:
    joints = _of_joints(lambda scores: scores.owas.action)
    stored = _stored(row_of("owas_class"))
    return replace(stored, otherwise=Column(("joints_world",), joints, "", stored.sentence, False))


def _stored_angle(number: int, name: str) -> Column:
    def joints(arrays: Arrays) -> NDArray[Any]:
        return angles_from_joints(arrays["joints_world"]).table()[:, number]

    unit = "half shoulder widths" if name.endswith("wrist_out") else "degrees"
    words = name.replace("_", " ")
    return Column(
        ("risk_angles",), lambda a: a["risk_angles"][:, number].astype(np.float64), unit,
        f"Ergonomic angle: {words}.", otherwise=Column(("joints_world",), joints, unit, words),
    )  # fmt: skip


_CAMERA = ("joints_world", "rotation", "translation")
_IDENTITIES = ("sample", "scene", "clip")
COLUMNS: dict[str, Column] = {
    **{
        row.name: _stored(row)
        for row in every_label()
        if row.shape == () and row.dtype.startswith(("int", "uint", "float")) and row.name not in _IDENTITIES
    },
    "seen": Column(
        ("hidden",), lambda a: 17 - a["hidden"].astype(np.int64), "joints",
        "How many of COCO's 17 joints are seen.", continuous=False,
    ),
    "self_hidden": Column(
        ("visibility",), _state(Visibility.SELF), "joints", "COCO joints hidden by the own body.",
        continuous=False,
    ),
    "prop_hidden": Column(
        ("visibility",), _state(Visibility.PROP), "joints", "COCO joints hidden by props.", continuous=False
    ),
    "outside": Column(
        ("visibility",), _state(Visibility.OUTSIDE), "joints", "COCO joints outside the picture.",
        continuous=False,
    ),
    "box_height": Column(("box",), _height, "pixels", "Height of the box around the joints."),
    "box_share": Column(
        ("box", "image_size"), lambda a: _height(a) / a["image_size"][:, 1], "picture heights",
        "Height of the box around the joints against the picture's.",
    ),
    "distance": Column(
        ("joints_camera",), lambda a: np.linalg.norm(a["joints_camera"][:, 0], axis=1), "metres",
        "Camera to pelvis.",
    ),
    "azimuth": Column(
        _CAMERA, _view(0), "degrees", "Where the camera stands: 0 before the face, 90 at the left side."
    ),
    "elevation": Column(_CAMERA, _view(1), "degrees", "How far above the pelvis the camera stands."),
    **{angle.name.replace(" ", "_"): _angle(angle.name) for angle in ANGLES},
    "reba": _score("reba"),
    "rula": _score("rula"),
    "reba_level": _level("reba"),
    "rula_level": _level("rula"),
    "owas_class": _owas_class(),
    **{f"risk_{name}": _stored_angle(number, name) for number, name in enumerate(ANGLE_NAMES)},
}  # fmt: skip

# keys of a sample's clip, a row of `part.json`'s `clips`; and its part
GROUPS = ("dataset", "subject", "recording", "part")


def needed(columns: list[str]) -> set[str]:
    """Names of the arrays that columns are made from, those of parts that lack some among them."""
    found = [COLUMNS[column] for column in columns]
    found += [column.otherwise for column in found if column.otherwise is not None]
    return {array for column in found for array in column.needs}


def made(name: str, arrays: Arrays) -> NDArray[Any] | None:
    """A column from arrays; None where they are too few."""
    column: Column | None = COLUMNS[name]
    while column is not None:
        if all(array in arrays for array in column.needs):
            return column.make(arrays)
        column = column.otherwise
    return None
