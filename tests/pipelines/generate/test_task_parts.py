"""Corpora of clips with tasks, end to end: bank, description, arrays, pictures, sheets; however they are made."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.generate import build_bank
from pipelines.generate.facts import props_of
from pipelines.generate.motion_bank import bank_of
from pipelines.generate.plan import Plan
from pipelines.generate.recipe import Recipe
from pipelines.inspect.contact_sheet import write_sheet
from pipelines.inspect.verify import verify
from pipelines.report.gallery import samples
from synth.core.errors import InputError
from synth.motion import GateReport, prepare
from synth.motion.clip import Clip
from synth.scene.work import Furniture
from tests.pipelines.tiny import assert_same, contents, make, motion_in, recipe
from tests.synth.task_clips import at_bench, on_stool

CLIPS: dict[str, Clip] = {"01_03_0.npz": at_bench(), "01_03_3.npz": on_stool()}


def as_tasks(path: str, rate: float, settings: Any, **how: Any) -> tuple[list[Clip], GateReport]:
    """In place of `prepare`: the recordings' files stand for clips of tasks."""
    clips, report = prepare(path, rate, settings, **how)
    return [replace(CLIPS[Path(path).name], name=clips[0].name, source=clips[0].source)], report


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return motion_in(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    folder = tmp_path_factory.mktemp("tasks") / "corpus"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_bank, "prepare", as_tasks)
        make(folder, home, recipe(pairs={"count": 22}, images={"count": 6}))
    return folder


def test_the_bank_and_the_part_say_what_the_task_is(corpus: Path) -> None:
    for part in Corpus(corpus).parts():
        facts = part.facts
        assert json.dumps(facts, allow_nan=False)
        bank = bank_of(corpus, facts)
        assert bank.works == (at_bench().work, on_stool().work)
        assert facts["clips"][0]["work"]["title"] == "Lifting a box"
        furniture = [(row["kind"], row["hand"]) for row in facts["props"] if "size" in row]
        assert furniture == [
            ("bench", ""), ("box", ""), ("box", "both"), ("bucket", "left"), ("drill", "right"), ("shelf", ""),
            ("stool", ""),
        ]  # fmt: skip
        assert facts["sizes"]["props"] == 3 + 3
        props = props_of(facts)
        assert [prop.kind for prop in props] == [row["kind"] for row in facts["props"]]
        assert props[-1].kind == "stool"


def test_arrays_are_sound_and_show_the_furniture(corpus: Path) -> None:
    assert verify(corpus, workers=1).faults == []
    for part in Corpus(corpus).parts():
        arrays = contents(corpus, part.name)
        kinds = [row["kind"] for row in part.facts["props"]]
        first = len(kinds) - 7
        for clip, frame, numbers in zip(arrays["clip"], arrays["clip_frame"], arrays["prop"], strict=True):
            own = sorted(kinds[n] for n in numbers if n >= first)
            assert own == (["bench", "box", "shelf"] if clip == 0 else ["bucket", "drill", "stool"])
            held = any(kinds[n] == "box" and part.facts["props"][n]["held"] for n in numbers if n >= first)
            assert held == (clip == 0 and 30 <= frame < 60)
        if part.kind == "images":
            shown = {int(k) for image in arrays["instance"] for k in np.unique(image)}
            assert shown & {2, 3, 4}  # furniture has its rows in the picture
            assert arrays["instance"].max() < 2 + arrays["prop"].shape[1]


def test_the_same_bytes_again_and_a_part_that_grows(corpus: Path, home: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_bank, "prepare", as_tasks)
        make(tmp_path / "corpus", home, recipe(pairs={"count": 10}, images={"count": 6}))
        make(tmp_path / "corpus", home, recipe(pairs={"count": 22}, images={"count": 6}))
    for name in ("tiny-images", "tiny-pairs"):
        assert_same(contents(corpus, name), contents(tmp_path / "corpus", name))


def test_tracks_show_what_changes_hands_frame_by_frame(home: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_bank, "prepare", as_tasks)
        wanted = recipe(pairs={"count": 480}, images={"count": 0}, tracks={"frames": 8})
        make(tmp_path / "corpus", home, wanted)
    (part,) = Corpus(tmp_path / "corpus").parts()
    # where the box changes hands it is there twice, one after the other
    assert part.facts["sizes"]["props"] == 4 + 3
    arrays = contents(tmp_path / "corpus", part.name)
    boxes = [n for n, row in enumerate(part.facts["props"]) if row["kind"] == "box" and "size" in row]
    there = np.isin(arrays["prop"], boxes)
    assert (there.sum(1) == (arrays["clip"] == 0)).all()  # one box at a time
    both = there.reshape(-1, 8, there.shape[1]).any(1).sum(1)
    assert both.max() == 2


def test_sheets_and_galleries_draw_the_furniture(corpus: Path, tmp_path: Path) -> None:
    write_sheet(corpus, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 10_000
    assert len(samples(Corpus(corpus), 6)) >= 6


def test_banks_without_tasks_are_as_they_were(home: Path) -> None:
    made = build_bank.build_bank(recipe(), home, home / "plain", one_by_one)
    assert made.works == (None, None)
    assert all("work" not in clip for clip in made.clips)
    plan = Plan(recipe(), made)
    assert (plan.tasks, plan.pieces, plan.furniture) == (None, (), 0)
    rows = plan.drawn(np.arange(3))
    assert plan.motion(rows).tasks is None


def test_too_much_furniture_at_once_is_refused(home: Path) -> None:
    work = at_bench().work
    assert work
    crowd = replace(work, furniture=tuple(Furniture("bench", (1.0 + 0.1 * k,)) for k in range(25)))
    made = build_bank.build_bank(recipe(), home, home / "plain", one_by_one)
    made.clips[0]["work"] = crowd.to_json()
    with pytest.raises(InputError, match="25 pieces of furniture within 1 frame; at most 24"):
        _ = Plan(Recipe.model_validate(recipe().model_dump()), made).furniture


def one_by_one(function: Any, jobs: Any, title: str, total: int) -> Any:
    for number, job in enumerate(jobs):
        yield number, function(*job)
