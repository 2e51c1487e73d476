"""The three parsers, and pages of postures: garbage is refused in one way only, and what is written is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from synth.core.errors import InputError
from synth.motion.formats.amass import read_amass
from synth.motion.formats.asf_amc import read_amc
from synth.motion.formats.bvh import decode_bvh, parse_bvh
from synth.posture import parse_page
from tests.synth.motion.formats.test_bvh import TWO_BONES
from tests.synth.motion.helpers import ASF, amass_arrays, amc_text, bvh_text, channel_order
from tests.synth.posture.by_angles.test_page import GOOD

PROFILE = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ANGLES = st.floats(-180, 180, allow_nan=False, width=32)


def only_input_errors(read: Callable[..., object], *args: object) -> None:
    """Reads or is refused, with one line."""
    refusal = None
    try:
        read(*args)
    except InputError as error:
        refusal = error
    if refusal is not None:
        assert "\n" not in str(refusal)
        assert refusal.remedy


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A good file with lines dropped, doubled or swapped, words replaced, bytes changed, or its end missing."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(st.integers(0, 4))
        if what == 0:
            del lines[at]
        elif what == 1:
            lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
        elif what == 2:
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif what == 3 and lines[at].split():
            words = lines[at].split()
            odd = st.sampled_from(
                ["nan", "-1", "1e999", "²", "٣", "{", "}", "x" * 100, "1_0", "root", "MOTION", ""]
            )
            words[draw(st.integers(0, len(words) - 1))] = draw(odd | st.text(max_size=6))
            lines[at] = " ".join(words)
        else:
            lines = lines[: at + 1]
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    raw = bytearray("\n".join(lines).encode("utf-8", errors="surrogatepass"))
    for _ in range(draw(st.integers(0, 2))):
        if raw:
            raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


@PROFILE
@given(damaged(TWO_BONES) | st.binary(max_size=400))
def test_bvh_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.bvh"
    path.write_bytes(content)
    only_input_errors(lambda: decode_bvh(parse_bvh(path)))


@PROFILE
@given(damaged(ASF) | st.binary(max_size=400))
def test_asf_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "07.asf").write_bytes(content)
    (tmp_path / "07_01.amc").write_text(amc_text(np.zeros((2, 10))))
    only_input_errors(read_amc, tmp_path / "07_01.amc")


@PROFILE
@given(damaged(amc_text(np.arange(40.0).reshape(4, 10))) | st.binary(max_size=400))
@example(b"\xc2\xb2\nroot 1 2 3 4 5 6\nupper 1 2 3\nlower 1\n")
def test_amc_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "07.asf").write_text(ASF)
    (tmp_path / "07_01.amc").write_bytes(content)
    only_input_errors(read_amc, tmp_path / "07_01.amc")


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **amass_arrays(20))
    return stream.getvalue()


@PROFILE
@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
    st.data(),
)
def test_amass_is_read_or_refused(
    tmp_path: Path, garbage: bytes, changes: list[tuple[int, int]], data: st.DataObject
) -> None:
    raw = bytearray(_npz())
    for at, value in changes:
        raw[at % len(raw)] = value
    content = data.draw(
        st.sampled_from([bytes(raw), garbage, bytes(raw[: len(raw) // 2]), garbage + bytes(raw)])
    )
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    only_input_errors(read_amass, path)


@PROFILE
@given(
    name=st.sampled_from(["poses", "trans", "mocap_framerate"]),
    array=hnp.arrays(
        st.sampled_from([np.float32, np.float64, np.int32, np.bool_, "U3", np.complex64]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
)
def test_amass_arrays_of_any_kind_are_read_or_refused(
    tmp_path: Path, name: str, array: NDArray[np.generic]
) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, **amass_arrays(4) | {name: array})
    only_input_errors(read_amass, path)


@PROFILE
@given(st.text(max_size=200) | damaged(GOOD).map(lambda raw: raw.decode("utf-8", errors="replace")))
def test_a_page_is_read_or_refused(text: str) -> None:
    only_input_errors(parse_page, text, "p")


@PROFILE
@given(
    hnp.arrays(
        np.float64, st.tuples(st.integers(1, 6), st.just(3 + 3 * len(channel_order()))), elements=ANGLES
    )
)
def test_bvh_gives_back_what_was_written(tmp_path: Path, values: NDArray[np.float64]) -> None:
    path = tmp_path / "x.bvh"
    path.write_text(bvh_text(values, frame_time=0.01))
    file = parse_bvh(path)
    assert file.values == pytest.approx(values, abs=1e-6)
    assert file.rate == pytest.approx(100.0)
    assert list(map(len, file.channels)) == [6] + [3] * (len(channel_order()) - 1)


@PROFILE
@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(10)), elements=ANGLES))
def test_amc_gives_back_what_was_written(tmp_path: Path, values: NDArray[np.float64]) -> None:
    (tmp_path / "07.asf").write_text(ASF)
    (tmp_path / "07_01.amc").write_text(amc_text(values))
    recording = read_amc(tmp_path / "07_01.amc")
    assert recording.root == pytest.approx(values[:, :3] / 0.45 * 0.0254, abs=1e-9)
    about_x = recording.rotations[:, 2] @ np.swapaxes(recording.rotations[:, 1], 1, 2)
    cosine = (np.trace(about_x, axis1=1, axis2=2) - 1) / 2
    assert cosine == pytest.approx(np.cos(np.radians(values[:, 9])), abs=1e-9)


@PROFILE
@given(
    hnp.arrays(np.float32, st.tuples(st.integers(1, 6), st.just(156)), elements=ANGLES),
    st.floats(0.5, 5000, allow_nan=False),
)
def test_amass_gives_back_what_was_written(tmp_path: Path, poses: NDArray[np.float32], rate: float) -> None:
    path = tmp_path / "x.npz"
    trans = poses[:, :3] * 2
    np.savez(path, poses=poses, trans=trans, mocap_framerate=rate)
    read, moved, told, _ = read_amass(path)
    assert np.array_equal(read[:, :22].reshape(len(poses), -1), poses[:, :66])
    assert np.array_equal(moved, trans)
    assert told == rate


def test_an_archive_that_claims_to_be_huge_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (10, 156), }"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("poses.npy", header.ljust(128))
        entry = archive.getinfo("poses.npy")
        entry.file_size = 1 << 40
    only_input_errors(read_amass, path)
