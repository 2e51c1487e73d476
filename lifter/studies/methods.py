"""Every method trained on the same corpus from the same seeds, and scored on the same people: `make methods`.

    python -m lifter.studies.methods CORPUS OUT [--benchmark FILE.npz ...] [--seeds 3] [--pairs N] [--seen N]

Each method is trained with its shipped recipe on the corpus' training people, and once more ('open') on those of them
of whom props hide nothing, as many samples in all, to compare the curves of error against hidden joints.
Scores are of the corpus' test people, who are in no training split, and of benchmark files. What is in OUT already is
not made again, so a run that was stopped resumes. OUT gets methods.md, methods.json and pictures.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from lifter.data.fields import ORIGIN
from lifter.data.joints import BODY, BODY12
from lifter.data.loader import CorpusDataset
from lifter.data.samples import clips_of
from lifter.models.lifter import Lifter
from lifter.models.registry import MODELS
from lifter.score.cases import Cases, read_benchmark
from lifter.score.evaluate import evaluate
from lifter.score.scoring import corpus_cases
from lifter.score.tables import readable
from lifter.studies.methods_page import OCCLUDED, OPEN, write_page
from lifter.studies.script import Report, no_report, run, to_stderr
from lifter.train.recipe import TrainSpec, read_recipe
from lifter.train.run import train
from synth.core.disk import sha256_of, write_atomically
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.scene.props.stock import BANDS

FORMAT, CORPUS = "posemill-methods", "corpus"
OPEN_BANDS = ("0",)
TAKEN = (0, 1, 2, 3, 4, 5, 6, 7, 8)  # body joints that are taken from a benchmark's detections
_EACH = ("mpjpe", "pa_mpjpe")
_TIMED, _ONCE = 512, 200  # people lifted at once, and one by one, to measure the time


@dataclass(frozen=True)
class Job:
    """One training: the row of the table it belongs to, whether its people are occluded, its recipe, its folder."""

    row: str
    variant: str
    spec: TrainSpec
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name


def plan(
    corpus: Path,
    out: Path,
    recipes: dict[str, TrainSpec],
    seeds: int,
    *,
    open_seeds: int = 1,
    pairs: int | None = None,
    seen: int | None = None,
) -> list[Job]:
    """All trainings, seed by seed, so that a table of all methods is there early.

    `pairs` bounds the training samples. Epochs are as many as give a training `seen` samples in all; unless given,
    as many as the recipe's epochs on the whole corpus are, so that both variants see the same number.
    """
    jobs = []
    for row, given in recipes.items():
        there = {
            variant: available(corpus, given.model_copy(update={"bands": bands}))
            for variant, bands in ((OCCLUDED, given.bands), (OPEN, list(OPEN_BANDS)))
        }
        used = {variant: min(count, pairs or given.pairs) for variant, count in there.items()}
        steps = seen or given.epochs * used[OCCLUDED]
        for variant, upto in ((OCCLUDED, seeds), (OPEN, open_seeds)):
            for seed in range(upto):
                changes: dict[str, Any] = {
                    "seed": seed,
                    "pairs": pairs or given.pairs,
                    "epochs": max(1, round(steps / used[variant])),
                    "bands": list(OPEN_BANDS) if variant == OPEN else given.bands,
                }
                spec = TrainSpec.model_validate({**given.model_dump(), **changes})
                jobs.append(Job(row, variant, spec, out / "models" / f"{row}-{variant}-{seed}"))
    return sorted(jobs, key=lambda job: job.spec.seed)


def available(corpus: Path, spec: TrainSpec) -> int:
    """How many samples of a corpus a recipe may train on, not counting that some are not usable.

    Raises InputError where there are none.
    """
    data = CorpusDataset(
        corpus, ("band", "clip", ORIGIN), joint_set=None, batch=65536, selection=spec.selection,
        split="train" if spec.selection else None, parts=spec.parts, shuffle=False, rank=(0, 1),
    )  # fmt: skip
    wanted = None if spec.selection else clips_of(data, "train", spec.splits)
    codes = range(len(BANDS)) if spec.bands is None else [list(BANDS).index(name) for name in spec.bands]
    count = 0
    for batch in data:
        own = np.isin(batch["band"].numpy(), codes)
        if wanted is not None:
            own &= wanted[batch[ORIGIN][:, 0].numpy(), batch["clip"].numpy()]
        count += int(own.sum())
    if not count:
        what = "of which props hide nothing " if spec.bands else ""
        raise InputError(
            f"has no training samples {what}".strip(), where=str(corpus), remedy="give another corpus"
        )
    return count


def trained(job: Job, corpus: Path, report: Report) -> Lifter:
    """The job's lifter: trained, or gone on with, unless it is finished. Raises InputError as `train` does."""
    report(f"{job.name}: training, unless that is done")
    return train(corpus, job.folder, job.spec)


def score(job: Job, lifter: Lifter, targets: Sequence[Cases], report: Report) -> dict[str, Any]:
    """The job's figures on every target, kept beside the model and not computed again."""
    path = job.folder / "scores.json"
    known = _kept(path)
    model = sha256_of((job.folder / "model.pt").read_bytes())
    if known.get("model") != model:
        known = {"model": model, "targets": {}, "cost": _cost(lifter, targets[0])}
    for cases in targets:
        key = _key(cases)
        if known["targets"].get(cases.name, {}).get("key") == key:
            continue
        report(f"{job.name}: scoring on {cases.name}")
        known["targets"][cases.name] = {"key": key, **_scored(lifter, cases)}
        write_atomically(path, readable(known))
    return known


def _kept(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(cases: Cases) -> str:
    arrays = (cases.keypoints, cases.truth, cases.intrinsics, cases.image_size)
    return sha256_of(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays))


def _scored(lifter: Lifter, cases: Cases) -> dict[str, Any]:
    """An evaluation's facts, every person's errors, and from a benchmark those with some of its detections taken
    away; a corpus has joints that are hidden."""
    found = evaluate(lifter.lift(cases.keypoints, cases.intrinsics, cases.image_size), cases)
    taken = {}
    for count in TAKEN if cases.visibility is None else ():
        less = cases.seen_as(without_some(cases.keypoints, count), cases.name)
        answer = lifter.lift(less.keypoints, less.intrinsics, less.image_size)
        taken[str(count)] = _numbers(evaluate(answer, less).each["mpjpe"])
    return {
        "facts": found.facts,
        "each": {name: _numbers(found.each[name]) for name in _EACH},
        "taken": taken,
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 3) for value in values]


def without_some(keypoints: NDArray[np.float32], count: int, seed: int = 0) -> NDArray[np.float32]:
    """(n, 17, 3) detections without `count` of the 12 body joints, the same for every lifter; who has lost one
    joint has lost it at every greater count, too."""
    order = np.argsort(Draws(seed).uniform("methods.taken", np.arange(len(keypoints)), len(BODY12)), axis=1)
    less = keypoints.copy()
    less[np.arange(len(less))[:, None], BODY[order[:, :count]]] = 0.0
    return less


def _cost(lifter: Lifter, cases: Cases) -> dict[str, Any]:
    """Numbers learnt and stored, seconds of training, and milliseconds a person on one core: one at a time and
    many at once."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = np.arange(_TIMED) % len(cases)
        keypoints, intrinsics = cases.keypoints[rows], cases.intrinsics[rows]
        lifter.lift(keypoints[:8], intrinsics[:8])
        one = [_timed(lifter, keypoints[r : r + 1], intrinsics[r : r + 1]) for r in range(_ONCE)]
        many = [_timed(lifter, keypoints, intrinsics) / _TIMED for _ in range(3)]
    finally:
        torch.set_num_threads(threads)
    stored = sum(tensor.numel() for tensor in lifter.model.state_dict().values())
    return {
        "parameters": lifter.parameters,
        "stored": stored,
        "seconds": lifter.facts.get("seconds"),
        "ms_one": 1000 * float(np.median(one)),
        "ms_many": 1000 * float(np.min(many)),
    }


def _timed(lifter: Lifter, keypoints: NDArray[Any], intrinsics: NDArray[Any]) -> float:
    start = time.perf_counter()
    lifter.lift(keypoints, intrinsics)
    return time.perf_counter() - start


def study(
    corpus: Path,
    out: Path,
    recipes: dict[str, TrainSpec],
    benchmarks: Sequence[Path],
    *,
    seeds: int = 3,
    open_seeds: int = 1,
    pairs: int | None = None,
    seen: int | None = None,
    people: int = 5000,
    report: Report = no_report,
) -> dict[str, Any]:
    """Train and score whatever is missing, and return the facts. The page is rewritten after every lifter, its pictures
    after every seed.

    Raises InputError for a benchmark that is none, before anything is trained, and as `train` does.
    """
    others = [read_benchmark(path) for path in benchmarks]
    names = [CORPUS, *(cases.name for cases in others)]
    if len(set(names)) < len(names):
        raise InputError(
            "several have the same name", where="--benchmark", remedy=f"rename one; not '{CORPUS}' either"
        )
    jobs = plan(corpus, out, recipes, seeds, open_seeds=open_seeds, pairs=pairs, seen=seen)
    facts: dict[str, Any] = {"format": FORMAT, "corpus": str(corpus), "rows": []}
    targets: list[Cases] = []
    for job, after in zip(jobs, [*jobs[1:], None], strict=True):
        lifter = trained(job, corpus, report)
        targets = targets or [corpus_cases([lifter], corpus, people=people, name=CORPUS), *others]
        found = score(job, lifter, targets, report)
        facts["rows"].append(
            {"row": job.row, "variant": job.variant, "seed": job.spec.seed, "recipe": job.spec.model_dump(mode="json")}
            | found
        )  # fmt: skip
        write_page(out, facts, targets, plot=after is None or after.spec.seed != job.spec.seed)
    return facts


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lifter.studies.methods", description=__doc__.split("\n")[0]
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--benchmark", type=Path, action="append", default=[], help="an .npz; may be repeated"
    )
    parser.add_argument("--methods", nargs="+", choices=MODELS.names(), default=MODELS.names())
    parser.add_argument("--recipe", action="append", default=[], metavar="NAME=FILE", help="one more row")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--open-seeds", type=int, default=1, help="of trainings without occlusion")
    parser.add_argument("--pairs", type=int, help="training samples, at most")
    parser.add_argument("--seen", type=int, help="samples that each training sees in all: sets the epochs")
    parser.add_argument("--people", type=int, default=5000, help="of the corpus' test people, at most")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    recipes = {name: read_recipe(name) for name in given.methods}
    for text in given.recipe:
        name, _, path = text.partition("=")
        if not name or not path or name in recipes:
            raise InputError(
                f"'{text}' is not NAME=FILE with a new name",
                where="--recipe",
                remedy="such as small=small.yaml",
            )
        recipes[name] = read_recipe(None, Path(path))
    facts = study(
        given.corpus, given.out, recipes, given.benchmark, seeds=given.seeds, open_seeds=given.open_seeds,
        pairs=given.pairs, seen=given.seen, people=given.people,
        report=to_stderr,
    )  # fmt: skip
    print(json.dumps(facts["table"]) if given.json else (given.out / "methods.md").read_text())
    return 0


if __name__ == "__main__":
    run(main)
