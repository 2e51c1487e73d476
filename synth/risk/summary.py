"""What to say of the scores of a recording: time in each level, the worst moments, what drives them, a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.risk.angles import NAMES
from synth.risk.scores import Scores, reba_drivers, rula_drivers
from synth.risk.tables import level_of, levels, table_file

Array = NDArray[np.float64]
# The words for people of what drives a score.
PARTS: dict[str, str] = {
    "trunk": "trunk", "neck": "neck", "legs": "legs", "upper_arm": "upper arm", "lower_arm": "lower arm",
    "wrist": "wrist", "wrist_twist": "turned forearm", "load": "load", "force": "load", "coupling": "grip",
    "activity": "static or repeated work", "muscle": "static or repeated work",
}  # fmt: skip


def level_shares(method: str, scores: NDArray[Any]) -> dict[str, float]:
    """The share of the scores (n,) of 'reba', 'rula' or 'owas' in each level, by its name from the lowest."""
    found = level_of(method, scores)
    known = found[found >= 0]
    return {
        level.name: float((known == number).mean()) if len(known) else 0.0
        for number, level in enumerate(levels(method))
    }


def worst_moments(
    values: NDArray[Any], seconds: NDArray[Any], most: int = 5, apart: float = 1.0
) -> list[int]:
    """Rows of the highest values (n,), each a moment of its own: the others are at least `apart` seconds away."""
    values, seconds = np.asarray(values, np.float64), np.asarray(seconds, np.float64)
    found: list[int] = []
    for row in np.lexsort((np.arange(len(values)), -values)):
        if np.isfinite(values[row]) and all(abs(seconds[row] - seconds[other]) >= apart for other in found):
            found.append(int(row))
            if len(found) == most:
                break
    return found


def drivers(scores: Scores, method: str) -> dict[str, Array]:
    """(n, 2) by how much the score of 'reba' or 'rula' would fall without each part's burden, by words for people."""
    parts = reba_drivers(scores.reba) if method == "reba" else rula_drivers(scores.rula)
    found: dict[str, Array] = {}
    for name, values in parts.items():
        word = PARTS[name]
        found[word] = np.maximum(found.get(word, np.zeros(values.shape)), values)
    return found


def main_driver(found: dict[str, Array], row: int, side: int) -> str:
    """The part, of `drivers`, that drives a posture's score with one side the most; nothing where no part does."""
    best = max(values[row, side] for values in found.values())
    return ", ".join(word for word, values in found.items() if values[row, side] == best) if best > 0 else ""


def owas_words(code: NDArray[Any]) -> str:
    """A code (4,) in words: 'back bent; arms both below shoulder level; legs ...; load under 10 kg'."""
    file = table_file("owas")
    return "; ".join(
        f"{part} {file[part][int(digit) - 1]}"
        for part, digit in zip(("back", "arms", "legs", "load"), code, strict=True)
    )


def sheet(scores: Scores, columns: dict[str, NDArray[Any]]) -> str:
    """Scores and angles as CSV, a line a posture; columns (n,) come first: person, frame, second, and so on."""
    names = (
        *columns, "reba_left", "reba_right", "reba_level", "rula_left", "rula_right", "rula_level", "owas_code",
        "owas_class", *NAMES,
    )  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    angles, words = scores.angles.table(), {m: [level.name for level in levels(m)] for m in ("reba", "rula")}
    reba, rula = scores.reba.score, scores.rula.score
    for row in range(len(scores)):
        first = [_plain(values[row]) for values in columns.values()]
        writer.writerow(
            [
                *first,
                *reba[row].tolist(),
                words["reba"][int(level_of("reba", reba[row].max()))],
                *rula[row].tolist(),
                words["rula"][int(level_of("rula", rula[row].max()))],
                "".join(map(str, scores.owas.code[row].tolist())),
                int(scores.owas.action[row]),
                *("" if np.isnan(value) else f"{value:.1f}" for value in angles[row]),
            ]
        )
    return stream.getvalue()


def _plain(value: Any) -> Any:
    return f"{float(value):.3f}" if isinstance(value, float | np.floating) else value
