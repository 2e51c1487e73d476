"""The risk of lifted people, and how sure it is: scores of every pose, with the lifter's uncertainty carried through.

Every joint is drawn anew around where it was lifted to, by its own standard deviation and independently of the others,
and the pose scored each time: the scores that nine tenths of the draws lie between are the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifter.data.risk import upright_joints
from lifter.predict.lifted import Lifted
from lifter.predict.recording import Array
from synth.risk.scores import Scores, scores_from_joints
from synth.risk.summary import drivers, level_shares, sheet, worst_moments
from synth.risk.tables import level_of, levels
from synth.risk.task import TaskInputs

DRAWS = 32
METHODS = ("reba", "rula")
_LOW, _HIGH = 0.05, 0.95
_SURE = 0.9  # of the draws in one level


@dataclass(frozen=True, eq=False)
class Sureness:
    """Of one method over n poses: the scores' interval low, high (n, 2) of left and right, the middle (n,) of the
    higher side over the draws, and sure (n,): the share of the draws in the level that most are in."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    middle: Array
    sure: Array


@dataclass(frozen=True, eq=False)
class PersonRisk:
    """A person's n lifted poses: rows among those of `Lifted`, seconds (n,), scores and how sure they are."""

    name: str
    rows: NDArray[np.int64]
    frames: NDArray[np.int64]
    seconds: Array
    joints: Array
    scores: Scores
    sureness: dict[str, Sureness]

    def shares(self, method: str) -> dict[str, dict[str, float]]:
        """Time in each level, of left, right and the worse side; OWAS has no sides."""
        if method == "owas":
            return {"both": level_shares("owas", self.scores.owas.action)}
        values = getattr(self.scores, method).score
        return {
            "left": level_shares(method, values[:, 0]),
            "right": level_shares(method, values[:, 1]),
            "worse": level_shares(method, values.max(axis=1)),
        }

    def worst(self, most: int = 5) -> list[int]:
        """The places of the worst moments, by the middle of the draws, so that no single slip of a joint is one."""
        rank = self.sureness["reba"].middle + self.sureness["rula"].middle / 10
        return worst_moments(rank, self.seconds, most)

    def drivers(self, method: str) -> dict[str, Array]:
        """(n, 2) by how much each part drives the score, most first on the whole."""
        found = drivers(self.scores, method)
        return dict(sorted(found.items(), key=lambda item: -float(item[1].mean())))

    def certain(self, method: str) -> float:
        """The share of the poses whose level is the same in nine of ten draws."""
        return float((self.sureness[method].sure >= _SURE).mean())

    def within(self, method: str) -> float:
        """The mean width of the interval, in points, of the worse side."""
        found = self.sureness[method]
        return float((found.high.max(axis=1) - found.low.max(axis=1)).mean())


def risks_of(lifted: Lifted, task: TaskInputs) -> list[PersonRisk]:
    """Everybody who was lifted, who is in most frames first."""
    found = [_person(lifted, name, rows[lifted.done[rows]], task) for name, rows in lifted.people()]
    return sorted((one for one in found if len(one.rows)), key=lambda one: -len(one.rows))


def _person(lifted: Lifted, name: str, rows: NDArray[np.int64], task: TaskInputs) -> PersonRisk:
    joints = upright_joints(lifted.joints[rows], lifted.up)
    frames = lifted.rows.frame[rows]
    scores = scores_from_joints(joints, task)
    drawn = _drawn(lifted, rows, task, scores) if len(rows) else {}
    return PersonRisk(name, rows, frames, frames / lifted.rate, joints, scores, drawn)


def _drawn(lifted: Lifted, rows: NDArray[np.int64], task: TaskInputs, scores: Scores) -> dict[str, Sureness]:
    joints = lifted.joints[rows]
    sigma = np.nan_to_num(lifted.sigma[rows])[..., None]
    noise = np.random.default_rng(0)
    scored: dict[str, list[NDArray[np.int64]]] = {method: [] for method in METHODS}
    for _ in range(DRAWS):
        moved = joints + sigma * noise.standard_normal(joints.shape)
        found = scores_from_joints(upright_joints(moved, lifted.up), task)
        for method in METHODS:
            scored[method].append(getattr(found, method).score.astype(np.int64))
    return {
        method: _sureness(method, np.stack(values), getattr(scores, method).score.astype(np.int64))
        for method, values in scored.items()
    }


def _sureness(method: str, draws: NDArray[np.int64], score: NDArray[np.int64]) -> Sureness:
    """Noise bends what is straight, so that the draws may all lie above the score: the interval is widened to it."""
    worse = draws.max(axis=2)
    level = level_of(method, worse)
    counts = np.stack([(level == number).mean(axis=0) for number in range(len(levels(method)))])
    low, high = (
        np.quantile(draws, share, axis=0, method="nearest").astype(np.int64) for share in (_LOW, _HIGH)
    )
    return Sureness(
        np.minimum(low, score), np.maximum(high, score), np.median(worse, axis=0), counts.max(axis=0)
    )


def csv_text(people: list[PersonRisk]) -> str:
    """A line a pose for a spreadsheet: who, when, scores with their intervals, angles."""
    text = ""
    for number, one in enumerate(people):
        columns = {"person": np.full(len(one.rows), one.name), "frame": one.frames, "second": one.seconds}
        for method, found in one.sureness.items():
            for side, column in (("left", 0), ("right", 1)):
                columns[f"{method}_{side}_from"] = found.low[:, column]
                columns[f"{method}_{side}_to"] = found.high[:, column]
        lines = sheet(one.scores, columns)
        text += lines if number == 0 else lines.split("\n", 1)[1]
    return text
