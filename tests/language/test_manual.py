"""The pages of the manual that are written from the tests are current, whole, and show what they are about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cohort.resolve.functions import FUNCTIONS
from cohort.spec.keys import OPERATIONS as WORDS

from . import manual

FOUND = manual.documents()


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_document_is_current(path: Path) -> None:
    assert path.read_text("utf-8") == FOUND[path], "python -m tests.language.manual writes it afresh"


def test_no_document_is_left_over() -> None:
    assert set((manual.DOCUMENTS / "language").glob("*.md")) == set(FOUND) - {
        manual.DOCUMENTS / "functions.md"
    }


def test_every_page_is_in_one_chapter() -> None:
    listed = [page for pages in manual.CHAPTERS.values() for page in pages]
    found = [path.relative_to(manual.PAGES) for path in manual.PAGES.rglob("*.md")]
    assert sorted(listed) == sorted(path.with_suffix("").as_posix() for path in found)
    assert len({page.rpartition("/")[2] for page in listed}) == len(listed)


def test_functions_and_operations_are_listed() -> None:
    lines = FOUND[manual.DOCUMENTS / "functions.md"].splitlines()
    names = [found[1] for line in lines if (found := re.match(r"\| `(\w+)` \|", line))]
    assert sorted(names) == sorted([*FUNCTIONS, "from", "union", *WORDS])


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_tables_have_cells_for_every_column(path: Path) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", FOUND[path], re.MULTILINE):
        header, *lines = table.splitlines()
        assert {line.count(" | ") for line in lines[1:]} <= {header.count(" | ")}


def test_a_page_is_rendered() -> None:
    page = "# Title\n\nProse.\n\n```rows events spells\nnumber*: whole | a_b: text\n1 | x_y\n2 |\n```\n"
    page += "\n## case\n\n```definition kept\nfrom: events\n```\n\n```expect\nnumber\n1\n```\n"
    assert manual.rendered(page, "page") == (
        "# Title\n\n"
        "<!-- Written by `python -m tests.language.manual` from tests/language/page.md: do not edit. -->\n\n"
        "Prose.\n\n"
        "Spells `events`:\n\n"
        "| `number` (whole number) | `a_b` (text) |\n|---|---|\n| 1 | x\\_y |\n| 2 |  |\n\n"
        "## case\n\n"
        "```yaml\ndefinitions:\n  kept:\n    from: events\n```\n\n"
        "This gives:\n\n| `number` |\n|---|\n| 1 |\n"
    )
