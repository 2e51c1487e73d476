"""The ergonomist's page: what it says of known postures, with pictures and without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from lifter.predict.risk.page import risk_page
from lifter.predict.risk.people import risks_of
from synth.risk.task import TaskInputs
from tests.lifter.predict.risk.test_people import bent, lifted_of


def page(poses: list[np.ndarray], task: TaskInputs | None = None, pictures: list[Path] | None = None) -> str:
    lifted, given = lifted_of(poses, pictures=pictures), task or TaskInputs()
    return risk_page(lifted, risks_of(lifted, given), given, "a test", ["risk.csv"])


def test_it_says_how_long_the_risk_was_what() -> None:
    text = page([bent(0)] * 30 + [bent(75)] * 10, TaskInputs(load=12, coupling="poor"))
    assert "of the time the risk (REBA, worse side) is" in text
    assert "RULA asks for a change soon or now for" in text
    assert "12 kg" in text
    assert "poor" in text
    assert text.count("<article>") == 4
    assert "Driven by:" in text
    assert "trunk" in text
    assert "http" not in text.replace("http://www.w3.org", "")  # nothing is fetched


def test_one_photo_has_no_curve() -> None:
    text = page([bent(70)])
    assert "This posture scores REBA" in text
    assert "RULA is" in text
    assert "The worst moments" not in text
    assert "picture 1" in text
    assert "Score over time" not in text
    assert "Share of time" not in text


def test_pictures_are_cut_to_the_person(tmp_path: Path) -> None:
    picture = tmp_path / "frame.png"
    Image.new("RGB", (1000, 1000), (200, 30, 30)).save(picture)
    with_picture, without = page([bent(30)], pictures=[picture]), page([bent(30)])
    assert with_picture.count("data:image/jpeg") == without.count("data:image/jpeg") == 1
    assert with_picture != without


def test_nobody() -> None:
    lifted = lifted_of([bent(0)])
    assert "Nobody was lifted" in risk_page(lifted, [], TaskInputs(), "a test", [])
