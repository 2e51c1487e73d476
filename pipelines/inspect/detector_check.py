"""A part's detections against what the detector's model says: shares of errors, bands, confidence.

The detections are those that the part stores. They are also compared with what the model gives for the stored
labels, so that a changed value shows. With another detector, which the part does not store, they are computed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part, open_corpus
from pipelines.corpus.part import finished_shards
from pipelines.generate.detections import detector_of, read_inputs
from pipelines.generate.recipe import load_detector
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.core.words import count
from synth.detector.check import check_bands, check_confidence, check_shares, unexplained
from synth.detector.detector import INPUTS, DetectionError, Detector

OUTPUTS = ("detection", "detection_error")
_PIXELS, _CONFIDENCE = 0.01, 1e-3  # processors differ in the last bits of sines and logarithms
_NAMED = 20  # rows that the facts name
Arrays = dict[str, NDArray[Any]]


def read_detections(part: Part, start: int, stop: int) -> Arrays:
    """`detection` (n, 17, 3) and `detection_error` (n, 17) of samples start to stop - 1, as the part stores them."""
    return {name: part.read(name, start, stop) for name in OUTPUTS}


def statistics(detector: Detector, labels: Arrays, made: Arrays) -> dict[str, Any]:
    """Detections of samples with the labels `INPUTS` against what the detector's model says.

    Samples whose detections are not finite, or have an unknown error code, are counted under `unexplained` and left
    out of the rest.
    """
    damaged = ~_valid(made)
    labels, made = ({name: a[~damaged] for name, a in arrays.items()} for arrays in (labels, made))
    error, missed = made["detection_error"], made["detection"][..., 2] == 0
    return {
        "model": detector.spec.model,
        "samples": len(damaged),
        "detections": int(error.size),
        "joints": {
            name: [float((error[:, j] == code).mean()) for code in DetectionError]
            + [float(missed[:, j].mean())]
            for j, name in enumerate(COCO_17)
        }
        if len(error)
        else {},
        "shares": check_shares(detector, labels, made),
        "bands": check_bands(detector, labels, made),
        "confidence": check_confidence(detector, labels, made),
        "unexplained": {
            "not finite, or an unknown code": int(damaged.sum()),
            **unexplained(detector, labels, made),
        },
    }


def _valid(made: Arrays) -> NDArray[np.bool_]:
    """(n,) whether a sample's detections are numbers and its codes known."""
    finite = np.isfinite(made["detection"]).all(axis=(1, 2))
    return np.asarray(finite & np.isin(made["detection_error"], list(DetectionError)).all(axis=1))


def changed(stored: Arrays, expected: Arrays) -> NDArray[np.bool_]:
    """(n,) whether any of a sample's 17 stored detections is not the expected one."""
    apart = np.abs(stored["detection"].astype(np.float64) - expected["detection"])
    # written so that NaN counts as changed
    same = (apart[..., :2] <= _PIXELS).all(axis=2) & (apart[..., 2] <= _CONFIDENCE)
    same &= stored["detection_error"] == expected["detection_error"]
    return np.asarray(~same.all(axis=1))


def examine(folder: Path, part: str | None, detector: str | None, samples: int) -> dict[str, Any]:
    """The statistics of the detections that a part stores, or of those that another detector would have reported.

    part: its name, the last of the corpus if not given. detector: a model's name or a YAML file; None for the part's
    own. samples: how many at most, from the first. `changed` counts the samples whose stored detections are not what
    the model gives (None where nothing stored was read), `changed_rows` names the first of them.

    Raises InputError where there is no such part, it has no detector or is not finished, or the file is not a
    detector.
    """
    corpus = open_corpus(folder)
    chosen = corpus.part(part) if part else corpus.parts()[-1]
    own = detector is None
    missing = {*INPUTS, *(OUTPUTS if own else ())} - set(chosen.facts["arrays"])
    if missing & set(INPUTS):
        raise InputError(
            f"has no '{min(missing & set(INPUTS))}'",
            where=str(chosen.folder),
            remedy="name a part that `posemill generate` made",
        )
    found = detector_of(chosen, None if detector is None else load_detector(detector, Path()))
    if found is None or missing:
        raise InputError("has no detector", where=str(chosen.folder), remedy="give --detector posefix")
    if finished_shards(chosen) != list(range(chosen.shards)):
        raise InputError("is not finished", where=str(chosen.folder), remedy="let `posemill generate` finish")
    taken = min(samples, chosen.samples)
    labels = read_inputs(chosen, 0, taken)
    expected = found.detect(labels)
    made = read_detections(chosen, 0, taken) if own else expected
    rows = np.flatnonzero(changed(made, expected))
    return {
        "part": chosen.name,
        "stored": own,
        "changed": len(rows) if own else None,
        "changed_rows": rows[:_NAMED].tolist(),
        **statistics(found, labels, made),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The statistics for people."""
    source = "stored" if found["stored"] else "computed"
    text = [
        f"{found['model']}: {count(found['samples'], 'sample')}, {found['detections']:,} {source} detections of "
        f"{found['part']}",
        "visibility  outcome                      share  expected  deviation (standard errors)",
    ]
    for row in found["shares"]:
        if row["joints"]:
            share, expected = row["count"] / row["joints"], row["expected"] / row["joints"]
            text.append(
                f"{row['visibility']:<11} {row['outcome']:<25} {share:8.4f}  {expected:8.4f}  {row['deviation']:+6.2f}"
            )
    text.append("outcome        in fifths of its band, each 0.2 expected    deviation  beyond")
    for row in found["bands"]:
        fifths = " ".join(f"{share:.4f}" for share in row["fifths"])
        text.append(f"{row['outcome']:<14} {fifths:<43} {row['deviation']:6.2f}  {row['beyond']:6d}")
    text.append("distance, half the box's longer side   detections  confidence  expected  deviation")
    for row in found["confidence"]:
        last = row["to"] is None or not np.isfinite(row["to"])
        distance = f"{row['from']:.3f} and over" if last else f"{row['from']:.3f} to {row['to']:.3f}"
        text.append(
            f"{distance:<38} {row['count']:10d}  {row['confidence']:10.4f}  {row['expected']:8.4f}"
            f"  {row['deviation']:+6.2f}"
        )
    text += [f"not explained, {what}: {count}" for what, count in found["unexplained"].items()]
    text.append("joint             good jitter  inver   swap   miss  (silent)")
    for name, shares in found["joints"].items():
        text.append(f"{name:<15}" + " ".join(f"{share:6.3f}" for share in shares))
    if found["changed"]:
        rows = ", ".join(map(str, found["changed_rows"][:8])) + (" …" if found["changed"] > 8 else "")
        which = f"row {rows}" if found["changed"] == 1 else f"rows {rows}"
        text.append(
            f"not what the model gives for the stored labels: {count(found['changed'], 'sample')} ({which})"
        )
    return text
