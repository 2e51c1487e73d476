"""One known recording through every 2D format and quirk: how many inputs are read, refused and wrong.

    python -m benchmarks.keypoint_files docs/results/files_2d.json

Two people walk past a camera. A format writes them as its tool would; a quirk changes what is written as other tools
and people do. An input is *read* where everybody has the same 3D, to 1 mm, at the same time and under one name as when
their keypoints are given to the lifter directly; *refused* where `posemill predict` would say what is wrong; and
*wrong* in every other case. Quirks that make an input unreadable have to be refused.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.keypoint_formats import KINDS, Array, K, Kind, Person, Shot, detectron, detectron2
from benchmarks.results import write_result
from lifter.models.lifter import Lifter, load_lifter
from lifter.predict.inputs import read_input
from lifter.predict.layouts import LAYOUTS
from lifter.predict.readers.format import ReadOptions
from lifter.predict.tracks import rows_of
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError

WITHIN = 0.001  # metres between 3D of a file and of its keypoints
# a standing person who faces the camera, metres from the middle of the hips, x right, y down, z away
_BODY = {
    "nose": (0, -0.65, -0.1), "left_eye": (0.03, -0.68, -0.08), "left_ear": (0.08, -0.66, 0),
    "left_shoulder": (0.18, -0.5, 0), "left_elbow": (0.24, -0.2, 0.02), "left_wrist": (0.28, 0.02, -0.1),
    "left_hip": (0.12, 0, 0), "left_knee": (0.13, 0.42, -0.02), "left_ankle": (0.13, 0.84, 0.03),
}  # fmt: skip


def known(frames: int = 6) -> Shot:
    """The recording: two people who walk past each other at a distance, and turn up in the same order."""
    base = np.array([_BODY.get(name, _mirrored(name)) for name in COCO_17])
    sure = np.linspace(0.6, 0.95, 17)
    found = []
    for t in range(frames):
        people = []
        for track, (x, step, z) in enumerate(((-1.0, 0.03, 4.0), (0.9, -0.01, 3.5)), 1):
            there = base + np.array([x + step * t, 0.02 * track, z])
            there[9] += [0, -0.03 * t, -0.01 * t]  # the left wrist goes up
            pixels = there[:, :2] / there[:, 2:] * 1000 + 500
            points = np.column_stack([pixels, sure])
            people.append(Person(track, points, points))
        found.append((t, tuple(people)))
    return Shot(tuple(found))


def _mirrored(name: str) -> tuple[float, float, float]:
    x, y, z = _BODY[name.replace("right", "left")]
    return -x, y, z


# Quirks: each changes a shot, or gives None where a format cannot have it.
Change = Callable[[Shot, Kind], Shot | None]


def people_changed(shot: Shot, change: Callable[[int, Person], Person]) -> Shot:
    frames = tuple((n, tuple(change(n, each) for each in people)) for n, people in shot.frames)
    return replace(shot, frames=frames)


def tracked(shot: Shot, kind: Kind) -> Shot | None:
    """Identities are written, and the list's order flips."""
    return replace(flipped(shot), tracked=True) if kind.tracks and not kind.one else None


def flipped(shot: Shot) -> Shot:
    return replace(shot, frames=tuple((n, people[:: 1 if n % 2 else -1]) for n, people in shot.frames))


def order_flips(shot: Shot, kind: Kind) -> Shot | None:
    return None if kind.one else flipped(shot)


def gap(shot: Shot, kind: Kind) -> Shot | None:
    """Two frames are missing."""
    if not kind.numbers:
        return None
    return replace(shot, frames=tuple(each for each in shot.frames if each[0] not in (2, 3)))


def later_start(shot: Shot, kind: Kind) -> Shot | None:
    """Numbers start at 8, so that they run over 9 and 10."""
    return replace(shot, frames=tuple((n + 8, people) for n, people in shot.frames)) if kind.numbers else None


def without_confidence(shot: Shot, kind: Kind) -> Shot | None:
    def sure(n: int, each: Person) -> Person:
        return replace(each, expected=np.column_stack([each.expected[:, :2], np.ones(17)]))

    three = kind.write is detectron or not kind.confidences
    return None if three or kind.write is detectron2 else replace(people_changed(shot, sure), pairs=True)


def percent(shot: Shot, kind: Kind) -> Shot | None:
    return replace(shot, percent=True) if kind.confidences and not kind.flags else None


def thrown(shot: Shot, kind: Kind) -> Shot | None:
    """Wrists and ankles anywhere, at confidence 0.01."""
    if not kind.confidences or kind.flags:
        return None
    rng, rows = np.random.default_rng(7), [9, 10, 15, 16]

    def change(n: int, each: Person) -> Person:
        points, expected = each.points.copy(), each.expected.copy()
        points[rows, :2], points[rows, 2] = rng.uniform(0, 1000, (4, 2)), 0.01
        expected[rows] = 0
        return replace(each, points=points, expected=expected)

    return people_changed(shot, change)


def null_joint(shot: Shot, kind: Kind) -> Shot | None:
    """A joint that is not a number in one frame: null, or NaN in arrays."""

    def change(n: int, each: Person) -> Person:
        if n != 1:
            return each
        points, expected = each.points.copy(), each.expected.copy()
        points[7], expected[7] = np.nan, 0
        return replace(each, points=points, expected=expected)

    if kind.flags:
        return None
    return replace(people_changed(shot, change), text=lambda text: text.replace("NaN", "null"))


def word_for_nan(shot: Shot, kind: Kind) -> Shot | None:
    found = null_joint(shot, kind) if kind.json else None
    return None if found is None else replace(found, text=lambda text: text.replace("NaN", "-nan(ind)"))


def zero_joint(shot: Shot, kind: Kind) -> Shot | None:
    """A joint at 0 0 with a confidence, as Ultralytics writes what it is not sure of."""

    def change(n: int, each: Person) -> Person:
        points, expected = each.points.copy(), each.expected.copy()
        points[7, :2], expected[7] = 0, 0
        return replace(each, points=points, expected=expected)

    return people_changed(shot, change)


def absent(shot: Shot, kind: Kind) -> Shot | None:
    fits = kind.write.__qualname__.startswith(("openpose", "alphapose", "mmpose"))
    return (
        replace(shot, absent=({}, None))
        if fits and kind is not KINDS["MMPose inferencer, pictures"]
        else None
    )


def byte_order_mark(shot: Shot, kind: Kind) -> Shot | None:
    return replace(shot, text=lambda text: "\ufeff" + text) if kind.json else None


def stray_files(shot: Shot, kind: Kind) -> Shot | None:
    """Facts about the recording, a broken file, and macOS' hidden file, among the frames."""
    extra = {
        "info.json": b'{"fps": 25}',
        "clip_000001.tmp.json": b'{"peo',
        "._clip_000001.json": b"\0\5\x16\7",
    }
    return replace(shot, files=extra) if kind.folder else None


def in_shares(shot: Shot, kind: Kind) -> Shot:
    def change(n: int, each: Person) -> Person:
        return replace(each, points=each.points / [1000, 1000, 1])

    return replace(people_changed(shot, change), refused=True)


def two_videos(shot: Shot, kind: Kind) -> Shot | None:
    return replace(shot, stems=("camA_", "camB_"), refused=True) if kind.folder else None


def plain(shot: Shot, kind: Kind) -> Shot:
    return shot


QUIRKS: dict[str, Change] = {
    "as it comes": plain, "tracked, order flips": tracked, "order flips": order_flips, "gap": gap,
    "numbers over 10": later_start, "without confidence": without_confidence, "percent": percent,
    "unsure joints anywhere": thrown, "null joints": null_joint, "-nan(ind)": word_for_nan, "joints at 0 0": zero_joint,
    "absent people": absent, "byte order mark": byte_order_mark, "stray files": stray_files,
    "shares of the picture": in_shares, "two videos": two_videos,
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of an input: read, refused or wrong. wanted: read or refused."""

    kind: str
    quirk: str
    wanted: str
    found: str
    why: str = ""

    @property
    def right(self) -> bool:
        return self.found == self.wanted


def tried(kind_name: str, quirk: str, lifter: Lifter, folder: Path) -> Outcome | None:
    """Write, read and compare one input; None where the format cannot have the quirk."""
    kind = KINDS[kind_name]
    shot = known()
    if kind.one:
        shot = replace(shot, frames=tuple((n, people[:1]) for n, people in shot.frames))
    changed = QUIRKS[quirk](shot, kind)
    if changed is None:
        return None
    wanted = "refused" if changed.refused else "read"
    path = kind.write(changed, folder)
    layout = kind.joints if kind.joints == "mpii16" else None
    try:
        recording = read_input(path, ReadOptions(layout=layout), folder)
    except InputError as error:
        return Outcome(kind_name, quirk, wanted, "refused", error.what)
    why = _difference(changed, kind, rows_of(recording), lifter)
    return Outcome(kind_name, quirk, wanted, "wrong" if changed.refused or why else "read", why)


def _difference(shot: Shot, kind: Kind, rows: Any, lifter: Lifter) -> str:
    """In words what differs from the recording; nothing where all is right."""
    people = [(number, each) for number, people in shot.frames for each in people]
    expected = np.array([_expected(each, kind) for _, each in people])
    if len(rows.frame) != len(people):
        return f"{len(rows.frame)} people for {len(people)}"
    n = len(expected)
    poses = lifter.lift(np.concatenate([expected, rows.keypoints]), K)
    places = poses.joints + poses.root[:, None]
    right, found = places[:n], places[n:]
    start = shot.frames[0][0] if kind.numbers else 0
    names: dict[int, set[int]] = {}
    for (number, each), joints in zip(people, right, strict=True):
        at = np.flatnonzero(rows.frame == number - start)
        off = np.abs(found[at] - joints).max((1, 2)) if len(at) else np.array([np.inf])
        if off.min() > WITHIN:
            return f"frame {number}: off by {1000 * off.min():.1f} mm"
        names.setdefault(each.track, set()).add(int(rows.person[at[off.argmin()]]))
    if any(len(each) > 1 for each in names.values()) or len(set.union(*names.values())) < len(names):
        return "people exchange names"
    return ""


def _expected(person: Person, kind: Kind) -> Array:
    points = person.expected.copy()
    if kind.flags or not kind.confidences:
        points[:, 2] = points[:, 2] > 0
    missing = [n for n, name in enumerate(COCO_17) if name not in LAYOUTS[kind.joints]]
    points[missing] = 0
    return points


def run(kinds: Sequence[str] | None = None, quirks: Sequence[str] | None = None) -> list[Outcome]:
    """Every format with every quirk that it can have, lifted by the shipped model."""
    lifter = load_lifter("default")
    found = []
    for kind in kinds or KINDS:
        for quirk in quirks or QUIRKS:
            with tempfile.TemporaryDirectory() as folder:
                outcome = tried(kind, quirk, lifter, Path(folder))
            found += [outcome] if outcome else []
    return found


def table(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures: by format and by quirk how many inputs were tried, read, refused and wrong."""

    def counts(some: Sequence[Outcome]) -> dict[str, int]:
        return {
            "inputs": len(some),
            "read": sum(each.found == "read" for each in some),
            "refused": sum(each.found == "refused" and each.right for each in some),
            "refused though readable": sum(each.found == "refused" and not each.right for each in some),
            "wrong": sum(each.found == "wrong" for each in some),
        }

    return {
        "within_mm": 1000 * WITHIN,
        "all": counts(outcomes),
        "by_format": [
            {"format": kind, **counts([each for each in outcomes if each.kind == kind])} for kind in KINDS
        ],
        "by_quirk": [
            {"quirk": quirk, **counts([each for each in outcomes if each.quirk == quirk])} for quirk in QUIRKS
        ],
        "not_right": [
            f"{each.kind}, {each.quirk}: {each.found} ({each.why})" for each in outcomes if not each.right
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="keypoint_files", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, help="JSON file to write")
    given = parser.parse_args(arguments)
    figures = table(run())
    write_result(given.out, "make files", figures)
    print(json.dumps(figures["all"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
