"""Posture pages (`*.posture.yaml`) as motion: what people wrote down, performed by the shipped body."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synth.motion.clip import Clip, describe
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.posture.page import read_page
from synth.posture.perform import RATE, perform


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of a page. Raises InputError, with line and field, for what is wrong with the page."""
    page = read_page(path)
    source = describe(
        path, root, dataset="authored postures", licence=page.licence, names=("authored", page.name)
    )
    poses, trans = perform(page)
    return Clip(
        name=source.path,
        poses=poses,
        trans=trans,
        clearance=np.zeros(len(poses), np.float32),
        rate=RATE,
        source=replace(source, licence=page.licence),
        still=frozenset({"left_hand", "right_hand"}),
    )


POSTURE = MotionFormat("a posture page", (".posture.yaml",), read)
