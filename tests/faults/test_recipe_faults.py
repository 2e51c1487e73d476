"""Recipes that cannot be: one line that names file, line and field, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.generate.recipe import load_recipe
from synth.core.errors import InputError

GOOD = "name: a\npairs:\n  count: 5\n"


def refusal(path: Path, changes: list[str] | None = None, seed: int | None = None) -> str:
    with pytest.raises(InputError) as refused:
        load_recipe(path, changes, seed)
    said = str(refused.value)
    assert "\n" not in said
    assert len(said) < 500 + len(str(path))
    return said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "colour: red\n", [":4: there is no such field (field 'colour'", "the fields here are", "cameras"]),
        ("name: a\npairs:\n  counts: 5\n", [":3:", "'pairs.counts'", "the fields here are count, views_per_frame"]),
        (GOOD + "tracks:\n  frame: 27\n", [":5: there is no such field", "'tracks.frame'", "fields here are frames"]),
        (GOOD + "tracks:\n  rate: 27\n", [":4:", "field 'tracks.frames'", "missing", "add 'frames: ...'"]),
        (GOOD + "tracks:\n  frames: 27\n  speed: 2\n", [":6:", "'tracks.speed'", "the fields here are frames, rate"]),
        (
            GOOD + "motion:\n  sources:\n  - path: x\n    weigth: 2\n",
            [":7:", "'motion.sources.0.weigth'", "the fields here are path"],
        ),
        ("name: a\npairs:\n  count: many\n", [":3:", "valid integer", "'pairs.count'", "'many'"]),
        ("name: a\npairs:\n  count: -1\n", [":3:", "greater than or equal to 0", "'pairs.count'"]),
        ("name: a\npairs:\n  count: 2000000000000\n", [":3:", "less than or equal", "'pairs.count'"]),
        ("pairs: {count: 5}\n", ["field 'name'", "missing", "add 'name: ...'"]),
        ("name: a\n", ["asks for no samples", "pairs.count"]),
        ("name: a\npairs: {count: 0}\n", ["asks for no samples"]),
        ("name: a\npairs: {count: 5, views_per_frame: 2}\n", [":2:", "not both", "'pairs'"]),
        ("name: ../x\npairs: {count: 5}\n", [":1:", "'name'", "letters, digits", "'../x'"]),
        ("name: ''\npairs: {count: 5}\n", [":1:", "'name'", "letters, digits"]),
        (f"name: {'a' * 65}\npairs: {{count: 5}}\n", [":1:", "up to 64 letters"]),
        ("name: a\npairs: {count: 5\n", [":3: is not valid YAML", "close the bracket or brace"]),
        ("name: a\n\tpairs: {count: 5}\n", [":2: is not valid YAML"]),
        ("name: a\nname: b\npairs: {count: 5}\n", [":2: the field 'name' is given twice", "remove one"]),
        ("name: !!python/object/apply:os.system ['true']\n", [":1: is not valid YAML"]),
        ("", ["is not a mapping of fields", "begin with 'name: ...'"]),
        ("# nothing yet\n", ["is not a mapping of fields"]),
        ("- name: a\n", ["is not a mapping of fields"]),
        ("just words\n", ["is not a mapping of fields"]),
        ("name: a\x00\n", ["is binary, not text"]),
        (GOOD + "seed: -1\n", [":4:", "'seed'"]),
        (GOOD + "seed: 1.5\n", [":4:", "'seed'"]),
        (GOOD + f"seed: {2**63}\n", [":4:", "'seed'"]),
        (GOOD + "seed: 0x" + "f" * 6000, [":4:", "'seed'"]),
        (GOOD + "seed: " + "9" * 6000, ["cannot make sense of"]),
        (GOOD + "motion: {rate: .nan}\n", [":4:", "'motion.rate'"]),
        (GOOD + "motion: {rate: .inf}\n", [":4:", "'motion.rate'"]),
        (GOOD + "motion: {sources: []}\n", [":4:", "'motion.sources'", "at least 1 item"]),
        (GOOD + "motion: {sources: [{path: x, rate: 0}]}\n", [":4:", "'motion.sources.0.rate'", "greater than 0"]),
        (GOOD + "motion: {sources: [{path: x, weight: 1.0e+300}]}\n", [":4:", "'motion.sources.0.weight'", "1e+300"]),
        (GOOD + "motion: {sources: [{path: x, rate: 1.0e+300}]}\n", [":4:", "'motion.sources.0.rate'"]),
        (GOOD + "picture: {width: 100000}\n", [":4:", "'picture.width'", "less than or equal to 1920"]),
        (GOOD + "cameras: []\n", [":4:", "'cameras'"]),
        (GOOD + "cameras:\n- preset: sky\n", [":5:", "'cameras.0.preset'", "'sphere'"]),
        (GOOD + "cameras:\n- {preset: phone, fil: [0.8, 0.9]}\n", [":5: there is no such field", "'cameras.0.fil'"]),
        (GOOD + "cameras:\n- {preset: phone, fill: [0, 0.9]}\n", [":5: fill lies above 0", "'cameras.0'"]),
        (GOOD + "cameras:\n- elevation: [9, 1]\n", [":5:", "'cameras.0.elevation'", "lower bound 9.0 is above"]),
        (GOOD + "cameras:\n- presett: phone\n", [":5: there is no such field", "the fields here are weight, ele"]),
        (
            GOOD + "props:\n  bands: {'0': 0.5, '1-4': 0.2, '5-8': 0.2, '9+': 0.2}\n",
            [":5:", "'props.bands'", "must sum to 1, not to 1.1"],
        ),
        (GOOD + "props:\n  bands: {'0': 1}\n", [":5:", "'props.bands'", "each of the four bands 0, 1-4, 5-8, 9+"]),
        (GOOD + "props:\n  count: [3, 1]\n", [":5:", "fewest <= most"]),
        (GOOD + "images: {count: 1, arrays: [sound]}\n", [":4:", "'images.arrays.0'", "'depth'"]),
        (GOOD + "body: {genders: {other: 1}}\n", [":4:", "'body.genders'", "neutral"]),
        (GOOD + "when: 2020-99-99\n", ["cannot make sense of", "month"]),
        ("[" * 3000, ["nested too deeply"]),
        ("{a: " * 3000, ["nested too deeply"]),
        ("a: &a [*a]\n", [":1: a value contains itself"]),
        ("? [1, 2]\n: 3\nname: a\n", ["is not valid YAML"]),
        ("1: 2\nname: a\npairs: {count: 1}\n", ["Keys should be strings"]),
    ],
)  # fmt: skip
def test_it_says_where_and_what_to_do(tmp_path: Path, text: str, said: list[str]) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes(text.encode())
    found = refusal(path)
    assert found.startswith(str(path))
    for words in said:
        assert words in found


def test_a_billion_laughs_are_not_laughed(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    path = tmp_path / "recipe.yaml"
    path.write_text("\n".join(lines))
    assert "more than 100,000 values" in refusal(path)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_bytes(b"name: \xff\xfe\n")
    assert "is not UTF-8; save the file as UTF-8" in refusal(path)
    path.write_bytes(b"#" * (2 << 20))
    assert "is too long" in refusal(path)
    assert "cannot be read (Is a directory); check the path" in refusal(tmp_path)
    assert "cannot be read (No such file or directory)" in refusal(tmp_path / "no.yaml")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("pairs.cuont=5", ["there is no such field (field 'pairs.cuont'", "the fields here are count"]),
        ("pairs.count", ["is not of the form field.field=value"]),
        ("=5", ["is not of the form field.field=value"]),
        ("pairs..count=5", ["is not of the form"]),
        ("pairs.count=[", ["is not valid YAML"]),
        ("pairs.count=lots", ["valid integer", "'pairs.count'"]),
        ("pairs={count: lots}", ["valid integer", "'pairs.count'"]),
        ("name.first=a", ["'name' has no fields to set"]),
        ("tracks.rate=30", ["field 'tracks.frames'", "missing"]),
        ("seed=" + "9" * 5000, ["cannot make sense of"]),
    ],
)
def test_a_bad_change_is_named(tmp_path: Path, change: str, said: list[str]) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(GOOD)
    with pytest.raises(InputError) as refused:
        load_recipe(path, ["motion.rate=25", change])
    assert str(refused.value).startswith("--set " + change[:20])
    assert "\n" not in str(refused.value)
    for words in said:
        assert words in str(refused.value)
    assert load_recipe(path).pairs.count == 5


def test_a_change_is_not_blamed_for_what_the_file_lacks(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("pairs: {count: 5}\n")
    assert refusal(path, ["motion.rate=25"]).startswith(f"{path}: this field is missing (field 'name')")
