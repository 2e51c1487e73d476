"""One task: the samples of one shard, made and written."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.corpus.corpus import Corpus, Part
from pipelines.corpus.schema import functions_of
from pipelines.generate.detections import detector_of
from pipelines.generate.facts import body_digests
from pipelines.generate.motion_bank import bank_of
from pipelines.generate.plan import PartPlan, Plan, Rows
from pipelines.generate.recipe import Recipe
from synth.core.errors import InputError
from synth.label.compute import label
from synth.render import get_renderer
from synth.render.labels import Shot, encode
from synth.scene.picture import draw_looks, picture
from synth.scene.scenes import Scenes, Studio

__all__ = ["Maker", "encode", "make_shard"]

SAMPLES_AT_ONCE = 1024  # what bounds a worker's memory: samples of which meshes are held together


class Maker:
    """What a process keeps to make one part's shards: the part, its plan and its studio.

    body: 'open', or the path of the body model, of which the part's description has only the name. Raises InputError
    where the part was laid out with another body or its motion is missing.
    """

    def __init__(self, corpus: Path, name: str, body: str = "open") -> None:
        self.part: Part = Corpus(corpus).part(name)
        facts = self.part.facts
        self.recipe = _with_body(Recipe.model_validate(facts["recipe"]), body)
        self.plan = Plan(self.recipe, bank_of(corpus, facts))
        self.part_plan: PartPlan = next(p for p in self.plan.parts if p.name == name)
        self.studio = Studio(
            self.recipe.scene_spec, self.recipe.seed, tuple(facts["band_weights"]), self.plan.pieces
        )
        self.detector = detector_of(self.part)
        if body_digests(self.studio) != facts["made_of"]["bodies"]:
            raise InputError(
                "is not the body model that the part was begun with",
                where=body,
                remedy="give workers the same file under this path, or choose another `name` for the part",
            )

    def make(self, shard: int) -> dict[str, NDArray[Any]]:
        """The arrays of a shard, of the schema's types."""
        first, stop = self.part_plan.scenes_of(shard)
        step = max(1, SAMPLES_AT_ONCE // self.part_plan.frames)
        pieces = [self._make(a, min(a + step, stop)) for a in range(first, stop, step)]
        if len(pieces) == 1:
            return pieces[0]
        return {row.name: np.concatenate([piece[row.name] for piece in pieces]) for row in self.part.labels}

    def scenes(self, first: int, stop: int) -> tuple[Rows, Scenes]:
        """Scenes first to stop - 1 of the part and the rows of the plan they come from."""
        rows = self.plan.rows(self.part_plan, first, stop)
        motion = self.plan.motion(rows)
        return rows, self.studio.scenes(rows.scene_ids, rows.moment, rows.moment_ids, motion)

    def _make(self, first: int, stop: int) -> dict[str, NDArray[Any]]:
        rows, scenes = self.scenes(first, stop)
        frames = self.part_plan.frames
        step = np.tile(np.arange(frames), len(rows.scene_ids))
        identities: dict[str, NDArray[Any]] = {
            "scene": np.repeat(rows.scene_ids, frames),
            "step": step,
            "sample": np.repeat(rows.scene_ids, frames) * frames + step,
            "clip": np.repeat(rows.clip[rows.moment], frames),
            "clip_frame": np.repeat(rows.frame[rows.moment], frames) + step,
        }
        made = label(scenes, functions_of(self.part.labels, "all"), identities)
        if self.detector:
            made |= self.detector.detect(made)
        if self.part.kind == "images":
            made |= self._pixels(scenes, made)
        return {
            row.name: made[row.name]
            if row.dtype == "variable_length_bytes"
            else made[row.name].astype(row.dtype, copy=False)
            for row in self.part.labels
        }

    def _pixels(self, scenes: Scenes, made: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The labels that only samples with pixels have, of the part's arrays alone."""
        n, sizes, quality = len(made["sample"]), self.part.facts["sizes"], self.recipe.images.quality
        renderer = get_renderer(self.recipe.images.renderer)
        genders = made["gender"][:: n // len(scenes.ids)]
        looks = draw_looks(self.studio.draws, scenes.ids, genders, self.recipe.images.wardrobe)
        rows = [row for row in self.part.labels if row.kind == "pixels"]
        functions = functions_of(rows, "pixels")
        out: dict[str, NDArray[Any]] = {
            row.name: np.empty(
                (n, *row.sized(sizes)), object if row.dtype == "variable_length_bytes" else row.dtype
            )
            for row in rows
        }
        for i in range(n):
            scene, camera = picture(scenes, self.studio.bodies, looks, made, i)
            own = {name: values[i] for name, values in made.items()}
            shot = Shot(scene, camera, renderer.render(scene, camera), own, quality)
            for row, function in zip(rows, functions, strict=True):
                out[row.name][i] = function(shot)
        return out


def _with_body(recipe: Recipe, body: str) -> Recipe:
    return recipe.model_copy(update={"body": recipe.body.model_copy(update={"model": body})})


@lru_cache(maxsize=4)
def _maker(corpus: str, name: str, identity: str, samples: int, body: str) -> Maker:
    maker = Maker(Path(corpus), name, body)
    if (maker.part.identity, maker.part.samples) != (identity, samples):
        raise InputError(
            "was laid out anew while tasks were waiting",
            where=str(maker.part.folder),
            remedy="run the same command again, and one `generate` at a time",
        )
    return maker


def make_shard(
    corpus: str, name: str, identity: str, samples: int, shard: int, body: str = "open"
) -> Literal["kept", "made", "repaired"]:
    """Make a shard of a part unless it is there and whole.

    `identity` and `samples` are the part's, so that a process does not go on with what it keeps of a part that was
    made anew or has grown. `body` is as `Maker` takes it.
    """
    maker = _maker(corpus, name, identity, samples, body)
    there = maker.part.has_receipt(shard)
    if there and not maker.part.check_shard(shard):
        return "kept"
    maker.part.write_shard(shard, maker.make(shard))
    return "repaired" if there else "made"
