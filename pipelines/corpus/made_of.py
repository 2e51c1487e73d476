"""What a part is made of, apart from how many samples of it there are: what tells whether two parts are the same.

`made_of` in `part.json` holds everything that a sample depends on: recipe, seed, motion, bodies, code. Samples are
keyed, so their number changes none of them, and a part may grow. Parts made before parts could grow count their
samples in `made_of`; they keep that form, and with it their identity, for good.
"""

from __future__ import annotations

from typing import Any

from synth.core.disk import canonical, sha256_of

Facts = dict[str, Any]
GROWING = ("images", "pairs")  # kinds of parts that may grow; imported recordings do not
PROVENANCE = ("dataset", "licence")  # what a recipe may state of a source of motion; no sample depends on it


def identity_of(made_of: Facts) -> str:
    """The SHA-256 of what a part is made of."""
    return sha256_of(canonical(made_of))


def without_amount(made_of: Facts) -> Facts:
    """`made_of` of a part that may grow, without the number of samples in it, if it is of the older form."""
    if made_of.get("kind", "pairs") not in GROWING:
        return made_of
    found = {key: value for key, value in made_of.items() if key != "samples"}
    recipe = found.get("recipe")
    if isinstance(recipe, dict):
        found["recipe"] = {
            key: {name: x for name, x in value.items() if name != "count"}
            if key in GROWING and isinstance(value, dict)
            else value
            for key, value in recipe.items()
        }
    return found


def in_older_form(facts: Facts) -> Facts:
    """A part's description as it was written before parts could grow, with the identity of that time."""
    kind, made_of = facts["kind"], facts["made_of"]
    if kind not in GROWING:
        return facts
    own = made_of.get("recipe", {}).get(kind, {})
    count = facts.get("recipe", {}).get(kind, {}).get("count")
    recipe = {**made_of.get("recipe", {}), kind: {**own, "count": count}}
    older = {**made_of, "samples": facts["samples"], "recipe": recipe}
    return {**facts, "made_of": older, "identity": identity_of(older)}


def with_amount(stored: Facts, facts: Facts) -> Facts:
    """A stored description with the number of samples of another one; all else stays as it is stored."""
    kind = stored["kind"]
    if kind not in GROWING or stored["samples"] == facts["samples"]:
        return stored
    recipe = dict(stored.get("recipe", {}))
    if kind in recipe:
        recipe[kind] = {**recipe[kind], "count": facts.get("recipe", {}).get(kind, {}).get("count")}
    return {**stored, "samples": facts["samples"], **({"recipe": recipe} if recipe else {})}


def with_provenance(stored: Facts, facts: Facts) -> Facts:
    """A stored description with the sources' datasets and licences of another one, where a recipe states or stated
    them; all else stays as it is stored."""
    before, now = _sources(stored), _sources(facts)
    if not any(name in source for source in (*before, *now) for name in PROVENANCE):
        return stored
    motion = {**stored["recipe"]["motion"], "sources": now}
    return {
        **stored,
        "clips": facts["clips"],
        "licences": facts["licences"],
        "recipe": {**stored["recipe"], "motion": motion},
    }


def _sources(facts: Facts) -> list[Facts]:
    return list(facts.get("recipe", {}).get("motion", {}).get("sources", []))


def differences(before: Facts, now: Facts, prefix: str = "") -> list[str]:
    """What of `now` was different before, field by field; fields that `before` does not have are left out."""
    found = []
    for key, value in now.items():
        there = before.get(key, value)
        if isinstance(value, dict) and isinstance(there, dict):
            found += differences(there, value, f"{prefix}{key}.")
        elif there != value:
            found.append(f"{prefix}{key} was {there!r:.40}, now {value!r:.40}")
    return found
