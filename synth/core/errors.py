"""The one kind of error that a user can put right: what was wrong, where, and what to do about it."""

from __future__ import annotations


class InputError(Exception):
    """Something that a user gave cannot be used. The command line prints it as one line and exits with 2.

    `where` is a file, a file and line, or a field; `remedy` says what to do.
    """

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(f"{where}: {what}; {remedy}".replace("\n", " "))

    def __reduce__(self) -> tuple[object, ...]:
        # keyword arguments do not survive pickling by themselves, and Dask sends errors between processes
        return (_rebuild, (self.what, self.where, self.remedy))


def _rebuild(what: str, where: str, remedy: str) -> InputError:
    return InputError(what, where=where, remedy=remedy)
