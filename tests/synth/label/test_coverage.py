"""Coverage of postures set by hand: counted once a cell, added up, and what is lacking named."""

from __future__ import annotations

import numpy as np
import pytest

from synth.label.coverage import coverage, facts, lacking, nothing
from synth.posture.explore.space import SIZE, bands_of, cell_of, reachable
from synth.risk.from_poses import angles_from_poses
from tests.synth.posture.explore.test_space import legs, posture


def joints_of(*postures: dict[str, tuple[float, float, float]]) -> np.ndarray:
    return np.concatenate([posture(**turns)[1] for turns in postures])


def test_a_cell_counts_once() -> None:
    one, many = coverage(joints_of({})), coverage(joints_of({}, {}, {}))
    assert one.share == many.share == 2 / reachable().sum()
    assert (one.postures, many.postures) == (1, 3)
    assert (coverage(joints_of({})) + coverage(joints_of({}, {}))).postures == 3
    assert coverage(joints_of({}, {}), weight=np.array([0.5, 0.0])).postures == 0.5
    assert nothing().share == 0


def test_angles_that_are_given_go_before_those_of_the_joints() -> None:
    _, joints = posture()
    bent, _ = posture(spine1=(0.7, 0.0, 0.0))
    found = coverage(joints, angles=angles_from_poses(bent))
    assert bands_of(int(found.cells[0].argmax()))["inclination"] == "bent"


def test_scores_are_those_of_the_worse_side_and_codes_leave_the_load_out() -> None:
    joints = joints_of({}, {})
    owas = np.array([[1, 1, 2, 1], [1, 1, 2, 3]])
    found = coverage(joints, reba=np.array([[2, 5], [12, 1]]), owas=owas)
    assert found.reba.nonzero()[0].tolist() == [5, 12]
    assert found.owas[0, 0, 1] == 2
    told = facts(found)
    assert told["reba_scores"] == 2
    assert told["reba"]["12"] == 0.5
    assert (told["owas_codes"], told["owas_of"]) == (1, 84)
    assert facts(coverage(joints))["reba"] is None


def test_the_shares_of_bands() -> None:
    told = facts(coverage(joints_of({})))
    standing = sum(bands_of(cell)["stance"] == "standing" for cell in np.flatnonzero(reachable()[0]))
    assert told["axes"]["stance"]["standing"] == pytest.approx(1 / standing)
    assert told["axes"]["stance"]["kneeling"] == 0
    table = coverage(joints_of({})).table("inclination", "stance")
    assert table.shape == (3, 7)
    assert np.isnan(table[0, 6])  # nobody lies upright
    assert table[0, 0] > 0
    assert (coverage(joints_of({})).table("stance", "inclination")[:, 0][:6] == table[0, :6]).all()


def test_what_is_lacking_is_named_widest_first() -> None:
    everything = nothing()
    everything.cells[:] = 1
    assert lacking(everything) == []
    lying = [cell for cell in range(SIZE) if bands_of(cell)["stance"] == "lying"]
    everything.cells[:, lying] = 0
    assert lacking(everything) == ["lying"]
    sitting = [
        cell
        for cell in range(SIZE)
        if bands_of(cell)["stance"] == "sitting" and bands_of(cell)["height"] == "high"
    ]
    everything.cells[:, sitting] = 0
    assert set(lacking(everything)) == {"lying", "sitting, height high"}
    assert lacking(coverage(joints_of({}, legs(hip=0.0, knee=1.57))))[0] not in ("standing", "kneeling")
    assert cell_of(**bands_of(3)) == 3
