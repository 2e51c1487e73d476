"""README.md and docs/ say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.fill import filled, pages
from pipelines.generate.recipe import load_recipe
from tests.docs.blocks import ROOT, blocks
from tests.docs.blocks import pages as pages_in_order

README = ROOT / "README.md"
PAGES = pages()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and mkdocs make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_its_tables_and_figures_are_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text, "run: python docs/fill.py"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_it_links_to_exists(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_navigation() -> None:
    assert set(pages_in_order()) == set(PAGES)


def test_readme_links_to_every_guide() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", README.read_text(encoding="utf-8")))
    guides = {page.name for page in PAGES if page.parent.name == "docs"}
    assert guides - linked == {"index.md"}


def test_readme_is_short_and_has_the_two_commands_first() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 120
    assert blocks(README)[0].text == "make quickstart\nmake test\n"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_recipes_on_it_are_recipes(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        # those of extending.md name things that their own examples install: test_extending.py runs them
        if (
            block.language == "yaml"
            and block.file
            and "\npairs:" in block.text
            and page.name != "extending.md"
        ):
            path = tmp_path / block.file
            path.write_text(block.text)
            assert load_recipe(path).name == path.stem


@pytest.mark.parametrize("path", sorted((ROOT / "manifests").glob("*.yaml")), ids=lambda path: path.name)
def test_the_recipes_of_manifests_are_recipes(path: Path) -> None:
    assert load_recipe(path).name
