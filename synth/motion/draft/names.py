"""What the names of a skeleton's joints say: side, body part, and whether they are helpers.

The words are those of Mixamo, Rokoko, Xsens MVN, Vicon, Perception Neuron, LAFAN1, Bandai-Namco, Character Creator,
3ds Max Biped, DAZ, MakeHuman, Blender's Rigify, VRM, Unreal, Kinect, CMU's ASF and SMPL. The same word means
different joints in different sets: 'LeftShoulder' is the collar bone beside 'LeftArm' and the upper arm beside
'LeftCollar'. So a word names a list of joints, of which `synth.motion.draft.drafting` takes the one that the
others leave.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# Joint -> letters of a name without its side; the first word that a skeleton has is taken.
LIMB_WORDS: dict[str, tuple[str, ...]] = {
    "hip": ("upleg", "upperleg", "thigh", "thighbend", "femur", "uleg", "legupper", "hip", "leg", "hipjoint"),
    "knee": ("knee", "lowleg", "lowerleg", "shin", "calf", "tibia", "shank", "leglower", "leg"),
    "ankle": ("ankle", "foot", "feet"),
    "foot": ("toebase", "toe", "toes", "ball", "foottoe", "toepivot", "foot", "metatarsals"),
    "collar": ("collar", "clavicle", "clav", "collarbone", "scapula", "shoulder"),
    "shoulder": ("upperarm", "uparm", "shldr", "shldrbend", "humerus", "uarm", "armupper", "arm", "shoulder"),
    "elbow": ("elbow", "forearm", "forearmbend", "lowerarm", "lowarm", "radius", "armlower"),
    "wrist": ("wrist", "hand", "palm"),
    "hand": ("hand", "fingerbase", "fingers"),
}
TRUNK_WORDS: dict[str, tuple[str, ...]] = {
    "pelvis": ("pelvis", "hips", "hip", "spinebase", "root"),
    "neck": ("neck", "necklower", "lowerneck", "necktwist", "cervical"),
    "head": ("head", "skull"),
}
SPINE_WORDS = frozenset((
    "spine", "chest", "upperchest", "torso", "abdomen", "abdomenlower", "abdomenupper", "chestlower", "chestupper",
    "back", "lowerback", "upperback", "thorax", "waist", "stomach", "lumbar", "belly", "spinemid", "spineshoulder",
))  # fmt: skip
# Joints beside the body's own: anywhere in a name, and as a word of it
_HELPERS = re.compile(
    "twist|roll$|helper|dummy|thumb|index|middle|pinky|little|finger|inhand|metacarpal|carpal|breast|pectoral|eye|jaw|"
    "tongue|hair|skirt|cloth|weapon|prop|share|nub|site|effector|socket|target|handtip|footmod|ribs"
)
_HELPER_WORDS = frozenset((
    "end", "ik", "pole", "ctrl", "eff", "tip", "mid", "ring", "null", "aim", "ear", "nose", "top", "sole", "heel",
))  # fmt: skip
_SIDES = (("left", "right"), ("Left", "Right"), ("LEFT", "RIGHT"), ("L", "R"), ("l", "r"), ("左", "右"))
_CENTRES = frozenset(("c", "m", "center", "centre"))
# What says nothing of the body part: the kind of a bone in Auto-Rig Pro and in scenes of Maya and Blender
_KINDS = frozenset(("stretch", "jnt", "jt", "bone", "bn", "bnd", "skin", "def"))


@dataclass(frozen=True)
class JointName:
    """A name taken apart.

    side: 'left', 'right' or ''. word: its letters without the side, in lower case. helper: whether it is beside the
    body's own joints: a finger, twist, end or control.
    """

    side: str
    word: str
    helper: bool


def without_prefix(names: Sequence[str]) -> tuple[str, ...]:
    """The names without the namespace or prefix that they share, such as 'mixamorig:', 'Character1_' or 'Bip01 '.

    A namespace, up to ':' or '|', is left out of every name. A prefix up to another separator, or without one before a
    capital letter, has to be shared by three of four names.
    """
    bare = [re.sub(r"^.*[:|]", "", name) or name for name in names]
    for _ in range(3):
        prefix = _shared_prefix(bare)
        if not prefix:
            break
        bare = [name.removeprefix(prefix) or name for name in bare]
    return tuple(bare) if len(set(bare)) == len(set(names)) else tuple(names)


def _shared_prefix(names: Sequence[str]) -> str:
    counts: Counter[str] = Counter()
    for name in names:
        ends = {match.end() for match in re.finditer(r"[_ .\-]+", name)}
        ends |= {match.start() for match in re.finditer(r"(?<=[a-z0-9])(?=[A-Z])", name)}
        counts.update(name[:end] for end in ends if 1 < end < len(name))
    needed = max(5, -(-3 * len(names) // 4))
    return max((prefix for prefix, count in counts.items() if count >= needed), key=len, default="")


def take_apart(names: Sequence[str]) -> tuple[JointName, ...]:
    """Each of a skeleton's names, without its prefix, as side, word and whether it is a helper.

    A name has a side where exchanging its left for right gives another of the names, or where it says left or right in
    full.
    """
    bare = without_prefix(names)
    known = set(bare)
    return tuple(_taken_apart(name, known) for name in bare)


def _taken_apart(name: str, known: set[str]) -> JointName:
    side, rest = _without_side(name, known)
    words = [word for word in _words(rest) if word not in _CENTRES | _KINDS]
    word = "".join(words)
    word = word.removesuffix("joint") if word not in ("hipjoint", "joint") else word
    word = word.removeprefix("joint") or word
    helper = bool(_HELPERS.search(word.removeprefix("necktwist"))) or bool(_HELPER_WORDS & set(words))
    return JointName(side, word, helper)


def _without_side(name: str, known: set[str]) -> tuple[str, str]:
    for pair in _SIDES:
        for side, own, other in (("left", *pair), ("right", *reversed(pair))):
            for match in re.finditer(re.escape(own), name):
                before, after = name[: match.start()], name[match.end() :]
                if f"{before}{other}{after}" in known and _stands_alone(own, before, after):
                    return side, f"{before} {after}"
    for side in ("left", "right"):
        if re.search(side, name, re.IGNORECASE):
            return side, re.sub(side, " ", name, count=1, flags=re.IGNORECASE)
    return "", name


def _stands_alone(own: str, before: str, after: str) -> bool:
    """Whether a letter for a side is one, and not a letter of a word: at an end of the name, or a word by itself."""
    if len(own) > 1 or own in "左右" or not before:  # of 'lfemur' its twin shows it
        return True
    starts = not before[-1].isalpha() or (own.isupper() and before[-1].islower())
    ends = not after or not after[0].isalpha() or after[0].isupper()
    return starts and ends


def _words(name: str) -> list[str]:
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [part.lower() for part in parts]
