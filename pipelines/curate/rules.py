"""Curation rules: the YAML that says which samples of a corpus are worth keeping, and how much each counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from pipelines.corpus.selection import SPLITS
from pipelines.curate.columns import COLUMNS, GROUPS
from synth.core.spec import Share, Spec
from synth.core.yamlfile import load_yaml

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
Positive = Annotated[float, Field(gt=0)]


def _known(column: str) -> str:
    if column not in COLUMNS:
        raise ValueError(f"there is no column '{column}'; there are {', '.join(COLUMNS)}")
    return column


class QualitySpec(Spec):
    """Drops the samples whose column is below `min` or above `max`."""

    column: str
    min: float | None = None
    max: float | None = None
    name: str | None = Field(None, description="what reports call it", max_length=60)

    _column = field_validator("column")(_known)

    @model_validator(mode="after")
    def _bounded(self) -> QualitySpec:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self

    @property
    def title(self) -> str:
        bounds = [f"below {self.min:g}"] if self.min is not None else []
        bounds += [f"above {self.max:g}"] if self.max is not None else []
        return self.name or f"{self.column} {' or '.join(bounds)}"


class DuplicateSpec(Spec):
    """Of samples whose poses are within a distance, the first of the corpus is kept and the others are dropped."""

    distance_mm: Positive = Field(20.0, description="root mean square over the joints; see pose_space.py")
    view_degrees: float | None = Field(
        None, gt=0, le=180, description="alike only if seen from directions no further apart than this"
    )


class SplitSpec(Spec):
    """Which samples are for training, validation and test: a subject, or a recording, is in one of them only."""

    by: Literal["subject", "recording"] = "subject"
    shares: dict[str, Share] = Field(default={"train": 0.8, "val": 0.1, "test": 0.1})
    hold_out: dict[str, list[str]] = Field(default={}, description="groups, such as CMU/01, by split")
    like: str | None = Field(None, description="an earlier selection, whose groups stay in their splits")
    distance_mm: Positive | None = Field(
        20.0, description="no pose of val or test may have one this near in train; null to allow it"
    )

    @field_validator("shares")
    @classmethod
    def _whole(cls, value: dict[str, float]) -> dict[str, float]:
        _split_names(value)
        if abs(sum(value.values()) - 1) > 1e-6:
            raise ValueError(f"the shares must sum to 1, not to {sum(value.values()):g}")
        if not value.get("train"):
            raise ValueError("train needs a share above 0")
        return value

    @field_validator("hold_out")
    @classmethod
    def _named(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        _split_names(value)
        every = [group for groups in value.values() for group in groups]
        twice = sorted({group for group in every if every.count(group) > 1})
        if twice:
            raise ValueError(f"'{twice[0]}' is listed twice")
        return value


def _split_names(value: Iterable[str]) -> None:
    unknown = sorted(set(value) - set(SPLITS))
    if unknown:
        raise ValueError(f"there is no split '{unknown[0]}'; there are {', '.join(SPLITS)}")


class BalanceSpec(Spec):
    """Weights that bring the classes of something to wanted shares, even ones if none are given.

    `by` is pose (clusters of poses), view (where the camera stands around the person), or a column.
    """

    by: str
    clusters: int = Field(64, ge=2, le=4096, description="of pose")
    azimuths: int = Field(12, ge=1, le=360, description="of view: sectors around the person")
    elevations: int = Field(6, ge=1, le=180, description="of view: rings of equal area from below to above")
    edges: list[float] | None = Field(None, min_length=1, description="of a column: where its classes part")
    shares: dict[str, Share] | None = Field(None, description="of a column: wanted share of each class")

    @field_validator("by")
    @classmethod
    def _known_key(cls, value: str) -> str:
        if value not in ("pose", "view", *GROUPS, *COLUMNS):
            every = ", ".join(("pose", "view", *GROUPS, *COLUMNS))
            raise ValueError(f"'{value}' is not a column or group; there are {every}")
        return value

    @model_validator(mode="after")
    def _fitting(self) -> BalanceSpec:
        if self.by in COLUMNS and COLUMNS[self.by].continuous and self.edges is None:
            raise ValueError(f"'{self.by}' is a measure: give edges between its classes")
        if self.edges is not None and (self.by not in COLUMNS or sorted(set(self.edges)) != self.edges):
            raise ValueError("edges are of a column, and ascend")
        if self.shares is not None and self.by in ("pose", "view"):
            raise ValueError(f"the classes of {self.by} have no names to give shares to")
        if self.shares is not None and abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError(f"the shares must sum to 1, not to {sum(self.shares.values()):g}")
        return self


class Rules(Spec):
    """What `posemill curate` does, in this order: quality, duplicates, splits, balance, count."""

    name: str = Field("curated", description="of the selection: letters, digits, - and _")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    parts: list[str] | None = Field(None, description="parts to choose from; all if not given", min_length=1)
    pictures: Literal["none", "header", "decode"] = Field(
        "header", description="how far to look into JPEGs: not at all, start and end, every pixel"
    )
    quality: list[QualitySpec] = Field(default=[], max_length=100)
    duplicates: DuplicateSpec | None = None
    splits: SplitSpec | None = None
    balance: list[BalanceSpec] = Field(default=[], max_length=20)
    most_weight: float = Field(
        10.0, ge=1, description="of a sample, in average ones; the least is its inverse"
    )
    count: int | None = Field(None, ge=1, description="training samples to keep, drawn by their weights")

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError("use up to 64 letters, digits, '-' and '_', and begin with a letter or digit")
        return value

    @field_validator("quality")
    @classmethod
    def _titled_once(cls, value: list[QualitySpec]) -> list[QualitySpec]:
        titles = [rule.title for rule in value]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError(f"two rules are called '{twice[0]}'")
        return value


def load_rules(path: Path, changes: list[str] | None = None) -> Rules:
    """Read curation rules. Raises InputError with file, line and field for whatever is wrong."""
    return load_yaml(Rules, path, "rules", changes)
