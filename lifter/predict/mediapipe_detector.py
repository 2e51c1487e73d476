"""A 2D detector as a program of its own: MediaPipe's pose landmarker, for several people, off line.

`lifter.predict.detector` starts it, so that what the library prints, and what a broken video does to it, stays in a
process of its own. Its models ship beside the lifter's (`lifter/assets/build_detector.py` says where they are from).
This file imports nothing of the project, and says on standard output, a JSON object a line:

    {"detector": NAME, "rate": frames a second or null, "frames": how many there should be or null}
    {"size": [width, height], "picture": FILE or null, "people": [[[x, y, confidence] * 17], ...]}   for every frame
    {"end": how many frames there were}    or at any time    {"error": what is wrong}

Bazarevsky et al., 'BlazePose: on-device real-time body pose tracking', 2020.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Iterator
from typing import Any

# COCO's 17 joints among MediaPipe's 33 landmarks
LANDMARKS = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
LEAST = 0.1  # a landmark is always placed; below this confidence, or outside the picture, it is no detection
MODELS = os.path.join(os.path.dirname(__file__), os.pardir, "assets", "pose_landmarker.task")
_QUALITY = 88


def main() -> int:
    parser = argparse.ArgumentParser(description="Find people in photos or a video.")
    parser.add_argument("what", choices=("photos", "video", "film"))
    parser.add_argument(
        "files", nargs="+", help="photos; a video; or, for film, OUT.mp4 and its pictures' folder"
    )
    parser.add_argument("--people", type=int, default=4, help="how many to look for at most")
    parser.add_argument("--pictures", help="folder to write the video's frames to")
    parser.add_argument("--longest", type=int, default=960, help="longer side of those, pixels")
    parser.add_argument("--most", type=int, default=1500, help="how many of those at most")
    parser.add_argument("--rate", type=float, default=30.0, help="frames a second of a film to write")
    given = parser.parse_args()
    lines = os.fdopen(os.dup(1), "w")  # the library prints what it likes on standard output
    os.dup2(2, 1)
    try:
        if given.what == "film":
            film(given.files[0], given.files[1], given.rate)
        else:
            for line in found_in(given):
                print(json.dumps(line), file=lines, flush=True)
    except Unusable as error:
        print(json.dumps({"error": str(error)}), file=lines, flush=True)
        return 2
    return 0


class Unusable(Exception):
    """What cannot be read or written, in words."""


def found_in(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The lines to say."""
    import cv2  # type: ignore[import-not-found,unused-ignore]

    frames, rate, count = (
        video(given.files[0]) if given.what == "video" else (photos(given.files), None, len(given.files))
    )
    landmarker, name = mediapipe_landmarker(given.people, given.what == "video")
    yield {"detector": name, "rate": rate, "frames": count}
    every = max(1, math.ceil((count or 0) / given.most))
    number, milliseconds, written = 0, -1, 0
    for number, picture in enumerate(frames, 1):
        height, width = picture.shape[:2]
        milliseconds = max(milliseconds + 1, round((number - 1) * 1000 / (rate or 30)))
        people = landmarker(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), milliseconds)
        kept = None
        if given.pictures and (number - 1) % every == 0 and written < given.most:
            written += 1
            kept = f"{number - 1:06d}.jpg"
            write_small(os.path.join(given.pictures, kept), picture, given.longest)
        yield {
            "size": [width, height],
            "picture": kept,
            "people": [[in_pixels(person[k], width, height) for k in LANDMARKS] for person in people],
        }
    yield {"end": number}


def in_pixels(landmark: Any, width: int, height: int) -> list[float]:
    """x, y, confidence; zeros for what is outside the picture or hardly there."""
    x, y = landmark.x * width, landmark.y * height
    confidence = min(landmark.visibility or 0.0, landmark.presence or 0.0)
    if confidence < LEAST or not (0 <= x < width and 0 <= y < height):
        return [0.0, 0.0, 0.0]
    return [round(x, 2), round(y, 2), round(confidence, 4)]


def mediapipe_landmarker(people: int, moving: bool) -> tuple[Any, str]:
    """A function of an RGB picture and its time that gives everybody's landmarks, and its name."""
    try:
        import mediapipe  # type: ignore[import-not-found,unused-ignore]
        from mediapipe.tasks.python import (  # type: ignore[import-not-found,unused-ignore]
            BaseOptions,
            vision,
        )
    except ImportError as error:
        raise Unusable(f"mediapipe is not installed for {sys.executable} ({error})") from error
    mode = vision.RunningMode.VIDEO if moving else vision.RunningMode.IMAGE
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=MODELS),
        running_mode=mode, num_poses=people,
        min_pose_detection_confidence=0.3, min_pose_presence_confidence=0.3, min_tracking_confidence=0.3,
    )  # fmt: skip
    landmarker = vision.PoseLandmarker.create_from_options(options)

    def find(rgb: Any, milliseconds: int) -> Any:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        found = landmarker.detect_for_video(image, milliseconds) if moving else landmarker.detect(image)
        return found.pose_landmarks

    return find, f"MediaPipe {mediapipe.__version__} pose landmarker, full"


def photos(files: list[str]) -> Iterator[Any]:
    import cv2

    for path in files:
        picture = cv2.imread(path)
        if picture is None:
            raise Unusable(f"{path} is no picture")
        yield picture


def video(path: str) -> tuple[Iterator[Any], float | None, int | None]:
    """Frames, frames a second, and how many the file says there are."""
    import cv2

    stream = cv2.VideoCapture(path)
    good, first = stream.read() if stream.isOpened() else (False, None)
    if not good:
        raise Unusable("no frame of it can be decoded")
    rate, count = stream.get(cv2.CAP_PROP_FPS), stream.get(cv2.CAP_PROP_FRAME_COUNT)

    def frames() -> Iterator[Any]:
        picture = first
        good = True
        while good:
            yield picture
            good, picture = stream.read()
        stream.release()

    sound = math.isfinite(rate) and 1 <= rate <= 1000
    return frames(), (rate if sound else None), (int(count) if math.isfinite(count) and count > 0 else None)


def write_small(path: str, picture: Any, longest: int) -> None:
    import cv2

    scale = min(1.0, longest / max(picture.shape[:2]))
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if not cv2.imwrite(path, picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]):
        raise Unusable(f"{path} cannot be written")


def film(out: str, folder: str, rate: float) -> None:
    """The pictures of a folder, in the order of their names, as an .mp4.

    H.264 where this OpenCV can encode it; those on PyPI cannot, and MPEG-4 part 2, which players play and browsers do
    not, takes a sixtieth of the time of the VP9 that they have.
    """
    import cv2

    writer = None
    for name in sorted(os.listdir(folder)):
        picture = cv2.imread(os.path.join(folder, name))
        if picture is None:
            raise Unusable(f"{name} is no picture")
        picture = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
        if writer is None:
            size = (picture.shape[1], picture.shape[0])
            for code in ("avc1", "mp4v"):
                writer = cv2.VideoWriter(out, cv2.VideoWriter.fourcc(*code), rate, size)
                if writer.isOpened():
                    break
            else:
                raise Unusable("there is no encoder for .mp4")
        writer.write(picture)
    if writer is None:
        raise Unusable("there are no pictures")
    writer.release()


if __name__ == "__main__":
    raise SystemExit(main())
