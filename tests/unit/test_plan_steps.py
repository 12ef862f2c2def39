"""Which steps of a preparation are tables, and how rows are brought to their unit."""

from __future__ import annotations

import pytest

from cohort.plan.model import FIRST_UNIT, KeyMap, KeyRows, OfFrame
from cohort.plan.names import INDEX_DATES
from cohort.plan.of_results import CountLinks
from cohort.plan.staging import is_of_rows
from cohort.query.rows import Add, AsUnit, LinkUnit, NamedRows, Rename, TableRows, Where

from .test_plan_shape import STUDIES, plan_of, table

KEEP_ALL = (Add, AsUnit, NamedRows, Rename, TableRows)


@pytest.mark.parametrize("name", STUDIES)
def test_tables_of_a_preparation_are_those_that_leave_rows_out(name: str) -> None:
    plan = plan_of(name)
    place = [table.name for table in plan.tables].index(INDEX_DATES)
    early = [table for table in plan.tables[:place] if is_of_rows(table)]
    copies = [t.name for t in early if all(isinstance(step.relation, KEEP_ALL) for step in t.steps)]
    # A table is named as its definition even if the definition only adds a column.
    assert copies in ([], ["care_episodes"])
    assert not any(isinstance(step.relation, AsUnit) for table in plan.tables for step in table.steps)


def test_a_step_that_keeps_all_rows_says_first_which_they_are() -> None:
    step = table(plan_of("care_leavers_self_harm"), "gp_events").steps[-1]
    assert isinstance(step.relation, Rename)
    assert step.words.startswith("events from 1990 to the end of the study's data.")
    assert "The linking field as the person" in step.words


@pytest.mark.parametrize("name", STUDIES)
def test_each_map_is_reduced_once_and_every_link_goes_by_it(name: str) -> None:
    plan = plan_of(name)
    steps = [step for table in plan.tables for step in table.steps]
    steps += [result.step for result in plan.results]
    maps = [step.relation for step in steps if isinstance(step.relation, KeyMap)]
    links = [step.relation for step in steps if isinstance(step.relation, LinkUnit | CountLinks)]
    assert len(maps) > 1
    assert len(links) > len(maps)
    assert len(set(maps)) == len(maps)
    assert all(isinstance(link.mapping, KeyRows) for link in links)
    assert {link.map_unit for link in links} == {FIRST_UNIT}


def test_rows_of_members_are_linked_by_their_keys_alone() -> None:
    """The keys are those whose unit is a member: to look for the units before would give members the rows of others."""
    linked = table(plan_of("care_leavers_self_harm"), "hospital_diagnosis_rows_2_linked_person")
    _, keys, link, chosen = (step.relation for step in linked.steps)
    assert isinstance(keys, OfFrame)
    assert (keys.rows.name, keys.unit, keys.keep) == ("keys_of_hospital_spells", FIRST_UNIT, None)
    assert isinstance(link, LinkUnit)
    assert link.mapping == KeyRows(linked.steps[1].name, keys.rows.shape)
    assert isinstance(chosen, Where)
