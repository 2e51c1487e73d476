import pickle

import numpy as np
import pytest

from synth.body.skeleton import SMPL_24
from synth.core.errors import InputError
from synth.motion.formats.amass import read, read_amass
from synth.motion.formats.format import ReadOptions
from tests.synth.motion.helpers import amass_arrays


def save(path, arrays):
    np.savez(path, **arrays)
    return path


def test_smplh(tmp_path):
    arrays = amass_arrays()
    poses, trans, rate, _ = read_amass(save(tmp_path / "a.npz", arrays))
    assert poses.shape == (60, 24, 3)
    assert trans.shape == (60, 3)
    assert rate == 60.0
    assert poses[:, :22].reshape(60, -1) == pytest.approx(arrays["poses"][:, :66])
    assert not poses[:, SMPL_24.index("left_hand") :].any()  # fingers are not hands


@pytest.mark.parametrize("key", ["mocap_framerate", "mocap_frame_rate"])
def test_both_spellings_of_the_rate(tmp_path, key):
    arrays = amass_arrays()
    arrays[key] = arrays.pop("mocap_framerate")
    assert read_amass(save(tmp_path / "a.npz", arrays))[2] == 60.0


def test_smplx_stageii_is_the_same_motion(tmp_path):
    arrays = amass_arrays()
    flat = arrays.pop("poses")
    first = read_amass(save(tmp_path / "h.npz", arrays | {"poses": flat}))[0]
    arrays |= {
        "root_orient": flat[:, :3],
        "pose_body": flat[:, 3:66],
        "surface_model_type": np.array("smplx"),
    }
    assert read_amass(save(tmp_path / "x.npz", arrays))[0] == pytest.approx(first)


@pytest.mark.parametrize("width", [72, 165])
def test_smpl_and_smplx_poses(tmp_path, width):
    arrays = amass_arrays()
    wide = np.zeros((60, width), np.float32)
    wide[:, :66] = arrays["poses"][:, :66]
    arrays["poses"] = wide
    assert read_amass(save(tmp_path / "a.npz", arrays))[0].shape == (60, 24, 3)


def test_pickled_objects_are_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    arrays = amass_arrays() | {"poses": np.array([Bomb()], dtype=object)}
    with pytest.raises(InputError, match="pickled objects, which are never loaded"):
        read_amass(save(tmp_path / "a.npz", arrays))


def test_a_rate_given_goes_before_the_files(tmp_path):
    arrays = amass_arrays()
    path = save(tmp_path / "a.npz", arrays)
    clip = read(path, tmp_path, ReadOptions(rate=120.0))
    assert clip.rate == 120.0
    assert clip.notes == ("the file states 60 frames a second, 120 was given: 120 is taken",)
    del arrays["mocap_framerate"]
    path = save(tmp_path / "a.npz", arrays)
    assert read(path, tmp_path, ReadOptions(rate=60.0)).notes == ()
    with pytest.raises(InputError, match=r"states no frame rate .*--rate"):
        read(path, tmp_path, ReadOptions())


def test_a_pickle_of_arrays_is_read_and_no_other(tmp_path):
    arrays = amass_arrays()
    path = tmp_path / "gBR_sBM_c01.pkl"
    held = {
        "smpl_poses": arrays["poses"][:, :72],
        "smpl_trans": 90.0 * arrays["trans"],
        "smpl_scaling": np.array([90.0]),
    }
    path.write_bytes(pickle.dumps(held))
    clip = read(path, tmp_path, ReadOptions(rate=60.0))
    assert clip.poses[:, :22].reshape(60, -1) == pytest.approx(arrays["poses"][:, :66])
    path.write_bytes(pickle.dumps({"smpl_poses": pytest.fail}))
    with pytest.raises(InputError, match="asks to import"):
        read(path, tmp_path, ReadOptions(rate=60.0))
    path.write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(InputError, match="is not a dictionary of arrays"):
        read(path, tmp_path, ReadOptions(rate=60.0))


def test_what_predict_writes_is_sent_to_its_bvh(tmp_path):
    path = tmp_path / "poses.npz"
    np.savez(path, format=np.array("posemill poses 1"), joints=np.zeros((5, 17, 3)), rate=np.array(30.0))
    with pytest.raises(InputError, match=r"give the poses.bvh that lies beside it"):
        read_amass(path)
