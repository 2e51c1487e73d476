"""What of the space of work postures each source of motion covers, and a chart of it: docs/results/postures.json.

    python -m benchmarks.coverage docs/results/postures.json docs/coverage.svg

Sources are what comes with Posemill: the recordings, and the pages of postures. Other keys of the file stay.
"""

from __future__ import annotations

import sys
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench import machine
from docs.record import write_key
from pipelines.report.coverage_chart import figure
from synth.body.loading import load_body
from synth.label.coverage import Coverage, coverage, facts
from synth.motion import ASSETS, SETS, Clip, embedded, prepare
from synth.risk.scores import scores_from_poses
from synth.risk.stance import walking_from
from synth.risk.task import TaskInputs, inputs_of

RATE = 30.0
TITLES = {"recordings": "recordings", "postures": "pages of postures", "explore": "explored postures"}
_AT_ONCE = 512


def covered(clip: Clip) -> Coverage:
    """The coverage of a clip's frames, scored with what its task says."""
    joints = _joints(clip)
    task = TaskInputs() if clip.work is None else inputs_of(clip.work, np.arange(clip.frames) / clip.rate)
    scores = scores_from_poses(clip.poses, joints, task, walking_from(joints, clip.rate))
    return coverage(joints, angles=scores.angles, reba=scores.reba.score, owas=scores.owas.code)


def _joints(clip: Clip) -> NDArray[np.float64]:
    coarse = load_body().proxy()
    starts = range(0, clip.frames, _AT_ONCE)
    each = (
        coarse.posed(clip.poses[at : at + _AT_ONCE], trans=clip.trans[at : at + _AT_ONCE])[1] for at in starts
    )
    return np.concatenate(list(each)).astype(np.float64)


def measure() -> dict[str, Coverage]:
    """The coverage of each set of the motion that ships."""
    found = {}
    for name in TITLES:
        if (place := f"builtin/{name}") in SETS:
            clips = [clip for path in embedded(place) for clip in prepare(path, RATE, root=ASSETS)[0]]
            found[name] = reduce(add, map(covered, clips))
    return found


def values(found: dict[str, Coverage]) -> dict[str, Any]:
    """The figures of each source, and of all together."""
    together = reduce(add, found.values())
    return {
        name: {**facts(one), "seconds": round(one.postures / RATE)}
        for name, one in {**found, "all": together}.items()
    }


def main(result: Path, chart: Path) -> None:
    found = measure()
    write_key(result, "coverage", "make coverage", values(found), machine())
    chart.write_text(
        figure([(TITLES[name], one) for name, one in found.items()], "coverage of work postures")
    )
    for name, one in found.items():
        print(f"{TITLES[name]}: {one.share:.1%} of reachable cells, {one.postures / RATE:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
