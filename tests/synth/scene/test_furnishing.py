"""Scenes of tasks: their own body, their furniture where it belongs, and what is drawn out of its way."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from synth.body.skeleton import joint_index
from synth.label.batch import Labels
from synth.label.compute import label
from synth.motion.clip import Clip
from synth.scene.furnishing import blocked
from synth.scene.holding import ON_FLOOR
from synth.scene.person import Motion
from synth.scene.props.contact import props_overlap
from synth.scene.props.kinds import HELD_KINDS, PROP_KINDS
from synth.scene.scenes import Scenes, SceneSpec, Studio
from synth.scene.tasks import table_of
from synth.scene.visibility import Visibility
from tests.synth.staging import motion
from tests.synth.task_clips import RATE, at_bench, on_stool

FRAMES = 3


def moments(clips: list[Clip | None], starts: list[int], frames: int = FRAMES) -> tuple[Motion, tuple]:  # type: ignore[type-arg]
    """The moments that begin at frames `starts` of clips, of recordings where there is none; the table's pieces."""
    works = [clip.work if clip else None for clip in clips]
    table = table_of(works, RATE, frames)
    assert table
    recorded = motion(len(clips), frames)
    arrays = {name: getattr(recorded, name).copy() for name in ("poses", "trans", "clearance")}
    for row, (clip, start) in enumerate(zip(clips, starts, strict=True)):
        if clip:
            for name, values in arrays.items():
                values[row] = getattr(clip, name)[start : start + frames]
    return Motion(**arrays, tasks=table.moments(np.arange(len(clips)), np.array(starts))), table.pieces


@lru_cache(maxsize=1)
def scenes() -> tuple[Studio, Scenes, Labels]:
    """Forty scenes of each: box stands, is lifted, is put down, stool, a recording."""
    many = 40
    clips = [at_bench(), at_bench(), at_bench(), on_stool(), None] * many
    found, pieces = moments(clips, [3, 29, 70, 40, 0] * many)
    studio = Studio(SceneSpec(), 3, pieces=pieces)
    ids = np.arange(5 * many)
    made = studio.scenes(ids, ids, ids, found)
    return studio, made, label(made)


def kinds(made: Scenes, numbers: np.ndarray) -> list[str]:
    return [made.stock.props[n].kind for n in numbers if n >= 0]


def test_furniture_is_there_frame_by_frame() -> None:
    studio, made, labels = scenes()
    first = len(made.stock.drawn)
    assert len(made.stock.props) == first + len(studio.pieces)
    prop = labels["prop"].reshape(-1, FRAMES, labels["prop"].shape[1])
    own = [[kinds(made, row[row >= first]) for row in scene] for scene in prop[:5]]
    assert own[0] == own[2] == [["bench", "shelf", "box"]] * 3
    assert own[1] == [["bench", "shelf", "box"]] * 3  # stands in the first frame, then is in the hands
    held = [[made.stock.props[n].held for n in row if n >= first] for row in prop[1]]
    assert held == [[False, False, False], [False, False, True], [False, False, True]]
    assert own[3] == [["stool", "drill", "bucket"]] * 3
    assert own[4] == [[]] * 3
    gone = labels["prop"] < 0
    assert not labels["prop_rotation"][gone].any()
    assert not np.isin(labels["hidden_by"][1 * FRAMES], np.flatnonzero(gone[1 * FRAMES])).any()


def test_it_stands_to_the_body_as_it_does_in_the_clip() -> None:
    _, made, labels = scenes()
    clip = at_bench()
    assert clip.work
    for scene in (0, 5, 2):
        row = FRAMES * scene
        pelvis = labels["joints_world"][row + 1, 0]
        assert np.abs(pelvis[:2]).max() < 1e-9  # of the middle frame
        shift = labels["trans"][row] - clip.trans[0]
        assert shift[2] == pytest.approx(0, abs=1e-6)  # the clip's floor stays the floor
        place = labels["prop_translation"][row]
        for k in range(3):
            wanted = clip.work.furniture[k if k < 2 or scene != 2 else 4]
            assert place[k] == pytest.approx(np.array(wanted.position) + shift, abs=1e-6)
    assert labels["gender"][::FRAMES][:5].tolist()[:4] == [1, 1, 1, 2]
    assert labels["betas"][0] == pytest.approx(clip.work.betas)
    assert made.tasks is not None
    assert made.people.vertices[0, 0, :, 2].min() == pytest.approx(0, abs=2e-3)


def test_what_is_held_is_in_the_hands() -> None:
    _, made, labels = scenes()
    row = FRAMES * 1 + 2
    column = next(p for p, n in enumerate(labels["prop"][row]) if n >= 0 and made.stock.props[n].held)
    hands = labels["joints_world"][row][[joint_index("left_hand"), joint_index("right_hand")]]
    R, T = labels["prop_rotation"][row, column], labels["prop_translation"][row, column]
    assert pytest.approx(hands.mean(0)) == T
    local = (hands - T) @ R
    half = made.stock.arrays.bounds[labels["prop"][row, column], 1, 0]
    assert local[0, 0] == pytest.approx(half + 0.03, abs=2e-3)  # the palms lie on its ends
    assert local[1, 0] == pytest.approx(-half - 0.03, abs=2e-3)


def test_nothing_that_is_drawn_is_in_the_hands_or_in_the_furniture() -> None:
    _, made, labels = scenes()
    arrays, first = made.stock.arrays, len(made.stock.drawn)
    drawn = checked = 0
    for scene in range(len(made.ids)):
        if scene % 5 == 4:
            continue
        for frame in (0, 2):
            row = scene * FRAMES + frame
            number, R, T = (labels[name][row] for name in ("prop", "prop_rotation", "prop_translation"))
            for p in np.flatnonzero((number >= 0) & (number < first)):
                assert not made.stock.props[number[p]].held
                drawn += 1
                for k in np.flatnonzero(number >= first):
                    checked += 1
                    assert not props_overlap(arrays, number[p], R[p], T[p], number[k], R[k], T[k])
    assert drawn > 100
    assert checked > 200


def test_recordings_beside_tasks_are_as_they_are_alone() -> None:
    _, _, labels = scenes()
    rows = np.arange(4, 200, 5)
    alone = motion(200, FRAMES)
    picked = Motion(alone.poses[rows], alone.trans[rows], alone.clearance[rows])
    by_name = {
        "kinds": dict.fromkeys(sorted(PROP_KINDS), 1),
        "held_kinds": dict.fromkeys(sorted(HELD_KINDS), 1),
    }
    studio = Studio(SceneSpec.model_validate({"props": by_name}), 3)
    other = label(studio.scenes(rows, np.arange(40), rows, picked))
    own = labels["prop"].shape[1] - other["prop"].shape[1]
    for name in ("joints_world", "rotation", "visibility", "prop", "prop_translation", "band"):
        mine = labels[name].reshape(200, FRAMES, *labels[name].shape[1:])[rows]
        mine = mine[:, :, own:] if name.startswith("prop") else mine
        assert np.array_equal(mine.reshape(other[name].shape), other[name]), name


def test_scenes_of_which_none_has_furniture() -> None:
    found, pieces = moments([at_bench(), None], [3, 0])
    made = Studio(SceneSpec(), 3, pieces=pieces).scenes(np.arange(4), np.ones(4, int), np.arange(2), found)
    assert (made.placements.number[:, :-3] < 0).all()
    assert np.isfinite(made.viewpoints.position).all()


def test_bands_are_met_as_far_as_furniture_lets_them() -> None:
    _, _, labels = scenes()
    tasked = np.arange(len(labels["band"]) // FRAMES) % 5 != 4
    middle = labels["band"][1::FRAMES][tasked]
    assert (np.bincount(middle, minlength=4) > 8).all()
    hides = labels["hidden_by"][1::FRAMES][tasked]
    assert ((hides >= 0) & (hides < 4)).any()  # furniture hides, with its own number
    assert (labels["visibility"][1::FRAMES][tasked][hides >= 0] == Visibility.PROP).all()


def test_cameras_are_outside_of_furniture_and_see_somebody() -> None:
    _, made, _ = scenes()
    rows = np.flatnonzero(np.arange(len(made.ids)) % 5 != 4)
    placed = made.placements
    k = placed.number.shape[1] - 3
    there = placed.there
    assert there is not None
    out = np.empty(len(rows), np.bool_)
    args = (placed.number[rows, :k], placed.grip[rows, :k], placed.angle[rows, :k], placed.position[rows, :k])
    blocked(
        made.stock.arrays, *args, there[rows][:, :, :k], made.people.joints, made.moment[rows],
        made.viewpoints.position[rows], made.seen.outside[rows, 1], 11, out,
    )  # fmt: skip
    assert out.mean() < 0.02
    assert (placed.grip[rows, :k] != ON_FLOOR).any()


def test_a_camera_in_a_wall_is_blocked_and_one_behind_it_too() -> None:
    studio, made, _ = scenes()
    bench = next(
        n for n, p in enumerate(made.stock.props) if n >= len(made.stock.drawn) and p.kind == "bench"
    )
    joints = made.people.joints[:1]
    number, grip, angle = np.array([[bench]] * 3, np.int16), np.zeros((3, 1), np.int8), np.zeros((3, 1))
    position = np.array([[[5.0, 0.0, 0.0]]] * 3)
    cameras = np.array(
        [[5.0, 0.0, made.stock.arrays.bounds[bench, 1, 2] - 0.02], [2.0, 0, 1.2], [9.0, 0, 1.2]]
    )
    out = np.empty(3, np.bool_)
    blocked(
        studio.stock.arrays, number, grip, angle, position, np.ones((3, FRAMES, 1), bool), joints,
        np.zeros(3, np.int64), cameras, np.zeros((3, 48), bool), 11, out,
    )  # fmt: skip
    assert out.tolist() == [True, False, False]
