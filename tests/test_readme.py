"""README.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.generate.recipe import load_recipe
from tests.readme import README, ROOT, blocks, labels_table, written_table


def test_the_table_of_labels_is_the_schema() -> None:
    assert written_table() == labels_table(), "run: python tests/readme.py labels"


def test_files_that_it_links_to_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (ROOT / link).exists(), link


def test_it_has_the_two_commands_first() -> None:
    assert blocks()[0] == (False, "make quickstart\nmake test\n")


def test_its_recipe_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    (tmp_path / "recipe.yaml").write_text(text)
    assert load_recipe(tmp_path / "recipe.yaml").name == "night-shift"


@pytest.mark.parametrize("path", sorted((ROOT / "manifests").glob("*.yaml")), ids=lambda path: path.name)
def test_the_recipes_of_manifests_are_recipes(path: Path) -> None:
    assert load_recipe(path).name
