"""Posture pages (`*.posture.yaml`) as motion: what people wrote down, performed by the shipped body.

A page of joint angles is one clip. A page of a task has realisations: each has its own body, and its own draw of
whatever the page gives as a range.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synth.core.errors import InputError
from synth.core.text import read_text
from synth.core.yamlfile import MOST_BYTES
from synth.motion.clip import Clip, describe
from synth.motion.formats.format import MotionFormat, ReadOptions
from synth.posture.by_angles.page import parse_page
from synth.posture.by_angles.perform import RATE, perform
from synth.posture.solve import Solved, draw_body, solve_page
from synth.posture.task import TaskSpec, is_task, parse_task

SUFFIX = ".posture.yaml"
SEED = 0  # of the bodies and draws of realisations: a page's are the same in every corpus
_DRAWS = 2  # bodies of a realisation, until one can do it; each tries several times
_AGAIN = 1_000_000  # from one draw of a realisation to the next


def read(path: Path, root: Path, options: ReadOptions) -> Clip:
    """The motion of a page. Raises InputError, with line and field, for what is wrong with the page, and for a
    realisation of a task that cannot be solved."""
    text = read_text(path, MOST_BYTES)
    if is_task(text):
        return _task(parse_task(text, str(path)), path, root, options.realisation or 0)
    page = parse_page(text, str(path))
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


def _task(page: TaskSpec, path: Path, root: Path, realisation: int) -> Clip:
    source = describe(
        path, root, dataset="authored tasks", licence=page.licence, names=("authored", page.title)
    )
    solved, notes = _solved(page, path, realisation)
    return Clip(
        name=f"{source.path}#{realisation}",
        poses=solved.poses,
        trans=solved.trans,
        clearance=np.zeros(len(solved.poses), np.float32),
        rate=solved.rate,
        source=replace(source, licence=page.licence),
        notes=notes,
        work=solved.work,
    )


def _solved(page: TaskSpec, path: Path, realisation: int) -> tuple[Solved, tuple[str, ...]]:
    """A realisation, by another body where one cannot do it, with what was wrong with the draws before it."""
    name = path.name.removesuffix(SUFFIX)
    notes: list[str] = []
    for draw in range(_DRAWS):
        number = realisation + draw * _AGAIN
        gender, betas = draw_body(name, SEED, number)
        try:
            solved = solve_page(page, name, gender, betas, SEED, number)
            return solved, (*notes, *(f"drawn again: {why}" for why in solved.failed))
        except InputError as error:
            notes.append(f"drawn again: {error.where}: {error.what}")
            last = error
    raise InputError(last.what, where=f"{path}: {last.where}", remedy=last.remedy)


POSTURE = MotionFormat("a posture page", (SUFFIX,), read, frozenset({"realisation"}))
