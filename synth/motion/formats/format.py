"""What a motion format is, and the options that its reader may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from synth.core.errors import InputError
from synth.motion.clip import Clip
from synth.motion.mapping import Mapping
from synth.motion.recording import Recording

Units = Literal["m", "cm", "mm", "in"]
Up = Literal["x", "y", "z", "-x", "-y", "-z"]


@dataclass(frozen=True)
class ReadOptions:
    """What a user says of recordings that their files do not say, or say wrongly. None is not said.

    mapping: the skeleton's description, or several of which the one that fits is taken. rate: true frames a second,
    which goes before what the file states. units: 'm', 'cm', 'mm' or 'in', of lengths. up: the axis of the file's world
    that is up, such as 'z' or '-y'. realisation: which of the many that a task page has; the first unless given.
    """

    mapping: Mapping | tuple[Mapping, ...] | None = None
    rate: float | None = None
    units: Units | None = None
    up: Up | None = None
    realisation: int | None = None

    def given(self) -> list[str]:
        """The names of the options that have a value."""
        return [option.name for option in fields(self) if getattr(self, option.name) is not None]


@dataclass(frozen=True)
class MotionFormat:
    """A format of motion files.

    title: its name for people. suffixes: how its files' names end, in lower case. not_motion: whole names of files with
    such an ending that hold something else. options: the fields of `ReadOptions` that the reader uses. read: (path,
    root, options) to a clip whose heights are the recording's own and whose clearance is 0; `root` is the folder that
    the clip is named relative to. It raises InputError for whatever it cannot read. recording: what a file holds on a
    skeleton of its own, for formats that have such, to draft a mapping from.
    """

    title: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, Path, ReadOptions], Clip]
    options: frozenset[str] = frozenset()
    not_motion: frozenset[str] = frozenset()
    recording: Callable[[Path], Recording] | None = None

    def matches(self, name: str) -> bool:
        """Whether a file of this name is one of the format's motions."""
        return name.lower().endswith(self.suffixes) and name not in self.not_motion

    def require_options(self, options: ReadOptions, path: Path) -> None:
        """Raise InputError for an option that was given and that the format has no use for."""
        for name in options.given():
            if name not in self.options and not isinstance(getattr(options, name), tuple):
                raise InputError(
                    f"'{name}' was given, which {self.title} does not take",
                    where=str(path),
                    remedy=f"give files of this format without '{name}', as a source of their own",
                )
