"""What the commands share: errors as one line and an exit code, facts as JSON or tables, arguments."""

from __future__ import annotations

import errno
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from synth.core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

P = ParamSpec("P")
DONE, FAULTY, WRONG_USE, INTERRUPTED = 0, 1, 2, 130

AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON on standard output.")]
CorpusFolder = Annotated[
    Path, typer.Argument(metavar="CORPUS", help="Folder that `posemill generate` made.", show_default=False)
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=4096, help="Processes that work; one a core if not given."),
]
Threads = Annotated[bool, typer.Option("--threads", help="Work in threads of this process instead.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="A running Dask scheduler, such as tcp://host:8786, to work instead."
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FIELD.FIELD=VALUE", help="Change a field of the file; may be given again."
    ),
]


def one_line(command: Callable[P, int | None]) -> Callable[P, None]:
    """A command whose errors that a user can mend, or that Ctrl-C makes, are one line and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or DONE
        except InputError as error:
            complain(str(error))
            code = WRONG_USE
        except KeyboardInterrupt:
            complain("stopped; the same command goes on where it stopped")
            code = INTERRUPTED
        except OSError as error:
            text = _environment(error)
            if text is None:
                raise
            complain(text)
            code = WRONG_USE
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # distributed's, which is not imported for its name
                raise
            complain("a worker process was killed, most likely for want of memory; use fewer --workers")
            code = WRONG_USE
        if code:
            raise typer.Exit(code)

    return run


def complain(text: str) -> None:
    print("posemill: " + " ".join(text.split()), file=sys.stderr, flush=True)


def _environment(error: OSError) -> str | None:
    """One line for the failures of disks and permissions; None for what is a mistake of ours."""
    remedies = {
        errno.ENOSPC: "free some space and run the same command again: it goes on where it stopped",
        errno.EDQUOT: "free some space and run the same command again: it goes on where it stopped",
        errno.EACCES: "check the permissions",
        errno.EPERM: "check the permissions",
        errno.EROFS: "choose a place that can be written",
        errno.EMFILE: "allow more open files (ulimit -n)",
        errno.EIO: "check the disk",
        errno.EPIPE: "what reads the output went away",
    }
    if error.errno not in remedies:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}; {remedies[error.errno]}"


def print_json(facts: Any) -> None:
    print(json.dumps(facts, indent=1, ensure_ascii=False))


def show(shown: list[RenderableType]) -> None:
    from rich.console import Console

    # in a pipe there is no window to fit
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    for item in shown:
        console.print(item)
        if not isinstance(item, str):
            console.print()
