"""What a detector did to a corpus against what its model says: shares of errors, bands, confidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.corpus.corpus import Part, open_corpus
from pipelines.corpus.part import finished_shards
from pipelines.generate.detections import detector_of, read_inputs
from pipelines.generate.recipe import load_detector
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.detector.check import check_bands, check_confidence, check_shares, unexplained
from synth.detector.detector import INPUTS, Detector


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


def examine(folder: Path, part: str | None, detector: str | None, samples: int) -> dict[str, Any]:
    """The statistics of a part's own detector, or of another: a model's name or a YAML file.

    Raises InputError where there is no such part, no detector, or the file is not one.
    """
    corpus = open_corpus(folder)
    chosen = corpus.part(part) if part else corpus.parts()[-1]
    done = finished_shards(chosen)
    found = detector_of(chosen, None if detector is None else load_detector(detector, Path()))
    if found is None:
        raise InputError("has no detector", where=str(chosen.folder), remedy="give --detector posefix")
    missing = set(INPUTS) - set(chosen.facts["arrays"])
    if missing:
        raise InputError(
            f"has no '{min(missing)}'", where=str(chosen.folder), remedy="name a part that `generate` made"
        )
    if done != list(range(chosen.shards)):
        raise InputError("is not finished", where=str(chosen.folder), remedy="let `posemill generate` finish")
    return statistics(chosen, found, samples)


def lines(found: dict[str, Any]) -> list[str]:
    """The statistics for people."""
    text = [
        f"{found['model']}: {found['samples']:,} samples, {found['detections']:,} detections of {found['part']}",
        "visibility  outcome                      share  expected  deviation (standard errors)",
    ]
    for row in found["shares"]:
        if row["joints"]:
            share, wanted = row["count"] / row["joints"], row["expected"] / row["joints"]
            text.append(
                f"{row['visibility']:<11} {row['outcome']:<25} {share:8.4f}  {wanted:8.4f}  {row['deviation']:+6.2f}"
            )
    text.append("outcome        in fifths of its band, each 0.2 expected    deviation  beyond")
    for row in found["bands"]:
        fifths = " ".join(f"{share:.4f}" for share in row["fifths"])
        text.append(f"{row['outcome']:<14} {fifths:<43} {row['deviation']:6.2f}  {row['beyond']:6d}")
    text.append("distance, half the box's longer side   detections  confidence  expected  deviation")
    for row in found["confidence"]:
        end = "" if row["to"] is None else f"{row['to']:.3f}"
        text.append(
            f"{row['from']:.3f} to {end:<29} {row['count']:10d}  {row['confidence']:10.4f}"
            f"  {row['expected']:8.4f}  {row['deviation']:+6.2f}"
        )
    text += [f"not explained, {what}: {count}" for what, count in found["unexplained"].items()]
    text.append("joint             good jitter  inver   swap   miss  (silent)")
    for name, shares in found["joints"].items():
        text.append(f"{name:<15}" + " ".join(f"{share:6.3f}" for share in shares))
    return text
