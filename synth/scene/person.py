"""Who stands in a scene and how: bodies of drawn shape and gender, posed by motion, feet on the floor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, field_validator

from synth.body.body import GENDERS, Body
from synth.body.loading import load_body
from synth.body.skeleton import JOINTS, SMPL_24, smpl_rest_joints
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.core.spec import Spec, Weight
from synth.scene.tasks import Tasks

Array = NDArray[np.float64]
_HIP, _ANKLE = SMPL_24.index("left_hip"), SMPL_24.index("left_ankle")
# motion is retargeted to legs of this length, metres
_SMPL_LEG = float(np.linalg.norm(smpl_rest_joints()[_HIP] - smpl_rest_joints()[_ANKLE]))

_MOST_SHAPE = 2.5  # standard deviations, beyond which bodies look odd


class BodySpec(Spec):
    """Which bodies a recipe draws."""

    model: str = Field(
        "open", description="'open' (shipped), or an SMPL, SMPL-H or SMPL-X .npz; {gender} in it is filled in"
    )
    genders: dict[str, Weight] = Field({"neutral": 0.2, "male": 0.5, "female": 0.3}, min_length=1)
    shape: float = Field(1.0, ge=0, le=3, description="standard deviation of the shape components (betas)")

    @field_validator("genders")
    @classmethod
    def _known(cls, value: dict[str, float]) -> dict[str, float]:
        if set(value) - set(GENDERS) or sum(value.values()) <= 0:
            raise ValueError(f"give weights, not all 0, to {', '.join(GENDERS)}")
        return value

    def bodies(self) -> list[Body]:
        """One body for each of `GENDERS`, of one topology and with one choice of coarse vertices.

        Raises InputError for a file that cannot be used, or files whose meshes differ.
        """
        bodies = [load_body(self.model.replace("{gender}", gender), gender) for gender in GENDERS]
        first = bodies[0]
        if any(not np.array_equal(body.faces, first.faces) for body in bodies):
            raise InputError(
                "the genders' meshes differ in their faces", where=self.model, remedy="use files of one kind"
            )
        return [
            replace(body, proxy_vertices=first.proxy_vertices, proxy_faces=first.proxy_faces)
            for body in bodies
        ]


@dataclass(frozen=True)
class Motion:
    """What m people do over F frames: poses (m, F, 24, 3) axis-angle, trans (m, F, 3) SMPL translations, and
    clearance (m, F), the height of the lowest point of the body over the floor; metres, world, Z up. tasks: whose
    body moves there, and what its task needs, where there are tasks at all."""

    poses: NDArray[np.float32]
    trans: NDArray[np.float32]
    clearance: NDArray[np.float32]
    tasks: Tasks | None = None

    @property
    def frames(self) -> int:
        return self.poses.shape[1]


@dataclass(frozen=True)
class People:
    """m people over F frames, in the world with Z up.

    gender (m,) index into `GENDERS`; betas (m, S); poses (m, F, 24, 3); trans (m, F, 3); vertices
    (m, F, V, 3) of the coarse body and joints (m, F, 48, 3), metres. shift (m, 3) metres: by how much the world of
    the clip was moved, of those who do a task.
    """

    gender: NDArray[np.uint8]
    betas: NDArray[np.float32]
    poses: NDArray[np.float32]
    trans: Array
    vertices: NDArray[np.float32]
    joints: Array
    shift: Array


def draw_people(
    draws: Draws, ids: NDArray[np.int64], spec: BodySpec, bodies: list[Body], motion: Motion
) -> People:
    """m people of drawn gender and shape; ids (m,) are the identities of the moments they are caught in.

    Strides are scaled to the length of the legs, the lowest point of every frame is put at the motion's
    clearance over the floor, and the pelvis of the middle frame over the world's origin. Who does a task has the body
    that it was solved for, and moves by as much as that body does, over the floor of its clip.
    """
    gender = draws.choice("body.gender", ids, [spec.genders.get(name, 0.0) for name in GENDERS])
    drawn = np.clip(draws.normal("body.betas", ids, len(bodies[0].shape_dirs)), -_MOST_SHAPE, _MOST_SHAPE)
    betas = (drawn * spec.shape).astype(np.float32)
    own = np.zeros(len(gender), bool) if motion.tasks is None else motion.tasks.own
    moves = motion.trans
    if motion.tasks is not None:
        gender = np.where(own, motion.tasks.gender, gender)
        moves = moves.astype(np.float64)
        for number in np.unique(gender[own]):
            rows = np.flatnonzero(own & (gender == number))
            betas[rows], lift = _fitted(bodies[number], GENDERS[number], spec.model, motion.tasks.betas[rows])
            moves[rows] += lift[:, None]
    m, frames = motion.poses.shape[:2]
    vertices = np.empty((m, frames, len(bodies[0].proxy().template), 3), np.float32)
    joints, trans = np.empty((m, frames, len(JOINTS), 3)), np.empty((m, frames, 3))
    shift, middle = np.zeros((m, 3)), frames // 2
    for number, body in enumerate(bodies):
        rows = np.flatnonzero(gender == number)
        if not len(rows):
            continue
        coarse = body.proxy()
        stride = np.where(own[rows], 1.0, _leg(coarse, betas[rows]) / _SMPL_LEG)
        moved = (motion.trans[rows] - motion.trans[rows, middle : middle + 1]) * stride[:, None, None]
        moved[own[rows]] = moves[rows[own[rows]]]
        posed = coarse.posed(
            motion.poses[rows].reshape(-1, len(SMPL_24), 3),
            np.repeat(betas[rows], frames, 0),
            moved.reshape(-1, 3),
        )
        _settle(
            rows, own, motion.clearance, moved, posed.vertices, posed.joints, vertices, joints, trans, shift
        )
    return People(gender.astype(np.uint8), betas, motion.poses, trans, vertices, joints, shift)


@njit(cache=True, nogil=True)
def _settle(rows, own, clearance, moved, posed_vertices, posed_joints, vertices, joints, trans, shifts):  # type: ignore[no-untyped-def]
    """Write people `rows` of vertices, joints, trans and shifts: the posed ones, over the floor and the origin.

    posed_vertices (n * F, V, 3) and posed_joints (n * F, 48, 3) of the n people, moved (n, F, 3); own (m,): those whose
    clip's floor stays where it is; the rest as in `People`.
    """
    frames = clearance.shape[1]
    for i in range(len(rows)):
        row, first = rows[i], i * frames
        x, y = posed_joints[first + frames // 2, 0, 0], posed_joints[first + frames // 2, 0, 1]
        shifts[row, 0], shifts[row, 1] = -x, -y
        for f in range(frames):
            here = posed_vertices[first + f]
            lowest = here[0, 2]
            for v in range(1, len(here)):
                lowest = min(lowest, here[v, 2])
            shift = (-x, -y, 0.0 if own[row] else np.float64(clearance[row, f] - lowest))
            for k in range(3):
                trans[row, f, k] = moved[i, f, k] + shift[k]
                for j in range(joints.shape[2]):
                    joints[row, f, j, k] = posed_joints[first + f, j, k] + shift[k]
            low = (np.float32(shift[0]), np.float32(shift[1]), np.float32(shift[2]))
            for v in range(len(here)):
                vertices[row, f, v, 0] = here[v, 0] + low[0]
                vertices[row, f, v, 1] = here[v, 1] + low[1]
                vertices[row, f, v, 2] = here[v, 2] + low[2]


def _fitted(
    body: Body, gender: str, model: str, betas: NDArray[np.float32]
) -> tuple[NDArray[np.float32], Array]:
    """The shape that stands in for the shipped body's betas (n, S), and (n, 3) metres by which its pelvis has to move
    at rest for being where that body's is.

    It is those betas for the shipped body; for another it is the first component that gives legs of their length.
    """
    out = np.zeros((len(betas), len(body.shape_dirs)), np.float32)
    if model == "open":
        out[:, : betas.shape[1]] = betas[:, : out.shape[1]]
        return out, np.zeros((len(betas), 3))
    shipped = load_body("open", gender)
    steps = np.zeros((161, len(body.shape_dirs)), np.float32)
    steps[:, 0] = np.linspace(-4, 4, 161)
    legs = _leg(body, steps)
    order = np.argsort(legs)
    out[:, 0] = np.interp(_leg(shipped, betas), legs[order], steps[order, 0])
    return out, _pelvis(shipped, betas) - _pelvis(body, out)


def _pelvis(body: Body, betas: NDArray[np.floating]) -> Array:
    """(n, 3) where the pelvis is at rest."""
    found: Array = body.rest_joints[0] + (betas[:, :, None] * body.joint_shape_dirs[:, 0]).sum(1)
    return found


def _leg(body: Body, betas: NDArray[np.floating]) -> Array:
    """(n,) metres from hip to ankle at rest."""
    leg = body.rest_joints[_HIP] - body.rest_joints[_ANKLE]
    change = body.joint_shape_dirs[:, _HIP] - body.joint_shape_dirs[:, _ANKLE]
    along = leg + (betas[:, :, None] * change).sum(1)
    return np.asarray(np.sqrt((along**2).sum(-1)), dtype=np.float64)
