"""Several lifters on the same people: one table, with paired differences to the first, and one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lifter.score.cases import Cases
from lifter.score.evaluate import Evaluation, evaluate
from lifter.score.intervals import Bootstrap
from lifter.score.plots import evaluations
from lifter.score.scoreboard import side_by_side
from lifter.score.tables import readable
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.core.progress import NoProgress, Progress

if TYPE_CHECKING:
    from lifter.models.lifter import Poses

FORMAT = "posemill-comparison"


@dataclass(frozen=True)
class Comparison:
    """The facts of every evaluation by its lifter's name, and how its MPJPE differs from the first's, mm."""

    results: dict[str, dict[str, Any]]
    differences: dict[str, dict[str, Any]]

    def facts(self) -> dict[str, Any]:
        return {"format": FORMAT, "results": self.results, "differences": self.differences}

    def markdown(self) -> str:
        return "\n".join(table.markdown() for table in side_by_side(self.results, self.differences))

    def write(self, folder: Path) -> None:
        """compare.json, compare.md and compare.png."""
        write_atomically(folder / "compare.json", readable(self.facts()))
        write_atomically(folder / "compare.md", self.markdown().encode())
        evaluations(self.results, folder / "compare.png")


def compare(poses: Mapping[str, Poses], cases: Cases) -> Comparison:
    """Score what several lifters predicted for the same cases, on those that all of them predicted.

    Raises InputError where there are none, or no lifter.
    """
    if not poses:
        raise InputError("has nothing to compare", where="compare", remedy="give two lifters or more")
    predicted = np.logical_and.reduce([np.asarray(each.predicted) for each in poses.values()])
    kept = cases.take(predicted)
    boot = Bootstrap(kept.group, kept.mean_of) if predicted.any() else None
    found = {name: evaluate(_only(each, predicted), kept, boot) for name, each in poses.items()}
    return Comparison({name: each.facts for name, each in found.items()}, _differences(found, boot))


def _only(poses: Poses, rows: Any) -> Poses:
    return type(poses)(**{name: value[rows] for name, value in vars(poses).items()})


def _differences(found: Mapping[str, Evaluation], boot: Bootstrap | None) -> dict[str, dict[str, Any]]:
    """Person by person, so that what is hard for all lifters cancels out."""
    names = list(found)
    first = found[names[0]].each["mpjpe"]
    return (
        {name: boot.figure(found[name].each["mpjpe"] - first).facts() for name in names[1:]} if boot else {}
    )


def names_of(paths: Sequence[Path]) -> list[str]:
    """Names of models: by their file, or by its folder where files are all called alike; no name twice."""
    plain = [path.parent.name if path.stem == "model" and path.parent.name else path.stem for path in paths]
    return [name if plain.count(name) == 1 else str(path) for name, path in zip(plain, paths, strict=True)]


def compare_models(
    paths: Sequence[Path],
    target: Path,
    *,
    split: str | None = None,
    people: int = 20_000,
    progress: Progress | None = None,
) -> Comparison:
    """Score checkpoints on a benchmark file, or on people of a corpus that none of them was trained on.

    Raises InputError as `lifter.score.scoring.cases_for` and `evaluate` do.
    """
    from lifter.models.lifter import load_lifter
    from lifter.score.scoring import cases_for

    progress = progress or NoProgress()
    lifters = {name: load_lifter(path) for name, path in zip(names_of(paths), paths, strict=True)}
    cases = cases_for(list(lifters.values()), target, split=split, people=people)
    poses = {}
    progress.begin(f"lifting {len(cases):,} people", len(lifters), "models")
    for name, lifter in lifters.items():
        poses[name] = lifter.lift(
            cases.keypoints, cases.intrinsics, cases.image_size, sequence=cases.sequence, frame=cases.frame
        )
        progress.advance(1)
    return compare(poses, cases)
