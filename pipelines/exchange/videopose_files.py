"""Recordings in the npz layout of VideoPose3D, such as data_3d_h36m.npz and data_2d_h36m_*.npz, read without trust.

Dictionaries inside an npz are pickles; only numpy's arrays, dictionaries, lists and numbers are rebuilt from them.
3D is in metres in the world; the cameras come from a JSON file:

    {"units": "millimetres",
     "cameras": {"S1": [{"id": "54138969", "orientation": [w, x, y, z], "translation": [x, y, z],
                         "center": [x, y], "focal_length": [x, y], "radial_distortion": [k1, k2, k3],
                         "tangential_distortion": [p1, p2], "res_w": 1000, "res_h": 1002}, ...], ...}}

a list for each subject, or each "subject/action", in the order of the 2D file's views. The words and numbers are
those of VideoPose3D's h36m_dataset.py: orientation is the camera's rotation to the world as a quaternion,
translation its place in the world, in the file's units ("millimetres" or "metres"). In a checkout of VideoPose3D,

    python -c "import json; from common.h36m_dataset import *
    own, places = h36m_cameras_intrinsic_params, h36m_cameras_extrinsic_params
    views = {subject: [a | b for a, b in zip(own, some)] for subject, some in places.items()}
    json.dump({'units': 'millimetres', 'cameras': views}, open('cameras.json', 'w'))"

writes it for Human3.6M.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError
from scipy.spatial.transform import Rotation

from synth.body.skeleton import COCO_17, JOINT_SETS
from synth.core.disk import read_json
from synth.core.errors import InputError
from synth.core.npz import open_member
from synth.core.unpickle import NUMPY, read_pickle
from synth.scene.camera import Camera

H36M_17 = tuple(JOINT_SETS["h36m17"])
# Human3.6M's 32 joints in their files' order, by the names of the 17 that VideoPose3D keeps
_H36M_32 = (
    "hip", "right_hip", "right_knee", "right_ankle", "", "", "left_hip", "left_knee", "left_ankle", "", "", "",
    "spine", "thorax", "nose", "head", "", "left_shoulder", "left_elbow", "left_wrist", "", "", "", "", "",
    "right_shoulder", "right_elbow", "right_wrist", "", "", "", "",
)  # fmt: skip
_KEPT = [_H36M_32.index(name) for name in H36M_17]
_SYMMETRIES = {"coco": COCO_17, "h36m": H36M_17}
_SCALE = {"millimetres": 0.001, "metres": 1.0}
_MOST_BYTES = 1 << 33
_LAYOUT = "give the files as VideoPose3D's scripts write them"
Pair = tuple[float, float]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class View:
    """One recording as one camera saw it.

    `world` (T, 17, 3) metres, joints as in H36M_17; `points` (T, 17, 3) pixels and confidence (1 where the file has
    none), joints as in `names`; 0 0 0 where not detected.
    """

    subject: str
    action: str
    camera_id: str
    camera: Camera
    world: NDArray[np.float64]
    points: NDArray[np.float64]
    names: tuple[str, ...]


class _CameraEntry(BaseModel):
    id: str = "camera"
    orientation: tuple[float, float, float, float]
    translation: Triple
    center: Pair
    focal_length: Pair
    radial_distortion: Triple = (0.0, 0.0, 0.0)
    tangential_distortion: Pair = (0.0, 0.0)
    res_w: Annotated[int, Field(gt=0)]
    res_h: Annotated[int, Field(gt=0)]

    def camera(self, scale: float) -> Camera:
        w, x, y, z = self.orientation
        rotation = Rotation.from_quat([x, y, z, w]).inv().as_matrix()
        k1, k2, k3 = self.radial_distortion
        intrinsics = np.array(
            [[self.focal_length[0], 0, self.center[0]], [0, self.focal_length[1], self.center[1]], [0, 0, 1]]
        )
        place = np.array(self.translation) * scale
        lens = np.array([k1, k2, *self.tangential_distortion, k3])
        return Camera(intrinsics, rotation, -rotation @ place, self.res_w, self.res_h, lens)


@dataclass(frozen=True)
class Recordings:
    """The three files, opened. Raises InputError, from `open` and `views`, for whatever of them cannot be used."""

    joints: dict[str, dict[str, Any]]
    points: dict[str, dict[str, Any]]
    names: tuple[str, ...]
    cameras: dict[str, Any]
    scale: float
    where: tuple[str, str, str]

    @classmethod
    def open(cls, data_3d: Path, data_2d: Path, cameras: Path) -> Recordings:
        joints = _tree(read_object(data_3d, "positions_3d"), data_3d, "positions_3d")
        points = _tree(read_object(data_2d, "positions_2d"), data_2d, "positions_2d")
        names = _layout(read_object(data_2d, "metadata"), data_2d)
        content = read_json(
            cameras, "give the cameras' JSON; pipelines/exchange/videopose_files.py describes it"
        )
        units = content.get("units") if isinstance(content, dict) else None
        if units not in _SCALE or not isinstance(content.get("cameras"), dict):
            raise InputError(
                "is no list of cameras",
                where=str(cameras),
                remedy='it is {"units": "millimetres" or "metres", "cameras": {subject: [...]}}',
            )
        places = (str(data_3d), str(data_2d), str(cameras))
        return cls(joints, points, names, content["cameras"], _SCALE[units], places)

    def actions(self, subjects: list[str] | None = None) -> list[tuple[str, str]]:
        """Subject and action of every recording, in the 3D file's order."""
        for subject in subjects or []:
            if subject not in self.joints:
                there = ", ".join(self.joints)
                raise InputError(
                    f"has no subject '{subject}'", where=self.where[0], remedy=f"there are: {there}"
                )
        wanted = self.joints if subjects is None else subjects
        return [(subject, action) for subject in wanted for action in self.joints[subject]]

    def views(self, subject: str, action: str) -> Iterator[View]:
        """Every camera's view of a recording."""
        world = self._world(subject, action)
        seen = self.points.get(subject, {}).get(action)
        if not isinstance(seen, (list, tuple)):
            raise InputError(f"has no views of {subject}/{action}", where=self.where[1], remedy=_LAYOUT)
        entries = self.cameras.get(f"{subject}/{action}", self.cameras.get(subject))
        if not isinstance(entries, list) or len(entries) != len(seen):
            count = len(entries) if isinstance(entries, list) else 0
            raise InputError(
                f"has {count} cameras for the {len(seen)} views of {subject}/{action}",
                where=self.where[2],
                remedy="list a camera for each view, in the 2D file's order",
            )
        for number, (entry, points) in enumerate(zip(entries, seen, strict=True)):
            found = self._entry(entry, f"{subject}[{number}]")
            yield View(
                subject, action, found.id, found.camera(self.scale), world,
                self._points(points, f"{subject}/{action}", len(world)), self.names,
            )  # fmt: skip

    def _world(self, subject: str, action: str) -> NDArray[np.float64]:
        world = self.joints[subject][action]
        if not _numbers(world) or world.ndim != 3 or world.shape[1] not in (17, 32) or world.shape[2] != 3:
            raise InputError(
                f"{subject}/{action} is no array of (frames, 17 or 32, 3)",
                where=self.where[0],
                remedy=_LAYOUT,
            )
        world = np.asarray(world, np.float64)
        return world[:, _KEPT] if world.shape[1] == 32 else world

    def _points(self, points: Any, name: str, frames: int) -> NDArray[np.float64]:
        if not _numbers(points) or points.ndim != 3 or points.shape[1:] not in ((17, 2), (17, 3)):
            raise InputError(f"{name} is no array of (frames, 17, 2)", where=self.where[1], remedy=_LAYOUT)
        if len(points) < frames:
            raise InputError(
                f"{name} has {len(points)} frames, and the 3D file {frames}",
                where=self.where[1],
                remedy="give the 2D file that belongs to the 3D file",
            )
        # some of Human3.6M's videos go on after its motion capture has ended
        found = np.ones((frames, 17, 3))
        found[..., : points.shape[2]] = points[:frames]
        found[~np.isfinite(found).all(axis=2) | (found[..., 2] <= 0)] = 0
        return found

    def _entry(self, entry: Any, field: str) -> _CameraEntry:
        try:
            return _CameraEntry.model_validate(entry)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise InputError(
                f"camera {field}: {place or 'entry'}: {first['msg']}",
                where=self.where[2],
                remedy="pipelines/exchange/videopose_files.py describes the file",
            ) from error


def read_object(path: Path, key: str) -> Any:
    """The object that an npz holds under a key, rebuilt from nothing but arrays, containers and numbers.

    Raises InputError where there is none, or its pickle asks for more.
    """
    with open_member(path, key, most_bytes=_MOST_BYTES, remedy=_LAYOUT) as stream:
        held = read_pickle(stream, NUMPY, where=f"{path}:{key}", purpose="recording")
    if not isinstance(held, np.ndarray) or held.shape != () or not isinstance(held.item(), dict):
        raise InputError(f"'{key}' is no dictionary", where=str(path), remedy=_LAYOUT)
    return held.item()


def _tree(content: dict[Any, Any], path: Path, key: str) -> dict[str, dict[str, Any]]:
    """A dictionary of dictionaries by words, with something in it."""
    good = all(
        isinstance(subject, str) and isinstance(actions, dict) and all(isinstance(a, str) for a in actions)
        for subject, actions in content.items()
    )
    if not good or not any(content.values()):
        raise InputError(f"'{key}' is not {{subject: {{action: ...}}}}", where=str(path), remedy=_LAYOUT)
    return content


def _layout(metadata: dict[str, Any], path: Path) -> tuple[str, ...]:
    """The joints of a 2D file by its metadata: which of them are twins tells COCO's from Human3.6M's."""
    for layout, names in _SYMMETRIES.items():
        sides = [{i for i, name in enumerate(names) if name.startswith(side)} for side in ("left_", "right_")]
        try:
            given = [{int(i) for i in side} for side in metadata["keypoints_symmetry"]]
        except (KeyError, TypeError, ValueError):
            given = []
        if given == sides or (not given and metadata.get("layout_name") == layout):
            return names
    raise InputError(
        "its metadata is neither of COCO's 17 joints nor of Human3.6M's", where=str(path), remedy=_LAYOUT
    )


def _numbers(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind in "fiu"
