"""What a recording becomes as a clip."""

from dataclasses import replace

import numpy as np
import pytest

from synth.body.loading import load_body
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.motion.formats.format import ReadOptions
from synth.motion.formats.skeletal import retargeted
from synth.motion.mapping import fitting_mapping
from synth.motion.retarget import retarget
from tests.synth.motion.helpers import bvh_text, channel_order


@pytest.fixture
def recorded(tmp_path):
    path = tmp_path / "62_07.bvh"
    path.write_text(bvh_text(np.zeros((5, 3 + 3 * len(channel_order())))))
    file = parse_bvh(path)
    mapping = fitting_mapping(None, file.skeleton, str(path))
    return decode_bvh(file), mapping, path


def test_names_rate_and_places(recorded):
    recording, mapping, path = recorded
    clip = retargeted(replace(recording, notes=("n",)), mapping, path, path.parent, ReadOptions())
    found = retarget(recording, mapping)
    assert np.array_equal(clip.poses, found.poses.astype(np.float32))
    assert clip.trans + load_body().rest_joints[0] == pytest.approx(found.pelvis, abs=1e-6)
    assert (clip.source.subject, clip.source.recording, clip.source.dataset) == ("62", "62_07", "CMU")
    assert clip.rate == pytest.approx(60.0)
    assert clip.still == mapping.still
    assert clip.notes[0] == "n"
    assert not clip.clearance.any()


def test_another_name_gives_the_dataset_as_subject(recorded):
    recording, mapping, path = recorded
    other = path.rename(path.with_name("walk.bvh"))
    clip = retargeted(recording, mapping, other, other.parent, ReadOptions(rate=25.0))
    assert (clip.source.subject, clip.source.recording) == ("CMU", "walk")
    assert clip.rate == 25.0
