"""A recording of Rerun, to look at samples before training on them (rerun.io): `rerun <title>.rrd` opens it.

<part>/world                    Z up, metres
<part>/world/joints             the joints, 3D
<part>/world/camera             the camera's place and pinhole, without the lens' distortion
<part>/world/camera/image       the picture, where the part has pictures
<part>/world/camera/joints      the joints in pixels
<part>/world/camera/detection   a detector's points in pixels, where the part has detections

The timeline 'row' counts a part's samples. Joints that are not known are left out. Needs `rerun-sdk`, the extra 'view'.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.exchange.samples import Exported, Source, Stretch, new_file
from synth.body.skeleton import BONES, COCO_17, JOINTS, SMPL_PARENT, joint_index
from synth.core.disk import sha256_of
from synth.core.errors import InputError

_NEEDED = ("joints_world", "joints_image", "intrinsics", "rotation", "translation", "image_size")
_ALL, _DETECTED = 0, 1  # Rerun's class ids: of all joints, and of COCO's


def write(source: Source, out: Path) -> Exported:
    """A recording that Rerun's viewer shows: pictures, joints and cameras.

    Raises InputError where rerun-sdk is not installed, or there are no samples.
    """
    try:
        import rerun
    except ImportError as error:
        raise InputError(
            "rerun-sdk is not installed", where="export rerun", remedy="pip install 'posemill[view]'"
        ) from error
    parts, notes = source.able(_NEEDED, "a Rerun export")
    path, samples = out / f"{source.title}.rrd", 0
    # the same samples get the same name
    name = sha256_of(" ".join([source.title, *(part.identity for part in parts)]).encode())
    recording = rerun.RecordingStream("posemill", recording_id=uuid.UUID(name[:32]))
    # a sample has a row, and no time at which it was written
    recording.set_log_time_enabled(False)
    recording.set_log_tick_enabled(False)
    with new_file(path) as stream:
        recording.save(stream.name)
        for part in parts:
            _prepare(rerun, recording, part.name)
            for stretch in source.stretches([part], {*_NEEDED, "image", "detection"}):
                for i, row in enumerate(stretch.rows.tolist()):
                    recording.set_time("row", sequence=row)
                    _log(rerun, recording, stretch, i)
                    samples += 1
        recording.disconnect()  # ends the file
    return Exported([path], samples, notes)


def _prepare(rerun: Any, recording: Any, part: str) -> None:
    """The world's axes, and what joints are called and connected by."""
    names = {_ALL: JOINTS, _DETECTED: COCO_17}
    own = [(joint_index(child), joint_index(parent)) for child, parent in SMPL_PARENT.items() if parent]
    pairs = {_ALL: own, _DETECTED: [(COCO_17.index(a), COCO_17.index(b)) for a, b in BONES]}
    classes = [
        rerun.ClassDescription(
            info=rerun.AnnotationInfo(id=number, label=("joints", "detection")[number]),
            keypoint_annotations=[
                rerun.AnnotationInfo(id=i, label=name) for i, name in enumerate(names[number])
            ],
            keypoint_connections=pairs[number],
        )
        for number in names
    ]
    recording.log(f"{part}/world", rerun.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
    recording.log(f"{part}/world", rerun.AnnotationContext(classes), static=True)


def _log(rerun: Any, recording: Any, stretch: Stretch, i: int) -> None:
    """One sample at the time that was set."""
    world = f"{stretch.part.name}/world"
    values = {name: array[i] for name, array in stretch.arrays.items()}
    rotation = values["rotation"].astype(np.float64)
    width, height = values["image_size"].tolist()
    recording.log(
        f"{world}/camera",
        rerun.Transform3D(translation=-rotation.T @ values["translation"], mat3x3=rotation.T),
        rerun.Pinhole(
            image_from_camera=values["intrinsics"], width=width, height=height,
            camera_xyz=rerun.ViewCoordinates.RDF,
        ),
    )  # fmt: skip
    if "image" in values:
        image = rerun.EncodedImage(contents=bytes(values["image"]), media_type="image/jpeg")
        recording.log(f"{world}/camera/image", image)
    points, ids = _known(values["joints_world"])
    recording.log(f"{world}/joints", rerun.Points3D(points, keypoint_ids=ids, class_ids=_ALL, radii=0.012))
    points, ids = _known(values["joints_image"])
    recording.log(f"{world}/camera/joints", rerun.Points2D(points, keypoint_ids=ids, class_ids=_ALL))
    if "detection" in values:
        seen = np.where(values["detection"][:, 2:] > 0, values["detection"][:, :2], np.nan)
        points, ids = _known(seen)
        recording.log(
            f"{world}/camera/detection", rerun.Points2D(points, keypoint_ids=ids, class_ids=_DETECTED)
        )


def _known(points: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The finite ones of points (n, k), and their numbers."""
    ids = np.flatnonzero(np.isfinite(points).all(axis=1))
    return points[ids], ids
