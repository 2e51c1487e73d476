"""JSON that every parser reads, also for failures; failures as one line and an exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
import zarr
from typer.main import get_command

from pipelines.commands import main, shared
from pipelines.commands.shared import print_json
from synth.core.errors import InputError
from tests.pipelines.conftest import Posemill

NONE = "/no/such/folder"
RULES = "name: few\nsplits: {shares: {train: 0.6, test: 0.4}, distance_mm: 1}\n"
# arguments of which the command can only say what is wrong
IMPOSSIBLE = {
    "generate": ["generate", f"{NONE}/recipe.yaml", f"{NONE}/corpus"],
    "info": ["info", NONE],
    "verify": ["verify", NONE],
    "detections": ["detections", NONE],
    "curate": ["curate", NONE, f"{NONE}/rules.yaml"],
    "leaks": ["leaks", NONE, "curated"],
    "mocap check": ["mocap", "check", NONE],
    "mocap map": ["mocap", "map", NONE],
    "postures check": ["postures", "check", NONE],
    "risk": ["risk", NONE],
    "train": ["train", NONE, f"{NONE}/out", "--model", "baseline"],
    "evaluate": ["evaluate", f"{NONE}/model.pt", NONE],
    "compare": ["compare", f"{NONE}/model.pt", "--on", NONE],
    "predict": ["predict", f"{NONE}/model.pt", NONE, f"{NONE}/out"],
    "bench": ["bench", "no-such-bench"],
}
WITHOUT_INPUT = {
    "mocap formats",
    "postures list",
    "postures things",
    "recipes list",
}  # lists of what ships: nothing given can be wrong


def with_json() -> Iterator[str]:
    """Every command of `posemill` that has --json."""

    def walk(command: Any, name: str) -> Iterator[str]:
        for key, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, f"{name} {key}".strip())
        if any("--json" in parameter.opts for parameter in command.params):
            yield name

    yield from walk(get_command(main.app), "")


def strict(text: str) -> Any:
    """What JSON says, by a parser that knows no NaN and no infinity."""
    return json.loads(text, parse_constant=pytest.fail)


@pytest.mark.parametrize("name", sorted(set(with_json()) - WITHOUT_INPUT))
def test_a_failure_is_json_too(posemill: Posemill, name: str) -> None:
    arguments = IMPOSSIBLE.get(name)
    assert arguments is not None, f"say in IMPOSSIBLE how `posemill {name}` fails"
    result = posemill(*arguments, "--json")
    assert result.exit_code == 2
    error = strict(result.stdout)["error"]
    assert set(error) == {"what", "where", "remedy"}
    assert all(error.values())
    assert error["what"].strip(".") in " ".join(result.stderr.replace("│", " ").split())
    assert posemill(*arguments).stdout == ""


def test_what_commands_print_about_a_corpus_is_strict_json(
    posemill: Posemill, recipe: Path, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    for arguments, code in (
        (["generate", recipe, corpus, "--threads", "--workers", 1], 0),
        (["info", corpus], 0),
        (["verify", corpus], 0),
        (["detections", corpus, "--samples", 12], 0),
        (["curate", corpus, tmp_path / "rules.yaml", "--threads"], 0),
        (["leaks", corpus, "few", "--threads"], 0),
        (["mocap", "check", corpus.parent / "none.npz"], 2),
    ):
        result = posemill(*arguments, "--json")
        assert result.exit_code == code, result.stderr
        assert len(strict(result.stdout)) >= 1, arguments


def test_infinities_of_what_is_stored_do_not_come_through(posemill: Posemill, corpus: Path) -> None:
    array = zarr.open_array(corpus / "parts" / "small-pairs" / "detection", mode="r+")
    array[:4] = np.tile(np.array([np.inf, -np.inf, np.nan], np.float32), (4, 17, 1))
    result = posemill("detections", corpus, "--json")
    assert strict(result.stdout)["changed_rows"] == [0, 1, 2, 3]


def test_only_one_function_prints_json() -> None:
    """Another call of `json.dumps` would print what it is given."""
    folder = Path(shared.__file__).parent
    found = [path.name for path in folder.glob("*.py") if re.search(r"json\.dumps?\(", path.read_text())]
    assert found == ["shared.py"]


def test_json_has_no_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [float("inf"), -float("inf"), 1.5], "b": {"c": (float("nan"), "x")}, "d": None})
    assert strict(capsys.readouterr().out) == {"a": [None, None, 1.5], "b": {"c": [None, "x"]}, "d": None}


def fails(error: BaseException, as_json: bool, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    @shared.one_line
    def command(as_json: bool = False) -> int:
        raise error

    with pytest.raises(typer.Exit) as caught:
        command(as_json=as_json)
    captured = capsys.readouterr()
    return caught.value.exit_code, captured.out, captured.err


@pytest.mark.parametrize(
    ("error", "code", "where", "line"),
    [
        (InputError("is bad", where="x.yaml:3", remedy="repair it"), 2, "x.yaml:3", "x.yaml:3: is bad; repair it"),
        (KeyboardInterrupt(), 130, "", "stopped; the same command goes on where it stopped"),
        (PermissionError(13, "Permission denied", "/x"), 2, "/x", "/x: Permission denied; check the permissions"),
    ],
)  # fmt: skip
def test_expected_failures_are_one_line(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, where: str, line: str
) -> None:
    assert fails(error, False, capsys) == (code, "", f"posemill: {line}\n")
    given, out, err = fails(error, True, capsys)
    assert (given, err) == (code, f"posemill: {line}\n")
    assert strict(out)["error"]["where"] == where


def test_a_fault_of_ours_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    @shared.one_line
    def command(as_json: bool = False) -> int:
        raise IndexError("out of range")

    with pytest.raises(IndexError):
        command(as_json=True)
    assert strict(capsys.readouterr().out)["error"]["what"] == "IndexError: out of range"
    with pytest.raises(IndexError):
        command()
    assert capsys.readouterr().out == ""


def test_a_command_ends_with_what_it_gives() -> None:
    @shared.one_line
    def faulty() -> int:
        return shared.FAULTY

    with pytest.raises(typer.Exit) as caught:
        faulty()
    assert caught.value.exit_code == 1
