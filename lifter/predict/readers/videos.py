"""Videos: people in every frame, found by the detector."""

from __future__ import annotations

from lifter.predict.detector import detect, detector_python
from lifter.predict.readers.format import Format, ReadOptions, Source
from lifter.predict.recording import Recording

VIDEOS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".mts", ".wmv")


def read_video(source: Source, options: ReadOptions) -> Recording:
    """People in a video's frames. Raises InputError for what is not one, and where there is no detector."""
    recording = detect(
        detector_python(options.detector_python),
        ["video", str(source.path.resolve()), "--pictures", str(source.scratch)],
        options.most_people,
        str(source.path),
        source.progress,
    )
    for number, frame in enumerate(recording.frames):
        frame.label = f"frame {number}"
        frame.picture = None if frame.picture is None else source.scratch / frame.picture
    recording.what = "a video"
    return recording


FORMAT = Format("a video", VIDEOS, lambda source: True, read_video)
