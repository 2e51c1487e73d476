"""The one table of labels: every array of a sample, with its shape, type, unit, frame and meaning.

The Zarr layout, `info`, `verify`, the loader's types and the exporters are made from it. To add a label, add a
row here and the function in `synth.label` that computes it under the same name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.body.skeleton import COCO_17, JOINTS, SMPL_24

VERSION = 1


@dataclass(frozen=True)
class Label:
    """One array of a part; its first axis, the samples, is not part of `shape`.

    A dimension is a number or a name that a part gives a size: `shape` (betas), `props`, `height`, `width`.
    `kind` is 'all' for labels that every sample has, 'pixels' for those that only come with a picture, and
    'detector' for those that only come where the recipe names a detector.
    """

    name: str
    shape: tuple[int | str, ...]
    dtype: str
    unit: str
    frame: str
    sentence: str
    kind: str = "all"

    def sized(self, sizes: dict[str, int]) -> tuple[int, ...]:
        """The shape with its named dimensions looked up."""
        return tuple(sizes[d] if isinstance(d, str) else d for d in self.shape)


_J, _S, _C = len(JOINTS), len(SMPL_24), len(COCO_17)

LABELS: tuple[Label, ...] = (
    Label("sample", (), "int64", "", "", "Identity of the sample in its recipe; every draw is keyed by it."),
    Label("scene", (), "int64", "", "", "Identity of the scene: samples of one track share camera, props, body."),
    Label("step", (), "int32", "frames", "", "Place of the sample within its track; 0 where there are none."),
    Label("clip", (), "int32", "", "", "Row of the part's table of clips (`part.json`, `clips`)."),
    Label("clip_frame", (), "int32", "frames", "", "Frame within the clip, at the part's frame rate."),
    Label("gender", (), "uint8", "", "", "0 neutral, 1 male, 2 female."),
    Label("betas", ("shape",), "float32", "1 SD", "body", "Shape components of the body."),
    Label("pose", (_S, 3), "float32", "radians", "parent joint", "SMPL pose, axis-angle; the root in the world."),
    Label("trans", (3,), "float32", "metres", "world", "SMPL translation: pelvis = rest pelvis + trans."),
    Label("joints_world", (_J, 3), "float32", "metres", "world", "3D joints, Z up, floor at z = 0."),
    Label("joints_camera", (_J, 3), "float32", "metres", "camera", "3D joints, x right, y down, z forward."),
    Label("joints_image", (_J, 2), "float32", "pixels", "image", "Projection with distortion; NaN behind the camera."),
    Label("visibility", (_J,), "uint8", "", "", "0 seen, 1 hidden by own body, 2 by a prop, 3 outside; from rays."),
    Label("hidden_by", (_J,), "int8", "", "", "Row of `prop` that hides the joint, else -1."),
    Label("hidden", (), "uint8", "joints", "", "How many of COCO's 17 joints are not seen, whatever hides them."),
    Label("band", (), "uint8", "", "", "How many of COCO's 17 props hide: 0 none, 1 one to 4, 2 five to 8, 3 more."),
    Label("box", (4,), "float32", "pixels", "image", "Left, top, right, bottom of the joints, not cut by the edge."),
    Label("intrinsics", (3, 3), "float32", "pixels", "image", "K."),
    Label("rotation", (3, 3), "float32", "", "world to camera", "Rotation of the extrinsics."),
    Label("translation", (3,), "float32", "metres", "camera", "Translation of the extrinsics: x_c = R x_w + t."),
    Label("distortion", (5,), "float32", "", "image", "OpenCV's k1, k2, p1, p2, k3."),
    Label("image_size", (2,), "int32", "pixels", "image", "Width and height."),
    Label("prop", ("props",), "int16", "", "", "Props of the scene: rows of `part.json`'s `props`, -1 for none."),
    Label("prop_rotation", ("props", 3, 3), "float32", "", "prop to world", "Rotation of each prop."),
    Label("prop_translation", ("props", 3), "float32", "metres", "world", "Place of each prop."),
    Label(
        "detection", (_C, 3), "float32", "pixels", "image",
        "COCO's 17 as the recipe's detector reports them: x, y, confidence; 0 0 0 where nothing is.", "detector",
    ),
    Label(
        "detection_error", (_C,), "uint8", "", "",
        "Error of each detection: 0 good, 1 jitter, 2 inversion, 3 swap, 4 miss (far off or not reported).",
        "detector",
    ),
    Label("light", (3,), "float32", "", "world", "Unit vector from the surfaces to the light.", "pixels"),
    Label("image", (), "variable_length_bytes", "", "image", "JPEG, RGB.", "pixels"),
    Label(
        "instance", ("height", "width"), "uint8", "", "image",
        "0 background, 1 the person, 2 + p the prop of row p: the person mask is `instance == 1`.", "pixels",
    ),
    Label(
        "part", ("height", "width"), "uint8", "", "image",
        "On the person, 1 + the number of the SMPL joint that owns the skin; else 0.", "pixels",
    ),
    Label(
        "depth", ("height", "width"), "uint16", "millimetres", "camera",
        "Depth along z of person and props; 0 where there are none, 65535 at and beyond 65.535 m.", "pixels",
    ),
    Label(
        "normal", ("height", "width", 3), "int8", "1/127", "camera",
        "Surface normals of person and props; 0 where there are none.", "pixels",
    ),
    Label(
        "visibility_zbuffer", (_J,), "uint8", "", "",
        "As `visibility`, read from the picture's z-buffer instead of rays.", "pixels",
    ),
)  # fmt: skip

PIXEL_ARRAYS = ("image", "instance", "part", "depth", "normal")


def labels_of(
    kind: str, pixel_arrays: tuple[str, ...] = PIXEL_ARRAYS, detector: bool = True
) -> tuple[Label, ...]:
    """The rows of a part of pairs (`kind` 'pairs') or of images (`kind` 'images', with these pixel arrays), with
    or without a detector's."""
    return tuple(
        row
        for row in LABELS
        if row.kind == "all"
        or (row.kind == "detector" and detector)
        or (
            row.kind == "pixels"
            and kind == "images"
            and (row.name not in PIXEL_ARRAYS or row.name in pixel_arrays)
        )
    )


def bytes_per_sample(label: Label, sizes: dict[str, int]) -> int:
    """Size of one sample of an array before compression; 0 for arrays of varying length."""
    if label.dtype == "variable_length_bytes":
        return 0
    return int(np.prod(label.sized(sizes), dtype=np.int64)) * np.dtype(label.dtype).itemsize
