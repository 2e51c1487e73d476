"""The risk of a recording, of lifted people or of a corpus: what `posemill risk` says."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.part import finished_shards
from synth.body.open import open_body
from synth.body.skeleton import COCO_17, JOINTS
from synth.core.errors import InputError
from synth.core.npz import read_npz
from synth.core.tables import Table
from synth.motion.library import read
from synth.risk.lifting import MeasuredLift, find_lifts
from synth.risk.niosh import Grip
from synth.risk.scores import Scores, scores_from_joints, scores_from_poses
from synth.risk.stance import walking_from
from synth.risk.summary import drivers, level_shares, main_driver, owas_words, sheet, worst_moments
from synth.risk.task import TaskInputs, inputs_of

Array = NDArray[np.float64]
_MOST_ROWS = 200_000  # of a corpus, spread over it
_WORST = 5
_BEYOND = {  # multipliers of the NIOSH equation, and what it says where one is 0
    "horizontal": "hands over 63 cm away",
    "vertical": "hands over 175 cm high",
    "travel": "moved by over 175 cm",
    "asymmetry": "turned by over 135°",
    "frequency": "too many a minute",
}


@dataclass(frozen=True, eq=False)
class Assessed:
    """Scores of n postures; who (n,) says whose each is, seconds (n,) when, lifts what one person lifts."""

    title: str
    scores: Scores
    who: NDArray[Any]
    frames: NDArray[np.int64]
    seconds: Array
    loads: Array
    lifts: list[MeasuredLift] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    moving: bool = True

    def csv(self) -> str:
        """A line a posture."""
        columns: dict[str, NDArray[Any]] = {"who": self.who, "frame": self.frames}
        columns |= ({"second": self.seconds} if self.moving else {}) | {"load_kg": self.loads}
        return sheet(self.scores, columns)


def assess(path: Path, task: TaskInputs, given: frozenset[str] = frozenset()) -> Assessed:
    """The risk of a motion file, a poses.npz of `posemill predict`, or a corpus.

    given: the fields of `task` that the user gave, which go before those of a clip's own task. Raises InputError for
    what cannot be read.
    """
    if (path / "corpus.json").is_file():
        return _of_corpus(Corpus(path), task)
    if path.is_dir() and (path / "poses.npz").is_file():
        path = path / "poses.npz"
    if _is_poses(path):
        return _of_poses(path, task)
    return _of_motion(path, task, given)


def _of_motion(path: Path, task: TaskInputs, given: frozenset[str]) -> Assessed:
    clip = read(path)
    poses = clip.poses.astype(np.float64)
    joints = open_body("neutral").proxy().posed(poses, (), clip.trans).joints
    seconds = np.arange(clip.frames) / clip.rate
    if clip.work is not None:
        own = inputs_of(clip.work, seconds)
        task = replace(own, **{name: getattr(task, name) for name in given})
    scores = scores_from_poses(poses, joints, task, walking_from(joints, clip.rate))
    loads = task.loads(clip.frames)
    lifts = find_lifts(joints, clip.rate, loads if loads.any() else None)
    frames = np.arange(clip.frames)
    who = np.full(clip.frames, clip.name)
    return Assessed(path.name, scores, who, frames, seconds, loads, lifts if loads.any() else [])


def _is_poses(path: Path) -> bool:
    if path.suffix != ".npz" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return {"joints.npy", "joint_names_3d.npy", "up.npy"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _of_poses(path: Path, task: TaskInputs) -> Assessed:
    names = ("joints", "joint_names_3d", "up", "frame", "group", "rate", "lifted")
    arrays = read_npz(path, names)
    done = np.asarray(arrays["lifted"], bool)
    if not done.any():
        raise InputError("holds nobody who was lifted", where=str(path), remedy="predict from another input")
    given = [str(name) for name in arrays["joint_names_3d"]]
    joints = upright(arrays["joints"][done].astype(np.float64), tuple(given), arrays["up"][done])
    frames = np.asarray(arrays["frame"], np.int64)[done]
    return Assessed(
        path.name,
        scores_from_joints(joints, task),
        np.asarray(arrays["group"])[done].astype(str),
        frames,
        frames / float(arrays["rate"]),
        task.loads(int(done.sum())),
        notes=(
            "from 3D joints alone: the wrist counts as neutral, so that scores are the least they can be",
        ),
    )


def upright(joints: Array, names: tuple[str, ...], up: NDArray[Any]) -> Array:
    """(n, 48, 3) with Z up of joints (n, k, 3) by name, COCO's without their prefix, of frames with up (n, 3)."""
    vertical = up / np.linalg.norm(up, axis=-1, keepdims=True)
    side = np.where(np.abs(vertical[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]])
    first = np.cross(side, vertical)
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    axes = np.stack([first, np.cross(vertical, first), vertical], axis=1)
    turned = np.einsum("nij,nkj->nki", axes, joints)
    out = np.full((len(joints), len(JOINTS), 3), np.nan)
    for column, name in enumerate(names):
        known = f"coco_{name}" if name in COCO_17 else name
        if known in JOINTS:
            out[:, JOINTS.index(known)] = turned[:, column]
    return out


def _of_corpus(corpus: Corpus, task: TaskInputs) -> Assessed:
    parts = [part for part in corpus.parts() if finished_shards(part)]
    if not parts:
        raise InputError(
            "has no finished samples", where=str(corpus.folder), remedy="run `posemill generate`"
        )
    total = sum(part.samples for part in parts)
    pieces = [piece for part in parts for piece in _rows(part, max(1, -(-total // _MOST_ROWS)))]
    poses = all(part_has(part, "pose") for part in parts)
    joints = np.concatenate([piece[2] for piece in pieces])
    loads = np.concatenate([piece[3] for piece in pieces])
    if not np.asarray(task.load).any():
        task = replace(task, load=loads)
    scores = (
        scores_from_poses(np.concatenate([piece[1] for piece in pieces]), joints, task)
        if poses
        else scores_from_joints(joints, task)
    )
    who = np.concatenate([np.full(len(piece[2]), piece[0]) for piece in pieces])
    frames = np.concatenate([piece[4] for piece in pieces])
    places = np.arange(len(who), dtype=np.float64)  # no sample is near another in time
    notes = () if poses else ("from 3D joints alone, as a part has no rotations",)
    return Assessed(
        corpus.folder.name,
        scores,
        who,
        frames,
        places,
        task.loads(len(who)),
        notes=notes,
        moving=False,
    )


def part_has(part: Part, name: str) -> bool:
    return name in part.facts["arrays"]


def _rows(part: Part, every: int) -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """Part's name, poses, joints, loads and numbers of every so many samples of its finished shards."""
    for shard in finished_shards(part):
        start, stop = part.rows(shard)
        pick = slice((-start) % every, None, every)
        joints = part.read("joints_world", start, stop)[pick]
        poses = part.read("pose", start, stop)[pick] if part_has(part, "pose") else None
        load = part.read("load", start, stop)[pick] if part_has(part, "load") else np.zeros(len(joints))
        yield part.name, poses, joints, load, np.arange(start, stop)[pick]


def facts(found: Assessed, hours: float = 1.0, grip: Grip = "good", frequency: float = 0.2) -> dict[str, Any]:
    """All that the tables say, as JSON takes it. frequency: lifts a minute, over `hours` of them at a stretch."""
    scores = found.scores
    owas = scores.owas
    codes, counts = np.unique(owas.code, axis=0, return_counts=True)
    said: dict[str, Any] = {
        "what": found.title,
        "postures": len(scores),
        "people": sorted(set(found.who.tolist())),
        "notes": list(found.notes),
        "owas": {"shares": level_shares("owas", owas.action), "codes": {}},
        "worst": [_moment(found, row) for row in _worst(found)],
    }
    for row in np.argsort(-counts)[:_WORST]:
        said["owas"]["codes"]["".join(map(str, codes[row]))] = float(counts[row] / len(scores))
    for method in ("reba", "rula"):
        values = getattr(scores, method).score
        said[method] = {
            "mean": values.mean(0).tolist(),
            "most": values.max(0).tolist(),
            "shares": {
                side: level_shares(method, column)
                for side, column in (
                    ("left", values[:, 0]),
                    ("right", values[:, 1]),
                    ("worse", values.max(1)),
                )
            },
            "drivers": {word: float(drop.mean()) for word, drop in drivers(scores, method).items()},
        }
    said["lifts"] = [_lift(found, lift, hours, grip, frequency) for lift in found.lifts]
    return said


def _worst(found: Assessed) -> list[int]:
    both = (
        found.scores.reba.score.max(1) + found.scores.rula.score.max(1) / 10 + found.scores.owas.action / 100
    )
    return worst_moments(both, found.seconds, _WORST)


def _moment(found: Assessed, row: int) -> dict[str, Any]:
    scores = found.scores
    side = int(np.argmax(scores.reba.score[row]))
    alone = drivers(scores, "reba")
    return {
        "who": str(found.who[row]),
        "frame": int(found.frames[row]),
        "second": float(found.seconds[row]),
        "reba": scores.reba.score[row].tolist(),
        "rula": scores.rula.score[row].tolist(),
        "owas": "".join(map(str, scores.owas.code[row].tolist())),
        "owas_class": int(scores.owas.action[row]),
        "owas_words": owas_words(scores.owas.code[row]),
        "driver": main_driver(alone, row, side),
    }


def _lift(found: Assessed, lift: MeasuredLift, hours: float, grip: Grip, frequency: float) -> dict[str, Any]:
    load = float(found.loads[lift.start : lift.stop + 1].max())
    origin, end = lift.weights(load, frequency, hours, grip)
    lower = min(origin, end, key=lambda weight: weight.limit)
    beyond = [said for name, said in _BEYOND.items() if getattr(lower, name) == 0]
    return {
        "from_second": float(found.seconds[lift.start]),
        "to_second": float(found.seconds[lift.stop]),
        "from_height_cm": 100 * lift.vertical[0],
        "to_height_cm": 100 * lift.vertical[1],
        "reach_cm": 100 * max(lift.horizontal),
        "load_kg": load,
        "lifts_a_minute": frequency,
        "limit_kg": lower.limit,
        "index": None if beyond else lower.index,
        "beyond": beyond,
    }


def tables(said: dict[str, Any], moving: bool = True) -> list[Any]:
    """The facts as tables for people."""
    shown: list[Any] = []
    for method in ("reba", "rula"):
        shares = said[method]["shares"]
        shown.append(
            Table(
                f"{method.upper()}, % of {'time' if moving else 'samples'}",
                ["level", "left", "right", "worse side"],
                [
                    [name, *(f"{100 * shares[side][name]:.1f}" for side in ("left", "right", "worse"))]
                    for name in shares["worse"]
                ],
            )
        )
    owas = said["owas"]
    commonest = ", ".join(f"{code} {100 * share:.0f} %" for code, share in owas["codes"].items())
    shown.append(
        Table(
            f"OWAS, % of {'time' if moving else 'samples'}",
            ["class", "share"],
            [[name, f"{100 * share:.1f}"] for name, share in owas["shares"].items()],
            note=f"Most frequent codes (back, arms, legs, load): {commonest}.",
        )
    )
    when = "second" if moving else "sample"
    shown.append(
        Table(
            "The worst moments" if moving else "The worst samples",
            [when, "REBA left", "right", "RULA left", "right", "OWAS", "what drives it"],
            [
                [
                    f"{each['second']:.2f}" if moving else f"{each['who']} {each['frame']}",
                    *map(str, each["reba"]),
                    *map(str, each["rula"]),
                    f"{each['owas']} ({each['owas_class']})",
                    each["driver"],
                ]
                for each in said["worst"]
            ],
            text=["what drives it"],
        )
    )
    words = {word: 0 for method in ("reba", "rula") for word in said[method]["drivers"]}
    shown.append(
        Table(
            "What drives the scores",
            ["part", "REBA", "RULA"],
            [
                [
                    word,
                    *(
                        f"{said[m]['drivers'][word]:.2f}" if word in said[m]["drivers"] else "–"
                        for m in ("reba", "rula")
                    ),
                ]
                for word in words
            ],
            note="By how many points the score would fall without it, on average.",
        )
    )
    if said["lifts"]:
        shown.append(_lifts(said["lifts"]))
    return [*shown, *(f"Note: {note}." for note in said["notes"])]


def _lifts(lifts: list[dict[str, Any]]) -> Table:
    refused = any(lift["beyond"] for lift in lifts)
    why = ["no lift is allowed"] if refused else []
    rows = [
        [
            f"{lift['from_second']:.1f}", f"{lift['to_second']:.1f}", f"{lift['from_height_cm']:.0f}",
            f"{lift['to_height_cm']:.0f}", f"{lift['reach_cm']:.0f}", f"{lift['load_kg']:.1f}",
            f"{lift['limit_kg']:.1f}", "–" if lift["beyond"] else f"{lift['index']:.2f}",
            *([", ".join(lift["beyond"])] if refused else []),
        ]
        for lift in lifts
    ]  # fmt: skip
    return Table(
        "Lifts (revised NIOSH equation)",
        ["from s", "to s", "from cm", "to cm", "reach cm", "load kg", "limit kg", "index", *why],
        rows,
        note=f"Wherever both hands rise or sink together by 25 cm. At {lifts[0]['lifts_a_minute']:g} lifts a minute; "
        "--frequency gives another rate. An index over 1 is a risk for some workers, over 3 for most.",
        text=why,
    )
