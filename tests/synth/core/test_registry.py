"""Things by name: ours, and those that other packages register as entry points."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest

from synth.core import registry
from synth.core.errors import InputError
from synth.core.registry import Registry

OURS = {"square": "math:sqrt", "absolute": "math:fabs"}


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry[object]]:
    """A registry as it is where other packages register these."""

    def build(**others: str) -> Registry[object]:
        points = [EntryPoint(name, value, "test.group") for name, value in others.items()]
        monkeypatch.setattr(
            registry, "entry_points", lambda group: [each for each in points if each.group == group]
        )
        return Registry("function", "test.group", OURS)

    return build


def test_ours_come_first_and_in_order(register: Callable[..., Registry[object]]) -> None:
    assert register().names() == ("square", "absolute")
    assert register(zeta="math:sin", alpha="math:cos").names() == ("square", "absolute", "alpha", "zeta")


def test_things_are_imported_when_asked_for(register: Callable[..., Registry[object]]) -> None:
    import math

    functions = register(sine="math:sin", broken="no_such_module:x")
    assert functions.get("sine") is math.sin
    assert functions.get("square") is math.sqrt
    assert "broken" in functions
    assert "cube" not in functions
    assert register(sine="math:sin").all() == {"square": math.sqrt, "absolute": math.fabs, "sine": math.sin}


def test_a_name_of_ours_is_not_taken_over(register: Callable[..., Registry[object]]) -> None:
    import math

    assert register(square="math:sin").get("square") is math.sqrt
    assert register(square="math:sin").names() == ("square", "absolute")


def test_an_unknown_name_lists_those_there_are(register: Callable[..., Registry[object]]) -> None:
    with pytest.raises(InputError, match="there is no function 'cube'; choose one of square, absolute, sine"):
        register(sine="math:sin").get("cube")


@pytest.mark.parametrize("value", ["no_such_module:x", "math:no_such_name"])
def test_another_package_that_fails_is_named(register: Callable[..., Registry[object]], value: str) -> None:
    with pytest.raises(
        InputError, match=r"entry point test\.group: the function 'x' of .* cannot be imported"
    ):
        register(x=value).get("x")
