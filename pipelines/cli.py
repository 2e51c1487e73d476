"""The command `posemill`. Everything heavy is imported by the command that needs it, so that help is quick."""

from __future__ import annotations

import errno
import functools
import json
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from synth.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

P = ParamSpec("P")
DONE, FAULTY, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
_CONTEXT = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    name="posemill",
    help="Labelled training corpora for single-image 3D human pose at work, made from motion capture.",
    epilog="Exit codes: 0 done, 1 found faulty, 2 could not be done as asked, 130 stopped with Ctrl-C.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings=_CONTEXT,
)
mocap = typer.Typer(no_args_is_help=True, help="Get and examine motion capture recordings.")
body = typer.Typer(no_args_is_help=True, help="Body model files.")
app.add_typer(mocap, name="mocap")
app.add_typer(body, name="body")

AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON on standard output.")]
CorpusFolder = Annotated[
    Path, typer.Argument(metavar="CORPUS", help="Folder that `posemill generate` made.", show_default=False)
]


class Benchmark(StrEnum):
    render = "render"
    pairs = "pairs"
    images = "images"
    scale = "scale"
    plan = "plan"


def main() -> None:
    """Run the command line; `posemill = pipelines.cli:main`."""
    app()


def one_line(command: Callable[P, int | None]) -> Callable[P, None]:
    """A command whose errors that a user can mend, or that Ctrl-C makes, are one line and an exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or DONE
        except InputError as error:
            _complain(str(error))
            code = WRONG_USE
        except KeyboardInterrupt:
            _complain("stopped; the same command goes on where it stopped")
            code = INTERRUPTED
        except OSError as error:
            text = _environment(error)
            if text is None:
                raise
            _complain(text)
            code = WRONG_USE
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # distributed's, which is not imported for its name
                raise
            _complain("a worker process was killed, most likely for want of memory; use fewer --workers")
            code = WRONG_USE
        if code:
            raise typer.Exit(code)

    return run


def _complain(text: str) -> None:
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


def _print_json(facts: Any) -> None:
    print(json.dumps(facts, indent=1, ensure_ascii=False))


def _show(shown: list[RenderableType]) -> None:
    from rich.console import Console

    # in a pipe there is no window to fit
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    for item in shown:
        console.print(item)
        if not isinstance(item, str):
            console.print()


@app.command(
    epilog="A recipe is YAML; manifests/ has some to copy. Its fields: name, seed, motion (sources, rate, gate), "
    "cameras, props, body, picture, tracks, pairs, images, storage."
)
@one_line
def generate(
    recipe: Annotated[
        Path, typer.Argument(metavar="RECIPE", help="YAML that says what to make.", show_default=False)
    ],
    corpus: Annotated[
        Path,
        typer.Argument(metavar="CORPUS", help="Folder for the result; new, or a corpus.", show_default=False),
    ],
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=4096, help="Processes that work; one a core if not given."),
    ] = None,
    threads: Annotated[
        bool, typer.Option("--threads", help="Work in threads of this process instead.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="A running Dask scheduler, such as tcp://host:8786, to work instead."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=2**63 - 1, help="In place of the recipe's seed.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD.FIELD=VALUE", help="Change a field of the recipe; may be given again."
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Make the corpus that a recipe describes, or what is missing of it.

    Stopped in whatever way, the same command goes on where it stopped; run on a finished corpus it checks every
    shard and makes the broken ones anew. The same recipe and seed give the same bytes, whatever the workers.

    Example: posemill generate manifests/quickstart.yaml corpus --set pairs.count=1000000
    """
    from pipelines.generate import generate as make
    from pipelines.progress import duration, watch
    from pipelines.recipe import load_recipe

    start = time.monotonic()
    loaded = load_recipe(recipe, changes, seed)
    with watch() as progress:
        outcome = make(
            loaded, recipe.resolve().parent, corpus,
            workers=workers, scheduler=scheduler, threads=threads, progress=progress,
        )  # fmt: skip
    seconds = time.monotonic() - start
    if as_json:
        _print_json({"corpus": str(corpus), "parts": outcome.parts, "seconds": round(seconds, 2)})
    else:
        for name, done in outcome.parts.items():
            said = ", ".join(f"{count:,} {what}" for what, count in done.items() if count)
            print(f"{name}: shards {said}")
        print(f"{corpus} is complete after {duration(seconds)}.")
    return DONE


@app.command()
@one_line
def info(corpus: CorpusFolder, as_json: AsJson = False) -> int:
    """Show what a corpus holds: parts, labels, motion, what the gate dropped and why, licences."""
    from pipelines.info import gather, tables

    facts = gather(corpus)
    if as_json:
        _print_json(facts)
    else:
        _show(tables(facts))
    return DONE


@app.command()
@one_line
def verify(
    corpus: CorpusFolder,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1024, help="Threads that read; one a core if not given."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check every file of a corpus against its receipts, and a sample of the labels against each other.

    Exits with 1 and names part, shard and array of everything that is missing or has changed.
    """
    from pipelines.progress import watch
    from pipelines.verify import verify as check

    with watch() as progress:
        verdict = check(corpus, workers=workers, progress=progress)
    if as_json:
        _print_json(
            {
                "corpus": str(corpus),
                "good": not verdict.faults,
                "parts": verdict.parts,
                "shards_good": verdict.shards,
                "samples_good": verdict.samples,
                "rows_projected": verdict.projected,
                "faults": [vars(fault) for fault in verdict.faults],
            }
        )
    else:
        for fault in verdict.faults:
            print(fault)
        found = f"{verdict.shards:,} shards with {verdict.samples:,} samples are as they were written"
        print(f"{corpus}: {found}; {verdict.projected:,} rows projected anew.")
    if verdict.faults:
        faults = "1 fault" if len(verdict.faults) == 1 else f"{len(verdict.faults)} faults"
        _complain(f"{corpus}: {faults}; run the `posemill generate` that made it again to repair it")
    return FAULTY if verdict.faults else DONE


@app.command()
@one_line
def preview(
    corpus: CorpusFolder,
    out: Annotated[
        Path, typer.Argument(metavar="OUT.png", help="Picture to write: .png or .jpg.", show_default=False)
    ],
    samples: Annotated[int, typer.Option(min=1, max=600, help="How many samples to show.")] = 24,
    part: Annotated[str | None, typer.Option(metavar="NAME", help="Show this part only.")] = None,
) -> int:
    """Draw a contact sheet: samples with their joints, as hidden or seen as the labels say."""
    from pipelines.preview import write_sheet

    print(f"{write_sheet(corpus, out, samples, part)} samples in {out}")
    return DONE


@app.command()
@one_line
def bench(
    what: Annotated[
        Benchmark | None, typer.Argument(help="One of them; all if not given.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Measure this machine: pictures and pairs a second on one core, scaling, long plans.

    render: the default renderer beside a plain pyrender loop. pairs, images: end to end on disk, one process on
    one core. scale: two workers beside one. plan: what a million shards cost before the first is made.
    """
    from pipelines.bench import BENCHES, describe, machine

    chosen = [what.value] if what else list(BENCHES)
    facts: dict[str, Any] = {"machine": machine()}
    if not as_json:
        print(facts["machine"])
    for name in chosen:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        facts[name] = BENCHES[name]()
        if not as_json:
            print("\n".join(describe(name, facts[name])), flush=True)
    if as_json:
        _print_json(facts)
    return DONE


class Database(StrEnum):
    cmu = "cmu"


@mocap.command("fetch")
@one_line
def fetch(
    database: Annotated[Database, typer.Argument(help="Where from: CMU's motion capture database.")],
    subjects: Annotated[
        str, typer.Option(metavar="NUMBERS", help="Subjects, such as 62 or 1,13,62; 62 is construction work.")
    ],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to put the files.")] = Path("mocap/cmu"),
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="A mirror in place of the database's site.")
    ] = None,
) -> int:
    """Download recordings from the database's own site.

    Files are checked and kept: the same command goes on where it stopped. CMU's data is free for research and
    commercial use; acknowledge mocap.cs.cmu.edu and NSF EIA-0196217.
    """
    from synth.motion.fetch import CMU_URL, fetch_cmu

    def tell(name: str, done: int, total: int | None) -> None:
        if done == total:
            print(f"{name}: {done:,} bytes", file=sys.stderr, flush=True)

    numbers = [number for number in subjects.replace(",", " ").split() if number]
    paths = fetch_cmu(numbers, to, base_url=url or CMU_URL, progress=tell)
    print(f"{len(paths)} files in {to}; use it as a source: motion.sources: [{{path: {to}}}]")
    return DONE


@mocap.command("check")
@one_line
def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Recording, or folder of them.", show_default=False)
    ],
    rate: Annotated[
        float | None, typer.Option(min=1, help="True frame rate of files that do not state it (AMC: 120).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Skeleton mapping; manifests/skeletons has examples.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Read recordings as `generate` would, and say which frames it would use and why not the others.

    Exits with 1 where a recording cannot be read or gives no frame at all.
    """
    from pipelines.examine import examine, examine_tables
    from pipelines.progress import watch

    with watch() as progress:
        files = examine(path, rate, mapping, progress)
    if as_json:
        _print_json(files)
    else:
        _show(examine_tables(files))
    return DONE if all(file.get("kept") for file in files) else FAULTY


@body.command("convert")
@one_line
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN.pkl", help="As the model's makers publish it.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.npz", help="File to write.", show_default=False)],
) -> int:
    """Convert an SMPL, SMPL-H or SMPL-X pickle to the .npz that recipes take as body.model.

    The pickle is not trusted: only arrays are read from it, nothing in it is run.
    """
    from synth.body.convert import convert as rewrite

    rewrite(source, out)
    print(f"{out}: use it in a recipe as body: {{model: {out}}}")
    return DONE


if __name__ == "__main__":
    main()
