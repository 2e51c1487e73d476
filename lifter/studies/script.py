"""What the modules that are run by `python -m` share: how they report what they are at, and how they end.

A study is many trainings, each of which shows its own progress (`synth.core.progress`); what is reported beside that
is a line a step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from synth.core.errors import InputError

Report = Callable[[str], None]  # is given a line of what is begun or was found


def no_report(line: str) -> None:
    """Report nothing."""


def to_stderr(line: str) -> None:
    """Report on standard error, so that standard output has the result alone."""
    print(line, file=sys.stderr, flush=True)


def run(main: Callable[[], int]) -> NoReturn:
    """Run a module's `main` and exit with what it gives, or with 2 and one line where the input cannot be used."""
    try:
        raise SystemExit(main())
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
