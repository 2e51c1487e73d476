"""COCO keypoints: images in a folder and annotations as pycocotools loads them.

images/<part>/<row>.jpg
annotations/person_keypoints_<split, selection or all>.json

Lin et al., 'Microsoft COCO: common objects in context', 2014; the format as cocodataset.org describes it. COCO's
flag v is 2 for a joint that is seen, 1 for a hidden one (by the own body or a prop), 0, without a place, for one
outside the picture. Where a part has masks, the segmentation, box and area are those of the person's visible pixels;
where it has none, or nothing of the person is seen, the box is that of the joints, cut at the picture's edge, and
the area the box's. Pixel centres lie at +0.5, as in the corpus.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pipelines.exchange.samples import Exported, Source, Stretch, all_or_none, licences, new_file
from synth.body.skeleton import COCO_17, joint_index
from synth.core.errors import InputError
from synth.scene.visibility import Visibility

_NEEDED = ("image", "joints_image", "visibility", "box", "image_size")
_COCO = [joint_index(f"coco_{name}") for name in COCO_17]
# COCO's own list of limbs, which counts joints from 1
_LIMBS = [
    [16, 14], [14, 12], [17, 15], [15, 13], [12, 13], [6, 12], [7, 13], [6, 7], [6, 8], [7, 9],
    [8, 10], [9, 11], [2, 3], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 7],
]  # fmt: skip
_PERSON = {
    "id": 1, "name": "person", "supercategory": "person", "keypoints": list(COCO_17), "skeleton": _LIMBS,
}  # fmt: skip


def write(source: Source, out: Path) -> Exported:
    """Pictures and keypoints as JSON, as pycocotools loads them.

    Raises InputError where no part has pictures.
    """
    parts, notes = source.able(_NEEDED, "a COCO export")
    index = out / "annotations" / f"person_keypoints_{source.title}.json"
    # a picture has one licence in COCO's layout: that of its part, with everything that the part is made of
    terms = [
        {
            "id": i + 1,
            "name": "; ".join(f"{row['what']}: {row['terms']}" for row in licences([part])),
            "url": "",
        }
        for i, part in enumerate(parts)
    ]
    licence = {part.name: row["id"] for part, row in zip(parts, terms, strict=True)}
    head = {
        "info": {"description": f"Posemill corpus {source.corpus.name}", "version": "1", "url": ""},
        "licenses": terms,
        "categories": [_PERSON],
    }
    samples = 0
    with all_or_none() as written, new_file(index) as stream, tempfile.TemporaryFile() as annotations:
        stream.write(json.dumps(head).encode()[:-1] + b', "images": [\n')
        for stretch in source.stretches(parts, {*_NEEDED, "instance"}):
            for i in range(len(stretch.rows)):
                samples += 1
                _separate(samples, stream, annotations)
                name = f"{source.file_names[stretch.part.name]}/{stretch.rows[i]:09d}.jpg"
                if _write_picture(out / "images" / name, bytes(stretch.arrays["image"][i])):
                    written.append(out / "images" / name)
                entry = _image(stretch, i, samples, name) | {"license": licence[stretch.part.name]}
                stream.write(json.dumps(entry).encode())
                annotations.write(json.dumps(annotation(stretch, i, samples)).encode())
        annotations.seek(0)
        stream.write(b'\n], "annotations": [\n')
        shutil.copyfileobj(annotations, stream)
        stream.write(b"\n]}\n")
    return Exported([index, out / "images"], samples, notes)


def _separate(number: int, *streams: BinaryIO) -> None:
    for stream in streams:
        stream.write(b",\n" if number > 1 else b"")


def _write_picture(path: Path, content: bytes) -> bool:
    """Write a picture that is not there yet; whether it was not.

    Raises InputError where another is there, as of another corpus.
    """
    if not path.exists():
        with new_file(path) as stream:
            stream.write(content)
        return True
    if path.read_bytes() != content:
        raise InputError(
            "is there already, and is another picture", where=str(path), remedy="give another folder"
        )
    return False


def _image(stretch: Stretch, i: int, number: int, name: str) -> dict[str, Any]:
    width, height = stretch.arrays["image_size"][i].tolist()
    return {"id": number, "file_name": name, "width": width, "height": height}


def annotation(stretch: Stretch, i: int, number: int) -> dict[str, Any]:
    """COCO's entry for the person of a sample."""
    points = stretch.arrays["joints_image"][i, _COCO].astype(np.float64)
    states = stretch.arrays["visibility"][i, _COCO]
    flags = np.where(states == Visibility.SEEN, 2, 1)
    flags[(states == Visibility.OUTSIDE) | ~np.isfinite(points).all(axis=1)] = 0
    points[flags == 0] = 0
    keypoints = np.column_stack([np.round(points, 2), flags])
    box, area, segmentation = _extent(stretch, i)
    return {
        "id": number, "image_id": number, "category_id": 1, "iscrowd": 0,
        "keypoints": [int(x) if x == int(x) else float(x) for x in keypoints.ravel()],
        "num_keypoints": int((flags > 0).sum()),
        "bbox": box, "area": area, "segmentation": segmentation,
    }  # fmt: skip


def _extent(stretch: Stretch, i: int) -> tuple[list[float], float, Any]:
    """Box (left, top, width, height), area, and run lengths of the mask ([] for none)."""
    width, height = stretch.arrays["image_size"][i].tolist()
    if stretch.has("instance"):
        mask = stretch.arrays["instance"][i] == 1
        if mask.any():
            x, y = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
            box = [float(x[0]), float(y[0]), float(x[-1] + 1 - x[0]), float(y[-1] + 1 - y[0])]
            return box, float(mask.sum()), {"size": [height, width], "counts": run_lengths(mask)}
    left, top, right, bottom = np.clip(
        np.nan_to_num(stretch.arrays["box"][i].astype(np.float64)), 0, [width, height, width, height]
    ).tolist()
    box = [round(x, 2) for x in (left, top, right - left, bottom - top)]
    return box, round(box[2] * box[3], 2), []


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """COCO's uncompressed code of a mask (H, W): lengths of runs down the columns, beginning with one outside."""
    flat = np.concatenate([[False], mask.T.ravel()])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    lengths: list[int] = np.diff(np.concatenate([[0], edges, [mask.size]])).tolist()
    return lengths
