"""How a lifter is trained: the YAML that `posemill train` reads, and what comes with the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from lifter.data.augment import AugmentSpec
from lifter.data.samples import Splits
from lifter.models.model import Model, ModelConfig
from lifter.models.registry import MODELS, get_model
from synth.core.errors import InputError
from synth.core.spec import Share, Spec
from synth.core.yamlfile import load_yaml

Band = Literal["0", "1-4", "5-8", "9+"]  # as in synth.scene.props.stock.BANDS
SHIPPED = Path(__file__).resolve().parents[2] / "manifests" / "lifters"


class UnlabelledSpec(Spec):
    """Samples of which only the 2D is used, for methods that learn from such."""

    path: str = Field(description="a corpus, or an .npz in the benchmarks' layout")
    share: Share = Field(0.25, lt=1, description="of every batch")


class TrainSpec(Spec):
    """Everything that a training depends on but the corpus."""

    model: str
    config: dict[str, Any] = Field(default={}, description="the method's own settings")
    seed: int = Field(0, ge=0, lt=2**31)
    pairs: int = Field(1_000_000, ge=2, le=20_000_000, description="training samples, at most")
    val_pairs: int = Field(8000, ge=1, le=1_000_000, description="validation samples, at most")
    epochs: int = Field(3, ge=1, le=10_000)
    batch: int = Field(512, ge=2, le=1_000_000)
    rate: Annotated[float, Field(gt=0, le=1)] = 2e-3
    warm_up: Share = Field(
        0.05, description="share of the steps over which the rate rises; then it falls to 0"
    )
    decay: float = Field(0.01, ge=0, le=10, description="AdamW's weight decay")
    selection: str | None = Field(None, description="whose splits and weights are used")
    parts: list[str] | None = Field(None, description="of the corpus; all unless given", min_length=1)
    splits: Splits = Field(default=Splits(), description="where there is no selection")
    bands: list[Band] | None = Field(
        None,
        description="only samples of which props hide so many of COCO's 17 joints; all unless given",
        min_length=1,
    )
    augment: AugmentSpec = AugmentSpec()
    unlabelled: UnlabelledSpec | None = None
    precision: Literal["auto", "float32", "bfloat16"] = Field("auto", description="auto: bfloat16 on a GPU")
    keep_every: float = Field(60.0, ge=0, description="seconds between checkpoints, besides one every epoch")

    @field_validator("model")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in MODELS:
            raise ValueError(f"there is no method '{value}'; there are {', '.join(MODELS.names())}")
        return value

    @model_validator(mode="after")
    def _configured(self) -> TrainSpec:
        try:
            self.method_config()
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(["config", *map(str, first["loc"])])
            raise ValueError(f"{place}: {first['msg']}") from error
        return self

    def method_config(self) -> ModelConfig:
        """The method's settings, with its defaults for those that the recipe does not name."""
        return get_model(self.model).Config.model_validate(self.config)

    @property
    def frames(self) -> int:
        """How many frames the method reads at once."""
        return int(getattr(self.method_config(), "frames", 1))

    def new_model(self) -> Model:
        """The method, not yet trained."""
        return get_model(self.model)(self.method_config())


def read_recipe(model: str | None, path: Path | None = None, changes: list[str] | None = None) -> TrainSpec:
    """A recipe: a file's, or the one that comes with a method. `changes` as in `load_yaml`.

    Raises InputError where neither is given, where they disagree, or where the recipe is wrong.
    """
    if path is None:
        path = _recipe_of(model)
    spec = load_yaml(TrainSpec, path, "recipe", changes)
    if model is not None and spec.model != model:
        raise InputError(
            f"is a recipe for '{spec.model}', not '{model}'", where=str(path), remedy="name one of the two"
        )
    return spec


def _recipe_of(model: str | None) -> Path:
    """The file that comes with a method."""
    if model is None or model not in MODELS:
        raise InputError(
            f"there is no method '{model}'" if model else "no method is named",
            where="--model",
            remedy=f"there are {', '.join(MODELS.names())}",
        )
    path = get_model(model).recipe or SHIPPED / f"{model}.yaml"
    if not path.is_file():
        raise InputError(
            f"the method '{model}' comes without a recipe",
            where="--model",
            remedy=f"give one with --config, a YAML file that begins with 'model: {model}'",
        )
    return path
