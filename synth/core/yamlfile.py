"""Reading YAML that a user writes into a pydantic model, with errors that name file, line and field."""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from synth.core.errors import InputError

Model = TypeVar("Model", bound=BaseModel)
_MOST_BYTES = 1 << 20
_MOST_NODES = 100_000
_SEE = "see README.md and the examples in manifests/ for the fields"


def load_yaml(
    model: type[Model],
    path: Path,
    what: str,
    changes: list[str] | None = None,
    forced: dict[str, Any] | None = None,
) -> Model:
    """The model of the content of a file, which errors call a `what`. `changes` are 'field.field=value' with the
    value in YAML; `forced` are fields given otherwise.

    Raises InputError with file, line and field for whatever is wrong.
    """
    tree, content = _parse(_read(path, what), str(path))
    if not isinstance(content, dict):
        raise InputError(
            "is not a mapping of fields", where=str(path), remedy=f"begin with '{_first(model)}: ...'"
        )
    for change in changes or []:
        _apply(content, change)
    content.update(forced or {})
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _explain(model, path, tree, error, changes or []) from error


def _first(model: type[BaseModel]) -> str:
    """The field to begin a file with: the first that has to be given."""
    fields = model.model_fields
    return next((name for name, field in fields.items() if field.is_required()), next(iter(fields)))


def _read(path: Path, what: str) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path), remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", where=str(path), remedy=f"save the {what} as UTF-8") from error
    if len(content) > _MOST_BYTES:
        raise InputError(f"is too long for a {what}", where=str(path), remedy="check the path")
    return text


def _parse(text: str, where: str) -> tuple[yaml.Node | None, Any]:
    """YAML as nodes, which know their lines, and as plain values."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        for key in _repeated_keys(tree):
            raise InputError(
                f"the field '{key.value}' is given twice",
                where=f"{where}:{key.start_mark.line + 1}",
                remedy="remove one of them",
            )
        return tree, yaml.safe_load(text)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = _line_in_error(error, text)
        raise InputError(
            f"is not valid YAML: {problem}",
            where=f"{where}:{line}" if line else where,
            remedy="mend the YAML",
        ) from error
    except (ValueError, OverflowError) as error:  # such as the 99th of a month
        problem = str(error).splitlines()[0]
        raise InputError(
            f"holds a value that YAML cannot make sense of: {problem}",
            where=where,
            remedy="put the value in quotes, or mend it",
        ) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", where=where, remedy="mend the YAML") from error


def _line_in_error(error: yaml.YAMLError, text: str) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", None)
    return None if position is None else text.count("\n", 0, position) + 1


def _repeated_keys(tree: yaml.Node | None) -> Iterator[yaml.Node]:
    """Keys that a mapping has twice: YAML's loader would take the last in silence."""
    waiting: list[yaml.Node | None] = [tree]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or len(seen) > _MOST_NODES:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys and key.tag != "tag:yaml.org,2002:merge":
                        yield key
                    keys.add(key.value)
                waiting += [key, value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _apply(content: dict[Any, Any], change: str) -> None:
    field, equals, value = change.partition("=")
    where, keys = f"--set {change}", field.strip().split(".")
    if not equals or not all(keys):
        raise InputError("is not of the form field.field=value", where=where, remedy="see --help")
    _, parsed = _parse(value, where)
    place = content
    for key in keys[:-1]:
        inner = place.get(key)
        if inner is None:
            inner = place[key] = {}
        if not isinstance(inner, dict):
            raise InputError(
                f"'{key}' has no fields to set", where=where, remedy=f"set '{key}' as a whole, in YAML"
            )
        place = inner
    place[keys[-1]] = parsed


def _explain(
    model: type[BaseModel], path: Path, tree: yaml.Node | None, error: ValidationError, changes: list[str]
) -> InputError:
    """The first of pydantic's errors as one of ours; a misspelt field goes before the one it stood for."""
    found = _of_likeliest_members(error.errors(include_url=False))
    first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
    location = [part for part in first["loc"] if not _is_model_name(part)]
    field = ".".join(str(part) for part in location)
    message, remedy = str(first["msg"]).removeprefix("Value error, "), _SEE
    got = f", got {_shortly(first['input'])}"
    if first["type"] == "extra_forbidden":
        message = "there is no such field"
        known = _fields_at(model, location[:-1])
        if known:
            remedy = f"the fields here are {', '.join(known)}"
    elif first["type"] == "missing":
        message, remedy, got = "this field is missing", f"add '{location[-1]}: ...'", ""
    elif not field:
        got = ""
    line = _line_of(tree, location)
    where = f"{path}:{line}" if line else str(path)
    around = field.rpartition(".")[0] if first["type"] == "missing" else field
    for change in changes:
        changed = change.split("=")[0].strip()
        if around and (
            around == changed or around.startswith(f"{changed}.") or changed.startswith(f"{around}.")
        ):
            where = f"--set {change}"
    about = f" (field '{field}'{got})" if field else ""
    return InputError(f"{message}{about}", where=where, remedy=remedy)


def _shortly(value: Any) -> str:
    try:
        return reprlib.repr(value)
    except ValueError:  # Python does not print integers of thousands of digits
        return f"a {type(value).__name__}"


def _of_likeliest_members(errors: list[Any]) -> list[Any]:
    """Without the errors of those members of a union that fit a value worse than another member does."""

    def member(loc: tuple[Any, ...]) -> tuple[Any, ...]:
        return next((loc[: i + 1] for i, part in enumerate(loc) if _is_model_name(part)), ())

    count = Counter(member(error["loc"]) for error in errors)
    best: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for name in count:
        rival = best.setdefault(name[:-1], name)
        if count[name] < count[rival]:
            best[name[:-1]] = name
    return [e for e in errors if (name := member(e["loc"])) == () or best[name[:-1]] == name]


def _is_model_name(part: Any) -> bool:
    # pydantic names the member of a union it tried, such as 'CameraSpec'; that is no field of the user's
    return isinstance(part, str) and part.rstrip("]").endswith("Spec")


def _line_of(tree: yaml.Node | None, location: list[Any]) -> int | None:
    """The line of a field, or of the nearest of those around it that the file has."""
    node, line = tree, None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _fields_at(model: type[BaseModel], location: list[Any]) -> list[str]:
    """The names of the fields that the models at a place of a model have."""
    models = [model]
    for part in location:
        if isinstance(part, str):
            fields = [m.model_fields[part].annotation for m in models if part in m.model_fields]
            models = [inner for annotation in fields for inner in _models_in(annotation)]
    return list(dict.fromkeys(name for found in models for name in found.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation such as `list[Model]` or `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]
