"""What a format of keypoints has to give, and what its reader gets: add one by a file here and a row in `inputs`.

    FORMAT = Format("My detector's JSON", (".json",), recognises, read)

`recognises(source)` looks at the content where several formats share a suffix. `read(source, options)` gives a
`Recording` whose people it adds by `Recording.add`; what all formats have in common is checked behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lifter.predict.recording import Recording
from synth.core.disk import read_json
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress

_MOST_BYTES = 1 << 30
_REMEDY = "give keypoints as JSON"


@dataclass(frozen=True)
class ReadOptions:
    """What a user says of the input. layout: of OpenPose's joints. detector_python: the Python that runs the
    detector. most_people: how many it looks for. pictures: a photo, or a folder of them in the frames' order, that a
    2D file belongs to."""

    layout: str | None = None
    detector_python: Path | None = None
    most_people: int = 4
    pictures: Path | None = None


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
    def first_json(self) -> Any:
        """The content of the first file. Raises InputError for what is not JSON."""
        return self._json(self.files[0])

    def contents(self) -> list[tuple[Path, Any]]:
        """Every JSON file with its content. Raises InputError for what is not JSON."""
        return [(self.files[0], self.first_json), *((path, self._json(path)) for path in self.files[1:])]

    def _json(self, path: Path) -> Any:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("is larger than 1 GiB", where=str(path), remedy="split it into several files")
        return read_json(path, _REMEDY)


@dataclass(frozen=True)
class Format:
    """A format. title: for people. suffixes: of its files, lower case. folders: whether a folder of them is one
    recording, with a file a frame."""

    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source, ReadOptions], Recording]
    folders: bool = False


def in_order(paths: list[Path]) -> list[Path]:
    """Files by their names, frame 10 after frame 9."""

    def key(path: Path) -> list[tuple[bool, int, str]]:
        words = re.split(r"(\d+)", path.name)
        return [
            (w.isdecimal() and w.isascii(), int(w) if w.isdecimal() and w.isascii() else 0, w) for w in words
        ]

    return sorted(paths, key=key)
