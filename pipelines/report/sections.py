"""The sections of a report: numbers, charts and sentences for the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.schema import row_of
from pipelines.corpus.selection import SPLITS, Selection
from pipelines.curate.splits import NO_SUBJECT
from pipelines.report import charts, gallery
from pipelines.report.charts import Series, percent
from pipelines.report.coverage_chart import cells_chart
from pipelines.report.survey import ERRORS, METRES, RISKS, SHARES, STEP, VARIETY, Survey, groups
from synth.body.skeleton import COCO_17
from synth.core.progress import duration
from synth.label.angles import ANGLES
from synth.label.coverage import Coverage
from synth.label.coverage import facts as coverage_facts
from synth.risk.tables import levels
from synth.scene.props.stock import BANDS
from synth.scene.visibility import Visibility

_MOST_GROUPS = 40
_STATES = row_of("visibility").words
_STATE_CLASSES = ("seen", "self", "prop", "outside")
_TRUNK_ZONES = (20, 60)  # degrees of inclination that ISO 11226:2000 parts its trunk postures at
Facts = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """One of the corpora that the page compares: its name, its facts and the measurements."""

    name: str
    corpus: Corpus
    facts: Facts
    survey: Survey


def numbers(shown: list[Subject]) -> list[Facts]:
    """The key numbers: what each is, and its value for every corpus."""

    def row(what: str, about: str, values: list[str]) -> Facts:
        return {"what": what, "about": about, "values": values}

    pixels, pairs = ([_of_kind(s, kind) for s in shown] for kind in ("images", "pairs"))
    motion = [sum(m["seconds"] for m in s.facts["motion"]) for s in shown]
    return [
        row("samples", "one person seen by one camera, with all labels", [_count(s.survey.samples) for s in shown]),
        row("with pictures", "samples that have pixels", [_count(n) for n in pixels]),
        row("pairs", "samples of 2D and 3D joints alone", [_count(n) for n in pairs]),
        row(
            "recordings", "takes of motion that samples are drawn from",
            [_count(s.facts["recordings"]) for s in shown],
        ),
        row("motion", "length of the motion that samples are drawn from", [duration(n) for n in motion]),
        row(
            "different poses",
            f"left once those within {VARIETY:g} mm (root mean square over joints) of another are removed",
            [f"{s.survey.different:,} of {s.survey.compared:,}" for s in shown],
        ),
        row("joints seen", "of COCO's 17 joints, over all samples", [_seen(s) for s in shown]),
    ]  # fmt: skip


def _count(n: float) -> str:
    return f"{round(n):,}"


def _of_kind(subject: Subject, kind: str) -> float:
    """Samples of the parts of a kind."""
    names = {part["name"] for part in subject.facts["parts"] if part["kind"] == kind}
    return sum(float(own.sum()) for name, own in subject.survey.clips.items() if name in names)


def _seen(subject: Subject) -> str:
    states = subject.survey.counts.get("states")
    return "not known" if states is None else percent(states[:, Visibility.SEEN].sum() / states.sum())


def summary(main: Subject) -> str:
    """The corpus in a sentence."""
    counts, sets = main.survey.counts, {g["dataset"] for g in groups(main.corpus, main.survey)}
    edges = np.arange(0, 180 + STEP, STEP)
    bent = charts.beyond(counts["angle trunk inclination"], edges, 60)
    overhead = charts.beyond(counts["angle upper arm elevation"], edges, 90)
    return (
        f"{_count(main.survey.samples)} samples from {' and '.join(sorted(sets))}. The trunk is bent over 60° in "
        f"{percent(bent)} of them, and an upper arm is above shoulder height in {percent(overhead)} of arms."
    )


def filters(pictures: list[gallery.Sample]) -> list[Facts]:
    """What the gallery can be filtered by: only what tells its samples apart."""
    titles = {
        "kind": "Kind", "band": "Joints behind props", "side": "Seen from", "subject": "Subject", "fate": "Curation",
    }  # fmt: skip
    found = []
    for key, title in titles.items():
        values = [sample.filters.get(key, "") for sample in pictures]
        options = list(BANDS) if key == "band" else sorted(set(values))
        options = [value for value in options if value and value in values]
        if len(options) > 1:
            found.append({"key": key, "title": title, "options": [(v, values.count(v)) for v in options]})
    return found


def _series(shown: list[Subject], key: str) -> list[Series]:
    return [Series(s.name, s.survey.counts[key]) for s in shown if key in s.survey.counts]


def angles(shown: list[Subject]) -> list[Facts]:
    out = []
    for angle in ANGLES:
        edges = np.arange(angle.low, angle.high + STEP, STEP)
        key = f"angle {angle.name}"
        spans = []
        for one in _series(shown, key):
            low, middle, high = (
                charts.figure(charts.quantile(one.values, edges, q), ".0f") for q in (0.05, 0.5, 0.95)
            )
            spans.append(
                {
                    "name": one.name,
                    "text": f"nine in ten from {low}° to {high}°, half below {middle}°",
                }
            )
        # four steps, or three where those are whole tens
        steps = 4 if (angle.high - angle.low) % 40 == 0 or angle.high == 180 else 3
        ticks = np.linspace(angle.low, angle.high, steps + 1)
        chart = charts.histogram(
            _series(shown, key), edges, axis="degrees", ticks=ticks.tolist(), title=angle.name
        )
        out.append({"name": angle.name, "sentence": angle.sentence, "chart": chart, "spans": spans})
    return out


def trunk(subject: Subject) -> Facts:
    """Shares of the trunk's inclination in the zones of ISO 11226."""
    counts, edges = subject.survey.counts["angle trunk inclination"], np.arange(0, 180 + STEP, STEP)
    above = [charts.beyond(counts, edges, zone) for zone in _TRUNK_ZONES]
    return {"name": subject.name, "shares": [1 - above[0], above[0] - above[1], above[1]]}


def risk(shown: list[Subject]) -> list[Facts]:
    """The levels of RULA, REBA and OWAS, each with its share in each corpus, of the worse side."""
    out = []
    for method in RISKS:
        shares = [charts.shares(subject.survey.counts[f"risk {method}"]).tolist() for subject in shown]
        rows = [
            {"name": level.name, "values": [own[number] for own in shares]}
            for number, level in enumerate(levels(method))
        ]
        out.append({"name": method.upper(), "rows": rows, "most": max(max(own) for own in shares) or 1.0})
    return out


def coverage(shown: list[Subject]) -> list[Facts]:
    """Of each corpus, how much of the space of work postures it covers: a chart, numbers, and what is lacking."""
    out = []
    for one in shown:
        counts = one.survey.counts
        found = Coverage(counts["cells"], counts["reba"], counts["owas"])
        out.append(
            {
                "name": one.name,
                **coverage_facts(found),
                "chart": cells_chart(found, title=f"coverage of {one.name}"),
            }
        )
    return out


def views(shown: list[Subject]) -> list[Facts]:
    degrees = np.arange(-90, 91, 10.0)
    return [
        {
            "name": "camera above level",
            "sentence": "How far above the pelvis the camera stands: 0 is level, 90 straight overhead.",
            "chart": charts.histogram(
                _series(shown, "elevation"), degrees, axis="degrees", ticks=[-90, -45, 0, 45, 90],
                title="elevation of the camera",
            ),
        },
        {
            "name": "distance",
            "sentence": "From the camera to the middle of the person. What lies beyond 15 m counts in the last bar.",
            "chart": charts.histogram(
                _series(shown, "metres"), METRES, axis="metres", ticks=[0, 5, 10, 15], title="distance"
            ),
        },
        {
            "name": "size in the picture",
            "sentence": "Height of the box around the joints, as a share of the picture's height; over 1 it is cut "
            "by the edge.",
            "chart": charts.histogram(
                _series(shown, "share"), SHARES, axis="picture heights", ticks=[0, 0.5, 1, 1.5], mark=[1.0],
                title="size in the picture",
            ),
        },
    ]  # fmt: skip


def occlusion(shown: list[Subject]) -> Facts | None:
    main = shown[0]
    if "states" not in main.survey.counts:
        return None
    wanted = next((p["labels"]["bands_wanted"] for p in main.facts["parts"] if p["labels"]), None) or {}
    shares = [charts.shares(s.survey.counts["band"]).tolist() for s in shown if "band" in s.survey.counts]
    bands = [
        {"name": band, "wanted": wanted.get(band), "values": [own[k] for own in shares]}
        for k, band in enumerate(BANDS)
    ]
    most_band = max([*wanted.values(), *(share for own in shares for share in own)])
    props = sorted(key for key in main.survey.counts if key.startswith("prop "))
    return {
        "hidden": charts.histogram(
            _series(shown, "hidden"), np.arange(19) - 0.5, axis="joints", ticks=[0, 4, 8, 12, 17],
            title="joints not seen",
        ),
        "bands": bands,
        "most_band": most_band,
        "most_prop": max([_share_with(s, key) for s in shown for key in props], default=1.0) or 1.0,
        "states": _STATES,
        "classes": _STATE_CLASSES,
        "joints": [
            {"name": name.replace("_", " "),
             "shares": [charts.shares(s.survey.counts["states"][j]).tolist() for s in shown
                        if "states" in s.survey.counts]}
            for j, name in enumerate(COCO_17)
        ],
        "props": [
            {"name": key.removeprefix("prop ").replace("_", " "),
             "values": [_share_with(s, key) for s in shown]}
            for key in props
        ],
    }  # fmt: skip


def _share_with(subject: Subject, key: str) -> float:
    """The share of all samples in which something is."""
    counts = subject.survey.counts.get(key)
    return 0.0 if counts is None else float(counts[0]) / max(subject.survey.samples, 1e-300)


def people(shown: list[Subject]) -> Facts:
    """Subjects and recordings with their shares in each corpus, the largest of the first corpus first."""
    each = [groups(s.corpus, s.survey) for s in shown]

    def table(keys: tuple[str, ...]) -> list[Facts]:
        sums: dict[tuple[str, ...], NDArray[np.float64]] = {}
        for number, rows in enumerate(each):
            for row in rows:
                names = tuple(row[key] for key in keys if key != "subject" or row[key] not in NO_SUBJECT)
                own = sums.setdefault(names, np.zeros(len(shown)))
                own[number] += row["samples"]
        totals = np.maximum(sum(sums.values()), 1e-300)
        ordered = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
        return [{"names": names, "values": (values / totals).tolist()} for names, values in ordered]

    def most(rows: list[Facts]) -> float:
        return max((value for row in rows for value in row["values"]), default=1.0) or 1.0

    subjects, recordings = table(("dataset", "subject")), table(("recording", "dataset", "subject"))
    genders = [
        charts.shares(s.survey.counts["gender"]).tolist() for s in shown if "gender" in s.survey.counts
    ]
    return {
        "subjects": subjects[:_MOST_GROUPS],
        "most_subject": most(subjects),
        "most_recording": most(recordings),
        "recordings": recordings[:_MOST_GROUPS],
        "more": max(0, len(recordings) - _MOST_GROUPS),
        "genders": genders,
    }


def detector(shown: list[Subject]) -> Facts | None:
    have = [s for s in shown if "confidence" in s.survey.counts]
    if not have:
        return None
    labels = [f"≤{100 * edge:g}" for edge in ERRORS[1:-1]] + [f">{100 * ERRORS[-2]:g}"]
    curves = []
    for subject in have:
        found = subject.survey.counts["confidence"]
        with np.errstate(invalid="ignore", divide="ignore"):
            curves.append(Series(subject.name, np.where(found[:, 0] > 0, found[:, 1] / found[:, 0], np.nan)))
    typed = [s for s in have if "errors" in s.survey.counts]
    by_state = [(s.name, s.survey.counts["error states"]) for s in typed if "error states" in s.survey.counts]
    errors = [charts.shares(s.survey.counts["confidence"][:, 0]) for s in have]
    return {
        "names": [s.name for s in have],
        "models": [_model(s) for s in have],
        "kinds": gallery.ERROR_NAMES,
        "joints": [
            {"name": name.replace("_", " "),
             "shares": [charts.shares(s.survey.counts["errors"][j]).tolist() for s in typed]}
            for j, name in enumerate(COCO_17)
        ],
        "typed": [s.name for s in typed],
        "states": [
            {"name": name, "rows": [(state, charts.shares(row).tolist())
                                    for state, row in zip(_STATES, counts, strict=True)]}
            for name, counts in by_state
        ],
        "confidence": charts.curve(
            curves, labels, axis="error, percent of the box' longer side", title="confidence against error"
        ),
        "errors": [
            {"label": label, "values": [float(own[k]) for own in errors]} for k, label in enumerate(labels)
        ],
        "most_error": max(float(own.max()) for own in errors) or 1.0,
        "reported": [
            percent(float(s.survey.counts["reported"][:, 0].sum() / s.survey.counts["reported"][:, 1].sum()))
            for s in have
        ],
    }  # fmt: skip


def _model(subject: Subject) -> str:
    for part in subject.corpus.parts():
        detector = part.facts.get("recipe", {}).get("detector")
        if isinstance(detector, dict):
            return str(detector.get("model", "its own"))
    return "as imported"


def curation(selection: Selection) -> Facts:
    """What a selection says of itself, for the page."""
    facts = selection.facts
    steps = [step for step in facts.get("steps", []) if step["matched"]]
    return {
        "name": selection.name,
        "looked_at": facts.get("looked_at", 0),
        "kept": len(selection),
        "steps": steps,
        "most": max([step["dropped"] for step in steps], default=1) or 1,
        "splits": {name: facts["splits"][name] for name in SPLITS} if "splits" in facts else {},
        "by": ((facts.get("rules") or {}).get("splits") or {}).get("by", "subject"),
        "groups": sorted((facts.get("groups") or {}).items(), key=lambda item: (item[1], item[0])),
        "weights": facts.get("weights"),
        "balance": facts.get("balance", []),
        "leaks": facts.get("leaks"),
    }
