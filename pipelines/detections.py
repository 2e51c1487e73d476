"""Detections of a part's samples, as they are stored or as another detector would have reported them.

    python -m pipelines.detections CORPUS [--detector motionbert] [--samples 200000] [--json]

prints what the detector did against what its model says: shares of errors, bands, confidence.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus import Corpus, Part
from pipelines.recipe import Recipe
from synth.body.skeleton import COCO_17
from synth.draw import Draws
from synth.errors import InputError
from synth.label.detection import INPUTS, Detector, DetectorSpec
from synth.label.detection.check import check_bands, check_confidence, check_shares, unexplained
from synth.label.detection.spec import MODELS


def detector_of(part: Part, spec: DetectorSpec | None = None, seed: int | None = None) -> Detector | None:
    """The detector of a part's recipe, None where it has none; or another, with the part's seed or another."""
    recipe = Recipe.model_validate(part.facts["recipe"])
    if spec is None and "detection" in part.facts["arrays"]:
        spec = recipe.detector_spec
    if spec is None:
        return None
    # parts from before there were detections do not say where the middles of their props are
    centres = np.array([prop.get("middle", [0.0, 0.0, 0.0]) for prop in part.facts["props"]]).reshape(-1, 3)
    return Detector(spec, Draws(recipe.seed if seed is None else seed), centres)


def read_inputs(part: Part, start: int, stop: int) -> dict[str, NDArray[Any]]:
    """The labels of samples start to stop - 1 that a detector reads."""
    return {name: part.read(name, start, stop) for name in INPUTS}


def statistics(part: Part, detector: Detector, samples: int) -> dict[str, Any]:
    """What a detector did on the first samples of a part against what its model says."""
    labels = read_inputs(part, 0, min(samples, part.samples))
    made = detector.detect(labels)
    error, missed = made["detection_error"], made["detection"][..., 2] == 0
    return {
        "part": part.name,
        "model": detector.spec.model,
        "samples": len(error),
        "detections": int(error.size),
        "joints": {
            name: [float((error[:, j] == code).mean()) for code in range(5)] + [float(missed[:, j].mean())]
            for j, name in enumerate(COCO_17)
        },
        "shares": check_shares(detector, labels, made),
        "bands": check_bands(detector, labels, made),
        "confidence": check_confidence(detector, labels, made),
        "unexplained": unexplained(detector, labels, made),
    }


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"{found['model']}: {found['samples']:,} samples, {found['detections']:,} detections of {found['part']}",
        "visibility  outcome                      share  expected  deviation (standard errors)",
    ]
    for row in found["shares"]:
        if row["joints"]:
            share, wanted = row["count"] / row["joints"], row["expected"] / row["joints"]
            lines.append(
                f"{row['visibility']:<11} {row['outcome']:<25} {share:8.4f}  {wanted:8.4f}  {row['deviation']:+6.2f}"
            )
    lines.append("outcome        in fifths of its band, each 0.2 expected    deviation  beyond")
    for row in found["bands"]:
        fifths = " ".join(f"{share:.4f}" for share in row["fifths"])
        lines.append(f"{row['outcome']:<14} {fifths:<43} {row['deviation']:6.2f}  {row['beyond']:6d}")
    lines.append("distance, half the box's longer side   detections  confidence  expected  deviation")
    for row in found["confidence"]:
        lines.append(
            f"{row['from']:.3f} to {row['to']:<29.3f} {row['count']:10d}  {row['confidence']:10.4f}"
            f"  {row['expected']:8.4f}  {row['deviation']:+6.2f}"
        )
    lines += [f"not explained, {what}: {count}" for what, count in found["unexplained"].items()]
    lines.append("joint             good jitter  inver   swap   miss  (silent)")
    for name, shares in found["joints"].items():
        lines.append(f"{name:<15}" + " ".join(f"{share:6.3f}" for share in shares))
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipelines.detections", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--part", help="of the corpus; the last unless given")
    parser.add_argument(
        "--detector", choices=MODELS, help="posefix or motionbert; the part's own unless given"
    )
    parser.add_argument("--samples", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    corpus = Corpus(given.corpus)
    part = corpus.part(given.part) if given.part else corpus.parts()[-1]
    detector = detector_of(part, DetectorSpec.model_validate(given.detector) if given.detector else None)
    if detector is None:
        raise InputError("has no detector", where=str(part.folder), remedy="give --detector posefix")
    found = statistics(part, detector, given.samples)
    print(json.dumps(found) if given.json else "\n".join(_lines(found)))
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except InputError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
