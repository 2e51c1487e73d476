"""Curation from rules to a selection: what is planted is found and named, and nothing else is lost."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.selection import SPLITS, read_selection
from pipelines.curate.findings import leak_lines, tables
from pipelines.curate.rules import Rules
from pipelines.curate.run import Outcome, check, curate
from pipelines.report.page import write_report
from synth.body.skeleton import joint_index
from synth.core.errors import InputError
from synth.label.pose_space import distances, standard_poses
from tests.pipelines.posed import Arrays, clip, posed_part, posed_rows, random_turns

SUBJECTS = ("01", "02", "03", "04", "05", "06")
CLIPS = [clip(subject, f"{subject}_{take}") for subject in SUBJECTS for take in ("01", "02")]
ROWS = 240


def people(seed: int, n: int = ROWS) -> Arrays:
    """Samples of all clips in turn; no two poses are alike."""
    rng = np.random.default_rng(seed)
    return posed_rows(random_turns(n, rng), rng, np.arange(n) % len(CLIPS))


def copy(rows: Arrays, number: int, into: Arrays, place: int, **changed: Any) -> None:
    """Put a sample of one part in place of one of another."""
    for name in into:
        into[name][place] = rows[name][number]
    for name, value in changed.items():
        into[name][place] = value


def seen_from_elsewhere(into: Arrays, place: int) -> None:
    """Move a sample's camera half around the person."""
    middle = into["joints_world"][place, 0]
    half = np.diag([-1.0, -1.0, 1.0])
    turn = into["rotation"][place] @ half
    into["translation"][place] += into["rotation"][place] @ middle - turn @ middle
    into["rotation"][place] = turn
    camera = into["joints_world"][place] @ turn.T + into["translation"][place]
    into["joints_camera"][place] = camera
    into["joints_image"][place] = 300 * camera[:, :2] / camera[:, 2:] + 128


def choose(folder: Path, *, dry_run: bool = False, **rules: Any) -> Outcome:
    return curate(folder, Rules.model_validate(rules), dry_run=dry_run, workers=1, threads=True)


def dropped(corpus: Path, reason: str, name: str = "curated") -> list[tuple[int, int]]:
    """Part and row of what went for a reason."""
    selection = read_selection(Corpus(corpus), name)
    gone = selection.dropped["dropped_reason"] == selection.reasons.index(reason)
    part, row = selection.dropped["dropped_part"][gone], selection.dropped["dropped_row"][gone]
    return list(zip(part.tolist(), row.tolist(), strict=True))


def said(lines: Any) -> str:
    console = Console(width=300)
    with console.capture() as captured:
        for line in lines:
            console.print(line)
    return captured.get()


def poses_of(part: Part) -> np.ndarray:
    return standard_poses(part.read("joints_world", 0, part.samples))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def test_everything_is_kept_without_rules(folder: Path) -> None:
    posed_part(folder, "one", people(1), CLIPS)
    posed_part(folder, "two", people(2), CLIPS)
    outcome = choose(folder)
    selection = read_selection(Corpus(folder), "curated")
    assert len(selection) == 2 * ROWS == outcome.facts["kept"]
    assert selection.parts == ["one", "two"]
    assert selection.weight == pytest.approx(1)
    rows, _ = selection.of("two", "train")
    assert np.array_equal(rows, np.arange(ROWS))


def test_a_duplicate_across_parts_is_found_and_named(folder: Path) -> None:
    first, second = people(1), people(2)
    copy(first, 17, second, 101, sample=99)
    posed_part(folder, "one", first, CLIPS)
    posed_part(folder, "two", second, CLIPS)
    outcome = choose(folder, duplicates={"distance_mm": 5, "view_degrees": 10})
    assert dropped(folder, "near-duplicate") == [(1, 101)]
    arrays = read_selection(Corpus(folder), "curated").dropped
    assert (arrays["dropped_twin_part"].tolist(), arrays["dropped_twin_row"].tolist()) == ([0], [17])
    assert "two row 101 is 0.0 mm from one row 17" in said(tables(outcome.facts))


def test_another_view_of_a_pose_is_a_duplicate_only_if_views_do_not_count(folder: Path) -> None:
    rows = people(1)
    copy(rows, 17, rows, 101)
    seen_from_elsewhere(rows, 101)
    posed_part(folder, "one", rows, CLIPS)
    assert choose(folder, duplicates={"distance_mm": 5, "view_degrees": 25}).facts["kept"] == ROWS
    assert choose(folder, duplicates={"distance_mm": 5}).facts["kept"] == ROWS - 1
    assert dropped(folder, "near-duplicate") == [(0, 101)]


def test_kept_poses_are_further_apart_than_the_distance(folder: Path) -> None:
    part = posed_part(folder, "one", people(3), CLIPS)
    apart = 310.0
    choose(folder, duplicates={"distance_mm": apart})
    rows, _ = read_selection(Corpus(folder), "curated").of("one")
    poses = poses_of(part)
    every = distances(poses[:, None], poses[None])
    assert 10 < len(rows) < ROWS - 10
    assert (every[np.ix_(rows, rows)] + 1e6 * np.eye(len(rows)) > apart).all()
    gone = np.setdiff1d(np.arange(ROWS), rows)
    assert (every[np.ix_(gone, rows)].min(axis=1) <= apart).all()


def test_corrupt_samples_are_found_and_named(folder: Path) -> None:
    rows = people(1)
    rows["joints_world"][33, 4] = np.nan
    rows["joints_camera"][70, 20] += 0.2
    rows["clip"][90] = 900
    posed_part(folder, "one", rows, CLIPS)
    outcome = choose(folder)
    assert dropped(folder, "corrupt") == [(0, 33), (0, 70), (0, 90)]
    text = said(tables(outcome.facts))
    assert "one row 33: joints_world is not finite" in text
    assert "one row 70: joints_camera is 0." in text
    assert "one row 90: clip is none of the part's clips" in text


def test_bytes_changed_on_disk_are_found_and_named(folder: Path) -> None:
    part = posed_part(folder, "one", people(1), CLIPS)
    path = part.files_of(1)["joints_world"]
    content = bytearray(path.read_bytes())
    content[20 * 48 * 12 : 20 * 48 * 12 + 12] = b"\x42" * 12  # row 20 of shard 1: uncompressed float32
    path.write_bytes(content)
    outcome = choose(folder)
    assert dropped(folder, "corrupt") == [(0, 84)]
    assert "one row 84: joints_world is 51.5 m wide, more than any person" in said(tables(outcome.facts))


def test_a_shard_that_cannot_be_read_is_dropped_and_named(folder: Path) -> None:
    part = posed_part(folder, "one", people(1), CLIPS)
    path = part.files_of(2)["visibility"]
    path.write_bytes(b"\x00" * path.stat().st_size)
    posed_part(folder, "two", people(2), CLIPS)
    outcome = choose(folder)
    assert {part for part, _ in dropped(folder, "unreadable")} == {0}
    assert outcome.facts["kept"] >= ROWS
    assert "one row 0: 'visibility' of rows 0 to 239 cannot be read" in said(tables(outcome.facts))


IMPORTED = (
    "clip", "clip_frame", "joints_world", "joints_camera", "joints_image", "box", "intrinsics", "rotation",
    "translation", "distortion", "image_size",
)  # fmt: skip
SPLITTING = {"splits": {"shares": {"train": 0.6, "val": 0.2, "test": 0.2}, "distance_mm": 20}}


def test_splits_hold_whole_subjects(folder: Path) -> None:
    posed_part(folder, "one", people(1), CLIPS)
    posed_part(folder, "two", people(2), CLIPS)
    outcome = choose(folder, **SPLITTING)
    selection = read_selection(Corpus(folder), "curated")
    assert set(outcome.facts["groups"]) == {f"CMU/{subject}" for subject in SUBJECTS}
    subject = np.array([CLIPS[row % len(CLIPS)]["subject"] for row in selection.row])
    for name in SUBJECTS:
        assert len(set(selection.split[subject == name])) == 1
    assert set(selection.split) == {0, 1, 2}
    assert outcome.leaks is not None
    assert outcome.leaks.tight


def test_training_poses_near_a_held_out_pose_go(folder: Path) -> None:
    rows, more = people(1), people(2)
    by_split = choose_splits(folder / "try", rows)
    train = int(np.flatnonzero(by_split == 0)[5])
    test = int(np.flatnonzero(by_split == 2)[5])
    copy(rows, test, more, train, clip=rows["clip"][train])
    seen_from_elsewhere(more, train)
    posed_part(folder, "one", rows, CLIPS)
    posed_part(folder, "two", more, CLIPS)
    outcome = choose(folder, **SPLITTING)
    assert dropped(folder, "near a held-out pose") == [(1, train)]
    assert f"two row {train} is 0.0 mm from one row {test}" in said(tables(outcome.facts))
    assert outcome.leaks is not None
    assert outcome.leaks.tight
    assert outcome.leaks.poses > ROWS


def choose_splits(folder: Path, rows: Arrays) -> np.ndarray:
    """The split of each of a part's rows."""
    posed_part(folder, "one", rows, CLIPS)
    choose(folder, **SPLITTING)
    return read_selection(Corpus(folder), "curated").split


def plant(folder: Path, sample: int, split: str) -> None:
    """Change a selection on disk: put a sample in another split."""
    path = folder / "selections" / "curated" / "selection.npz"
    with np.load(path) as stored:
        arrays = dict(stored)
    arrays["split"][sample] = SPLITS.index(split)
    np.savez(path, **arrays)


def test_a_subject_planted_in_another_split_is_found_and_named(folder: Path) -> None:
    split = choose_splits(folder, people(1))
    sample = int(np.flatnonzero(split == 2)[3])
    plant(folder, sample, "train")
    found = check(folder, "curated", threads=True)
    subject = CLIPS[sample % len(CLIPS)]["subject"]
    assert not found.tight
    assert found.crossing_groups == 1
    assert f"subject CMU/{subject} has 1 samples in train and" in found.leaks[0].text
    assert "1 subjects and 0 poses cross" in said(leak_lines(json_of(found)))


def test_a_near_duplicate_planted_in_another_split_is_found_and_named(folder: Path) -> None:
    rows, nearby = people(1), people(2)
    split = choose_splits(folder, rows)
    train, test = int(np.flatnonzero(split == 0)[9]), int(np.flatnonzero(split == 2)[9])
    copy(rows, test, nearby, train, clip=rows["clip"][train])
    seen_from_elsewhere(nearby, train)
    posed_part(folder, "two", nearby, CLIPS)
    loose = {**SPLITTING, "splits": {**SPLITTING["splits"], "distance_mm": None}}
    assert choose(folder, **loose).facts["kept"] == 2 * ROWS
    path = folder / "selections" / "curated" / "selection.json"
    facts = json.loads(path.read_text())
    facts["rules"]["splits"]["distance_mm"] = 20
    path.write_text(json.dumps(facts))
    found = check(folder, "curated", threads=True)
    assert (found.crossing_groups, found.crossing_poses) == (0, 1)
    assert (
        found.leaks[0].text == f"two row {train} (train) has the pose of one row {test} (test): 0.0 mm apart"
    )


def json_of(found: Any) -> dict[str, Any]:
    return {**dataclasses.asdict(found), "tight": found.tight}


def test_a_dry_run_shows_each_rule_and_writes_nothing(folder: Path) -> None:
    rows = people(1)
    rows["hidden"][:] = np.arange(ROWS) % 18
    posed_part(folder, "one", rows, CLIPS)
    quality = [{"column": "seen", "min": 5}, {"name": "few", "column": "hidden", "max": 13}]
    outcome = choose(folder, dry_run=True, quality=quality)
    assert outcome.folder is None
    assert not (folder / "selections").exists()
    steps = {step["rule"]: step for step in outcome.facts["steps"]}
    over_12, over_13 = int((rows["hidden"] > 12).sum()), int((rows["hidden"] > 13).sum())
    assert (steps["seen below 5"]["matched"], steps["seen below 5"]["dropped"]) == (over_12, over_12)
    assert (steps["few"]["matched"], steps["few"]["dropped"]) == (over_13, 0)  # gone by then
    assert outcome.facts["kept"] == ROWS - over_12
    assert "one row 13; one row 14" in said(tables(outcome.facts))


def test_balance_and_count(folder: Path) -> None:
    rows = people(1)
    rows["band"][:] = (np.arange(ROWS) % 8 == 0).astype(int)
    posed_part(folder, "one", rows, CLIPS)
    choose(folder, balance=[{"by": "band"}, {"by": "pose", "clusters": 4}, {"by": "view", "azimuths": 3,
                                                                            "elevations": 2}])  # fmt: skip
    selection = read_selection(Corpus(folder), "curated")
    few = rows["band"][selection.row] == 1
    assert selection.weight.mean() == pytest.approx(1, abs=1e-5)
    assert selection.weight[few].sum() / len(selection) == pytest.approx(0.5, abs=0.05)
    choose(folder, balance=[{"by": "band"}], count=40)
    drawn = read_selection(Corpus(folder), "curated")
    assert len(drawn) == 40
    assert 10 <= (rows["band"][drawn.row] == 1).sum() <= 30
    assert len(dropped(folder, "not drawn")) == ROWS - 40


def test_the_same_rules_choose_the_same_whatever_the_workers(folder: Path) -> None:
    posed_part(folder, "one", people(1), CLIPS, per_shard=16)
    rules = Rules.model_validate({**SPLITTING, "count": 90, "duplicates": {"distance_mm": 250}, "seed": 4})
    content = []
    for workers in (1, 3):
        written = curate(folder, rules, workers=workers, threads=True).folder
        assert written is not None
        content.append([(written / name).read_bytes() for name in ("selection.json", "selection.npz")])
    assert content[0] == content[1]


def test_imported_recordings_are_curated_by_what_they_know(folder: Path) -> None:
    rows = people(1)
    for name in ("joints_world", "joints_camera", "joints_image"):
        rows[name][:, [joint_index("pelvis"), joint_index("spine1"), joint_index("left_collar")]] = np.nan
    copy(rows, 3, rows, 200)
    rows["joints_world"][50, joint_index("left_knee")] = np.nan
    posed_part(folder, "mine", rows, CLIPS, kind="imported", arrays=IMPORTED)
    outcome = choose(
        folder, **SPLITTING, duplicates={"distance_mm": 10}, balance=[{"by": "pose", "clusters": 5}]
    )
    assert dropped(folder, "corrupt") == [(0, 50)]
    assert dropped(folder, "near-duplicate") == [(0, 200)]
    assert outcome.facts["kept"] == ROWS - 2
    write_report(folder, folder / "report.html", selection="curated", samples=6, workers=1, threads=True)
    assert "do not say which joints are hidden" in (folder / "report.html").read_text()


def test_unfinished_shards_are_left_out(folder: Path) -> None:
    part = posed_part(folder, "one", people(1), CLIPS)
    part.receipt_path(1).unlink()
    assert choose(folder).facts["looked_at"] == ROWS - 64
    assert not set(range(64, 128)) & set(read_selection(Corpus(folder), "curated").row.tolist())


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"parts": ["three"]}, "has no part 'three'; there are: one"),
        (
            {"quality": [{"column": "seen", "min": 18}]},
            "leave no sample to train on; loosen them; 'seen below 18' drops 240 of 240",
        ),
        ({"balance": [{"by": "subject", "shares": {"CMU/77": 1.0}}]}, "there is no class 'CMU/77'"),
        (
            {"quality": [{"column": "prop_hidden", "max": 3}, {"column": "step", "max": 3}]},
            "has no array 'step'",
        ),
    ],
)
def test_rules_that_a_corpus_cannot_meet(folder: Path, rules: dict[str, Any], text: str) -> None:
    posed_part(folder, "one", people(1), CLIPS)
    with pytest.raises(InputError, match=text):
        choose(folder, **rules)
