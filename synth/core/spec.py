"""What all models of a user's YAML have in common: they are immutable and refuse a field they do not know."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Spec(BaseModel):
    """A section of a file that a user writes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FieldError(ValueError):
    """What a validator over several fields raises: `location` leads from the field it checks to the one at fault;
    `remedy` says what to do, where more is known than the fields that there are."""

    def __init__(self, message: str, *location: str | int, remedy: str = "") -> None:
        super().__init__(message)
        self.location, self.remedy = location, remedy


def _ascending(bounds: tuple[float, float]) -> tuple[float, float]:
    if bounds[0] > bounds[1]:
        raise ValueError(f"the lower bound {bounds[0]} is above the upper bound {bounds[1]}")
    return bounds


Range = Annotated[tuple[float, float], AfterValidator(_ascending)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1e9)]  # so that sums of them stay finite
