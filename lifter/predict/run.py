"""From an input to a folder: poses.npz, poses.json, poses.trc, poses.bvh, the overlay, page.html, risk.csv, risk.html.

TRC and BVH hold one person a file: poses.trc and poses.bvh the one who is in most frames, poses-2.trc the next.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lifter.data.joints import JOINTS3D
from lifter.data.samples import LEAST
from lifter.models.lifter import Lifter, load_lifter
from lifter.predict import detector, results
from lifter.predict.bvh import bvh_text
from lifter.predict.camera import (
    CameraSettings,
    note_outside,
    resolve_camera,
    resolve_lenses,
    straight_keypoints,
    up_direction,
    upright_axes,
)
from lifter.predict.inputs import read_input
from lifter.predict.lifted import Lifted, angles_of
from lifter.predict.overlay import write_overlays
from lifter.predict.readers.format import ReadOptions
from lifter.predict.recording import Recording
from lifter.predict.risk.page import risk_page
from lifter.predict.risk.people import csv_text, risks_of
from lifter.predict.tracks import rows_of
from lifter.predict.trc import trc_text
from lifter.predict.webpage import page_text
from synth.core.disk import write_atomically
from synth.core.errors import InputError
from synth.core.progress import Progress
from synth.risk.task import TaskInputs

_RATE = 30.0
_MOST_FILES = 20  # people who get a TRC and a BVH


@dataclass(frozen=True)
class PredictOptions:
    """What a user asks for. read: how to read the input. camera: what is known of it. rate: frames a second, where
    the input does not say. mirror: also lift the mirrored person and take the mean. task: what risk is scored with."""

    read: ReadOptions = field(default_factory=ReadOptions)
    camera: CameraSettings = field(default_factory=CameraSettings)
    rate: float | None = None
    mirror: bool = False
    task: TaskInputs = field(default_factory=TaskInputs)


def predict(
    model: str | Path,
    source: Path,
    out: Path,
    options: PredictOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Lift everybody in `source` and write the folder `out`; gives the facts, as in poses.json, and the files.

    model: a checkpoint, the folder of a training, or 'default', which is shipped.

    Raises InputError for a model or an input that cannot be used. An input without people is not an error:
    `empty` then says why nothing was lifted.
    """
    options = options or PredictOptions()
    if options.rate is not None and not 0.01 <= options.rate <= 10_000:
        raise InputError("is not between 0.01 and 10,000", where="--rate", remedy="give frames a second")
    if out.exists() and not out.is_dir():
        raise InputError("is a file", where=str(out), remedy="give a folder for the result")
    lifter = load_lifter(model)
    with _scratch() as scratch:
        recording = read_input(source, options.read, scratch, progress)
        lifted = lift(lifter, recording, options)
        try:
            out.mkdir(parents=True, exist_ok=True)
            files = _write(lifted, source.resolve().name, out, options, scratch)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"cannot be written ({reason})", where=str(out), remedy="check the path"
            ) from error
    return {**results.facts(lifted), "files": files}


def lift(lifter: Lifter, recording: Recording, options: PredictOptions) -> Lifted:
    """Everybody in a recording, lifted. Raises InputError where the camera cannot even be guessed."""
    rows = rows_of(recording, options.rate)
    intrinsics, size, camera = resolve_camera(rows, recording, options.camera)
    note_outside(rows, size, recording)
    lenses = resolve_lenses(rows, intrinsics, options.camera)
    straight = straight_keypoints(rows, intrinsics, lenses, recording)
    people = rows.person if recording.moving else None
    poses = lifter.lift(straight, intrinsics, mirror=options.mirror, sequence=people, frame=rows.frame)
    up, up_from = up_direction(options.camera)
    joints, sigma = poses.joints.astype(np.float64), poses.sigma.astype(np.float64)
    names, angles, spread = angles_of(joints, sigma, up)
    rate = options.rate or recording.rate
    if rate is None and recording.moving and len(recording.frames) > 1:
        recording.notes.append(f"{_RATE:g} frames a second are assumed; --rate says otherwise")
    if not recording.moving and len(recording.frames) > 1:
        recording.notes.append(
            "the pictures are taken for single ones: nobody is followed from one to the next, and no TRC or BVH "
            "is written"
        )
    return Lifted(
        recording=recording,
        rows=rows,
        joints=joints,
        sigma=sigma,
        root=poses.root.astype(np.float64),
        reasons=tuple(
            _reason(points, known) for points, known in zip(straight, poses.predicted, strict=True)
        ),
        intrinsics=intrinsics,
        size=size,
        lenses=lenses,
        camera=camera,
        up=up,
        up_from=up_from,
        angle_names=names,
        angles=angles,
        spread=spread,
        rate=rate or _RATE,
        model=_describe(lifter),
    )


def _reason(points: Any, predicted: bool) -> str:
    """Why a person is not lifted; nothing where they are."""
    if predicted:
        return ""
    count = int((points[:, 2] > 0).sum())
    return f"{count or 'no'} joint{'' if count == 1 else 's'} detected, {LEAST} are needed"


def _describe(lifter: Lifter) -> str:
    return f"{lifter.name}, {lifter.parameters:,} parameters"


def _write(lifted: Lifted, title: str, out: Path, options: PredictOptions, scratch: Path) -> list[str]:
    """Write every file and give their names; what an earlier run left of others is removed."""
    for old in (*out.glob("poses*.trc"), *out.glob("poses*.bvh"), *out.glob("overlay.*")):
        old.unlink()
    if (out / "overlay").is_dir():
        shutil.rmtree(out / "overlay")
    contents: dict[str, bytes] = {
        "poses.npz": results.npz_bytes(lifted),
        "poses.json": results.json_bytes(lifted),
    }
    axes = upright_axes(lifted.up)
    followed = lifted.recording.moving or len(lifted.recording.frames) == 1
    people = sorted(lifted.people() if followed else [], key=lambda one: -int(lifted.done[one[1]].sum()))
    for number, (_, rows) in enumerate(people[:_MOST_FILES], 1):
        frames, places = lifted.timed(rows)
        if not len(frames):
            continue
        known = (places >= 0)[:, None]
        joints = np.where(known[..., None], lifted.joints[places] @ axes.T, np.nan)
        root = np.where(known, lifted.root[places] @ axes.T, np.nan)
        name = "poses" if number == 1 else f"poses-{number}"
        trc = trc_text(f"{name}.trc", JOINTS3D, joints + root[:, None], lifted.rate, int(frames[0]))
        contents |= {f"{name}.trc": trc.encode(), f"{name}.bvh": bvh_text(joints, root, lifted.rate).encode()}
    for name, content in contents.items():
        write_atomically(out / name, content)
    video = lifted.recording.what == "a video"
    python = detector.detector_python(options.read.detector_python) if video else None
    files = [*contents, *write_overlays(lifted, out, python, scratch)]
    risks = risks_of(lifted, options.task)
    files.append("risk.csv")
    write_atomically(out / "risk.csv", csv_text(risks).encode())
    write_atomically(out / "page.html", page_text(lifted, title, [*files, "risk.html"]).encode())
    page = risk_page(lifted, risks, options.task, title, [*files, "page.html"])
    write_atomically(out / "risk.html", page.encode())
    return [*files, "page.html", "risk.html"]


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for pictures, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="posemill-") as folder:
        yield Path(folder)
