"""Which moment, clip and frame every sample is: a pure function of the recipe, the motion bank and the seed.

Samples are numbered through the recipe's images first, then its pairs, so that a sample's number, and with it
every label, is the same whether or not it has pixels. More pairs therefore leave every sample as it was, and more
images do where there are no pairs after them. Nothing is listed ahead: a shard's rows are computed when
they are asked for, so a plan of any length takes no memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.schema import MOST_FURNITURE
from pipelines.generate.motion_bank import Bank
from pipelines.generate.recipe import AmountSpec, Recipe
from synth.core.errors import InputError
from synth.core.randomness import Draws
from synth.core.words import count
from synth.scene.person import Motion
from synth.scene.props.furniture import PieceKey
from synth.scene.tasks import TaskTable, table_of

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """A run of scenes: ids (s,) of the scenes; moment (s,) rows of moment_ids (m,); clip (m,) and frame (m,),
    where each moment starts in the bank and how far into its clip."""

    scene_ids: Ids
    moment: Ids
    moment_ids: Ids
    clip: Ids
    frame: Ids


@dataclass(frozen=True)
class PartPlan:
    """The samples of one part: `scenes` scenes of `frames` samples each, numbered from `first_scene`."""

    kind: str
    name: str
    first_scene: int
    scenes: int
    frames: int
    views: int | None
    scenes_per_shard: int

    @property
    def samples(self) -> int:
        return self.scenes * self.frames

    @property
    def samples_per_shard(self) -> int:
        return self.scenes_per_shard * self.frames

    @property
    def shards(self) -> int:
        return -(-self.scenes // self.scenes_per_shard)

    def scenes_of(self, shard: int) -> tuple[int, int]:
        """First scene and one past the last of a shard, counted from the part's own first scene."""
        first = shard * self.scenes_per_shard
        return first, min(first + self.scenes_per_shard, self.scenes)


@dataclass(frozen=True)
class Plan:
    """All samples of a recipe over a motion bank."""

    recipe: Recipe
    bank: Bank

    @property
    def track(self) -> int:
        return self.recipe.tracks.frames if self.recipe.tracks else 1

    @cached_property
    def starts(self) -> Ids:
        """Per clip, how many frames a track may start from; 0 where the clip is shorter than a track."""
        return np.maximum(0, np.diff(self.bank.start) - self.track + 1)

    @cached_property
    def windows(self) -> Ids:
        """Per clip, how many tracks it holds end to end: what `views_per_frame` counts."""
        return np.diff(self.bank.start) // self.track

    @cached_property
    def parts(self) -> list[PartPlan]:
        """The part of images, if any are asked for, then the part of pairs."""
        if not self.starts.sum():
            longest = int(np.diff(self.bank.start).max())
            raise InputError(
                f"no clip is as long as a track of {self.track} frames; the longest has {longest}",
                where="tracks.frames",
                remedy="ask for shorter tracks, a lower rate or longer recordings",
            )
        recipe = self.recipe
        parts, first = [], 0
        for kind, shard in (("images", recipe.images_per_shard), ("pairs", recipe.storage.pairs_per_shard)):
            amount = recipe.amount(kind)
            scenes = self._scenes(amount)
            if scenes:
                name, per_shard = recipe.part_name(kind), max(1, shard // self.track)
                parts.append(
                    PartPlan(kind, name, first, scenes, self.track, amount.views_per_frame, per_shard)
                )
            first += scenes
        return parts

    @property
    def images(self) -> int:
        """How many scenes have pixels: the number of the first that has none."""
        return self._scenes(self.recipe.images)

    def rows(self, part: PartPlan, first: int, stop: int) -> Rows:
        """Scenes first to stop - 1 of a part, counted from the part's own first scene."""
        local = np.arange(first, stop, dtype=np.int64)
        ids = part.first_scene + local
        if part.views is None:
            return self.drawn(ids)
        moments, moment = np.unique(local // part.views, return_inverse=True)
        edge = np.concatenate([[0], np.cumsum(self.windows)])
        clip = np.searchsorted(edge, moments, side="right") - 1
        frame = (moments - edge[clip]) * self.track
        # the person of a moment is the same in all its views, and another than that of any drawn moment
        return Rows(ids, moment, part.first_scene + moments * part.views, clip, frame)

    def motion(self, rows: Rows) -> Motion:
        """The frames of the bank that a run of scenes shows, with the tasks of their clips."""
        at = (self.bank.start[rows.clip] + rows.frame)[:, None] + np.arange(self.track)
        tasks = self.tasks.moments(rows.clip, rows.frame) if self.tasks else None
        return Motion(self.bank.poses[at], self.bank.trans[at], self.bank.clearance[at], tasks)

    @cached_property
    def tasks(self) -> TaskTable | None:
        """The tasks of the bank's clips; None where there are none."""
        return table_of(self.bank.works, self.recipe.rate, self.track)

    @property
    def pieces(self) -> tuple[PieceKey, ...]:
        """Every piece of furniture of those tasks."""
        return self.tasks.pieces if self.tasks else ()

    @property
    def furniture(self) -> int:
        """The most pieces of furniture that a sample has. Raises InputError where labels cannot number so many."""
        most = self.tasks.slots if self.tasks else 0
        if most > MOST_FURNITURE:
            raise InputError(
                f"a clip has {most} pieces of furniture within {count(self.track, 'frame')}; "
                f"at most {MOST_FURNITURE} are told apart",
                where="motion.sources",
                remedy="leave out what stands around, or ask for shorter tracks",
            )
        return most

    def drawn(self, ids: Ids) -> Rows:
        """Scenes of identities ids (s,), each of a moment drawn from all there are."""
        draws = Draws(self.recipe.seed)
        edge = self._weighted_edge
        place = draws.uniform("plan.frame", ids, 2)
        clip = np.searchsorted(edge, place[:, 0] * edge[-1], side="right") - 1
        clip = np.minimum(clip, len(self.starts) - 1)
        frame = np.minimum((place[:, 1] * self.starts[clip]).astype(np.int64), self.starts[clip] - 1)
        return Rows(ids, np.arange(len(ids)), ids, clip, frame)

    @cached_property
    def _weighted_edge(self) -> NDArray[np.float64]:
        weights = [self.recipe.motion.sources[clip["source"]].weight for clip in self.bank.clips]
        shares = self.starts * np.array(weights)
        if shares.sum() <= 0:
            raise InputError(
                "leave no frame to draw from",
                where="motion.sources weights",
                remedy="give one a weight above 0",
            )
        return np.concatenate([[0.0], np.cumsum(shares)])

    def _scenes(self, amount: AmountSpec) -> int:
        if amount.views_per_frame is not None:
            return int(self.windows.sum()) * amount.views_per_frame
        return -(-(amount.count or 0) // self.track)
