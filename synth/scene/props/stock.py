"""The stock of props that scenes take theirs from, as flat arrays that a kernel can read.

A prop's geometry is built once for a process; a scene only picks a number and a place. Collisions are checked
against the boxes around a prop's solids, so that one may stand at a bench with the arms over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from synth.core.randomness import Draws
from synth.core.spec import Share, Spec, Weight
from synth.scene.props.furniture import PieceKey, furniture
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS, PROPS, UNIFORMS, Prop, build

# the bands of how many of COCO's 17 joints props hide: (fewest, most)
BANDS: dict[str, tuple[int, int]] = {"0": (0, 0), "1-4": (1, 4), "5-8": (5, 8), "9+": (9, 15)}
VARIANTS = 320


class PropSpec(Spec):
    """Which props stand in a scene and how much of the person they hide."""

    count: tuple[int, int] = Field((1, 3), description="fewest and most props of a scene")
    held: Share = Field(0.25, description="share of scenes whose first prop is held in the hands")
    hanging: Share = Field(
        0.2,
        description="share of kinds that can hang put above the floor; more under high cameras, none at 0",
    )
    kinds: dict[str, Weight] = Field(
        dict.fromkeys(PROP_KINDS, 1.0), description="weight of each standing kind"
    )
    held_kinds: dict[str, Weight] = Field(
        dict.fromkeys(HELD_KINDS, 1.0), description="weight of each kind that is held"
    )
    bands: dict[str, Share] = Field(
        {"0": 0.35, "1-4": 0.3, "5-8": 0.2, "9+": 0.15},
        description="wanted share of samples by how many of COCO's 17 joints props hide; all four keys, summing to 1",
    )

    @field_validator("count")
    @classmethod
    def _counts(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 0 <= value[0] <= value[1] <= 8:
            raise ValueError("give the fewest and the most props, 0 <= fewest <= most <= 8")
        return value

    @field_validator("kinds")
    @classmethod
    def _standing_kinds(cls, value: dict[str, float]) -> dict[str, float]:
        return _known(value, held=False)

    @field_validator("held_kinds")
    @classmethod
    def _held_kinds(cls, value: dict[str, float]) -> dict[str, float]:
        return _known(value, held=True)

    @field_validator("bands")
    @classmethod
    def _known_bands(cls, value: dict[str, float]) -> dict[str, float]:
        if set(value) != set(BANDS):
            raise ValueError(
                f"give the share of each of the four bands {', '.join(BANDS)}; 0 for those not wanted"
            )
        if abs(sum(value.values()) - 1) > 1e-6:
            raise ValueError(f"the shares must sum to 1, not to {sum(value.values()):g}")
        return value


def _known(weights: dict[str, float], held: bool) -> dict[str, float]:
    how = "held" if held else "standing"
    unknown = sorted(name for name in weights if name not in PROPS or PROPS.get(name).held != held)
    if unknown:
        known = [name for name, kind in PROPS.all().items() if kind.held == held]
        raise ValueError(f"there is no {how} prop '{', '.join(unknown)}'; choose from {', '.join(known)}")
    if sum(weights.values()) <= 0:
        raise ValueError(
            f"at least one {how} kind needs a weight above 0; for no such props see count and held"
        )
    return weights


class Stock(NamedTuple):
    """Props end to end, of which the first are drawn by their shares: prop p has the solids solid_start[p] to
    solid_start[p + 1] - 1.

    vertices (V, 3) are in the frame of their prop and numbered through in faces (F, 3); a solid has the faces
    face_start[b] to face_start[b + 1] - 1 and the box boxes[b] (2, 3), low and high corner, which is the solid
    itself where is_box says so. bounds (P, 2, 3) are the boxes of whole props.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    face_start: NDArray[np.int64]
    boxes: NDArray[np.float64]
    is_box: NDArray[np.bool_]
    solid_start: NDArray[np.int64]
    bounds: NDArray[np.float64]
    hanging: NDArray[np.bool_]
    standing_share: NDArray[np.float64]
    held_share: NDArray[np.float64]


@dataclass(frozen=True)
class PropStock:
    """The props of a recipe; `arrays` holds them for the kernels. The last `furniture` of them are not drawn: they are
    there where a task needs them."""

    props: tuple[Prop, ...]
    spec: PropSpec
    furniture: int = 0

    @property
    def drawn(self) -> tuple[Prop, ...]:
        """The props that are drawn."""
        return self.props[: len(self.props) - self.furniture]

    @cached_property
    def arrays(self) -> Stock:
        solids = [_solids(prop) for prop in self.props]
        boxes = [np.array([(part.min(0), part.max(0)) for part, _ in found], np.float64) for found in solids]
        every = [solid for found in solids for solid in found]
        first_vertex = _starts([len(prop.vertices) for prop in self.props])
        weights = self.spec.kinds | self.spec.held_kinds
        per_kind = {kind: sum(prop.kind == kind for prop in self.drawn) for kind in weights}

        def share(held: bool) -> NDArray[np.float64]:
            each = [weights[p.kind] / per_kind[p.kind] if p.held == held else 0.0 for p in self.drawn]
            return np.cumsum(each) / np.sum(each)

        return Stock(
            vertices=np.concatenate([prop.vertices for prop in self.props]),
            faces=np.concatenate(
                [
                    faces + first
                    for found, first in zip(solids, first_vertex, strict=False)
                    for _, faces in found
                ]
            ).astype(np.int32),
            face_start=_starts([len(faces) for _, faces in every]),
            boxes=np.concatenate(boxes),
            is_box=np.array([_is_box(points) for points, _ in every]),
            solid_start=_starts([len(found) for found in solids]),
            bounds=np.stack([[rows[:, 0].min(0), rows[:, 1].max(0)] for rows in boxes]),
            hanging=np.array([PROPS.get(prop.kind).hangs for prop in self.drawn] + [False] * self.furniture),
            standing_share=share(False),
            held_share=share(True),
        )

    @cached_property
    def middles(self) -> list[list[float]]:
        """(P, 3) the middle of each prop's box in the prop's own frame, metres, to 0.1 mm."""
        found: list[list[float]] = self.arrays.bounds.mean(1).round(4).tolist()
        return found


def make_stock(draws: Draws, spec: PropSpec, pieces: Sequence[PieceKey] = ()) -> PropStock:
    """`VARIANTS` props in order of size, as many of every kind of the recipe, sizes and colours drawn; then
    the pieces of furniture, each by its kind, its sizes and how it is held."""
    weights = spec.kinds | spec.held_kinds
    if pieces:
        # in the order of names, in which a part's recipe comes back from its JSON. Without furniture the order is the
        # recipe's own, so that `made_of` in part.json keeps the order, and with it the identity, that it always had
        weights = dict(sorted(spec.kinds.items())) | dict(sorted(spec.held_kinds.items()))
    kinds = [kind for kind, weight in weights.items() if weight > 0]
    sizes = draws.uniform("shelf", np.arange(VARIANTS), UNIFORMS)
    props = [build(kinds[i % len(kinds)], sizes[i]) for i in range(VARIANTS)]
    others = [furniture(*piece) for piece in pieces]
    return PropStock((*sorted(props, key=_size), *others), spec, len(others))


def _size(prop: Prop) -> float:
    """The largest area, in square metres, that the box around a prop shows from the side."""
    length, depth, height = np.ptp(prop.vertices, axis=0)
    return float(height * np.hypot(length, depth))


def _starts(counts: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _solids(prop: Prop) -> list[tuple[NDArray[np.float32], NDArray[np.int32]]]:
    """The vertices and the faces (numbered through the prop) of each connected solid of a prop."""
    n = len(prop.vertices)
    ends = np.concatenate([prop.faces[:, [0, 1]], prop.faces[:, [1, 2]]])
    count, solid = connected_components(
        coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    )
    return [(prop.vertices[solid == b], prop.faces[solid[prop.faces[:, 0]] == b]) for b in range(count)]


def _is_box(points: NDArray[np.float32]) -> bool:
    """Whether a closed solid's vertices are the eight corners of an upright box."""
    at_corner = (points == points.min(0)) | (points == points.max(0))
    return len(points) == 8 and bool(at_corner.all()) and len(np.unique(points, axis=0)) == 8
