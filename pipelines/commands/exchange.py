"""Commands that hand a corpus to other tools, and that bring recordings of others in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.shared import DONE, CorpusFolder, one_line
from synth.core.errors import InputError


class Layout(StrEnum):
    coco = "coco"
    videopose = "videopose"
    webdataset = "webdataset"
    card = "card"


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
    """Write a corpus, or a selection, in the layout of other tools.

    coco: pictures and keypoints JSON, as pycocotools loads it. videopose: data_3d and data_2d .npz as VideoPose3D
    and MotionBERT load them. webdataset: tars. card: a data card in the style of Hugging Face.
    """
    from pipelines.exchange.export import export as write

    done = write(layout.value, corpus, out, selection=selection, split=split)
    for note in done.notes:
        print(f"note: {note}")
    print(f"{out}: {done.samples:,} samples in {len(done.files):,} files")
    return DONE


@one_line
def import_videopose(
    data_3d: Annotated[
        Path, typer.Argument(metavar="DATA_3D", help="Such as data_3d_h36m.npz.", show_default=False)
    ],
    data_2d: Annotated[
        Path, typer.Argument(metavar="DATA_2D", help="Such as data_2d_h36m_gt.npz.", show_default=False)
    ],
    cameras: Annotated[
        Path, typer.Option(metavar="FILE", help="Cameras as JSON; see README.md.", show_default=False)
    ],
    corpus: Annotated[
        Path | None, typer.Option(metavar="CORPUS", help="Write a part of this corpus.")
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="Of the part.")] = "h36m",
    benchmark: Annotated[
        Path | None, typer.Option(metavar="OUT.npz", help="Write a benchmark for `posemill evaluate`.")
    ] = None,
    subjects: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Such as S9,S11; all if not given.")
    ] = None,
    every: Annotated[int, typer.Option(metavar="N", min=1, help="Take every n-th frame.")] = 1,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Whose recordings these are, if not Human3.6M's.")
    ] = None,
    licence: Annotated[str | None, typer.Option(metavar="TEXT", help="Their terms, with --source.")] = None,
) -> int:
    """Bring recordings in VideoPose3D's .npz layout in, such as Human3.6M's, as a part or as a benchmark.

    Nothing of Human3.6M comes with Posemill: whoever has its licence has the files.
    """
    from pipelines.exchange.importer import Origin, import_part, write_benchmark

    if (corpus is None) == (benchmark is None):
        raise InputError(
            "has nowhere to write, or two places",
            where="import videopose",
            remedy="give --corpus FOLDER or --benchmark OUT.npz",
        )
    if (source is None) != (licence is None):
        raise InputError(
            "go together", where="--source and --licence", remedy="say whose recordings these are, and their terms"
        )  # fmt: skip
    wanted = None if subjects is None else tuple(subjects.replace(",", " ").split())
    origin = Origin(data_3d, data_2d, cameras, wanted, every)
    if source is not None and licence is not None:
        origin = Origin(data_3d, data_2d, cameras, wanted, every, source, licence)
    if benchmark is not None:
        print(f"{benchmark}: {write_benchmark(origin, benchmark):,} frames")
    elif corpus is not None:
        part = import_part(origin, corpus, name)
        print(f"{part.folder}: {part.samples:,} samples")
    return DONE
