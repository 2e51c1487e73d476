import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.mapping import FOLDER, fitting_mapping, known_mappings, read_mapping
from synth.motion.recording import Skeleton

ROOT = Path(__file__).resolve().parents[3]
GOOD = (ROOT / FOLDER / "cmu_bvh.yaml").read_text()


def same(first, second):
    return [np.array_equal(a, b) for a, b in zip(vars(first).values(), vars(second).values(), strict=True)]


def test_a_mapping_travels_by_its_content():
    mapping = read_mapping(ROOT / FOLDER / "cmu_bvh.yaml")
    assert all(same(pickle.loads(pickle.dumps(mapping)), mapping))


def test_of_several_the_one_that_fits_most_joints_is_taken():
    mappings = known_mappings()
    assert {mapping.name for mapping in mappings} == {"cmu-asf", "cmu-bvh", "hrc-bvh"}
    whole = next(mapping for mapping in mappings if mapping.name == "cmu-bvh")
    joints = skeleton(*{link.joint for link in whole.links.values()})
    fewer = replace(whole, name="fewer", links={name: whole.links[name] for name in list(whole.links)[:20]})
    assert fitting_mapping((fewer, *mappings), joints, "x.bvh") is whole
    assert fitting_mapping((fewer,), joints, "x.bvh") is fewer
    assert fitting_mapping(fewer, joints, "x.bvh") is fewer
    with pytest.raises(InputError, match="unknown skeleton"):
        fitting_mapping((), joints, "x.bvh")


def skeleton(*names):
    return Skeleton(names, (-1, *range(len(names) - 1)), np.zeros((len(names), 3)), {})


def test_the_shipped_mappings_read():
    for path in sorted((ROOT / FOLDER).glob("*.yaml")):
        assert read_mapping(path).links["pelvis"]


def test_an_unknown_skeleton_is_listed():
    with pytest.raises(InputError, match=r"joints Wurzel, Ast;.* write a mapping file"):
        fitting_mapping(None, skeleton("Wurzel", "Ast"), "tree.bvh")


def test_a_user_file_in_the_working_folder_is_picked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = read_mapping(ROOT / FOLDER / "cmu_bvh.yaml").links.values()
    own = GOOD
    for name in {link.joint for link in names}:
        own = own.replace(f": {name}\n", f": my_{name}\n").replace(f"joint: {name},", f"joint: my_{name},")
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "mine.yaml").write_text(own.replace("name: cmu-bvh", "name: mine"))
    joints = skeleton(*[f"my_{link.joint}" for link in names])
    assert fitting_mapping(None, joints, "x.bvh").name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("up: y", "up: w", r":12: Input should be .*field 'up'"),
        ("up: y", "# y", r"give up and forward, or neither \(field 'up'\)"),
        ("forward: z", "forward: -y", r":13: it has to be another axis than up \(field 'forward'\)"),
        ("metres_per_unit: 0.0564444", "metres_per_unit: .nan", r":11: .*field 'metres_per_unit', got nan"),
        ("metres_per_unit: 0.0564444", "metres_per_unit: yes", r":11: .*field 'metres_per_unit', got True"),
        ("  pelvis: Hips\n", "", r":24: say which joint moves the pelvis \(field 'joints'\)"),
        ("  left_knee: LeftLeg\n", "", r":24: say which joint moves left_knee, or list it under still"),
        ("left_knee:", "left_nee:", r":27: .*did you mean 'left_knee'"),
        ("twist: -30", "turn: -30", r":40: there is no such field \(field 'joints.left_shoulder.turn'"),
        ("pelvis: Hips", "pelvis: {joint: Hips, align: bone}", r":25: only a limb"),
        ("joints:", "still: [left_knee]\njoints:", r":24: 'left_knee' is mapped"),
        ("joints:", "fixed_order: zyz\njoints:", r":24: .*field 'fixed_order', got 'zyz'"),
        ("joints:", "joints: [", "is not valid YAML"),
        ("name: cmu-bvh", "naem: cmu-bvh", r":5: there is no such field .* did you mean 'name'"),
    ],
)
def test_a_bad_page_names_the_key(tmp_path, old, new, said):
    assert old in GOOD
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError, match=said):
        read_mapping(path)
