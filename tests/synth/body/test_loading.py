"""Which body a name or path gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.body.body import GENDERS
from synth.body.loading import load_body
from synth.body.open import open_body
from synth.core.errors import InputError


def test_the_open_bodies_by_gender() -> None:
    assert [load_body("open", gender).name for gender in GENDERS] == [open_body(g).name for g in GENDERS]
    assert load_body("open", "male") is load_body(
        "open", "male"
    )  # one in memory, however often it is asked for


def test_an_unknown_gender_lists_those_there_are() -> None:
    with pytest.raises(InputError, match="unknown gender 'other'; use neutral, male, female"):
        load_body("open", "other")


def test_anything_else_is_the_path_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file not found"):
        load_body(str(tmp_path / "SMPL.npz"))
    (tmp_path / "SMPL.npz").write_text("text")
    with pytest.raises(InputError, match=r"is not an \.npz file"):
        load_body(str(tmp_path / "SMPL.npz"))
