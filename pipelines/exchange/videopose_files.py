"""Recordings in the npz layout of VideoPose3D, such as data_3d_h36m.npz and data_2d_h36m_*.npz, read safely.

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

A file that `posemill export videopose` wrote has a subject for every video; its metadata's video_metadata says whose
each is, and its `confidence` how sure the detector was.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy.spatial.transform import Rotation

from pipelines.exchange.recordings import H36M_17, CameraRecording
from synth.body.skeleton import COCO_17
from synth.core.disk import read_json
from synth.core.errors import InputError
from synth.core.npz import open_member
from synth.core.unpickle import NUMPY, read_pickle
from synth.scene.camera import Camera
from synth.scene.lens import pixels

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
_LARGEST_BODY = 60.0  # metres from corner to corner of its box: below a crouching body in centimetres
_LAYOUT = "give the files as VideoPose3D's scripts write them"
# A view is another camera's where its own sees the joints farther away than this share of the picture, and so many
# times farther than the other: detectors are off by a hundredth, cameras by half a picture.
_FAR, _WORSE = 0.05, 3.0
_COMPARED = 200  # frames
_TERMS = "Human3.6M's own licence: academic use only, not to be passed on (vision.imar.ro/human3.6m)"
Pair = tuple[float, float]
Triple = tuple[float, float, float]
Tree = dict[str, dict[str, Any]]  # by subject and action


class _CameraEntry(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

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
class VideoPoseRecordings:
    """The three files, opened. Raises InputError, from `open` and `views`, for whatever of them cannot be used."""

    joints: Tree
    points: Tree
    names: tuple[str, ...]
    cameras: dict[str, Any]
    scale: float
    where: tuple[str, str, str]
    source: str = "Human3.6M"
    licence: str = _TERMS
    rate: float = 50.0

    @classmethod
    def open(cls, data_3d: Path, data_2d: Path, cameras: Path) -> VideoPoseRecordings:
        joints = _tree(read_object(data_3d, "positions_3d"), data_3d, "positions_3d")
        points = _tree(read_object(data_2d, "positions_2d"), data_2d, "positions_2d")
        metadata = read_object(data_2d, "metadata")
        names = _layout(metadata, data_2d)
        if _has(data_2d, "confidence"):
            points = _sure(points, _tree(read_object(data_2d, "confidence"), data_2d, "confidence"), data_2d)
        content = read_json(
            cameras, "give the cameras' JSON; pipelines/exchange/videopose_files.py describes it"
        )
        units = content.get("units") if isinstance(content, dict) else None
        if units not in _SCALE or not isinstance(content.get("cameras"), dict):
            raise InputError(
                "is not a list of cameras",
                where=str(cameras),
                remedy='it is {"units": "millimetres" or "metres", "cameras": {subject: [...]}}',
            )
        places = (str(data_3d), str(data_2d), str(cameras))
        owners = _owners(metadata)
        views = {"/".join(owners.get(key, (key,))): value for key, value in content["cameras"].items()}
        return cls(_by_owner(joints, owners), _by_owner(points, owners), names, views, _SCALE[units], places)

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

    def views(self, subject: str, action: str) -> Iterator[CameraRecording]:
        """Every camera's view of a recording."""
        world = self._world(subject, action)
        seen = self.points.get(subject, {}).get(action)
        if isinstance(seen, np.ndarray):  # views of one length, stacked; or a single view
            seen = [seen] if seen.ndim == 3 else list(seen)
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
        found = [self._entry(entry, f"{subject}[{number}]") for number, entry in enumerate(entries)]
        name = f"{subject}/{action}"
        views = [
            CameraRecording(
                subject,
                action,
                entry.id,
                entry.camera(self.scale),
                world,
                self._points(points, name, len(world)),
                self.names,
            )
            for entry, points in zip(found, seen, strict=True)
        ]
        _require_order(views, self.where[2])
        yield from views

    def _world(self, subject: str, action: str) -> NDArray[np.float64]:
        world = self.joints[subject][action]
        if not _numbers(world) or world.ndim != 3 or world.shape[1] not in (17, 32) or world.shape[2] != 3:
            raise InputError(
                f"{subject}/{action} is not an array of (frames, 17 or 32, 3)",
                where=self.where[0],
                remedy=_LAYOUT,
            )
        world = np.asarray(world, np.float64)
        size = float(
            np.nanmedian(np.linalg.norm(np.nanmax(world, axis=1) - np.nanmin(world, axis=1), axis=1))
        )
        if size > _LARGEST_BODY:
            raise InputError(
                f"the body of {subject}/{action} measures {size:,.0f} m: millimetres or centimetres?",
                where=self.where[0],
                remedy="give positions_3d in metres",
            )
        return world[:, _KEPT] if world.shape[1] == 32 else world

    def _points(self, points: Any, name: str, frames: int) -> NDArray[np.float64]:
        if not _numbers(points) or points.ndim != 3 or points.shape[1:] not in ((17, 2), (17, 3)):
            raise InputError(
                f"{name} is not an array of (frames, 17, 2)", where=self.where[1], remedy=_LAYOUT
            )
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


def _require_order(views: list[CameraRecording], where: str) -> None:
    """The 2D file's views have no names: refuse cameras whose order is not theirs.

    Raises InputError where a view's points lie near the 3D joints as another of the cameras sees them, and far from
    them as its own does.
    """
    for number, view in enumerate(views):
        off = [_apart(view, other.camera) for other in views]
        best = int(np.argmin(off))
        if off[number] > max(_FAR * max(view.camera.width, view.camera.height), _WORSE * off[best]):
            raise InputError(
                f"view {number} of {view.subject}/{view.action} lies {off[number]:.0f} pixels from what its camera "
                f"{view.camera_id} sees, and {off[best]:.0f} from what camera {views[best].camera_id} sees",
                where=where,
                remedy="list the cameras in the order of the 2D file's views",
            )


def _apart(view: CameraRecording, camera: Camera) -> float:
    """The median distance of a view's points from the 3D joints of their names as a camera sees them, pixels."""
    step = max(1, len(view.world) // _COMPARED)
    shared = [name for name in view.names if name in H36M_17]
    world = view.world[::step, [H36M_17.index(name) for name in shared]]
    points = view.points[::step, [view.names.index(name) for name in shared]]
    joints = camera.to_camera(world)
    seen = (points[..., 2] > 0) & (joints[..., 2] > 0)
    image = pixels(np.where(seen[..., None], joints, [0.0, 0.0, 1.0]), camera.intrinsics, camera.distortion)
    apart = np.linalg.norm(image - points[..., :2], axis=2)[seen]
    return float(np.median(apart)) if len(apart) else np.inf


def open_recordings(files: Sequence[Path]) -> VideoPoseRecordings:
    """VideoPose3D's data_3d .npz, data_2d .npz and a cameras' JSON. Raises InputError where they cannot be used."""
    if len(files) != 3:
        raise InputError(
            f"needs 3 files, not {len(files)}", where="videopose", remedy="give data_3d, data_2d and cameras"
        )
    return VideoPoseRecordings.open(*files)


def read_object(path: Path, key: str) -> Any:
    """The object that an npz holds under a key, rebuilt from nothing but arrays, containers and numbers.

    Raises InputError where there is none, or its pickle asks for more.
    """
    with open_member(path, key, most_bytes=_MOST_BYTES, remedy=_LAYOUT) as stream:
        held = read_pickle(stream, NUMPY, where=f"{path}:{key}", purpose="recording")
    if not isinstance(held, np.ndarray) or held.shape != () or not isinstance(held.item(), dict):
        raise InputError(f"'{key}' is not a dictionary", where=str(path), remedy=_LAYOUT)
    return held.item()


def _has(path: Path, key: str) -> bool:
    with zipfile.ZipFile(path) as archive:
        return f"{key}.npy" in archive.namelist()


def _tree(content: dict[Any, Any], path: Path, key: str) -> Tree:
    """A dictionary of dictionaries by words or numbers, with something in it; numbers become words."""
    good = all(
        isinstance(subject, (str, int)) and isinstance(actions, dict)
        and all(isinstance(action, (str, int)) for action in actions)
        for subject, actions in content.items()
    )  # fmt: skip
    if not good or not any(content.values()):
        raise InputError(f"'{key}' is not {{subject: {{action: ...}}}}", where=str(path), remedy=_LAYOUT)
    return {
        str(subject): {str(a): value for a, value in actions.items()} for subject, actions in content.items()
    }


def _sure(points: Tree, confidence: Tree, path: Path) -> Tree:
    """Views (T, 17, 2) with their confidence (T, 17) as (T, 17, 3)."""
    try:
        return {
            subject: {
                action: [
                    np.concatenate([xy, np.asarray(sure, float)[..., None]], axis=2)
                    for xy, sure in zip(views, confidence[subject][action], strict=True)
                ]
                for action, views in actions.items()
            }
            for subject, actions in points.items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "'confidence' does not fit 'positions_2d'", where=str(path), remedy=_LAYOUT
        ) from error


def _owners(metadata: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Subject and action of each video, where video_metadata says so, as our own exports do."""
    videos = metadata.get("video_metadata")
    found = {}
    for name, facts in videos.items() if isinstance(videos, dict) else ():
        if isinstance(facts, dict) and {"subject", "recording", "part", "row"} <= set(facts):
            found[str(name)] = (str(facts["subject"]), f"{facts['recording']} {facts['part']} {facts['row']}")
    return found


def _by_owner(tree: Tree, owners: dict[str, tuple[str, str]]) -> Tree:
    """A tree of videos as one of their subjects and actions; what has no owner stays."""
    found: Tree = {}
    for name, actions in tree.items():
        for action, value in actions.items():
            subject, own = owners.get(name, (name, action)) if len(actions) == 1 else (name, action)
            found.setdefault(subject, {})[own] = value
    return found


def _layout(metadata: dict[str, Any], path: Path) -> tuple[str, ...]:
    """The joints of a 2D file by its metadata: the pairs of left and right distinguish COCO's from Human3.6M's."""
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
