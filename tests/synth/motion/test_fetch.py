"""Downloads, against a server of one's own on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from synth.core.errors import InputError
from synth.motion import fetch
from synth.motion.fetch import SUMS, fetch_cmu, fetch_file, known_sums

PAGE = """<html><a href="subjects/91/91.asf">asf</a> <a href='subjects/91/91_01.amc'>1</a>
<A HREF=subjects/91/91_02.amc>2</A> <a href="subjects/91/91_02.avi">film</a>
<a href="subjects/92/92_01.amc">of another</a> <a href="http://evil/../../91_03.amc/../x">no</a>
<a href="../../../../etc/91_99x.amc">no</a></html>"""


@dataclass
class Site:
    """What the server has, and how it misbehaves."""

    files: dict[str, bytes]
    ranges: bool = True
    cut_after: dict[str, list[int]] = field(default_factory=dict)  # bytes sent before the connection ends
    busy: int = 0  # times it answers 503 first
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    known = Site(
        {f"/subjects/91/{name}": name.encode() * 40_000 for name in ("91.asf", "91_01.amc", "91_02.amc")}
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            known.asked.append((self.path, asked))
            if known.busy > 0:
                known.busy -= 1
                self.send_error(503)
                return
            if self.path.startswith("/search.php?subjectnumber=91&"):
                content, asked = PAGE.encode(), None
            elif self.path.startswith("/search.php"):
                content, asked = b"<html>No results.</html>", None
            elif self.path in known.files:
                content = known.files[self.path]
            else:
                self.send_error(404)
                return
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and known.ranges else 0
            if start and start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            cuts = known.cut_after.get(self.path)
            end = start + cuts.pop(0) if cuts else len(content)
            self.wfile.write(content[start:end])

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_subject_comes_whole_and_nothing_else(site: Site, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    paths = fetch_cmu(["91"], tmp_path, base_url=site.url, progress=lambda *step: told.append(step))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "91/91.asf",
        "91/91_01.amc",
        "91/91_02.amc",
    ]
    for path in paths:
        assert path.read_bytes() == site.files[f"/subjects/91/{path.name}"]
    assert sorted(path.name for path in (tmp_path / "91").iterdir()) == [
        "91.asf",
        "91_01.amc",
        "91_02.amc",
        SUMS,
    ]
    assert told[-1] == ("91_02.amc", 360_000, 360_000)


def test_what_is_there_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    fetch_cmu([91], tmp_path, base_url=site.url)
    site.asked.clear()
    fetch_cmu([91], tmp_path, base_url=site.url)
    assert [path for path, _ in site.asked if path.startswith("/subjects")] == []


def test_an_interrupted_download_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.cut_after["/subjects/91/91_01.amc"] = [100_000, 50_000]
    target = tmp_path / "91_01.amc"
    fetch_file(f"{site.url}/subjects/91/91_01.amc", target, pause=0.0)
    assert target.read_bytes() == site.files["/subjects/91/91_01.amc"]
    assert [asked for _, asked in site.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_it_goes_on_after_the_program_was_ended(site: Site, tmp_path: Path) -> None:
    whole = site.files["/subjects/91/91_01.amc"]
    (tmp_path / "91_01.amc.part").write_bytes(whole[:1234])
    fetch_file(f"{site.url}/subjects/91/91_01.amc", tmp_path / "91_01.amc")
    assert (tmp_path / "91_01.amc").read_bytes() == whole
    assert site.asked == [("/subjects/91/91_01.amc", "bytes=1234-")]


def test_a_part_as_long_as_the_file_or_longer_is_begun_anew(site: Site, tmp_path: Path) -> None:
    whole = site.files["/subjects/91/91_01.amc"]
    (tmp_path / "91_01.amc.part").write_bytes(whole + b"x")
    fetch_file(f"{site.url}/subjects/91/91_01.amc", tmp_path / "91_01.amc", pause=0.0)
    assert (tmp_path / "91_01.amc").read_bytes() == whole


def test_a_site_without_ranges_sends_it_from_the_start(site: Site, tmp_path: Path) -> None:
    site.ranges = False
    (tmp_path / "91_01.amc.part").write_bytes(b"left over")
    fetch_file(f"{site.url}/subjects/91/91_01.amc", tmp_path / "91_01.amc")
    assert (tmp_path / "91_01.amc").read_bytes() == site.files["/subjects/91/91_01.amc"]


def test_always_cut_short_leaves_no_file(site: Site, tmp_path: Path) -> None:
    site.cut_after["/subjects/91/91_01.amc"] = [10] * fetch.ATTEMPTS
    with pytest.raises(
        InputError, match=r"cannot be downloaded \(40 of 360000 bytes came\).*goes on where it stopped"
    ):
        fetch_file(f"{site.url}/subjects/91/91_01.amc", tmp_path / "91_01.amc", pause=0.0)
    assert [path.name for path in tmp_path.iterdir()] == ["91_01.amc.part"]


def test_a_busy_site_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.busy = 2
    assert len(fetch_cmu([91], tmp_path, base_url=site.url, pause=0.0)) == 3


def test_a_file_that_is_not_what_it_was_is_refused(site: Site, tmp_path: Path) -> None:
    fetch_cmu([91], tmp_path, base_url=site.url)
    (tmp_path / "91" / "91_01.amc").unlink()
    site.files["/subjects/91/91_01.amc"] = b"something else"
    with pytest.raises(InputError, match=r"has checksum .* as known"):
        fetch_cmu([91], tmp_path, base_url=site.url)
    assert not (tmp_path / "91" / "91_01.amc").exists()


def test_a_damaged_file_on_disk_is_mended(site: Site, tmp_path: Path) -> None:
    fetch_cmu([91], tmp_path, base_url=site.url)
    (tmp_path / "91" / "91_02.amc").write_bytes(b"half")
    fetch_cmu([91], tmp_path, base_url=site.url)
    assert (tmp_path / "91" / "91_02.amc").read_bytes() == site.files["/subjects/91/91_02.amc"]


def test_the_checksums_that_come_with_the_project(shared: Path) -> None:
    sums = known_sums()
    known = [path for path in (shared / "data" / "cmu_asf_amc").iterdir() if path.name in sums]
    assert len(known) >= 5
    for path in known:
        assert sums[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_known_file_must_be_the_known_one(site: Site, tmp_path: Path) -> None:
    site.files["/subjects/01/01_01.amc"] = b"no motion"
    with pytest.raises(InputError, match="has checksum"):
        fetch_file(f"{site.url}/subjects/01/01_01.amc", tmp_path / "01_01.amc")


def test_an_unknown_subject_and_a_missing_file(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lists no trial of subject 55"):
        fetch_cmu([55], tmp_path, base_url=site.url)
    with pytest.raises(InputError, match="answers 404"):
        fetch_file(f"{site.url}/subjects/91/none.amc", tmp_path / "none.amc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("subject", ["../1", "0", "sixty", "", "1e3"])
def test_a_subject_is_a_number(subject: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a subject of CMU's"):
        fetch_cmu([subject], tmp_path, base_url="http://127.0.0.1:1")


def test_off_line_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"cannot be downloaded \(.*refused.*\); check the connection"
    ) as caught:
        fetch_cmu([62], tmp_path, base_url="http://127.0.0.1:1", pause=0.0)
    assert "\n" not in str(caught.value)
