"""A 2D detector for photos and videos, in a process of its own: MediaPipe, with the models that ship.

It runs by this Python, or by another that has mediapipe, and talks through `mediapipe_detector.py`, whose docstring
is the protocol.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from lifter.predict.points import points_of
from lifter.predict.recording import Array, Frame, Recording
from synth.body.skeleton import COCO_17
from synth.core.errors import InputError
from synth.core.progress import Progress

VARIABLE = "POSEMILL_DETECTOR_PYTHON"
_PROGRAM = Path(__file__).with_name("mediapipe_detector.py")
_INSTALL = "run `pip install 'posemill[detector]'`"
_SAME = 0.1  # of a person's extent: whose joints are nearer to each other's is the same person


def detector_python(given: Path | None) -> str:
    """The Python that runs the detector: given, from the environment, or this one where it has mediapipe.

    Raises InputError where there is none.
    """
    chosen = str(given) if given else os.environ.get(VARIABLE)
    if not chosen:
        if not has_mediapipe():
            raise InputError(
                "photos and videos need a 2D detector, MediaPipe", where=sys.executable, remedy=_INSTALL
            )
        return sys.executable
    if not os.access(chosen, os.X_OK) or Path(chosen).is_dir():
        raise InputError("is not a program", where=chosen, remedy=_INSTALL)
    return chosen


def has_mediapipe() -> bool:
    """Whether this Python has the detector's library itself."""
    return importlib.util.find_spec("mediapipe") is not None


def write_film(python: str, pictures: Path, out: Path, rate: float) -> None:
    """The pictures of a folder as a video. Raises InputError where it cannot be encoded."""
    partial = out.with_name(f".{out.name}.partial.mp4")
    try:
        with _running(python, ["film", str(partial), str(pictures), "--rate", f"{rate:g}"]) as (_, ended):
            ended(str(out))
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def detect(python: str, arguments: list[str], people: int, where: str, progress: Progress) -> Recording:
    """What the detector finds in photos or a video. people: how many it looks for at most.

    Raises InputError for what it cannot read, and where it fails.
    """
    recording = Recording("")
    head: dict[str, Any] = {}
    total, ended = 0, False
    with _running(python, [*arguments, "--people", str(people)]) as (lines, end):
        for line in lines:
            message = _object(line, where)
            if "error" in message:
                raise InputError(
                    f"cannot be read: {message['error']}", where=where,
                    remedy=_INSTALL if "mediapipe" in str(message["error"]) else "give a photo or a video",
                )  # fmt: skip
            if "detector" in message:
                head = message
                total = head.get("frames") or 0
                if total > 1:
                    progress.begin("looking for people", total, "frames")
            elif "people" in message:
                _add_frame(recording, message, where)
                if 1 < total >= len(recording.frames):
                    progress.advance(1)
            ended = ended or "end" in message
        end(where)
    if not ended or not head:
        raise InputError("the detector stopped half-way", where=where, remedy="run the command again")
    recording.rate = head.get("rate")
    recording.notes.append(f"people were found by {head['detector']}")
    return recording


def _add_frame(recording: Recording, message: dict[str, Any], where: str) -> None:
    width, height = message["size"]
    picture = None if message["picture"] is None else Path(message["picture"])
    frame = Frame("", picture=picture, size=(width, height))
    found = [points_of(person, where, {len(COCO_17)})[0] for person in message["people"]]
    kept = _once(found)
    recording.dropped["people found twice"] += len(found) - len(kept)
    for points in kept:
        recording.add(frame, points, COCO_17)
    recording.frames.append(frame)


def _once(people: list[Array]) -> list[Array]:
    """Each person (17, 3) once: MediaPipe may find somebody twice, whose joints then lie over each other."""
    kept: list[Array] = []
    for points in sorted(people, key=lambda one: -float(one[:, 2].sum())):
        if all(_apart(points, other) > _SAME for other in kept):
            kept.append(points)
    return kept


def _apart(a: Array, b: Array) -> float:
    """The median distance of the joints that both have, over the larger one's extent; 1 where they share none."""
    both = (a[:, 2] > 0) & (b[:, 2] > 0)
    if not both.any():
        return 1.0
    extent = max(float(np.ptp(each[each[:, 2] > 0, :2], axis=0).max()) for each in (a, b))
    return float(np.median(np.linalg.norm(a[both, :2] - b[both, :2], axis=1))) / max(extent, 1.0)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
        if isinstance(message, dict):
            return message
    except ValueError:
        pass
    raise InputError("the detector's output is not understood", where=where, remedy=_INSTALL)


@contextlib.contextmanager
def _running(python: str, arguments: list[str]) -> Iterator[tuple[IO[str], Callable[[str], None]]]:
    """A detector's lines, and a function that waits for its end and raises InputError for a bad one."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "GLOG_minloglevel": "3", "OPENCV_LOG_LEVEL": "OFF"}
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    with tempfile.TemporaryFile("w+", errors="replace") as complaints:
        try:
            process = subprocess.Popen(
                [python, "-u", str(_PROGRAM), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=complaints, text=True, env={**kept, **quiet},
            )  # fmt: skip
        except OSError as error:
            raise InputError(f"cannot be run ({error.strerror})", where=python, remedy=_INSTALL) from error

        def end(where: str) -> None:
            if process.wait():
                complaints.seek(0)
                last = complaints.read()[-2000:].strip().splitlines()
                why = f": {last[-1][:160]}" if last else ""
                raise InputError(f"the detector failed{why}", where=where, remedy=_INSTALL)

        try:
            assert process.stdout is not None
            yield process.stdout, end
        finally:
            process.kill()
            process.wait()
