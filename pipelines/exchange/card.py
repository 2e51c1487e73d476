"""A data card: README.md with the YAML header of Hugging Face's datasets, made from what the corpus knows of itself.

Mitchell et al., 'Model cards', 2019; Gebru et al., 'Datasheets for datasets', 2021; header fields as
huggingface.co/docs/hub/datasets-cards names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import Label
from pipelines.corpus.selection import SPLITS, read_selection
from pipelines.exchange.samples import Exported, Source, licences, new_file

_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"),
          (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"), (10**11, "10B<n<100B"),
          (10**12, "100B<n<1T"))  # fmt: skip


_CODES_LISTED = 12


def write(source: Source, out: Path) -> Exported:
    """A data card in the style of Hugging Face, README.md.

    Raises InputError where there is no finished sample.
    """
    source.require_samples()
    counted = [(part, count) for part, count in source.parts() if count]
    samples = sum(count for _, count in counted)
    parts = [part for part, _ in counted]
    head = yaml.safe_dump(_header(source, parts, samples), sort_keys=False, allow_unicode=True)
    sections = [
        _about(counted), _parts(counted), _arrays(parts), _motion(parts), _selection(source), _terms(parts),
        _limits(parts),
    ]  # fmt: skip
    title = source.corpus.resolve().name
    text = "\n\n".join([f"---\n{head}---", f"# {title}", *filter(None, sections)])
    with new_file(out / "README.md") as stream:
        stream.write(f"{text}\n".encode())
    return Exported([out / "README.md"], samples)


def _header(source: Source, parts: list[Part], samples: int) -> dict[str, Any]:
    pictures = any(part.kind == "images" for part in parts)
    return {
        "pretty_name": source.corpus.resolve().name,
        "license": "other",
        "license_name": "several-sources",
        "license_details": "; ".join(f"{row['what']}: {row['terms']}" for row in licences(parts)),
        "annotations_creators": _creators(parts),
        "size_categories": [next((name for size, name in _SIZES if samples < size), "n>1T")],
        "task_categories": ["keypoint-detection", *(["depth-estimation"] if pictures else [])],
        "tags": [
            "human-pose", "3d-human-pose", *(["synthetic"] if any(map(_rendered, parts)) else []), "motion-capture",
            "ergonomics",
        ],
    }  # fmt: skip


def _rendered(part: Part) -> bool:
    """Whether a part's samples are synthetic scenes, not recordings of others."""
    return part.kind != "imported"


def _creators(parts: list[Part]) -> list[str]:
    """Hugging Face's terms for who made the labels: a program, or the authors of the recordings."""
    return ["machine-generated"] * any(map(_rendered, parts)) + ["found"] * (not all(map(_rendered, parts)))


def _about(counted: list[tuple[Part, int]]) -> str:
    """What the samples are and where their labels come from, of synthetic parts and of recordings each."""
    made = [(part, count) for part, count in counted if _rendered(part)]
    recorded = [(part, count) for part, count in counted if not _rendered(part)]
    total = sum(count for _, count in counted)
    sentences = [f"{total:,} labelled samples for 3D human pose from one image, collected with Posemill."]
    if made:
        sentences.append(
            f"{sum(count for _, count in made):,} of them (part {', '.join(part.name for part, _ in made)}) are "
            "synthetic: scenes posed by motion capture, whose labels are computed from the scene's geometry; nothing "
            "was annotated by hand."
        )
    if recorded:
        sources = sorted({clip["dataset"] for part, _ in recorded for clip in part.facts.get("clips", [])})
        sentences.append(
            f"{sum(count for _, count in recorded):,} of them (part {', '.join(part.name for part, _ in recorded)}) "
            f"are real recordings of {', '.join(sources)}: their 3D joints and cameras were measured by the authors, "
            "and their 2D points are those of the files that were imported."
        )
    return " ".join(sentences)


def _parts(counted: list[tuple[Part, int]]) -> str:
    rows = [
        (
            part.name,
            part.kind,
            "synthetic" if _rendered(part) else "recorded",
            f"{count:,}",
            f"{part.samples:,}",
            _seed(part),
            part.facts.get("identity", "")[:16],
        )
        for part, count in counted
    ]
    return "## Parts\n\n" + _table(("part", "kind", "origin", "samples here", "of", "seed", "identity"), rows)


def _seed(part: Part) -> str:
    return str(part.facts.get("recipe", {}).get("seed", ""))


def _arrays(parts: list[Part]) -> str:
    seen: dict[str, tuple[Label, list[str]]] = {}
    for part in parts:
        for label in part.labels:
            seen.setdefault(label.name, (label, []))[1].append(part.name)
    rows = []
    for name, (label, owners) in seen.items():
        where = "all" if len(owners) == len(parts) else ", ".join(owners)
        shape = " x ".join(map(str, label.shape)) or "1"
        rows.append(
            (f"`{name}`", shape, label.dtype, label.unit, label.frame, _meaning(label, owners, parts), where)
        )
    joints = ", ".join(f"`{name}`" for name in parts[0].facts.get("joints", []))
    return (
        "## Labels\n\nMetres, radians, pixels with centres at +0.5; world right-handed with Z up; camera x right, "
        "y down, z forward.\n\n"
        + _table(("array", "shape", "type", "unit", "frame", "meaning", "parts"), rows)
        + (f"\n\nJoints, in order: {joints}." if joints else "")
    )


def _meaning(label: Label, owners: list[str], parts: list[Part]) -> str:
    """A label's sentence, its codes where the sentence leaves them out, and when its values are missing."""
    text = label.sentence
    if label.codes and len(label.codes) <= _CODES_LISTED and not any(char.isdigit() for char in text):
        text += " Codes: " + ", ".join(f"{code} {word}" for code, word in label.codes.items()) + "."
    recorded = [part.name for part in parts if not _rendered(part) and part.name in owners]
    if recorded and label.of_joints:
        text += f" In {', '.join(recorded)} NaN for joints that were not recorded."
    return text


def _motion(parts: list[Part]) -> str:
    clips = {
        (clip["dataset"], clip["subject"], clip["name"]): clip["frames"]
        for part in parts for clip in part.facts.get("clips", [])
    }  # fmt: skip
    rows = []
    for dataset in sorted({key[0] for key in clips}):
        own = {key: frames for key, frames in clips.items() if key[0] == dataset}
        subjects = len({key[1] for key in own})
        rows.append((dataset, str(subjects), str(len(own)), f"{sum(own.values()):,}"))
    return "## Motion\n\n" + _table(("source", "subjects", "clips", "frames"), rows) if rows else ""


def _selection(source: Source) -> str:
    if source.selection is None:
        return ""
    selection = read_selection(Corpus(source.corpus), source.selection)
    rows = [(split, f"{selection.counts[split]:,}") for split in SPLITS]
    dropped = len(selection.dropped.get("dropped_row", []))
    which = f", split '{source.split}'" if source.split else ""
    return (
        f"## Selection\n\nThis card is of the selection '{selection.name}'{which}; it dropped {dropped:,} samples.\n\n"
        + _table(("split", "samples"), rows)
    )


def _terms(parts: list[Part]) -> str:
    rows = [(row["what"], row["terms"]) for row in licences(parts)]
    return "## Licences\n\n" + _table(("what", "terms"), rows)


def _limits(parts: list[Part]) -> str:
    made, recorded = any(map(_rendered, parts)), not all(map(_rendered, parts))
    text = ["## Limits\n"]
    if made:
        text.append(
            "The synthetic parts: clothes, skin, light and places are fewer and plainer than real ones. Poses are "
            "those of the recordings above and of authored postures. Check a model trained on them on real recordings."
        )
    if recorded:
        text.append(
            "The recorded parts: few people in few places, who play their actions; joints are as exact as the motion "
            "capture that measured them, and those that it did not measure are missing."
        )
    return "\n".join(text)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return "\n".join([line(head), line(("---",) * len(head)), *map(line, rows)])
