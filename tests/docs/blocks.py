"""The code blocks of README.md and docs/ are run as a new user would run them, in a fresh clone.

python tests/docs/blocks.py [--page NAME] [--but COMMAND]

Pages are run in the order of mkdocs.yml, README.md first, in one clone: a later page may use what an earlier one made.
Every `sh` and `python` block is run, by what the line that opens it says:

    ```sh                              run; the blocks of a page share one shell
    ```python                          run by itself, in the shell's folder
    ```yaml title="night-shift.yaml"   written to the file of that name, whatever the language
    ```sh title="not run: REASON"      shown only

The blocks of docs/extending.md are run by tests/docs/test_extending.py. A folder my_motion/ stands in the clone: real
recordings where there are some at ../shared, else those that come with the project.
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
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
RECORDINGS = ROOT.parent / "shared" / "data" / "cmu_asf_amc"
ELSEWHERE = ("extending.md",)  # pages whose blocks a test runs
_OPENING = re.compile(r'```(\w+)(?: title="([^"]+)")?')
_NOT_RUN = "not run: "


@dataclass(frozen=True)
class Block:
    """A fenced block: its page and line, its language, its title if it has one, and its text."""

    page: Path
    line: int
    language: str
    title: str | None
    text: str

    @property
    def why_not_run(self) -> str | None:
        """The reason that the page gives for a block which is only shown."""
        shown_only = self.title is not None and self.title.startswith(_NOT_RUN)
        return self.title.removeprefix(_NOT_RUN) if self.title is not None and shown_only else None

    @property
    def file(self) -> str | None:
        """The file that the block is the content of."""
        return None if self.why_not_run else self.title

    @property
    def runs(self) -> bool:
        return self.language in ("sh", "python") and self.title is None


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page. Raises ValueError for a fence that this module does not understand."""
    found: list[Block] = []
    opened: tuple[int, str, str | None] | None = None
    text: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if opened is None and line.lstrip().startswith("```"):
            match = _OPENING.fullmatch(line)
            if match is None:
                raise ValueError(f'{page.name}:{number}: write ```language or ```language title="..."')
            opened, text = (number, match[1], match[2]), []
        elif opened is not None and line == "```":
            found.append(Block(page, *opened, "\n".join(text) + "\n"))
            opened = None
        elif opened is not None:
            text.append(line)
    if opened is not None:
        raise ValueError(f"{page.name}:{opened[0]}: the block is not closed")
    return found


def sections(page: Path) -> dict[str, list[Block]]:
    """The blocks of a page by the heading of second order that they stand under."""
    heads = [
        (number, line.removeprefix("## "))
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith("## ")
    ]
    ends = [number for number, _ in heads[1:]] + [sys.maxsize]
    found = blocks(page)
    return {
        title: [block for block in found if start < block.line < end]
        for (start, title), end in zip(heads, ends, strict=True)
    }


def pages() -> list[Path]:
    """README.md, then docs/ in the order of its navigation."""

    def names(entry: Any) -> Iterable[str]:
        if isinstance(entry, str):
            yield entry
        else:
            for each in entry.values() if isinstance(entry, dict) else entry:
                yield from names(each)

    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    return [ROOT / "README.md", *(DOCS / name for name in names(nav))]


def script(found: Iterable[Block], leave_out: Iterable[str] = ()) -> str:
    """The bash that runs a page's blocks in order, saying what it runs and how long that took."""
    out = set(leave_out)
    lines = ["set -euo pipefail", "trap 'echo \"$block failed\" >&2' ERR"]
    for block in found:
        if not block.runs and block.file is None:
            continue
        here = f"{block.page.name}:{block.line}"
        text = "\n".join(line for line in block.text.splitlines() if line.strip() not in out)
        lines += [f"block='{here}'; SECONDS=0; echo; echo \"--- $block\""]
        if block.file is not None:
            lines += [f"mkdir -p \"$(dirname '{block.file}')\"", f"cat > '{block.file}' <<'END_OF_BLOCK'"]
            lines += [text, "END_OF_BLOCK"]
        elif block.language == "python":
            lines += ["python - <<'END_OF_BLOCK'", text, "END_OF_BLOCK"]
        else:
            lines += [text]
        lines += ['echo "($SECONDS s)"']
    return "\n".join(lines) + "\n"


def add_motion(folder: Path) -> None:
    """Recordings of the user's own, for the pages that need some."""
    if RECORDINGS.is_dir():
        shutil.copytree(RECORDINGS, folder)
    else:
        shutil.copytree(ROOT / "synth" / "assets" / "motion", folder)


def run(chosen: list[Path], leave_out: list[str]) -> int:
    """Run pages in a clone; gives the exit code of the first that fails, else 0."""
    with tempfile.TemporaryDirectory(prefix="posemill-docs-") as place:
        clone = Path(place) / "posemill"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        add_motion(clone / "my_motion")
        path = f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        for page in chosen:
            start = time.monotonic()
            done = subprocess.run(
                ["bash", "-c", script(blocks(page), leave_out)],
                cwd=clone,
                env={**os.environ, "PATH": path},
                check=False,
            )
            print(f"{page.name}: {time.monotonic() - start:.0f} s\n", flush=True)
            if done.returncode:
                print(f"{page.name}: a block failed with exit code {done.returncode}", file=sys.stderr)
                return done.returncode
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", action="append", metavar="NAME", help="only this page, such as recipes.md")
    parser.add_argument("--but", action="append", default=[], metavar="COMMAND", help="a line to leave out")
    given = parser.parse_args()
    chosen = [
        page
        for page in pages()
        if page.name not in ELSEWHERE and (given.page is None or page.name in given.page)
    ]
    return run(chosen, given.but)


if __name__ == "__main__":
    sys.exit(main())
