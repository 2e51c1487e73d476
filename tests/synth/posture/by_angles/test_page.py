import pytest

from synth.core.errors import InputError
from synth.motion import ASSETS
from synth.posture import parse_page, read_page
from synth.posture.task import is_task

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
    paths = sorted((ASSETS / "postures").glob("*.posture.yaml"))
    pages = [read_page(path) for path in paths if not is_task(path.read_text())]
    assert len(pages) >= 6
    for page in pages:
        assert page.description
        assert page.licence == "CC0-1.0"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: test\n", "", r"p.posture.yaml: this field is missing \(field 'name'\)"),
        (
            "shoulders:",
            "sholders:",
            r":5: .*did you mean 'shoulders'\? the fields here are like, pelvis, trunk",
        ),
        (
            "{flexion: 90}",
            "{flection: 90}",
            r":5: .*did you mean 'flexion'\? .* are flexion, abduction, rotation",
        ),
        ("knees: {flexion: 5}", "knees: {bend: 5}", r":7: .*the fields here are flexion"),
        ("flexion: 90", "flexion: 900", r":5: .*less than or equal to 360"),
        ("flexion: 90", "flexion: .nan", r":5: .*finite"),
        ("flexion: 90", "flexion: yes", r":5: .*valid number .*got True"),
        ("flexion: 90", "flexion: '90'", r":5: .*valid number"),
        ("knees: {flexion: 5}", "knees: 5", r":7: .*'postures.reach.knees', got 5"),
        (
            "posture: further",
            "posture: beyond",
            r":12: posture 'beyond' is not described; described are stand, reach",
        ),
        ("time: 2", "time: 0.5", r":12: is not later than the one before"),
        ("like: reach", "like: later", r":8: 'later' is not described before it"),
        ("licence:", "planted: head\nlicence:", r":2: Input should be 'feet', 'left_foot'"),
        ("licence:", "color: red\nlicence:", r":2: there is no such field \(field 'color'"),
        ("  - {time: 1, posture: reach}\n  - {time: 2, posture: further}\n", "", r":9: .*at least 2 items"),
        ("keyframes:", "keyframes: {", "is not valid YAML"),
    ],
)
def test_a_bad_page_says_where(old, new, said):
    assert old in GOOD
    with pytest.raises(InputError, match=said) as caught:
        parse_page(GOOD.replace(old, new, 1), "p.posture.yaml")
    assert str(caught.value).startswith("p.posture.yaml")
    assert "\n" not in str(caught.value)


def test_a_page_is_no_way_to_run_code():
    with pytest.raises(InputError, match="is not valid YAML"):
        parse_page(GOOD + "x: !!python/object/apply:os.getcwd []\n", "p")
