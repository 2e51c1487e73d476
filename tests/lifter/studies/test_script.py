"""How a script ends, and where it reports."""

from __future__ import annotations

import pytest

from lifter.studies.script import no_report, run, to_stderr
from synth.core.errors import InputError


def wrong() -> int:
    raise InputError("is wrong", where="here", remedy="repair it")


@pytest.mark.parametrize(("main", "code", "error"), [
    (lambda: 0, 0, ""), (lambda: 3, 3, ""), (wrong, 2, "here: is wrong; repair it\n"),
])  # fmt: skip
def test_the_exit_code_and_one_line_for_a_mistake(
    capsys: pytest.CaptureFixture[str], main: object, code: int, error: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(main)  # type: ignore[arg-type]
    assert ended.value.code == code
    assert capsys.readouterr().err == error


def test_other_errors_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 // 0)


def test_reports_leave_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    to_stderr("training")
    no_report("nothing")
    assert tuple(capsys.readouterr()) == ("", "training\n")
