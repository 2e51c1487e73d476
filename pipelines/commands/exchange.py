"""Commands that hand a corpus to other tools, and that bring recordings of others in."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from pipelines.commands.shared import DONE, CorpusFolder, one_line
from pipelines.exchange import EXPORTERS, IMPORTERS
from synth.core.errors import InputError

if TYPE_CHECKING:
    Layout = str
else:  # the choices are those that are registered
    Layout = StrEnum("Layout", [(name, name) for name in EXPORTERS.names()])


class ExportCommand(TyperCommand):
    """`export`, whose help lists the layouts there are; they are imported only when the help is asked for."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from pipelines.exchange.export import described

        layouts = "\n\n".join(f"{name}: {text}" for name, text in described().items())
        self.help = f"{self.help}\n\n{layouts}"
        super().format_help(ctx, formatter)


@one_line
def export(
    layout: Annotated[Layout, typer.Argument(help="What other tools read.", show_default=False)],
    corpus: CorpusFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="New folder to write.", show_default=False)],
    selection: Annotated[str | None, typer.Option(metavar="NAME", help="Its samples only.")] = None,
    split: Annotated[
        str | None, typer.Option(metavar="SPLIT", help="train, val or test of the selection.")
    ] = None,
) -> int:
    """Write a corpus, or a selection, in the layout of other tools."""
    from pipelines.exchange.export import export as write

    done = write(str(layout), corpus, out, selection=selection, split=split)
    for note in done.notes:
        print(f"note: {note}")
    print(f"{out}: {done.samples:,} samples in {len(done.files):,} files")
    return DONE


InCorpus = Annotated[Path | None, typer.Option(metavar="CORPUS", help="Write a part of this corpus.")]
PartName = Annotated[str, typer.Option(metavar="NAME", help="Of the part.")]
Benchmark = Annotated[
    Path | None, typer.Option(metavar="OUT.npz", help="Write a benchmark for `posemill evaluate`.")
]
Subjects = Annotated[str | None, typer.Option(metavar="NAMES", help="Such as S9,S11; all if not given.")]
Every = Annotated[int, typer.Option(metavar="N", min=1, help="Take every n-th frame.")]
Source = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Whose recordings these are, if not as the format says.")
]
Licence = Annotated[str | None, typer.Option(metavar="TEXT", help="Their terms, with --source.")]


@one_line
def import_videopose(
    data_3d: Annotated[
        Path, typer.Argument(metavar="DATA_3D", help="Such as data_3d_h36m.npz.", show_default=False)
    ],
    data_2d: Annotated[
        Path, typer.Argument(metavar="DATA_2D", help="Such as data_2d_h36m_gt.npz.", show_default=False)
    ],
    cameras: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Cameras as JSON; the documentation describes it.", show_default=False
        ),
    ],
    corpus: InCorpus = None,
    name: PartName = "h36m",
    benchmark: Benchmark = None,
    subjects: Subjects = None,
    every: Every = 1,
    source: Source = None,
    licence: Licence = None,
) -> int:
    """Bring recordings in VideoPose3D's .npz layout in, such as Human3.6M's, as a part or as a benchmark.

    Posemill ships nothing of Human3.6M: its files are available under its own licence.
    """
    files = (data_3d, data_2d, cameras)
    return _bring_in("videopose", files, corpus, name, benchmark, subjects, every, source, licence)


def other_importers() -> dict[str, Callable[..., None]]:
    """A command for each importer of another package."""
    return {name: _importing(name) for name in IMPORTERS.names() if name != "videopose"}


def _importing(format: str) -> Callable[..., None]:
    @one_line
    def bring_in(
        files: Annotated[list[Path], typer.Argument(metavar="FILES", show_default=False)],
        corpus: InCorpus = None,
        name: PartName = format,
        benchmark: Benchmark = None,
        subjects: Subjects = None,
        every: Every = 1,
        source: Source = None,
        licence: Licence = None,
    ) -> int:
        return _bring_in(format, tuple(files), corpus, name, benchmark, subjects, every, source, licence)

    bring_in.__doc__ = f"Bring recordings of the format '{format}' in, as a part or as a benchmark."
    return bring_in


def _bring_in(
    format: str, files: tuple[Path, ...], corpus: Path | None, name: str, benchmark: Path | None,
    subjects: str | None, every: int, source: str | None, licence: str | None,
) -> int:  # fmt: skip
    from pipelines.exchange.importer import Origin, import_part, write_benchmark

    if (corpus is None) == (benchmark is None):
        raise InputError(
            "has nowhere to write, or two places",
            where=f"import {format}",
            remedy="give --corpus FOLDER or --benchmark OUT.npz",
        )
    if (source is None) != (licence is None):
        raise InputError(
            "go together", where="--source and --licence", remedy="say whose recordings these are, and their terms"
        )  # fmt: skip
    wanted = None if subjects is None else tuple(subjects.replace(",", " ").split())
    origin = Origin(files, wanted, every, source, licence, format=format)
    if benchmark is not None:
        print(f"{benchmark}: {write_benchmark(origin, benchmark):,} frames")
    elif corpus is not None:
        part = import_part(origin, corpus, name)
        print(f"{part.folder}: {part.samples:,} samples")
    return DONE
