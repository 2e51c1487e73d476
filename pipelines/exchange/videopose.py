"""The npz layout of VideoPose3D, which MotionBERT and others read too (Pavllo et al., 2019, CVPR).

data_3d_<title>.npz           positions_3d {subject: {action: (T, 17, 3) metres}}
data_2d_<title>_gt.npz        positions_2d {subject: {action: [(T, 17, 2) pixels]}}, metadata
data_2d_<title>_detector.npz  the same of detections, (T, 17, 3) pixels and confidence, COCO's joints; where there are
cameras_<title>.json          cameras, in the layout that `posemill import h36m` reads

Joints are Human3.6M's 17 in VideoPose3D's order. 3D is in the camera's frame already, so the cameras have no
rotation: a script that goes from world to camera gives what it is given. An action is a track of a part made of
tracks, gaps making two of one; else all samples of a clip, one after another, each with its own camera, and then
there is no entry among the cameras. `np.load(path, allow_pickle=True)["positions_3d"].item()` loads the dictionary.
All of it is held in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.joint_sets import JointSet
from pipelines.exchange.samples import Exported, Source, new_file
from synth.body.skeleton import COCO_17, JOINT_SETS, mirrored
from synth.core.disk import canonical

_NEEDED = ("joints_camera", "joints_image", "scene", "step", "clip", "intrinsics", "distortion", "image_size")
H36M = tuple(JOINT_SETS["h36m17"])
Key = tuple[str, str]  # subject, action
Tree = dict[str, dict[str, Any]]


def write(source: Source, out: Path) -> Exported:
    """data_3d and data_2d .npz as VideoPose3D and MotionBERT load them.

    Raises InputError where there are no samples.
    """
    parts, notes = source.able(_NEEDED, "a VideoPose3D export")
    joints: dict[Key, Any] = {}
    points: dict[Key, Any] = {}
    detections: dict[Key, Any] = {}
    sizes: dict[str, Any] = {}
    cameras: dict[str, Any] = {}
    samples = 0
    for part in parts:
        rows = _read(source, part)
        samples += len(rows["scene"])
        for key, places in _actions(part, rows):
            joints[key] = rows["joints_camera"][places]
            points[key] = [rows["joints_image"][places]]
            width, height = rows["image_size"][places[0]].tolist()
            sizes["/".join(key)] = {"w": width, "h": height}
            if "detection" in rows:
                detections[key] = [rows["detection"][places]]
            if _tracked(part):
                cameras["/".join(key)] = [_camera(rows, places[0])]
    title = source.title
    files = [out / f"data_3d_{title}.npz", out / f"data_2d_{title}_gt.npz"]
    _save(files[0], positions_3d=_tree(joints))
    _save(files[1], positions_2d=_tree(points), metadata={**metadata("h36m"), "video_metadata": sizes})
    if detections:
        files.append(out / f"data_2d_{title}_detector.npz")
        _save(
            files[-1], positions_2d=_tree(detections), metadata={**metadata("coco"), "video_metadata": sizes}
        )
    if cameras:
        files.append(out / f"cameras_{title}.json")
        with new_file(files[-1]) as stream:
            stream.write(canonical({"units": "metres", "cameras": cameras}))
    return Exported(files, samples, notes)


def metadata(layout: str) -> dict[str, Any]:
    """VideoPose3D's description of a 2D layout, 'h36m' or 'coco'."""
    names = H36M if layout == "h36m" else COCO_17
    left = [i for i, name in enumerate(names) if name.startswith("left_")]
    right = [names.index(mirrored(names[i])) for i in left]
    return {"layout_name": layout, "num_joints": len(names), "keypoints_symmetry": [left, right]}


def _tracked(part: Part) -> bool:
    """Whether a scene's samples are steps of one recording by one camera."""
    return part.kind == "imported" or int(part.facts.get("track", 1)) > 1


def _read(source: Source, part: Part) -> dict[str, NDArray[Any]]:
    """A part's wanted rows, joints in Human3.6M's order."""
    joints = JointSet("h36m17")
    pieces: dict[str, list[NDArray[Any]]] = defaultdict(list)
    for stretch in source.stretches([part], {*_NEEDED, "detection"}):
        for name, values in stretch.arrays.items():
            pieces[name].append(joints.apply(values) if name.startswith("joints_") else values)
    return {name: np.concatenate(arrays) for name, arrays in pieces.items()}


def _actions(part: Part, rows: dict[str, NDArray[Any]]) -> Iterator[tuple[Key, NDArray[np.int64]]]:
    """Subject and action of every sequence, and its places among the rows."""
    clips, clip = part.facts["clips"], rows["clip"]
    if _tracked(part):
        breaks = (np.diff(rows["scene"]) != 0) | (np.diff(rows["step"]) != 1)
        for places in np.split(np.arange(len(clip)), np.flatnonzero(breaks) + 1):
            number = f"{rows['scene'][places[0]]} {rows['step'][places[0]]}"
            yield _key(clips[clip[places[0]]], part, number), places
    else:
        for number in np.unique(clip):
            yield _key(clips[number], part, str(number)), np.flatnonzero(clip == number)


def _key(clip: dict[str, Any], part: Part, number: str) -> Key:
    return f"{clip['dataset']} {clip['subject']}", f"{clip['recording']} {part.name} {number}"


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


def _tree(actions: dict[Key, Any]) -> Tree:
    tree: Tree = {}
    for (subject, action), values in actions.items():
        tree.setdefault(subject, {})[action] = values
    return tree


def _save(path: Path, **content: Any) -> None:
    with new_file(path) as stream:
        # dictionaries inside an npz are pickles: that is the layout
        np.savez_compressed(stream, **content)
