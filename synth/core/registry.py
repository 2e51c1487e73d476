"""Things of one kind by name: this project's, and those that other packages register as entry points.

A package adds its own without touching this project, by an entry point of the registry's group in its pyproject.toml:

    [project.entry-points."posemill.lifters"]
    mine = "my_package.my_lifter:MyLifter"
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from synth.core.errors import InputError

T = TypeVar("T")


class Registry(Generic[T]):
    """What there is of a kind, such as 'renderer'.

    own: this project's, as 'module:attribute', which is imported when it is asked for. group: the entry points under
    which other packages register theirs. A name of ours is not taken by another package.
    """

    def __init__(self, kind: str, group: str, own: Mapping[str, str]) -> None:
        self.kind, self.group = kind, group
        self._own = {name: EntryPoint(name, value, group) for name, value in own.items()}

    @cached_property
    def _others(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=self.group) if point.name not in self._own}

    def names(self) -> tuple[str, ...]:
        """Ours in their order, then the others' sorted."""
        return (*self._own, *sorted(self._others))

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._others

    def get(self, name: str) -> T:
        """The thing of a name. Raises InputError for a name that there is not, or whose package cannot be imported."""
        point = self._own.get(name)
        if point is not None:
            return cast(T, getattr(import_module(point.module), point.attr))
        point = self._others.get(name)
        if point is None:
            raise InputError(
                f"there is no {self.kind} '{name}'",
                where=self.kind,
                remedy=f"choose one of {', '.join(self.names())}",
            )
        try:
            return cast(T, point.load())
        except Exception as error:  # another package's code may raise anything
            raise InputError(
                f"the {self.kind} '{name}' of {point.value} cannot be imported ({type(error).__name__}: {error})",
                where=f"entry point {self.group}",
                remedy="repair or remove the package that registers it",
            ) from error

    def all(self) -> dict[str, T]:
        """Everything, imported, by name."""
        return {name: self.get(name) for name in self.names()}
