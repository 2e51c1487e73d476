import pytest

from synth.core.errors import InputError
from synth.motion import ASSETS
from synth.posture import parse_page, read_page

GOOD = """\
name: test
licence: CC0-1.0
postures:
  reach:
    shoulders: {flexion: 90}
    left_shoulder: {abduction: 10}
    knees: {flexion: 5}
  further: {like: reach, right_shoulder: {flexion: 120}}
keyframes:
  - {time: 0, posture: stand}
  - {time: 1, posture: reach}
  - {time: 2, posture: further}
"""


def test_both_sides_one_side_and_likeness():
    page = parse_page(GOOD, "p")
    assert page.postures["reach"]["left_shoulder", "flexion"] == 90
    assert page.postures["reach"]["left_shoulder", "abduction"] == 10
    assert ("right_shoulder", "abduction") not in page.postures["reach"]
    assert page.postures["further"]["right_shoulder", "flexion"] == 120
    assert page.postures["further"]["left_shoulder", "flexion"] == 90
    assert page.postures["stand"] == {}
    assert page.keyframes[-1] == (2.0, "further")


def test_the_shipped_pages_read():
    pages = [read_page(path) for path in sorted((ASSETS / "postures").glob("*.posture.yaml"))]
    assert len(pages) >= 6
    for page in pages:
        assert page.description
        assert page.licence == "CC0-1.0"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: test\n", "", "lacks 'name'"),
        ("shoulders:", "sholders:", "did you mean 'shoulders'"),
        ("flexion: 90", "flection: 90", "did you mean 'flexion'"),
        ("flexion: 90", "flexion: 900", "is no number from -360 to 360"),
        ("flexion: 90", "flexion: .nan", "is no number"),
        ("flexion: 90", "flexion: yes", "is no number"),
        ("posture: further", "posture: beyond", "posture 'beyond' is not described"),
        ("time: 2", "time: 0.5", "not later than the one before"),
        ("like: reach", "like: later", "not described before it"),
        ("licence:", "planted: head\nlicence:", "'head' cannot be planted"),
        ("licence:", "color: red\nlicence:", "'color' is no key"),
        ("keyframes:", "keyframes: {", "is not YAML"),
    ],
)
def test_a_bad_page_says_where(old, new, said):
    assert old in GOOD
    with pytest.raises(InputError, match=said) as caught:
        parse_page(GOOD.replace(old, new, 1), "p.posture.yaml")
    assert str(caught.value).startswith("p.posture.yaml")
    assert "\n" not in str(caught.value)


def test_a_page_is_no_way_to_run_code():
    with pytest.raises(InputError, match="is not YAML"):
        parse_page(GOOD + "x: !!python/object/apply:os.getcwd []\n", "p")
