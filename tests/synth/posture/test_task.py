"""Task pages: what is read, and how a mistake is answered."""

from __future__ import annotations

import json
import textwrap

import pytest

from synth.core.errors import InputError
from synth.posture import task
from synth.posture.task import TaskSpec, is_task, located, parse_task


def test_the_examples_of_the_docstring_are_pages() -> None:
    blocks = (task.__doc__ or "").split("\n\n    title:")[1:]
    pages = [
        parse_task(textwrap.dedent("    title:" + each).split("\n\nA number")[0], "page") for each in blocks
    ]
    assert [page.title for page in pages] == [
        "lifting a box from the floor to a shelf",
        "tightening a bolt at a bench",
    ]
    assert [phase.do for phase in pages[0].phases] == ["reach", "grip", "lift", "place", "reach"]


def test_a_number_is_a_range_of_itself_and_words_are_numbers() -> None:
    page = parse_task(
        "title: a\nstance: standing\nphases:\n"
        " - {do: reach, right: {height: 1, reach: 60 %, side: [10 left, 20 right]}, seconds: [1, 2]}",
        "page",
    )
    place = page.phases[0].right
    assert place is not None
    assert (place.height, place.reach, place.side) == ((1.0, 1.0), (0.6, 0.6), (-20.0, 10.0))


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("{do: reach, right: bench, seconds: 1}", "page:4: 'bench' is not one of the page's things"),
        ("{do: reach, right: {height: sholder}, seconds: 1}", "give metres, or one of floor, ankle"),
        ("{do: reach, right: {height: 1, foward: 2}, seconds: 1}", "did you mean 'forward'"),
        ("{do: reach, right: {height: [2, 1]}, seconds: 1}", "the lower bound 2 is above the upper bound 1"),
        (
            "{do: reach, right: {height: 1, side: 20 up}, seconds: 1}",
            "'20 up' is not a number: give metres, degrees",
        ),
        ("{do: reach, right: {height: 1, reach: 1, left: 1}, seconds: 1}", "not both"),
        ("{do: reach, seconds: 1, both: rest, left: rest}", "give both, or left and right"),
        ("{do: grip, seconds: 1}", "does not say what is gripped"),
        ("{do: place, seconds: 1}", "nothing is held that could be placed"),
        ("{do: hold, seconds: 0}", "0 is not between 0.1 and 120"),
    ],
)
def test_a_mistake_is_answered_with_line_and_field(phase: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_task(f"title: a\nstance: standing\nphases:\n - {phase}", "page")
    assert said in str(error.value)
    assert str(error.value).startswith("page:4")


@pytest.mark.parametrize(
    ("things", "phase", "said"),
    [
        ("{d: {kind: dril}}", "{do: hold, seconds: 1}", "page:3: there is no kind of thing 'dril'"),
        ("{d: {kind: drill, size: {lenght: 1}}}", "{do: hold, seconds: 1}", "did you mean 'length' or"),
        ("{d: {kind: bench, held: left}}", "{do: hold, seconds: 1}", "a bench cannot be held (field 'things.d.held')"),
        (
            "{d: {kind: drill, held: left}, e: {kind: saw, held: both}}", "{do: hold, seconds: 1}",
            "page:3: the left hand holds 'd' from the start (field 'things.e.held')",
        ),
        ("{d: {kind: bench}}", "{do: reach, left: d.tpo, seconds: 1}", "page:5: a bench has no grip 'tpo'"),
        ("{d: {kind: bench}}", "{do: hold, gaze: rigth hand, seconds: 1}", "did you mean 'right hand' or 'left hand'?"),
        ("{d: {kind: bench, at: x}}", "{do: hold, seconds: 1}", "'x' is not one of the page's things"),
        ("{d: {kind: sack, weight: 8 kg}}", "{do: hold, seconds: 1}", "'8 kg' is not a number: give metres"),
        ("{d: {kind: sack, weight: 800}}", "{do: hold, seconds: 1}", "800 is not between 0 and 100 kilograms"),
    ],
)  # fmt: skip
def test_a_thing_is_checked_as_the_page_is_read(things: str, phase: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_task(f"title: a\nstance: standing\nthings: {things}\nphases:\n - {phase}", "page")
    assert said in str(error.value)


def test_feet_stand_on_things_of_the_page() -> None:
    with pytest.raises(InputError, match="page:3: 'x' is not one of the page's things"):
        parse_task(
            "title: a\nstance: standing\nfeet: {left: {at: x}}\nphases: [{do: hold, seconds: 1}]",
            "page",
        )


def test_what_a_solver_refuses_is_located_in_the_page() -> None:
    phases = " - {do: hold, seconds: 1}\n - do: reach\n   right: {height: 3}\n   seconds: 1\n"
    text = f"title: a\nstance: standing\nphases:\n{phases}"
    far = InputError("out of reach", where="phases.1.right", remedy="bring it nearer")
    assert located(far, text, "page").where == "page:6: phases.1.right"
    start = InputError("out of reach", where="the start", remedy="bring it nearer")
    assert located(start, text, "page").where == "page: the start"


def test_tasks_are_told_from_pages_of_angles() -> None:
    assert is_task("title: a\nstance: standing\nphases: []")
    assert not is_task("name: a\npostures: {}\nkeyframes: []")


def test_the_schema_is_json() -> None:
    schema = json.loads(json.dumps(TaskSpec.model_json_schema()))
    assert "stance" in schema["required"]
