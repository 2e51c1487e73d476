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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.models.lifter import Lifter, load_lifter
from lifter.predict.inputs import read_input
from lifter.predict.layouts import LAYOUTS
from lifter.predict.readers.format import ReadOptions
from lifter.predict.tracks import rows_of
from synth.body.skeleton import COCO_17
from synth.core.disk import write_atomically
from synth.core.errors import InputError

Array = NDArray[np.float64]
K = np.array([[1000.0, 0, 500], [0, 1000, 500], [0, 0, 1]])
SIZE = (1000, 1000)
WITHIN = 0.001  # metres between 3D of a file and of its keypoints
# a standing person who faces the camera, metres from the middle of the hips, x right, y down, z away
_BODY = {
    "nose": (0, -0.65, -0.1), "left_eye": (0.03, -0.68, -0.08), "left_ear": (0.08, -0.66, 0),
    "left_shoulder": (0.18, -0.5, 0), "left_elbow": (0.24, -0.2, 0.02), "left_wrist": (0.28, 0.02, -0.1),
    "left_hip": (0.12, 0, 0), "left_knee": (0.13, 0.42, -0.02), "left_ankle": (0.13, 0.84, 0.03),
}  # fmt: skip
_BETWEEN = {
    "neck": "shoulder",
    "upper_neck": "shoulder",
    "thorax": "shoulder",
    "mid_hip": "hip",
    "hip": "hip",
}


@dataclass(frozen=True, eq=False)
class Person:
    """track: who it is. points (17, 3): pixels and confidence as written. expected (17, 3): as they have to be read."""

    track: int
    points: Array
    expected: Array


@dataclass(frozen=True, eq=False)
class Shot:
    """A recording as it is to be written. frames: number and people. tracked: whether identities are written. pairs:
    without confidences. layout: of its joints. text: what is done to a file's JSON. files: further ones."""

    frames: tuple[tuple[int, tuple[Person, ...]], ...]
    tracked: bool = False
    pairs: bool = False
    percent: bool = False
    absent: tuple[Any, ...] = ()
    text: Callable[[str], str] = lambda text: text
    files: dict[str, bytes] = field(default_factory=dict)
    stems: tuple[str, ...] = ("clip_",)
    refused: bool = False

    def row(self, person: Person, layout: str) -> Array:
        """(k, 3 or 2) joints of a person in a layout."""
        points = written_as(person.points, layout)
        if self.percent:
            points = points * [1, 1, 100]
        return points[:, :2] if self.pairs else points


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


def written_as(points: Array, layout: str) -> Array:
    """(k, 3) joints of a layout, of keypoints (17, 3): those between two others in the middle, others missing."""
    rows = []
    for name in LAYOUTS[layout]:
        if name in COCO_17:
            rows.append(points[COCO_17.index(name)])
        elif name in _BETWEEN:
            pair = points[[COCO_17.index(f"{side}_{_BETWEEN[name]}") for side in ("left", "right")]]
            rows.append(pair.mean(0) if (pair[:, 2] > 0).all() else np.zeros(3))
        else:
            rows.append(np.zeros(3))
    return np.array(rows)


# Formats: each writes a shot into a folder and gives the path to read.
Write = Callable[[Shot, Path], Path]


@dataclass(frozen=True)
class Kind:
    """A format. joints: a layout. folder: with a file a frame. flags: COCO's, in place of confidences. one: of one
    person alone. tracks: whether it has a place for identities. json: whether it is text. numbers: whether it has a
    place for frame numbers."""

    write: Write
    joints: str = "coco17"
    folder: bool = False
    flags: bool = False
    one: bool = False
    tracks: bool = False
    json: bool = True
    numbers: bool = True
    confidences: bool = True


def _dump(shot: Shot, path: Path, content: Any) -> Path:
    path.write_text(shot.text(json.dumps(content)), encoding="utf-8")
    return path


def _each(
    shot: Shot, folder: Path, content: Callable[[tuple[Person, ...]], Any], name: str = "{:06d}"
) -> Path:
    """A file a frame."""
    for stem in shot.stems:
        for number, people in shot.frames:
            _dump(shot, folder / f"{stem}{name.format(number)}.json", content(people))
    for extra, data in shot.files.items():
        (folder / extra).write_bytes(data)
    return folder


def openpose(layout: str, key: str = "pose_keypoints_2d", name: str = "{:012d}_keypoints") -> Write:
    def write(shot: Shot, folder: Path) -> Path:
        def frame(people: tuple[Person, ...]) -> Any:
            listed: list[Any] = [
                {
                    "person_id": [each.track if shot.tracked else -1],
                    key: shot.row(each, layout).ravel().tolist(),
                }
                for each in people
            ]
            return {"version": 1.3, "people": [*shot.absent, *listed]}

        return _each(shot, folder, frame, name)

    return write


def alphapose(form: str) -> Write:
    people_key, key = {"open": ("people", "pose_keypoints_2d"), "cmu": ("bodies", "joints")}[form]

    def write(shot: Shot, folder: Path) -> Path:
        content = {
            f"{number}.jpg": {
                "version": "AlphaPose v0.3",
                people_key: [
                    *shot.absent, *({key: shot.row(each, "coco18").ravel().tolist()} for each in people)
                ],
            }
            for number, people in shot.frames
        }  # fmt: skip
        return _dump(shot, folder / "alphapose-results.json", content)

    return write


def coco_results(layout: str, image: str, track: str) -> Write:
    def write(shot: Shot, folder: Path) -> Path:
        content = [
            {
                "image_id": number if image == "{}" else image.format(number), "category_id": 1, "score": 0.9,
                "keypoints": shot.row(each, layout).ravel().tolist(), **({track: each.track} if shot.tracked else {}),
            }
            for number, people in shot.frames
            for each in people
        ]  # fmt: skip
        return _dump(shot, folder / "results.json", content)

    return write


def coco_annotations(
    names: Sequence[str], spelling: Callable[[str], str], ids: Callable[[int], Any]
) -> Write:
    rows = [COCO_17.index(name) if name in COCO_17 else -1 for name in names]

    def write(shot: Shot, folder: Path) -> Path:
        def flat(person: Person) -> list[float]:
            points = np.vstack([shot.row(person, "coco17"), np.zeros((1, 2 if shot.pairs else 3))])[rows]
            if not shot.pairs:
                points[:, 2] = 2 * (points[:, 2] > 0)
            return [float(value) for value in points.ravel()]

        content = {
            "images": [
                {"id": ids(n), "file_name": f"f_{n:04d}.jpg", "width": float(SIZE[0]), "height": SIZE[1]}
                for n, _ in shot.frames
            ],
            "annotations": [
                {"id": n, "image_id": n, "category_id": 1, "keypoints": flat(each),
                 **({"track_id": each.track} if shot.tracked else {})}
                for n, people in shot.frames for each in people
            ],
            "categories": [{"id": 1, "name": "person", "keypoints": [spelling(name) for name in names]}],
        }  # fmt: skip
        return _dump(shot, folder / "annotations.json", content)

    return write


def _mmpose(shot: Shot, person: Person, layout: str) -> dict[str, Any]:
    points = shot.row(person, layout)
    found: dict[str, Any] = {"keypoints": points[:, :2].tolist()}
    if not shot.pairs:
        found["keypoint_scores"] = points[:, 2].tolist()
    return found | ({"track_id": person.track} if shot.tracked else {})


def mmpose(form: str, layout: str = "coco17") -> Write:
    def write(shot: Shot, folder: Path) -> Path:
        if form == "folder":
            return _each(shot, folder, lambda people: [_mmpose(shot, each, layout) for each in people])
        frames = [
            {"frame_id": n, "instances": [*shot.absent, *(_mmpose(shot, each, layout) for each in people)]}
            for n, people in shot.frames
        ]
        demo = {"meta_info": {"dataset_name": "coco"}, "instance_info": frames}
        return _dump(shot, folder / "video.json", demo if form == "demo" else frames)

    return write


def ultralytics(form: str) -> Write:
    def write(shot: Shot, folder: Path) -> Path:
        def picture(people: tuple[Person, ...]) -> list[Any]:
            found = []
            for each in people:
                columns = dict(zip(("x", "y", "visible"), shot.row(each, "coco17").T.tolist(), strict=False))
                track = {"track_id": each.track} if shot.tracked else {}
                found.append({"name": "person", "class": 0, "keypoints": columns, **track})
            return found

        if form == "folder":
            return _each(shot, folder, picture)
        return _dump(shot, folder / "a.json", [picture(people) for _, people in shot.frames])

    return write


def detectron2(shot: Shot, folder: Path) -> Path:
    return _each(shot, folder, lambda people: {
        "instances": {"pred_keypoints": [shot.row(each, "coco17").tolist() for each in people]}
    })  # fmt: skip


def arrays(named: bool) -> Write:
    def write(shot: Shot, folder: Path) -> Path:
        people = [(number, each) for number, people in shot.frames for each in people]
        points = np.array([shot.row(each, "coco17") for _, each in people])
        order = np.random.default_rng(1).permutation(17) if named else np.arange(17)
        more: dict[str, Any] = {"joint_names": np.array(COCO_17)[order]} if named else {}
        if shot.tracked:
            more["group"] = np.array([f"person {each.track}" for _, each in people])
        np.savez(
            folder / "a.npz", keypoints_2d=points[:, order], frame=np.array([n for n, _ in people]),
            intrinsics=np.tile(K, (len(people), 1, 1)), image_size=np.tile(SIZE, (len(people), 1)), **more,
        )  # fmt: skip
        return folder / "a.npz"

    return write


def npy(shot: Shot, folder: Path) -> Path:
    found = np.array([[shot.row(each, "coco17") for each in people] for _, people in shot.frames])
    np.save(folder / "a.npy", found[:, 0] if found.shape[1] == 1 else found)
    return folder / "a.npy"


def videopose(shot: Shot, folder: Path) -> Path:
    clip = np.array([shot.row(people[0], "coco17")[:, :2] for _, people in shot.frames])
    metadata = {"layout_name": "coco", "num_joints": 17, "video_metadata": {"a.mp4": {"w": 1000, "h": 1000}}}
    path = folder / "data_2d_custom_a.npz"
    np.savez(
        path,
        positions_2d=np.array({"a.mp4": {"custom": [clip]}}, object),
        metadata=np.array(metadata, object),
    )
    return path


def detectron(shot: Shot, folder: Path) -> Path:
    keypoints, boxes = np.empty(len(shot.frames), object), np.empty(len(shot.frames), object)
    for n, (_, people) in enumerate(shot.frames):
        rows = [shot.row(each, "coco17").T for each in people]
        keypoints[n] = [[], np.array([np.insert(row, 2, 0.0, axis=0) for row in rows])]
        boxes[n] = [[], []]
    np.savez(
        folder / "a.mp4.npz",
        boxes=boxes,
        keypoints=keypoints,
        metadata=np.array({"w": 1000, "h": 1000}, object),
    )
    return folder / "a.mp4.npz"


def _plain(name: str) -> str:
    return name


def _camel(name: str) -> str:
    side, _, rest = name.partition("_")
    return f"{side[0].upper()}_{rest.title()}" if rest else name.title()


_SHUFFLED = tuple(np.array(COCO_17)[np.random.default_rng(0).permutation(17)])
KINDS: dict[str, Kind] = {
    **{
        f"OpenPose {name}": Kind(openpose(name), name, folder=True, tracks=True)
        for name in LAYOUTS if name != "h36m17"
    },
    "OpenPose 1.1": Kind(openpose("coco18", "pose_keypoints"), folder=True, tracks=True),
    "OpenPose, other names": Kind(openpose("body25", name="{}"), folder=True, tracks=True),
    "AlphaPose open": Kind(alphapose("open")),
    "AlphaPose cmu": Kind(alphapose("cmu")),
    "AlphaPose list": Kind(coco_results("coco17", "{}.jpg", "idx"), tracks=True),
    "AlphaPose halpe26": Kind(coco_results("halpe26", "{}.jpg", "idx"), tracks=True),
    "AlphaPose halpe136": Kind(coco_results("halpe136", "{}.jpg", "idx"), tracks=True),
    "COCO results": Kind(coco_results("coco17", "{}", "track_id"), tracks=True),
    "COCO-WholeBody results": Kind(coco_results("wholebody133", "{}", "track_id"), tracks=True),
    "COCO annotations": Kind(coco_annotations(COCO_17, _plain, int), flags=True, tracks=True),
    "COCO annotations, own names": Kind(
        coco_annotations((*_SHUFFLED, "neck"), _camel, str), flags=True, tracks=True
    ),
    "MMPose demo": Kind(mmpose("demo"), tracks=True),
    "MMPose inferencer, video": Kind(mmpose("video"), tracks=True),
    "MMPose inferencer, wholebody": Kind(mmpose("video", "wholebody133"), tracks=True),
    "MMPose inferencer, pictures": Kind(mmpose("folder"), folder=True, tracks=True),
    "Ultralytics, pictures": Kind(ultralytics("folder"), folder=True, tracks=True),
    "Ultralytics, video": Kind(ultralytics("video"), tracks=True, numbers=False),
    "Detectron2": Kind(detectron2, folder=True),
    "VideoPose3D custom": Kind(videopose, one=True, json=False, numbers=False, confidences=False),
    "VideoPose3D Detectron": Kind(detectron, json=False, numbers=False),
    "npz": Kind(arrays(False), tracks=True, json=False),
    "npz with names": Kind(arrays(True), tracks=True, json=False),
    "npy": Kind(npy, json=False, numbers=False),
}  # fmt: skip


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
        "by_format": {kind: counts([each for each in outcomes if each.kind == kind]) for kind in KINDS},
        "by_quirk": {quirk: counts([each for each in outcomes if each.quirk == quirk]) for quirk in QUIRKS},
        "not_right": [
            f"{each.kind}, {each.quirk}: {each.found} ({each.why})" for each in outcomes if not each.right
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="keypoint_files", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path, help="JSON file to write")
    given = parser.parse_args(arguments)
    figures = {"made_by": "python -m benchmarks.keypoint_files", **table(run())}
    write_atomically(given.out, (json.dumps(figures, indent=1) + "\n").encode())
    print(json.dumps(figures["all"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
