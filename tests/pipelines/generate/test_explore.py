"""Blocks of explored clips: their names, bytes, and what they depend on."""

from __future__ import annotations

import pytest

from pipelines.generate import explore as module
from pipelines.generate.explore import Block, blocks, explore, explore_digest
from pipelines.generate.recipe import SourceSpec


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 2)


def content(block: Block) -> list[tuple[str, bytes]]:
    return [(clip.name, clip.poses.tobytes() + clip.trans.tobytes()) for clip in block.clips]


def test_blocks_are_the_same_whenever_they_are_made(small: None) -> None:
    second = explore(4, 7, 1, 30.0)
    assert content(explore(4, 7, 1, 30.0)) == content(second)
    assert content(explore(4, 8, 1, 30.0)) != content(second)
    assert all(clip.work is not None and clip.rate == 30.0 for clip in second.clips)
    assert {clip.name.split("/")[-1][:6] for clip in second.clips} <= {"000002", "000003"}
    assert all(clip.source.licence == "CC0-1.0" for clip in second.clips)


def test_how_many_blocks_there_are() -> None:
    assert [blocks(clips) for clips in (1, 16, 17)] == [1, 1, 2]
    assert len({explore_digest(*each) for each in ((16, 0, 0), (17, 0, 0), (16, 1, 0), (16, 0, 1))}) == 4


def test_a_recipe_takes_clips_and_seed_for_explore_alone() -> None:
    source = SourceSpec(path="explore", clips=40, seed=3)
    assert SourceSpec.model_validate(source.model_dump()) == source
    for given, why in (
        ({"path": "explore", "rate": 30}, "takes clips and seed"),
        ({"path": "builtin", "clips": 5}, "only explore takes it"),
    ):
        with pytest.raises(ValueError, match=why):
            SourceSpec.model_validate(given)
