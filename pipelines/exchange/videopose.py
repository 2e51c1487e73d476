"""The npz layout of VideoPose3D for videos of one's own (Pavllo et al., 2019, CVPR): its option `-d custom_<title>`.

data_2d_custom_<title>_gt.npz        positions_2d {video: {"custom": [(T, 17, 2) pixels]}}, metadata; Human3.6M's joints
data_2d_custom_<title>_detector.npz  the same of detections, COCO's joints; beside them confidence, of the same tree,
                                     [(T, 17)], 0 where a point was not detected; where there are detections
data_3d_custom_<title>.npz           positions_3d {video: {"custom": (T, 17, 3) metres}}; Human3.6M's joints
cameras_custom_<title>.json          cameras, in the layout that `posemill import videopose` reads

VideoPose3D's CustomDataset takes its subjects from metadata's video_metadata and gives each one action, 'custom', and
one camera of the size there; run.py looks these up in positions_2d. So a video is a subject here: consecutive steps of
a scene, by one camera; gaps make two of one. A sample that no other follows in time is a video of one frame.
video_metadata also says whose each video is: subject, recording, part and first row.

Points that were not detected are interpolated over the video, as VideoPose3D's prepare_data_2d_custom.py does; a joint
that was never detected in a video is NaN. 3D is in the camera's frame, so the cameras have no rotation. All of it is
held in memory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.joint_sets import JointSet
from pipelines.exchange.samples import Exported, Source, all_or_none, new_file
from synth.body.skeleton import COCO_17, JOINT_SETS, mirrored
from synth.core.disk import canonical

_NEEDED = ("joints_camera", "joints_image", "scene", "step", "clip", "intrinsics", "distortion", "image_size")
ACTION = "custom"
H36M = tuple(JOINT_SETS["h36m17"])
Tree = dict[str, dict[str, Any]]


def write(source: Source, out: Path) -> Exported:
    """2D and 3D .npz as VideoPose3D loads videos of one's own (-d custom).

    Raises InputError where there are no samples.
    """
    parts, notes = source.able(_NEEDED, "a VideoPose3D export")
    joints: Tree = {}
    points: Tree = {}
    detections: Tree = {}
    confidence: Tree = {}
    videos: dict[str, Any] = {}
    cameras: dict[str, Any] = {}
    samples = 0
    for part in parts:
        rows = _read(source, part)
        samples += len(rows["scene"])
        own = dict(_videos(part, rows, set(videos)))
        for name, places in own.items():
            first = places[0]
            videos[name] = _described(part, rows, first)
            cameras[name] = [_camera(rows, first)]
            joints[name] = {ACTION: rows["joints_camera"][places]}
            points[name] = {ACTION: [rows["joints_image"][places]]}
            if "detection" in rows:
                found, sure = interpolated(rows["detection"][places])
                detections[name], confidence[name] = {ACTION: [found]}, {ACTION: [sure]}
        notes += _notes(part, list(own.values()), [detections[n][ACTION][0] for n in own if n in detections])
    without = [part.name for part in parts if "detection" not in {label.name for label in part.labels}]
    if detections and without:
        notes.append(f"part {', '.join(without)} has no detections: its videos are in the _gt file only")
    trees = {
        f"data_3d_{ACTION}_{source.title}": {"positions_3d": joints},
        f"data_2d_{ACTION}_{source.title}_gt": _with_metadata(points, "h36m", videos),
    }
    if detections:
        detected = _with_metadata(detections, "coco", videos) | {"confidence": confidence}
        trees[f"data_2d_{ACTION}_{source.title}_detector"] = detected
    with all_or_none() as files:
        for name, content in trees.items():
            with new_file(out / f"{name}.npz") as stream:
                # dictionaries inside an npz are pickles: that is the layout
                np.savez_compressed(stream, **content)
            files.append(out / f"{name}.npz")
        with new_file(out / f"cameras_{ACTION}_{source.title}.json") as stream:
            stream.write(canonical({"units": "metres", "cameras": cameras}))
        files.append(out / f"cameras_{ACTION}_{source.title}.json")
    return Exported(files, samples, notes)


def metadata(layout: str) -> dict[str, Any]:
    """VideoPose3D's description of a 2D layout, 'h36m' or 'coco'."""
    names = H36M if layout == "h36m" else COCO_17
    left = [i for i, name in enumerate(names) if name.startswith("left_")]
    right = [names.index(mirrored(names[i])) for i in left]
    return {"layout_name": layout, "num_joints": len(names), "keypoints_symmetry": [left, right]}


def interpolated(detection: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Points (T, 17, 2) and confidence (T, 17) of detections (T, 17, 3), which are 0 0 0 where there is none.

    A gap is filled linearly, and constantly at the ends; a joint without any detection is NaN.
    """
    points, sure = detection[..., :2].astype(np.float32), detection[..., 2].astype(np.float32)
    seen = (sure > 0) & np.isfinite(points).all(axis=2)
    points[~seen] = np.nan
    frames = np.arange(len(points))
    for joint in np.flatnonzero(seen.any(axis=0) & ~seen.all(axis=0)):
        known = seen[:, joint]
        for axis in range(2):
            points[:, joint, axis] = np.interp(frames, frames[known], points[known, joint, axis])
    return points, np.where(seen, sure, 0).astype(np.float32)


def _with_metadata(tree: Tree, layout: str, videos: dict[str, Any]) -> dict[str, Any]:
    own = {name: videos[name] for name in tree}
    return {"positions_2d": tree, "metadata": {**metadata(layout), "video_metadata": own}}


def _notes(part: Part, videos: list[NDArray[Any]], detected: list[NDArray[Any]]) -> list[str]:
    """What a user of a part's videos has to know."""
    notes = []
    single = sum(len(places) == 1 for places in videos)
    if single:
        notes.append(
            f"part {part.name} is not video: {single:,} samples that do not follow each other in time are "
            "videos of one frame each"
            if single == len(videos)
            else f"part {part.name}: {single:,} of {len(videos):,} videos have a single frame"
        )
    never = sum(bool(np.isnan(points).any()) for points in detected)
    if never:
        notes.append(
            f"part {part.name}: {never:,} of {len(detected):,} videos have joints that were never detected: NaN"
        )
    return notes


def _read(source: Source, part: Part) -> dict[str, NDArray[Any]]:
    """A part's wanted rows with their numbers, joints in Human3.6M's order."""
    joints = JointSet("h36m17")
    pieces: dict[str, list[NDArray[Any]]] = defaultdict(list)
    for stretch in source.stretches([part], {*_NEEDED, "detection"}):
        pieces["row"].append(stretch.rows)
        for name, values in stretch.arrays.items():
            pieces[name].append(joints.apply(values) if name.startswith("joints_") else values)
    return {name: np.concatenate(arrays) for name, arrays in pieces.items()}


def _videos(
    part: Part, rows: dict[str, NDArray[Any]], taken: set[str]
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Name of every video of a part, none of `taken`, and its places among the rows."""
    breaks = (np.diff(rows["scene"]) != 0) | (np.diff(rows["step"]) != 1)
    for places in np.split(np.arange(len(breaks) + 1), np.flatnonzero(breaks) + 1):
        clip = part.facts["clips"][rows["clip"][places[0]]]
        words = (clip["dataset"], clip["subject"], clip["recording"], part.name, rows["row"][places[0]])
        name = "-".join(_word(word) for word in words)
        while name in taken:
            name += "_"
        taken.add(name)
        yield name, places


def _described(part: Part, rows: dict[str, NDArray[Any]], place: int) -> dict[str, Any]:
    """metadata's entry of the video that begins at a place."""
    clip = part.facts["clips"][rows["clip"][place]]
    width, height = rows["image_size"][place].tolist()
    subject = "_".join(_word(clip[key]) for key in ("dataset", "subject"))
    return {
        "w": width, "h": height, "subject": subject, "recording": str(clip["recording"]), "part": part.name,
        "row": int(rows["row"][place]),
    }  # fmt: skip


def _word(value: Any) -> str:
    """Text without blanks, commas and slashes, at which VideoPose3D's options and paths are split, and without '-'."""
    return re.sub(r"[^\w.]+", "_", str(value)).strip("_")


def _camera(rows: dict[str, NDArray[Any]], place: int) -> dict[str, Any]:
    """VideoPose3D's words for a camera that looks along its own frame."""
    matrix, lens = rows["intrinsics"][place].astype(float), rows["distortion"][place].astype(float).tolist()
    width, height = rows["image_size"][place].tolist()
    return {
        "id": "camera", "orientation": [1.0, 0.0, 0.0, 0.0], "translation": [0.0, 0.0, 0.0],
        "center": matrix[:2, 2].tolist(), "focal_length": [float(matrix[0, 0]), float(matrix[1, 1])],
        "radial_distortion": [lens[0], lens[1], lens[4]], "tangential_distortion": lens[2:4],
        "res_w": width, "res_h": height,
    }  # fmt: skip
