"""A finished bank: found by what it is made of, and refused where it is broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.generate.motion_bank import bank_of, open_bank
from synth.core.errors import InputError
from tests.pipelines.generate.test_build_bank import build
from tests.pipelines.tiny import motion_in


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return motion_in(tmp_path)


def test_an_open_bank_says_what_is_wrong(home: Path) -> None:
    folder = build(home).folder
    np.save(folder / "trans.npy", np.zeros((3, 3), np.float32))
    with pytest.raises(InputError, match="has the wrong shape or type; run `posemill generate` again"):
        open_bank(folder)
    np.save(folder / "trans.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"trans\.npy: cannot be read"):
        open_bank(folder)
    (folder / "bank.json").unlink()
    with pytest.raises(InputError, match=r"bank\.json: is missing"):
        open_bank(folder)


def test_a_part_finds_its_motion_under_another_name(home: Path) -> None:
    bank = build(home)
    facts = {"bank": "0123456789abcdef", "made_of": {"motion": bank.digest}}
    assert bank_of(home / "corpus", facts).folder == bank.folder
    with pytest.raises(InputError, match="the motion of the part is missing"):
        bank_of(home / "corpus", {**facts, "made_of": {"motion": "another"}})
