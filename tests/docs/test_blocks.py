"""The runner of code blocks: what it reads, what it runs, and that a block that fails is seen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.docs.blocks import DOCS, add_motion, blocks, pages, script

PAGE = """# A page
```sh
export WORD=shared
cd inner
```
```yaml title="made/file.yaml"
a: 1
```
```python
from pathlib import Path

print("python reads", Path("made/file.yaml").read_text().strip())
```
```sh
echo "the shell knows $WORD"
echo left out
```
```sh title="not run: needs a cluster"
false
```
```yaml
shown: only
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    (tmp_path / "inner").mkdir()
    return path


def run(page: Path, *leave_out: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-c", script(blocks(page), leave_out)]
    return subprocess.run(command, cwd=page.parent, capture_output=True, text=True, check=False)


def test_blocks_are_read_with_their_lines_and_titles(page: Path) -> None:
    found = blocks(page)
    assert [(b.line, b.language, b.file, b.runs) for b in found] == [
        (2, "sh", None, True),
        (6, "yaml", "made/file.yaml", False),
        (9, "python", None, True),
        (14, "sh", None, True),
        (18, "sh", None, False),
        (21, "yaml", None, False),
    ]
    assert [b.why_not_run for b in found] == [None, None, None, None, "needs a cluster", None]


def test_a_page_runs_in_one_shell(page: Path) -> None:
    done = run(page, "echo left out")
    assert done.returncode == 0, done.stderr
    assert "python reads a: 1" in done.stdout
    assert "the shell knows shared" in done.stdout
    assert "left out" not in done.stdout


@pytest.mark.parametrize("bad", ["```sh\nfalse\n```\n", "```python\nraise SystemExit(3)\n```\n"])
def test_a_block_that_fails_is_named(page: Path, bad: str) -> None:
    page.write_text("# A page\n" + bad + "```sh\necho not reached\n```\n")
    done = run(page)
    assert done.returncode != 0
    assert "page.md:2 failed" in done.stderr
    assert "not reached" not in done.stdout


@pytest.mark.parametrize("text", ["```sh no-run\nls\n```\n", "```sh\nls\n", "   ```sh\nls\n```\n"])
def test_a_fence_that_would_be_passed_over_is_refused(page: Path, text: str) -> None:
    page.write_text(text)
    with pytest.raises(ValueError, match=r"page\.md:1"):
        blocks(page)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_block_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks(page):
        if block.language in ("sh", "python"):
            assert block.runs or block.file or block.why_not_run, f"{page.name}:{block.line}"


def test_readme_is_first_and_pages_are_in_order() -> None:
    names = [page.name for page in pages()]
    assert names[0] == "README.md"
    assert names.index("recipes.md") < names.index("stopping-and-repairing.md")
    assert all(page.is_file() for page in pages())
    assert DOCS / "index.md" in pages()


def test_there_is_motion_for_the_pages(tmp_path: Path) -> None:
    add_motion(tmp_path / "my_motion")
    assert {path.suffix for path in (tmp_path / "my_motion").rglob("*")} & {".npz", ".amc"}
