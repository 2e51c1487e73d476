"""The user's errors: one line, with place and remedy, the same after a trip between processes."""

from __future__ import annotations

import pickle

from synth.core.errors import InputError


def test_one_line_with_place_and_remedy() -> None:
    error = InputError("is broken\nin two", where="a.yaml:3", remedy="mend it")
    assert str(error) == "a.yaml:3: is broken in two; mend it"


def test_pickles() -> None:
    error = pickle.loads(pickle.dumps(InputError("is broken", where="a.yaml:3", remedy="mend it")))
    assert isinstance(error, InputError)
    assert (error.what, error.where, error.remedy) == ("is broken", "a.yaml:3", "mend it")
    assert str(error) == "a.yaml:3: is broken; mend it"
