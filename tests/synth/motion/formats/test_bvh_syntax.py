"""The same file written in many ways is the same file."""

import numpy as np
import pytest

from synth.core.errors import InputError
from synth.motion.formats.bvh import decode_bvh, parse_bvh, parse_roots
from tests.synth.motion.formats.test_bvh import TWO_BONES

WAYS = {
    "values on the next line": lambda t: t.replace("OFFSET 0 -2 0", "OFFSET\n0\n-2 0").replace(
        "CHANNELS 3 Z", "CHANNELS\n3\nZ"
    ),
    "space before the colon": lambda t: t.replace("Frames:", "Frames :").replace("Frame Time:", "Frame Time :"),
    "no colon": lambda t: t.replace("Frames:", "Frames").replace("Frame Time:", "Frame Time"),
    "lower case": lambda t: t.replace("HIERARCHY", "Hierarchy").replace("JOINT", "Joint").replace("OFFSET", "offset")
    .replace("Zrotation", "ZROTATION").replace("Frame Time", "frame time").replace("MOTION", "Motion"),
    "comments": lambda t: "# made by a tool\n" + t.replace("MOTION", "// the motion\nMOTION").replace(
        "OFFSET 0 -2 0", "OFFSET 0 -2 0 # metres"
    ),
    "blank lines": lambda t: "\n\n" + t.replace("\n", "\n\n"),
    "Windows' lines": lambda t: t.replace("\n", "\r\n"),
    "braces on the line": lambda t: t.replace("\n{", " {").replace("\n    {", " {"),
    "one word": lambda t: t.replace("End Site", "EndSite"),
    "padded by the copy": lambda t: t + "\0\0\x1a",
    "no end site's name": lambda t: t.replace("End Site", "End"),
    "decimal commas": lambda t: t.replace("0.01", "0,01").replace("OFFSET 0 -2 0", "OFFSET 0,0 -2,0 0,0"),
    "header on MOTION's line": lambda t: t.replace("MOTION\nFrames", "MOTION Frames"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_write(tmp_path, way):
    path = tmp_path / "a.bvh"
    path.write_text(TWO_BONES)
    plain = parse_bvh(path)
    path.write_bytes(WAYS[way](TWO_BONES).encode())
    file = parse_bvh(path)
    assert file.skeleton.names == plain.skeleton.names
    assert np.array_equal(file.skeleton.offsets, plain.skeleton.offsets)
    assert np.array_equal(file.skeleton.ends["leg"], plain.skeleton.ends["leg"])
    assert file.channels == plain.channels
    assert np.array_equal(file.values, plain.values)
    assert file.rate == plain.rate == 100.0


@pytest.mark.parametrize(("encoding", "said"), [("latin-1", "Latin-1"), ("utf-16", "UTF-16"), ("utf-8", "")])
def test_names_in_any_encoding(tmp_path, encoding, said):
    path = tmp_path / "a.bvh"
    path.write_bytes(TWO_BONES.replace("ROOT hip", "ROOT Hüfte links").encode(encoding))
    file = parse_bvh(path)
    assert file.skeleton.names[0] == "Hüfte links"
    assert bool(file.notes) == bool(said)
    assert said in " ".join(file.notes)


PROP = "ROOT prop\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition Zposition\n}\n"


@pytest.mark.parametrize("first", [True, False])
def test_several_roots(tmp_path, first):
    text = (
        TWO_BONES.replace("ROOT hip", f"{PROP}ROOT hip")
        if first
        else TWO_BONES.replace("MOTION", f"{PROP}MOTION")
    )
    for row in ("1 2 3 90 0 0 0 90 0", "1 2 3 0 0 0 0 0 0"):
        text = text.replace(row, f"7 8 9 {row}" if first else f"{row} 7 8 9")
    path = tmp_path / "a.bvh"
    path.write_text(text)
    files = {file.skeleton.names[0]: file for file in parse_roots(path)}
    path.write_text(TWO_BONES)
    plain = parse_bvh(path)
    assert np.array_equal(files["hip"].values, plain.values)
    assert files["hip"].skeleton.parents == plain.skeleton.parents
    assert np.array_equal(files["prop"].values, [[7, 8, 9], [7, 8, 9]])
    path.write_text(text)
    with pytest.raises(InputError, match="has 2 roots"):
        parse_bvh(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Frames: 2\n", "", "'Frames:' is missing; add it"),
        ("Frame Time: 0.01\n", "", "'Frame Time:' is missing; add it"),
        ("Frame Time: 0.01", "Frame Time: 0", "a frame time of 0 s cannot be"),
        (
            "Frame Time: 0.01",
            "Frame Time: 30",
            "a frame time of 30 s cannot be: frames a second, or milliseconds",
        ),
        ("Frame Time: 0.01\n", "Frame Time: 0.01 ", "'1' stands behind the frame time"),
        ("OFFSET 0 -2 0", "OFFSET 0 -2", "OFFSET has 2 numbers, not 3"),
    ],
)
def test_the_true_cause_is_said(tmp_path, old, new, said):
    path = tmp_path / "a.bvh"
    assert old in TWO_BONES
    path.write_text(TWO_BONES.replace(old, new))
    with pytest.raises(InputError, match=said):
        parse_bvh(path)


def test_a_rate_given_stands_in_for_a_frame_time_that_cannot_be(tmp_path):
    path = tmp_path / "a.bvh"
    path.write_text(TWO_BONES.replace("0.01", "0"))
    (file,) = parse_roots(path, rate=50.0)
    assert file.rate == 50.0
    assert "the frame time 0 cannot be" in file.notes[0]


def test_scales_of_joints_are_passed_over(tmp_path):
    path = tmp_path / "a.bvh"
    path.write_text(TWO_BONES)
    plain = decode_bvh(parse_bvh(path))
    text = TWO_BONES.replace("3 Zrotation Xrotation Yrotation", "4 Zrotation Xrotation Yrotation Xscale")
    path.write_text(
        text.replace("0 90 0\n", "0 90 0 7\n").replace("1 2 3 0 0 0 0 0 0\n", "1 2 3 0 0 0 0 0 0 7\n")
    )
    found = decode_bvh(parse_bvh(path))
    assert np.allclose(found.rotations, plain.rotations)
    assert np.allclose(found.root, plain.root)
