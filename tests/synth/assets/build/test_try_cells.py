"""The sample of reachable cells: drawn from those that count, each aimed at as often as said."""

from __future__ import annotations

import pytest

from synth.assets.build import try_cells
from synth.posture.explore.space import reachable


def test_every_cell_of_the_sample_is_aimed_at_by_each_try() -> None:
    cells = try_cells.sample(25)
    assert reachable()[0, cells].all()
    aimed = [goal.cells[0] for _, _, goals in try_cells.jobs(cells, 3) for goal in goals]
    assert sorted(aimed) == sorted([*cells.tolist()] * 3)
    assert len({number for _, number, _ in try_cells.jobs(cells, 3)}) == len(list(try_cells.jobs(cells, 3)))


def test_a_cell_is_reached_by_either_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pool:
        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None: ...

        imap_unordered = staticmethod(map)

    monkeypatch.setattr(try_cells, "Pool", Pool)
    monkeypatch.setattr(
        try_cells, "try_goals", lambda stance, wanted, seed, number: ([(-1, wanted[0].cells[0])], [""])
    )
    monkeypatch.setattr(try_cells, "_AT_ONCE", 1)
    assert try_cells.measure(cells=7, tries=1)["reached"] == 7
    monkeypatch.setattr(try_cells, "try_goals", lambda stance, wanted, seed, number: ([(-1, -1)], ["falls"]))
    assert try_cells.measure(cells=7, tries=1)["share"] == 0
