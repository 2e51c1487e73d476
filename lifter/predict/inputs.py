"""What a path is, and reading it: the formats by name, those of other packages too, and the pictures behind 2D files.

Another package adds a format by an entry point of the group `posemill.keypoint_formats` that names a `Format`.
"""

from __future__ import annotations

from pathlib import Path

from lifter.predict.checks import checked
from lifter.predict.readers.format import Format, ReadOptions, Source, in_order
from lifter.predict.readers.photos import PHOTOS, open_photo
from lifter.predict.recording import Recording
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress
from synth.core.registry import Registry

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
    files, candidates = _in_folder(path, formats) if path.is_dir() else _of_suffix(path, formats)
    source = Source(path, tuple(files), scratch, progress or NoProgress())
    recognised = candidates[:1] if len(candidates) == 1 else [f for f in candidates if f.recognises(source)]
    if not recognised:
        raise InputError(
            f"is none of: {', '.join(each.title for each in candidates)}",
            where=str(path),
            remedy=_remedy(formats),
        )
    recording = recognised[0].read(source, options)
    hidden = _hidden(path, recognised[0]) if path.is_dir() else []
    if hidden:
        recording.notes.append(f"{len(hidden):,} hidden files are left out, such as {hidden[0].name}")
    checked(recording, path, options.layout, options.confidence_floor)
    if options.pictures is not None:
        _add_pictures(recording, options.pictures, scratch)
    return recording


def _of_suffix(path: Path, formats: list[Format]) -> tuple[list[Path], list[Format]]:
    """The file, and the formats that it may be."""
    suffix = path.suffix.lower()
    candidates = [each for each in formats if suffix in each.suffixes]
    if not candidates:
        raise InputError(f"is of an unknown type ('{suffix[:12]}')", where=str(path), remedy=_remedy(formats))
    return [path], candidates


def _in_folder(path: Path, formats: list[Format]) -> tuple[list[Path], list[Format]]:
    """The files of a folder that are frames, in order, and the formats that they may be."""
    entries = [each for each in path.iterdir() if not each.name.startswith(".") and each.is_file()]
    found: dict[tuple[Path, ...], list[Format]] = {}
    for each in formats:
        files = in_order([p for p in entries if p.suffix.lower() in each.suffixes]) if each.folders else []
        if files:
            found.setdefault(tuple(files), []).append(each)
    if len(found) > 1:
        kinds = ", ".join(dict.fromkeys(files[0].suffix.lower() for files in found))
        raise InputError(
            f"holds files of several kinds ({kinds})", where=str(path), remedy="give a folder of one kind"
        )
    if not found:
        titles = ", ".join(each.title for each in formats if each.folders)
        raise InputError(f"holds none of: {titles}", where=str(path), remedy=_remedy(formats))
    [(own, candidates)] = found.items()
    return list(own), candidates


def _hidden(path: Path, kind: Format) -> list[Path]:
    """Files of a folder that would be frames, but that systems hide, such as macOS' ._frame.json."""
    return sorted(p for p in path.iterdir() if p.name.startswith(".") and p.suffix.lower() in kind.suffixes)


def _remedy(formats: list[Format]) -> str:
    folders = ", ".join(each.title for each in formats if each.folders)
    return f"give {', '.join(each.title for each in formats)}; or a folder of {folders}"


def _add_pictures(recording: Recording, path: Path, scratch: Path) -> None:
    """Put photos behind the frames of a 2D file; a single one behind all of them."""
    if any(frame.picture for frame in recording.frames):
        raise InputError("the input has pictures of its own", where="--picture", remedy="leave it out")
    entries = list(path.iterdir()) if path.is_dir() else [path]
    photos = in_order([p for p in entries if p == path or (p.suffix.lower() in PHOTOS and p.name[0] != ".")])
    frames = [frame for frame in recording.frames if not frame.missing]
    if len(photos) not in (1, len(frames)):
        raise InputError(
            f"{len(photos)} photos for {len(frames)} frames",
            where=str(path),
            remedy="give one a frame",
        )
    copies: list[tuple[Path, tuple[int, int]]] = []
    for number, photo in enumerate(photos):
        picture, recording.focal = open_photo(photo)
        copies.append((scratch / f"behind{number:06d}.png", picture.size))
        picture.save(copies[-1][0], compress_level=1)
    for number, frame in enumerate(frames):
        copy, size = copies[number % len(copies)]
        if frame.size is not None and frame.size != size:
            raise InputError(
                f"is {size[0]} × {size[1]} pixels, its 2D of {frame.size[0]} × {frame.size[1]}",
                where=str(photos[number % len(photos)]), remedy="give the picture that the 2D was found in",
            )  # fmt: skip
        frame.picture, frame.size = copy, size
