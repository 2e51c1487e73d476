"""Who may import whom, held over everything that a module imports, directly or through others.

The folders are floors: a folder imports those listed before it and none after, and no module is in a circle.
"""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("synth", "pipelines", "lifter", "benchmarks")

# Each folder with the floor it stands on: it may import from lower floors only. Folders of one floor know nothing of
# each other. `synth` knows of no other package, `pipelines` of `synth` alone.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("synth.core",),
    ("synth.body",),
    ("synth.wardrobe",),
    ("synth.scene",),
    ("synth.risk",),
    ("synth.posture",),
    ("synth.motion", "synth.label", "synth.render"),
    ("synth.detector",),
    ("synth.assets",),
    ("pipelines.cluster", "pipelines.corpus"),
    ("pipelines.generate",),
    ("pipelines.curate", "pipelines.exchange"),
    ("pipelines.inspect",),
    ("pipelines.report",),
    ("lifter.data",),
    ("lifter.models",),
    ("lifter.score",),
    ("lifter.train", "lifter.predict"),
    ("lifter.studies", "lifter.assets"),
    ("benchmarks",),
    (
        "pipelines.commands",
    ),  # the command line stands above all and imports what a command needs when it runs
)
# The lifter reads corpora and makes none, but for what is run to learn something.
NOT_FOR = {
    "pipelines": ("lifter", "benchmarks"),
    "lifter": (
        "pipelines.generate",
        "pipelines.inspect",
        "pipelines.report",
        "pipelines.cluster",
        "benchmarks",
    ),
}
EXEMPT = ("pipelines.commands", "lifter.studies")
MOST_MODULES = 20


def modules(root: Path = ROOT) -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


def imports(name: str, path: Path, there: dict[str, Path]) -> set[str]:
    """The project's modules that a module imports, anywhere in it; an `__init__` counts as one where it is named."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            module = node.module or ""
            for alias in node.names:
                full = f"{module}.{alias.name}"
                found.add(full if full in there else module)
    return {each for each in found if each.split(".")[0] in PACKAGES}


def graph(root: Path = ROOT) -> nx.DiGraph:
    there, found = modules(root), nx.DiGraph()
    for name, path in there.items():
        found.add_node(name)
        found.add_edges_from((name, each) for each in imports(name, path, there))
    return found


def folder(name: str) -> str:
    parts = name.split(".")
    return parts[0] if parts[0] == "benchmarks" else ".".join(parts[:2])


def floor(name: str) -> int:
    return next(number for number, row in enumerate(FLOORS) if folder(name) in row)


def wrong_ways(found: nx.DiGraph) -> list[str]:
    """Imports, direct or through others, that go to a floor that is not lower, or to what is closed to a package."""
    wrong = []
    for name in found:
        if name in PACKAGES:
            continue
        for other in nx.descendants(found, name):
            if other in PACKAGES or folder(name) == folder(other):
                continue
            closed = () if name.startswith(EXEMPT) else NOT_FOR.get(name.split(".")[0], ())
            if floor(other) >= floor(name) or other.startswith(closed):
                wrong.append(f"{name} -> {other}")
    return sorted(wrong)


def test_every_folder_stands_on_a_floor() -> None:
    assert {folder(name) for name in modules() if name not in PACKAGES} == {f for row in FLOORS for f in row}


def test_imports_go_down() -> None:
    assert wrong_ways(graph()) == []


def test_no_module_is_in_a_circle() -> None:
    assert [sorted(c) for c in nx.strongly_connected_components(graph()) if len(c) > 1] == []


def test_folders_are_small() -> None:
    counts: dict[str, int] = {}
    for path in modules().values():
        if path.name != "__init__.py":
            key = str(path.parent.relative_to(ROOT))
            counts[key] = counts.get(key, 0) + 1
    assert {key: count for key, count in counts.items() if count > MOST_MODULES} == {}


def test_files_are_short() -> None:
    long = {n: len(p.read_text(encoding="utf-8").splitlines()) for n, p in modules().items()}
    assert {name: count for name, count in long.items() if count > 400} == {}


def test_modules_open_with_their_purpose() -> None:
    assert [n for n, p in modules().items() if not ast.get_docstring(ast.parse(p.read_text()))] == []


def test_tests_mirror_the_packages() -> None:
    """At least 95 % of the modules have the test of their name at their place; what builds assets is not counted."""
    counted = {n: p for n, p in modules().items() if p.name != "__init__.py" and "assets.build" not in n}
    without = [n for n in counted if not mirrored(n).is_file()]
    assert len(without) <= 0.05 * len(counted), sorted(without)


def mirrored(name: str) -> Path:
    *above, last = name.split(".")
    return ROOT.joinpath("tests", *above, f"test_{last}.py")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("synth.core.a", "from synth.body.b import x"),
        ("synth.scene.a", "import pipelines.corpus.b"),
        ("synth.scene.a", "def f():\n    from synth.render.b import x"),
        ("pipelines.corpus.a", "from lifter.data.b import x"),
        ("lifter.data.a", "from pipelines.generate.b import x"),
        ("lifter.data.a", "from lifter.models.b import x"),
    ],
)
def test_a_wrong_way_would_be_found(tmp_path: Path, name: str, text: str) -> None:
    for each in (name, text.split("from ")[-1].split("import ")[-2 if "from" in text else -1].strip()):
        path = tmp_path.joinpath(*each.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    tmp_path.joinpath(*name.split(".")).with_suffix(".py").write_text(text)
    assert len(wrong_ways(graph(tmp_path))) == 1
