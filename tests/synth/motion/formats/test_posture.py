"""Pages as clips."""

from dataclasses import replace

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.formats import ReadOptions
from synth.motion.formats.posture import POSTURE, read
from synth.posture.by_angles.perform import RATE
from tests.synth.posture.by_angles.test_page import GOOD


def test_a_page_is_a_clip(tmp_path):
    path = tmp_path / "reach.posture.yaml"
    path.write_text(GOOD)
    clip = read(path, tmp_path, ReadOptions())
    assert clip.name == "reach.posture.yaml"
    assert clip.rate == RATE
    assert clip.frames == 2 * RATE + 1
    assert (clip.source.dataset, clip.source.recording) == ("authored postures", "test")
    assert clip.still == {"left_hand", "right_hand"}
    assert not clip.clearance.any()
    assert POSTURE.matches("A.Posture.YAML")


def test_the_licence_of_a_page_goes_before_the_one_beside_it(tmp_path):
    (tmp_path / "LICENSE").write_text("Other terms\n")
    path = tmp_path / "reach.posture.yaml"
    path.write_text(GOOD)
    first = read(path, tmp_path, ReadOptions())
    assert first.source.licence == "CC0-1.0"
    path.write_text(GOOD.replace("licence: CC0-1.0\n", ""))
    assert read(path, tmp_path, ReadOptions()).source.licence.startswith("unknown")
    assert np.array_equal(read(path, tmp_path, ReadOptions()).poses, first.poses)
    assert replace(first.source, sha256="") != first.source


def test_a_bad_page_names_its_line(tmp_path):
    path = tmp_path / "bad.posture.yaml"
    path.write_text(GOOD.replace("knees", "kneez"))
    with pytest.raises(InputError, match=r"bad\.posture\.yaml:7: .*did you mean 'knees'"):
        read(path, tmp_path, ReadOptions())
