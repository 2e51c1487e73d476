"""How the modules that are run by `python -m` end: with their exit code, and one line for a user's mistake."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from synth.core.errors import InputError


def run(main: Callable[[], int]) -> NoReturn:
    """Run a module's `main` and exit with what it gives, or with 2 and one line where the input cannot be used."""
    try:
        raise SystemExit(main())
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
