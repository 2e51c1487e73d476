"""How figures that a make target measures are stored in docs/results: with what made them, where and when."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synth.core.disk import write_atomically


def write_result(path: Path, made_by: str, values: Mapping[str, Any], **about: Any) -> None:
    """Write a result file: `values`, the command that makes it, commit, date and machine, and what else is told
    about them (seeds, data)."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True
    )
    content = {
        "made_by": made_by,
        "commit": commit.stdout.strip() or "unknown",
        "date": datetime.date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        **about,
        "values": values,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(content, indent=1, default=str) + "\n").encode())
