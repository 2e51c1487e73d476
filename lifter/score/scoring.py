"""Checkpoints scored on files and folders, so that nobody is scored whom they were trained on.

    found = evaluate_model(Path("out/model.pt"), Path("corpus"))
    found.facts["all"]["pa_mpjpe"]

A checkpoint says which parts of which corpus it was trained on and how people were split. Of these parts only the
split for validation or test is scored; of another corpus everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from lifter.data.samples import Splits, groups, read_samples, read_tracks
from lifter.models.lifter import Lifter, load_lifter
from lifter.score.cases import Cases, cases_of, read_benchmark
from lifter.score.evaluate import Evaluation, evaluate
from lifter.score.plots import evaluations
from lifter.score.scoreboard import tables
from lifter.score.tables import readable
from pipelines.corpus.corpus import Corpus
from synth.core.disk import sha256_file, write_atomically
from synth.core.errors import InputError
from synth.core.progress import Progress

HELD_OUT = ("test", "val")
PEOPLE = 20_000  # of a corpus that are scored, at most
_FEW_GROUPS = 5  # subjects, below which recordings are resampled instead


class Trained(BaseModel):
    """Who a lifter was trained on, as its recipe says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    selection: str | None = None
    parts: list[str] | None = None
    splits: Splits


def evaluate_model(
    model: Path,
    target: Path,
    *,
    split: str | None = None,
    people: int = PEOPLE,
    mirror: bool = False,
    watch: Progress | None = None,
) -> Evaluation:
    """Score a checkpoint on a benchmark file or a corpus' folder; `split` is test (by default) or val.

    Raises InputError where one of them is not what it should be, or there is nobody to score.
    """
    lifter = load_lifter(model)
    cases = cases_for([lifter], target, split=split, people=people, watch=watch)
    poses = lifter.lift(
        cases.keypoints, cases.intrinsics, cases.image_size, mirror, cases.sequence, cases.frame
    )
    found = evaluate(poses, cases)
    about = {"file": str(model), "method": lifter.name, "parameters": lifter.parameters, "mirror": mirror}
    found.facts.update(model=about, target=str(target), saw_2d=_saw(lifter, target))
    return found


def write_evaluation(facts: dict[str, Any], folder: Path) -> None:
    """evaluation.json, evaluation.md and evaluation.png, the calibration's curve among its panels."""
    write_atomically(folder / "evaluation.json", readable(facts))
    text = "\n".join(table.markdown() for table in tables(facts))
    write_atomically(folder / "evaluation.md", text.encode())
    evaluations({str(facts["model"]["method"]): facts}, folder / "evaluation.png")


def _saw(lifter: Lifter, target: Path) -> bool:
    """Whether a lifter was given the target's 2D, without 3D, in its training."""
    given = lifter.facts.get("corpus", {}).get("unlabelled", {})
    if target.is_dir():
        here = {part.identity for part in Corpus(target).parts()}
        return bool(here & {part.get("identity") for part in given.get("parts", [])})
    return "sha256" in given and sha256_file(target)[1] == given["sha256"]


def cases_for(
    lifters: Sequence[Lifter],
    target: Path,
    *,
    split: str | None = None,
    people: int = PEOPLE,
    watch: Progress | None = None,
) -> Cases:
    """Who lifters can be scored on: of a benchmark all; of a corpus whom none of them was trained on."""
    if target.is_dir():
        return corpus_cases(lifters, target, split=split, people=people, watch=watch)
    if split is not None:
        raise InputError("has no splits", where=str(target), remedy="leave out the split")
    return read_benchmark(target)


def corpus_cases(
    lifters: Sequence[Lifter],
    folder: Path,
    *,
    split: str | None = None,
    people: int = PEOPLE,
    name: str | None = None,
    watch: Progress | None = None,
) -> Cases:
    """People of a corpus whom no lifter was trained on, `people` of them at most, drawn the same each time; whole
    tracks where one of the lifters reads several frames.

    Raises InputError where lifters were trained on it by different splits, or one does not say by which.
    """
    if split is not None and split not in HELD_OUT:
        raise InputError(
            "people that lifters are trained on are no test of them", where=f"split '{split}'",
            remedy=f"use {' or '.join(HELD_OUT)}",
        )  # fmt: skip
    how = _split_of(lifters, folder)
    if how is None and split is not None:
        raise InputError(
            f"has no split '{split}': no part of it was trained on",
            where=str(folder),
            remedy="leave out the split",
        )
    split = None if how is None else split or HELD_OUT[0]
    parts = None if how is None else how.parts
    read = read_tracks if any(lifter.model.frames > 1 for lifter in lifters) else read_samples
    samples = read(
        folder, selection=how.selection if how else None, split=split, splits=how.splits if how else None,
        parts=parts, limit=people, seed=0, progress=watch,
    )  # fmt: skip
    by = "subject"
    group = groups(folder, samples, by, parts)
    if len(np.unique(group)) < _FEW_GROUPS:
        by = "recording"
        group = groups(folder, samples, by, parts)
    called = name or f"{folder.resolve().name}, {'other people' if split is None else split}"
    return cases_of(samples, group, called, by)


def _split_of(lifters: Sequence[Lifter], folder: Path) -> Trained | None:
    """A recipe by which all lifters that know parts of the corpus were split; None where none knows any."""
    here = {part.identity for part in Corpus(folder).parts()}
    found: list[tuple[str, Trained]] = []
    for lifter in lifters:
        known, recipe = _trained_on(lifter)
        if known is None or known & here:
            if recipe is None:
                raise InputError(
                    f"'{lifter.name}' does not say which people it was trained on",
                    where=str(folder),
                    remedy="evaluate it on a benchmark file, or train it again",
                )
            found.append((lifter.name, recipe))
    for name, recipe in found[1:]:
        other = [key for key in Trained.model_fields if getattr(recipe, key) != getattr(found[0][1], key)]
        if other:
            raise InputError(
                f"'{found[0][0]}' and '{name}' were trained on other people of it ({other[0]} differ)",
                where=str(folder),
                remedy="compare them on a benchmark file, or train them with the same splits",
            )
    return found[0][1] if found else None


def _trained_on(lifter: Lifter) -> tuple[set[str] | None, Trained | None]:
    """Identities of the parts a lifter was trained on (None: not known), and its recipe."""
    facts: dict[str, Any] = lifter.facts
    try:
        known = {str(part["identity"]) for part in facts["corpus"]["parts"]}
    except (KeyError, TypeError):
        known = None
    try:
        return known, Trained.model_validate(facts["recipe"])
    except (KeyError, ValidationError):
        return known, None
