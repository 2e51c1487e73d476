"""YAML into a model: file, line and field of what is wrong, and no more work than the file is long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pydantic import Field, model_validator

from synth.core.errors import InputError
from synth.core.spec import FieldError, Spec
from synth.core.yamlfile import load_yaml, parse_yaml


class InnerSpec(Spec):
    size: float = 1.0


class OuterSpec(Spec):
    name: str
    inner: InnerSpec = InnerSpec()
    by_name: dict[str, InnerSpec] = Field({})

    @model_validator(mode="after")
    def _sizes_differ(self) -> OuterSpec:
        for name, inner in self.by_name.items():
            if inner.size == self.inner.size:
                raise FieldError("is the size of inner, too", "by_name", name, "size")
        return self


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_yaml(OuterSpec, text, "a.yaml", "thing")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_becomes_a_model(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: a\ninner: {size: 2}\n")
    assert load_yaml(OuterSpec, path, "thing").inner.size == 2
    assert load_yaml(OuterSpec, path, "thing", ["inner.size=3"], {"name": "b"}) == OuterSpec(
        name="b", inner=InnerSpec(size=3)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: a\ninner: {sise: 2}\n",
            "a.yaml:2: there is no such field (field 'inner.sise', got 2); did you mean 'siz",
        ),
        (
            "name: a\nby_name:\n  x: {sise: 2}\n",
            "a.yaml:3: there is no such field (field 'by_name.x.sise', got 2); did",
        ),
        (
            "name: a\nby_name:\n  x:\n    size: 1\n",
            "a.yaml:4: is the size of inner, too (field 'by_name.x.size')",
        ),
        ("inner: {}\n", "a.yaml: this field is missing (field 'name'); add 'name: ...'"),
        ("- a\n", "a.yaml: is not a mapping of fields, which a thing is; begin with 'name: ...'"),
        ("name: [\n", "a.yaml:2: is not valid YAML"),
        ("name: a\nname: b\n", "a.yaml:2: the field 'name' is given twice"),
        ("name: &a\n  x: *a\n", "a.yaml:1: a value contains itself"),
        ("name: " + "9" * 20_000 + "\n", "a.yaml:1: a number of 20,000 characters"),
        ("[" * 5000, "is nested too deeply"),
    ],
)
def test_it_says_where(text: str, said: str) -> None:
    assert said in refusal(text)


@pytest.mark.parametrize("bomb", ["*a{0}, *a{0}", "{{<<: [*a{0}, *a{0}]}}"])
def test_aliases_that_multiply_are_refused_before_they_do(bomb: str) -> None:
    lines = ["a0: &a0 {x: 1}"]
    for i in range(40):
        inner = bomb.format(i)
        lines.append(f"a{i + 1}: &a{i + 1} " + (inner if inner.startswith("{") else f"[{inner}]"))
    start = time.perf_counter()
    assert "holds more than 100,000 values, counting what aliases repeat" in refusal("\n".join(lines))
    assert time.perf_counter() - start < 1.0


def test_a_file_of_too_many_values_is_refused() -> None:
    assert "more than 100,000 values" in refusal("name: [" + "a," * 110_000 + "]")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("name: a\ninner:\n\tsize: 2\n", "indent with spaces, not tabs"),
        ("name: a: b\n", "put a text that holds ': ' in quotes"),
        ("name: a\ninner: {size: 2\n", "close the bracket or brace"),
        ("name:\n", "give text"),
        ("name: 5\n", "put it in quotes"),
        ("name: a\ninner: wide\n", "give fields: {name: value}"),
        ("name: a\nby_name: [1]\n", "give fields: {name: value}"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write(text: str, remedy: str) -> None:
    assert remedy in refusal(text).rpartition("; ")[2]


def test_a_validator_may_say_what_to_do() -> None:
    class Picky(Spec):
        name: str

        @model_validator(mode="after")
        def _check(self) -> Picky:
            raise FieldError("is not liked", "name", remedy="take another")

    with pytest.raises(InputError, match=r"a.yaml:1: is not liked \(field 'name'\); take another"):
        parse_yaml(Picky, "name: a\n", "a.yaml", "thing")
