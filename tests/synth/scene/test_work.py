"""The task of a clip: what is there when, also seen from a later second."""

from __future__ import annotations

import json
from dataclasses import replace

from synth.scene.work import Furniture, Load, Work

BOX = (0.4, 0.3, 0.25)
WORK = Work(
    page="lift",
    title="Lift a box",
    trade="logistics",
    gender="male",
    betas=(0.0,) * 10,
    furniture=(
        Furniture("box", BOX, (0.0, -0.5, 0.1), stop=1.0),
        Furniture("box", BOX, hand="both", start=1.0, stop=2.0),
        Furniture("box", BOX, (0.5, 0.0, 0.9), start=2.0),
    ),
    loads=(Load(12.0, 1.0, 2.0),),
)


def test_what_is_there_at_a_second() -> None:
    assert [(WORK.at(s)[0][0].hand, WORK.at(s)[1]) for s in (0.0, 1.0, 1.99, 2.0)] == [
        ("", 0.0),
        ("both", 12.0),
        ("both", 12.0),
        ("", 0.0),
    ]


def test_a_later_beginning_shows_the_same() -> None:
    later = WORK.from_second(1.5)
    assert [each.stop for each in later.furniture] == [0.5, float("inf")]
    for second in (0.0, 0.4, 0.5, 3.0):
        (there,), load = later.at(second)
        (before,), load_before = WORK.at(second + 1.5)
        assert (there.hand, there.position, load) == (before.hand, before.position, load_before)


def test_json_gives_it_back() -> None:
    content = json.loads(json.dumps(WORK.to_json(), allow_nan=False))
    assert content["furniture"][2]["stop"] is None
    assert Work.from_json(content) == WORK
    unstable = replace(WORK, coupling="poor", activity=("static", "unstable"), loads=(Load(3.0),))
    assert Work.from_json(json.loads(json.dumps(unstable.to_json()))) == unstable
