"""Recordings of others, such as Human3.6M, brought in as a part of a corpus or as a benchmark.

An importer of `IMPORTERS` reads them. Posemill ships no recordings: users bring files that they have a licence for.
A joint centre of Human3.6M stands in for the surface point of the same name that COCO's annotators mark, for the twelve
joints of the limbs and the nose; at the hips the two are some centimetres apart. Eyes and ears are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import LABELS, VERSION
from pipelines.exchange.formats import IMPORTERS
from pipelines.exchange.recordings import H36M_17, CameraRecording, Recordings
from pipelines.exchange.samples import new_file
from synth.body.skeleton import COCO_17, JOINT_SETS, JOINTS, joint_index
from synth.core.disk import canonical, sha256_file, sha256_of
from synth.core.errors import InputError
from synth.scene.lens import pixels, undistort

_PER_SHARD = 8192
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Origin:
    """Files of a format of `IMPORTERS`, what to take of them (subjects, every n-th frame), and whose they are.

    source, licence and rate (frames a second), where given, replace what the format says.
    """

    files: tuple[Path, ...]
    subjects: tuple[str, ...] | None = None
    every: int = 1
    source: str | None = None
    licence: str | None = None
    rate: float | None = None
    format: str = "videopose"

    def open(self) -> tuple[Recordings, list[tuple[str, str]]]:
        """The recordings, and subject and action of those wanted. Raises InputError where they cannot be used."""
        recordings: Recordings = IMPORTERS.get(self.format)(self.files)
        return recordings, recordings.actions(None if self.subjects is None else list(self.subjects))


def import_part(origin: Origin, folder: Path, name: str) -> Part:
    """Write recordings as a part of kind 'imported', with the arrays that they know and no others.

    A recording by one camera is a scene with its frames as steps. The same call goes on where it stopped.
    Raises InputError where the files cannot be used, or the part was made from others.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "corpus.json").exists():
        raise InputError("is not a corpus", where=str(folder), remedy="give a corpus, or a new folder")
    recordings, actions = origin.open()
    source, licence = origin.source or recordings.source, origin.licence or recordings.licence
    lengths = [_length(recordings, origin, subject, action) for subject, action in actions]
    samples = sum(frames * views for frames, views in lengths)
    clips = [
        {
            "name": f"{subject}/{action}", "dataset": source, "subject": subject, "recording": action,
            "licence": licence, "path": origin.files[0].name, "frames": frames,
        }
        for (subject, action), (frames, _) in zip(actions, lengths, strict=True)
    ]  # fmt: skip
    made_of = {
        "files": {path.name: sha256_file(path)[1] for path in origin.files}, "every": origin.every, "clips": clips,
        "schema": VERSION, "samples": samples,
    }  # fmt: skip
    facts: dict[str, Any] = {
        "name": name, "kind": "imported", "samples": samples, "samples_per_shard": min(_PER_SHARD, samples),
        "schema": VERSION, "rate": (origin.rate or recordings.rate) / origin.every, "track": 1,
        "joints": list(JOINTS), "sizes": {},
        "arrays": [row.name for row in LABELS if row.imported],
        "clips": clips, "recordings": [],
        "licences": [{"what": f"recordings: {source}", "terms": licence}],
        "made_of": made_of, "identity": sha256_of(canonical(made_of)),
    }  # fmt: skip
    part = Corpus(folder).create_part(facts)
    _fill(part, _scenes(recordings, actions, origin.every))
    return part


def write_benchmark(origin: Origin, out: Path) -> int:
    """Write recordings as a benchmark of single frames, an .npz; gives how many frames it has.

    Arrays, N frames of all views: `keypoints_2d` (N, 17, 3) f32, COCO's joints in pixels with the lens' distortion
    removed, and confidence, 0 0 0 where not detected; `joints_3d` (N, 17, 3) f32, the same in the camera's frame,
    metres, NaN where unknown; `intrinsics` (N, 3, 3) f64; `image_size` (N, 2) i32, width and height; `group` (N,) the
    action, by which scores are reported; `frame` (N,) i64; `joint_names`, `source`, `licence`. Raises InputError
    where the files cannot be used or `out` is there already.
    """
    if out.suffix != ".npz":
        raise InputError("a benchmark is an .npz", where=str(out), remedy=f"write to {out.stem}.npz")
    recordings, actions = origin.open()
    pieces = [
        _benchmark(view, origin.every)
        for subject, action in actions
        for view in recordings.views(subject, action)
    ]
    arrays = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    with new_file(out) as stream:
        arrays |= {"joint_names": np.array(COCO_17), "source": np.array(origin.source or recordings.source)}
        arrays["licence"] = np.array(origin.licence or recordings.licence)
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return len(arrays["frame"])


def _length(recordings: Recordings, origin: Origin, subject: str, action: str) -> tuple[int, int]:
    """Frames to take of a recording, and its views."""
    views = list(recordings.views(subject, action))
    return -(-len(views[0].world) // origin.every) if views else 0, len(views)


def _fill(part: Part, scenes: Iterator[Arrays]) -> None:
    """Write the part's shards that are not there and whole."""
    held: list[Arrays] = []
    for shard in range(part.shards):
        first, stop = part.rows(shard)
        while sum(len(piece["sample"]) for piece in held) < stop - first:
            held.append(next(scenes))
        rows = {name: np.concatenate([piece[name] for piece in held]) for name in held[0]}
        held = [{name: values[stop - first :] for name, values in rows.items()}]
        if not part.has_receipt(shard) or part.check_shard(shard):
            typed = {
                row.name: rows[row.name][: stop - first].astype(row.dtype, copy=False) for row in part.labels
            }
            part.write_shard(shard, typed)


def _scenes(recordings: Recordings, actions: list[tuple[str, str]], every: int) -> Iterator[Arrays]:
    """The arrays of every view, in turn."""
    scene = sample = 0
    for clip, (subject, action) in enumerate(actions):
        for view in recordings.views(subject, action):
            frames = np.arange(0, len(view.world), every)
            n = len(frames)
            yield _labels(view, frames) | {
                "sample": sample + np.arange(n), "scene": np.full(n, scene), "step": np.arange(n),
                "clip": np.full(n, clip), "clip_frame": frames,
            }  # fmt: skip
            scene, sample = scene + 1, sample + n


def _labels(view: CameraRecording, frames: NDArray[np.int64]) -> Arrays:
    """The schema's labels that a camera's recording has, for some of its frames."""
    n, camera = len(frames), view.camera
    world = np.full((n, len(JOINTS), 3), np.nan)
    for number, name in enumerate(H36M_17):
        members = JOINT_SETS["h36m17"][name]
        if len(members) == 1:
            world[:, joint_index(members[0])] = view.world[frames, number]
        if name in COCO_17:
            world[:, joint_index(f"coco_{name}")] = view.world[frames, number]
    joints = camera.to_camera(world)
    image = pixels(joints, camera.intrinsics, camera.distortion)
    return {
        "joints_world": world, "joints_camera": joints, "joints_image": image,
        "box": np.concatenate([np.nanmin(image, axis=1), np.nanmax(image, axis=1)], axis=1),
        "detection": _coco(view.points[frames], view.names, 0.0),
        "image_size": np.tile([camera.width, camera.height], (n, 1)),
        **{
            name: np.tile(value, (n, *[1] * value.ndim))
            for name, value in (
                ("intrinsics", camera.intrinsics), ("rotation", camera.rotation),
                ("translation", camera.translation), ("distortion", camera.distortion),
            )
        },
    }  # fmt: skip


def _coco(values: NDArray[np.float64], names: tuple[str, ...], missing: float) -> NDArray[np.float64]:
    """(n, 17, 3) of some joints as COCO's, `missing` where there is none of the name."""
    found = np.full((len(values), len(COCO_17), 3), missing)
    for number, name in enumerate(COCO_17):
        if name in names:
            found[:, number] = values[:, names.index(name)]
    return found


def _benchmark(view: CameraRecording, every: int) -> Arrays:
    camera = view.camera
    frames = np.arange(0, len(view.world), every)
    points = _coco(view.points[frames], view.names, 0.0)
    focal, centre = camera.intrinsics[[0, 1], [0, 1]], camera.intrinsics[:2, 2]
    straight = undistort((points[..., :2] - centre) / focal, camera.distortion) * focal + centre
    points[..., :2] = np.where(points[..., 2:] > 0, straight, 0.0)
    joints = camera.to_camera(_coco(view.world[frames], H36M_17, np.nan))
    n = len(frames)
    return {
        "keypoints_2d": points.astype(np.float32), "joints_3d": joints.astype(np.float32),
        "intrinsics": np.tile(camera.intrinsics, (n, 1, 1)),
        "image_size": np.tile(np.array([camera.width, camera.height], np.int32), (n, 1)),
        # 'Walking 1' and 'Walking 2' are takes of one action
        "group": np.full(n, view.action.rstrip("0123456789 ") or view.action), "frame": frames,
    }  # fmt: skip
