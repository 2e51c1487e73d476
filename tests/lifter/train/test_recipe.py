from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from lifter.models.registry import MODELS
from lifter.train.recipe import SHIPPED, read_recipe
from synth.core.errors import InputError


@pytest.mark.parametrize("model", MODELS.names())
def test_every_method_comes_with_a_recipe(model: str) -> None:
    spec = read_recipe(model)
    assert spec.model == model
    assert spec.new_model().name == model


def test_there_is_no_recipe_without_a_method() -> None:
    assert {read_recipe(None, path).model for path in SHIPPED.glob("*.yaml")} == set(MODELS.names())


def test_changes_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    spec = read_recipe("baseline", changes=["epochs=7", "config.width=64", "augment.mirror=0"])
    assert (spec.epochs, spec.config["width"], spec.augment.mirror) == (7, 64, 0)
    with pytest.raises(InputError, match="there is no method 'magic'"):
        read_recipe("magic")
    with pytest.raises(InputError, match="no method is named"):
        read_recipe(None)
    with pytest.raises(InputError, match=r"config\.wdith"):
        read_recipe("baseline", changes=["config.wdith=64"])
    path = tmp_path / "mine.yaml"
    path.write_text("model: posemill\nepochs: 0\n")
    with pytest.raises(InputError, match=r"mine\.yaml:2"):
        read_recipe("posemill", path)
    path.write_text("model: posemill\n")
    with pytest.raises(InputError, match="is a recipe for 'posemill', not 'baseline'"):
        read_recipe("baseline", path)
    path.write_text("model: magic\n")
    with pytest.raises(InputError, match="there is no method 'magic'; there are baseline"):
        read_recipe(None, path)
