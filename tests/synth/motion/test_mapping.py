from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.mapping import FOLDER, choose_mapping, read_mapping
from synth.motion.recording import Skeleton

ROOT = Path(__file__).resolve().parents[3]
GOOD = (ROOT / FOLDER / "cmu_bvh.yaml").read_text()


def skeleton(*names):
    return Skeleton(names, (-1, *range(len(names) - 1)), np.zeros((len(names), 3)), {})


def test_the_shipped_mappings_read():
    for path in sorted((ROOT / FOLDER).glob("*.yaml")):
        assert read_mapping(path).links["pelvis"]


def test_an_unknown_skeleton_is_listed():
    with pytest.raises(InputError, match=r"joints Wurzel, Ast;.* write a mapping file"):
        choose_mapping(skeleton("Wurzel", "Ast"), "tree.bvh")


def test_a_user_file_in_the_working_folder_is_picked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = read_mapping(ROOT / FOLDER / "cmu_bvh.yaml").links.values()
    own = GOOD
    for name in {link.joint for link in names}:
        own = own.replace(f": {name}\n", f": my_{name}\n").replace(f"joint: {name},", f"joint: my_{name},")
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "mine.yaml").write_text(own.replace("name: cmu-bvh", "name: mine"))
    joints = skeleton(*[f"my_{link.joint}" for link in names])
    assert choose_mapping(joints, "x.bvh").name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("up: y", "up: w", "'up' is missing or wrong"),
        ("forward: z", "forward: -y", "'forward' is missing or wrong"),
        ("metres_per_unit: 0.0564444", "metres_per_unit: .nan", "metres_per_unit"),
        ("  left_knee: LeftLeg\n", "", "joints.left_knee"),
        ("left_knee:", "left_nee:", "did you mean 'left_knee'"),
        ("twist: -30", "turn: -30", "'turn' is no key of joints.left_shoulder"),
        ("joints:", "joints: [", "is not YAML"),
    ],
)
def test_a_bad_page_names_the_key(tmp_path, old, new, said):
    assert old in GOOD
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError, match=said):
        read_mapping(path)
