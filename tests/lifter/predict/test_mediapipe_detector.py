"""The detector's program as far as it runs without MediaPipe: landmarks, confidences, and what cannot be opened."""

from __future__ import annotations

from lifter.predict.mediapipe_detector import LANDMARKS, in_pixels
from synth.body.skeleton import COCO_17


def test_landmarks_of_coco() -> None:
    # MediaPipe's landmarks: 0 nose, 2 and 5 eyes, 7 and 8 ears, 11 and on shoulders, ... , left before right
    assert [
        LANDMARKS[COCO_17.index(name)] for name in ("nose", "left_eye", "right_ear", "left_shoulder")
    ] == [0, 2, 8, 11]
    assert [LANDMARKS[COCO_17.index(name)] for name in ("right_wrist", "left_hip", "right_ankle")] == [
        16,
        23,
        28,
    ]

    class Mark:
        x, y, visibility, presence = 0.5, 0.25, 0.8, 0.9

    assert in_pixels(Mark, 200, 100) == [100.0, 25.0, 0.8]
    Mark.presence = 0.05
    assert in_pixels(Mark, 200, 100) == [0.0, 0.0, 0.0]
    Mark.presence, Mark.x = 0.9, 1.2
    assert in_pixels(Mark, 200, 100) == [0.0, 0.0, 0.0]
