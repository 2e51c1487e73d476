"""Pages of who explores: tools and forces come as often as said, a clip has one of them at most, sizes are drawn."""

from __future__ import annotations

from synth.posture.explore.goals import STANCES
from synth.posture.explore.page import TOOLS, force_of, page_of
from synth.posture.setting import Dice


def test_tools_and_forces_come_to_about_a_third_of_the_clips_each() -> None:
    dice = [Dice(0, "explore", number) for number in range(300)]
    tools = ["tool" in page_of("standing", each).things for each in dice]
    forces = [force_of(each) for each in dice]
    assert 0.27 < sum(tools) / 300 < 0.43
    assert 0.27 < sum(force > 0 for force in forces) / 300 < 0.43
    assert not any(tool and force for tool, force in zip(tools, forces, strict=True))
    for low, high in ((1, 5), (5, 10), (10, 20), (20, 25)):  # every band of the scores
        assert sum(low <= force <= high for force in forces) > 10


def test_a_tool_weighs_what_such_tools_weigh() -> None:
    for number in range(40):
        tool = page_of("kneeling", Dice(1, "explore", number)).things.get("tool")
        if tool is not None:
            assert tool.weight is not None
            assert TOOLS[tool.kind][0] <= tool.weight[0] <= TOOLS[tool.kind][1]
            assert tool.held in ("left", "right")


def test_every_stance_has_a_page() -> None:
    pages = {stance: page_of(stance, Dice(0, "explore", 0)) for stance in STANCES}
    assert pages["lying"].stance == "lying_under"
    assert "step" in pages["stepping"].things
    assert "seat" not in pages["sitting"].things  # the stance brings a stool that suits the legs
