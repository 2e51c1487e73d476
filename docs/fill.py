"""Fill what the pages of docs/ and README.md take from elsewhere: tables from the code, figures from result files.

python docs/fill.py            writes the spans anew
python docs/fill.py --check    changes nothing; exits with 1 where a page is out of date

A table of the code stands between `<!-- fill: NAME -->` and `<!-- end -->`, NAME one of `TABLES`. A figure stands
between `<!-- result: FILE:KEY.KEY -->` and `<!-- end -->`: a value of docs/results/FILE.json, found key by key below
its `values`, or with a $ before it beside them (`$date`); a list of rows becomes a table. NAME may be a YAML file of
manifests/ too, which is shown as it is.
"""

from __future__ import annotations

import argparse
import functools
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"
_MOST_CODES = 6  # that a table lists; the others say theirs in a sentence
_SPAN = re.compile(r"<!-- (fill|result): (\S+) -->(.*?)<!-- end -->", re.DOTALL)


def pages() -> list[Path]:
    """README.md and every page of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def filled(text: str) -> str:
    """A page's text with every span written anew. Raises KeyError for a table or a figure that does not exist."""

    def span(match: re.Match[str]) -> str:
        kind, name, _ = match.groups()
        if kind == "result":
            content = result(name)
        elif name.startswith("manifests/"):
            content = f"\n\n```yaml\n{(ROOT / name).read_text(encoding='utf-8')}```\n\n"
        else:
            text = TABLES[name]()
            content = f"\n\n{text}\n\n" if text.startswith("|") else text
        return f"<!-- {kind}: {name} -->{content}<!-- end -->"

    return _SPAN.sub(span, text)


def result(name: str, folder: Path = RESULTS) -> str:
    """The figure `file:key.key` as it is written on a page."""
    file, _, keys = name.partition(":")
    value: Any = _content(folder / f"{file}.json")
    if keys.startswith("$"):
        return str(value[keys[1:]])
    value = value["values"]
    for key in keys.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return f"\n\n{table(list(value[0]), [list(row.values()) for row in value])}\n\n"
    return _number(value)


@functools.cache
def _content(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _number(value: Any) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return (
        f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Markdown; columns whose cells are all numbers stand to the right."""
    body = [list(row) for row in rows]
    right = [all(isinstance(row[k], int | float) for row in body) for k in range(len(head))]
    cells = [list(head), ["--:" if r else "---" for r in right]]
    cells += [[_cell(value) for value in row] for row in body]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else _number(value)
    return text.replace("|", "\\|").replace("\n", " ")


def labels() -> str:
    """The schema: every array of a sample."""
    from pipelines.corpus.schema import LABELS

    marks = {"all": "", "pixels": " ▣", "detector": " ◎"}  # arrays that not every sample has
    rows = []
    for row in LABELS:
        shape = " × ".join(str(size) for size in row.shape) or "·"
        kind = "bytes" if row.dtype == "variable_length_bytes" else row.dtype
        short = 0 < len(row.codes) <= _MOST_CODES
        codes = ", ".join(f"`{code}` {word}" for code, word in row.codes.items()) if short else ""
        nan = f"NaN {row.nan}" if row.nan else ""
        rows.append(
            [f"`{row.name}`{marks[row.kind]}", shape, kind, row.unit, row.frame, row.sentence, codes or nan]
        )
    return table(["array", "shape", "type", "unit", "frame", "meaning", "values"], rows)


def joint_sets() -> str:
    """The lists of joints that `joints(set=...)` knows."""
    from synth.body.skeleton import JOINT_SETS, JOINTS

    sets: dict[str, Sequence[str]] = {"all": JOINTS} | {
        name: list(joints) for name, joints in JOINT_SETS.items()
    }
    return table(["set", "joints", "names"], [[f"`{n}`", len(js), ", ".join(js)] for n, js in sets.items()])


def cameras() -> str:
    """The camera presets, and what each draws from."""
    from synth.scene.viewpoint import PRESETS

    fields = [name for name in next(iter(PRESETS.values())).model_dump() if name != "weight"]
    rows = [
        [f"`{name}`", *(_value(getattr(spec, field)) for field in fields)] for name, spec in PRESETS.items()
    ]
    return table(["preset", *(f"`{field}`" for field in fields)], rows)


def camera() -> str:
    """The fields of a camera."""
    return fields("synth.scene.viewpoint", "CameraSpec")


def gate() -> str:
    """The reasons for which motion is dropped."""
    from synth.motion.gate import Reason

    return ", ".join(f"`{reason.value}`" for reason in Reason)


def columns() -> str:
    """The columns that curation rules may use."""
    from pipelines.curate.columns import COLUMNS

    return table(["column", "meaning"], [[f"`{name}`", column.sentence] for name, column in COLUMNS.items()])


def trade_table() -> str:
    """What each trade wears, by the wardrobe's table."""
    from synth.wardrobe.outfit import table as wardrobe

    rows = []
    for trade, slots in wardrobe()["trades"].items():
        items = [name for choices in slots.values() for name in choices if name != "none"]
        rows.append([f"`{trade}`", ", ".join(name.replace("_", " ") for name in items)])
    return table(["trade", "items"], rows)


def commands() -> str:
    """Every command with the first sentence of its help."""
    import click
    import typer

    from pipelines.commands.main import app

    def rows(group: Any, before: str) -> Iterable[list[str]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from rows(command, f"{before}{name} ")
            elif not command.hidden:
                text = " ".join((command.help or "").split("\n\n")[0].split())
                yield [f"`posemill {before}{name}`", text]

    assert click
    return table(["command", "what it does"], rows(typer.main.get_command(app), ""))


def fields(module: str, name: str) -> str:
    """The fields of a pydantic model, those of models within it under their path."""
    from importlib import import_module

    return table(["field", "default", "values", "meaning"], _fields(getattr(import_module(module), name)))


def _fields(model: Any, before: str = "") -> Iterable[list[str]]:
    for name, field in model.model_fields.items():
        inner, many = _model_in(field.annotation)
        path = f"{before}{name}"
        if inner is not None:
            if field.description:
                yield [f"`{path}`", "", "", field.description]
            yield from _fields(inner, f"{path}[]." if many else f"{path}.")
            continue
        default = "required" if field.is_required() else f"`{_value(field.default)}`"
        yield [f"`{path}`", default, _allowed(field), field.description or ""]


def _model_in(annotation: Any) -> tuple[Any, bool]:
    """The one pydantic model that an annotation names, or None, and whether it is a list of them."""
    from typing import get_args, get_origin

    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = [_model_in(each) for each in get_args(annotation) if each is not type(None)]
    models = [each for each in inner if each[0] is not None]
    if len(models) != 1 or any(each[0] is None for each in inner):
        return None, False
    return models[0][0], get_origin(annotation) is list


def space() -> str:
    """The axes of the space of work postures."""
    from synth.posture.space import AXES

    rows = []
    for axis in AXES:
        edges = f" ({', '.join(f'{edge:g}' for edge in axis.edges)} {axis.unit})" if axis.edges else ""
        rows.append([axis.name, ", ".join(axis.bands).replace("_", " ") + edges, axis.sentence])
    return table(["axis", "bands, and what parts them", "meaning"], rows)


def angles() -> str:
    """The angles of posture pages, with the direction that is positive and the usual range."""
    from synth.posture.by_angles.angles import BOTH, RANGES

    rows = []
    for joint, own in RANGES.items():
        both = f"{joint}s"
        name = f"`{both}`, `left_{joint}`, `right_{joint}`" if both in BOTH else f"`{joint}`"
        for angle, usual in own.items():
            rows.append([name, f"`{angle}`", usual.positive, f"{usual.low:g} to {usual.high:g}"])
            name = ""
    return table(["joint", "angle", "positive is", "usual range, degrees"], rows)


def motion_formats() -> str:
    """The suffixes of motion files."""
    from synth.motion.formats import FORMATS

    return ", ".join(f"`{suffix}`" for each in FORMATS.all().values() for suffix in each.suffixes)


def keypoint_formats() -> str:
    """What `posemill predict` reads."""
    from lifter.predict.inputs import FORMATS

    rows = [
        [
            each.title,
            ", ".join(f"`{suffix}`" for suffix in each.suffixes),
            "a file a frame" if each.folders else "",
        ]
        for each in FORMATS.all().values()
    ]
    return table(["format", "suffixes", "a folder"], rows)


def default_model() -> str:
    """What the default model was scored, from the figures beside it: mean and interval in millimetres."""
    content = json.loads((ROOT / "lifter" / "assets" / "default.json").read_text(encoding="utf-8"))
    rows = []
    for name, found in content["scores"].items():
        figures = [_with_interval(found["all"][metric]) for metric in ("mpjpe", "pa_mpjpe")]
        rows.append([name, found["scored"], *figures])
        if found.get("bands"):
            rows += [
                [f"… props hide {band} of 17 joints", own["mpjpe"]["count"]]
                + [_with_interval(own[metric]) for metric in ("mpjpe", "pa_mpjpe")]
                for band, own in found["bands"].items()
            ]
    return table(["scored on", "people", "MPJPE, mm", "PA-MPJPE, mm"], rows)


def _with_interval(figure: Mapping[str, Any]) -> str:
    low, high = figure["low"], figure["high"]
    return f"{figure['mean']:.0f}" + ("" if low is None else f" ({low:.0f} to {high:.0f})")


def _allowed(field: Any) -> str:
    """The values that a field takes, as its type and bounds say."""
    from typing import Literal, get_args, get_origin

    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    bounds = [
        f"{sign} {_bound(value)}"
        for rule in field.metadata
        for key, sign in signs.items()
        if (value := getattr(rule, key, None)) is not None
    ]
    return " and ".join(bounds)


def _bound(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) and value < 10**9 else f"{value:.3g}"


def _value(value: Any) -> str:
    if hasattr(value, "model_dump"):
        value = value.model if hasattr(value, "model") else value.model_dump(exclude_defaults=True)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(each)}" for key, each in value.items()) + "}"
    return "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


TABLES: Mapping[str, Callable[[], str]] = {
    "labels": labels,
    "joint-sets": joint_sets,
    "cameras": cameras,
    "camera": camera,
    "gate": gate,
    "angles": angles,
    "space": space,
    "motion-formats": motion_formats,
    "keypoint-formats": keypoint_formats,
    "default-model": default_model,
    "columns": columns,
    "commands": commands,
    "trades": trade_table,
    "recipe": functools.partial(fields, "pipelines.generate.recipe", "Recipe"),
    "rules": functools.partial(fields, "pipelines.curate.rules", "Rules"),
    "training": functools.partial(fields, "lifter.train.recipe", "TrainSpec"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 if something would change"
    )
    check = parser.parse_args().check
    stale = []
    for path in pages():
        text = path.read_text(encoding="utf-8")
        new = filled(text)
        if new != text:
            stale.append(path)
            if not check:
                path.write_text(new, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'out of date; run python docs/fill.py' if check else 'written'}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # the packages, in place of this folder
    sys.exit(main())
