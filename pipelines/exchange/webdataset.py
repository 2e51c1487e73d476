"""WebDataset: plain tar files in which a sample is the files of one name (Aizman et al., 2019, arXiv:2001.01858).

<title>-<part>-000000.tar ...   <part>-<row>.jpg, .json and <array>.npy of each sample
<title>.json                    the parts with their tars and what each of their samples has; what the arrays are:
                                shape, type, unit, frame; the joints' names; licences

`webdataset.WebDataset(files).decode()` reads them: 'jpg', 'json' (part, row, sample, clip), 'joints_image.npy', ...
A tar holds samples of one part, so all of them have the same keys. The samples are in the corpus' order; shuffle when
reading. The same samples give the same bytes.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Part
from pipelines.corpus.schema import LABELS, every_label
from pipelines.exchange.samples import Exported, Source, Stretch, all_or_none, licences, new_file
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
    listed: list[dict[str, Any]] = []
    # the list is opened first: it holds the place, and it is there once all tars are
    with all_or_none() as files, new_file(out / f"{source.title}.json") as stream:
        for part in parts:
            stem, first = f"{source.title}-{source.file_names[part.name]}", len(files)
            samples, keys = 0, set[str]()
            rows = _rows(source.stretches([part], {*arrays, "sample", "clip"}), arrays)
            for number, members in enumerate(_batches(rows, per_tar)):
                files.append(out / f"{stem}-{number:06d}.tar")
                with new_file(files[-1]) as whole, tarfile.open(fileobj=whole, mode="w") as tar:
                    for key, content in members:
                        _add(tar, key, content)
                        samples, keys = samples + 1, keys | set(content)
            names = [path.name for path in files[first:]]
            listed.append({"part": part.name, "samples": samples, "files": names, "keys": sorted(keys)})
        stream.write(canonical(_facts(parts, listed, arrays)))
    index = out / f"{source.title}.json"
    return Exported([*files, index], sum(row["samples"] for row in listed), notes + _differing(listed))


def _facts(parts: list[Part], listed: list[dict[str, Any]], arrays: Sequence[str]) -> dict[str, Any]:
    """What is said of the tars."""
    labels = {
        row.name: {
            "shape": list(row.shape), "dtype": row.dtype, "unit": row.unit, "frame": row.frame,
            "about": row.sentence, **({"codes": {str(k): v for k, v in row.codes.items()}} if row.codes else {}),
        }
        for row in every_label() if row.name in arrays
    }  # fmt: skip
    return {
        "samples": sum(row["samples"] for row in listed),
        "files": [name for row in listed for name in row["files"]],
        "parts": listed, "joints": list(JOINTS), "arrays": labels, "licences": licences(parts),
    }  # fmt: skip


def _differing(listed: list[dict[str, Any]]) -> list[str]:
    """A note for each part whose samples have keys that those of another lack."""
    common = set.intersection(*(set(row["keys"]) for row in listed))
    notes = []
    for row in listed:
        own = ", ".join(f"'{key}'" for key in sorted(set(row["keys"]) - common))
        if own:
            notes.append(
                f"samples of part {row['part']} also have {own}, those of other parts do not: read its tars apart"
            )
    return notes


def _batches(
    rows: Iterator[tuple[str, dict[str, bytes]]], size: int
) -> Iterator[Iterator[tuple[str, dict[str, bytes]]]]:
    """The rows in turn, `size` at a time; each batch is read to its end before the next."""
    for first in rows:
        yield chain([first], islice(rows, size - 1))


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
                elif stretch.has(name) and isinstance(stretch.arrays[name][i], bytes):  # of varying length
                    files[f"{name}.bin"] = stretch.arrays[name][i]
                elif stretch.has(name):
                    files[f"{name}.npy"] = _npy(stretch.arrays[name][i])
            yield f"{stretch.part.name}-{row:09d}", files


def _npy(values: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(values), allow_pickle=False)
    return stream.getvalue()


def _add(tar: tarfile.TarFile, key: str, files: dict[str, bytes]) -> None:
    for extension, content in files.items():
        # its time and owner are 0: bytes depend on the samples alone
        info = tarfile.TarInfo(f"{key}.{extension}")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
