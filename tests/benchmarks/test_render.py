"""The renderers' benchmark runs, on scenes that show a person."""

from __future__ import annotations

import pytest

from benchmarks.render import describe, example_views, measure
from synth.render import get_renderer


def test_it_times_what_there_is() -> None:
    facts = measure(count=2, width=64, height=64)
    assert facts["raster"] > 0
    if facts["plain_pyrender"] is None:
        assert facts["ratio"] is None
        assert "raster" in facts["remark"]
    else:
        assert facts["ratio"] == pytest.approx(facts["plain_pyrender"] / facts["raster"])
    assert f"{1000 / facts['raster']:.0f} a second" in describe(facts)[1]


def test_its_scenes_show_a_worker_and_props() -> None:
    for scene, camera in example_views(4, 128, 128):
        picture = get_renderer().render(scene, camera)
        assert (picture.instance == 1).sum() > 300
        assert len(set(picture.part[picture.part > 0].tolist())) > 8
