"""The one table of labels: every array of a sample, with its shape, type, unit, frame, codes and meaning.

The Zarr layout, `info`, `verify`, the checks of soundness, the data card, the exporters, the importers and the loader's
fields are made from it. To add a label, add a row here and the function in `synth.label` that computes it. Another
package adds rows of its own by an entry point of `posemill.labels`, which gives a `Label` or a tuple of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synth.body.skeleton import COCO_17, JOINTS, SMPL_24
from synth.core.errors import InputError
from synth.core.registry import Registry
from synth.risk.angles import NAMES as ANGLE_NAMES
from synth.risk.static import EN_PARTS, ISO_PARTS

VERSION = 1


@dataclass(frozen=True)
class Label:
    """One array of a part; its first axis, the samples, is not part of `shape`.

    A dimension is a number or a name that a part gives a size: `shape` (betas), `props`, `height`, `width`.
    `kind` is 'all' for labels that every sample has, 'pixels' for those that only come with a picture, and
    'detector' for those that only come where the recipe names a detector.

    by: the function that computes it, as 'module:function'; several rows may name one. Of kind 'all' it takes a
    `synth.label.Batch` and returns arrays by name, of kind 'pixels' a `synth.render.labels.Shot` and returns the value
    of one sample. Empty for identities, which the plan gives. codes: what each value means, where values are codes; a
    value without one is a fault. limits: least and greatest value there can be. nan: why a value may be NaN; empty for
    labels whose every value is a finite number. imported: recordings of others have it, with NaN for what they lack.
    added: it came after corpora were made without it: a part that lacks it stays as it is, and grows without it.
    """

    name: str
    shape: tuple[int | str, ...]
    dtype: str
    unit: str
    frame: str
    sentence: str
    kind: str = "all"
    by: str = ""
    codes: Mapping[int, str] = field(default_factory=dict, hash=False)
    limits: tuple[float, float] | None = None
    nan: str = ""
    imported: bool = False
    added: bool = False

    def sized(self, sizes: dict[str, int]) -> tuple[int, ...]:
        """The shape with its named dimensions looked up."""
        return tuple(sizes[d] if isinstance(d, str) else d for d in self.shape)

    @property
    def of_joints(self) -> bool:
        """Whether its first axis is that of `JOINTS`."""
        return self.shape[:1] == (len(JOINTS),)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the codes in the order of their values."""
        return tuple(word for _, word in sorted(self.codes.items()))


_J, _S, _C = len(JOINTS), len(SMPL_24), len(COCO_17)
MOST_FURNITURE = 24  # pieces of a sample's task
_MOST_PROPS = MOST_FURNITURE + 8  # of a scene: with those that are drawn, as recipes are checked
_STATES = dict(enumerate(("seen", "hidden by own body", "hidden by a prop", "outside the picture")))
_PROP_ROWS = {row: f"prop of row {row}" for row in range(_MOST_PROPS)}
_PERSON, _PROJECTION = "synth.label.geometry:person", "synth.label.geometry:projection"
_CAMERA, _OCCLUSION = "synth.label.geometry:camera", "synth.label.occlusion:occlusion"
_DETECT = "synth.detector.detector:Detector.detect"
_RISK = "synth.label.risk:risk"
_ZONES = {0: "acceptable", 1: "acceptable under conditions", 2: "not recommended"}

IDENTITIES = ("sample", "scene", "step", "clip", "clip_frame")  # given by the plan

LABELS: tuple[Label, ...] = (
    Label(
        "sample", (), "int64", "", "",
        "Identity of the sample in its recipe; every draw is keyed by it.",
        imported=True,
    ),
    Label(
        "scene", (), "int64", "", "",
        "Identity of the scene: samples of one track share camera, props, body.",
        imported=True,
    ),
    Label(
        "step", (), "int32", "frames", "",
        "Place of the sample within its track; 0 where there are none.",
        imported=True,
    ),
    Label(
        "clip", (), "int32", "", "",
        "Row of the part's table of clips (`part.json`, `clips`).",
        imported=True,
    ),
    Label(
        "clip_frame", (), "int32", "frames", "",
        "Frame within the clip, at the part's frame rate.",
        imported=True,
    ),
    Label(
        "gender", (), "uint8", "", "",
        "0 neutral, 1 male, 2 female.",
        by=_PERSON, codes={0: "neutral", 1: "male", 2: "female"},
    ),
    Label(
        "betas", ("shape",), "float32", "1 SD", "body",
        "Shape components of the body.",
        by=_PERSON,
    ),
    Label(
        "pose", (_S, 3), "float32", "radians", "parent joint",
        "SMPL pose, axis-angle; the root in the world.",
        by=_PERSON,
    ),
    Label(
        "trans", (3,), "float32", "metres", "world",
        "SMPL translation: pelvis = rest pelvis + trans.",
        by=_PERSON,
    ),
    Label(
        "joints_world", (_J, 3), "float32", "metres", "world",
        "3D joints, Z up, floor at z = 0.",
        by=_PERSON, imported=True,
    ),
    Label(
        "joints_camera", (_J, 3), "float32", "metres", "camera",
        "3D joints, x right, y down, z forward.",
        by=_PROJECTION, imported=True,
    ),
    Label(
        "joints_image", (_J, 2), "float32", "pixels", "image",
        "Projection with distortion; NaN behind the camera.",
        by=_PROJECTION, nan="behind the camera", imported=True,
    ),
    Label(
        "visibility", (_J,), "uint8", "", "",
        "0 seen, 1 hidden by own body, 2 by a prop, 3 outside; from rays.",
        by=_OCCLUSION, codes=_STATES,
    ),
    Label(
        "hidden_by", (_J,), "int8", "", "",
        "Row of `prop` that hides the joint, else -1.",
        by=_OCCLUSION, codes={-1: "no prop", **_PROP_ROWS},
    ),
    Label(
        "hidden", (), "uint8", "joints", "",
        "How many of COCO's 17 joints are not seen, whatever hides them.",
        by=_OCCLUSION, limits=(0, _C),
    ),
    Label(
        "band", (), "uint8", "", "",
        "How many of COCO's 17 props hide: 0 none, 1 one to 4, 2 five to 8, 3 more.",
        by=_OCCLUSION, codes={0: "0", 1: "1-4", 2: "5-8", 3: "9+"},
    ),
    Label(
        "box", (4,), "float32", "pixels", "image",
        "Left, top, right, bottom of the joints, not cut by the edge.",
        by=_PROJECTION, imported=True,
    ),
    Label(
        "intrinsics", (3, 3), "float32", "pixels", "image",
        "K.",
        by=_CAMERA, imported=True,
    ),
    Label(
        "rotation", (3, 3), "float32", "", "world to camera",
        "Rotation of the extrinsics.",
        by=_CAMERA, imported=True,
    ),
    Label(
        "translation", (3,), "float32", "metres", "camera",
        "Translation of the extrinsics: x_c = R x_w + t.",
        by=_CAMERA, imported=True,
    ),
    Label(
        "distortion", (5,), "float32", "", "image",
        "OpenCV's k1, k2, p1, p2, k3.",
        by=_CAMERA, imported=True,
    ),
    Label(
        "image_size", (2,), "int32", "pixels", "image",
        "Width and height.",
        by=_CAMERA, imported=True,
    ),
    Label(
        "prop", ("props",), "int16", "", "",
        "Props of the scene: rows of `part.json`'s `props`, -1 for none.",
        by=_OCCLUSION,
    ),
    Label(
        "prop_rotation", ("props", 3, 3), "float32", "", "prop to world",
        "Rotation of each prop.",
        by=_OCCLUSION,
    ),
    Label(
        "prop_translation", ("props", 3), "float32", "metres", "world",
        "Place of each prop.",
        by=_OCCLUSION,
    ),
    Label(
        "risk_angles", (len(ANGLE_NAMES),), "float16", "degrees", "body",
        "Ergonomic angles in the order of `synth.risk.angles.NAMES`, from the rotations.",
        by=_RISK, added=True,
    ),
    Label(
        "load", (), "float32", "kilograms", "",
        "What the hands carry, as the task's page says; 0 for recordings.",
        by=_RISK, limits=(0, 1000), added=True,
    ),
    Label(
        "rula", (2,), "int8", "", "",
        "RULA (McAtamney & Corlett 1993) of left and right, 1 to 7.",
        by=_RISK, limits=(1, 7), added=True,
    ),
    Label(
        "reba", (2,), "int8", "", "",
        "REBA (Hignett & McAtamney 2000) with the left and with the right arm, 1 to 15.",
        by=_RISK, limits=(1, 15), added=True,
    ),
    Label(
        "owas", (4,), "int8", "", "",
        "OWAS code (Karhu 1977): back 1-4, arms 1-3, legs 1-7, load 1-3.",
        by=_RISK, limits=(1, 7), added=True,
    ),
    Label(
        "owas_class", (), "int8", "", "",
        "OWAS action class of the code, 1 to 4.",
        by=_RISK, limits=(1, 4), added=True,
    ),
    Label(
        "iso_11226", (len(ISO_PARTS),), "int8", "", "",
        "ISO 11226:2000 as a static posture: trunk, head, neck, left and right upper arm.",
        by=_RISK, codes=_ZONES, added=True,
    ),
    Label(
        "en_1005_4", (len(EN_PARTS),), "int8", "", "",
        "EN 1005-4:2005+A1 as a static posture: trunk, trunk sideways, head, head sideways, upper arms.",
        by=_RISK, codes=_ZONES, added=True,
    ),
    Label(
        "detection", (_C, 3), "float32", "pixels", "image",
        "COCO's 17 as the recipe's detector reports them: x, y, confidence; 0 0 0 where nothing is.", "detector",
        by=_DETECT, imported=True,
    ),
    Label(
        "detection_error", (_C,), "uint8", "", "",
        "Error of each detection: 0 good, 1 jitter, 2 inversion, 3 swap, 4 miss (far off or not reported).",
        "detector",
        by=_DETECT, codes=dict(enumerate(("good", "jitter", "inversion", "swap", "miss"))),
    ),
    Label(
        "light", (3,), "float32", "", "world",
        "Unit vector from the surfaces to the light.", "pixels",
        by="synth.render.labels:light",
    ),
    Label(
        "image", (), "variable_length_bytes", "", "image",
        "JPEG, RGB.", "pixels",
        by="synth.render.labels:image",
    ),
    Label(
        "instance", ("height", "width"), "uint8", "", "image",
        "0 background, 1 the person, 2 + p the prop of row p: the person mask is `instance == 1`.", "pixels",
        by="synth.render.labels:instance",
        codes={0: "background", 1: "the person", **{2 + row: word for row, word in _PROP_ROWS.items()}},
    ),
    Label(
        "part", ("height", "width"), "uint8", "", "image",
        "On the person, 1 + the number of the SMPL joint that owns the skin; else 0.", "pixels",
        by="synth.render.labels:part",
        codes={0: "not the person", **{1 + joint: name for joint, name in enumerate(SMPL_24)}},
    ),
    Label(
        "depth", ("height", "width"), "uint16", "millimetres", "camera",
        "Depth along z of person and props; 0 where there are none, 65535 at and beyond 65.535 m.", "pixels",
        by="synth.render.labels:depth",
    ),
    Label(
        "normal", ("height", "width", 3), "int8", "1/127", "camera",
        "Surface normals of person and props; 0 where there are none.", "pixels",
        by="synth.render.labels:normal",
    ),
    Label(
        "visibility_zbuffer", (_J,), "uint8", "", "",
        "As `visibility`, read from the picture's z-buffer instead of rays.", "pixels",
        by="synth.render.labels:visibility_zbuffer", codes=_STATES,
    ),
)  # fmt: skip

PIXEL_ARRAYS = ("image", "instance", "part", "depth", "normal")  # those of pixels that a recipe may leave out
ROWS: Registry[Label | tuple[Label, ...]] = Registry(
    "label", "posemill.labels", {"posemill": f"{__name__}:LABELS"}
)


def every_label() -> tuple[Label, ...]:
    """Ours, then those of other packages. Raises InputError where a package gives something else, or a name twice."""
    found: dict[str, Label] = {}
    for source, given in ROWS.all().items():
        rows = given if isinstance(given, tuple) else (given,)
        for row in rows:
            if not isinstance(row, Label) or row.name in found:
                what = f"gives the label '{row.name}' again" if isinstance(row, Label) else "gives no Label"
                raise InputError(
                    f"'{source}' {what}",
                    where=f"entry point {ROWS.group}",
                    remedy="repair or remove the package that registers it",
                )
            found[row.name] = row
    return tuple(found.values())


def row_of(name: str) -> Label:
    """The row of a label. Raises InputError for a name that there is not."""
    rows = {row.name: row for row in every_label()}
    if name not in rows:
        raise InputError(
            f"there is no label '{name}'", where="label", remedy=f"choose one of {', '.join(rows)}"
        )
    return rows[name]


def labels_of(
    kind: str,
    pixel_arrays: tuple[str, ...] = PIXEL_ARRAYS,
    detector: bool = True,
    there: Collection[str] | None = None,
) -> tuple[Label, ...]:
    """The rows of a part of pairs (`kind` 'pairs') or of images (`kind` 'images', with these pixel arrays), with
    or without a detector's. there: the arrays of a part that was made before, which gets none that came later."""
    return tuple(
        row
        for row in every_label()
        if not (row.added and there is not None and row.name not in there)
        if row.kind == "all"
        or (row.kind == "detector" and detector)
        or (
            row.kind == "pixels"
            and kind == "images"
            and (row.name not in PIXEL_ARRAYS or row.name in pixel_arrays)
        )
    )


def functions_of(rows: Iterable[Label], kind: str) -> list[Callable[..., Any]]:
    """The functions that rows of a kind name: of 'pixels' one a row, of 'all' each once, in the order of the rows.

    Raises InputError where one cannot be imported, or a row of another package names none.
    """
    wanted = [row for row in rows if row.kind == kind and (row.by or row.name not in IDENTITIES)]
    loaded = {by: _load(row) for by, row in {row.by: row for row in reversed(wanted)}.items()}
    names = [row.by for row in wanted] if kind == "pixels" else dict.fromkeys(row.by for row in wanted)
    return [loaded[name] for name in names]


def _load(row: Label) -> Callable[..., Any]:
    from synth.label.compute import load_function  # what is needed to make samples, not to read them

    try:
        return load_function(row.by)
    except Exception as error:  # another package's code may raise anything
        raise InputError(
            f"label '{row.name}' cannot be computed: '{row.by}' cannot be imported ({error})",
            where="labels",
            remedy="install the package that gives this label, or repair it",
        ) from error


def bytes_per_sample(label: Label, sizes: dict[str, int]) -> int:
    """Size of one sample of an array before compression; 0 for arrays of varying length."""
    if label.dtype == "variable_length_bytes":
        return 0
    return int(np.prod(label.sized(sizes), dtype=np.int64)) * np.dtype(label.dtype).itemsize
