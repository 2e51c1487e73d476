"""The table of methods: what is trained, that nothing is done twice, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from lifter.data.joints import BODY
from lifter.studies import methods, methods_page
from lifter.studies.methods import OCCLUDED, OPEN, available, plan, study, without_some
from lifter.studies.methods_page import DIFFERENCE
from synth.core.errors import InputError
from tests.lifter.cases import people as somebody
from tests.lifter.cases import write_benchmark
from tests.lifter.corpora import people
from tests.lifter.made import tiny


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    people(folder)
    return folder


def test_all_trainings_see_as_many_samples(corpus: Path, tmp_path: Path) -> None:
    whole = available(corpus, tiny())
    clear = available(corpus, tiny(bands=["0"]))
    assert 0 < clear < whole < 400
    jobs = plan(corpus, tmp_path, {"a": tiny(epochs=8), "b": tiny("posemill", epochs=8)}, 2)
    assert [(job.row, job.variant, job.spec.seed) for job in jobs] == [
        ("a", OCCLUDED, 0), ("a", OPEN, 0), ("b", OCCLUDED, 0), ("b", OPEN, 0), ("a", OCCLUDED, 1), ("b", OCCLUDED, 1),
    ]  # fmt: skip
    assert jobs[0].spec.epochs == 8
    assert jobs[1].spec.epochs * clear == pytest.approx(8 * whole, rel=0.1)
    assert jobs[1].spec.bands == ["0"]
    few = plan(corpus, tmp_path, {"a": tiny()}, 1, pairs=50, seen=1000)
    assert [job.spec.epochs for job in few] == [20, 20]
    assert {job.spec.pairs for job in few} == {50}


def test_the_same_joints_are_taken_from_all(tmp_path: Path) -> None:
    keypoints = somebody(30).keypoints
    before = keypoints.copy()
    for count in (0, 1, 5, 12):
        less = without_some(keypoints, count)
        assert ((less[:, BODY, 2] == 0).sum(1) == count).all()
        assert np.array_equal(less, without_some(keypoints, count))
        assert (less[:, :5] == keypoints[:, :5]).all()
    gone = [without_some(keypoints, count)[..., 2] == 0 for count in (2, 3)]
    assert (gone[1] | ~gone[0]).all()
    assert np.array_equal(keypoints, before)


def test_a_table_of_methods(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yard = write_benchmark(tmp_path / "yard.npz", somebody(40))
    recipes = {"baseline": tiny(epochs=1), "matching": tiny("matching")}
    out = tmp_path / "out"
    said: list[str] = []
    facts = study(corpus, out, recipes, [yard], seeds=2, people=100, report=said.append)
    assert len(facts["rows"]) == 6
    for row in ("baseline", "matching"):
        found = facts["table"][row]
        assert found["seeds"] == 2
        for target in ("corpus", "yard"):
            shown = found["targets"][target]["pa_mpjpe"]
            assert shown["mean"] == pytest.approx(np.mean(shown["of_seeds"]))
        assert found["cost"]["ms_one"] > 0
        assert {"seconds", "parameters", "stored"} <= set(found["cost"])
        assert shown["low"] is shown["high"] is None  # no interval from fewer than five groups
        curves = facts["occlusion"]["yard"][row]
        assert set(curves) == {OCCLUDED, OPEN, DIFFERENCE}
        assert list(curves[OPEN]) == [str(count) for count in methods.TAKEN]
        assert curves[OCCLUDED]["0"]["mean"] == pytest.approx(
            found["targets"]["yard"]["mpjpe"]["mean"], abs=0.01
        )
    first, second = (facts["table"][row]["targets"]["yard"]["mpjpe"]["mean"] for row in facts["table"])
    assert facts["table"]["matching"]["less_first"]["yard"]["mean"] == pytest.approx(second - first, abs=0.01)
    assert facts["table"]["baseline"]["cost"]["parameters"] > 0
    for name in ("methods.png", "occlusion-corpus.png", "occlusion-yard.png", "corpus.png", "yard.png"):
        assert (out / name).stat().st_size > 5000
        assert name in (out / "methods.md").read_text()
    json.loads((out / "methods.json").read_text())

    def never(*_: object, **__: object) -> None:
        raise AssertionError("nothing is left to do")

    monkeypatch.setattr(methods, "_scored", never)
    monkeypatch.setattr(methods, "_cost", never)
    monkeypatch.setattr(methods_page, "_plot", lambda *_: None)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("model.pt")}
    again = study(corpus, out, recipes, [yard], seeds=2, people=100)
    assert again["table"] == facts["table"]
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("model.pt")}


def test_a_lone_method_and_no_benchmark(corpus: Path, tmp_path: Path) -> None:
    facts = study(corpus, tmp_path, {"only": tiny()}, [], seeds=1, open_seeds=0, people=60)
    assert facts["table"]["only"]["targets"]["corpus"]["mpjpe"]["deviation"] is None
    assert DIFFERENCE not in facts["occlusion"]["corpus"]["only"]


def test_a_wrong_benchmark_is_refused_before_anything_is_trained(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.npz").write_bytes(b"odd")
    with pytest.raises(InputError, match=r"odd\.npz"):
        study(corpus, tmp_path / "out", {"a": tiny()}, [tmp_path / "odd.npz"])
    twice = write_benchmark(tmp_path / "corpus.npz", somebody(10))
    with pytest.raises(InputError, match="have the same name"):
        study(corpus, tmp_path / "out", {"a": tiny()}, [twice])
    assert not (tmp_path / "out").exists()


def test_the_command_refuses_what_is_not_a_recipe(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="NAME=FILE"):
        methods.main([str(corpus), str(tmp_path / "out"), "--recipe", "small"])
    with pytest.raises(InputError, match="absent"):
        methods.main([str(tmp_path / "absent"), str(tmp_path / "out"), "--methods", "baseline"])
