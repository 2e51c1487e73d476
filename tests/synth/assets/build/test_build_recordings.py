"""A pack of recordings: gated, near-duplicates and held-out ones left out, terms and still joints stated."""

import numpy as np
import pytest

from synth.assets.build.build_recordings import MOST_DEGREES, MOST_METRES, build, near
from synth.core.errors import InputError
from synth.motion import ASSETS, read

PAGE = """\
hold_out: [c]
sources:
  - {path: mocap, dataset: Studio, subject: anna, licence: ours}
"""


@pytest.fixture
def page(tmp_path):
    (tmp_path / "mocap").mkdir()
    for name, shipped in (("a", "01_03_0"), ("b", "01_03_0"), ("c", "01_03_3"), ("d", "01_03_3")):
        arrays = dict(np.load(ASSETS / "motion" / f"{shipped}.npz"))
        del arrays["posemill"], arrays["clearance"], arrays["still"]
        arrays["poses"][:, 3 * 7 : 3 * 8] = 0.1  # a left ankle that never moves
        np.savez(tmp_path / "mocap" / f"{name}.npz", **arrays)
    (tmp_path / "pack.yaml").write_text(PAGE)
    return tmp_path / "pack.yaml"


def test_a_pack_is_made_of_what_differs(page, tmp_path, capsys):
    files = build(page, tmp_path / "pack")
    assert [path.name for path in files] == ["studio-a.motion.npz", "studio-d.motion.npz"]
    said = capsys.readouterr().out
    assert "b.npz: left out, 100% of its poses are near-duplicates" in said
    assert "c.npz: held out" in said
    clip = read(files[0])
    assert clip.name == "studio/anna/a.npz"
    assert (clip.source.dataset, clip.source.subject, clip.source.licence) == ("Studio", "anna", "ours")
    assert clip.source.recording == "a"
    assert "left_ankle" in clip.still
    assert "right_ankle" not in clip.still
    assert build(page, tmp_path / "pack") == files  # those of before are replaced


def test_what_a_page_lacks_is_named(page, tmp_path):
    page.write_text(PAGE.replace(", licence: ours", ""))
    with pytest.raises(InputError, match="licence"):
        build(page, tmp_path / "pack")


def test_near_is_within_the_root_mean_square_over_joints():
    known = np.zeros((1, 63))
    assert near(np.full((1, 63), 10.0 / np.sqrt(3)), known, 10.1).tolist() == [True]
    assert near(np.full((1, 63), 10.0 / np.sqrt(3)), known, 9.9).tolist() == [False]
    assert near(known, np.empty((0, 63)), 10.0).tolist() == [False]
    assert MOST_DEGREES == 0.1
    assert MOST_METRES == 1e-3
