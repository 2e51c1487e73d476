"""A human body in SMPL's format: a mesh that bends at 24 joints and changes shape by a few numbers.

Axes at rest: x to the body's left, y up, z forward, metres. The open body that the project ships is built by
`synth/assets/build`; a user's SMPL, SMPL-H and SMPL-X files are read by `synth.body.licensed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.body import lbs
from synth.body.skeleton import JOINTS

GENDERS = ("neutral", "male", "female")

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Posed(NamedTuple):
    """vertices (N, V, 3) float32 and joints (N, 48, 3) float64 in the order of `skeleton.JOINTS`, metres."""

    vertices: Floats
    joints: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Body:
    """A mesh of V vertices and F triangles with S shape components.

    template (V, 3), shape_dirs (S, V, 3) per standard deviation, pose_dirs (9 n, V, 3) or None: metres.
    faces (F, 3), counter-clockwise seen from outside. weight_joints, weights (V, K): heaviest first, rows sum
    to 1. rest_joints (24, 3) + betas · joint_shape_dirs (S, 24, 3): the joint centres at rest.
    surface_vertices, surface_weights (24, K2): the points of `skeleton.SURFACE` as means of vertices.
    face_parts (F,): the SMPL joint that owns each face. uv (U, 2) in [0, 1], v
    upward, with face_uv (F, 3) numbering them by corner, or None.
    proxy_vertices (W,), proxy_faces (G, 3): the vertices that make the coarse body and its faces, numbered
    among them.
    """

    name: str
    licence: str
    source: str
    template: Floats
    shape_dirs: Floats
    pose_dirs: Floats | None
    faces: Ints
    weight_joints: Ints
    weights: Floats
    rest_joints: NDArray[np.float64]
    joint_shape_dirs: NDArray[np.float64]
    surface_vertices: Ints
    surface_weights: Floats
    face_parts: NDArray[np.uint8]
    uv: Floats | None
    face_uv: Ints | None
    proxy_vertices: Ints
    proxy_faces: Ints

    def height(self, betas: ArrayLike = ()) -> float:
        """Standing height in metres: the vertical extent of the zero pose."""
        shaped = np.empty_like(self.template)
        lbs.shape_vertices(self.template, self.shape_dirs, self._rows(betas, 1)[0], shaped)
        return float(np.ptp(shaped[:, 1]))

    def posed(self, pose: ArrayLike, betas: ArrayLike = (), trans: ArrayLike = (0.0, 0.0, 0.0)) -> Posed:
        """Pose N bodies; the result for one does not depend on the others.

        pose (N, 24, 3) axis-angle, radians; betas (N, n) or (n,), n <= S; trans (N, 3) or (3,), metres: the
        pelvis comes to lie at its rest position + trans. Raises ValueError for arrays of another shape.
        """
        poses = np.array(pose, dtype=np.float64, order="C")
        if poses.ndim != 3 or poses.shape[1:] != (lbs.N_JOINTS, 3):
            raise ValueError(f"poses must be (N, 24, 3), not {poses.shape}")
        n = len(poses)
        moves = np.array(
            np.broadcast_to(np.asarray(trans, dtype=np.float64), (n, 3))
        )  # writeable: one kernel
        vertices = np.empty((n, *self.template.shape), np.float32)
        joints = np.empty((n, len(JOINTS), 3))
        arguments = (poses, self._rows(betas, n), moves, *self.kernel_arrays(), vertices, joints)
        lbs.pose_many(*arguments)
        return Posed(vertices, joints)

    def kernel_arrays(self) -> tuple[NDArray[Any], ...]:
        """The arrays that `lbs.pose_many` takes after trans, in its order."""
        no_pose_dirs = np.zeros((0, *self.template.shape), np.float32)
        return (
            self.template,
            self.shape_dirs,
            no_pose_dirs if self.pose_dirs is None else self.pose_dirs,
            self.weight_joints,
            self.weights,
            self.rest_joints,
            self.joint_shape_dirs,
            self.surface_vertices,
            self.surface_weights,
        )

    def proxy(self) -> Body:
        """The same body with a tenth of the vertices, a subset of the full body's: for ray casting and contacts."""
        return _proxy(self)

    def _rows(self, betas: ArrayLike, n: int) -> NDArray[np.float64]:
        values = np.atleast_2d(np.asarray(betas, dtype=np.float64))
        if values.ndim != 2 or values.shape[1] > len(self.shape_dirs):
            raise ValueError(f"betas must be (N, {len(self.shape_dirs)}) at most, not {np.shape(betas)}")
        return np.array(np.broadcast_to(values, (n, values.shape[1])))


@lru_cache(maxsize=16)
def _proxy(body: Body) -> Body:
    kept = body.proxy_vertices
    number = np.full(len(body.template), -1, np.int32)
    number[kept] = np.arange(len(kept))
    if (number[body.surface_vertices] < 0).any():
        raise ValueError("the coarse body lacks vertices that the surface points need")
    owner = body.weight_joints[kept][body.proxy_faces, 0]
    return Body(
        name=f"{body.name}, coarse",
        licence=body.licence,
        source=body.source,
        template=np.ascontiguousarray(body.template[kept]),
        shape_dirs=np.ascontiguousarray(body.shape_dirs[:, kept]),
        pose_dirs=None if body.pose_dirs is None else np.ascontiguousarray(body.pose_dirs[:, kept]),
        faces=body.proxy_faces,
        weight_joints=np.ascontiguousarray(body.weight_joints[kept]),
        weights=np.ascontiguousarray(body.weights[kept]),
        rest_joints=body.rest_joints,
        joint_shape_dirs=body.joint_shape_dirs,
        surface_vertices=number[body.surface_vertices],
        surface_weights=body.surface_weights,
        face_parts=majority(owner),
        uv=None,
        face_uv=None,
        proxy_vertices=np.arange(len(kept), dtype=np.int32),
        proxy_faces=body.proxy_faces,
    )


def majority(corners: NDArray[np.integer]) -> NDArray[np.uint8]:
    """(F,) of (F, 3): what two corners of a face agree on, else its first corner's."""
    agree = (corners[:, 1] == corners[:, 2]) & (corners[:, 0] != corners[:, 1])
    return np.where(agree, corners[:, 1], corners[:, 0]).astype(np.uint8)
