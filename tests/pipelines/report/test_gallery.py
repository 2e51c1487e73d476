"""The gallery's samples: marks where the labels put them, facts that say what they hold."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pipelines.corpus.corpus import Corpus
from pipelines.corpus.selection import read_selection, write_selection
from pipelines.report.gallery import limbs, samples
from synth.body.skeleton import COCO_17, SMPL_24
from synth.scene.visibility import COCO_ROWS, Visibility
from tests.pipelines.posed import clip, posed_part, posed_rows, random_turns

N = 30


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    rng = np.random.default_rng(0)
    rows = posed_rows(random_turns(N, rng), rng, np.arange(N) % 2)
    rows["visibility"][:, COCO_ROWS] = Visibility.SEEN
    rows["visibility"][:, COCO_ROWS[9]] = Visibility.PROP
    rows["hidden"][:] = 1
    posed_part(tmp_path, "one", rows, [clip("01", "01_01"), clip("", "a <b>")])
    return Corpus(tmp_path)


def test_samples_are_spread_over_the_part(corpus: Corpus) -> None:
    shown = samples(corpus, 4)
    rows = [int(dict(each.facts)["part and row"].split(", ")[1]) for each in shown]
    assert rows == sorted(set(rows))
    assert (rows[0], rows[-1], len(rows)) == (0, N - 1, 4)


def test_joints_are_marked_where_they_are_by_state(corpus: Corpus) -> None:
    (sample, *_) = samples(corpus, 2)
    part = corpus.part("one")
    image = part.read("joints_image", 0, 1)[0, COCO_ROWS] * (256 / 256)
    marks = re.findall(r'<circle class="(\w+) (\w+)" cx="([\d.-]+)" cy="([\d.-]+)"', sample.overlay)
    assert len(marks) == 17
    for joint, (side, state, x, y) in enumerate(marks):
        name = COCO_17[joint]
        assert side == (name.split("_")[0] if "_" in name else "middle")
        assert state == ("prop" if joint == 9 else "seen")
        assert (float(x), float(y)) == pytest.approx(image[joint], abs=0.06)
    assert "left wrist: hidden by a prop" in sample.overlay
    assert dict(sample.facts)["occlusion"] == "16 of 17 seen; 1 by a prop"


def test_filters_name_the_subject_and_side(corpus: Corpus) -> None:
    first, second = (samples(corpus, N)[k] for k in (0, 1))
    assert first.filters["subject"] == "CMU 01"
    assert second.filters["subject"] == "CMU"
    assert first.filters["side"] in ("front", "left", "back", "right")
    assert second.title == "a <b> · 1"  # the page escapes it


def test_what_a_selection_did_is_said(corpus: Corpus) -> None:
    write_selection(
        corpus, "mine", {"reasons": ["corrupt", "near-duplicate"]},
        {
            "part": [0, 0], "row": [2, 3], "weight": [0.5, 2.0], "split": [0, 1],
            "dropped_part": [0], "dropped_row": [5], "dropped_reason": [1], "dropped_twin_part": [0],
            "dropped_twin_row": [2],
        },
    )  # fmt: skip
    shown = {
        each.facts[0][1]: dict(each.facts)["curation"]
        for each in samples(corpus, 9, read_selection(corpus, "mine"))
    }
    assert shown == {
        "one, 2": "kept for train, weight 0.50",
        "one, 3": "kept for val, weight 2.00",
        "one, 5": "dropped: near-duplicate, like one row 2",
    }


def test_the_skeleton_is_in_millimetres_about_the_pelvis(corpus: Corpus) -> None:
    (sample, *_) = samples(corpus, 2)
    joints = corpus.part("one").read("joints_world", 0, 1)[0, :24].astype(float)
    assert sample.skeleton[0] == [0, 0, 0]
    assert np.array(sample.skeleton) == pytest.approx(1000 * (joints - joints[0]), abs=0.51)


def test_limbs_connect_every_joint_to_its_parent() -> None:
    found = {SMPL_24[child]: (SMPL_24[parent], side) for child, parent, side in limbs()}
    assert len(found) == 23
    assert found["left_wrist"] == ("left_elbow", "left")
    assert found["neck"][1] == "middle"
