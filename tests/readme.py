"""README.md is held to what it says: its commands run, and its table of labels is the schema's.

python tests/readme.py run [--but COMMAND]   runs its fenced `sh` blocks, in order, in a fresh clone
python tests/readme.py labels                writes the table of labels anew

A block marked `sh motion` needs a folder my_motion/ of the user's own recordings: CMU's from ../shared here,
and it is left out where they are absent.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
RECORDINGS = ROOT.parent / "shared" / "data" / "cmu_asf_amc"
_MARKS = {"all": "", "pixels": " ▣", "detector": " ◎"}  # arrays that not every sample has
_BEGIN, _END = "<!-- labels -->\n", "<!-- end of labels -->\n"
_BLOCK = re.compile(r"^```sh( motion)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[bool, str]]:
    """The shell blocks of the README: whether each needs recordings, and its commands."""
    return [(bool(mark), text) for mark, text in _BLOCK.findall(README.read_text(encoding="utf-8"))]


def labels_table() -> str:
    """The schema as Markdown."""
    from pipelines.corpus.schema import LABELS

    lines = ["| array | shape | type | unit | frame | meaning |", "|---|---|---|---|---|---|"]
    for row in LABELS:
        shape = " × ".join(str(size) for size in row.shape) or "·"
        kind = "bytes" if row.dtype == "variable_length_bytes" else row.dtype
        name = f"`{row.name}`" + _MARKS[row.kind]
        sentence = row.sentence.replace("|", "\\|")
        lines.append(f"| {name} | {shape} | {kind} | {row.unit} | {row.frame} | {sentence} |")
    return "\n".join(lines) + "\n"


def written_table() -> str:
    """The table of labels as README.md has it."""
    return README.read_text(encoding="utf-8").split(_BEGIN)[1].split(_END)[0]


def write_table() -> None:
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    README.write_text(before + _BEGIN + labels_table() + _END + rest.split(_END)[1], encoding="utf-8")


def run(leave_out: list[str]) -> int:
    """Run the blocks in a clone; gives the exit code of the first that fails, else 0."""
    with tempfile.TemporaryDirectory(prefix="posemill-readme-") as place:
        clone = Path(place) / "posemill"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        if RECORDINGS.is_dir():
            shutil.copytree(RECORDINGS, clone / "my_motion")
        for needs_motion, text in blocks():
            commands = "\n".join(line for line in text.splitlines() if line.strip() not in leave_out)
            if needs_motion and not RECORDINGS.is_dir():
                print(f"left out, as there are no recordings here:\n{commands}", flush=True)
                continue
            print(f"$ {commands.strip()}", flush=True)
            start = time.monotonic()
            # each block has a shell of its own, and the PATH that the README sets once
            path = f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", commands],
                cwd=clone,
                env={**os.environ, "PATH": path},
                check=False,
            )
            print(f"({time.monotonic() - start:.0f} s)\n", flush=True)
            if done.returncode:
                print(f"README.md: this block failed with {done.returncode}:\n{text}", file=sys.stderr)
                return done.returncode
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["run", "labels"])
    parser.add_argument(
        "--but", action="append", default=[], metavar="COMMAND", help="a command to leave out"
    )
    given = parser.parse_args()
    sys.path[0] = str(ROOT)  # not this folder, which has a `pipelines` of its own
    if given.what == "labels":
        write_table()
        return 0
    return run(given.but)


if __name__ == "__main__":
    sys.exit(main())
