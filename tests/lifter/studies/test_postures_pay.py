"""The study of authored and explored postures in small: what it trains on, scores, keeps and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lifter.studies import postures_pay
from lifter.studies.postures_pay import (
    HELD_OUT,
    MIXES,
    SOURCES,
    VALIDATION,
    Sizes,
    gain,
    main,
    recipe_for,
    rows,
)
from pipelines.corpus.corpus import Corpus
from tests.lifter import corpora

SMALL = ["--set", "batch=64", "--set", "val_pairs=50", "--set", "config.token=8", "--set", "config.layers=1",
         "--set", "config.heads=1", "--set", "config.width=16", "--set", "config.blocks=1"]  # fmt: skip


@pytest.fixture
def held_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of recordings; parts are made of stick figures in place of motion."""

    def generate(corpus: Path, name: str, source: str, pairs: int, seed: int) -> None:
        if not (corpus / "corpus.json").exists() or f"{name}-pairs" not in Corpus(corpus).part_names():
            corpora.people(corpus, 400, name=f"{name}-pairs", seed=seed + len(name))

    monkeypatch.setattr(postures_pay, "_generate", generate)
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "02_06.amc").touch()
    return folder


def test_a_table_of_all_mixes_and_a_second_run_trains_nothing(
    held_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tmp_path / "pay.json"
    arguments = [str(tmp_path / "out"), "--held-out", str(held_out), "--pairs", "200", "--seen", "200", "--seeds", "2",
                 "--result", str(result), *SMALL]  # fmt: skip
    assert main(arguments) == 0
    first = json.loads(result.read_text())["values"]
    assert list(first["mixes"]) == list(MIXES)
    assert {name for each in first["mixes"].values() for name in each} == {HELD_OUT, VALIDATION}
    assert [row["trained on"] for row in first["table"]] == list(MIXES)
    assert first["held_out"] == ["02_06.amc"]
    monkeypatch.setattr(postures_pay, "scored", lambda *_: pytest.fail("scored again"))
    assert main(arguments) == 0
    assert json.loads(result.read_text())["values"] == first


def test_every_mix_sees_the_same_number_of_samples(tmp_path: Path) -> None:
    for name in SOURCES:
        corpora.people(tmp_path, 40, name=f"{name}-pairs")
    specs = [recipe_for(tmp_path, mix, 0, Sizes(pairs=1000, seen=3000)) for mix in MIXES]
    assert {(spec.pairs, spec.epochs) for spec in specs} == {(1000, 3)}
    assert [len(spec.parts or []) for spec in specs] == [1, 2, 3]


def test_means_and_deviations_over_seeds_and_the_gain() -> None:
    def found(*mpjpe: float) -> dict[str, Any]:
        each = [
            {"mpjpe": x, "pa_mpjpe": x / 2, "groups": {"02_06": {"mpjpe": x, "pa_mpjpe": 1.0}}} for x in mpjpe
        ]
        return {HELD_OUT: postures_pay._over_seeds(each)}

    values = {"mixes": {"a": found(100.0, 104.0), "b": found(90.0, 90.0), "c": found(51.0, 51.0)}}
    assert rows(values)[0][f"{HELD_OUT}, MPJPE"] == "102.0 ± 2.8"
    assert gain(values) == pytest.approx(0.5)
    assert values["mixes"]["a"][HELD_OUT]["groups"]["02_06"]["mpjpe"] == 102.0
