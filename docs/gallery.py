"""Make docs/gallery.md, a picture of every task page that ships, by trade: `make gallery`.

python -m docs.gallery

The pictures are docs/gallery/NAME.jpg: a task at its work, a sequence at three moments of it, by bodies of both sexes
and several sizes in turn. The page says which REBA scores the frames of that motion have.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.library import BODIES, LibraryPage, library, reba_scores
from pipelines.inspect.task_sheet import best_view, moment
from synth.core.errors import InputError
from synth.posture.solve import Solved, solve_page

ROOT = Path(__file__).resolve().parents[1]
PAGE, FOLDER = ROOT / "docs" / "gallery.md", ROOT / "docs" / "gallery"
_SIDE, _STRIP = 208, 160  # pixels of a task's picture, and of each of a sequence's three
_COLUMNS = 3
_AZIMUTHS = tuple(np.radians(degrees) for degrees in (128, -128, 95, -95, 55, -55))  # the front first
_INTRODUCTION = """\
<!-- made by: make gallery -->
# The tasks that ship

Every page of the library, solved for one body. `posemill postures show NAME sheet.png` renders more of one, and
[the guide](postures.md) says how to write your own. REBA is of the frames of the pictured motion, from the 5th to
the 95th percentile.
"""


@dataclass(frozen=True)
class Card:
    """What the gallery shows of a page; low, high: REBA."""

    name: str
    title: str
    trade: str
    sequence: bool
    low: int
    high: int


def realisation(page: LibraryPage, number: int) -> Solved:
    """A page solved for one body, another one for each page. Raises InputError where no body can do it."""
    for attempt in range(number, number + 2 * len(BODIES)):
        gender, betas = BODIES[attempt % len(BODIES)]
        try:
            return solve_page(page.spec, page.name, gender, betas, 0, attempt)
        except InputError as error:
            why = error
    raise why


def moments(page: LibraryPage, motion: Solved) -> list[int]:
    """The frames that are pictured: of a task one at work, of a sequence when it grips, carries and places."""
    last = len(motion.poses) - 1
    if not page.sequence:
        return [round(0.6 * last)]
    held = [each for each in motion.work.furniture if each.hand and each.start > 0]
    grip = min((each.start for each in held), default=0.25 * last / motion.rate)
    place = min(max((each.stop for each in held), default=np.inf), last / motion.rate)
    return [round(motion.rate * second) for second in (grip, 0.5 * (grip + place), place)]


def picture(page: LibraryPage, motion: Solved, look: int) -> Image.Image:
    """The picture of a page, from the side that shows most of the person."""
    frames = moments(page, motion)
    side = _STRIP if page.sequence else _SIDE
    azimuth = best_view(motion, frames[len(frames) // 2], _AZIMUTHS)
    out = Image.new("RGB", (side * len(frames), side))
    for column, frame in enumerate(frames):
        out.paste(Image.fromarray(moment(motion, frame, azimuth, side, look)), (column * side, 0))
    return out


def markdown(cards: Iterable[Card]) -> str:
    """The page: a heading a trade, its tasks in a table of pictures, its sequences one below another."""
    trades: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        trades[card.trade].append(card)
    parts = [_INTRODUCTION]
    for trade in sorted(trades):
        parts.append(f"\n## {trade.capitalize()}\n")
        tasks = [_cell(card) for card in trades[trade] if not card.sequence]
        sequences = [_cell(card) for card in trades[trade] if card.sequence]
        parts += [_table(cells, columns) for cells, columns in ((tasks, _COLUMNS), (sequences, 1)) if cells]
    return "\n".join(parts)


def _cell(card: Card) -> str:
    reba = f"{card.low}" if card.low == card.high else f"{card.low} to {card.high}"
    return f"![{card.title}](gallery/{card.name}.jpg)<br>{card.title}<br>`{card.name}`, REBA {reba}"


def _table(cells: list[str], columns: int) -> str:
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    lines = ["| " + " | ".join([" "] * columns) + " |", "|" + "---|" * columns]
    for row in rows:
        lines.append("| " + " | ".join(row + [" "] * (columns - len(row))) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.jpg"):
        old.unlink()
    cards = []
    for number, page in enumerate(library()):
        motion = realisation(page, number)
        picture(page, motion, number).save(FOLDER / f"{page.name}.jpg", quality=80, optimize=True)
        low, high = np.percentile(reba_scores(motion), [5, 95]).round().astype(int)
        cards.append(Card(page.name, page.spec.title, page.spec.trade, page.sequence, int(low), int(high)))
        print(f"{page.name}: REBA {low} to {high}", flush=True)
    PAGE.write_text(markdown(cards), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.glob("*.jpg")) / 2**20
    print(f"{len(cards)} pages in {PAGE.relative_to(ROOT)}; pictures of {size:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
