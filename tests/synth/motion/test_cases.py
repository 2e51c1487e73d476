"""Small inputs of other people's tools that once failed: `../shared/cases`, each with its right value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.body.loading import load_body
from synth.body.rotations import SMPL_TO_WORLD, world_turns
from synth.core.errors import InputError
from synth.motion import GateSettings, prepare
from synth.motion.clip import Clip
from synth.motion.figure import smpl_figure
from synth.motion.library import read_raw


@pytest.fixture(scope="module")
def cases(shared: Path) -> Path:
    return shared / "cases"


def same(first: Clip, second: Clip) -> None:
    assert np.array_equal(first.poses, second.poses, equal_nan=True)
    assert np.array_equal(first.trans, second.trans, equal_nan=True)
    assert first.rate == second.rate


def directions(clip: Clip) -> dict[str, NDArray[np.float64]]:
    figure = smpl_figure(world_turns(clip.poses), clip.trans + load_body().rest_joints[0])
    return {
        f"{side}_{limb}": bone
        for side in ("left", "right")
        for limb in ("hip", "knee", "shoulder", "elbow")
        if (bone := figure.bone(f"{side}_{limb}")) is not None
    }


def truth(path: Path) -> dict[int, dict[str, NDArray[np.float64]]]:
    """frame -> joint -> place, metres, Z up."""
    found: dict[int, dict[str, NDArray[np.float64]]] = {}
    for line in path.read_text().splitlines()[1:]:
        frame, joint, *place = line.split(",")
        found.setdefault(int(frame), {})[joint] = SMPL_TO_WORLD @ np.array([float(v) for v in place])
    return found


@pytest.mark.parametrize("name", ["hips_collar.bvh", "hips_upleg.bvh"])
def test_common_names(cases: Path, name: str) -> None:
    folder = cases / "bvh_common_names"
    clip = read_raw(folder / name)
    assert clip.notes[0].startswith("taken by their names: pelvis: Hips, left_hip: Left")
    own, right = directions(clip), truth(folder / "truth.csv")
    words = ("hip", "thigh", "shin"), ("knee", "shin", "foot"), ("shoulder", "upperarm", "forearm"), (
        "elbow", "forearm", "hand",
    )  # fmt: skip
    for side in ("left", "right"):
        for limb, start, end in words:
            for frame, places in right.items():
                along = places[f"{side[0]}_{end}"] - places[f"{side[0]}_{start}"]
                cosine = own[f"{side}_{limb}"][frame] @ along / np.linalg.norm(along)
                assert cosine > np.cos(np.radians(1.0)), (side, limb, frame)


@pytest.mark.parametrize("name", ["less.bvh", "more.bvh", "wrapped.bvh", "surplus.bvh"])
def test_header_counts(cases: Path, name: str) -> None:
    folder = cases / "bvh_header_counts"
    same(read_raw(folder / name), read_raw(cases / "bvh_namespace_prefix" / "plain.bvh"))
    assert (
        len(read_raw(folder / name).notes)
        == len(read_raw(cases / "bvh_namespace_prefix" / "plain.bvh").notes) + 1
    )


def test_namespace_prefix(cases: Path) -> None:
    folder = cases / "bvh_namespace_prefix"
    same(read_raw(folder / "prefixed.bvh"), read_raw(folder / "plain.bvh"))


@pytest.mark.parametrize("name", ["over_lines.bvh", "space_before_colon.bvh"])
def test_statement_over_lines(cases: Path, name: str) -> None:
    folder = cases / "bvh_statement_over_lines"
    same(*(read_raw(folder / each, folder / "mapping.yaml") for each in (name, "plain.bvh")))


def test_not_a_number_words(cases: Path) -> None:
    folder = cases / "bvh_not_a_number_words"
    _, report = prepare(
        folder / "words.bvh", 20.0, GateSettings(min_duration=0.0), mapping=folder / "mapping.yaml"
    )
    assert {(drop.first, drop.last) for drop in report.drops if str(drop.reason) == "non_finite"} == {
        (18, 18),
        (28, 28),
    }
    assert report.keep.sum() == 38


@pytest.mark.parametrize("name", ["prop_first.bvh", "prop_last.bvh"])
def test_prop_as_second_root(cases: Path, name: str) -> None:
    folder = cases / "bvh_prop_as_second_root"
    clip = read_raw(folder / name, folder / "mapping.yaml")
    same(clip, read_raw(folder / "plain.bvh", folder / "mapping.yaml"))
    assert clip.notes[0] == "'prop' was recorded beside the person: left out"


def test_smpl_other_keys(cases: Path) -> None:
    fused, split = (read_raw(cases / "smpl_other_keys" / f"{name}.npz") for name in ("fused", "split"))
    assert fused.rate == split.rate == 30.0
    assert fused.poses[:, :22] == pytest.approx(split.poses[:, :22], abs=1e-6)
    assert fused.trans == pytest.approx(split.trans)


def test_smpl_pose_shapes(cases: Path) -> None:
    p72, p66, p3d = (read_raw(cases / "smpl_pose_shapes" / f"{name}.npz") for name in ("p72", "p66", "p3d"))
    same(p72, p3d)
    assert np.array_equal(p72.poses[:, :22], p66.poses[:, :22])


def test_centimetres(cases: Path) -> None:
    path = cases / "centimetres" / "cm_poses.npz"
    with pytest.raises(InputError, match=r"moves a hundred times too far: centimetres.*`units: cm`"):
        read_raw(path)
    _, report = prepare(path, 30.0, units="cm")
    assert report.keep.all()


def test_npz_rate_by_option(cases: Path) -> None:
    folder = cases / "npz_rate_by_option"
    same(read_raw(folder / "no_rate.npz", rate=20.0), read_raw(folder / "stated.npz"))


def test_asf_licence_by_names(cases: Path) -> None:
    clip = read_raw(cases / "asf_licence_by_names" / "LAB_aa_01-01_01_120.amc")
    assert clip.source.dataset == "unknown"
    assert clip.source.licence.startswith("unknown")
    assert clip.source.subject == "asf_licence_by_names"
