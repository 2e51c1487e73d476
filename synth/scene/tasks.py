"""The tasks of clips as arrays: whose body it is, what stands around and what is held, moment by moment.

A table is made once of all clips of a motion bank; a batch of moments takes its rows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from synth.body.body import GENDERS
from synth.scene.furnishing import Fixed
from synth.scene.holding import BETWEEN, IN_LEFT, IN_RIGHT, ON_FLOOR, UPRIGHT_LEFT, UPRIGHT_RIGHT, frame_of
from synth.scene.props.furniture import FURNITURE, PieceKey, sizes
from synth.scene.work import COUPLINGS, Furniture, Hand, Load, Work

Array = NDArray[np.float64]
Ids = NDArray[np.int64]
Timed = TypeVar("Timed", Furniture, Load)

BETAS = 10  # shape components of the shipped body
_NEVER = np.iinfo(np.int64).max
_SOONER = 1e-6  # of a frame: what rounding may have added to a time that falls on it


@dataclass(frozen=True)
class Tasks:
    """The tasks of m moments of F frames.

    own (m,): whether the moment is of a clip with a task; what is said of others means nothing. gender (m,) index into
    `GENDERS` and betas (m, BETAS): the body that the clip was solved for. furniture: up to K pieces a moment, with
    numbers among the table's pieces and places in the clip's world. kilograms (m, F) in the hands, coupling (m,) index
    into `COUPLINGS`; works: the task itself, None for others, of which the moment's frames are at seconds (m, F).
    """

    own: NDArray[np.bool_]
    gender: NDArray[np.uint8]
    betas: NDArray[np.float32]
    furniture: Fixed
    kilograms: NDArray[np.float32]
    coupling: NDArray[np.uint8]
    works: tuple[Work | None, ...]
    seconds: Array


@dataclass(frozen=True)
class TaskTable:
    """The tasks of all clips of a bank at `rate` frames a second, None for clips without one, to take runs of `frames`
    frames from."""

    works: tuple[Work | None, ...]
    rate: float
    frames: int

    @cached_property
    def pieces(self) -> tuple[PieceKey, ...]:
        """Every piece of furniture once, in an order that depends on nothing but what there is."""
        return tuple(sorted({key_of(each) for work in self.works if work for each in work.furniture}))

    @cached_property
    def slots(self) -> int:
        """The most pieces that are there in a run of `frames` frames of any clip."""
        most = 0
        for begin, end in zip(self._begin, self._end, strict=True):
            last = begin[end > begin]  # of a run: most are there where one begins at its end
            if len(last):
                seen = (begin <= last[:, None]) & (end > np.maximum(last[:, None] - self.frames + 1, begin))
                most = max(most, int(seen.sum(1).max()))
        return most

    def moments(self, clip: Ids, frame: Ids) -> Tasks:
        """The tasks of moments (m,): runs of `frames` frames of a clip from a frame of it on."""
        at = frame[:, None] + np.arange(self.frames)
        there = (self._begin[clip][:, None] <= at[:, :, None]) & (at[:, :, None] < self._end[clip][:, None])
        order = np.argsort(~there.any(1), axis=1, kind="stable")[:, : self.slots]
        there, rows = np.take_along_axis(there, order[:, None], 2), clip[:, None]
        furniture = Fixed(
            np.where(there.any(1), self._places.number[rows, order], np.int16(-1)),
            self._places.grip[rows, order], self._places.angle[rows, order],
            self._places.position[rows, order], there,
        )  # fmt: skip
        held = (self._lift_begin[clip][:, None] <= at[:, :, None]) & (
            at[:, :, None] < self._lift_end[clip][:, None]
        )
        kilograms = (held * self._kilograms[clip][:, None]).sum(-1).astype(np.float32)
        works = tuple(self.works[number] for number in clip)
        return Tasks(
            self._own[clip], self._gender[clip], self._betas[clip], furniture, kilograms, self._coupling[clip],
            works, at / self.rate,
        )  # fmt: skip

    @cached_property
    def _own(self) -> NDArray[np.bool_]:
        return np.array([work is not None for work in self.works])

    @cached_property
    def _gender(self) -> NDArray[np.uint8]:
        return np.array([GENDERS.index(work.gender) if work else 0 for work in self.works], np.uint8)

    @cached_property
    def _betas(self) -> NDArray[np.float32]:
        out = np.zeros((len(self.works), BETAS), np.float32)
        for row, work in zip(out, self.works, strict=True):
            if work:
                row[: len(work.betas)] = work.betas[:BETAS]
        return out

    @cached_property
    def _coupling(self) -> NDArray[np.uint8]:
        return np.array([COUPLINGS.index(work.coupling) if work else 0 for work in self.works], np.uint8)

    @cached_property
    def _begin(self) -> Ids:
        return self._times([[each.start for each in work.furniture] if work else [] for work in self.works])

    @cached_property
    def _end(self) -> Ids:
        return self._times([[each.stop for each in work.furniture] if work else [] for work in self.works])

    @cached_property
    def _lift_begin(self) -> Ids:
        return self._times([[each.start for each in work.loads] if work else [] for work in self.works])

    @cached_property
    def _lift_end(self) -> Ids:
        return self._times([[each.stop for each in work.loads] if work else [] for work in self.works])

    def _times(self, seconds: Sequence[Sequence[float]]) -> Ids:
        """(clips, most): the first frame that is not before each time; rows are filled up with what never is."""
        out = np.zeros((len(seconds), max(1, *(len(row) for row in seconds))), np.int64)
        for row, times in zip(out, seconds, strict=True):
            frames = np.ceil(np.minimum(np.array(times, np.float64) * self.rate, 2.0**52) - _SOONER)
            row[: len(times)] = frames.astype(np.int64)
        return out

    @cached_property
    def _kilograms(self) -> Array:
        out = np.zeros(self._lift_begin.shape)
        for row, work in zip(out, self.works, strict=True):
            if work:
                row[: len(work.loads)] = [each.kilograms for each in work.loads]
        return out

    @cached_property
    def _places(self) -> Fixed:
        """Every piece of each clip, of no frames."""
        shape, known = self._begin.shape, {key: number for number, key in enumerate(self.pieces)}
        number, grip = np.full(shape, -1, np.int16), np.zeros(shape, np.int8)
        turn, position = np.zeros(shape), np.zeros((*shape, 3))
        for row, work in enumerate(self.works):
            for column, each in enumerate(work.furniture if work else ()):
                number[row, column] = known[key_of(each)]
                grip[row, column] = grip_of(each.kind, each.hand)
                turn[row, column] = each.yaw
                position[row, column] = (0.0, 0.0, 0.0) if each.hand else each.position
        return Fixed(number, grip, turn, position, np.empty((shape[0], 0, shape[1]), np.bool_))


def place_of(each: Furniture, joints: Array) -> tuple[Array, Array]:
    """The rotation (3, 3) and translation (3,) that take a piece, as `furniture.piece_of` builds it for its hand, to
    the world of the joints (48, 3) of who does the task."""
    rotation, translation = np.empty((3, 3)), np.empty(3)
    position = np.array(each.position, np.float64)
    frame_of(grip_of(each.kind, each.hand), float(each.yaw), position, joints, rotation, translation)
    return rotation, translation


def table_of(works: Sequence[Work | None], rate: float, frames: int) -> TaskTable | None:
    """The table of a bank's clips; None where no clip has a task."""
    return TaskTable(tuple(works), rate, frames) if any(works) else None


def key_of(each: Furniture) -> PieceKey:
    """What tells a piece from others: its kind, every size and how it is held."""
    return each.kind, tuple(sizes(each.kind, each.size).values()), each.hand


def grip_of(kind: str, hand: Hand) -> int:
    """How a piece of a kind follows a hand, as `placement.frame_of` has it."""
    if not hand:
        return ON_FLOOR
    hold = FURNITURE.get(kind).hold
    if hold == "tool":  # of both hands, the right one points it
        return IN_LEFT if hand == "left" else IN_RIGHT
    if hand == "both":
        return BETWEEN
    if hold == "shaft":
        return IN_LEFT if hand == "left" else IN_RIGHT
    return UPRIGHT_LEFT if hand == "left" else UPRIGHT_RIGHT
