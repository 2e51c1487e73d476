"""People in photos and videos, found by a detector that runs in another Python.

MediaPipe 0.10.21 holds its models inside its wheel, so that it works off line, but wants numpy below 2: it gets a
virtual environment of its own, and talks through `mediapipe_detector.py`, whose docstring is the protocol.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from lifter.predict.recording import Array, Figure, Frame, Recording, cleaned, points_of
from synth.core.errors import InputError

VARIABLE = "POSEMILL_DETECTOR_PYTHON"
PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
VIDEOS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".wmv")
_PROGRAM = Path(__file__).with_name("mediapipe_detector.py")
_INSTALL = (
    "make a virtual environment with `pip install mediapipe==0.10.21` and name its Python by --detector-python "
    f"or in {VARIABLE}"
)
_DIAGONAL_35MM = 43.267  # mm: CIPA DCG-001 relates the 35 mm equivalent to the picture's diagonal
_SAME = 0.1  # of a person's extent: whose joints are nearer to each other's is the same person
_MOST_PIXELS = 200_000_000
Tell = Callable[[int, int | None], None]


def detector_python(given: Path | None) -> str:
    """The Python that runs the detector: given, from the environment, or this one where it has mediapipe.

    Raises InputError where there is none.
    """
    chosen = str(given) if given else os.environ.get(VARIABLE)
    if not chosen:
        if importlib.util.find_spec("mediapipe") is None:
            raise InputError(
                "photos and videos need a 2D detector", where="--detector-python", remedy=_INSTALL
            )
        return sys.executable
    if not os.access(chosen, os.X_OK) or Path(chosen).is_dir():
        raise InputError("is no program", where=chosen, remedy=_INSTALL)
    return chosen


def read_photos(paths: list[Path], python: str, scratch: Path, people: int, tell: Tell) -> Recording:
    """People in photos, turned upright as their EXIF says. scratch: a folder for copies."""
    upright, focals = [], []
    for number, path in enumerate(paths):
        picture, focal = open_photo(path)
        upright.append(scratch / f"{number:06d}.png")
        picture.save(upright[-1], compress_level=1)
        focals.append(focal)
    recording = _detect(python, ["photos", *map(str, upright)], people, str(paths[0]), tell)
    for frame, path, copy in zip(recording.frames, paths, upright, strict=True):
        frame.label, frame.picture = path.name, copy
    recording.what = "a photo" if len(paths) == 1 else f"{len(paths)} photos"
    recording.focal = focals[0] if len(set(focals)) == 1 else None
    recording.moving = False
    return recording


def read_video(path: Path, python: str, scratch: Path, people: int, tell: Tell) -> Recording:
    """People in a video's frames. scratch: a folder for pictures of them."""
    recording = _detect(
        python, ["video", str(path.resolve()), "--pictures", str(scratch)], people, str(path), tell
    )
    for number, frame in enumerate(recording.frames):
        frame.label = f"frame {number}"
        frame.picture = None if frame.picture is None else scratch / frame.picture
    recording.what = "a video"
    return recording


def open_photo(path: Path) -> tuple[Image.Image, float | None]:
    """A photo upright in RGB, and its focal length in pixels where EXIF tells it. Raises InputError for none."""
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError("it has too many pixels")
            focal = _exif_focal(picture)
            return ImageOps.exif_transpose(picture).convert("RGB"), focal
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        reason = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
        raise InputError(
            f"is no picture that can be read{reason}", where=str(path), remedy="give a JPEG or PNG"
        ) from error


def _exif_focal(picture: Image.Image) -> float | None:
    """px, from the 35 mm equivalent, or from focal length and the sensor's pixels per unit of length."""
    try:
        tags = picture.getexif().get_ifd(ExifTags.IFD.Exif)
        equivalent = float(tags.get(ExifTags.Base.FocalLengthIn35mmFilm) or 0)
        if 1 < equivalent < 2000:
            return equivalent * float(picture.width**2 + picture.height**2) ** 0.5 / _DIAGONAL_35MM
        unit = {2: 25.4, 3: 10.0, 4: 1.0}.get(int(tags.get(ExifTags.Base.FocalPlaneResolutionUnit) or 2))
        per_unit = float(tags.get(ExifTags.Base.FocalPlaneXResolution) or 0)
        millimetres = float(tags.get(ExifTags.Base.FocalLength) or 0)
        focal = millimetres * per_unit / unit if unit else 0.0
    except (ValueError, TypeError, ZeroDivisionError, KeyError, SyntaxError, OSError):
        return None
    longest = max(picture.size)
    return focal if 0.2 * longest < focal < 50 * longest else None


def write_film(python: str, pictures: Path, out: Path, rate: float) -> None:
    """The pictures of a folder as a video. Raises InputError where it cannot be encoded."""
    partial = out.with_name(f".{out.name}.partial.mp4")
    try:
        with _running(python, ["film", str(partial), str(pictures), "--rate", f"{rate:g}"]) as (_, ended):
            ended(str(out))
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _detect(python: str, arguments: list[str], people: int, where: str, tell: Tell) -> Recording:
    dropped: Counter[str] = Counter()
    frames: list[Frame] = []
    head: dict[str, Any] = {}
    ended = False
    with _running(python, [*arguments, "--people", str(people)]) as (lines, end):
        for line in lines:
            said = _object(line, where)
            if "error" in said:
                raise InputError(
                    f"cannot be read: {said['error']}", where=where,
                    remedy=_INSTALL if "mediapipe" in str(said["error"]) else "give a photo or a video",
                )  # fmt: skip
            if "detector" in said:
                head = said
            elif "people" in said:
                width, height = said["size"]
                figures = [
                    Figure(
                        cleaned(points_of([value for joint in p for value in joint], 17, where), dropped),
                        size=(width, height),
                    )
                    for p in said["people"]
                ]
                figures = _once(figures, dropped)
                picture = None if said["picture"] is None else Path(said["picture"])
                frames.append(Frame("", figures, picture, (width, height)))
                tell(len(frames), head.get("frames"))
            ended = ended or "end" in said
        end(where)
    if not ended or not head:
        raise InputError("the detector stopped half-way", where=where, remedy="run the command again")
    note = f"people were found by {head['detector']}"
    return Recording("", frames, head.get("rate"), [note], dropped=dropped)


def _once(figures: list[Figure], dropped: Counter[str]) -> list[Figure]:
    """Each person once: MediaPipe may find somebody twice, whose joints then lie over each other."""
    kept: list[Figure] = []
    for figure in sorted(figures, key=lambda one: -float(one.keypoints[:, 2].sum())):
        if all(_apart(figure.keypoints, other.keypoints) > _SAME for other in kept):
            kept.append(figure)
    dropped["people found twice"] += len(figures) - len(kept)
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
        said = json.loads(line)
        if isinstance(said, dict):
            return said
    except ValueError:
        pass
    raise InputError("the detector says what is not understood", where=where, remedy=_INSTALL)


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
