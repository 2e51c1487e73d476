"""Makes the shipped lifter `default`: generate, train, store as safetensors, score, and write figures and card.

    python -m lifter.assets.build_default WORK                                     # from the shipped motion alone
    python -m lifter.assets.build_default WORK --source builtin --source my_motion --benchmark pose2sim.npz
    python -m lifter.assets.build_default --trained RUN --corpus CORPUS            # of a training that there is

The recipes are the shipped ones: manifests/lifter.yaml twice, with the detector models posefix (seed 11) and motionbert
(seed 12), and manifests/lifters/posemill.yaml. Interrupted, the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lifter.assets.build_card import card_text
from lifter.models.default import CHECKPOINT
from lifter.models.lifter import Lifter, load_lifter, save_lifter
from lifter.score.evaluate import evaluate
from lifter.score.scoring import cases_for
from lifter.train.recipe import SHIPPED
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.motion import is_builtin

PAIRS = 500_000  # of each part
PARTS = (
    {"detector": "posefix", "name": "lifter", "seed": 11},
    {"detector": "motionbert", "name": "lifter-mb", "seed": 12},
)
MOST_BYTES = 8_000_000
MOST_OFF = 0.001  # metres between predictions of the stored model and of the trained one
_SPLITS = ("groups", "bands", "missing", "views")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_default", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path, nargs="?", help="folder for the corpus and the training")
    parser.add_argument(
        "--source", action="append", help="of motion: builtin, or a folder; builtin if not given"
    )
    parser.add_argument(
        "--terms", action="append", metavar="SOURCE=TERMS", help="where a source does not say"
    )
    parser.add_argument("--benchmark", type=Path, action="append", help="a benchmark file to score on, too")
    parser.add_argument("--trained", type=Path, help="folder of a finished training, instead of making one")
    parser.add_argument("--corpus", type=Path, help="the corpus of that training")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of each of the two parts")
    parser.add_argument("--people", type=int, default=20_000, help="held-out people to score on at most")
    parser.add_argument(
        "--out", type=Path, default=CHECKPOINT.parent, help="folder to write the three files to"
    )
    given = parser.parse_args(arguments)
    if (given.work is None) == (given.trained is None) or (given.trained is None) != (given.corpus is None):
        parser.error("give WORK, or --trained and --corpus")
    terms = dict(each.split("=", 1) for each in given.terms or [])
    try:
        if given.work is not None:
            given.corpus, given.trained = given.work / "corpus", given.work / "model"
            make_corpus(given.corpus, given.source or ["builtin"], given.pairs)
            posemill("train", given.corpus, given.trained, "--model", "posemill")
        build(given.trained, given.corpus, given.out, given.benchmark or [], terms, given.people)
    except InputError as error:
        print(f"build_default: {error}", file=sys.stderr)
        return 2
    return 0


def posemill(*arguments: object) -> str:
    """Run a command of Posemill and give its standard output. Raises InputError where it fails."""
    command = [sys.executable, "-m", "pipelines.commands.main", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise InputError("failed", where=f"posemill {arguments[0]}", remedy="see its message above")
    return done.stdout


def make_corpus(corpus: Path, sources: list[str], pairs: int) -> None:
    """Both parts of the corpus, or what is missing of them."""
    paths = ", ".join(
        f"{{path: {each if is_builtin(each) else json.dumps(str(Path(each).resolve()))}}}" for each in sources
    )
    recipe = SHIPPED.parent / "lifter.yaml"
    for part in PARTS:
        posemill(
            "generate", recipe, corpus, "--seed", part["seed"], "--set", f"motion.sources=[{paths}]",
            "--set", f"pairs.count={pairs}", "--set", f"detector={part['detector']}", "--set", f"name={part['name']}",
        )  # fmt: skip


def build(
    trained: Path, corpus: Path, out: Path, benchmarks: list[Path], terms: dict[str, str], people: int
) -> None:
    """Store a trained lifter as default.safetensors, with default.json and default.md beside it.

    Raises InputError where the file is too large, or where its predictions are not those of the trained lifter.
    """
    original = load_lifter(trained)
    original.facts = portable(original.facts)
    file = out / CHECKPOINT.name
    with tempfile.TemporaryDirectory() as scratch:
        candidate = Path(scratch) / file.name
        save_lifter(candidate, original)
        content = candidate.read_bytes()
        stored = load_lifter(candidate)
    if len(content) > MOST_BYTES:
        raise InputError(
            f"is {len(content):,} bytes", where=file.name, remedy=f"keep it below {MOST_BYTES:,}"
        )
    cases = {"held-out people": cases_for([stored], corpus, people=people)}
    cases |= {path.stem: cases_for([stored], path) for path in benchmarks}
    scores = {}
    off = 0.0
    for name, each in cases.items():
        poses, exact = (
            one.lift(
                each.keypoints, each.intrinsics, each.image_size, sequence=each.sequence, frame=each.frame
            )
            for one in (stored, original)
        )
        far = np.linalg.norm(poses.joints + poses.root[:, None] - exact.joints - exact.root[:, None], axis=-1)
        off = max(off, float(np.nanmax(far)))
        scores[name] = shortened(evaluate(poses, each).facts)
    if off > MOST_OFF:
        raise InputError(
            f"predicts {1000 * off:.2f} mm off",
            where=file.name,
            remedy="store it in the precision that it has",
        )
    facts = {
        "format": "posemill-default-1",
        "file": {
            "name": file.name,
            "bytes": len(content),
            "largest_change_mm": round(1000 * off, 3),
        },
        "method": stored.name,
        "parameters": stored.parameters,
        "training": training(stored),
        "corpus": corpus_facts(corpus, terms),
        "scores": scores,
    }
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomically(file, content)
    write_atomically(file.with_suffix(".json"), text.encode())
    write_atomically(file.with_suffix(".md"), card_text(facts).encode())
    print(f"{file}: {len(content):,} bytes, {1000 * off:.3f} mm off at most")


def portable(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts without paths of the machine that trained: folders keep their last name."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value

    found: dict[str, Any] = plain(facts)
    return found


def training(lifter: Lifter) -> dict[str, Any]:
    """How it was trained."""
    facts = lifter.facts
    return {
        "recipe": facts["recipe"],
        "epoch": facts.get("epoch"),
        "samples": facts.get("train_samples"),
        "seconds": facts.get("seconds"),
        "torch": facts.get("torch"),
        "validation": facts.get("val", {}),
    }


def corpus_facts(corpus: Path, terms: dict[str, str]) -> dict[str, Any]:
    """What `posemill info` says of the parts, the motion and the licences."""
    info = json.loads(posemill("info", corpus, "--json"))
    licences = {row["what"]: row["terms"] for row in info["licences"]}
    licences |= {
        f"motion: {source}": text for source, text in terms.items() if f"motion: {source}" in licences
    }
    parts = [{key: part[key] for key in ("name", "samples", "seed", "rate")} for part in info["parts"]]
    return {"parts": parts, "motion": info["motion"][0]["sources"], "licences": licences}


def shortened(facts: dict[str, Any]) -> dict[str, Any]:
    """Of an evaluation what a reader of the card asks for."""
    kept = (
        "cases",
        "people",
        "scored",
        "unanswered",
        "untrue",
        "roots",
        "interval",
        "all",
        *_SPLITS,
        "angles",
        "root",
    )
    found = {key: facts[key] for key in kept if key in facts}
    return found | {"calibration": {key: facts["calibration"][key] for key in ("error", "sigma_mm", "rank")}}


if __name__ == "__main__":
    raise SystemExit(main())
