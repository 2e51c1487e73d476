"""Reading YAML that a user writes into a pydantic model, with errors that name file, line and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from synth.errors import InputError

Model = TypeVar("Model", bound=BaseModel)


def load_yaml(
    path: Path,
    model: type[Model],
    what: str,
    changes: list[str] | None = None,
    forced: dict[str, Any] | None = None,
) -> Model:
    """Read a file into a model, which errors call `what`. `changes` are 'field.field=value' as `--set` takes
    them, the value in YAML; `forced` are fields given otherwise.

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
        raise InputError(
            "is not a mapping of fields",
            where=str(path),
            remedy=f"begin with '{next(iter(model.model_fields))}: ...'",
        )
    for change in changes or []:
        _apply(content, change)
    content.update(forced or {})
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _explain(path, tree, error, changes or [], model, what) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path), remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", where=str(path), remedy="save it as UTF-8") from error


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
                f"'{key}' has no fields", where=f"--set {change}", remedy="see the fields in manifests/"
            )
        place = inner
    place[keys[-1]] = parsed


def _explain(
    path: Path,
    tree: yaml.Node | None,
    error: ValidationError,
    changes: list[str],
    model: type[BaseModel],
    what: str,
) -> InputError:
    """The first of pydantic's errors as one of ours."""
    first = error.errors()[0]
    location = [part for part in first["loc"] if not _is_model_name(part)]
    field = ".".join(str(part) for part in location) or what
    line = _line_of(tree, location)
    message = str(first["msg"]).removeprefix("Value error, ")
    remedy = "see manifests/ for examples and --help for the fields"
    if first["type"] == "extra_forbidden":
        message = "there is no such field"
        known = _fields_at(model, location[:-1])
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


def _fields_at(model: Any, location: list[Any]) -> list[str]:
    """The fields that a model knows at a place in it; none where the place has no fields of its own."""
    for part in location:
        if isinstance(part, int):
            continue  # of a list, whose items are of the one model
        fields = getattr(_model_in(model), "model_fields", {})
        if part not in fields:
            return []
        model = fields[part].annotation
    found = _model_in(model)
    return list(found.model_fields) if found else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The one model that an annotation such as `list[Model]` or `Model | None` is about."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [inner for inner in map(_model_in, get_args(annotation)) if inner]
    return found[0] if len(found) == 1 else None
