"""The page in a browser: off line, without a complaint, upright and not mirrored, on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lifter.predict.webpage import page_text
from tests.lifter.predict.known import known
from tests.lifter.predict.people import SIZE, photo
from tests.pipelines import chromium

# the middles of the orange and blue pixels of a canvas, and how many there are, as [x, y, count] each
COLOURS = """((id, tones) => { const c = document.getElementById(id);
    const pixels = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    return tones.map(([r, g, b]) => { let x = 0, y = 0, n = 0;
        for (let k = 0; k < pixels.length; k += 4)
            if (Math.abs(pixels[k] - r) + Math.abs(pixels[k + 1] - g) + Math.abs(pixels[k + 2] - b) < 30) {
                n++; x += k / 4 % c.width; y += Math.floor(k / 4 / c.width); }
        return [x / n, y / n, n]; });
})"""
FLAT = COLOURS + "('flat', [[255, 140, 26], [35, 170, 255]])"
SPACE = COLOURS + "('space', [[208, 104, 0], [0, 114, 178], [87, 96, 106]])"
SLIDE = """(() => { const slider = document.getElementById('time'); slider.value = %d;
    slider.dispatchEvent(new Event('input')); })()"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A video of two people of whom one is not lifted in a frame, a single photo, and nobody at all."""
    folder = tmp_path_factory.mktemp("pages")
    video, alone = known(12, 2, missing=(3,)), known(1)
    picture = photo(folder / "a.jpg", SIZE)
    for frame in (*video.recording.frames, *alone.recording.frames):
        frame.picture, frame.size = picture, SIZE
    shown = {"video": video, "photo": alone, "nobody": known(2, 0)}
    for name, lifted in shown.items():
        (folder / f"{name}.html").write_text(
            page_text(lifted, "<b>walk</b>.mp4", ["poses.npz"]), encoding="utf-8"
        )
    return {name: folder / f"{name}.html" for name in shown}


@pytest.mark.parametrize("which", ["video", "photo", "nobody"])
@pytest.mark.parametrize("width", [375, 1200])
def test_it_loads_from_disk_without_a_complaint(
    page: chromium.Page, pages: dict[str, Path], which: str, width: int
) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.open(pages[which], width=width, height=800)
    assert page.complaints == []
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data"}
    assert len([url for url in page.requests if url.startswith("file")]) == 1
    assert page.run("document.documentElement.scrollWidth") <= width  # nothing sticks out to the side
    assert page.run("document.getElementById('space').getBoundingClientRect().width") > 0.4 * width
    words = page.run("document.body.innerText")
    assert "<b>walk</b>.mp4" in words
    assert "taken for the world's" in words
    sizes = page.run(
        """[...document.querySelectorAll('main p, main td, main dd, main label')].filter((x) => x.offsetParent)
           .map((x) => parseFloat(getComputedStyle(x).fontSize))"""
    )
    assert min(sizes) >= 12
    text = pages[which].read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", text)


@pytest.mark.parametrize("which", ["video", "photo"])
def test_left_is_left_and_up_is_up(page: chromium.Page, pages: dict[str, Path], which: str) -> None:
    page.open(pages[which])
    left, right = page.run(FLAT)
    assert min(left[2], right[2]) > 200
    assert left[0] > right[0] + 10  # who faces the camera has the left on the picture's right
    left, right, middle = page.run(SPACE)
    assert min(left[2], right[2], middle[2]) > 200
    assert left[0] > right[0] + 10
    page.run("document.querySelector('[data-yaw=\"1.5708\"]').click()")
    side = page.run(SPACE)
    assert (
        abs(side[0][0] - side[1][0]) < abs(left[0] - right[0]) / 2
    )  # from the side they are behind each other
    # the raised left hand is higher than the right one, so orange reaches higher than blue
    assert left[1] < right[1]


def test_it_can_be_turned(page: chromium.Page, pages: dict[str, Path]) -> None:
    page.open(pages["photo"])
    before = page.run(SPACE)
    box = page.run(
        "(() => { const b = document.getElementById('space').getBoundingClientRect(); return [b.x, b.y]; })()"
    )
    for kind, x in (("mousePressed", 100), ("mouseMoved", 200), ("mouseMoved", 386), ("mouseReleased", 386)):
        page.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=box[0] + x,
            y=box[1] + 100,
            button="left",
            buttons=1,
            clickCount=1,
        )
    after = page.run(SPACE)
    assert before[0][0] > before[1][0] + 10
    assert after[0][0] < after[1][0] - 10  # half a turn


def test_the_slider_moves_everything(page: chromium.Page, pages: dict[str, Path]) -> None:
    page.open(pages["video"])
    assert page.run("document.getElementById('now').textContent") == "frame 0, 0.00 s"
    marker = "Number(document.querySelector('.charts .now').getAttribute('x1'))"
    start = page.run(marker)
    page.run(SLIDE % 3)
    assert page.run("document.getElementById('now').textContent") == "frame 3, 0.30 s"
    assert page.run(marker) > start
    assert "Not lifted: 2 joints detected" in page.run("document.getElementById('flat-caption').textContent")
    assert "not lifted: 2 joints" in page.run("document.getElementById('table').textContent")
    page.run(SLIDE % 4)
    assert "17 of 17 joints" in page.run("document.getElementById('flat-caption').textContent")


def test_everybody_has_a_row_and_can_be_chosen(page: chromium.Page, pages: dict[str, Path]) -> None:
    page.open(pages["video"])
    rows = page.run("[...document.querySelectorAll('#table tbody tr')].map((row) => row.cells.length)")
    assert rows == [6, 6]
    assert page.run("document.querySelector('#table tr.on').cells[0].textContent") == "person 1"
    near = page.run(FLAT)[0][0]
    page.run("""(() => { const who = document.getElementById('who'); who.value = 1;
                who.dispatchEvent(new Event('change')); })()""")
    assert page.run("document.querySelector('#table tr.on').cells[0].textContent") == "person 2"
    assert page.run(FLAT)[0][0] > near  # the one who is drawn strongly stands to the right
    charts = page.run(
        "[...document.querySelectorAll('#charts svg')].map((x) => x.querySelectorAll('path').length)"
    )
    assert charts == [2, 2, 4, 4, 4]
    words = page.run("document.querySelector('#charts').innerText")
    for name in ("Trunk inclination", "Neck bend", "Upper arm elevation", "Elbow flexion", "Knee flexion"):
        assert name in words


def test_a_photo_has_no_time(page: chromium.Page, pages: dict[str, Path]) -> None:
    page.open(pages["photo"])
    shown = "!!document.getElementById('{}').offsetParent"
    assert not page.run(shown.format("over-time"))
    assert not page.run(shown.format("time"))
    assert page.run(shown.format("table"))


def test_nobody_is_said(page: chromium.Page, pages: dict[str, Path]) -> None:
    page.open(pages["nobody"])
    assert "Nothing was lifted: no person was found" in page.run("document.body.innerText")
