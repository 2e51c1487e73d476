"""Commands of the lifter: train one on a corpus, score it, put several side by side, and lift people with it."""

from __future__ import annotations

import importlib.util
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lifter.models.registry import MODELS
from pipelines.commands.risk import ActivityName, CouplingName
from pipelines.commands.shared import DONE, AsJson, Changes, CorpusFolder, one_line, print_json, show
from synth.core.errors import InputError

if TYPE_CHECKING:
    from lifter.models.lifter import Lifter


class Layout(StrEnum):
    body25 = "body25"
    body25b = "body25b"
    coco18 = "coco18"
    coco17 = "coco17"
    mpi15 = "mpi15"
    mpii16 = "mpii16"
    h36m17 = "h36m17"
    halpe26 = "halpe26"
    blazepose33 = "blazepose33"
    wholebody133 = "wholebody133"
    body135 = "body135"
    halpe136 = "halpe136"


ModelFile = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        help="A model.pt of `posemill train`, its folder, or `default`, which is shipped.",
        show_default=False,
    ),
]
Split = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of a corpus: test, which is the default, or val.")
]
People = Annotated[int, typer.Option(metavar="N", min=1, help="Of a corpus, how many people at most.")]


def _needs_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise InputError(
            "PyTorch is not installed", where="lifter", remedy="install posemill's extra 'lifter'"
        )


@one_line
def train(
    corpus: CorpusFolder,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Folder for the model; new, or a training.", show_default=False),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Method, by the recipe that comes with it: {', '.join(MODELS.names())}.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="YAML recipe instead.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=2**31 - 1, help="In place of the recipe's seed.")
    ] = None,
    changes: Changes = None,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Such as cpu or cuda:1; a GPU where there is one.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Train a lifter on a corpus, or on the selection that its recipe names.

    Stopped in whatever way, the same command goes on where it stopped, and ends with what it would have ended with.
    OUT gets model.pt, the best epoch on people held out for validation; curves.png and tensorboard/; log.jsonl.

    Example: posemill train corpus out --model posemill --set epochs=5
    """
    _needs_torch()
    from lifter.train.recipe import read_recipe
    from lifter.train.run import train as run

    given = [*(changes or []), *([f"seed={seed}"] if seed is not None else [])]
    spec = read_recipe(model, config, given)
    lifter = run(corpus, out, spec, device=device)
    if os.environ.get("RANK", "0") != "0":  # of the processes that torchrun starts, one speaks
        return DONE
    if as_json:
        print_json({"model": str(out / "model.pt"), "parameters": lifter.parameters, **lifter.facts})
    else:
        show(_trained(out, lifter))
    return DONE


def _trained(out: Path, lifter: Lifter) -> list[Any]:
    from synth.core.tables import Table

    figures: dict[str, dict[str, float]] = lifter.facts.get("val", {})
    columns = list(dict.fromkeys(key for row in figures.values() for key in row))
    table = Table(
        f"{lifter.name} on people held out for validation, mm",
        ["detections", *(key.upper().replace("_", "-") for key in columns)],
        [
            [name, *(f"{row[key]:.1f}" if key in row else "–" for key in columns)]
            for name, row in figures.items()
        ],
    )
    return [table, f"{lifter.parameters:,} parameters in {out / 'model.pt'}"]


@one_line
def evaluate(
    model: ModelFile,
    target: Annotated[
        Path,
        typer.Argument(metavar="CORPUS|BENCHMARK.npz", help="People with known 3D.", show_default=False),
    ],
    split: Split = None,
    people: People = 20_000,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Also lift the mirrored person and take the mean.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Also write evaluation.md, .json and .png here.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Score a lifter on people whose 3D is known: joints, angles, uncertainty, by what makes it hard.

    Of a corpus it was trained on, only people held out from training are scored. Intervals are 95%, from
    resampling recordings, and are left out where there are fewer than five.

    Example: posemill evaluate out/model.pt corpus --split test
    """
    _needs_torch()
    from lifter.score.scoreboard import tables
    from lifter.score.scoring import evaluate_model, write_evaluation

    found = evaluate_model(model, target, split=split, people=people, mirror=mirror)
    if out is not None:
        write_evaluation(found.facts, out)
    if as_json:
        print_json(found.facts)
    else:
        show(tables(found.facts))
    return DONE


@one_line
def compare(
    models: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL...",
            help="Models, `default` among them if you like; the first is the reference.",
            show_default=False,
        ),
    ],
    on: Annotated[
        Path,
        typer.Option(
            "--on", metavar="CORPUS|BENCHMARK.npz", help="People with known 3D.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Also write compare.md, .json and .png here.", show_default=False
        ),
    ] = None,
    split: Split = None,
    people: People = 20_000,
    as_json: AsJson = False,
) -> int:
    """Score several lifters on the same people: one table, and how each differs from the first, person by person.

    Example: posemill compare a/model.pt b/model.pt --on corpus --out comparison
    """
    _needs_torch()
    from lifter.score.compare import compare_models
    from lifter.score.scoreboard import side_by_side

    found = compare_models(models, on, split=split, people=people)
    if out is not None:
        found.write(out)
    if as_json:
        print_json(found.facts())
    else:
        show(side_by_side(found.results, found.differences))
    return DONE


@one_line
def predict(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="[MODEL] INPUT OUT",
            help="INPUT: JSON of OpenPose, COCO, AlphaPose, MMPose, Ultralytics or Detectron2, .npz, .npy, a photo, a "
            "video, or a folder of JSON or photos. OUT: folder for the result. MODEL may come first, or as --model.",
            show_default=False,
        ),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL",
            help="A model.pt of `posemill train`, or its folder; the shipped `default` if not given.",
            show_default=False,
        ),
    ] = None,
    intrinsics: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="FX FY CX CY", help="The camera's intrinsics, pixels.", show_default=False),
    ] = None,
    distortion: Annotated[
        tuple[float, float, float, float, float] | None,
        typer.Option(
            metavar="K1 K2 P1 P2 K3", help="The lens' distortion, OpenCV's coefficients.", show_default=False
        ),
    ] = None,
    fisheye: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="K1 K2 K3 K4", help="Or those of OpenCV's fisheye model.", show_default=False),
    ] = None,
    fov: Annotated[
        float | None, typer.Option(metavar="DEG", help="Or its field of view across the longer side.")
    ] = None,
    tilt: Annotated[
        float | None, typer.Option(metavar="DEG", help="By how much it looks down; 0 if not given.")
    ] = None,
    image_size: Annotated[
        tuple[int, int] | None,
        typer.Option(
            metavar="W H", help="The pictures' size, which OpenPose does not write.", show_default=False
        ),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="FPS", help="Frames a second, where the input does not say.")
    ] = None,
    layout: Annotated[
        Layout | None,
        typer.Option(help="Joints of files that do not name them; found if not given.", show_default=False),
    ] = None,
    confidence_floor: Annotated[
        float | None,
        typer.Option(
            metavar="C",
            min=0,
            max=1,
            help="Joints below count as missing; learnt from the input if not given.",
            show_default=False,
        ),
    ] = None,
    clip: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which of a file's clips.", show_default=False)
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="The photo of a 2D file, or a folder with one a frame.", show_default=False
        ),
    ] = None,
    people: Annotated[
        int, typer.Option(metavar="N", min=1, max=20, help="How many to look for in a photo or video.")
    ] = 4,
    detector_python: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            envvar="POSEMILL_DETECTOR_PYTHON",
            help="Another Python that has mediapipe, which finds people in photos and videos.",
            show_default=False,
        ),
    ] = None,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Also lift the mirrored person and take the mean.")
    ] = False,
    load: Annotated[
        float,
        typer.Option(metavar="KG", min=0, max=1000, help="What the hands carry, for the scores of risk."),
    ] = 0.0,
    coupling: Annotated[CouplingName, typer.Option(help="How well it can be gripped.")] = CouplingName.good,
    activity: Annotated[
        list[ActivityName] | None, typer.Option(help="Held over a minute, repeated, or unstable work.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Lift everybody in a 2D file, a photo or a video to 3D.

    OUT gets poses.npz and poses.json; poses.trc for OpenSim and poses.bvh, with more of them for more people; an
    overlay over the pictures, if there are any; page.html, to turn the skeletons and read their angles; and risk.html
    and risk.csv with what RULA, REBA and OWAS say of the postures.

    Example: posemill predict keypoints/ poses --image-size 1920 1080 --rate 25

    Example: posemill predict out/model.pt photo.jpg poses --detector-python detector/bin/python
    """
    chosen, source, out = _model_input_out(paths, model)
    _needs_torch()
    from lifter.predict.camera import CameraSettings
    from lifter.predict.readers.format import ReadOptions
    from lifter.predict.run import PredictOptions
    from lifter.predict.run import predict as run
    from synth.core.progress import show_progress
    from synth.risk.task import TaskInputs, with_activity

    task = with_activity(TaskInputs(load, coupling.value), tuple(each.value for each in activity or []))
    options = PredictOptions(
        ReadOptions(layout.value if layout else None, detector_python, people, picture, confidence_floor, clip),
        CameraSettings(intrinsics, fov, image_size, tilt, distortion, fisheye), rate, mirror, task,
    )  # fmt: skip
    with show_progress() as progress:
        facts = run(chosen, source, out, options, progress)
    if as_json:
        print_json(facts)
        return DONE
    if facts["empty"]:
        print(f"Nothing was lifted: {facts['empty']}.")
    else:
        counts = (_count(facts["lifted"], "pose"), _count(len(facts["people"]), "person", "people"))
        print(f"{counts[0]} of {counts[1]} in {_count(facts['frame_count'], 'frame')}.")
    for reason, count in facts["not_lifted"].items():
        print(f"Not lifted: {count:,}, {reason}.")
    for what, count in facts["dropped"].items():
        print(f"Left out: {count:,} {what}.")
    for line in (f"Camera: {facts['camera']}", f"Up: {facts['up_from']}", *facts["notes"]):
        print(line[0].upper() + line[1:] + ".")
    print(f"{out}: {', '.join(facts['files'])}")
    return DONE


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _model_input_out(paths: list[Path], model: Path | None) -> tuple[Path, Path, Path]:
    """MODEL INPUT OUT, or INPUT OUT with --model or the shipped model."""
    if len(paths) == 2:
        return (model or Path("default"), paths[0], paths[1])
    if len(paths) == 3 and model is None:
        return (paths[0], paths[1], paths[2])
    what = "MODEL is given twice" if len(paths) == 3 else "needs two paths, INPUT and OUT"
    raise InputError(what, where="predict", remedy="give INPUT and OUT, and MODEL before them or by --model")
