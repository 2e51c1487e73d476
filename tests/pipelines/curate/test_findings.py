"""What curation reports, of a table of samples filled in by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from pipelines.curate.findings import SampleTable, facts_of, leak_facts, leak_lines, tables
from pipelines.curate.leaks import Leak, LeakCheck
from pipelines.curate.rules import Rules


@pytest.fixture
def facts() -> dict[str, Any]:
    """Six samples: row 1 breaks a rule, row 3 duplicates row 0; two are held out."""
    table = SampleTable(
        part=np.zeros(6, np.int16), row=np.arange(6), clip=np.zeros(6, np.int32),
        reason=np.array([-1, 2, -1, 3, -1, -1], np.int16), twin=np.array([-1, -1, -1, 0, -1, -1]),
        apart=np.array([np.inf] * 3 + [1.25] + [np.inf] * 2, np.float32),
        split=np.array([0, 0, 0, 0, 1, 2], np.uint8), weight=np.array([0.5, 1, 1.5, 1, 1, 1], np.float32),
    )  # fmt: skip
    results: Any = SimpleNamespace(
        names=["one"], rules=Rules.model_validate({"splits": {}}), table=table,
        reasons=["unreadable", "corrupt", "few", "near-duplicate"], matched=np.array([0, 0, 2, 1]), named=[],
        groups={"CMU/01": "train", "CMU/02": "val", "CMU/03": "test"},
        balances=[{"by": "band", "before": [0.9, 0.1, 0.0], "after": [0.5, 0.5, 0.0]}],
    )  # fmt: skip
    return facts_of(results)


def said(lines: Any) -> str:
    console = Console(width=140)
    with console.capture() as captured:
        for line in lines:
            console.print(line)
    return captured.get()


def test_facts(facts: dict[str, Any]) -> None:
    assert (facts["looked_at"], facts["kept"]) == (6, 4)
    assert [(s["rule"], s["matched"], s["dropped"], s["left"]) for s in facts["steps"]] == [
        ("unreadable", 0, 0, 6), ("corrupt", 0, 0, 6), ("few", 2, 1, 5), ("near-duplicate", 1, 1, 4),
    ]  # fmt: skip
    assert facts["steps"][3]["examples"] == ["one row 3 is 1.2 mm from one row 0"]
    assert facts["splits"]["train"] == {"samples": 2, "groups": 1}
    assert facts["weights"] == {"least": 0.5, "most": 1.5, "effective": pytest.approx(4 / 2.5)}


def test_tables(facts: dict[str, Any]) -> None:
    lines = [" ".join(line.split()) for line in said(tables(facts)).splitlines()]
    assert "few 2 1 5 one row 1" in lines
    assert "corrupt 0 0 6" in lines
    assert not any(line.startswith("unreadable") for line in lines)
    assert "val 1 25.0% 1" in lines
    assert "band 2 90.00% 50.00% 10.00% 50.00%" in lines


def test_the_leak_check_in_words() -> None:
    tight = LeakCheck("subject", 3, 0, 20.0, 100, 40, 0, [])
    assert said(leak_lines(leak_facts(tight))).startswith(
        "Leak check: no leak (3 subjects, 100 poses against 40 held out"
    )
    leak = Leak("subject", "subject [x] has 1 sample in train and 2 samples in val")
    leaky = LeakCheck("subject", 3, 1, None, 0, 40, 0, [leak])
    text = said(leak_lines(leak_facts(leaky)))
    assert "1 subject and 0 poses in more than one split (3 subjects)" in text
    assert leak.text in text
    assert leak_facts(leaky)["tight"] is False
