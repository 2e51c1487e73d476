"""COCO keypoints: annotations ({"images", "annotations", "categories"}) or a detector's list of results.

Lin et al., 'Microsoft COCO: common objects in context', 2014; the formats as cocodataset.org describes them. In an
annotation the third number is a flag: 2 seen, 1 labelled but hidden, 0 not labelled; in a result it is a confidence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Array, Frame, Recording, points_of, size_of
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

_HIDDEN = 0.5  # the confidence of a joint that an annotator placed without seeing it
_HOW = "give COCO's person keypoints"


def read_coco(source: Source, options: ReadOptions) -> Recording:
    """The images as frames, in the file's order. Raises InputError for what is not a file of keypoints."""
    content, where = source.first_json, str(source.path)
    if isinstance(content, list):
        images, annotations, names, what = [], content, {}, "COCO results"
    else:
        images, annotations = (_list(content, key, where) for key in ("images", "annotations"))
        names, what = _names(content.get("categories"), where), "COCO annotations"
    frames = {_key(image.get("id"), where): _frame(image) for image in _dicts(images, "images", where)}
    people = []
    for number, each in enumerate(_dicts(annotations, "annotations", where)):
        if "keypoints" not in each:
            continue
        spot = f"{where}: annotation {number}"
        own = names.get(_key(each.get("category_id"), where), list(COCO_17))
        people.append((_key(each.get("image_id"), spot), points_of(each["keypoints"], len(own), spot), own))
    if annotations and not people:
        raise InputError("has no keypoints", where=where, remedy=_HOW)
    flags = _are_flags([points for _, points, _ in people])
    note = [f"COCO's flags are read as confidence: seen 1, hidden {_HIDDEN:g}"] if flags else []
    recording = Recording(what, notes=note, moving=False)
    for key, points, own in people:
        frame = frames.setdefault(key, Frame(f"image {key}"))
        if flags:
            points[:, 2] = np.where(points[:, 2] == 1, _HIDDEN, points[:, 2] / 2)
        recording.add(frame, points, own)
    recording.frames = list(frames.values())
    return recording


def _recognises(source: Source) -> bool:
    content = source.first_json
    if isinstance(content, dict):
        return "annotations" in content
    return isinstance(content, list) and all(isinstance(one, dict) and "image_id" in one for one in content)


def _are_flags(every: list[Array]) -> bool:
    thirds = np.concatenate([points[:, 2] for points in every]) if every else np.zeros(0)
    return bool(np.isin(thirds, (0, 1, 2)).all() and (thirds == 2).any())


def _frame(image: dict[str, Any]) -> Frame:
    name = image.get("file_name")
    label = str(name if isinstance(name, str) and name else f"image {image.get('id')}")[:200]
    return Frame(label, size=size_of(image.get("width"), image.get("height")))


def _names(categories: Any, where: str) -> dict[Any, list[str]]:
    """The joints' names by category; refuses names that are not COCO's."""
    found = {}
    for each in _dicts(categories if isinstance(categories, list) else [], "categories", where):
        if "keypoints" not in each:
            continue
        names = each["keypoints"]
        strange = [n for n in names if n not in COCO_17] if isinstance(names, list) else [names]
        if strange or len(set(names)) < len(names):
            raise InputError(
                f"{str(strange[0] if strange else 'a joint twice')[:40]!r} is none of COCO's 17 joints", where=where,
                remedy=f"use some of {', '.join(COCO_17)}",
            )  # fmt: skip
        found[_key(each.get("id"), where)] = names
    return found


def _list(content: dict[str, Any], key: str, where: str) -> list[Any]:
    if not isinstance(content.get(key), list):
        raise InputError(f"has no list '{key}'", where=where, remedy=_HOW)
    return list(content[key])


def _dicts(values: list[Any], what: str, where: str) -> list[dict[str, Any]]:
    for number, value in enumerate(values):
        if not isinstance(value, dict):
            raise InputError(f"{what}[{number}] is not an object", where=where, remedy=_HOW)
    return values


def _key(value: Any, where: str) -> int | str | None:
    if value is None or isinstance(value, int | str):
        return value
    raise InputError(f"an id is {type(value).__name__}, not a number", where=where, remedy=_HOW)


FORMAT = Format("COCO JSON", (".json",), _recognises, read_coco)
