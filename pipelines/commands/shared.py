"""What the commands share: failures as one line and an exit code, facts as JSON or tables, common arguments."""

from __future__ import annotations

import errno
import functools
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer
from typer.core import TyperGroup

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
    typer.Option(metavar="N", min=1, max=4096, help="Worker processes; one a core if not given."),
]
Threads = Annotated[bool, typer.Option("--threads", help="Use threads of this process instead.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Use a running Dask scheduler, such as tcp://host:8786, instead."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FIELD.FIELD=VALUE", help="Change a field of the file; may be given again."
    ),
]


def one_line(command: Callable[P, int | None]) -> Callable[P, None]:
    """A command whose expected failures (wrong input, full disk, Ctrl-C) end in one line and an exit code.

    With --json the failure is on standard output as well: {"error": {"what", "where", "remedy"}}. What is not
    expected is reported there too and raised, for its traceback.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            code = command(*args, **kwargs) or DONE
        except BaseException as error:
            failure = _failure(error)
            if failure is None:
                if as_json and isinstance(error, Exception):
                    print_error(f"{type(error).__name__}: {error}", "posemill", "report this as a bug")
                raise
            code, what, where, remedy = failure
            if as_json:
                print_error(what, where, remedy)
            complain(f"{where}: {what}; {remedy}" if where else f"{what}; {remedy}")
        if code:
            raise typer.Exit(code)

    return run


def _failure(error: BaseException) -> tuple[int, str, str, str] | None:
    """Exit code, what was wrong, where and what to do; None for a failure that is a fault of Posemill."""
    if isinstance(error, InputError):
        return WRONG_USE, error.what, error.where, error.remedy
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "stopped", "", "the same command goes on where it stopped"
    if isinstance(error, OSError) and error.errno in _REMEDIES:
        return WRONG_USE, str(error.strerror), str(error.filename or ""), _REMEDIES[error.errno]
    if type(error).__name__ == "KilledWorker":  # distributed's, which is not imported for its name
        what = "a worker process was killed, most likely because memory ran out"
        return WRONG_USE, what, "", "use fewer --workers"
    return None


_GO_ON = "free some space and run the same command again: it goes on where it stopped"
_REMEDIES = {
    errno.ENOSPC: _GO_ON,
    errno.EDQUOT: _GO_ON,
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "choose a place that can be written",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.EIO: "check the disk",
    errno.EPIPE: "the program that reads the output has ended",
}


class JsonErrors(TyperGroup):
    """A group of commands that reports wrong use on standard output as well where --json is among the arguments."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta[_AS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        as_json = ctx.meta[_AS_JSON]
        try:
            return super().invoke(ctx)
        except _USAGE_ERROR as error:
            if as_json and not ctx.meta.get(_REPORTED):  # by a group within this one
                ctx.meta[_REPORTED] = True
                said: Any = error
                path = said.ctx.command_path if said.ctx else ctx.command_path
                print_error(said.format_message(), path, f"see `{path} --help`")
            raise


_AS_JSON, _REPORTED = "posemill.as_json", "posemill.reported"
# click's UsageError; recent typer carries its own copy of click, of which it names only this subclass
_USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


def print_error(what: str, where: str, remedy: str) -> None:
    """A failure as JSON on standard output, with the fields of `InputError`."""
    print_json({"error": {"what": what, "where": where, "remedy": remedy}})


def complain(text: str) -> None:
    print("posemill: " + " ".join(text.split()), file=sys.stderr, flush=True)


def print_json(facts: Any) -> None:
    """Facts as JSON on standard output. JSON has no NaN and no infinity: they become null."""
    print(json.dumps(_finite(facts), indent=1, ensure_ascii=False, allow_nan=False))


def _finite(facts: Any) -> Any:
    if isinstance(facts, Mapping):
        return {key: _finite(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [_finite(value) for value in facts]
    return None if isinstance(facts, float) and not math.isfinite(facts) else facts


def show(shown: Sequence[RenderableType]) -> None:
    """Print tables and lines, as wide as the terminal."""
    from rich.console import Console

    # in a pipe there is no window to fit
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    for item in shown:
        console.print(item)
        if not isinstance(item, str):
            console.print()
