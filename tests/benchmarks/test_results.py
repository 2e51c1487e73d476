"""A result file says what made its figures."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.results import write_result


def test_a_result_file_has_what_made_it(tmp_path: Path) -> None:
    write_result(tmp_path / "new" / "a.json", "make a", {"figure": 1.5}, seeds=[0, 1])
    found = json.loads((tmp_path / "new" / "a.json").read_text())
    assert found["values"] == {"figure": 1.5}
    assert (found["made_by"], found["seeds"]) == ("make a", [0, 1])
    assert all(found[key] for key in ("commit", "date", "machine"))
