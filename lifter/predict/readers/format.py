"""What a format of keypoints has to give, and what its reader gets: add one by a file here and a row in `inputs`.

    FORMAT = Format("My detector's JSON", (".json",), recognises, read)

`recognises(source)` looks at the content where several formats share a suffix. `read(source, options)` gives a
`Recording` whose people it adds by `Recording.add`; what all formats have in common is done behind it. Formats of JSON
give `json_format` a test and a parser of one file's content: a folder of such files is then read as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lifter.predict.numbering import is_video, numbers_of, stem_of
from lifter.predict.readers.wrapped import Wrapped, wrapped
from lifter.predict.recording import Frame, Recording
from lifter.predict.timestamps import frames_at_times
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress

_MOST_BYTES = 1 << 30
_REMEDY = "give keypoints as JSON"
# how C and C++ programs print what is not a number, and infinity: JSON has no word for them
_WORDS = re.compile(
    rb"(?<=[\[,:\s])[+-]?(?:nan(?:\([^)\]]*\))?|inf(?:inity)?|1\.#\w+)(?=\s*[,\]}])", re.IGNORECASE
)


@dataclass(frozen=True)
class ReadOptions:
    """What a user says of the input. layout: of joints without names. detector_python: the Python that runs the
    detector. most_people: how many it looks for. pictures: a photo, or a folder of them in the frames' order, that a
    2D file belongs to. confidence_floor: below which a joint counts as missing. clip: which one of a file of several
    clips."""

    layout: str | None = None
    detector_python: Path | None = None
    most_people: int = 4
    pictures: Path | None = None
    confidence_floor: float | None = None
    clip: str | None = None


@dataclass(frozen=True)
class Source:
    """What is read. path: as the user gave it. files: itself, or the files of the folder in order. scratch: a folder
    for pictures that lives as long as the recording is used."""

    path: Path
    files: tuple[Path, ...]
    scratch: Path
    progress: Progress = field(default_factory=NoProgress)

    @property
    def is_folder(self) -> bool:
        return self.files != (self.path,)

    @cached_property
    def contents(self) -> list[tuple[Path, Any]]:
        """Every JSON file with its content; for what is not JSON, the InputError that says so.

        Raises it where no file is JSON.
        """
        found = [(path, _content(path)) for path in self.files]
        errors = [content for _, content in found if isinstance(content, InputError)]
        if len(errors) == len(found):
            raise errors[0]
        return found

    def some(self, recognises: Callable[[Any], bool]) -> bool:
        """Whether the content of one of the files is so."""
        return any(recognises(content) for _, content in self.contents)


@dataclass(frozen=True)
class Format:
    """A format. title: for people. suffixes: of its files, lower case. folders: whether a folder of them is one
    recording, with a file a frame."""

    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source, ReadOptions], Recording]
    folders: bool = False


Parse = Callable[[Recording, Any, str], list[Frame]]


def json_format(title: str, recognises: Callable[[Any], bool], parse: Parse) -> Format:
    """A format of JSON. recognises: whether a file's content is of it. parse(recording, content, where) gives a
    file's frames and adds their people; it raises InputError for a file that cannot be read."""

    def read(source: Source, options: ReadOptions) -> Recording:
        recording = Recording(title)
        found = []
        for path, content in source.contents:
            try:
                if isinstance(content, InputError):
                    raise content
                if content == [] and source.is_folder:  # a frame in which nobody was found
                    found.append((path, [Frame("")]))
                    continue
                several = wrapped(content, recognises)
                if several is not None:
                    found.append((path, _within(recording, several, parse, str(path))))
                elif recognises(content):
                    found.append((path, parse(recording, content, str(path))))
                else:
                    raise InputError("has no people", where=str(path), remedy=f"give {title}")
            except InputError as error:
                recording.leave_out(error)
        if not found:
            raise recording.errors[0]
        recording.frames = _one_recording(recording, found, str(source.path))
        if source.is_folder:
            recording.what = f"{title}, {len(recording.frames)} frames"
        return recording

    def known(content: Any) -> bool:
        return recognises(content) or wrapped(content, recognises) is not None

    return Format(title, (".json", ".jsonl"), lambda source: source.some(known), read, folders=True)


def _within(recording: Recording, several: Wrapped, parse: Parse, where: str) -> list[Frame]:
    """The frames that are wrapped in a file, each with its label and number."""
    frames = []
    for label, number, content in several.frames:
        own = parse(recording, content, f"{where}: {label[:80]}") if content else [Frame("")]
        if len(own) != 1:
            raise InputError("holds frames within frames", where=where, remedy="give a list of frames")
        own[0].label, own[0].number = label[:200], number
        frames += own
    if several.named:
        follow_pictures(recording, frames, where)
    return frames


def follow_pictures(recording: Recording, frames: list[Frame], where: str) -> None:
    """Give frames that are pictures with names the numbers of a video's frames, where they are likely one's, or where
    the file follows people through them; else take them for pictures of their own.

    Raises InputError where people are followed through several videos.
    """
    tracked = any(person.track is not None for person in recording.found)
    from_names = all(frame.number == stem_of(frame.label)[1] for frame in frames)
    if tracked and from_names and set_times(recording, frames, [Path(frame.label).stem for frame in frames]):
        return
    frames_of: dict[str, list[Frame]] = {}
    for frame in frames:
        frames_of.setdefault(stem_of(frame.label)[0], []).append(frame)
    several = [stem for stem, own in frames_of.items() if len(own) > 1]
    numbers = [frame.number for frame in frames if frame.number is not None]
    numbered = len(numbers) == len(frames) and len(set(numbers)) == len(frames)
    if len(frames) == 1 or (tracked and not several):
        return
    if tracked and len(several) > 1:
        names = ", ".join(stem.replace("#", "*") for stem in sorted(several)[:4])
        raise InputError(
            f"holds frames of several videos: {names}", where=where, remedy="give a file for each"
        )
    sizes = {frame.size for frame in frames}
    if tracked or (numbered and len(frames_of) == 1 and len(sizes) == 1 and is_video(numbers)):
        if not tracked:
            recording.notes.append(
                "the pictures are numbered like a video's frames: people are followed by place"
            )
        if not numbered:
            for frame in frames:
                frame.number = None
        return
    recording.moving = False


def set_times(recording: Recording, frames: list[Frame], names: list[str]) -> bool:
    """Give frames whose names are times their numbers, and the recording its rate; whether the names are times."""
    timed = frames_at_times(names)
    if timed is None:
        return False
    numbers, rate = timed
    for frame, number in zip(frames, numbers, strict=True):
        frame.number = number
    recording.rate = recording.rate or rate
    recording.notes.append(f"names such as {min(names)[:60]} are read as times: {rate:.4g} frames a second")
    return True


def in_order(paths: list[Path]) -> list[Path]:
    """Files by their names, frame 10 after frame 9."""

    def key(path: Path) -> list[tuple[bool, int, str]]:
        words = re.split(r"(\d+)", path.name)
        return [
            (w.isdecimal() and w.isascii(), int(w) if w.isdecimal() and w.isascii() else 0, w) for w in words
        ]

    return sorted(paths, key=key)


def _one_recording(recording: Recording, found: list[tuple[Path, list[Frame]]], where: str) -> list[Frame]:
    """The frames of files: those of the only one, or one of each with its number."""
    with_frames = [(path, frames) for path, frames in found if frames]
    if len(with_frames) < 2 and len(found) < 2:
        return [frame for _, frames in found for frame in frames]
    many = [path.name for path, frames in found if len(frames) > 1]
    if many:
        if len(found) == 1:
            return found[0][1]
        raise InputError(
            f"holds {len(found)} files, of which {many[0]} alone has several frames", where=where,
            remedy="give that file, or a folder of one recording with a file a frame",
        )  # fmt: skip
    frames = [frames[0] if frames else Frame("") for _, frames in found]
    if set_times(recording, frames, [path.stem for path, _ in found]):
        for frame, (path, _) in zip(frames, found, strict=True):
            frame.label = path.stem
        return frames
    numbers, odd = numbers_of([path.stem for path, _ in found], where)
    for n in sorted(odd, reverse=True):
        gone = frames.pop(n)
        recording.found = [person for person in recording.found if person.frame is not gone]
        named = found.pop(n)[0]
        recording.leave_out(
            InputError("is not named like the other frames", where=str(named), remedy="rename it")
        )
    for n, (frame, (path, _)) in enumerate(zip(frames, found, strict=True)):
        frame.label, frame.number = path.stem, None if numbers is None else numbers[n]
    return frames


def _content(path: Path) -> Any:
    """A JSON file's content, or the InputError of what is not JSON; NaN for the words that programs print for it."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return InputError("is larger than 1 GiB", where=str(path), remedy="split it into several files")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return InputError(f"cannot be read ({reason})", where=str(path), remedy="check its permissions")
    for text in (content, _WORDS.sub(b"NaN", content)):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            continue
    try:  # JSON lines: a frame each
        lines = [json.loads(_WORDS.sub(b"NaN", line)) for line in content.splitlines() if line.strip()]
        if len(lines) > 1 and all(isinstance(each, dict | list) for each in lines):
            return lines
    except (ValueError, RecursionError):
        pass
    return InputError("is not valid JSON", where=str(path), remedy=_REMEDY)
