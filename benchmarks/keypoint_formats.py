"""Writers of 2D files: what each tool would write of a recording, for the keypoint fuzzer.

A `Shot` is a recording as it is to be written, by the writer of one of `KINDS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.predict.layouts import LAYOUTS
from synth.body.skeleton import COCO_17

Array = NDArray[np.float64]
K = np.array([[1000.0, 0, 500], [0, 1000, 500], [0, 0, 1]])
SIZE = (1000, 1000)
BETWEEN = {
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


def written_as(points: Array, layout: str) -> Array:
    """(k, 3) joints of a layout, of keypoints (17, 3): those between two others in the middle, others missing."""
    rows = []
    for name in LAYOUTS[layout]:
        if name in COCO_17:
            rows.append(points[COCO_17.index(name)])
        elif name in BETWEEN:
            pair = points[[COCO_17.index(f"{side}_{BETWEEN[name]}") for side in ("left", "right")]]
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
