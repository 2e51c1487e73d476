"""The tasks of moments as arrays: what is there in which frame, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.body.skeleton import joint_index
from synth.scene.holding import BETWEEN, IN_LEFT, IN_RIGHT, ON_FLOOR, UPRIGHT_LEFT, UPRIGHT_RIGHT
from synth.scene.tasks import grip_of, key_of, place_of, table_of
from synth.scene.work import COUPLINGS, Furniture, Load, Work
from tests.synth.task_clips import RATE, at_bench, on_stool

BENCH, STOOL = at_bench().work, on_stool().work


def test_pieces_are_listed_once_each_way_they_are_kept() -> None:
    table = table_of([None, BENCH, STOOL, BENCH], RATE, 1)
    assert table
    assert BENCH
    kinds = [(kind, hand) for kind, _, hand in table.pieces]
    assert kinds == sorted(
        [
            ("bench", ""), ("box", ""), ("box", "both"), ("bucket", "left"), ("drill", "right"), ("shelf", ""),
            ("stool", ""),
        ]
    )  # fmt: skip
    assert key_of(Furniture("box", (0.5,))) == ("box", (0.5, 0.3, 0.3), "")
    assert table_of([None, None], RATE, 1) is None


def test_what_is_there_in_each_frame() -> None:
    table = table_of([None, BENCH, STOOL], RATE, 5)
    assert table
    assert table.slots == 4  # bench, shelf, and around the change the box as it stood and as it is held
    clip, frame = np.array([1, 1, 1, 0, 2]), np.array([0, 28, 60, 3, 7])
    tasks = table.moments(clip, frame)
    assert tasks.own.tolist() == [True, True, True, False, True]
    assert tasks.furniture.number.shape == (5, 4)
    kinds = [
        [table.pieces[n][0] + table.pieces[n][2] for n in row if n >= 0] for row in tasks.furniture.number
    ]
    assert kinds == [
        ["bench", "shelf", "box"], ["bench", "shelf", "box", "boxboth"], ["bench", "shelf", "box"], [],
        ["stool", "drillright", "bucketleft"],
    ]  # fmt: skip
    assert tasks.furniture.there[1, :, 2].tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]  # until second 1: frame 30
    assert tasks.furniture.there[1, :, 3].tolist() == [False, False, True, True, True]
    assert tasks.kilograms[:, 2].tolist() == pytest.approx([0, 6, 0, 0, 1.8])
    assert tasks.furniture.position[2, 2] == pytest.approx(BENCH.furniture[4].position if BENCH else 0)
    assert tasks.furniture.angle[2, 2] == 0.5
    assert tasks.seconds[1] == pytest.approx(np.arange(28, 33) / RATE)
    assert tasks.works[0] is BENCH
    assert tasks.works[3] is None
    assert tasks.gender.tolist() == [1, 1, 1, 0, 2]
    assert tasks.betas[0, :2].tolist() == [1.0, -0.5]
    assert COUPLINGS[tasks.coupling[0]] == "good"


def test_a_slice_of_a_task_says_the_same_as_the_whole() -> None:
    whole = table_of([BENCH], RATE, 1)
    later = table_of([at_bench().slice(17, 91).work], RATE, 1)
    assert whole
    assert later
    frames = np.arange(17, 91)
    one = whole.moments(np.zeros(74, np.int64), frames)
    two = later.moments(np.zeros(74, np.int64), frames - 17)
    assert np.array_equal(one.furniture.number >= 0, two.furniture.number >= 0)
    for k, (a, b) in enumerate(zip(one.furniture.number, two.furniture.number, strict=True)):
        assert [whole.pieces[n] for n in a if n >= 0] == [later.pieces[n] for n in b if n >= 0], k
    assert np.array_equal(one.kilograms, two.kilograms)


def test_nothing_is_there_that_never_is() -> None:
    empty = Work("p", "t", "x", "male", (), (), (Load(3.0, 1.0, 1.0),))
    table = table_of([empty], RATE, 1)
    assert table
    assert table.slots == 0
    tasks = table.moments(np.zeros(3, np.int64), np.array([0, 30, 60]))
    assert tasks.furniture.number.shape == (3, 0)
    assert not tasks.kilograms.any()
    assert tasks.own.all()


@pytest.mark.parametrize(
    ("kind", "hand", "grip"),
    [
        ("bench", "", ON_FLOOR), ("box", "both", BETWEEN), ("box", "left", UPRIGHT_LEFT),
        ("bucket", "right", UPRIGHT_RIGHT), ("drill", "left", IN_LEFT), ("grinder", "both", IN_RIGHT),
        ("broom", "both", BETWEEN), ("broom", "right", IN_RIGHT),
    ],
)  # fmt: skip
def test_how_things_follow_the_hands(kind: str, hand: str, grip: int) -> None:
    assert grip_of(kind, hand) == grip  # type: ignore[arg-type]


def test_where_a_piece_is() -> None:
    joints = load_body().proxy().posed(np.zeros((1, 24, 3)))[1][0]
    R, T = place_of(Furniture("bench", (), (1.0, 2.0, 0.0), np.pi / 2), joints)
    assert np.allclose(R @ (1, 0, 0), (0, 1, 0))
    assert T.tolist() == [1, 2, 0]
    _, T = place_of(Furniture("drill", hand="left"), joints)
    assert np.array_equal(T, joints[joint_index("left_hand")])
