"""What of the space of work postures each source of motion covers, and a chart of it: docs/results/postures.json.

    python -m benchmarks.coverage docs/results/postures.json docs/coverage.svg

Sources are what comes with Posemill: CMU's recordings, the library of pages, and `path: explore` of CLIPS clips. Scores
take the loads, the coupling and the activity that pages say, and that explore draws. Other keys of the file stay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial, reduce
from multiprocessing import Pool
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench import machine
from docs.record import write_key
from pipelines.generate.explore import blocks, explore
from pipelines.report.coverage_chart import figure
from synth.assets.build import try_cells
from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.label.coverage import Coverage, coverage, facts, nothing
from synth.motion import ASSETS, Clip, embedded, is_task_page, prepare
from synth.risk.scores import scores_from_poses
from synth.risk.stance import walking_from
from synth.risk.task import TaskInputs, inputs_of

RATE = 30.0
REALISATIONS = 1  # of each task page
CLIPS, SEED = 480, 0  # of explore
_AT_ONCE = 512
Job = Callable[[], list[Clip]]


def recordings() -> list[Job]:
    """CMU's recordings of those that ship."""
    paths = [path for path in embedded("builtin/recordings") if path.name.startswith("cmu-")]
    return [partial(_read, path, None) for path in paths]


def library() -> list[Job]:
    """The pages of postures and of tasks, each task in several realisations; one that cannot be solved is left out."""
    return [
        partial(_read, path, realisation)
        for path in [*embedded("builtin/postures"), *embedded("postures")]
        for realisation in (range(REALISATIONS) if is_task_page(path) else (None,))
    ]


def explored() -> list[Job]:
    """Clips that are made to go everywhere."""
    return [partial(_explored, block) for block in range(blocks(CLIPS))]


def _read(path: Path, realisation: int | None) -> list[Clip]:
    with suppress(InputError):
        return prepare(path, RATE, root=ASSETS, realisation=realisation)[0]
    return []


def _explored(block: int) -> list[Clip]:
    return explore(CLIPS, SEED, block, RATE).clips


# Each source by its key in the file, with its title and what makes its clips; add others here.
SOURCES: dict[str, tuple[str, Callable[[], list[Job]]]] = {
    "cmu": ("CMU's recordings", recordings),
    "library": ("library", library),
    "explore": (f"explore, {CLIPS} clips", explored),
}


def covered_by(job: Job) -> Coverage:
    """The coverage of the clips that a job makes."""
    return reduce(add, map(covered, job()), nothing())


def covered(clip: Clip) -> Coverage:
    """The coverage of a clip's frames, scored with what its task says."""
    joints = _joints(clip)
    task = TaskInputs() if clip.work is None else inputs_of(clip.work, np.arange(clip.frames) / clip.rate)
    scores = scores_from_poses(clip.poses, joints, task, walking_from(joints, clip.rate))
    return coverage(joints, angles=scores.angles, reba=scores.reba.score, owas=scores.owas.code)


def _joints(clip: Clip) -> NDArray[np.float64]:
    """(T, 48, 3) of the body that the clip was solved for, or of the open one."""
    work = clip.work
    coarse = (load_body() if work is None else load_body(gender=work.gender)).proxy()
    betas = np.zeros(10) if work is None else np.array(work.betas)
    starts = range(0, clip.frames, _AT_ONCE)
    each = (
        coarse.posed(clip.poses[at : at + _AT_ONCE], betas, clip.trans[at : at + _AT_ONCE])[1]
        for at in starts
    )
    return np.concatenate(list(each)).astype(np.float64)


def measure() -> dict[str, Coverage]:
    """The coverage of each source."""
    with Pool() as pool:
        return {
            name: reduce(add, pool.imap_unordered(covered_by, jobs()), nothing())
            for name, (_, jobs) in SOURCES.items()
        }


def values(found: dict[str, Coverage]) -> dict[str, Any]:
    """The figures of each source, and of all together."""
    together = reduce(add, found.values())
    out = {name: _figures(one) for name, one in {**found, "all": together}.items()}
    if "explore" in out:
        out["explore"] |= {"clips": CLIPS, "seed": SEED}
    return out


def _figures(one: Coverage) -> dict[str, Any]:
    lacking = ["".join(map(str, code + 1)) for code in np.argwhere(one.owas == 0)]
    more = {"seconds": round(one.postures / RATE), "percent": round(100 * one.share, 1)}
    return {**facts(one), **more, "owas_lacking": ", ".join(lacking) or "none"}


def main(result: Path, chart: Path) -> None:
    found = measure()
    write_key(result, "coverage", "make coverage", values(found), machine())
    write_key(result, "reach", "make coverage", try_cells.measure(), machine())
    chart.write_text(
        figure([(SOURCES[name][0], one) for name, one in found.items()], "coverage of work postures")
    )
    for name, one in found.items():
        print(f"{SOURCES[name][0]}: {one.share:.1%} of reachable cells, {one.postures / RATE:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
