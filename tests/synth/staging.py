"""Scenes of the shipped motion and body that several test modules examine."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.label.batch import Labels
from synth.label.compute import label
from synth.motion import embedded, prepare
from synth.motion.library import ASSETS
from synth.scene.person import Motion
from synth.scene.scenes import Scenes, SceneSpec, Studio

RATE = 30.0


@lru_cache(maxsize=1)
def _pool() -> tuple[NDArray[np.float32], ...]:
    """Every frame of some shipped clips and postures: poses, trans, clearance."""
    clips = [clip for path in embedded("builtin/small") for clip in prepare(path, RATE, root=ASSETS)[0]]
    return tuple(
        np.concatenate([getattr(clip, name) for clip in clips]) for name in ("poses", "trans", "clearance")
    )


def motion(count: int, frames: int = 1, seed: int = 0) -> Motion:
    """`count` moments of `frames` frames in sequence from anywhere in the shipped motion."""
    poses, trans, clearance = _pool()
    first = np.random.default_rng(seed).integers(len(poses) - frames, size=count)
    rows = first[:, None] + np.arange(frames)
    return Motion(poses[rows], trans[rows], clearance[rows])


def stage(studio: Studio, ids: NDArray[np.int64], moments: Motion) -> Scenes:
    """One scene of each moment, of the same identity."""
    return studio.scenes(ids, np.arange(len(ids)), ids, moments)


@lru_cache(maxsize=8)
def staged(
    count: int, frames: int = 1, seed: int = 0, camera: str = "sphere"
) -> tuple[Studio, Scenes, Labels]:
    """`count` scenes of a preset's cameras with their labels; the same ones for whoever asks."""
    studio = Studio(SceneSpec.model_validate({"cameras": [{"preset": camera}]}), seed)
    scenes = stage(studio, np.arange(count), motion(count, frames, seed))
    return studio, scenes, label(scenes)


def pick(moments: Motion, rows: Any) -> Motion:
    """Some rows of a motion."""
    return Motion(moments.poses[rows], moments.trans[rows], moments.clearance[rows])
