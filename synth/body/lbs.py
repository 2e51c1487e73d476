"""Linear blend skinning of one SMPL-format body at a time, as Numba kernels.

After Loper et al., 'SMPL: a skinned multi-person linear model', 2015. Each kernel handles one sample, so what
a sample looks like cannot depend on the batch it came in; other kernels may call these. `fastmath` stays off:
reassociated sums would differ between processors. Vertices are float32, joints and transforms float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_PARENTS

_PARENTS = SMPL_PARENTS.copy()
N_JOINTS = len(_PARENTS)
# Coordinates and samples that are worked on at a time: both fit in a core's second-level cache.
_BLOCK, _CHUNK = 1024, 16

Array = NDArray[Any]


@njit(cache=True, nogil=True)
def rodrigues(axis_angle: Array, out: Array) -> None:
    """Rotation vector (3,), radians, to a rotation matrix, written to out (3, 3)."""
    x, y, z = float(axis_angle[0]), float(axis_angle[1]), float(axis_angle[2])
    square = x * x + y * y + z * z
    if square < 1e-12:  # two terms of each series: exact to rounding there
        s, c = 1.0 - square / 6.0, 0.5 - square / 24.0
    else:
        angle = np.sqrt(square)
        s, c = np.sin(angle) / angle, (1.0 - np.cos(angle)) / square
    out[0, 0] = 1.0 - c * (y * y + z * z)
    out[0, 1] = c * x * y - s * z
    out[0, 2] = c * x * z + s * y
    out[1, 0] = c * x * y + s * z
    out[1, 1] = 1.0 - c * (x * x + z * z)
    out[1, 2] = c * y * z - s * x
    out[2, 0] = c * x * z - s * y
    out[2, 1] = c * y * z + s * x
    out[2, 2] = 1.0 - c * (x * x + y * y)


@njit(cache=True, nogil=True)
def local_rotations(pose: Array, out: Array) -> None:
    """Axis-angle pose (24, 3), each joint relative to its parent, to matrices, written to out (24, 3, 3)."""
    for j in range(N_JOINTS):
        rodrigues(pose[j], out[j])


@njit(cache=True, nogil=True)
def chain_transforms(
    rotations: Array, rest_joints: Array, trans: Array, transforms: Array, joints: Array
) -> None:
    """Follow the skeleton from the pelvis outward.

    rotations (24, 3, 3) relative to the parent, rest_joints (24, 3) and trans (3,) in metres. Writes joints
    (24, 3), the posed centres, and transforms (24, 3, 4), which take a rest point to its posed place.
    """
    for j in range(N_JOINTS):
        parent = _PARENTS[j]
        for r in range(3):
            if parent < 0:
                for c in range(3):
                    transforms[j, r, c] = rotations[j, r, c]
                joints[j, r] = rest_joints[j, r] + trans[r]
                continue
            place = joints[parent, r]
            for c in range(3):
                place += transforms[parent, r, c] * (rest_joints[j, c] - rest_joints[parent, c])
                transforms[j, r, c] = (
                    transforms[parent, r, 0] * rotations[j, 0, c]
                    + transforms[parent, r, 1] * rotations[j, 1, c]
                    + transforms[parent, r, 2] * rotations[j, 2, c]
                )
            joints[j, r] = place
        for r in range(3):
            transforms[j, r, 3] = joints[j, r] - (
                transforms[j, r, 0] * rest_joints[j, 0]
                + transforms[j, r, 1] * rest_joints[j, 1]
                + transforms[j, r, 2] * rest_joints[j, 2]
            )


@njit(cache=True, nogil=True)
def skeleton_transforms(
    pose: Array, rest_joints: Array, trans: Array, transforms: Array, joints: Array
) -> None:
    """`chain_transforms` for an axis-angle pose (24, 3)."""
    rotations = np.empty((N_JOINTS, 3, 3))
    local_rotations(pose, rotations)
    chain_transforms(rotations, rest_joints, trans, transforms, joints)


@njit(cache=True, nogil=True)
def shape_joints(rest_joints: Array, joint_shape_dirs: Array, betas: Array, out: Array) -> None:
    """Joint centres (24, 3) of a body of shape betas (n,), n at most the number of components."""
    for j in range(N_JOINTS):
        for c in range(3):
            total = rest_joints[j, c]
            for s in range(betas.shape[0]):
                total += betas[s] * joint_shape_dirs[s, j, c]
            out[j, c] = total


@njit(cache=True, nogil=True)
def shape_vertices(template: Array, shape_dirs: Array, betas: Array, out: Array) -> None:
    """Rest vertices (V, 3) of a body of shape betas (n,), n at most the number of components."""
    flat, source = out.ravel(), template.ravel()
    flat[:] = source
    for s in range(betas.shape[0]):
        beta = np.float32(betas[s])
        if beta != 0:
            direction = shape_dirs[s].ravel()
            for i in range(flat.shape[0]):
                flat[i] += beta * direction[i]


@njit(cache=True, nogil=True)
def pose_features(rotations: Array, out: Array) -> None:
    """The entries of R - I of joints 1, 2, ... of rotations (24, 3, 3), as many as out (9 n,) float32 has."""
    for p in range(out.shape[0]):
        row, column = (p % 9) // 3, p % 3
        out[p] = rotations[1 + p // 9, row, column] - (1.0 if row == column else 0.0)


@njit(cache=True, nogil=True)
def add_pose_offsets(features: Array, pose_dirs: Array, out: Array) -> None:
    """Add SMPL's corrections: features (N, 9 n) times pose_dirs (9 n, V, 3), to out (N, V, 3).

    Runs block by block of the mesh, so that several samples share what was fetched from memory.
    """
    flat, directions = out.reshape(out.shape[0], -1), pose_dirs.reshape(pose_dirs.shape[0], -1)
    for start in range(0, flat.shape[1], _BLOCK):
        stop = min(start + _BLOCK, flat.shape[1])
        for n in range(flat.shape[0]):
            block = flat[n, start:stop]
            for p in range(directions.shape[0]):
                feature = features[n, p]
                if feature != 0:
                    direction = directions[p, start:stop]
                    for i in range(block.shape[0]):
                        block[i] += feature * direction[i]


@njit(cache=True, nogil=True)
def skin(shaped: Array, weight_joints: Array, weights: Array, transforms: Array, out: Array) -> None:
    """Move shaped (V, 3) to out (V, 3) by transforms (24, 3, 4) blended by joints and weights (V, K)."""
    bones = np.empty((N_JOINTS, 12), np.float32)
    for j in range(N_JOINTS):
        for r in range(3):
            for c in range(4):
                bones[j, 4 * r + c] = transforms[j, r, c]
    blend = np.empty(12, np.float32)
    for v in range(shaped.shape[0]):
        first, weight = weight_joints[v, 0], weights[v, 0]
        for i in range(12):
            blend[i] = weight * bones[first, i]
        for k in range(1, weights.shape[1]):
            weight = weights[v, k]
            if weight == 0:  # influences come heaviest first
                break
            bone = weight_joints[v, k]
            for i in range(12):
                blend[i] += weight * bones[bone, i]
        x, y, z = shaped[v, 0], shaped[v, 1], shaped[v, 2]
        out[v, 0] = blend[0] * x + blend[1] * y + blend[2] * z + blend[3]
        out[v, 1] = blend[4] * x + blend[5] * y + blend[6] * z + blend[7]
        out[v, 2] = blend[8] * x + blend[9] * y + blend[10] * z + blend[11]


@njit(cache=True, nogil=True)
def surface_points(vertices: Array, surface_vertices: Array, surface_weights: Array, out: Array) -> None:
    """Points (24, 3) in the order of `skeleton.SURFACE`, as weighted means of posed vertices (V, 3)."""
    for p in range(surface_vertices.shape[0]):
        for c in range(3):
            total = 0.0
            for k in range(surface_vertices.shape[1]):
                total += float(surface_weights[p, k]) * float(vertices[surface_vertices[p, k], c])
            out[p, c] = total


@njit(cache=True, nogil=True)
def pose_many(
    poses: Array,
    betas: Array,
    trans: Array,
    template: Array,
    shape_dirs: Array,
    pose_dirs: Array,
    weight_joints: Array,
    weights: Array,
    rest_joints: Array,
    joint_shape_dirs: Array,
    surface_vertices: Array,
    surface_weights: Array,
    vertices: Array,
    joints: Array,
) -> None:
    """Bodies, start to end: writes vertices (N, V, 3) and joints (N, 48, 3), those of `skeleton.JOINTS`.

    poses (N, 24, 3), betas (N, n) and trans (N, 3); then `Body.kernel_arrays()`.
    """
    size = min(_CHUNK, poses.shape[0]) if pose_dirs.shape[0] > 0 else 1
    shaped = np.empty((size, *template.shape), np.float32)
    rotations = np.empty((size, N_JOINTS, 3, 3))
    features = np.empty((size, pose_dirs.shape[0]), np.float32)
    rest, transforms = np.empty((N_JOINTS, 3)), np.empty((N_JOINTS, 3, 4))
    for start in range(0, poses.shape[0], size):
        count = min(size, poses.shape[0] - start)
        for k in range(count):
            shape_vertices(template, shape_dirs, betas[start + k], shaped[k])
            local_rotations(poses[start + k], rotations[k])
            pose_features(rotations[k], features[k])
        add_pose_offsets(features[:count], pose_dirs, shaped[:count])
        for k in range(count):
            n = start + k
            shape_joints(rest_joints, joint_shape_dirs, betas[n], rest)
            chain_transforms(rotations[k], rest, trans[n], transforms, joints[n, :N_JOINTS])
            skin(shaped[k], weight_joints, weights, transforms, vertices[n])
            surface_points(vertices[n], surface_vertices, surface_weights, joints[n, N_JOINTS:])
