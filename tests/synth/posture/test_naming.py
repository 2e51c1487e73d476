"""What task pages name, and the likely name for a wrong one."""

from __future__ import annotations

import pytest

from synth.core.spec import FieldError
from synth.posture.naming import bare_names, choice, grip_keys, require_grip, require_thing


def test_a_wrong_name_is_answered_with_the_likely_one() -> None:
    assert choice("rial", ["top", "rail"]) == "did you mean 'rail'? choose one of top, rail"
    assert choice("zzz", ["top", "rail"]) == "choose one of top, rail"
    many = [f"name{k}" for k in range(30)]
    assert choice("zzz", many, "list") == "`list` lists all 30"


def test_grips_are_named_for_a_hand_and_without_numbers() -> None:
    assert grip_keys("rail", "left", {}) == ["rail", "rail_left", "left_rail"]
    assert grip_keys("", "left", {"tip": None})[0] == "left"
    assert grip_keys("", "left", {"tip": None})[-1] == "tip"
    assert bare_names(["level_1", "level_2", "edge"]) == ["level", "edge"]


@pytest.mark.parametrize(
    ("kind", "size", "held", "said", "field"),
    [
        ("dril", [], None, "no kind of thing 'dril'", "kind"),
        ("stepladder", ["heigt"], None, "no size 'heigt'", "size"),
        ("stepladder", [], "left", "cannot be held", "held"),
    ],
)
def test_a_thing_that_cannot_be_is_refused_with_its_field(
    kind: str, size: list[str], held: str | None, said: str, field: str
) -> None:
    with pytest.raises(FieldError, match=said) as error:
        require_thing(kind, size, held, "things", "it")
    assert error.value.location[:3] == ("things", "it", field)
    assert error.value.remedy
    require_thing("drill", [], "right", "things", "it")


def test_a_grip_that_a_kind_has_not_is_refused() -> None:
    require_grip("stepladder", "rail", "left", "x")
    require_grip("shelf", "level_9", "left", "x")  # whether a shelf is that high, its size says
    with pytest.raises(FieldError, match="a stepladder has no grip 'rial'") as error:
        require_grip("stepladder", "rial", "left", "phases", 0, "left")
    assert error.value.remedy.startswith("did you mean 'rail'?")
