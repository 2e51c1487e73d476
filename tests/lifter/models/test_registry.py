"""Methods by name, this project's and another package's, which trains, is saved and loaded like ours."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tensorboard")

from pydantic import Field  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from lifter.data.batch import TensorBatch  # noqa: E402
from lifter.models.lifter import load_lifter, save_lifter  # noqa: E402
from lifter.models.model import Model, ModelConfig, Output, distances, mean_over  # noqa: E402
from lifter.models.registry import MODELS, get_model  # noqa: E402
from lifter.train.recipe import TrainSpec, read_recipe  # noqa: E402
from lifter.train.run import train  # noqa: E402
from synth.core.errors import InputError  # noqa: E402
from tests.lifter.corpora import people  # noqa: E402
from tests.lifter.models import made  # noqa: E402


class ToyConfig(ModelConfig):
    width: int = Field(8, ge=1)


class Toy(Model):
    """Another package's lifter."""

    name: ClassVar[str] = "toy"
    Config: ClassVar[type[ModelConfig]] = ToyConfig

    def __init__(self, config: ToyConfig) -> None:
        super().__init__(config)
        self.layers = nn.Sequential(nn.Linear(34, config.width), nn.ReLU(), nn.Linear(config.width, 60))

    def forward(self, points: Tensor, confidence: Tensor, size: Tensor) -> Output:
        return Output(self.layers(points.flatten(1)).view(-1, 20, 3))

    def losses(self, batch: TensorBatch) -> dict[str, Tensor]:
        apart, known = distances(self(batch.points, batch.confidence, batch.size).joints, batch.truth)
        return {"loss": mean_over(apart, known, batch.weight)}


class Nameless(Model):
    """Registered under a name that it does not have."""


@pytest.fixture
def another_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package with these entry points were installed."""
    points = {
        name: EntryPoint(name, f"{__name__}:{value}", MODELS.group)
        for name, value in (("toy", "Toy"), ("odd", "Nameless"), ("text", "__doc__"), ("gone", "Absent"))
    }
    monkeypatch.setitem(MODELS.__dict__, "_others", points)


def test_ours_are_imported_by_their_names() -> None:
    assert {name: get_model(name).name for name in MODELS.names()} == {
        name: name for name in ("baseline", "matching", "adversarial", "lcr", "posemill")
    }


def test_the_names_are_known_without_torch() -> None:
    code = "import sys; from lifter.models.registry import MODELS; print(*MODELS.names(), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["baseline", "matching", "adversarial", "lcr", "posemill", "False"]


@pytest.mark.usefixtures("another_package")
def test_another_packages_lifter_trains_is_saved_and_loaded(tmp_path: Path) -> None:
    people(tmp_path / "corpus", 200)
    path = tmp_path / "toy.yaml"
    path.write_text("model: toy\nepochs: 2\nbatch: 16\nval_pairs: 20\nconfig: {width: 16}\n")
    spec = read_recipe("toy", path)
    lifter = train(tmp_path / "corpus", tmp_path / "out", spec)
    assert isinstance(lifter.model, Toy)
    assert lifter.parameters == 34 * 16 + 16 + 16 * 60 + 60
    save_lifter(tmp_path / "toy.safetensors", lifter)
    given = made.samples(4)
    wanted = lifter.lift(given.keypoints, given.intrinsics).joints
    for path in (tmp_path / "out", tmp_path / "toy.safetensors"):
        assert np.array_equal(load_lifter(path).lift(given.keypoints, given.intrinsics).joints, wanted)


@pytest.mark.usefixtures("another_package")
def test_its_settings_are_checked_and_it_may_bring_a_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=r"config\.width"):
        TrainSpec(model="toy", config={"width": 0})
    with pytest.raises(InputError, match="'toy' comes without a recipe; give one with --config"):
        read_recipe("toy")
    (tmp_path / "toy.yaml").write_text("model: toy\nepochs: 7\n")
    monkeypatch.setattr(Toy, "recipe", tmp_path / "toy.yaml")
    assert read_recipe("toy").epochs == 7


@pytest.mark.usefixtures("another_package")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("odd", "is not a subclass of .* whose `name` is 'odd'"),
        ("text", "is not a subclass of"),
        ("gone", "cannot be imported"),
        ("magic", "there is no method 'magic'; choose one of baseline, .*toy"),
    ],
)
def test_what_is_registered_wrongly_is_refused(name: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        get_model(name)


@pytest.mark.usefixtures("another_package")
def test_a_checkpoint_of_a_package_that_is_gone_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lifter.models.lifter import Lifter

    save_lifter(tmp_path / "model.pt", Lifter(Toy(ToyConfig()), np.ones((20, 4))))
    monkeypatch.setitem(MODELS.__dict__, "_others", {})
    with pytest.raises(
        InputError, match="is of the method 'toy', which is not installed; there are: baseline"
    ):
        load_lifter(tmp_path)
