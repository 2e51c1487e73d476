"""`path: explore` as motion: clips of bodies that go everywhere a body can, made when a recipe asks for them.

Clips are made in blocks, each a task of its own as a recording's file is; a clip depends on the seed, on how many
clips are asked for and on its number among them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.core.words import count
from synth.motion import EXPLORE
from synth.motion.clip import Clip, Source
from synth.motion.resample import resample
from synth.posture.explore.clips import explore_clip, stances_of
from synth.posture.explore.goals import POSES, goals
from synth.posture.explore.space import reachable

BLOCK = 16  # clips of a task
VERSION = 4  # of what is made of a seed; raise it when that changes


@dataclass(frozen=True)
class Block:
    """Clips of a block, and why postures of theirs could not be taken: reason -> how many."""

    clips: list[Clip]
    postures: int
    refused: Counter[str]

    def as_read(self) -> tuple[list[Clip], dict[str, Any]]:
        """The clips, and of the block what the motion bank says of a recording."""
        frames = sum(clip.frames for clip in self.clips)
        notes = [f"{count(number, 'posture')}: {reason}" for reason, number in sorted(self.refused.items())]
        return self.clips, {
            "frames": frames, "rate": self.clips[0].rate if self.clips else None, "dropped": {}, "drops": [],
            "kept": frames, "notes": [f"{count(self.postures, 'posture')} taken", *notes],
        }  # fmt: skip


def blocks(clips: int) -> int:
    """How many blocks so many clips are."""
    return -(-clips // BLOCK)


def explore_digest(clips: int, seed: int, block: int) -> str:
    """What a block depends on, hashed."""
    made_of = f"{VERSION} {clips} {seed} {block} ".encode() + np.packbits(reachable()).tobytes()
    return hashlib.sha256(made_of).hexdigest()


def explore(clips: int, seed: int, block: int, rate: float) -> Block:
    """Block number `block` of `clips` clips of a seed, at `rate` frames a second."""
    stances = stances_of(clips)
    found: list[Clip] = []
    refused: Counter[str] = Counter()
    postures = 0
    for number in range(block * BLOCK, min(clips, (block + 1) * BLOCK)):
        stance = stances[number]
        turn = stances[:number].count(stance)
        wanted = goals(stance, seed, stances.count(stance) * POSES)[turn * POSES : (turn + 1) * POSES]
        made = explore_clip(stance, wanted, seed, number)
        refused += made.refused
        postures += len(made.reached)
        for part, solved in enumerate(made.solved):
            name = f"{EXPLORE}/{seed}/{clips}/{number:06d}-{stance}" + (f"-{part}" if part else "")
            digest = hashlib.sha256(solved.poses.tobytes() + solved.trans.tobytes()).hexdigest()
            clip = Clip(
                name=name,
                poses=solved.poses,
                trans=solved.trans,
                clearance=np.zeros(len(solved.poses), np.float32),
                rate=solved.rate,
                source=Source("explore", solved.work.gender, f"{number:06d}", "CC0-1.0", name, digest),
                work=solved.work,
            )
            found.append(resample(clip, rate))
    return Block(found, postures, refused)
