"""A detector that is no neural network: a program that says lines it was given, in place of a Python."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from tests.lifter.predict.people import SIZE, Array


def said(frames: list[list[Array]], rate: float | None = None) -> list[Any]:
    """What a detector says of frames of people's keypoints (17, 3)."""
    head = {"detector": "a fake", "rate": rate, "frames": len(frames)}
    body = [
        {"size": list(SIZE), "picture": None, "people": [points.tolist() for points in people]}
        for people in frames
    ]
    return [head, *body, {"end": len(frames)}]


def program(folder: Path, lines: list[Any], code: int = 0, complaint: str = "") -> Path:
    """An executable that prints the lines, complains, and ends with a code."""
    text = folder / "lines.txt"
    text.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    path = folder / "python"
    path.write_text(f"#!/bin/sh\ncat '{text}'\necho '{complaint}' >&2\nexit {code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
