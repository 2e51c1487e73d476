"""COCO keypoints: annotations ({"images", "annotations", "categories"}) or a detector's list of results.

Lin et al., 'Microsoft COCO: common objects in context', 2014; the formats as cocodataset.org describes them. AlphaPose
and Detectron2 write the list of results, AlphaPose with the picture's name as `image_id` and who it is as `idx`.
"""

from __future__ import annotations

from typing import Any

from lifter.predict.layouts import COUNTS, canonical_name, require_named
from lifter.predict.numbering import stem_of
from lifter.predict.points import points_of, size_of
from lifter.predict.readers.format import Format, ReadOptions, Source, follow_pictures, json_format
from lifter.predict.recording import Frame, Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

_HOW = "give COCO's person keypoints"
_TRACKS = ("track_id", "idx", "person_id", "instance_id", "tracking_id", "object_id")
_VIDEOS = ("video_id", "vid_id")


def _recognises(content: Any) -> bool:
    if isinstance(content, dict):
        return "annotations" in content
    return isinstance(content, list) and any(
        isinstance(each, dict) and "image_id" in each for each in content
    )


def _parse(recording: Recording, content: Any, where: str) -> list[Frame]:
    """The images as frames, in the file's order."""
    results = isinstance(content, list)
    images = [] if results else _list(content, "images", where)
    annotations = content if results else _list(content, "annotations", where)
    recording.what = "COCO results" if results else "COCO annotations"
    names = {} if results else _names(content.get("categories"))
    dicts = [image for image in images if isinstance(image, dict)]
    frames = {_key(image.get("id")): _frame(image) for image in dicts}
    if images and not frames:
        raise InputError("images[0] is not an object", where=where, remedy=_HOW)
    videos = {image[key] for image in dicts for key in _VIDEOS if _plain(image.get(key))}
    there = bool(frames)
    for number, each in enumerate(annotations):
        if isinstance(each, dict) and not each.get("keypoints"):
            continue  # a box or a crowd without joints
        try:
            _add(recording, frames, each, names, f"{where}: annotation {number}", there)
        except InputError as error:
            recording.leave_out(error)
    if annotations and not recording.found and not recording.errors:
        raise InputError("has no keypoints", where=where, remedy=_HOW)
    if len(videos) > 1 and any(person.track is not None for person in recording.found):
        shown = ", ".join(sorted(map(str, videos))[:4])
        raise InputError(f"holds {len(videos)} videos: {shown}", where=where, remedy="give a file for each")
    follow_pictures(recording, list(frames.values()), where)
    return list(frames.values())


def _add(
    recording: Recording,
    frames: dict[Any, Frame],
    each: Any,
    names: dict[Any, list[str]],
    where: str,
    known: bool,
) -> None:
    if not isinstance(each, dict):
        raise InputError("is not an object", where=where, remedy=_HOW)
    image = each.get("image_id")
    if isinstance(image, list | dict | bool):
        raise InputError(f"an id is {type(image).__name__}, not a number", where=where, remedy=_HOW)
    key, own = _key(image), names.get(_key(each.get("category_id")))
    if known and key not in frames and isinstance(image, str):
        key = next((k for k, frame in frames.items() if frame.label == image), key)
    if known and key not in frames:
        raise InputError(
            f"belongs to image {str(image)[:80]}, which is not among the images", where=where, remedy=_HOW
        )
    if own is not None:
        require_named(own, where)
    own = None if own is not None and _beyond(each["keypoints"], own) else own
    points, sure = points_of(each["keypoints"], where, COUNTS if own is None else {len(own)})
    if key not in frames:
        name = str(image)[:200]
        frames[key] = Frame(name if isinstance(image, str) and not name.isdecimal() else f"image {name}")
        frames[key].number = stem_of(name)[1]
    attributes = (
        each["attributes"] if isinstance(each.get("attributes"), dict) else {}
    )  # CVAT's and FiftyOne's
    tracks = [held[name] for held in (each, attributes) for name in _TRACKS if held.get(name) is not None]
    track = tracks[0] if tracks else None
    recording.add(frames[key], points, own, has_confidence=sure, track=track)


def _beyond(keypoints: Any, names: list[str]) -> bool:
    """Whether joints go on behind COCO's 17, of which alone a category has the names, as COCO-WholeBody's does."""
    count = len(keypoints) // 3 if isinstance(keypoints, list) else 0
    return tuple(map(canonical_name, names)) == COCO_17 and count > len(names) and count in COUNTS


def _frame(image: dict[str, Any]) -> Frame:
    name = image.get("file_name")
    label = str(name if isinstance(name, str) and name else f"image {image.get('id')}")[:200]
    numbered = [image.get(key) for key in ("frame_id", "frame_index")]
    number = next(
        (int(n) for n in numbered if isinstance(n, int) and not isinstance(n, bool)), stem_of(label)[1]
    )
    return Frame(label, size=size_of(image.get("width"), image.get("height")), number=number)


def _names(categories: Any) -> dict[Any, list[str]]:
    """The joints' names by category."""
    found = {}
    for each in categories if isinstance(categories, list) else []:
        names = each.get("keypoints") if isinstance(each, dict) else None
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            found[_key(each.get("id"))] = names
    return found


def _list(content: dict[str, Any], key: str, where: str) -> list[Any]:
    if not isinstance(content.get(key), list):
        raise InputError(f"has no list '{key}'", where=where, remedy=_HOW)
    return list(content[key])


def _plain(value: Any) -> bool:
    return isinstance(value, int | str)


def _key(value: Any) -> str:
    """One key for 7, 7.0 and "7"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text.lstrip("0") or "0" if text.isdecimal() else text


def _empty(source: Source) -> bool:
    return not source.is_folder and source.contents[0][1] == []


_JSON = json_format("COCO JSON", _recognises, _parse)


def _read(source: Source, options: ReadOptions) -> Recording:
    return Recording("COCO results", moving=False) if _empty(source) else _JSON.read(source, options)


FORMAT = Format(
    _JSON.title,
    _JSON.suffixes,
    lambda source: _empty(source) or _JSON.recognises(source),
    _read,
    folders=True,
)
