"""A recipe: the fields that say how a run's parts are made. `load_recipe` reads one from YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from pipelines.corpus.schema import PIXEL_ARRAYS
from synth.core.errors import InputError
from synth.core.spec import FieldError, Spec, Weight
from synth.core.yamlfile import load_yaml
from synth.detector.spec import MODELS, DetectorSpec
from synth.motion import EXPLORE, SETS, GateSettings, is_builtin
from synth.motion.formats.format import Units, Up
from synth.render.backends import RENDERERS
from synth.scene.scenes import SceneSpec
from synth.wardrobe.outfit import PLAIN, trades

REALISATIONS = 3  # of a task page, unless a recipe says otherwise


class SourceSpec(Spec):
    """A file or folder of recordings, or what comes with the project (`builtin`, or a set of it)."""

    path: str = Field(
        description="file or folder, relative to the recipe; or what comes with Posemill: "
        f"{', '.join((*SETS, EXPLORE))}",
        min_length=1,
    )
    weight: Weight = Field(1.0, description="of a frame of this source among all, where a count is drawn")
    rate: float | None = Field(
        None, gt=0, le=10_000, description="true frame rate, for files that do not state it"
    )
    mapping: str | None = Field(None, description="skeleton mapping of the files, relative to the recipe")
    units: Units | None = Field(
        None, description="of lengths in the files: m, cm, mm or in; found if not given"
    )
    up: Up | None = Field(None, description="axis of the files' world that is up; found if not given")
    dataset: str | None = Field(
        None, min_length=1, max_length=200, description="whose recordings they are, before what the files say"
    )
    licence: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="terms of the recordings, before what lies beside them",
    )
    realisations: int = Field(
        REALISATIONS,
        ge=1,
        le=10_000,
        description="of each task page: bodies and draws that solve it, each a clip",
    )
    clips: int = Field(
        200, ge=1, le=1_000_000, description="of explore: each takes some six postures, in about six seconds"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="of explore: another, other postures")

    @model_validator(mode="after")
    def _of_others(self) -> SourceSpec:
        if is_builtin(self.path) and self.states_provenance:
            raise ValueError("what comes with the project has a dataset and licence: leave these out")
        return self

    @property
    def states_provenance(self) -> bool:
        return self.dataset is not None or self.licence is not None

    @field_validator("path")
    @classmethod
    def _known_set(cls, value: str) -> str:
        if is_builtin(value) and value not in (*SETS, EXPLORE):
            raise ValueError(
                f"there is no such set; choose one of {', '.join(SETS)}, or ./{value} for a folder"
            )
        return value

    @model_validator(mode="after")
    def _options(self) -> SourceSpec:
        of_others, own = ("rate", "mapping", "units", "up", "realisations"), ("clips", "seed")
        fields = type(self).model_fields
        for name in of_others if self.path == EXPLORE else own:
            if getattr(self, name) != fields[name].default:
                takes = "explore is made, not read: it takes clips and seed"
                raise FieldError(takes if self.path == EXPLORE else f"only {EXPLORE} takes it", name)
        return self


class GateSpec(Spec):
    """Thresholds of the gate that a recipe may move; `synth/motion/gate.py` explains each."""

    min_duration: float = Field(GateSettings.min_duration, ge=0)
    max_turn_speed: float = Field(GateSettings.max_turn_speed, gt=0)
    max_slide_speed: float = Field(GateSettings.max_slide_speed, gt=0)
    max_airborne: float = Field(GateSettings.max_airborne, gt=0)
    max_depth: float = Field(GateSettings.max_depth, gt=0)

    def settings(self) -> GateSettings:
        return GateSettings(**self.model_dump())


class MotionSpec(Spec):
    """Where motion comes from and at which rate it is sampled."""

    sources: list[SourceSpec] = Field(default=[SourceSpec(path="builtin")], min_length=1)
    rate: float = Field(30.0, ge=1, le=240, description="frames a second, interpolated")
    gate: GateSpec = GateSpec()


class TrackSpec(Spec):
    """Samples as tracks: consecutive frames with one camera and one scene, in contiguous rows."""

    frames: int = Field(ge=2, le=1024)
    rate: float | None = Field(
        None, ge=1, le=240, description="frames a second; the motion's rate if not given"
    )


class AmountSpec(Spec):
    """How many samples: a count (rounded up to whole tracks), or views of every frame or track of the motion.

    A larger count adds samples to a part that is there; a smaller one is refused. Images come before pairs in the
    numbering of samples, so their count cannot change once there are pairs.
    """

    count: int | None = Field(None, ge=0, le=10**12)
    views_per_frame: int | None = Field(None, ge=1, le=10_000)

    @model_validator(mode="after")
    def _one_of_two(self) -> AmountSpec:
        if self.count is not None and self.views_per_frame is not None:
            raise ValueError("give count or views_per_frame, not both")
        return self


class ImageSpec(AmountSpec):
    """Samples with pixels."""

    arrays: list[Literal["image", "instance", "part", "depth", "normal"]] = Field(
        default=["image", "instance", "part", "depth", "normal"], min_length=1
    )
    quality: int = Field(92, ge=1, le=100, description="of the JPEGs")
    renderer: str = Field("raster", description="by name; others register theirs as `posemill.renderers`")
    wardrobe: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(
        default={PLAIN: 1.0},
        description="how often people wear what each trade wears: construction, road, warehouse, workshop, assembly, "
        "kitchen, care, farm, casual, office; plain is a body with clothes painted on it",
    )

    @field_validator("wardrobe")
    @classmethod
    def _trades(cls, value: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(value) - set(trades()))
        if unknown:
            raise ValueError(f"there is no trade '{unknown[0]}'; choose of {', '.join(trades())}")
        if sum(value.values()) <= 0:
            raise ValueError("at least one trade needs a weight above 0")
        return value

    @field_validator("renderer")
    @classmethod
    def _registered(cls, value: str) -> str:
        if value not in RENDERERS:
            raise ValueError(f"there is no renderer '{value}'; choose one of {', '.join(RENDERERS.names())}")
        return value

    @field_validator("arrays")
    @classmethod
    def _in_order(cls, value: list[str]) -> list[str]:
        return [name for name in PIXEL_ARRAYS if name in value]


class StorageSpec(Spec):
    """How samples are cut into shards: one shard is one task and one file of each array."""

    pairs_per_shard: int = Field(16384, ge=1, le=1_000_000)
    images_per_shard: int = Field(256, ge=1, le=100_000, description="at most; fewer if pictures are large")


KINDS = ("images", "pairs")  # of parts, in the order in which samples are numbered
_SHARD_PIXELS = 64 << 20  # of all pictures of a shard: a worker holds some 12 bytes of each
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Recipe(SceneSpec):
    """How a run's parts are made. `<name>-images` holds the first `images` samples, `<name>-pairs` the rest."""

    name: str = Field(description="letters, digits, - and _; names the parts")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    motion: MotionSpec = MotionSpec()
    tracks: TrackSpec | None = None
    pairs: AmountSpec = AmountSpec()
    images: ImageSpec = ImageSpec()
    storage: StorageSpec = StorageSpec()
    detector: DetectorSpec | str | None = Field(
        DetectorSpec.model_validate("posefix"),
        description="what 2D detections are like: posefix, motionbert, none, a parameter file, or the fields of "
        "a model that differ from what comes with the project",
    )

    @field_validator("detector", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if value == "none":
            return None
        if isinstance(value, str) and value not in MODELS and not value.endswith((".yaml", ".yml")):
            raise ValueError(f"there is no such detector; give {', '.join(MODELS)}, none or a .yaml file")
        return DetectorSpec.model_validate(value) if value in MODELS else value

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError("use up to 64 letters, digits, '-' and '_', and begin with a letter or digit")
        return value

    @model_validator(mode="after")
    def _asks_for_something(self) -> Recipe:
        if not any(self.amount(kind).count or self.amount(kind).views_per_frame for kind in KINDS):
            raise ValueError("asks for no samples: set pairs.count or images.count")
        return self

    @model_validator(mode="after")
    def _clothes_fit(self) -> Recipe:
        worn = [trade for trade, weight in self.images.wardrobe.items() if weight > 0 and trade != PLAIN]
        if worn and self.body.model != "open":
            raise ValueError(
                "clothes fit the open body alone: set images.wardrobe to {plain: 1}, or body.model to open"
            )
        return self

    @property
    def rate(self) -> float:
        """Frames a second at which motion is sampled."""
        return (self.tracks.rate if self.tracks else None) or self.motion.rate

    @property
    def detector_spec(self) -> DetectorSpec | None:
        """The detector's parameters; ValueError where they are in a file that `load_recipe` has not read."""
        if isinstance(self.detector, str):
            raise ValueError(f"the detector's parameters are in '{self.detector}', which has not been read")
        return self.detector

    @property
    def scene_spec(self) -> SceneSpec:
        return SceneSpec(body=self.body, cameras=self.cameras, props=self.props, picture=self.picture)

    @property
    def images_per_shard(self) -> int:
        """`storage.images_per_shard`, or fewer where pictures are large."""
        pixels = self.picture.width * self.picture.height
        return min(self.storage.images_per_shard, max(1, _SHARD_PIXELS // pixels))

    def amount(self, kind: str) -> AmountSpec:
        """How many samples of a part of this kind."""
        return self.images if kind == "images" else self.pairs

    def part_name(self, kind: str) -> str:
        return f"{self.name}-{kind}"


def load_recipe(path: Path, changes: list[str] | None = None, seed: int | None = None) -> Recipe:
    """Read a recipe; `changes` are 'field.field=value' as `--set` takes them, the value in YAML.

    Raises InputError with file, line and field for whatever is wrong.
    """
    forced = {} if seed is None else {"seed": seed}
    recipe = load_yaml(Recipe, path, "recipe", changes, forced)
    if isinstance(recipe.detector, str):
        recipe = recipe.model_copy(update={"detector": load_detector(recipe.detector, path.parent)})
    return recipe


def load_detector(name: str, folder: Path) -> DetectorSpec:
    """The detector of a name that comes with the project, or of a YAML file, relative to a folder.

    Raises InputError where there is no such detector.
    """
    if name in MODELS:
        return DetectorSpec.model_validate(name)
    if not name.endswith((".yaml", ".yml")):
        known = ", ".join(MODELS)
        raise InputError("there is no such detector", where=name, remedy=f"give {known} or a .yaml file")
    return load_yaml(DetectorSpec, folder / name, "detector")
