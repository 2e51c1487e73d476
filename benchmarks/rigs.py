"""One known motion written as BVH through random rigs, and whether it is read as what it is.

A rig rests in any pose, its joints have any axes, order, names, unit and channels, helpers stand between them,
a root above the hips, and its world has any axis up. What comes out is compared with the motion that went in:
how limbs point, the lines of hips and shoulders, how hands are bent, and the way travelled. A rig may be
refused; it must not be read as something else.

python -m benchmarks.rigs OUT.json [--count 1000] [--seed 0]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from benchmarks.results import write_result
from synth.body.rotations import SMPL_TO_WORLD, world_turns
from synth.body.skeleton import SMPL_24, SMPL_PARENT, SMPL_REST_OFFSET
from synth.core.errors import InputError
from synth.motion import ASSETS, read
from synth.motion.figure import smpl_figure
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.gate import joint_angles
from synth.motion.geometry import angle_between, between
from synth.motion.mapping import LIMBS, Link, Mapping
from synth.motion.retarget import retarget
from synth.motion.upright import UNITS

Floats = NDArray[np.float64]

# What is asked of a rig that is read: degrees, and for the travel a share of the way
WANTED = {"limbs": 3.0, "lines": 3.0, "hands": 10.0, "travel": 0.02}
RESTS = ("t", "arms hanging", "orients", "random", "turned")
UPS = {"y": SMPL_TO_WORLD.T, "z": np.eye(3), "x": np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])}


@dataclass(frozen=True)
class Choices:
    """How a rig differs from SMPL's skeleton."""

    rest: str
    up: str
    unit: str
    root: str  # none, still, or carries: a joint above the hips
    moves: str  # none, all, or zero: position channels of all joints, with OFFSET or with 0 0 0
    helpers: bool
    left_out: tuple[str, ...]
    prefix: str
    keys: bool  # whether the mapping states up, forward and unit


def choose(rng: np.random.Generator) -> Choices:
    """A rig at random."""
    rest = str(rng.choice(RESTS, p=(0.15, 0.2, 0.2, 0.3, 0.15)))
    left_out = [name for name in ("spine1", "spine2") if rng.random() < 0.25]
    for name in ("foot", "hand"):
        left_out += [f"{side}_{name}" for side in ("left", "right")] * int(rng.random() < 0.2)
    return Choices(
        rest=rest,
        up=str(rng.choice(list(UPS), p=(0.6, 0.35, 0.05))),
        unit=str(rng.choice(list(UNITS))),
        root=str(rng.choice(("none", "still", "carries"), p=(0.5, 0.3, 0.2))),
        moves=str(rng.choice(("none", "all", "zero"), p=(0.6, 0.2, 0.2))),
        helpers=bool(rng.random() < 0.5),
        left_out=tuple(left_out),
        prefix=str(rng.choice(("", "mixamorig:", "Character1_", "rig|"))),
        keys=bool(rest in ("t", "arms hanging") and rng.random() < 0.5),
    )


@dataclass(frozen=True, eq=False)
class Motion:
    """The motion that is written: turns (T, 24, 3, 3) and places of the pelvis (T, 3), Z up, metres."""

    turns: Floats
    pelvis: Floats
    poses: Floats
    rate: float


def known_motion(frames: int = 60) -> Motion:
    """Climbing about on a playground, from a clip that comes with the project."""
    clip = read(ASSETS / "motion" / "01_01.npz")
    rows = np.linspace(0, clip.frames - 1, frames).astype(int)
    poses = clip.poses[rows].astype(np.float64)
    return Motion(world_turns(poses), clip.trans[rows].astype(np.float64), poses, 10.0)


class Rig:
    """A random rig that a motion is written through."""

    def __init__(self, rng: np.random.Generator, choices: Choices) -> None:
        self.rng, self.choices = rng, choices
        self.parent = {n: p for n, p in SMPL_PARENT.items() if n not in choices.left_out}
        self.offsets = self._offsets()
        self.parent = {n: self._kept(p) for n, p in self.parent.items()}
        self.axes = self._axes()  # G_rig = G_smpl @ axes[name]

    def _kept(self, name: str | None) -> str | None:
        while name in self.choices.left_out:
            name = SMPL_PARENT[name]
        return name

    def _offsets(self) -> dict[str, Floats]:
        """Each joint from its parent in SMPL's zero pose, bones of other lengths, the same on both sides."""
        scale = {name.split("_")[-1]: self.rng.uniform(0.85, 1.15) for name in SMPL_24}
        found = {}
        for name in self.parent:
            offset = scale[name.split("_")[-1]] * np.array(SMPL_REST_OFFSET[name])
            above = SMPL_PARENT[name]
            while above in self.choices.left_out:
                offset = offset + scale[above.split("_")[-1]] * np.array(SMPL_REST_OFFSET[above])
                above = SMPL_PARENT[above]
            found[name] = offset
        return found

    def _axes(self) -> dict[str, Floats]:
        rest = self.choices.rest
        if rest == "t":
            return {name: np.eye(3) for name in self.parent}
        if rest == "arms hanging":
            angle = self.rng.uniform(30.0, 85.0)
            down = {
                "left": Rotation.from_euler("z", angle, True),
                "right": Rotation.from_euler("z", -angle, True),
            }
            arms = ("shoulder", "elbow", "wrist", "hand")
            return {
                n: down[n.split("_")[0]].as_matrix() if n.split("_")[-1] in arms else np.eye(3)
                for n in self.parent
            }
        if rest == "turned":
            axes = Rotation.from_euler("y", self.rng.uniform(-180, 180), True).as_matrix()
            return dict.fromkeys(self.parent, UPS["y"].T @ axes)
        if rest == "orients":
            return {name: self._along_bone(name) for name in self.parent}
        return {name: Rotation.random(random_state=self.rng).as_matrix() for name in self.parent}

    def _along_bone(self, name: str) -> Floats:
        """Axes with x along the bone to the next joint, as rigging programs orient them; -x on the right."""
        following = [child for child, parent in self.parent.items() if parent == name]
        along = self.offsets[following[0]] if following else self.offsets[name]
        x = np.array([-1.0 if name.startswith("right") else 1.0, 0.0, 0.0])
        return between(x, along / np.linalg.norm(along))

    def write(self, motion: Motion) -> tuple[str, Mapping]:
        """The motion as the text of a BVH file, and the mapping that fits it."""
        choices, world = self.choices, UPS[self.choices.up]
        unit = 1.0 / UNITS[choices.unit]
        turns = {n: world @ motion.turns[:, SMPL_24.index(n)] @ self.axes[n] for n in self.parent}
        nodes: dict[str, _Node] = {}
        top: str | None = None
        travel = motion.pelvis @ world.T * unit
        if choices.root != "none":
            top = "Root"
            turned = (
                Rotation.random(random_state=self.rng).as_matrix() if choices.root == "still" else np.eye(3)
            )
            still = np.tile(self.rng.uniform(-1, 1, 3) * unit, (len(travel), 1))
            moved = still if choices.root == "still" else travel
            nodes[top] = _Node(None, np.zeros(3), np.tile(turned, (len(travel), 1, 1)), moved)
            travel = (travel - moved) @ turned
        for name, parent in self.parent.items():
            if parent is None:
                local = turns[name] if top is None else np.swapaxes(nodes[top].local, -1, -2) @ turns[name]
                nodes[name] = _Node(top, np.zeros(3), local, travel)
                continue
            offset = self.axes[parent].T @ self.offsets[name] * unit
            local = np.swapaxes(turns[parent], -1, -2) @ turns[name]
            if choices.helpers and self.rng.random() < 0.4:
                share, turned = self.rng.uniform(), Rotation.random(random_state=self.rng).as_matrix()
                helper = f"{name}_helper"
                nodes[helper] = _Node(parent, offset * share, np.tile(turned, (len(travel), 1, 1)), None)
                nodes[name] = _Node(helper, turned.T @ offset * (1 - share), turned.T @ local, None)
            else:
                nodes[name] = _Node(parent, offset, local, None)
        ends = {name: self._end(name) * unit for name in self.parent}
        text = _bvh(nodes, ends, choices, motion.rate, self.rng)
        links = {n: Link(self._name(n), align="bone" if n in LIMBS else "rotation") for n in self.parent}
        still_joints = frozenset(SMPL_24) - set(links)
        return text, Mapping(
            name="rig",
            dataset="rig",
            licence=None,
            metres_per_unit=UNITS[choices.unit] if choices.keys else None,
            up=np.array([0.0, 1.0, 0.0]) if choices.keys else None,
            forward=np.array([0.0, 0.0, 1.0]) if choices.keys else None,
            links=links,
            still=still_joints,
        )

    def _name(self, name: str) -> str:
        return self.choices.prefix + name

    def _end(self, name: str) -> Floats:
        """The end of a bone that nothing hangs on, in the joint's axes."""
        part = name.split("_")[-1]
        side = -1.0 if name.startswith("right") else 1.0
        ends = {
            "head": (0.0, 0.18, 0.02),
            "foot": (0.0, 0.0, 0.06),
            "ankle": (0.03 * side, -0.055, 0.12),
            "hand": (0.08 * side, 0.0, 0.0),
            "wrist": (0.08 * side, -0.003, -0.007),
        }
        return self.axes[name].T @ np.array(ends.get(part, (0.0, 0.05, 0.0)))


@dataclass(frozen=True, eq=False)
class _Node:
    """parent, OFFSET, turns against the parent (T, 3, 3), and for the joint that travels its places (T, 3)."""

    parent: str | None
    offset: Floats
    local: Floats
    places: Floats | None


def _bvh(
    nodes: dict[str, _Node], ends: dict[str, Floats], choices: Choices, rate: float, rng: np.random.Generator
) -> str:
    lines: list[str] = ["HIERARCHY"]
    columns: list[Floats] = []

    def write(name: str, depth: int) -> None:
        node, pad = nodes[name], "\t" * depth
        lines.append(f"{pad}{'JOINT' if node.parent else 'ROOT'} {choices.prefix}{name}")
        places = node.places
        if places is None and choices.moves != "none":
            places = np.tile(node.offset, (len(node.local), 1))
        offset = np.zeros(3) if choices.moves == "zero" else node.offset
        order = "".join(rng.permutation(list("XYZ")))
        moved = "".join(rng.permutation(list("XYZ"))) if places is not None else ""
        channels = [f"{axis}position" for axis in moved] + [f"{axis}rotation" for axis in order]
        lines.append(f"{pad}{{")
        lines.append(f"{pad}\tOFFSET {' '.join(f'{value:.6f}' for value in offset)}")
        lines.append(f"{pad}\tCHANNELS {len(channels)} {' '.join(channels)}")
        if places is not None:
            columns.append(places[:, ["XYZ".index(axis) for axis in moved]])
        columns.append(Rotation.from_matrix(node.local).as_euler(order, True))  # type: ignore[call-overload]
        children = [str(child) for child in rng.permutation([n for n in nodes if nodes[n].parent == name])]
        for child in children:
            write(child, depth + 1)
        if not children:
            end = " ".join(f"{value:.6f}" for value in ends[name])
            lines.extend([f"{pad}\tEnd Site", f"{pad}\t{{", f"{pad}\t\tOFFSET {end}", f"{pad}\t}}"])
        lines.append(f"{pad}}}")

    write(next(iter(nodes)), 0)
    rows = np.concatenate(columns, axis=1)
    lines += ["MOTION", f"Frames: {len(rows)}", f"Frame Time: {1.0 / rate:.6f}"]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in rows]
    return "\n".join(lines) + "\n"


def judge(rig: Rig, motion: Motion, folder: Path) -> dict[str, Any]:
    """What came out of a rig: `errors` by what is compared, or why it was `refused`."""
    text, mapping = rig.write(motion)
    path = folder / "rig.bvh"
    path.write_text(text)
    try:
        found = retarget(decode_bvh(parse_bvh(path)), mapping, str(path))
    except InputError as error:
        return {"refused": error.what}
    dropped = (found.mismatch > 1.0).any(axis=1)
    if dropped.any():
        return {"refused": f"{dropped.sum()} frames are dropped"}
    return {"errors": compare(rig, motion, found.poses, found.pelvis)}


def compare(rig: Rig, motion: Motion, poses: Floats, pelvis: Floats) -> dict[str, float]:
    """The largest difference of each kind between the motion that was written and the one that was read."""
    truth = smpl_figure(motion.turns, motion.pelvis)
    read_as = smpl_figure(world_turns(poses), pelvis)
    # which way is ahead in a world is anybody's choice: the yaw that fits best
    heading = _heading(truth.line("hip")) * _heading(read_as.line("hip")).conj()
    yaw = np.angle(heading.mean())
    read_as = read_as.turned(Rotation.from_euler("z", yaw).as_matrix())

    def worst(first: Floats | None, second: Floats | None) -> float:
        assert first is not None
        assert second is not None
        return float(angle_between(first, second).max())

    limbs = [name for name in LIMBS if LIMBS[name] not in rig.choices.left_out]
    bends = joint_angles(motion.poses), joint_angles(poses)
    before, after = truth.base(), read_as.base()
    legs = [f"{side}_{joint}" for side in ("left", "right") for joint in ("knee", "ankle")]
    longer = sum(np.linalg.norm(rig.offsets[n]) for n in legs) / sum(
        np.linalg.norm(SMPL_REST_OFFSET[n]) for n in legs
    )
    moved = motion.pelvis + np.einsum("tij,j->ti", motion.turns[:, 0], _hips(rig.offsets))
    way = (moved - moved[0]) / longer
    return {
        "limbs": max(worst(truth.bone(name), read_as.bone(name)) for name in limbs),
        "lines": max(worst(truth.line(joint), read_as.line(joint)) for joint in ("hip", "shoulder")),
        "hands": max(
            float(np.abs(bends[0][f"{s}_wrist"] - bends[1][f"{s}_wrist"]).max()) for s in ("left", "right")
        ),
        "travel": float(np.abs(after - after[0] - way).max() / np.linalg.norm(way, axis=1).max()),
        "trunk": worst(truth.middle("shoulder") - before, read_as.middle("shoulder") - after),  # type: ignore[operator]
    }


def _hips(offsets: dict[str, Floats]) -> Floats:
    return (offsets["left_hip"] + offsets["right_hip"]) / 2.0


def _heading(line: Floats | None) -> NDArray[np.complex128]:
    assert line is not None
    return line[:, 0] + 1j * line[:, 1]


def run(count: int, seed: int = 0, frames: int = 40) -> dict[str, Any]:
    """Figures over `count` rigs: how many are read, refused and wrong, and the worst errors of those read."""
    motion, results = known_motion(frames), []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            rng = np.random.default_rng([seed, number])
            choices = choose(rng)
            found = judge(Rig(rng, choices), motion, Path(folder))
            results.append({"number": number, "choices": asdict(choices), **found})
    read_ones = [each for each in results if "errors" in each]
    wrong = [each for each in read_ones if any(each["errors"][name] > most for name, most in WANTED.items())]
    percentiles = {
        name: {
            f"p{p}": round(float(np.percentile([e["errors"][name] for e in read_ones], p)), 4)
            for p in (50, 99, 100)
        }
        for name in (read_ones[0]["errors"] if read_ones else ())
    }
    return {
        "rigs": count,
        "right": len(read_ones) - len(wrong),
        "refused": count - len(read_ones),
        "wrong": len(wrong),
        "wanted": WANTED,
        "errors": percentiles,
        "kinds": {
            kind: dict(sorted(Counter(str(each["choices"][kind]) for each in results).items()))
            for kind in ("rest", "up", "unit", "root", "moves", "helpers", "keys")
        },
        "not_right": [each for each in results if each in wrong or "refused" in each],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    figures = run(arguments.count, arguments.seed)
    about = {"seeds": [arguments.seed], "data": "01_01.npz of the motion that comes with the project"}
    write_result(arguments.out, "make rigs", figures, **about)
    print({name: figures[name] for name in ("rigs", "right", "refused", "wrong", "errors")})


if __name__ == "__main__":
    main()
