"""The page of a body that explores: a stance, what it needs to stand on or sit on, and what the hands hold.

A third of the clips have a hand tool. Others carry a weight that is not in the picture: a force, 10 N a kilogram, as
in pushing or pulling; it counts in the balance and in the scores.
"""

from __future__ import annotations

from synth.posture.setting import Dice
from synth.posture.task import FeetSpec, PhaseSpec, PlaceSpec, TaskSpec, ThingSpec
from synth.scene.work import COUPLINGS

PAGE, TITLE, TRADE = "explore", "exploring work postures", "none"
# kilograms of hand tools, from what makers list
TOOLS: dict[str, tuple[float, float]] = {
    "drill": (1.5, 8.0), "hammer": (0.4, 1.5), "wrench": (0.3, 2.5), "screwdriver": (0.1, 0.4), "saw": (0.4, 0.8),
    "grinder": (2.0, 6.0), "spray_gun": (0.6, 1.5), "sealant_gun": (0.6, 1.2), "torch": (0.5, 1.5),
    "roller": (0.3, 0.9), "trowel": (0.2, 0.6), "brush": (0.1, 0.4), "brick": (2.0, 4.0),
}  # fmt: skip
_WITH_TOOL, _WITH_FORCE = 0.35, 0.35  # shares of clips
# kilograms in both hands, and the share of each range: the bands of OWAS end at 10 and 20 kg, those of REBA at 5 and 10
_FORCES = (((1.0, 5.0), 0.25), ((5.0, 10.0), 0.25), ((10.0, 20.0), 0.25), ((20.0, 25.0), 0.25))
_REPEATED, _STATIC, _UNSTABLE = 0.3, 0.15, 0.1


def page_of(stance: str, dice: Dice) -> TaskSpec:
    """The page of a clip; its one phase is for the schema's sake."""
    own = _stance(stance, dice)
    if dice.coin("explore.tool", _WITH_TOOL):
        kinds = sorted(TOOLS)
        kind = kinds[int(dice.between("explore.tool kind", (0.0, len(kinds) - 1e-6)))]
        weight = dice.between("explore.tool weight", TOOLS[kind])
        hand = "right" if dice.coin("explore.tool hand", 0.8) else "left"
        tool = ThingSpec(kind=kind, held=hand, weight=(weight, weight))
        own["things"] = {**own.get("things", {}), "tool": tool}  # type: ignore[dict-item]
    return TaskSpec(
        title=TITLE, phases=[PhaseSpec(do="hold", seconds=(1.0, 1.0))],
        coupling=COUPLINGS[int(dice.between("explore.coupling", (0.0, len(COUPLINGS) - 1e-6)))],
        activity=[name for name, share in (("repeated", _REPEATED), ("static", _STATIC), ("unstable", _UNSTABLE))
                  if dice.coin(f"explore.{name}", share)],
        **own,
    )  # fmt: skip


def force_of(dice: Dice) -> float:
    """Kilograms that both hands push, pull or bear without a thing, 0 for most clips."""
    if dice.coin("explore.tool", _WITH_TOOL) or not dice.coin(
        "explore.force", _WITH_FORCE / (1.0 - _WITH_TOOL)
    ):
        return 0.0
    which = dice.between("explore.force range", (0.0, 1.0))
    for bounds, share in _FORCES:
        if which < share:
            return round(dice.between("explore.force kilograms", bounds), 1)
        which -= share
    return _FORCES[-1][0][1]


def _stance(stance: str, dice: Dice) -> dict[str, object]:
    if stance == "stepping":
        front = "left" if dice.coin("explore.step") else "right"
        high = dice.between("explore.step height", (0.25, 0.4))
        step = ThingSpec(kind="stairs", size={"width": (0.7, 0.7), "depth": (0.35, 0.35), "height": (high, high),
                                              "steps": (1.0, 1.0)}, forward=(0.22, 0.22))  # fmt: skip
        feet = FeetSpec(apart=(0.18, 0.3), stagger=(0.0, 0.0), **{front: PlaceSpec(at="step.step_1")})
        return {"stance": "standing", "things": {"step": step}, "feet": feet}
    if stance == "standing":
        return {"stance": stance, "feet": FeetSpec(apart=(0.16, 0.45), stagger=(0.0, 0.3))}
    if stance == "sitting":  # on a stool that suits the legs
        return {"stance": stance, "feet": FeetSpec(apart=(0.18, 0.45), stagger=(0.0, 0.15))}
    if stance == "squatting":
        return {"stance": stance, "feet": FeetSpec(apart=(0.25, 0.5), stagger=(0.0, 0.15))}
    return {"stance": "lying_under" if stance == "lying" else stance}
