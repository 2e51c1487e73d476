"""Drafted mappings as table, YAML and picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.inspect.mappings import draft_facts, draft_yaml, drafted, draw_draft
from synth.core.errors import InputError
from synth.motion.mapping import read_mapping
from tests.pipelines.conftest import Posemill
from tests.synth.motion.helpers import amass_arrays, bvh_text, channel_order


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "walk.bvh"
    path.write_text(bvh_text(np.zeros((5, 3 + 3 * len(channel_order())))).replace("Hips", "Pelvis"))
    return path


def test_the_draft_is_a_mapping(recording: Path, tmp_path: Path) -> None:
    found = drafted(recording)
    assert draft_facts(found)["joints"]["left_knee"]["joint"] == "LeftLeg"
    out = tmp_path / "m.yaml"
    out.write_text(draft_yaml(found, recording))
    mapping = read_mapping(out)
    assert {j: link.joint for j, link in mapping.links.items()} == {
        j: guess.joint for j, guess in found.draft.guesses.items()
    }
    assert mapping.metres_per_unit is None


def test_the_picture_shows_two_views(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.png"
    draw_draft(drafted(recording), out)
    with Image.open(out) as picture:
        assert picture.size == (1800, 900)
        for half in (picture.crop((0, 0, 900, 900)), picture.crop((900, 0, 1800, 900))):
            assert len(half.getcolors(1 << 16) or ()) > 5


def test_what_has_no_skeleton_needs_no_mapping(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **amass_arrays())
    with pytest.raises(InputError, match="AMASS needs no mapping"):
        drafted(tmp_path / "a.npz")


def test_the_command(posemill: Posemill, recording: Path, tmp_path: Path) -> None:
    found = posemill("mocap", "map", recording, tmp_path / "mine.yaml")
    assert found.exit_code == 0
    assert "LeftForeArm" in found.stdout
    assert (tmp_path / "mine.png").is_file()
    found = posemill(
        "mocap", "check", recording, "--mapping", tmp_path / "mine.yaml", "--up", "y", "--units", "in"
    )
    assert found.exit_code == 1  # five frames are too short
    assert "too_short" in found.stdout
    recording.write_text(recording.read_text().replace("LeftLeg", "b1").replace("RightUpLeg", "b2"))
    found = posemill("mocap", "map", recording)
    assert "likely" in found.stdout or "unsure" in found.stdout
