"""A recipe: the YAML that says how a part is made, read with errors that name file, line and field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from pipelines.schema import PIXEL_ARRAYS
from synth.errors import InputError
from synth.motion import GateSettings
from synth.scene.scenes import SceneSpec
from synth.spec import Spec, Weight


class SourceSpec(Spec):
    """A file or folder of recordings, or what comes with the project (`builtin`)."""

    path: str = Field(description="file or folder, relative to the recipe; or 'builtin'", min_length=1)
    weight: Weight = Field(1.0, description="of a frame of this source among all frames")
    rate: float | None = Field(None, gt=0, description="true frame rate, for files that do not state it")
    mapping: str | None = Field(None, description="skeleton mapping of the files, relative to the recipe")


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
    """How many samples: a count, or a number of views of every frame (of every track) of the motion."""

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
    renderer: Literal["raster", "opengl"] = "raster"

    @field_validator("arrays")
    @classmethod
    def _in_order(cls, value: list[str]) -> list[str]:
        return [name for name in PIXEL_ARRAYS if name in value]


class StorageSpec(Spec):
    """How samples are cut into shards: one shard is one task and one file of each array."""

    pairs_per_shard: int = Field(8192, ge=1, le=1_000_000)
    images_per_shard: int = Field(256, ge=1, le=100_000)


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

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _NAME.fullmatch(value):
            raise ValueError("use up to 64 letters, digits, '-' and '_', and begin with a letter or digit")
        return value

    @property
    def rate(self) -> float:
        """Frames a second at which motion is sampled."""
        return (self.tracks.rate if self.tracks else None) or self.motion.rate

    @property
    def scene_spec(self) -> SceneSpec:
        return SceneSpec(body=self.body, cameras=self.cameras, props=self.props, picture=self.picture)


def load_recipe(path: Path, changes: list[str] | None = None, seed: int | None = None) -> Recipe:
    """Read a recipe; `changes` are 'field.field=value' as `--set` takes them, the value in YAML.

    Raises InputError with file, line and field for whatever is wrong.
    """
    text = _read(path)
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(
            _yaml_problem(error), where=_yaml_place(path, error), remedy="mend the YAML"
        ) from error
    if not isinstance(content, dict):
        raise InputError("is not a mapping of fields", where=str(path), remedy="begin with 'name: ...'")
    for change in changes or []:
        _apply(content, change)
    if seed is not None:
        content["seed"] = seed
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise _explain(path, tree, error, changes or []) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path), remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", where=str(path), remedy="save the recipe as UTF-8") from error


def _yaml_problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"is not valid YAML: {problem}"


def _yaml_place(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{path}:{mark.line + 1}" if mark else str(path)


def _apply(content: dict[Any, Any], change: str) -> None:
    field, equals, value = change.partition("=")
    keys = field.strip().split(".")
    if not equals or not all(keys):
        raise InputError("is not of the form field.field=value", where=f"--set {change}", remedy="see --help")
    try:
        parsed = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise InputError(_yaml_problem(error), where=f"--set {change}", remedy="mend the value") from error
    place = content
    for key in keys[:-1]:
        inner = place.get(key)
        if inner is None:
            inner = place[key] = {}
        if not isinstance(inner, dict):
            raise InputError(
                f"'{key}' has no fields", where=f"--set {change}", remedy="see the recipe's fields"
            )
        place = inner
    place[keys[-1]] = parsed


def _explain(path: Path, tree: yaml.Node | None, error: ValidationError, changes: list[str]) -> InputError:
    """The first of pydantic's errors as one of ours."""
    first = error.errors()[0]
    location = [part for part in first["loc"] if not _is_model_name(part)]
    field = ".".join(str(part) for part in location) or "the recipe"
    line = _line_of(tree, location)
    message = str(first["msg"]).removeprefix("Value error, ")
    remedy = "see `posemill generate --help` and manifests/ for the fields"
    if first["type"] == "extra_forbidden":
        message = "there is no such field"
        known = _fields_at(location[:-1])
        if known:
            remedy = f"the fields here are {', '.join(known)}"
    elif first["type"] == "missing":
        message, remedy = "this field is missing", f"add '{location[-1]}: ...'"
    where = f"{path}:{line}" if line else str(path)
    changed = [change for change in changes if change.split("=")[0].strip() == field]
    if changed:
        where = f"--set {changed[-1]}"
    return InputError(f"{message} (field '{field}', got {first['input']!r:.60})", where=where, remedy=remedy)


def _is_model_name(part: Any) -> bool:
    # pydantic names the member of a union it tried; that is no field of the user's
    return isinstance(part, str) and part.endswith("Spec")


def _line_of(tree: yaml.Node | None, location: list[Any]) -> int | None:
    node, line = tree, None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    node, line = value, key.start_mark.line + 1
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _fields_at(location: list[Any]) -> list[str]:
    model: Any = Recipe
    for part in location:
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return []
        model = fields[part].annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
