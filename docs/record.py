"""Measure the figures that docs/ shows, and write them to docs/results with what made them: `make results`.

python docs/record.py [--bench FILE.json] [--methods FOLDER]

speed.json     what `posemill bench --json` measures on this machine, or has measured: --bench
methods.json   the table that `make methods` left in FOLDER; left as it is where there is none

docs/results/pose2sim.json holds figures of single trainings, recorded by hand with what made them. Afterwards
`python docs/fill.py` puts the figures on the pages.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results"
_OURS, _OTHER = "lifter.data.loader", "webdataset"
_METRICS = {"mpjpe": "MPJPE", "pa_mpjpe": "PA-MPJPE"}


def speed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of docs/performance.md from those of `posemill bench --json`."""
    images, curate, loader = facts["images"], facts["curate"]["as shipped"], facts["loader"]
    found = {
        "pairs": round(facts["pairs"]["per_second"]),
        "images": round(images["per_second"]),
        "plain_pyrender": "not measured"
        if images["plain_pyrender"] is None
        else round(images["plain_pyrender"]),
        "curate_seconds": round(curate["seconds"]),
        "curate_gib": round(curate["memory"] / 2**30, 1),
    }
    for kind in ("pairs", "images"):
        found[f"loader_{kind}"] = round(loader[kind]["rates"][_OURS]["cpu"])
        found[f"loader_{kind}_times_webdataset"] = loader[kind]["times faster"][_OTHER]
    return found


def methods(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The table of docs/training.md from METHODS/methods.json: a row a method, two columns for each target."""
    rows = []
    for name, row in facts["table"].items():
        scores = {
            f"{'held-out people' if target == 'corpus' else target}, {title}": round(found[metric]["mean"])
            for target, found in row["targets"].items()
            for metric, title in _METRICS.items()
        }
        rows.append({"method": f"`{name}`", **scores})
    return {"table": rows}


def write(name: str, made_by: str, machine: str, values: Mapping[str, Any], folder: Path = RESULTS) -> None:
    """Write a result file with today's date and the commit that is checked out."""
    content = {
        "made_by": made_by,
        "commit": _commit(),
        "date": datetime.date.today().isoformat(),
        "machine": machine,
        "values": values,
    }
    (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_key(path: Path, key: str, made_by: str, values: Mapping[str, Any], machine: str = "any") -> None:
    """Write one value of a result file anew, with what made it and when; the file's other values stay."""
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"values": {}}
    origin = {
        "made_by": made_by,
        "commit": _commit(),
        "date": datetime.date.today().isoformat(),
        "machine": machine,
    }
    content["values"][key] = {**origin, **values}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, metavar="FILE", help="what posemill bench --json has printed")
    parser.add_argument("--methods", type=Path, metavar="FOLDER", help="of make methods")
    given = parser.parse_args()
    if given.bench is None:
        command = [sys.executable, "-m", "pipelines.commands.main", "bench", "--json"]
        text = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    else:
        text = given.bench.read_text(encoding="utf-8")
    facts = json.loads(text)
    write("speed", "posemill bench", facts["machine"], speed(facts))
    if given.methods is not None and (given.methods / "methods.json").is_file():
        found = json.loads((given.methods / "methods.json").read_text(encoding="utf-8"))
        write("methods", "make methods", facts["machine"], methods(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
