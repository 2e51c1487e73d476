"""What a part is made of: without its amount, in the older form, and field by field."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.corpus.made_of import (
    differences,
    identity_of,
    in_older_form,
    with_amount,
    with_provenance,
    without_amount,
)

MADE_OF: dict[str, Any] = {
    "kind": "pairs",
    "recipe": {"seed": 1, "pairs": {"views_per_frame": None}},
    "motion": "m",
}
OLDER: dict[str, Any] = {
    "kind": "pairs", "samples": 7, "motion": "m", "recipe": {"seed": 1, "pairs": {"views_per_frame": None, "count": 7}},
}  # fmt: skip


def described(made_of: dict[str, Any], samples: int = 7) -> dict[str, Any]:
    recipe = {"name": "a", "pairs": {"count": samples, "views_per_frame": None}}
    return {
        "kind": made_of["kind"], "samples": samples, "recipe": recipe,
        "made_of": made_of, "identity": identity_of(made_of),
    }  # fmt: skip


def test_the_amount_is_left_out_of_both_forms() -> None:
    assert without_amount(OLDER) == without_amount(MADE_OF) == MADE_OF
    imported = {"kind": "imported", "samples": 7}
    assert without_amount(imported) == imported  # recordings of others do not grow


def test_the_older_form_counts() -> None:
    older = in_older_form(described(MADE_OF))
    assert older["made_of"] == OLDER
    assert older["identity"] == identity_of(OLDER)
    imported = described({"kind": "imported"})
    assert in_older_form(imported) is imported


def test_a_stored_description_takes_the_new_amount_and_nothing_else() -> None:
    stored = {**described(OLDER), "bank": "stored"}
    grown = with_amount(stored, {**described(MADE_OF, 9), "bank": "new"})
    assert grown == {
        **stored,
        "samples": 9,
        "recipe": {**stored["recipe"], "pairs": {"count": 9, "views_per_frame": None}},
    }
    assert with_amount(stored, described(MADE_OF)) is stored


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"a": 1}, []),
        ({"new": 1}, []),  # a field that came to be since
        ({"a": 2}, ["a was 1, now 2"]),
        ({"b": {"c": [1], "d": None}}, ["b.d was 5, now None"]),
    ],
)
def test_differences_are_named_by_field(now: dict[str, Any], said: list[str]) -> None:
    assert differences({"a": 1, "b": {"c": [1], "d": 5}}, now) == said


def test_only_stated_provenance_replaces_what_is_stored() -> None:
    def of(clips: list[str], **stated: str) -> dict[str, Any]:
        sources = [{"path": "mocap", **stated}]
        recipe = {"seed": 1, "motion": {"rate": 30, "sources": sources}}
        return {
            "kind": "pairs",
            "samples": 7,
            "recipe": recipe,
            "clips": clips,
            "licences": clips,
            "bank": clips,
        }

    stored = of(["unknown"])
    assert with_provenance(stored, of(["CMU"])) == stored
    found = with_provenance(stored, of(["ours"], licence="CC0-1.0"))
    assert found == {**of(["ours"], licence="CC0-1.0"), "bank": ["unknown"]}
    assert with_provenance(found, of(["unknown"])) == stored  # no longer stated
    assert with_provenance({"kind": "imported"}, {"kind": "imported"}) == {"kind": "imported"}
