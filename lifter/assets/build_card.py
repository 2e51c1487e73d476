"""The card of the shipped lifter, default.md, from the figures in default.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifter.score.evaluate import METRICS
from lifter.score.scoreboard import UNITS, about
from lifter.score.tables import with_interval
from synth.core.progress import duration
from synth.core.tables import Table

Facts = Mapping[str, Any]
_CMU = """The data used in this project was obtained from mocap.cs.cmu.edu. The database was created with funding from
NSF EIA-0196217."""


def card_text(facts: Facts) -> str:
    """The card as Markdown."""
    sections = (_about(facts), _trained_on(facts), _how_good(facts), _limits(facts), _terms(facts))
    return "\n".join(sections)


def _about(facts: Facts) -> str:
    return f"""# The lifter `default`

From COCO's 17 keypoints in 2D, as a detector reports them, to 20 joints in 3D with their uncertainty. Used by
`posemill predict INPUT OUT`, and wherever a model is given as `default`.

- `{facts["file"]["name"]}`: {facts["file"]["bytes"] / 1e6:.1f} MB, {facts["parameters"]:,} parameters of the method
  `{facts["method"]}`. Its predictions are those of the training's model.pt within
  {facts["file"]["largest_change_mm"]:g} mm.
- `default.json`: the figures of this card. Both are written by `lifter/assets/build_default.py`.
"""


def _trained_on(facts: Facts) -> str:
    training, corpus = facts["training"], facts["corpus"]
    motion = Table(
        "Motion",
        ["source", "recordings", "frames", "time", "terms"],
        [
            [
                source,
                f"{found['recordings']:,}",
                f"{found['frames']:,}",
                duration(found["seconds"]),
                corpus["licences"].get(f"motion: {source}", "unknown"),
            ]
            for source, found in corpus["motion"].items()
        ],
    )
    parts = ", ".join(
        f"{part['name']} ({part['samples']:,}, seed {part['seed']})" for part in corpus["parts"]
    )
    recipe = training["recipe"]
    return f"""## Trained on

Synthetic pairs of 2D and 3D only; no picture and no person's photo. Parts of the corpus: {parts}, by the recipe
manifests/lifter.yaml with the detector models posefix and motionbert, on the open body that Posemill ships.

The weights are those of epoch {training["epoch"]} of {recipe["epochs"]}, the best so far on people held out for
validation; {training["samples"]:,} samples an epoch; seed {recipe["seed"]}.

{motion.markdown()}"""


def _how_good(facts: Facts) -> str:
    rows, notes = [], []
    for name, scores in facts["scores"].items():
        rows.append([name, f"{scores['scored']:,}", *(with_interval(scores["all"][key]) for key in METRICS)])
        notes.append(f"{name} ({scores['cases']}): {about(scores)}")
    table = Table(
        "Errors", ["", "people", *(f"{words}, {UNITS[key]}" for key, words in METRICS.items())], rows
    )
    text = f"""## How good

MPJPE over the 12 body joints from the middle of the hips; PA-MPJPE after moving, turning and scaling. Held-out people
are of subjects who are in no training sample; their 2D has the same modelled detector errors as in training. Other
rows are real recordings.

{table.markdown()}
""" + "\n".join(f"- {note}" for note in notes)
    bands = facts["scores"]["held-out people"].get("bands", {})
    if bands:
        split = Table(
            "Held-out people by how many of COCO's 17 joints props hide",
            ["hidden", "people", "MPJPE, mm", "PA-MPJPE, mm"],
            [
                [name, f"{f['mpjpe']['count']:,}", with_interval(f["mpjpe"]), with_interval(f["pa_mpjpe"])]
                for name, f in bands.items()
            ],
        )
        text += f"\n\n{split.markdown()}"
    return text


def _limits(facts: Facts) -> str:
    seconds = sum(found["seconds"] for found in facts["corpus"]["motion"].values())
    return f"""## Limits

- The corpus holds {duration(seconds)} of motion, held-out people included. Postures unlike these have larger errors
  than the table says: train on motion of your own work.
- One picture does not show size and distance: people are predicted at average size, and their distance follows.
- Without a known camera, a field of view of 60° across the picture's longer side is assumed.
- Depth is the least certain: use the standard deviation that comes with each joint.
"""


def _terms(facts: Facts) -> str:
    licences = "\n".join(f"- {what}: {terms}" for what, terms in facts["corpus"]["licences"].items())
    thanks = (
        f"\n\n{_CMU}"
        if any("mocap.cs.cmu.edu" in text for text in facts["corpus"]["licences"].values())
        else ""
    )
    return f"""## Terms

The weights are under the Apache License 2.0, as Posemill is. They were learnt from these sources, under these terms:

{licences}{thanks}
"""
