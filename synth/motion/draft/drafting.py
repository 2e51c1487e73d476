"""A mapping drafted from a skeleton itself: by the names of its joints, else by its shape.

Names come first (`synth.motion.draft.names`). Where a word means several joints, the place of the joint in the tree
decides. What has no known name is found by shape (`synth.motion.draft.limb_shapes`). Every joint is given with
how sure it is; only what names say in full is used without being asked (`Draft.whole`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from synth.body.skeleton import SMPL_24
from synth.motion.draft.limb_shapes import by_shape
from synth.motion.draft.names import (
    LIMB_WORDS,
    SPINE_WORDS,
    TRUNK_WORDS,
    JointName,
    take_apart,
    without_prefix,
)
from synth.motion.mapping import LIMBS, Link, Mapping
from synth.motion.recording import Skeleton

Floats = NDArray[np.float64]

SURE, LIKELY, UNSURE = "sure", "likely", "unsure"
_SIDES = ("left", "right")
_ARM = ("collar", "shoulder", "elbow", "wrist", "hand")
_LEG = ("hip", "knee", "ankle", "foot")
_NEEDED = ("pelvis", *LIMBS)
# where on the way from pelvis to neck SMPL's spine2 lies, and from where on a single joint is the chest's
_MIDDLE, _CHEST = 0.5, 0.55


@dataclass(frozen=True)
class Guess:
    """What moves an SMPL joint: a joint of the source, how sure that is, and why."""

    joint: str
    sure: str
    why: str


@dataclass(frozen=True, eq=False)
class Draft:
    """guesses: by SMPL joint. passed_over: joints of the source that move nothing. doubts: what to look at."""

    guesses: dict[str, Guess]
    passed_over: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether names alone give the pelvis and all limbs, without a doubt."""
        there = self.guesses.keys() >= set(_NEEDED)
        return there and not self.doubts and all(self.guesses[name].sure == SURE for name in _NEEDED)

    @property
    def settled(self) -> bool:
        """Whether all that a mapping needs was found, by name or likely by shape, without a doubt."""
        return (
            self.guesses.keys() >= set(_NEEDED)
            and not self.doubts
            and all(guess.sure != UNSURE for guess in self.guesses.values())
        )

    def mapping(self, name: str = "by names") -> Mapping:
        """The draft as a mapping; units and axes are left to be found from the recording."""
        return Mapping(
            name=name,
            dataset="unknown",
            licence=None,
            metres_per_unit=None,
            up=None,
            forward=None,
            links={
                joint: Link(guess.joint, align="bone" if joint in LIMBS else "rotation")
                for joint, guess in self.guesses.items()
            },
            still=frozenset(joint for joint in SMPL_24 if joint not in self.guesses),
        )

    def described(self) -> str:
        """One line of what was taken for what."""
        return ", ".join(f"{joint}: {guess.joint}" for joint, guess in self.guesses.items())


def draft(skeleton: Skeleton, places: Floats | None = None) -> Draft:
    """What moves which of SMPL's joints.

    places (T, J, 3): where the joints are in some frames, in any world; the rest pose unless given. They only matter
    where names do not say.
    """
    words = take_apart(skeleton.names)
    places = _at_rest(skeleton) if places is None else places
    guesses, doubts = _by_names(skeleton, words, places), list[str]()
    by_names = set(_NEEDED) <= guesses.keys()
    if not by_names:
        shapes, doubts = by_shape(skeleton, places, words)
        taken = {guess.joint for guess in guesses.values()}
        guesses |= {
            joint: Guess(*found)
            for joint, found in shapes.items()
            if joint not in guesses and found[0] not in taken
        }
    guesses |= _spine(skeleton, guesses, words, places)
    doubts += _contradictions(skeleton, guesses)
    missing = [joint for joint in _NEEDED if joint not in guesses]
    if missing:
        doubts.append(f"nothing was found for {', '.join(missing)}")
    elif not by_names and not {"neck", "head"} & guesses.keys():
        doubts.append("no neck or head was found: more than two arms start at the chest, or there is none")
    ordered = {joint: guesses[joint] for joint in SMPL_24 if joint in guesses}
    taken = {guess.joint for guess in ordered.values()}
    return Draft(ordered, tuple(n for n in skeleton.names if n not in taken), tuple(dict.fromkeys(doubts)))


def renamed(mapping: Mapping, skeleton: Skeleton) -> Mapping | None:
    """A mapping with the prefix that this skeleton's names share put before its own; None where it does not fit."""
    bare = without_prefix(skeleton.names)
    full = dict(zip(bare, skeleton.names, strict=True))
    if bare == skeleton.names or not all(link.joint in full for link in mapping.links.values()):
        return None
    return replace(
        mapping, links={j: replace(link, joint=full[link.joint]) for j, link in mapping.links.items()}
    )


def _at_rest(skeleton: Skeleton) -> Floats:
    places = np.zeros((1, len(skeleton.names), 3))
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            places[:, joint] = places[:, parent] + skeleton.offsets[joint]
    return places


def _by_names(skeleton: Skeleton, words: tuple[JointName, ...], places: Floats) -> dict[str, Guess]:
    guesses: dict[str, Guess] = {}
    for side in _SIDES:
        own = {j: w.word for j, w in enumerate(words) if w.side == side and not w.helper}
        for roles in (_LEG, _ARM):
            for role, joint in _limb(own, roles, skeleton, places).items():
                guesses[f"{side}_{role}"] = Guess(skeleton.names[joint], SURE, "by name")
    middle = {j: w.word for j, w in enumerate(words) if not w.side and not w.helper}
    pelvis = _pelvis(skeleton, middle, guesses)
    if pelvis is not None:
        guesses["pelvis"] = pelvis
    for role in ("neck", "head"):
        named = _first(middle, TRUNK_WORDS[role], skeleton, places)
        if named is not None:
            guesses[role] = Guess(skeleton.names[named], SURE, "by name")
    return guesses


def _limb(own: dict[int, str], roles: tuple[str, ...], skeleton: Skeleton, places: Floats) -> dict[str, int]:
    """The joints of one arm or leg by role: for each the first word that is there and that no other role needs.

    A word that two roles know goes to the one that the other words leave: 'shoulder' is the upper arm's only where no
    other word is, 'foot' is the toes' joint only beside 'ankle'.
    """
    there = set(own.values())

    def others(role: str, word: str) -> bool:
        return bool(there & (set(LIMB_WORDS[role]) - {word, "hipjoint"}))

    allowed_if = {
        ("hip", "leg"): others("knee", "leg"),
        ("knee", "leg"): others("hip", "leg"),
        ("foot", "foot"): "ankle" in there and not others("foot", "foot"),
        ("collar", "shoulder"): others("shoulder", "shoulder"),
        ("shoulder", "shoulder"): not others("shoulder", "shoulder"),
        ("hand", "hand"): "wrist" in there,
    }
    found: dict[str, int] = {}
    for role in roles:
        allowed = [word for word in LIMB_WORDS[role] if allowed_if.get((role, word), True)]
        joint = _first(own, allowed, skeleton, places)
        if joint is not None and joint not in found.values():
            found[role] = joint
    return found


def _first(own: dict[int, str], allowed: Iterable[str], skeleton: Skeleton, places: Floats) -> int | None:
    """The joint of the first word that is there; of several with one word the one nearest to the root.

    Of several beside each other, such as five toes, it is the one in the middle.
    """
    for word in allowed:
        joints = [j for j, each in own.items() if each == word]
        if joints:
            depth = {j: len(skeleton.above(j)) for j in joints}
            least = [j for j in joints if depth[j] == min(depth.values())]
            centre = places[:, least].mean(axis=1, keepdims=True)
            apart = np.linalg.norm(places[:, least] - centre, axis=2).mean(axis=0)
            return least[int(np.nan_to_num(apart).argmin())]
    return None


def _pelvis(skeleton: Skeleton, middle: dict[int, str], guesses: dict[str, Guess]) -> Guess | None:
    """The joint of that name next above both thighs, else the one that both hang on."""
    thighs = [skeleton.index(guesses[f"{s}_hip"].joint) for s in _SIDES if f"{s}_hip" in guesses]
    named = [j for j, word in middle.items() if word in TRUNK_WORDS["pelvis"]]
    if len(thighs) < 2:
        joint = next((j for word in TRUNK_WORDS["pelvis"] for j in named if middle[j] == word), None)
        return None if joint is None else Guess(skeleton.names[joint], SURE, "by name")
    shared = [j for j in skeleton.above(thighs[0]) if j in skeleton.above(thighs[1])]
    above = [j for j in shared if j in named and middle[j] != "root"] or [j for j in shared if j in named]
    if above:
        return Guess(skeleton.names[above[-1]], SURE, "by name, above both thighs")
    return Guess(skeleton.names[shared[-1]], SURE, "both thighs hang on it") if shared else None


def _spine(
    skeleton: Skeleton, guesses: dict[str, Guess], words: tuple[JointName, ...], places: Floats
) -> dict[str, Guess]:
    """SMPL's three joints of the spine, of those between the pelvis and where the arms hang; neck and head likewise."""
    index = {joint: skeleton.index(guess.joint) for joint, guess in guesses.items()}
    arms = [index[f"{s}_{r}"] for s in _SIDES for r in ("collar", "shoulder") if f"{s}_{r}" in index]
    if "pelvis" not in index or not arms:
        return {}
    chains = [skeleton.above(j) for j in (*arms, *(index[n] for n in ("neck", "head") if n in index))]
    shared = [j for j in chains[0] if all(j in chain for chain in chains)]
    below = set(skeleton.above(index["pelvis"]))
    between = [j for j in shared if j not in below and j not in index.values()]
    trunk = _distinct(between, index["pelvis"], places)
    found: dict[str, Guess] = {}
    if trunk:
        start = places[:, index["pelvis"]]
        top = places[:, index["neck"]] if "neck" in index else places[:, arms].mean(axis=1)
        way = np.maximum(np.linalg.norm(top - start, axis=1), 1e-9)
        at = {j: float(np.nanmedian(np.linalg.norm(places[:, j] - start, axis=1) / way)) for j in trunk}
        named = all(words[j].word in SPINE_WORDS for j in trunk)
        for joint, source in _spread(trunk, at).items():
            why = f"joint {trunk.index(source) + 1} of {len(trunk)} between pelvis and arms"
            found[joint] = Guess(skeleton.names[source], SURE if named else LIKELY, why)
    return found | (_neck(skeleton, index, shared[-1], words) if shared else {})


def _distinct(joints: list[int], first: int, places: Floats) -> list[int]:
    """Of a chain those that do not lie where the one before does; the later of two, which turns what follows."""
    size = float(np.nanmax(np.ptp(places[0], axis=0))) or 1.0
    kept: list[int] = []
    for joint in joints:
        before = places[:, kept[-1]] if kept else places[:, first]
        apart = float(np.nanmedian(np.linalg.norm(places[:, joint] - before, axis=1)))
        if apart > 1e-3 * size or not kept:
            kept.append(joint)
        else:
            kept[-1] = joint
    return kept


def _spread(trunk: list[int], at: dict[int, float]) -> dict[str, int]:
    """Which of a chain's joints are SMPL's: the first, the last, and of three or more the one nearest to the middle."""
    if len(trunk) == 1:
        return {"spine1" if at[trunk[0]] < _CHEST else "spine3": trunk[0]}
    chosen = {"spine1": trunk[0], "spine3": trunk[-1]}
    if len(trunk) > 2:
        chosen["spine2"] = min(trunk[1:-1], key=lambda j: abs(at[j] - _MIDDLE))
    return chosen


def _neck(
    skeleton: Skeleton, index: dict[str, int], chest: int, words: tuple[JointName, ...]
) -> dict[str, Guess]:
    """Neck and head of a rig that does not name them: the chain above the chest that is no arm, if there is one."""
    if "neck" in index or "head" in index:
        return {}
    arms = {index[name] for name in index if name.endswith(("collar", "shoulder"))}
    borne = {j for arm in arms for j in skeleton.above(arm)}

    def free(joint: int) -> list[int]:
        return [
            c
            for c in skeleton.children(joint)
            if not words[c].helper and not words[c].side and c not in borne
        ]

    if len(free(chest)) != 1:
        return {}
    chain = free(chest)
    while len(further := free(chain[-1])) == 1:
        chain += further
    why = "the chain above the chest"
    found = {"neck": Guess(skeleton.names[chain[0]], LIKELY, why)}
    if len(chain) > 1:
        found["head"] = Guess(skeleton.names[chain[-1]], LIKELY, why)
    return found


def _contradictions(skeleton: Skeleton, guesses: dict[str, Guess]) -> list[str]:
    """Joints that do not hang on each other as SMPL's do, and limbs of one side that the other lacks."""
    index = {joint: skeleton.index(guess.joint) for joint, guess in guesses.items()}
    doubts = []
    for side in _SIDES:
        for roles in (_LEG, _ARM):
            chain = [f"{side}_{role}" for role in roles if f"{side}_{role}" in index]
            for upper, lower in pairwise(chain):
                if index[upper] not in skeleton.above(index[lower])[:-1]:
                    doubts.append(
                        f"{guesses[lower].joint} was taken for {lower} but does not hang on "
                        f"{guesses[upper].joint}, taken for {upper}"
                    )
        for name in guesses:
            other = name.replace(side, _SIDES[1 - _SIDES.index(side)])
            if name.startswith(side) and other not in guesses:
                doubts.append(f"{name} was found but no {other}")
    return doubts
