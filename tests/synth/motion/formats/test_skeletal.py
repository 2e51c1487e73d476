"""What a recording becomes as a clip."""

from dataclasses import replace

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.core.errors import InputError
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.formats.format import ReadOptions
from synth.motion.formats.skeletal import fit, retargeted
from synth.motion.retarget import retarget
from tests.synth.motion.helpers import bvh_text, channel_order


@pytest.fixture
def recorded(tmp_path):
    path = tmp_path / "62_07.bvh"
    path.write_text(bvh_text(np.zeros((5, 3 + 3 * len(channel_order())))))
    file = parse_bvh(path)
    fitted = fit(None, file.skeleton, str(path))
    return decode_bvh(file), fitted, path


def test_names_rate_and_places(recorded):
    recording, fitted, path = recorded
    clip = retargeted(replace(recording, notes=("n",)), fitted, path, path.parent, ReadOptions())
    found = retarget(recording, fitted.mapping)
    assert np.array_equal(clip.poses, found.poses.astype(np.float32))
    assert clip.trans + load_body().rest_joints[0] == pytest.approx(found.pelvis, abs=1e-6)
    assert (clip.source.subject, clip.source.recording, clip.source.dataset) == ("62", "62_07", "CMU")
    assert clip.rate == pytest.approx(60.0)
    assert clip.still == fitted.mapping.still
    assert clip.notes[0] == "n"
    assert not clip.clearance.any()


def test_bone_names_state_no_provenance(recorded):
    recording, fitted, path = recorded
    other = path.rename(path.with_name("walk.bvh"))
    clip = retargeted(recording, fitted, other, other.parent, ReadOptions(rate=25.0))
    assert (clip.source.subject, clip.source.recording) == (path.parent.name, "walk")
    assert clip.source.dataset == "unknown"
    assert clip.source.licence.startswith("unknown")
    assert clip.rate == 25.0
    assert "the file states 60 frames a second, 25 was given: 25 is taken" in clip.notes
    named = retargeted(recording, replace(fitted, named=True), other, other.parent, ReadOptions())
    assert (named.source.dataset, named.source.subject) == ("CMU", "CMU")
    other.with_name("LICENSE").write_text("Mine\n")
    assert retargeted(recording, fitted, other, other.parent, ReadOptions()).source.licence == "Mine"


def test_a_shared_prefix_is_left_out(recorded):
    recording, fitted, _ = recorded
    names = tuple(f"rig:{name}" for name in recording.skeleton.names)
    prefixed = fit(None, replace(recording.skeleton, names=names), "x")
    assert {j: link.joint for j, link in prefixed.mapping.links.items()} == {
        j: f"rig:{link.joint}" for j, link in fitted.mapping.links.items()
    }


def test_names_that_say_nothing_are_refused_with_the_way_on(recorded):
    recording, _, _ = recorded
    names = tuple(f"b{row}" for row in range(len(recording.skeleton.names)))
    with pytest.raises(InputError, match=r"an unknown skeleton .*posemill mocap map FILE"):
        fit(None, replace(recording.skeleton, names=names), "x")
