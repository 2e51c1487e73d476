"""Figures for docs/ from what benchmarks and studies give."""

from __future__ import annotations

import json
import re
from pathlib import Path

from docs import fill, record

RATES = {"lifter.data.loader": {"wall": 900.4, "cpu": 1000.6}}
BENCH = {
    "machine": "a machine",
    "pairs": {"per_second": 9600.4},
    "images": {"per_second": 131.6, "plain_pyrender": None},
    "curate": {"as shipped": {"seconds": 64.2, "memory": 1.25 * 2**30}},
    "loader": {
        kind: {"rates": RATES, "times faster": {"webdataset": times, "naive zarr": 9.0}}
        for kind, times in (("pairs", 280.0), ("images", 2.3))
    },
}


def test_speed_takes_the_figures_that_the_page_shows() -> None:
    found = record.speed(BENCH)
    assert found["pairs"] == 9600
    assert found["images"] == 132
    assert found["plain_pyrender"] == "not measured"
    assert (found["curate_seconds"], found["curate_gib"]) == (64, 1.2)
    assert (found["loader_pairs"], found["loader_images_times_webdataset"]) == (1001, 2.3)
    page = (fill.ROOT / "docs" / "performance.md").read_text()
    assert set(re.findall(r"speed:([a-z]\w*)", page)) == set(found)


def test_the_methods_table_has_a_row_a_method() -> None:
    scores = {"mpjpe": {"mean": 138.7}, "pa_mpjpe": {"mean": 91.5}}
    facts = {"table": {"posemill": {"targets": {"corpus": scores, "pose2sim": scores}}}}
    assert record.methods(facts)["table"] == [
        {
            "method": "`posemill`",
            "held-out people, MPJPE": 139,
            "held-out people, PA-MPJPE": 92,
            "pose2sim, MPJPE": 139,
            "pose2sim, PA-MPJPE": 92,
        }
    ]


def test_a_result_file_says_what_made_it(tmp_path: Path) -> None:
    record.write("some", "a command", "a machine", {"figure": 3}, tmp_path)
    content = json.loads((tmp_path / "some.json").read_text())
    assert content["values"] == {"figure": 3}
    assert (content["made_by"], content["machine"]) == ("a command", "a machine")
    assert re.fullmatch(r"[0-9a-f]{7,}", content["commit"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", content["date"])


def test_one_value_of_a_result_file_is_written_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    record.write_key(path, "one", "make one", {"figure": 1})
    record.write_key(path, "other", "make other", {"figure": 2})
    record.write_key(path, "one", "make one", {"figure": 3})
    values = json.loads(path.read_text())["values"]
    assert (values["one"]["figure"], values["other"]["figure"]) == (3, 2)
    assert (values["one"]["made_by"], values["other"]["made_by"]) == ("make one", "make other")
