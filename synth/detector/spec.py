"""What a detector does wrong, as a small document: the parameters of one, read with errors that name the field.

Two published models come with the project as YAML in `synth/assets/detectors`; a fit to another detector writes
such a file with its own numbers. A recipe names one of the two, a file, or gives the fields that differ.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from synth.body.skeleton import COCO_17
from synth.core.spec import Range, Share, Spec
from synth.detector.mechanisms import MECHANISMS

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "detectors"
MODELS = ("posefix", "motionbert")
KINDS = ("nose", "eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")


class Bands(Spec):
    """Keypoint similarities (COCO's OKS of one joint) that part good from jitter, jitter from miss, and end miss."""

    good: float = Field(gt=0, lt=1)
    jitter: float = Field(gt=0, lt=1)
    miss: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _descending(self) -> Bands:
        if not self.good > self.jitter > self.miss:
            raise ValueError("the similarities must descend: good > jitter > miss")
        return self


class ByKind(Spec):
    """A share for each kind of joint, left and right alike."""

    nose: Share
    eye: Share
    ear: Share
    shoulder: Share
    elbow: Share
    wrist: Share
    hip: Share
    knee: Share
    ankle: Share


class SeenRow(ByKind):
    """Shares of samples with at most `seen` of the 17 joints seen, and more than the row before."""

    seen: int = Field(ge=0, le=17)


class Crowd(Spec):
    """A view is crowded with at most `seen` joints seen and at least `overlap` of a neighbour's in the box."""

    seen: int = Field(ge=0, le=17)
    overlap: int = Field(ge=0, le=17)


class Rates(Spec):
    """How often a seen joint errs; the rest is good."""

    jitter: list[SeenRow] = Field(min_length=1)
    miss: list[SeenRow] = Field(min_length=1)
    inversion: ByKind
    swap: ByKind
    swap_crowded: ByKind
    crowded: list[Crowd]

    @field_validator("jitter", "miss")
    @classmethod
    def _ascending(cls, rows: list[SeenRow]) -> list[SeenRow]:
        numbers = [row.seen for row in rows]
        if numbers != sorted(set(numbers)) or numbers[-1] != 17:
            raise ValueError("the rows' `seen` must ascend and end with 17")
        return rows


class JointNoise(Spec):
    """A joint's displacement: with `gaussian` normal of this mean and standard deviation, else uniform."""

    mean: tuple[float, float]
    std: tuple[float, float]
    gaussian: Share

    @field_validator("std")
    @classmethod
    def _positive(cls, value: tuple[float, float]) -> tuple[float, float]:
        if min(value) < 0:
            raise ValueError("a standard deviation cannot be negative")
        return value


class Mixture(Spec):
    """Displacements of seen joints in units of half the box's longer side."""

    uniform_range: float = Field(ge=0, description="full width of the uniform part")
    per_frame: float = Field(ge=0, description="standard deviation of what is new in every frame")
    missed: Share = Field(description="share of seen joints that are not reported")
    joints: dict[str, JointNoise]

    @field_validator("joints")
    @classmethod
    def _all_joints(cls, value: dict[str, JointNoise]) -> dict[str, JointNoise]:
        if set(value) != set(COCO_17):
            wrong = sorted(set(value) ^ set(COCO_17))
            raise ValueError(f"give COCO's 17 joints, each once; missing or unknown: {', '.join(wrong)}")
        return value


class HiddenRates(Spec):
    """What becomes of a hidden joint; what cannot be (no twin in view, no neighbour) goes to the rest."""

    good: Share
    jitter: Share
    inversion: Share
    swap: Share
    miss: Share

    @model_validator(mode="after")
    def _whole(self) -> HiddenRates:
        return _sums_to_one(self)


class OutsideRates(Spec):
    """What becomes of a joint beyond the picture's edge, where nothing can be reported at its place."""

    inversion: Share
    swap: Share
    miss: Share

    @model_validator(mode="after")
    def _whole(self) -> OutsideRates:
        return _sums_to_one(self)


def _sums_to_one(rates: Any) -> Any:
    total = sum(rates.model_dump().values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares must sum to 1, not to {total:g}")
    return rates


class Hidden(Spec):
    """Joints behind the person's own body, behind a prop, beyond the edge."""

    body: HiddenRates
    prop: HiddenRates
    outside: OutsideRates


class Silent(Spec):
    """Share of misses of which nothing is reported; the others are reported far off."""

    seen: Share
    body: Share
    prop: Share
    outside: Share


class Toward(Spec):
    """Where a hidden joint's miss is displaced to: its occluder, else its twin."""

    occluder: Share
    spread: Share = Field(description="half width of the fan about that direction, of half a turn")


class Overlap(Spec):
    """Left and right limbs that cross or lie within `reach` (of the box's size) invert `factor` times as often."""

    reach: float = Field(ge=0)
    factor: float = Field(ge=0)


class Neighbour(Spec):
    """A second person who is not in the picture: the same pose beside the person, whose joints may be taken."""

    share: Share = Field(description="share of scenes that have one")
    offset: Range = Field(description="sideways, of the box's width")
    size: Range = Field(description="times the person's")
    own: Share = Field(description="times the rate of swaps where only the person's own joints can be taken")


class Confidence(Spec):
    """clip(a / (d + a) + b d + N(mean, std), floor, 1) over the distance d, in half the box's longer side, from
    the point that the detector took for the joint; times a factor where the joint is hidden."""

    a: float = Field(gt=0)
    b: float = Field(ge=0)
    mean: float
    std: float = Field(ge=0)
    floor: float = Field(gt=0, lt=1)
    body: float = Field(gt=0, le=1)
    prop: float = Field(gt=0, le=1)
    outside: float = Field(gt=0, le=1)


class Correlation(Spec):
    """Shares of an error's variance in common to a limb, and to a pair of limbs."""

    limb: Share
    pair: Share

    @model_validator(mode="after")
    def _part(self) -> Correlation:
        if self.limb + self.pair > 1:
            raise ValueError("limb and pair cannot exceed 1 together")
        return self


class Time(Spec):
    """How errors last in a track: new every `keyframe` frames, in between from one to the next."""

    keyframe: int = Field(ge=1, le=1024)
    fresh: Share = Field(description="share of the displacement's variance that is new in every frame")


class DetectorSpec(Spec):
    """One detector: posefix has `rates` of errors of seen joints, motionbert a `mixture` of displacements."""

    model: Literal["posefix", "motionbert"]
    bands: Bands
    rates: Rates | None = None
    mixture: Mixture | None = None
    confidence: Confidence
    hidden: Hidden
    silent: Silent
    toward: Toward
    overlap: Overlap
    neighbour: Neighbour
    correlation: Correlation
    time: Time
    mechanisms: dict[str, dict[str, Any]] = Field(
        {},
        description="mechanisms of other packages that change the detections, in order, with their parameters",
    )

    @field_validator("mechanisms")
    @classmethod
    def _registered(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name in value:
            if name not in MECHANISMS:
                there = ", ".join(MECHANISMS.names()) or "none: install the package that has it"
                raise ValueError(f"there is no detector mechanism '{name}'; there are {there}")
        return value

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without mechanisms where there are none: what a part is made of reads as before there were any."""
        content: dict[str, Any] = handler(self)
        if not self.mechanisms:
            content.pop("mechanisms", None)
        return content

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, value: Any) -> Any:
        """A model's name, or its name with the fields that differ from what comes with the project."""
        if isinstance(value, str):
            if value not in MODELS:
                raise ValueError(f"there is no detector '{value}'; choose one of {', '.join(MODELS)}, none")
            value = {"model": value}
        if isinstance(value, dict) and value.get("model") in MODELS:
            return _merged(_shipped(value["model"]), value)
        return value

    @model_validator(mode="after")
    def _of_the_model(self) -> DetectorSpec:
        if (self.rates is None) == (self.model == "posefix"):
            raise ValueError("posefix has `rates`, and motionbert has none")
        if (self.mixture is None) == (self.model == "motionbert"):
            raise ValueError("motionbert has a `mixture`, and posefix has none")
        return self


@cache
def _shipped(model: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{model}.yaml").read_text(encoding="utf-8"))
    return content


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`below` with the fields of `above` in their places, through all levels of mappings."""
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged
