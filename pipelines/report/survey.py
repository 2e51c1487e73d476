"""Measuring a corpus for its report: how angles, views, sizes, occlusion, subjects and detections are spread.

A task counts one span of rows; counts are added up, each part's scaled to all of its samples. With a selection
every sample counts by its weight, and those that were dropped not at all.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from distributed import Client
from numpy.typing import NDArray

from pipelines.cluster.bounded import in_order
from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.runs import spread
from pipelines.corpus.selection import Selection
from pipelines.curate.columns import Arrays, made
from pipelines.curate.neighbours import Axes, RadiusIndex
from pipelines.curate.scan import Span, fit_pose_axes, open_part, read, spans
from pipelines.generate.facts import prop_kinds
from pipelines.inspect.coverage import coverage_of
from synth.body.skeleton import COCO_17
from synth.core.progress import Progress
from synth.label.angles import ANGLES, posture_angles
from synth.label.pose_space import standard_poses, view_angles, view_directions
from synth.risk.tables import levels
from synth.scene.props.stock import BANDS
from synth.scene.visibility import COCO_ROWS, Visibility

AZIMUTHS, RINGS = 24, 12  # of the sphere of views: sectors, and rings of equal area
STEP = 5.0  # degrees a bin of an angle
SHARES = np.linspace(0, 1.5, 31)  # of the picture's height
METRES = np.linspace(0, 15, 31)
ERRORS = np.array([0, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, np.inf])  # of the box' longer side
VARIETY = 50.0  # millimetres
RISKS = {
    "reba": "reba_level",
    "rula": "rula_level",
    "owas": "owas_class",
}  # method -> the column of its levels
_ROWS_LOOKED_AT = 200_000
_POSES_COMPARED, _POSES_OF_A_SPAN = 20_000, 2048
_WANTED = (
    "clip", "gender", "joints_world", "joints_camera", "joints_image", "visibility", "hidden", "band", "box",
    "rotation", "translation", "image_size", "prop", "detection", "detection_error", "risk_angles", "reba", "rula",
    "owas", "owas_class",
)  # fmt: skip
Counts = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Survey:
    """What was measured: `counts` by name (see `measure`), over `looked_at` rows of `samples`; `clips` is the weight
    of each clip of each part. Of `compared` poses `different` remain once near-duplicates (VARIETY) are removed."""

    samples: float
    looked_at: int
    counts: Counts
    clips: dict[str, NDArray[np.float64]]
    different: int
    compared: int


def survey(client: Client, corpus: Corpus, progress: Progress, selection: Selection | None = None) -> Survey:
    """Measure a corpus, or what a selection of it chooses, at some _ROWS_LOOKED_AT of its rows."""
    every = spans(corpus)
    chosen = _spread(every)
    axes = fit_pose_axes(every)
    totals: Counts = {}
    clips: dict[str, NDArray[np.float64]] = {}
    index, compared = RadiusIndex(VARIETY, len(axes.middle)), 0
    looked: dict[str, int] = defaultdict(int)
    for span in chosen:
        looked[span.part] += span.stop - span.start
    progress.begin(f"measuring {corpus.folder.name}", sum(looked.values()), "samples")
    jobs = ((span, axes, _weights(selection, span)) for span in chosen)
    for span, found in zip(chosen, in_order(client, measure, jobs), strict=True):
        part = open_part(span.corpus, span.part, span.identity)
        scale = _finished(every, span.part) / looked[span.part]
        poses = found.pop("poses")
        poses = poses[: max(0, _POSES_COMPARED - compared)]
        if len(poses):
            index.add(poses.astype(np.float32), np.zeros(len(poses), np.int64))
            compared += len(poses)
        own = clips.setdefault(span.part, np.zeros(len(part.facts["clips"])))
        own += scale * np.bincount(
            found.pop("clip").astype(np.int64), found.pop("clip weight"), minlength=len(own)
        )
        for name, counts in found.items():
            totals[name] = totals.get(name, 0.0) + scale * counts
        progress.advance(span.stop - span.start)
    samples = float(sum(own.sum() for own in clips.values()))
    return Survey(samples, sum(looked.values()), totals, clips, len(index), compared)


def _spread(every: list[Span]) -> list[Span]:
    """Spans of all parts, thinned evenly, but at least one of each."""
    total = sum(span.stop - span.start for span in every)
    keep = min(1.0, _ROWS_LOOKED_AT / max(1, total))
    chosen = []
    for part in dict.fromkeys(span.part for span in every):
        own = [span for span in every if span.part == part]
        picked = spread(list(range(len(own))), max(1, round(keep * len(own))))
        chosen += [own[i] for i in picked]
    return [replace(span, stop=min(span.stop, span.start + _ROWS_LOOKED_AT)) for span in chosen]


def _finished(every: list[Span], part: str) -> int:
    return sum(span.stop - span.start for span in every if span.part == part)


def _weights(selection: Selection | None, span: Span) -> NDArray[np.float64] | None:
    """What each row of a span counts; None where each counts one."""
    if selection is None:
        return None
    rows, weight = selection.of(span.part)
    inside = (rows >= span.start) & (rows < span.stop)
    out = np.zeros(span.stop - span.start)
    out[rows[inside] - span.start] = weight[inside]
    return out


def measure(span: Span, axes: Axes, weight: NDArray[np.float64] | None) -> dict[str, NDArray[Any]]:
    """Weighted counts of a span's rows, by name, with the clip and weight of each row and poses to compare.

    `angle NAME` by STEP; `cells`, `reba`, `owas` as `Coverage` has them;
    `view` (RINGS, AZIMUTHS); `share` and `metres` by SHARES and METRES; `hidden` (18,);
    `band` (4,); `states` (17, 4); `gender` (3,); `prop KIND` (1,); of detections `errors` (17, 5) by type,
    `error states` (4, 5) by visibility, `confidence` (bins of ERRORS, 2): the count and the sum of confidences;
    `risk METHOD` by its levels.
    """
    arrays = read(span, _WANTED)
    n = span.stop - span.start
    weight = np.ones(n) if weight is None else weight
    taken = weight > 0
    arrays = {name: values[taken] for name, values in arrays.items()}
    weight = weight[taken]
    out: dict[str, NDArray[Any]] = {"clip": arrays["clip"], "clip weight": weight}
    out["poses"] = axes(standard_poses(arrays["joints_world"][:: max(1, n // _POSES_OF_A_SPAN)]))
    out |= (
        _postures(arrays, weight)
        | _views(arrays, weight)
        | _occlusion(arrays, weight)
        | _risk(arrays, weight)
    )
    if "prop" in arrays:
        kinds = _prop_kinds(span.corpus, span.part, span.identity)
        for kind in set(kinds):
            numbers = [number for number, other in enumerate(kinds) if other == kind]
            there = np.isin(arrays["prop"], numbers).any(axis=1)
            out[f"prop {kind}"] = np.array([(weight * there).sum()])
    if "detection" in arrays:
        out |= _detections(arrays, weight)
    return out


@lru_cache(maxsize=64)
def _prop_kinds(corpus: str, name: str, identity: str) -> list[str]:
    return prop_kinds(open_part(corpus, name, identity).facts)


def _histogram(values: NDArray[Any], edges: NDArray[Any], weight: NDArray[Any]) -> NDArray[np.float64]:
    """Weighted counts between edges; what lies outside counts in the first or last bin."""
    inside = np.clip(values, edges[0], np.nextafter(edges[-1], -np.inf))
    return np.histogram(inside, edges, weights=weight)[0].astype(np.float64)


def _postures(arrays: Arrays, weight: NDArray[Any]) -> Counts:
    found = posture_angles(arrays["joints_world"])
    out: Counts = {}
    for angle in ANGLES:
        edges = np.arange(angle.low, angle.high + STEP, STEP)
        sides = found[angle.name].T
        # a sample counts once, half for each side
        own = np.stack([_histogram(values, edges, weight / len(sides)) for values in sides])
        out[f"angle {angle.name}"] = own.sum(axis=0)
    covered = coverage_of({**arrays, "weight": weight})
    return out | {"cells": covered.cells, "reba": covered.reba, "owas": covered.owas}


def _risk(arrays: Arrays, weight: NDArray[Any]) -> Counts:
    """Weights of the levels of each method, of the worse side."""
    out: Counts = {}
    for method, column in RISKS.items():
        values = made(column, arrays)
        if values is not None:
            number = values.astype(np.int64) - (column == "owas_class")  # classes count from 1, levels from 0
            out[f"risk {method}"] = np.bincount(number, weight, len(levels(method)))
    return out


def _views(arrays: Arrays, weight: NDArray[Any]) -> Counts:
    directions = view_directions(arrays["joints_world"], arrays["rotation"], arrays["translation"])
    azimuth, elevation = view_angles(directions)
    sector = np.floor(((azimuth / 360 + 0.5 / AZIMUTHS) % 1.0) * AZIMUTHS).astype(np.int64) % AZIMUTHS
    ring = np.clip(np.floor((directions[:, 2] + 1) / 2 * RINGS), 0, RINGS - 1).astype(np.int64)
    view = np.bincount(ring * AZIMUTHS + sector, weight, RINGS * AZIMUTHS).reshape(RINGS, AZIMUTHS)
    height = arrays["box"][:, 3] - arrays["box"][:, 1]
    distance = np.linalg.norm(np.nanmean(arrays["joints_camera"][:, COCO_ROWS], axis=1), axis=1)
    return {
        "view": view,
        "elevation": _histogram(elevation, np.arange(-90, 91, 10.0), weight),
        "share": _histogram(height / arrays["image_size"][:, 1], SHARES, weight),
        "metres": _histogram(distance, METRES, weight),
    }


def _occlusion(arrays: Arrays, weight: NDArray[Any]) -> Counts:
    out = {}
    for name, size in (("hidden", len(COCO_17) + 1), ("band", len(BANDS)), ("gender", 3)):
        if name in arrays:
            out[name] = np.bincount(np.minimum(arrays[name], size - 1), weight, size)
    if "visibility" in arrays:
        states = arrays["visibility"][:, COCO_ROWS]
        out["states"] = np.stack(
            [np.bincount(states[:, j], weight, len(Visibility)) for j in range(len(COCO_17))]
        )
    return out


def _detections(arrays: Arrays, weight: NDArray[Any]) -> Counts:
    found, truth = arrays["detection"].astype(np.float64), arrays["joints_image"][:, COCO_ROWS]
    box = arrays["box"].astype(np.float64)
    longer = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    there = found[..., 2] > 0
    with np.errstate(invalid="ignore"):
        apart = np.linalg.norm(found[..., :2] - truth, axis=2) / longer[:, None]
    known = there & np.isfinite(apart)
    every = np.broadcast_to(weight[:, None], known.shape)
    place = np.digitize(apart[known], ERRORS) - 1
    bins = len(ERRORS) - 1
    out = {
        "confidence": np.stack(
            [
                np.bincount(place, every[known], bins),
                np.bincount(place, every[known] * found[..., 2][known], bins),
            ],
            axis=1,
        ),
        "reported": np.stack([(every * there).sum(axis=0), every.sum(axis=0)], axis=1),
    }
    if "detection_error" in arrays:
        error = arrays["detection_error"].astype(np.int64)
        out["errors"] = np.stack([np.bincount(error[:, j], weight, 5) for j in range(len(COCO_17))])
        if "visibility" in arrays:
            states = arrays["visibility"][:, COCO_ROWS].astype(np.int64)
            both = np.bincount((states * 5 + error).ravel(), every.ravel(), 5 * len(Visibility))
            out["error states"] = both.reshape(len(Visibility), 5)
    return out


def groups(corpus: Corpus, found: Survey) -> list[dict[str, Any]]:
    """Datasets, subjects and recordings with the weight of their samples, most first."""
    rows: dict[tuple[str, str, str], float] = defaultdict(float)
    for name, weights in found.clips.items():
        for clip, weight in zip(_clips(corpus.part(name)), weights.tolist(), strict=True):
            rows[(clip["dataset"], clip["subject"], clip["recording"])] += weight
    return [
        {"dataset": dataset, "subject": subject, "recording": recording, "samples": weight}
        for (dataset, subject, recording), weight in sorted(rows.items(), key=lambda item: -item[1])
    ]


def _clips(part: Part) -> list[dict[str, Any]]:
    return list(part.facts["clips"])
