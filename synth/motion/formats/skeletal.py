"""From a recording on a skeleton of its own to a clip, for all formats that have such skeletons."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from synth.body.loading import load_body
from synth.motion.clip import Clip, describe
from synth.motion.mapping import Mapping
from synth.motion.recording import Recording
from synth.motion.retarget import retarget

# CMU's way of naming: subject, underscore, trial
TRIAL = re.compile(r"^(\d+)_(\d+)")


def retargeted(recording: Recording, mapping: Mapping, path: Path, root: Path, rate: float | None) -> Clip:
    """The clip of a recording that was read from `path`, at the rate that it states unless another is given."""
    poses, pelvis = retarget(recording, mapping)
    trial = TRIAL.match(path.stem)
    names = (trial.group(1), path.stem) if trial else (mapping.dataset, path.stem)
    source = describe(path, root, dataset=mapping.dataset, licence=mapping.licence, names=names)
    return Clip(
        name=source.path,
        poses=poses.astype(np.float32),
        trans=(pelvis - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(poses), np.float32),
        rate=rate or recording.rate,
        source=source,
        still=mapping.still,
        stretch=None if recording.stretch is None else recording.stretch.astype(np.float32),
        notes=recording.notes,
    )
