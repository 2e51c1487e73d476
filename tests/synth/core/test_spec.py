"""What all models of a user's YAML share."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from synth.core.spec import FieldError, Range, Share, Spec, Weight


class Thing(Spec):
    size: float = 1.0


def test_unknown_fields_infinities_and_changes_are_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Thing.model_validate({"sise": 1})
    with pytest.raises(ValidationError, match="finite"):
        Thing.model_validate({"size": float("inf")})
    with pytest.raises(ValidationError, match="frozen"):
        Thing().size = 2.0  # type: ignore[misc]


def test_a_range_ascends() -> None:
    assert TypeAdapter(Range).validate_python([1, 1]) == (1.0, 1.0)
    with pytest.raises(ValidationError, match=r"lower bound 2.0 is above the upper bound 1.0"):
        TypeAdapter(Range).validate_python([2, 1])


@pytest.mark.parametrize(
    ("kind", "good", "bad"), [(Share, 1.0, 1.01), (Share, 0.0, -0.01), (Weight, 1e9, 2e9)]
)
def test_shares_and_weights_are_bounded(kind: type, good: float, bad: float) -> None:
    assert TypeAdapter(kind).validate_python(good) == good
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(bad)


def test_a_field_error_knows_its_place() -> None:
    assert FieldError("wrong", "joints", "left_knee").location == ("joints", "left_knee")
    assert str(FieldError("wrong", 1)) == "wrong"
