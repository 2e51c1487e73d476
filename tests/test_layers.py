"""Who may import whom: `synth` neither of the others, `pipelines` only `synth`, `lifter` both, the command line all.

The lifter reads corpora through `pipelines` and makes none, so what makes them is closed to it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWN = {"synth", "pipelines", "lifter"}
ALLOWED = {"synth": {"synth"}, "pipelines": {"synth", "pipelines"}, "lifter": OWN}
MAKERS = {"generate", "shard", "cluster", "plan", "bank", "cli", "bench"}


def imports(text: str, package: str) -> set[str]:
    """The full names of the modules that a module of `package` imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def breaches(text: str, package: str) -> set[str]:
    if package == "pipelines.commands":
        return set()
    layer = package.split(".")[0]
    wrong = {name for name in imports(text, package) if name.split(".")[0] in OWN - ALLOWED[layer]}
    if layer == "lifter":
        wrong |= {
            n for n in imports(text, package) if n.startswith("pipelines.") and n.split(".")[1] in MAKERS
        }
    return wrong


@pytest.mark.parametrize("layer", sorted(OWN))
def test_imports_go_one_way(layer: str) -> None:
    files = sorted((ROOT / layer).rglob("*.py"))
    assert files
    found = {}
    for path in files:
        package = ".".join(path.relative_to(ROOT).parent.parts)
        wrong = breaches(path.read_text(encoding="utf-8"), package)
        if wrong:
            found[str(path.relative_to(ROOT))] = wrong
    assert found == {}


def test_a_breach_would_be_found() -> None:
    assert breaches("import synth.core.disk", "synth.scene") == {"synth.core.disk"}
    assert breaches("def f():\n    from lifter import train", "pipelines") == {"lifter", "lifter.train.run"}
    assert breaches("from lifter import train", "pipelines.commands") == set()
    assert breaches("from pipelines import generate", "lifter") == {"pipelines.generate.run"}
    assert breaches("from .. import pipelines_like\nimport synth", "synth.scene") == set()
    assert breaches("from pipelines.corpus.corpus import Corpus", "lifter") == set()
    assert imports("from ..draw import Draws", "synth.scene") == {
        "synth.core.randomness",
        "synth.core.randomness.Draws",
    }
