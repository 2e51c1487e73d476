"""WebDataset: plain tar files in which a sample is the files of one name (Aizman et al., 2019, arXiv:2001.01858).

<title>-000000.tar ...   <part>-<row>.jpg, .json and <array>.npy of each sample
<title>.json             what the arrays are: shape, type, unit, frame; the joints' names; licences

`webdataset.WebDataset(files).decode()` reads them: 'jpg', 'json' (part, row, sample, clip), 'joints_image.npy', ...
The samples are in the corpus' order; shuffle when reading. The same samples give the same bytes.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.schema import LABELS, every_label
from pipelines.exchange.samples import Exported, Source, Stretch, licences, new_file
from synth.body.skeleton import JOINTS
from synth.core.disk import canonical

# what a lifter or a pose estimator is trained with, each where a part has it; labels of other packages come with them
ARRAYS = ("image", "detection", "detection_error", "joints_image", "joints_camera", "visibility", "intrinsics",
          "image_size", "box", "betas", "pose")  # fmt: skip
_NEEDED = ("joints_image", "joints_camera")
_PER_TAR = 8192


def exported() -> tuple[str, ...]:
    """The arrays that an export holds: `ARRAYS`, then the labels of other packages."""
    return (*ARRAYS, *(row.name for row in every_label() if row not in LABELS))


def write(
    source: Source, out: Path, arrays: Sequence[str] | None = None, per_tar: int = _PER_TAR
) -> Exported:
    """Tar files of samples as `webdataset` reads them: pictures, JSON and arrays.

    arrays: what samples hold, by default `exported`. Raises InputError where there are no samples.
    """
    arrays = exported() if arrays is None else arrays
    parts, notes = source.able(_NEEDED, "a WebDataset export")
    files: list[Path] = []
    samples = 0
    rows = _rows(source.stretches(parts, {*arrays, "sample", "clip"}), arrays)
    # the list is written first: it holds the place, and says what the tars hold
    with new_file(out / f"{source.title}.json") as stream:
        member = next(rows, None)
        while member is not None:
            files.append(out / f"{source.title}-{len(files):06d}.tar")
            with new_file(files[-1]) as whole, tarfile.open(fileobj=whole, mode="w") as tar:
                for _ in range(per_tar):
                    if member is None:
                        break
                    _add(tar, *member)
                    samples += 1
                    member = next(rows, None)
        labels = {
            row.name: {
                "shape": list(row.shape), "dtype": row.dtype, "unit": row.unit, "frame": row.frame,
                "about": row.sentence, **({"codes": {str(k): v for k, v in row.codes.items()}} if row.codes else {}),
            }
            for row in every_label() if row.name in arrays
        }  # fmt: skip
        facts = {
            "samples": samples, "files": [path.name for path in files], "joints": list(JOINTS), "arrays": labels,
            "licences": licences(parts),
        }  # fmt: skip
        stream.write(canonical(facts))
    return Exported([*files, out / f"{source.title}.json"], samples, notes)


def _rows(stretches: Iterator[Stretch], arrays: Sequence[str]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Key and files of every sample."""
    for stretch in stretches:
        clips = stretch.part.facts.get("clips", [])
        for i, row in enumerate(stretch.rows.tolist()):
            facts = {"part": stretch.part.name, "row": row}
            if stretch.has("sample"):
                facts["sample"] = int(stretch.arrays["sample"][i])
            if stretch.has("clip"):
                facts["clip"] = clips[stretch.arrays["clip"][i]]["name"]
            files = {"json": json.dumps(facts).encode()}
            for name in arrays:
                if name == "image" and stretch.has(name):
                    files["jpg"] = bytes(stretch.arrays[name][i])
                elif stretch.has(name):
                    files[f"{name}.npy"] = _npy(stretch.arrays[name][i])
            yield f"{stretch.part.name}-{row:09d}", files


def _npy(values: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(values), allow_pickle=False)
    return stream.getvalue()


def _add(tar: tarfile.TarFile, key: str, files: dict[str, bytes]) -> None:
    for extension, content in files.items():
        info = tarfile.TarInfo(
            f"{key}.{extension}"
        )  # its time and owner are 0: bytes depend on the samples alone
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
