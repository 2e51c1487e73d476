"""What a path is, and reading it: OpenPose or COCO JSON, a benchmark's .npz, photos, or a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lifter.predict import detector
from lifter.predict.arrays import read_arrays
from lifter.predict.coco import looks_like_coco, read_coco
from lifter.predict.detector import PHOTOS, VIDEOS, Tell
from lifter.predict.openpose import in_order, read_openpose
from lifter.predict.recording import Recording
from synth.core.disk import read_json
from synth.core.errors import InputError

_KINDS = "give OpenPose or COCO JSON, an .npz, a photo, a video, or a folder of JSON or photos"
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class Reading:
    """How to read. layout: of OpenPose's joints. python: that runs the detector. people: how many it looks for.
    pictures: a photo, or a folder of them in the frames' order, that a 2D file belongs to."""

    layout: str | None = None
    python: Path | None = None
    people: int = 4
    pictures: Path | None = None


def read_input(path: Path, reading: Reading, scratch: Path, tell: Tell = lambda done, of: None) -> Recording:
    """The frames of an input. scratch: a folder for pictures that lives as long as the recording is used.

    Raises InputError for what cannot be read.
    """
    kind = path.suffix.lower()
    photos: list[Path] = []
    if path.is_dir():
        files = in_order(path)
        photos = _photos(path)
        if files and photos:
            raise InputError("holds JSON and photos", where=str(path), remedy="give a folder of one of them")
        if not files and not photos:
            raise InputError("holds no JSON and no photos", where=str(path), remedy=_KINDS)
        if files:
            recording = read_openpose(files, reading.layout, f"JSON, {len(files)} frames")
    elif not path.exists():
        raise InputError("is missing", where=str(path), remedy="check the path")
    elif kind == ".json":
        recording = _read_json(path, reading.layout)
    elif kind == ".npz":
        recording = read_arrays(path)
    elif kind in PHOTOS:
        photos = [path]
    elif kind in VIDEOS:
        python = detector.detector_python(reading.python)
        recording = detector.read_video(path, python, scratch, reading.people, tell)
    else:
        raise InputError(f"is of no known kind ('{kind[:12]}')", where=str(path), remedy=_KINDS)
    if photos:
        python = detector.detector_python(reading.python)
        recording = detector.read_photos(photos, python, scratch, reading.people, tell)
    if reading.pictures is not None:
        _add_pictures(recording, reading.pictures, scratch)
    return recording


def _read_json(path: Path, layout: str | None) -> Recording:
    if path.stat().st_size > _MOST_BYTES:
        raise InputError("is larger than 1 GiB", where=str(path), remedy="give it in pieces")
    content = read_json(path, _KINDS)
    if isinstance(content, dict) and "people" in content:
        return read_openpose([path], layout, "JSON")
    if looks_like_coco(content):
        return read_coco(content, path)
    raise InputError("is neither OpenPose's nor COCO's JSON of keypoints", where=str(path), remedy=_KINDS)


def _photos(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in PHOTOS)


def _add_pictures(recording: Recording, path: Path, scratch: Path) -> None:
    """Put photos behind the frames of a 2D file; a single one behind all of them."""
    if any(frame.picture for frame in recording.frames):
        raise InputError("the input has pictures of its own", where="--picture", remedy="leave it out")
    photos = _photos(path) if path.is_dir() else [path]
    if len(photos) not in (1, len(recording.frames)):
        raise InputError(
            f"{len(photos)} photos for {len(recording.frames)} frames",
            where=str(path),
            remedy="give one a frame",
        )
    copies: list[tuple[Path, tuple[int, int]]] = []
    for number, photo in enumerate(photos):
        picture, recording.focal = detector.open_photo(photo)
        copies.append((scratch / f"behind{number:06d}.png", picture.size))
        picture.save(copies[-1][0], compress_level=1)
    for number, frame in enumerate(recording.frames):
        copy, size = copies[number % len(copies)]
        if frame.size is not None and frame.size != size:
            raise InputError(
                f"is {size[0]} × {size[1]} pixels, its 2D of {frame.size[0]} × {frame.size[1]}",
                where=str(photos[number % len(photos)]), remedy="give the picture that the 2D was found in",
            )  # fmt: skip
        frame.picture, frame.size = copy, size
