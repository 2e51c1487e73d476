"""Reading YAML that a user writes into a pydantic model, with errors that name file, line and field."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from synth.core.errors import InputError
from synth.core.text import read_text

Model = TypeVar("Model", bound=BaseModel)
MOST_BYTES = 1 << 20
_MOST_NODES = 100_000  # values of a file, each counted as often as aliases repeat it
_MOST_SCALAR = 10_000  # characters of a number or date: YAML's take quadratic time to read
_YAML_REMEDIES = (  # by what the parser says
    ("'\\t'", "indent with spaces, not tabs"),
    (
        "mapping values are not allowed",
        "put a text that holds ': ' in quotes, and indent fields of a level alike",
    ),
    ("expected <block end>", "indent the fields of a level, and the '-' of a list, alike"),
    ("could not find expected ':'", "write 'field: value' on this line, or the one above it"),
    ("expected ',' or", "close the bracket or brace that is open on this line, or the one above it"),
)
_TYPE_REMEDIES = {  # by pydantic's names of its errors
    "list_type": "give a list: [a, b], or lines that begin with '- '",
    "dict_type": "give fields: {name: value}, or indented lines 'name: value'",
    "model_type": "give fields: {name: value}, or indented lines 'name: value'",
    "too_short": "give at least one",
    "invalid_key": "put the name in quotes; a decimal number has a point, not a comma",
}
_SEE = "see docs/ and the examples in manifests/ for the fields"


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
    return parse_yaml(model, read_text(path, MOST_BYTES), str(path), what, changes, forced)


def parse_yaml(
    model: type[Model],
    text: str,
    where: str,
    what: str,
    changes: list[str] | None = None,
    forced: dict[str, Any] | None = None,
) -> Model:
    """`load_yaml` of a text; `where` names it in errors."""
    tree, content = _parse(text, where)
    if not isinstance(content, dict):
        raise InputError(
            f"is not a mapping of fields, which a {what} is",
            where=where,
            remedy=f"begin with '{_first(model)}: ...'",
        )
    for change in changes or []:
        _apply(content, change)
    content.update(forced or {})
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _explain(model, where, tree, error, changes or []) from error


def _first(model: type[BaseModel]) -> str:
    """The field to begin a file with: the first that has to be given."""
    fields = model.model_fields
    return next((name for name, field in fields.items() if field.is_required()), next(iter(fields)))


class _Loader(yaml.SafeLoader):
    """Composes at most _MOST_NODES nodes."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._composed = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._composed += 1
        if self._composed > _MOST_NODES:
            raise ValueError(f"more than {_MOST_NODES:,} values")
        return super().compose_node(parent, index)


def _parse(text: str, where: str) -> tuple[yaml.Node | None, Any]:
    """YAML as nodes, which know their lines, and as plain values."""
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        _check_size(tree, {}, where)
        for key in _repeated_keys(tree):
            raise InputError(
                f"the field '{key.value}' is given twice",
                where=f"{where}:{key.start_mark.line + 1}",
                remedy="remove one of them",
            )
        return tree, None if tree is None else loader.construct_document(tree)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = _line_in_error(error, text)
        raise InputError(
            f"is not valid YAML: {problem}",
            where=f"{where}:{line}" if line else where,
            remedy=next((remedy for sign, remedy in _YAML_REMEDIES if sign in problem), "correct the YAML"),
        ) from error
    except (ValueError, OverflowError) as error:  # such as the 99th of a month
        problem = str(error).splitlines()[0]
        raise InputError(
            f"holds a value that YAML cannot make sense of: {problem}",
            where=where,
            remedy="put the value in quotes, or correct it",
        ) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", where=where, remedy="correct the YAML") from error


def _check_size(node: yaml.Node | None, sizes: dict[int, int], where: str) -> int:
    """How many values a node has, with what aliases repeat counted each time; `sizes` of nodes seen, 0 while open.

    Raises InputError where they are too many, where a node contains itself, and for a number of absurd length.
    """
    if node is None:
        return 0
    where_here = f"{where}:{node.start_mark.line + 1}"
    if id(node) in sizes:
        if sizes[id(node)] == 0:
            raise InputError("a value contains itself", where=where_here, remedy="remove the alias")
        return sizes[id(node)]
    sizes[id(node)] = total = 0
    if isinstance(node, yaml.ScalarNode):
        if len(node.value) > _MOST_SCALAR and node.tag != "tag:yaml.org,2002:str":
            raise InputError(
                f"a number of {len(node.value):,} characters",
                where=where_here,
                remedy="put it in quotes, or correct it",
            )
    else:
        for item in node.value:
            for inner in item if isinstance(item, tuple) else (item,):
                total += _check_size(inner, sizes, where)
                if total > _MOST_NODES:
                    what = f"holds more than {_MOST_NODES:,} values, counting what aliases repeat"
                    raise InputError(what, where=where_here, remedy="use fewer aliases, or split the file")
    sizes[id(node)] = total + 1
    return total + 1


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
    model: type[BaseModel], place: str, tree: yaml.Node | None, error: ValidationError, changes: list[str]
) -> InputError:
    """The first of pydantic's errors as one of ours; a misspelt field goes before the one it stood for."""
    found = _of_likeliest_members(error.errors(include_url=False))
    first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
    further = getattr(first.get("ctx", {}).get("error"), "location", ())
    location = [name for name in (*first["loc"], *further) if not _is_model_name(name)]
    field = ".".join(str(part) for part in location)
    message, remedy = str(first["msg"]).removeprefix("Value error, "), _SEE
    got = f", got {_shortly(first['input'])}"
    if first["type"] == "extra_forbidden":
        message = "there is no such field"
        known = _fields_at(model, location[:-1])
        close = difflib.get_close_matches(str(location[-1]), known, 1)
        if known:
            remedy = f"the fields here are {', '.join(known)}"
        if close:
            remedy = f"did you mean '{close[0]}'? {remedy}"
    elif first["type"] == "missing":
        message, remedy, got = "this field is missing", f"add '{location[-1]}: ...'", ""
    elif first["type"] == "string_type":
        remedy = "give text" if first["input"] is None else "put it in quotes, so that it is text"
    elif first["type"] == "literal_error" and isinstance(first["input"], str):
        words = re.findall(r"'([^']+)'", first["ctx"]["expected"])
        near = difflib.get_close_matches(first["input"].replace(" ", "_"), words, 1)
        remedy = f"did you mean '{near[0]}'?" if near else "choose one of them"
    elif not field or further:
        got = ""
    remedy = getattr(first.get("ctx", {}).get("error"), "remedy", "") or _TYPE_REMEDIES.get(
        first["type"], remedy
    )
    line = _line_of(tree, location)
    where = f"{place}:{line}" if line else place
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
    # pydantic names the member of a union it tried, such as 'CameraSpec', and marks a mapping's key by '[key]':
    # neither is a field of the user's
    return isinstance(part, str) and (part == "[key]" or part.rstrip("]").endswith("Spec"))


def line_of(text: str, field: str) -> int | None:
    """The line of a text in YAML that has a field, such as `phases.0.left`, or what is nearest around it."""
    tree, _ = _parse(text, field)
    return _line_of(tree, [int(part) if part.isdecimal() else part for part in field.split(".")])


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
        fields = [m.model_fields[part].annotation for m in models if part in m.model_fields]
        if fields:  # else it is a key of a mapping whose values are the models
            models = [inner for annotation in fields for inner in _models_in(annotation)]
    return list(dict.fromkeys(name for found in models for name in found.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models in an annotation such as `list[Model]` or `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]
