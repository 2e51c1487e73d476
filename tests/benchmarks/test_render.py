"""The benchmark runs, on scenes that show a person."""

from __future__ import annotations

from benchmarks.render import bench_render, example_views
from synth.render import get_renderer


def test_it_times_what_there_is() -> None:
    result = bench_render(count=2, width=64, height=64)
    assert result.raster > 0
    if result.plain_pyrender is None:
        assert result.ratio is None
        assert "raster" in result.remark
    else:
        assert result.ratio == result.plain_pyrender / result.raster


def test_its_scenes_show_a_worker_and_props() -> None:
    for scene, camera in example_views(4, 128, 128):
        frame = get_renderer().render(scene, camera)
        assert (frame.instance == 1).sum() > 300
        assert len(set(frame.part[frame.part > 0].tolist())) > 8
