import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synth.core.errors import InputError
from synth.motion.formats.asf_amc import CMU_RATE, find_asf, read_amc, read_asf
from tests.synth.motion.helpers import ASF, amc_text

INCHES_PER_UNIT = 1 / 0.45


@pytest.fixture
def subject(tmp_path):
    (tmp_path / "07.asf").write_text(ASF)
    return tmp_path


def test_lengths_are_metres_and_joints_lie_where_bones_start(subject):
    asf = read_asf(subject / "07.asf")
    assert asf.skeleton.names == ("root", "upper", "lower", "tip")
    assert asf.skeleton.offsets[2] == pytest.approx([0, -4.5 * INCHES_PER_UNIT * 0.0254, 0])
    assert asf.skeleton.ends["tip"] == pytest.approx([0, 0, INCHES_PER_UNIT * 0.0254])


def test_a_bone_turns_about_its_own_axes(subject):
    frame = np.array([[1.0, 2.0, 3.0, 0, 0, 0, 30.0, 40.0, 50.0, 70.0]])
    (subject / "07_01.amc").write_text(amc_text(frame))
    recording = read_amc(subject / "07_01.amc")
    assert recording.rate == CMU_RATE
    assert recording.root[0] == pytest.approx(np.array([1, 2, 3]) * INCHES_PER_UNIT * 0.0254)
    own = Rotation.from_euler("z", 20, degrees=True)
    upper = own * Rotation.from_euler("xyz", [30, 40, 50], degrees=True) * own.inv()
    lower = upper * own * Rotation.from_euler("x", 70, degrees=True) * own.inv()
    assert recording.rotations[0, 1] == pytest.approx(upper.as_matrix())
    assert recording.rotations[0, 2] == pytest.approx(lower.as_matrix())
    assert recording.rotations[0, 3] == pytest.approx(lower.as_matrix())  # a bone without dof follows


def test_radians(subject):
    (subject / "07_01.amc").write_text(
        amc_text(np.radians(np.arange(10.0)[None])).replace("DEGREES", "RADIANS")
    )
    (subject / "07_02.amc").write_text(amc_text(np.arange(10.0)[None]))
    first, second = (read_amc(subject / f"07_0{n}.amc") for n in (1, 2))
    assert first.rotations == pytest.approx(second.rotations)


def test_the_rate_is_what_one_says(subject):
    (subject / "07_01.amc").write_text(amc_text(np.zeros((3, 10))))
    assert read_amc(subject / "07_01.amc", rate=60.0).rate == 60.0


def test_the_skeleton_of_a_motion(subject):
    assert find_asf(subject / "07_01.amc").name == "07.asf"
    assert find_asf(subject / "walk.amc").name == "07.asf"  # the only one there
    (subject / "08.asf").write_text(ASF)
    with pytest.raises(InputError, match=r"there are 2.*walk\.asf"):
        find_asf(subject / "walk.amc")


def test_a_motion_cut_short_names_the_line(subject):
    text = amc_text(np.zeros((3, 10)))
    (subject / "07_01.amc").write_text("\n".join(text.splitlines()[:-1]) + "\n")
    with pytest.raises(InputError, match=r"07_01\.amc:14: ends within a frame"):
        read_amc(subject / "07_01.amc")
    (subject / "07_01.amc").write_text(text.replace("\n3\nroot", "\n4\nroot"))
    with pytest.raises(InputError, match=r"07_01\.amc:12: frame 4 follows frame 2"):
        read_amc(subject / "07_01.amc")
