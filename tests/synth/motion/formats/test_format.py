"""A format is added from outside, and options that a format has no use for are refused."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from synth.core import registry
from synth.core.errors import InputError
from synth.motion import find, library, prepare, read
from synth.motion.clip import describe
from synth.motion.formats import FORMATS, MotionFormat, ReadOptions
from synth.motion.mapping import FOLDER, known_mappings
from tests.synth.motion.helpers import amass_arrays, bvh_text, channel_order
from tests.synth.motion.test_floor import upright


def read_lines(path, root, options):
    """A toy: a file of heights, one a line."""
    heights = np.array([float(line) for line in path.read_text().split()])
    clip = upright(len(heights), height=heights)
    source = describe(path, root, dataset="toy", licence="CC0-1.0", names=("1", path.stem))
    return replace(clip, name=source.path, source=source, rate=options.rate or clip.rate)


TOY = MotionFormat("toy", (".toy.txt",), read_lines, frozenset({"rate"}), frozenset({"notes.toy.txt"}))


@pytest.fixture
def with_toy(monkeypatch):
    point = EntryPoint("toy", f"{__name__}:TOY", FORMATS.group)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == FORMATS.group else [])
    FORMATS.__dict__.pop("_others", None)  # of a registry that was asked before
    yield
    FORMATS.__dict__.pop("_others", None)


def test_our_formats():
    assert FORMATS.names()[:5] == ("amass", "asf_amc", "bvh", "compact", "posture")
    assert library.suffixes()[:7] == (".amc", ".bvh", ".motion.npz", ".npz", ".pk", ".pkl", ".posture.yaml")
    assert FORMATS.get("amass").matches("62_01_POSES.NPZ")
    assert not FORMATS.get("amass").matches("shape.npz")


@pytest.mark.usefixtures("with_toy")
def test_another_package_adds_a_format(tmp_path):
    (tmp_path / "jump.toy.txt").write_text("0\n" * 60)
    (tmp_path / "notes.toy.txt").write_text("not motion")
    assert find(tmp_path) == [tmp_path / "jump.toy.txt"]
    clips, report = prepare(tmp_path / "jump.toy.txt", 30.0, source_rate=50.0)
    assert report.rate == 50.0
    assert report.name == "jump.toy.txt"
    with pytest.raises(InputError, match=r"give \.amc, .*\.posture\.yaml, \.toy\.txt"):
        read(tmp_path / "jump.txt")
    assert clips == []  # nothing in it moves


def test_the_rate_that_is_given_goes_before_the_one_stated(tmp_path):
    np.savez(tmp_path / "a.npz", **amass_arrays(60, 60.0))
    assert read(tmp_path / "a.npz").rate == 60.0
    assert read(tmp_path / "a.npz", rate=50.0).rate == 50.0
    without = {name: array for name, array in amass_arrays().items() if name != "mocap_framerate"}
    np.savez(tmp_path / "b.npz", **without)
    assert read(tmp_path / "b.npz", rate=50.0).rate == 50.0
    (tmp_path / "c.bvh").write_text(bvh_text(np.zeros((5, 3 + 3 * len(channel_order())))))
    assert read(tmp_path / "c.bvh", rate=50.0).rate == 50.0


def test_options_that_mean_nothing_to_a_format_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", **amass_arrays())
    mapping = known_mappings()[0]
    with pytest.raises(
        InputError, match=r"a\.npz: 'mapping' was given, which AMASS does not take; give files"
    ):
        read(tmp_path / "a.npz", mapping)
    with pytest.raises(InputError, match="'rate' was given, which a posture page does not take"):
        read(library.ASSETS / "postures" / "squat_lift.posture.yaml", rate=50.0)
    # candidates for whatever skeletons a source has are for the formats that have skeletons
    assert read(tmp_path / "a.npz", known_mappings()).frames == 60
    assert ReadOptions().given() == []
    assert ReadOptions(mapping, 50.0).given() == ["mapping", "rate"]
    assert FOLDER.name == "skeletons"
