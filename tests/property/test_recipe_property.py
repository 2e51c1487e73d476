"""Whatever a recipe's file holds, it is read or refused in one line that begins with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.generate.recipe import Recipe, load_recipe
from synth.core.errors import InputError

FIELDS = sorted(
    {
        *Recipe.model_fields,
        "count",
        "views_per_frame",
        "frames",
        "rate",
        "sources",
        "path",
        "weight",
        "preset",
    }
    | {"bands", "0", "1-4", "genders", "male", "width", "arrays", "kinds", "gate", "elevation", "model"}
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
    | st.sampled_from(["builtin", "sphere", "phone", "image", "open", "a", "../a"])
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | SCALARS, inner, max_size=4),
    max_leaves=25,
)  # fmt: skip
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipes") / "recipe.yaml"


def read(path: Path, content: bytes, changes: list[str] | None = None) -> Recipe | None:
    """The recipe, or None where it was refused as it should be."""
    path.write_bytes(content)
    try:
        return load_recipe(path, changes)
    except InputError as error:
        refusal = error
    assert "\n" not in str(refusal)
    assert str(refusal).startswith((str(path), "--set "))
    assert refusal.remedy
    return None


@MANY
@given(content=st.binary(max_size=200))
def test_any_bytes(path: Path, content: bytes) -> None:
    read(path, content)


@MANY
@given(content=st.text(alphabet="nameprs: {}[]&*!|>-?,'\"#%@\n\t\r01.e\x00~=<", max_size=120))
def test_anything_like_yaml(path: Path, content: str) -> None:
    read(path, content.encode())


@MANY
@given(content=st.dictionaries(st.sampled_from(FIELDS), TREES, max_size=6))
def test_any_tree_of_known_fields(path: Path, content: dict[str, Any]) -> None:
    found = read(path, yaml.safe_dump({"name": "a", "pairs": {"count": 1}, **content}).encode())
    if found is not None:
        assert Recipe.model_validate(found.model_dump(mode="json")) == found


@MANY
@given(change=st.text(max_size=30) | st.builds("{}={}".format, st.sampled_from(FIELDS), st.text(max_size=20)))
def test_any_change(path: Path, change: str) -> None:
    read(path, b"name: a\npairs: {count: 1}\n", [change])
