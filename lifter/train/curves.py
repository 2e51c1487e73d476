"""Losses and metrics over a training: files for TensorBoard, and one picture."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from synth.core.disk import write_atomically
from synth.core.errors import InputError

try:
    import matplotlib
    from torch.utils.tensorboard import SummaryWriter
except ImportError as error:
    raise InputError(
        f"{error.name or 'TensorBoard'} is not installed",
        where="lifter.train.curves",
        remedy="install posemill with its extra 'lifter'",
    ) from error

# {"seen": samples seen, "losses": {...}} or {"seen": ..., "val": {subset: {metric: mm}}}
Row = dict[str, Any]


class Curves:
    """Writes what a training logs. After a resume all of it is written again, so nothing is missing or there twice."""

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        self._folder = folder
        shutil.rmtree(folder / "tensorboard", ignore_errors=True)
        self._board = SummaryWriter(str(folder / "tensorboard"))
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        for name, value in row.get("losses", {}).items():
            self._board.add_scalar(f"train/{name}", value, row["seen"])
        for subset, metrics in row.get("val", {}).items():
            for name, value in metrics.items():
                self._board.add_scalar(f"{name}/{subset}", value, row["seen"])

    def plot(self, rows: list[Row]) -> None:
        """Write curves.png, and flush what TensorBoard shows."""
        self._board.flush()
        write_atomically(self._folder / "curves.png", plotted(rows))

    def close(self) -> None:
        self._board.close()


def plotted(rows: list[Row]) -> bytes:
    """A PNG: the training's losses to the left, MPJPE on the validation split and its subsets to the right."""
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"font.size": 8}):
        figure = Figure(figsize=(10, 4), layout="constrained")
        left, right = figure.subplots(1, 2)
        _lines(left, [(row["seen"], row["losses"]) for row in rows if "losses" in row])
        val = [
            (row["seen"], {name: metrics["mpjpe"] for name, metrics in row["val"].items()})
            for row in rows
            if "val" in row
        ]
        _lines(right, val, marker="o")
        left.set(xlabel="samples seen", ylabel="loss", title="training")
        right.set(xlabel="samples seen", ylabel="MPJPE, mm", title="validation")
        for axes in (left, right):
            axes.grid(alpha=0.3)
            if axes.lines:
                axes.legend(ncols=2)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()


def _lines(axes: Any, rows: list[tuple[int, dict[str, float]]], marker: str = "") -> None:
    names = dict.fromkeys(name for _, values in rows for name in values)
    for number, name in enumerate(names):
        known = [(seen, values[name]) for seen, values in rows if name in values]
        style = {"color": "black", "linewidth": 2} if number == 0 else {"linewidth": 1}
        axes.plot(*zip(*known, strict=True), marker=marker, markersize=3, label=name, **style)
