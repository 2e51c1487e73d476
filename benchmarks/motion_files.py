"""One known motion written in the ways in which programs write motion files, and whether it is read as what it is.

Of each kind of quirk a few inputs: read as the plain file is, refused clearly, or wrong. What cannot be told, such as a
value that is missing within a frame, has to be refused.

python -m benchmarks.motion_files OUT.json
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks.results import write_result
from benchmarks.rigs import Choices, Motion, Rig, known_motion
from synth.core.errors import InputError
from synth.motion import Clip
from synth.motion.library import read_raw
from synth.motion.mapping import Mapping

_PLAIN = Choices("t", "y", "cm", "none", "none", False, (), "", True)
_DEGREES, _METRES = 0.05, 0.002  # by how much a clip may differ from the plain one
_FRAMES = 40


def per_line(text: str, change: Callable[[str], str]) -> str:
    """A BVH file with every line of values changed."""
    lines = text.splitlines()
    first = next(row for row, line in enumerate(lines) if line.startswith("Frame Time")) + 1
    return "\n".join([*lines[:first], *map(change, lines[first:])]) + "\n"


def wrapped(line: str, at: int) -> str:
    words = line.split()
    return "\n".join(" ".join(words[row : row + at]) for row in range(0, len(words), at))


def without_a_value(text: str) -> str:
    lines = text.splitlines()
    lines[-3] = lines[-3].split(" ", 1)[1]
    return "\n".join(lines) + "\n"


def upper(text: str, words: tuple[str, ...]) -> str:
    for word in words:
        text = text.replace(word, word.upper() if word != word.upper() else word.lower())
    return text


def counted(text: str, frames: int) -> str:
    return text.replace(f"Frames: {_FRAMES}", f"Frames: {frames}")


def surplus(text: str, values: str) -> str:
    return per_line(text, lambda line: f"{line} {values}")


def rewrapped(text: str, at: int) -> str:
    return per_line(text, lambda line: wrapped(line, at))


BVH: dict[str, tuple[Callable[[str], str | bytes], ...]] = {
    "count of frames": tuple(partial(counted, frames=frames) for frames in (1, 35, 45, 10**9)),
    "wrapped frames": tuple(partial(rewrapped, at=at) for at in (1, 3, 10)),
    "surplus values": tuple(partial(surplus, values=values) for values in ("0", "1 2 3", "nan")),
    "decimal commas": (lambda t: t.replace(".", ","),),
    "comments": (lambda t: "# exported\n" + t.replace("MOTION", "// motion\nMOTION"),),
    "keywords in another case": (
        lambda t: upper(t, ("HIERARCHY", "ROOT", "JOINT", "OFFSET", "CHANNELS", "MOTION")),
        lambda t: upper(t, ("Frames", "Frame Time", "rotation", "position")),
    ),
    "white space": (
        lambda t: t.replace("OFFSET ", "OFFSET\n"),
        lambda t: t.replace("Frames:", "Frames :").replace("Frame Time:", "Frame Time :"),
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace(" ", "\t"),
    ),
    "encodings": (lambda t: ("# Größe\n" + t).encode("latin-1"), lambda t: t.encode("utf-16")),
    "a value missing": (without_a_value,),
}


def npz_files(clip: Clip) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(kind, arrays, options) of the plain clip's motion as SMPL parameters."""
    poses, trans, rate = clip.poses, clip.trans, np.array(clip.rate)
    frames = len(poses)
    matrices = Rotation.from_rotvec(poses.reshape(-1, 3)).as_matrix().reshape(frames, 24, 3, 3)
    for shape in ((frames, 72), (frames, 24, 3)):
        yield "shapes", {"poses": poses.reshape(shape), "trans": trans, "mocap_framerate": rate}, {}
    yield "shapes", {"poses": poses[:, :22].reshape(frames, 66), "trans": trans, "mocap_framerate": rate}, {}
    yield "shapes", {"poses": matrices, "trans": trans, "mocap_framerate": rate}, {}
    yield "keys", {"smpl_poses": poses.reshape(frames, 72), "smpl_trans": trans, "fps": rate}, {}
    body = poses[:, 1:22].reshape(frames, 63)
    for root, rest in (("global_orient", "body_pose"), ("root_orient", "pose_body")):
        yield "keys", {root: poses[:, 0], rest: body, "transl": trans, "fps": rate}, {}
    yield (
        "keys",
        {"global_orient": matrices[:, :1], "body_pose": matrices[:, 1:], "transl": trans, "fps": rate},
        {},
    )
    yield "rate by option", {"poses": poses, "trans": trans}, {"rate": clip.rate}
    yield "rate by option", {"poses": poses, "trans": trans, "fps": 3 * rate}, {"rate": clip.rate}
    yield "no rate", {"poses": poses, "trans": trans}, {}
    yield "units", {"poses": poses, "trans": 100 * trans, "fps": rate}, {"units": "cm"}
    yield "another layout", {"poses": poses[:, :20], "trans": trans, "fps": rate}, {}


def written(folder: Path, motion: Motion) -> Iterator[tuple[str, Path, dict[str, Any], Clip]]:
    """(kind, file, options, the clip that it should be), each file in turn."""
    text, mapping = Rig(np.random.default_rng(0), _PLAIN).write(motion)
    path = folder / "plain.bvh"
    path.write_text(text, encoding="utf-8")
    plain = read_raw(path, mapping)
    for kind, ways in BVH.items():
        for way in ways:
            changed = way(text)
            path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
            yield f"BVH: {kind}", path, {"mapping": mapping}, plain
    for kind, arrays, options in npz_files(plain):
        out = folder / "motion.npz"
        np.savez(out, **arrays)
        yield f"npz: {kind}", out, options, smpl_reading(folder, plain)


def smpl_reading(folder: Path, plain: Clip) -> Clip:
    """The plain clip as AMASS's own layout has it read."""
    path = folder / "as_amass.npz"
    np.savez(
        path, poses=plain.poses.reshape(len(plain.poses), 72), trans=plain.trans, mocap_framerate=plain.rate
    )
    return read_raw(path)


def judge(path: Path, options: dict[str, Any], right: Clip) -> str:
    """'read', 'refused' or 'wrong'."""
    mapping: Mapping | None = options.get("mapping")
    others = {name: value for name, value in options.items() if name != "mapping"}
    try:
        clip = read_raw(path, mapping, **others)
    except InputError:
        return "refused"
    if clip.poses.shape != right.poses.shape or abs(clip.rate - right.rate) > 1e-3 * right.rate:
        return "wrong"
    ours, theirs = (Rotation.from_rotvec(each.poses[:, :22].reshape(-1, 3)) for each in (clip, right))
    off = np.degrees((ours * theirs.inv()).magnitude()).max()
    return "read" if off < _DEGREES and np.abs(clip.trans - right.trans).max() < _METRES else "wrong"


def run() -> dict[str, Any]:
    """How many inputs of each kind were tried, read, refused and wrong."""
    kinds: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, path, options, right in written(Path(folder), known_motion(_FRAMES)):
            row = kinds.setdefault(kind, {"tried": 0, "read": 0, "refused": 0, "wrong": 0})
            row["tried"] += 1
            row[judge(path, options, right)] += 1
    return kinds


def table(kinds: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The figures of `run`, summed and as rows."""
    words = ("tried", "read", "refused", "wrong")
    return {
        "all": {word: sum(row[word] for row in kinds.values()) for word in words},
        "by_kind": [{"kind": kind, **row} for kind, row in kinds.items()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    kinds = run()
    write_result(out, "make files", table(kinds), data="01_01.npz of the motion that comes with the project")
    for kind, row in kinds.items():
        print(f"{kind}: {row}")


if __name__ == "__main__":
    main()
