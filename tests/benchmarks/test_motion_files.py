"""The table of kinds: nothing is wrong, and what cannot be told is refused."""

import re
from pathlib import Path

from benchmarks.motion_files import judge, run, table, written
from benchmarks.rigs import known_motion


def test_nothing_is_read_as_something_else() -> None:
    kinds = run()
    assert {kind: row for kind, row in kinds.items() if row["wrong"]} == {}
    refused = {kind for kind, row in kinds.items() if row["refused"]}
    assert refused == {"BVH: a value missing", "npz: no rate", "npz: another layout"}


def test_a_wrong_reading_would_be_seen(tmp_path: Path) -> None:
    _, path, options, right = next(iter(written(tmp_path, known_motion(40))))
    assert judge(path, options, right) == "read"
    text = path.read_text()
    path.write_text(re.sub(r"Frame Time: \S+", "Frame Time: 0.0125", text))
    assert judge(path, options, right) == "wrong"


def test_the_table_sums_its_rows() -> None:
    rows = {
        "a": {"tried": 3, "read": 2, "refused": 1, "wrong": 0},
        "b": {"tried": 1, "read": 0, "refused": 0, "wrong": 1},
    }
    found = table(rows)
    assert found["all"] == {"tried": 4, "read": 2, "refused": 1, "wrong": 1}
    assert found["by_kind"][1] == {"kind": "b", "tried": 1, "read": 0, "refused": 0, "wrong": 1}
