"""Things of a page in the world."""

from __future__ import annotations

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.posture.setting import Dice, place_things
from synth.posture.task import TaskSpec, parse_task


def page(things: str) -> TaskSpec:
    return parse_task(
        f"title: a\nstance: standing\nthings: {things}\nphases: [{{do: hold, seconds: 1}}]", "page"
    )


def test_things_stand_on_things() -> None:
    things = "{b: {kind: box, at: t, forward: 0.1}, t: {kind: table, forward: 0.8, left: 0.2}}"
    found = place_things(page(things), Dice(0, "p", 0))
    np.testing.assert_allclose(found.things["b"].position, [-0.2, 0.9, 0.74])
    _, whose = found.boxes()
    assert set(whose) == {"b", "t"}


def test_draws_depend_on_page_and_realisation_alone() -> None:
    assert Dice(0, "p", 3).between("x", (0.0, 1.0)) == Dice(0, "p", 3).between("x", (0.0, 1.0))
    assert Dice(0, "p", 3).between("x", (0.0, 1.0)) != Dice(0, "p", 4).between("x", (0.0, 1.0))
    assert Dice(0, "p", 3).between("x", (2.0, 2.0)) == 2.0


@pytest.mark.parametrize(
    ("things", "said"),
    [
        ("{b: {kind: boxx}}", "there is no kind of thing 'boxx'"),
        ("{b: {kind: box, size: {width: 1}}}", "a box has no size 'width'"),
        ("{b: {kind: box, at: t.lid}, t: {kind: table}}", "a table has no grip 'lid'"),
        ("{b: {kind: box, at: c}, c: {kind: box, at: b}}", "in a circle"),
    ],
)
def test_a_mistake_is_named(things: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        place_things(page(things), Dice(0, "p", 0))
