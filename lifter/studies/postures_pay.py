"""Do authored tasks and explored postures make a lifter better? `make postures-pay`.

    python -m lifter.studies.postures_pay OUT --held-out FOLDER [--benchmark FILE.npz ...] [--result FILE.json]

The lifter `posemill` is trained on samples of (a) the recordings that ship, (b) these and the library of tasks, (c)
both and explored postures: the same number of samples in all, a half or a third from each. Each is scored on real
recordings that no training saw (`--held-out`, a folder of motion files), on benchmark files, and on validation: the
recordings' own people who are in no training split. Seeds change the lifter's training, not the corpus. What is in OUT
already is not made again.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifter.data.samples import groups, read_samples
from lifter.models.lifter import Lifter
from lifter.score.cases import Cases, cases_of, read_benchmark
from lifter.score.evaluate import evaluate
from lifter.score.scoring import corpus_cases
from lifter.score.tables import readable
from lifter.studies.script import Report, no_report, run, to_stderr
from lifter.train.recipe import SHIPPED, TrainSpec, read_recipe
from lifter.train.run import train
from pipelines.corpus.corpus import Corpus
from synth.core.disk import read_json, write_atomically
from synth.core.errors import InputError

# what each part is made from, and which parts each of the trainings sees
SOURCES: dict[str, dict[str, Any]] = {
    "recordings": {"path": "builtin/recordings"},
    "library": {"path": "postures"},
    "explore": {"path": "explore", "clips": 600},
}
MIXES = {
    "recordings": ("recordings",),
    "recordings and library": ("recordings", "library"),
    "recordings, library and explore": ("recordings", "library", "explore"),
}
HELD_OUT, VALIDATION = "held-out recordings", "validation"
METRICS = {"mpjpe": "MPJPE", "pa_mpjpe": "PA-MPJPE"}
_HELD_OUT_PAIRS, _PEOPLE = 12_000, 6000


@dataclass(frozen=True)
class Sizes:
    """pairs: samples of each part and of each training; seen: samples that a training sees in all."""

    pairs: int = 200_000
    seen: int = 600_000
    seeds: int = 3


def make_corpora(out: Path, held_out: Path, pairs: int) -> tuple[Path, Path]:
    """The corpus with a part for each of `SOURCES`, and that of the held-out recordings, or what is missing of them."""
    corpus, real = out / "corpus", out / "held_out"
    for name, source in SOURCES.items():
        _generate(corpus, name, source, pairs, seed=31)
    _generate(real, "real", {"path": str(held_out.resolve())}, _HELD_OUT_PAIRS, seed=37)
    return corpus, real


def _generate(corpus: Path, name: str, source: dict[str, Any], pairs: int, seed: int) -> None:
    recipe = SHIPPED.parent / "lifter.yaml"
    changes = (
        f"name={name}",
        f"motion.sources={json.dumps([source])}",
        f"pairs.count={pairs}",
    )
    command = [sys.executable, "-m", "pipelines.commands.main", "generate", str(recipe), str(corpus)]
    command += ["--seed", str(seed), *(word for change in changes for word in ("--set", change))]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        raise InputError(
            f"the part '{name}' could not be generated", where=str(corpus), remedy="see the message above"
        )


def part_of(corpus: Path, name: str) -> str:
    """The part of pairs that a recipe of this name made."""
    return next(part for part in Corpus(corpus).part_names() if part == f"{name}-pairs")


def recipe_for(
    corpus: Path, mix: str, seed: int, sizes: Sizes, changes: list[str] | None = None
) -> TrainSpec:
    """The shipped recipe of `posemill` over the parts of a mix."""
    shipped = read_recipe("posemill", None, changes)
    own = {
        "seed": seed,
        "pairs": sizes.pairs,
        "epochs": max(1, round(sizes.seen / sizes.pairs)),
        "parts": [part_of(corpus, name) for name in MIXES[mix]],
    }
    return TrainSpec.model_validate({**shipped.model_dump(), **own})


def targets(
    corpus: Path, real: Path, lifter: Lifter, spec: TrainSpec, benchmarks: Sequence[Path]
) -> list[Cases]:
    """Whom every lifter is scored on."""
    parts = [part_of(corpus, "recordings")]
    people = read_samples(corpus, split="val", splits=spec.splits, parts=parts, limit=_PEOPLE)
    validation = cases_of(people, groups(corpus, people, "recording", parts), VALIDATION, "recording")
    held_out = corpus_cases([lifter], real, people=_HELD_OUT_PAIRS, name=HELD_OUT)
    return [held_out, *map(read_benchmark, benchmarks), validation]


def scored(lifter: Lifter, cases: Cases) -> dict[str, Any]:
    """Errors in mm over all, and over each group where the cases are a few recordings."""
    groups = sorted(set(cases.group)) if cases.name == HELD_OUT else []
    each = {name: _errors(lifter, cases.take(cases.group == name)) for name in groups}
    return {**_errors(lifter, cases), "groups": each}


def _errors(lifter: Lifter, cases: Cases) -> dict[str, float]:
    facts = evaluate(lifter.lift(cases.keypoints, cases.intrinsics, cases.image_size), cases).facts
    return {key: facts["all"][key]["mean"] for key in METRICS}


def study(
    out: Path,
    held_out: Path,
    benchmarks: Sequence[Path] = (),
    sizes: Sizes | None = None,
    changes: list[str] | None = None,
    report: Report = no_report,
) -> dict[str, Any]:
    """Generate, train and score whatever is missing; the facts as they are stored.

    Raises InputError where a part cannot be generated or a file is no benchmark, and as `train` does.
    """
    sizes = sizes or Sizes()
    corpus, real = make_corpora(out, held_out, sizes.pairs)
    found: dict[str, dict[str, list[Any]]] = {mix: {} for mix in MIXES}
    judged: list[Cases] = []
    for seed in range(sizes.seeds):
        for number, mix in enumerate(MIXES):
            spec = recipe_for(corpus, mix, seed, sizes, changes)
            folder = out / "models" / f"{'abc'[number]}-{seed}"
            report(f"{mix}, seed {seed}: training, unless that is done")
            lifter = train(corpus, folder, spec)
            judged = judged or targets(corpus, real, lifter, spec, benchmarks)
            for cases in judged:
                found[mix].setdefault(cases.name, []).append(_kept(folder, lifter, cases))
    return {
        "pairs": sizes.pairs, "seen": sizes.seen, "seeds": list(range(sizes.seeds)),
        "config": recipe_for(corpus, next(iter(MIXES)), 0, sizes, changes).config,
        "held_out": sorted(path.name for path in held_out.iterdir()),
        "mixes": {mix: {name: _over_seeds(rows) for name, rows in each.items()} for mix, each in found.items()},
    }  # fmt: skip


def _kept(folder: Path, lifter: Lifter, cases: Cases) -> dict[str, Any]:
    path = folder / f"{cases.name.replace(' ', '_')}.json"
    if not path.exists():
        write_atomically(path, readable(scored(lifter, cases)))
    kept: dict[str, Any] = read_json(path, "remove it and run again")
    return kept


def _over_seeds(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean and standard deviation over seeds of each metric, mm, the seeds' own, and the mean of each group."""
    found: dict[str, Any] = {}
    for key in METRICS:
        own = [row[key] for row in rows]
        spread = float(np.std(own, ddof=1)) if len(own) > 1 else None
        found[key] = {"mean": float(np.mean(own)), "sd": spread, "seeds": own}
    names = rows[0]["groups"]
    found["groups"] = {
        n: {k: float(np.mean([r["groups"][n][k] for r in rows])) for k in METRICS} for n in names
    }
    return found


def rows(values: dict[str, Any]) -> list[dict[str, str]]:
    """A row a mix, for the table on the page: every target's errors, mean and standard deviation over seeds."""
    shown = []
    for mix, each in values["mixes"].items():
        row = {"trained on": mix}
        for target, found in each.items():
            for key, title in METRICS.items():
                spread = found[key]["sd"]
                cell = f"{found[key]['mean']:.1f}" + ("" if spread is None else f" ± {spread:.1f}")
                row[f"{target}, {title}"] = cell
        shown.append(row)
    return shown


def gain(values: dict[str, Any], target: str = HELD_OUT) -> float:
    """By what share the last mix's MPJPE is below the first's."""
    first, *_, last = (each[target]["mpjpe"]["mean"] for each in values["mixes"].values())
    return float(1.0 - last / first)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lifter.studies.postures_pay", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--held-out", type=Path, required=True, help="folder of recordings that do not ship")
    parser.add_argument(
        "--benchmark", type=Path, action="append", default=[], help="an .npz; may be repeated"
    )
    parser.add_argument("--pairs", type=int, default=Sizes.pairs, help="of each part and each training")
    parser.add_argument("--seen", type=int, default=Sizes.seen, help="samples that a training sees in all")
    parser.add_argument("--seeds", type=int, default=Sizes.seeds)
    parser.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="of the lifter's recipe"
    )
    parser.add_argument("--result", type=Path, help="file to write the figures to")
    given = parser.parse_args(arguments)
    sizes = Sizes(given.pairs, given.seen, given.seeds)
    values = study(given.out, given.held_out, given.benchmark, sizes, given.set or None, to_stderr)
    values |= {"table": rows(values), "gain": round(gain(values), 3)}
    if given.result:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
        made = {
            "made_by": "make postures-pay",
            "commit": commit.stdout.strip(),
            "date": datetime.date.today().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        }
        write_atomically(given.result, readable({**made, "values": values}))
    print(readable(values["table"]).decode())
    print(f"{HELD_OUT}: MPJPE {100 * values['gain']:.0f} % lower than with recordings alone")
    return 0


if __name__ == "__main__":
    run(main)
