"""What a path is, and reading it: the formats by name, those of other packages too, and the pictures behind 2D files.

Another package adds a format by an entry point of the group `posemill.keypoint_formats` that names a `Format`.
"""

from __future__ import annotations

import re
from pathlib import Path

from lifter.predict.checks import checked
from lifter.predict.readers.format import Format, ReadOptions, Source, in_order
from lifter.predict.readers.photos import PHOTOS, open_photo
from lifter.predict.recording import Recording
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.core.registry import Registry

_Kind = tuple[list[Path], list[Format]]  # files, and the formats that they may be of
_JSON = {".json", ".jsonl"}
_MOST_BESIDE = 300  # photos that are overlaid without being asked for

FORMATS: Registry[Format] = Registry(
    "keypoint format",
    "posemill.keypoint_formats",
    {
        **{
            name: f"lifter.predict.readers.{name}:FORMAT"
            for name in ("openpose", "coco", "mmpose", "ultralytics", "detectron2", "vitpose", "videopose")
        },
        "detectron": "lifter.predict.readers.videopose:DETECTRON",
        "arrays": "lifter.predict.readers.arrays:FORMAT",
        "npy": "lifter.predict.readers.arrays:NPY",
        "photos": "lifter.predict.readers.photos:FORMAT",
        "videos": "lifter.predict.readers.videos:FORMAT",
    },
)


def read_input(
    path: Path, options: ReadOptions, scratch: Path, progress: Progress | None = None
) -> Recording:
    """The frames of an input. scratch: a folder for pictures that lives as long as the recording is used.

    Raises InputError for what cannot be read.
    """
    if not path.exists():
        raise InputError("is missing", where=str(path), remedy="check the path")
    formats = list(FORMATS.all().values())
    kinds = _in_folder(path, formats) if path.is_dir() else [_of_suffix(path, formats)]
    chosen, source, others = _chosen(path, kinds, scratch, progress or NoProgress())
    if chosen is None:
        raise InputError(
            f"is none of: {', '.join(each.title for _, candidates in kinds for each in candidates)}",
            where=str(path),
            remedy=_remedy(formats),
        )
    recording = chosen.read(source, options)
    hidden = _hidden(path, chosen) if path.is_dir() else []
    if hidden:
        recording.notes.append(f"{len(hidden):,} hidden files are left out, such as {hidden[0].name}")
    checked(recording, path, options.layout, options.confidence_floor)
    if options.pictures is not None:
        _add_pictures(recording, _photos_of(options.pictures), options.pictures, scratch)
    elif others:
        _use_beside(recording, others, path, scratch)
    return recording


def _chosen(
    path: Path, kinds: list[_Kind], scratch: Path, progress: Progress
) -> tuple[Format | None, Source, list[Path]]:
    """The first format that recognises its files, those files, and the folder's other files.

    Photos are read beside JSON of no known format where that is little, such as a camera's.
    """
    for files, candidates in kinds:
        source = Source(path, tuple(files), scratch, progress)
        try:
            recognised = [each for each in candidates if len(candidates) == 1 or each.recognises(source)]
        except InputError:
            if len(kinds) == 1:
                raise
            recognised = []  # JSON beside photos that is not JSON
        others = [each for own, _ in kinds if own is not files for each in own]
        if recognised or 2 * len(files) >= len(others):
            return next(iter(recognised), None), source, others
    return None, source, []


def _of_suffix(path: Path, formats: list[Format]) -> _Kind:
    """The file, and the formats that it may be."""
    suffix = path.suffix.lower()
    candidates = [each for each in formats if suffix in each.suffixes]
    if not candidates:
        raise InputError(f"is of an unknown type ('{suffix[:12]}')", where=str(path), remedy=_remedy(formats))
    return [path], candidates


def _in_folder(path: Path, formats: list[Format]) -> list[_Kind]:
    """The files of a folder that are frames, in order, and the formats that they may be: one kind, or JSON and then
    photos, of which the JSON may have been found in these."""
    entries = [each for each in path.iterdir() if not each.name.startswith(".") and each.is_file()]
    found: dict[tuple[Path, ...], list[Format]] = {}
    for each in formats:
        files = in_order([p for p in entries if p.suffix.lower() in each.suffixes]) if each.folders else []
        if files:
            found.setdefault(tuple(files), []).append(each)
    if not found:
        titles = ", ".join(each.title for each in formats if each.folders)
        raise InputError(f"holds none of: {titles}", where=str(path), remedy=_remedy(formats))
    kinds = [(list(files), candidates) for files, candidates in found.items()]
    suffixes = [{suffix for each in candidates for suffix in each.suffixes} for _, candidates in kinds]
    if len(kinds) > 1 and not (len(kinds) == 2 and suffixes[0] <= _JSON and suffixes[1] == set(PHOTOS)):
        shown = ", ".join(dict.fromkeys(files[0].suffix.lower() for files, _ in kinds))
        raise InputError(
            f"holds files of several kinds ({shown})", where=str(path), remedy="give a folder of one kind"
        )
    return kinds


def _hidden(path: Path, kind: Format) -> list[Path]:
    """Files of a folder that would be frames, but that systems hide, such as macOS' ._frame.json."""
    return sorted(p for p in path.iterdir() if p.name.startswith(".") and p.suffix.lower() in kind.suffixes)


def _remedy(formats: list[Format]) -> str:
    folders = ", ".join(each.title for each in formats if each.folders)
    return f"give {', '.join(each.title for each in formats)}; or a folder of {folders}"


def _use_beside(recording: Recording, others: list[Path], where: Path, scratch: Path) -> None:
    """Put photos that lie in the folder of their 2D behind the frames of the same names; note what is not used."""
    what = f"{len(others):,} other files of the folder"
    if any(frame.picture for frame in recording.frames):
        recording.notes.append(f"{what} are left out, such as {others[0].name}")
        return
    frames = [frame for frame in recording.frames if not frame.missing]
    behind = [_photo_of(frame.label, others) for frame in frames[: _MOST_BESIDE + 1]]
    photos = [photo for photo in behind if photo is not None]
    if len(photos) == len(frames) == len(set(photos)) and len(photos) <= _MOST_BESIDE:
        try:
            _add_pictures(recording, photos, where, scratch)
            recording.notes.append(f"{len(photos):,} photos with the frames' names are overlaid")
            return
        except InputError as error:
            what += f" ({Path(error.where).name} {error.what})"
    recording.notes.append(f"{what} are left out, such as {others[0].name}; --picture overlays photos")


def _photo_of(label: str, photos: list[Path]) -> Path | None:
    """The photo with a frame's name, which may go on behind it as in 'a_keypoints'."""
    name = Path(label).name
    for photo in photos:
        rest = name.removeprefix(photo.stem)
        if photo.name == name or (rest != name and (not rest or re.fullmatch(r"[-_. ][A-Za-z_]+", rest))):
            return photo
    return None


def _photos_of(path: Path) -> list[Path]:
    """A photo, or those of a folder in order."""
    entries = list(path.iterdir()) if path.is_dir() else [path]
    return in_order([p for p in entries if p == path or (p.suffix.lower() in PHOTOS and p.name[0] != ".")])


def _add_pictures(recording: Recording, photos: list[Path], path: Path, scratch: Path) -> None:
    """Put photos behind the frames of a 2D file; a single one behind all of them."""
    if any(frame.picture for frame in recording.frames):
        raise InputError("the input has pictures of its own", where="--picture", remedy="leave it out")
    frames = [frame for frame in recording.frames if not frame.missing]
    if len(photos) not in (1, len(frames)):
        raise InputError(
            f"{len(photos)} photos for {len(frames)} frames",
            where=str(path),
            remedy="give one a frame",
        )
    copies: list[tuple[Path, tuple[int, int]]] = []
    focal = None
    for number, photo in enumerate(photos):
        picture, focal = open_photo(photo)
        copies.append((scratch / f"behind{number:06d}.png", picture.size))
        picture.save(copies[-1][0], compress_level=1)
    for number, frame in enumerate(frames):
        size = copies[number % len(copies)][1]
        if frame.size is not None and frame.size != size:
            raise InputError(
                f"is {size[0]} × {size[1]} pixels, its 2D of {frame.size[0]} × {frame.size[1]}",
                where=str(photos[number % len(photos)]), remedy="give the picture that the 2D was found in",
            )  # fmt: skip
    recording.focal = focal
    for number, frame in enumerate(frames):
        frame.picture, frame.size = copies[number % len(copies)]
