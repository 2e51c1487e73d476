"""From a recording on a skeleton of its own to a clip, for all formats that have such skeletons."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from synth.body.loading import load_body
from synth.motion.clip import Clip, describe
from synth.motion.formats.format import ReadOptions
from synth.motion.mapping import Mapping
from synth.motion.recording import Recording
from synth.motion.retarget import retarget

# CMU's way of naming: subject, underscore, trial
TRIAL = re.compile(r"^(\d+)_(\d+)")


def retargeted(recording: Recording, mapping: Mapping, path: Path, root: Path, options: ReadOptions) -> Clip:
    """The clip of a recording that was read from `path`, at the rate that it states unless another is given."""
    found = retarget(recording, mapping, str(path), units=options.units, up=options.up)
    trial = TRIAL.match(path.stem)
    names = (trial.group(1), path.stem) if trial else (mapping.dataset, path.stem)
    source = describe(path, root, dataset=mapping.dataset, licence=mapping.licence, names=names)
    return Clip(
        name=source.path,
        poses=found.poses.astype(np.float32),
        trans=(found.pelvis - load_body().rest_joints[0]).astype(np.float32),
        clearance=np.zeros(len(found.poses), np.float32),
        rate=options.rate or recording.rate,
        source=source,
        still=mapping.still,
        stretch=None if found.stretch is None else found.stretch.astype(np.float32),
        mismatch=found.mismatch,
        notes=(*recording.notes, *found.notes),
    )
