"""The pages of preparation: each source has one, it is current, and each step has a reason and somebody who says so."""

from __future__ import annotations

from typing import get_args

import pytest

from cohort.catalogue import CatalogueFault, load_catalogue
from cohort.catalogue.load_grounds import THIS_PACKAGE, load_grounds, read_grounds, without_ground
from cohort.catalogue.model import Confidence
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


def test_no_step_is_surer_than_the_spell_whose_end_it_reads() -> None:
    """Whether the recorded end is a day in the spell is told with the table; a step cannot know more."""
    order = get_args(Confidence)
    compared = set()
    for prepared in CATALOGUE.prepared.values():
        table = CATALOGUE.tables.get(prepared.start)
        if table is None or table.spell is None or "first_day_outside" not in {s.id for s in prepared.steps}:
            continue
        of_table = "guess" if table.spell.end_day == "unknown" else table.spell.confidence
        of_step = GROUNDS[prepared.name, "first_day_outside"].confidence
        assert order.index(of_step) >= order.index(of_table), prepared.name
        compared.add(prepared.name)
    assert {"care_episodes", "residence", "gp_registrations", "hospital_episodes"} <= compared


def test_what_this_package_alone_says_is_certain_only_where_no_data_depend_on_it() -> None:
    """Names of columns, whose rows they are, and the years of the study: nobody outside needs to say these."""
    for (name, step), ground in GROUNDS.items():
        if (ground.confidence, ground.source) != ("certain", THIS_PACKAGE):
            continue
        (operation,) = (one.operation for one in CATALOGUE.prepared[name].steps if one.id == step)
        words = {key.text for key, _ in operation}
        by_the_study = step in {"returns_of_study", "returns_until_end", "years_until_end"}
        one_pair = step == "one_row_for_each_pair"
        assert words <= {"rename", "as_unit", "spell"} or by_the_study or one_pair, (name, step)


def test_the_births_of_one_project_are_as_its_code_is_described() -> None:
    """Order of preference, one row each, no other week or sex, no mother that is the child: project 1409 code."""
    for name in ("order_of_source", "preferred_record", "week_agrees", "sex_agrees", "one_mother"):
        ground = GROUNDS["birth_cohort", name]
        assert ground.source.startswith("project 1409 code"), name
        assert ground.confidence == ("certain" if name == "order_of_source" else "likely"), name
    assert CATALOGUE.prepared["birth_cohort"].union == (
        *("birth_facts_of_children", "birth_facts_of_trusts"),
        *("birth_facts_of_maternity", "birth_facts_registered"),
    )


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
