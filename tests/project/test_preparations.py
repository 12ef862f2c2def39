"""The pages of preparation: each source has one, it is current, and each step has a reason and somebody who says so."""

from __future__ import annotations

import pytest

from cohort.catalogue import CatalogueFault, load_catalogue
from cohort.catalogue.load_grounds import load_grounds, read_grounds, without_ground
from cohort.source import Source
from tests.project import preparation_pages

CATALOGUE = load_catalogue()
GROUNDS = load_grounds()


def test_the_pages_of_preparation_are_current() -> None:
    found = {page.name: page.read_text("utf-8") for page in preparation_pages.FOLDER.glob("*.md")}
    expected = preparation_pages.pages()
    hint = "run `python -m tests.project.preparation_pages`"
    assert set(found) == set(expected), hint
    assert [name for name, text in expected.items() if found[name] != text] == [], hint


@pytest.mark.parametrize("name", sorted(CATALOGUE.prepared))
def test_every_source_has_a_page_with_reasons_and_sql(name: str) -> None:
    text = (preparation_pages.FOLDER / f"{name}.md").read_text("utf-8")
    for step in CATALOGUE.prepared[name].steps:
        assert f"**{step.id}**" in text
        assert step.why in text
    assert "INSERT INTO" in text.partition("\n## SQL\n")[2]


def test_every_ground_is_of_a_step_that_there_is() -> None:
    steps = {(p.name, step.id) for p in CATALOGUE.prepared.values() for step in p.steps}
    assert set(GROUNDS) - steps == set()


def test_every_step_has_a_ground() -> None:
    assert without_ground(CATALOGUE, GROUNDS) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("crcs:\n  rows_with_keys: {confidence: sure, source: a}\n", "g.yaml:2: confidence must be"),
        ("crcs:\n  rows_with_keys: {confidence: certain}\n", "g.yaml:2: source is missing"),
        ("crcs:\n  a: {confidence: certain, source: b, note: c}\n", "g.yaml:2: nothing reads note"),
    ],
)
def test_a_wrong_file_of_grounds_is_refused_with_its_line(text: str, wrong: str) -> None:
    with pytest.raises(CatalogueFault, match=wrong):
        read_grounds([Source("g.yaml", text)])
