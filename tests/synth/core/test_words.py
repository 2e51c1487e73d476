"""Nouns agree with their numbers."""

from __future__ import annotations

import pytest

from synth.core.words import count


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1200, "1,200 files"), (-1, "-1 files")]
)
def test_regular_nouns(n: int, said: str) -> None:
    assert count(n, "file") == said


def test_a_plural_of_its_own() -> None:
    assert (count(1, "person", "people"), count(3, "person", "people")) == ("1 person", "3 people")
