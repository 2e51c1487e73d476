"""Lifted people as numbers for programs: `poses.npz` and `poses.json`."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifter.data.joints import JOINTS3D
from lifter.predict.lens import FISHEYE, PINHOLE, Lens
from lifter.predict.lifted import Lifted
from lifter.predict.recording import Array
from synth.body.skeleton import COCO_17

FORMAT = "posemill poses 1"


def npz_bytes(lifted: Lifted) -> bytes:
    """The arrays, a row for everybody in every frame; NaN where not lifted. Can be given to `predict` again."""
    rows = lifted.rows
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        format=np.array(FORMAT),
        frame=rows.frame,
        group=np.array([rows.names[person] for person in rows.person], str),
        keypoints_2d=rows.keypoints,
        joints=lifted.joints.astype(np.float32),
        sigma=lifted.sigma.astype(np.float32),
        root=lifted.root.astype(np.float32),
        lifted=lifted.done,
        intrinsics=lifted.intrinsics,
        image_size=lifted.size.astype(np.int32),
        angles=lifted.angles.astype(np.float32),
        angles_sigma=lifted.spread.astype(np.float32),
        angle_names=np.array(lifted.angle_names, str),
        joint_names_3d=np.array(JOINTS3D),
        joint_names=np.array(COCO_17),
        up=np.tile(lifted.up, (len(rows.frame), 1)),
        rate=np.array(lifted.rate),
        frame_count=np.array(len(lifted.recording.frames)),
        **_distortion(lifted),
    )
    return stream.getvalue()


def _distortion(lifted: Lifted) -> dict[str, Any]:
    """The lenses as `predict` reads them, where there are any; all are of one model."""
    lenses = [lens for lens in lifted.lenses if lens is not None]
    if not lenses:
        return {}
    none = np.zeros(len(lenses[0].coefficients))
    rows = [none if lens is None else lens.coefficients for lens in lifted.lenses]
    return {
        "distortion": np.array(rows),
        "distortion_model": np.array(FISHEYE if lenses[0].fisheye else PINHOLE),
    }


def json_bytes(lifted: Lifted) -> bytes:
    """The same as JSON; null where not lifted, with the reason."""
    rows, recording = lifted.rows, lifted.recording
    k, done = lifted.intrinsics, lifted.done
    angles, spreads = (_named(lifted, values) for values in (lifted.angles, lifted.spread))
    content = {
        **facts(lifted),
        "joint_names": list(JOINTS3D),
        "keypoint_names": list(COCO_17),
        "units": "metres, pixels, degrees",
        "axes": "the camera's: x right, y down, z forward; joints from the middle of the hips, root is its place",
        "sigma_is": "one standard deviation of a joint along each axis, metres",
        "frames": [frame.label for frame in recording.frames],
        "rows": [
            {
                "frame": int(rows.frame[n]),
                "person": rows.names[rows.person[n]],
                "lifted": not lifted.reasons[n],
                "reason": lifted.reasons[n] or None,
                "image_size": lifted.size[n].tolist() if lifted.size[n].any() else None,
                "intrinsics": listed(k[n][[0, 1, 0, 1], [0, 1, 2, 2]], 3),
                **({"distortion": lens.coefficients.tolist()} if (lens := _lens(lifted, n)) else {}),
                "keypoints": listed(rows.keypoints[n], 3),
                "joints": _where(done[n], lifted.joints[n], 4),
                "sigma": _where(done[n], lifted.sigma[n], 4),
                "root": _where(done[n], lifted.root[n], 4),
                "angles": angles[n],
                "angles_sigma": spreads[n],
            }
            for n in range(len(rows.frame))
        ],
    }
    return (json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _lens(lifted: Lifted, row: int) -> Lens | None:
    return lifted.lenses[row] if lifted.lenses else None


def facts(lifted: Lifted) -> dict[str, Any]:
    """What was read, how, and how many were lifted, in words and numbers; no number is NaN or infinite."""
    recording, done = lifted.recording, lifted.done
    reasons: dict[str, int] = {}
    for reason in lifted.reasons:
        if reason:
            reasons[reason] = reasons.get(reason, 0) + 1
    empty = None
    if not done.any():
        empty = "no person was found" if not len(done) else "nobody could be lifted: " + ", ".join(reasons)
    return {
        "format": FORMAT,
        "model": lifted.model,
        "input": recording.what,
        "frame_count": len(recording.frames),
        "rate": lifted.rate,
        "people": [name for name, _ in lifted.people()],
        "lifted": int(done.sum()),
        "not_lifted": reasons,
        "empty": empty,
        "camera": lifted.camera,
        "up": lifted.up.tolist(),
        "up_from": lifted.up_from,
        "notes": recording.notes,
        "dropped": {what: count for what, count in recording.dropped.items() if count},
    }


def listed(values: Any, digits: int) -> Any:
    """Nested lists of rounded numbers, whole ones for no digits, with None for each that is not finite."""
    array = np.asarray(values, np.float64)
    known = np.isfinite(array)
    rounded = np.round(np.where(known, array, 0.0), digits)
    plain: NDArray[Any] = (rounded if digits else rounded.astype(np.int64)).astype(object)
    plain[~known] = None
    return plain.tolist()


def _where(known: bool, values: Any, digits: int) -> Any:
    return listed(values, digits) if known else None


def _named(lifted: Lifted, values: Array) -> list[dict[str, float | None] | None]:
    """For every row its angles by name, None where it was not lifted."""
    return [
        dict(zip(lifted.angle_names, listed(row, 2), strict=True)) if done else None
        for row, done in zip(values, lifted.done, strict=True)
    ]
