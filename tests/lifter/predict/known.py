"""People whose lifted joints are known, for the tests of what writes them."""

from __future__ import annotations

import numpy as np

from lifter.predict.camera import CameraSettings, resolve_camera, up_direction
from lifter.predict.lifted import Lifted, angles_of
from lifter.predict.recording import Detection2D, Frame, Recording
from lifter.predict.tracks import rows_of
from tests.lifter.predict.people import SIZE, seen, standing


def known(frames: int = 3, people: int = 1, missing: tuple[int, ...] = ()) -> Lifted:
    """People who stand and face the camera, 3 m away, beside each other; rows in `missing` were not lifted."""
    joints = standing()
    seen_at = [seen(joints, (0.8 * p, 0.0, 3.0)) for p in range(people)]
    frames_of = [
        Frame(
            f"frame {t}", [Detection2D(points, f"person {p + 1}", SIZE) for p, points in enumerate(seen_at)]
        )
        for t in range(frames)
    ]
    recording = Recording("a test", frames_of, rate=10.0)
    rows = rows_of(recording)
    intrinsics, size, camera = resolve_camera(
        rows, recording, CameraSettings(intrinsics=(1000, 1000, 500, 500))
    )
    up, up_from = up_direction(CameraSettings())
    n = len(rows.frame)
    each, sigma = np.tile(joints, (n, 1, 1)), np.full((n, 20), 0.03)
    root = np.stack([0.8 * rows.person, np.zeros(n), np.full(n, 3.0)], 1)
    for values in (each, sigma, root):
        values[list(missing)] = np.nan
    names, angles, spread = angles_of(each, sigma, up)
    reasons = tuple("2 joints detected, 4 are needed" if row in missing else "" for row in range(n))
    return Lifted(
        recording, rows, each, sigma, root, reasons, intrinsics, size, camera, up, up_from, names, angles, spread,
        10.0, "known",
    )  # fmt: skip
