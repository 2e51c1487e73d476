"""What a task page names: kinds of things, their sizes and grips; a wrong name is answered with the likely one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from synth.core.spec import FieldError
from synth.scene.props.furniture import FURNITURE, grips, sizes

_MOST_NAMED = 12  # names in an error; of more, those that are like the wrong one
_LIKELY = ("handle", "top", "face", "under", "front")


def choice(word: str, known: Iterable[str], lists: str = "") -> str:
    """What to write instead of `word`: the names like it, or all; `lists` is the command that lists them."""
    names = list(dict.fromkeys(known))
    close = difflib.get_close_matches(word, names, 3, 0.6)
    close += [name for name in names if name not in close and len(word) > 2 and word in name]
    parts = [f"did you mean {' or '.join(repr(name) for name in close[:3])}?"] if word and close else []
    if len(names) <= _MOST_NAMED:
        parts.append(f"choose one of {', '.join(names)}")
    elif lists:
        parts.append(f"`{lists}` lists all {len(names)}")
    return " ".join(parts)


def grip_keys(wanted: str, side: str, there: Mapping[str, Any]) -> list[str]:
    """The grips that a name may mean for a hand, the likeliest first; one with numbers is named without them."""
    if wanted:
        return [wanted, f"{wanted}_{side}", f"{side}_{wanted}"]
    first, *rest = _LIKELY
    return [side, first, f"handle_{side}", f"{side}_rail", f"wheel_{side}", *rest, *there]


def bare_names(there: Iterable[str]) -> list[str]:
    """Grips by their names without numbers."""
    return list(dict.fromkeys(re.sub(r"_\d+$", "", key) for key in there))


def require_thing(kind: str, size: Iterable[str], held: str | None, *location: str | int) -> None:
    """Raise FieldError for a kind that there is not, a size that it has not, and a hand for what cannot be held."""
    if kind not in FURNITURE.names():
        raise FieldError(
            f"there is no kind of thing '{kind[:40]}'", *location, "kind",
            remedy=choice(kind, FURNITURE.names(), "posemill postures things"),
        )  # fmt: skip
    own = sizes(kind)
    for name in size:
        if name not in own:
            what = f"a {kind} has no size '{name[:40]}'"
            raise FieldError(what, *location, "size", name, remedy=choice(name, own))
    if held and not FURNITURE.get(kind).hold:
        what = f"a {kind} cannot be held"
        raise FieldError(
            what, *location, "held", remedy="remove held:, or choose a load or a tool as its kind"
        )


def require_grip(kind: str, wanted: str, side: str, *location: str | int) -> None:
    """Raise FieldError where a kind has no such grip for a hand; how many there are depends on its size."""
    there = bare_names(grips(kind))
    if wanted and not set(bare_names(grip_keys(wanted, side, {}))) & set(there):
        raise FieldError(f"a {kind} has no grip '{wanted[:40]}'", *location, remedy=choice(wanted, there))
