"""Entities and links: complete, sourced, of tables that are there, with a rule and a count for each contradiction."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.links import (
    EntityLink,
    EntityLinks,
    load_links,
    read_links,
    studies_that_count,
    text_of_count,
)
from cohort.catalogue.model import Confidence
from cohort.catalogue.nodes import CatalogueFault
from cohort.diagnostics.model import Severity
from cohort.lookup.of_links import filter_words
from cohort.pipeline import check_source
from cohort.plan.results import linked_sources
from cohort.query.study import Study
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode

CATALOGUE = load_catalogue()
LINKED = load_links()
ANY = set(get_args(Confidence))
CONFLICTS = [(link, conflict) for link in LINKED.links.values() for conflict in link.conflicts]
NAMES = [f"{link.id}.{conflict.id}" for link, conflict in CONFLICTS]


# What is there ---------------------------------------------------------------------------------------------------


def test_every_entity_and_link_of_the_scope_is_there() -> None:
    assert set(LINKED.entities) == {
        *("child", "pupil", "person", "dwelling", "school", "court_person", "practice"),
    }
    between = {frozenset(link.between) for link in LINKED.links.values()}
    for pair in (("child", "pupil"), ("pupil", "person"), ("child", "person"), ("person", "dwelling")):
        assert frozenset(pair) in between
    assert {"child_in_other_census", "child_person_routine", "child_person_improved", "mother_child"} <= set(
        LINKED.links
    )
    assert {entity.unit for entity in LINKED.entities.values()} == {"", *CATALOGUE.units}


@pytest.mark.parametrize("name", sorted(LINKED.entities))
def test_every_entity_has_its_facts_and_stands_in_a_table(name: str) -> None:
    entity = LINKED.entities[name]
    assert all((entity.title, entity.source, entity.says.endswith(".")))
    assert entity.confidence in ANY - {"unknown"}
    for fact in entity.known:
        assert fact.text.endswith(".")
        assert fact.source
    assert any(entity.columns_in(table) for table in CATALOGUE.tables.values())


@pytest.mark.parametrize("name", sorted(LINKED.links))
def test_every_link_has_its_facts_and_joins_keys_of_its_entities(name: str) -> None:
    link = LINKED.links[name]
    assert all((link.title, link.source, link.says.endswith("."), link.ways))
    assert link.confidence in ANY - {"unknown"}
    assert all(fact.text.endswith(".") and fact.source for fact in link.known)
    for way in link.ways:
        assert way.source
        assert way.confidence in ANY
        table, other = CATALOGUE.tables[way.table], CATALOGUE.tables[way.to_table or way.table]
        types = {column.name: column.type.kind for column in table.columns}
        others = {column.name: column.type.kind for column in other.columns}
        if way.to_table:
            assert [types[column] for column in way.start] == [others[column] for column in way.to], way


def test_the_columns_of_a_link_stand_for_its_entities() -> None:
    """Except an application, which is no entity, and a school, which a return names by three columns."""
    for link in LINKED.links.values():
        for way in link.ways:
            ends = [(way.table, way.start), (way.to_table or way.table, way.to)]
            for table, columns in ends:
                keys = {
                    one
                    for name in link.between
                    for found in LINKED.entities[name].columns_in(CATALOGUE.tables[table])
                    for one in found
                }
                beside = {"application_key", "year_month", "local_authority"}
                assert set(columns) - beside <= keys, (link.id, table, columns)


# Filters that lose links -----------------------------------------------------------------------------------------


def test_what_the_usual_filter_loses_is_said() -> None:
    found = LINKED.links["child_person_improved"].statuses
    assert found is not None
    assert found.lost("none") == ("CAFW", "NCCHD_BIRTHS", "GP_EVENT")
    assert found.lost("some") == ("CRCS", "CINW", "EDUW")
    assert filter_words(found) == (
        "A filter on match status 1, 4 and 39 silently drops all links found through CAFW, NCCHD_BIRTHS and GP_EVENT, "
        "which carry no status, and drops those of status 35 found through CRCS, CINW and EDUW."
    )


def test_preparation_never_filters_improved_links_by_their_status() -> None:
    for name in ("care_persons_derived", "child_links", "children"):
        said = [text for step in CATALOGUE.prepared[name].steps for text in texts(step.operation)]
        assert CATALOGUE.prepared[name].start == "lacw_derived_alf"
        assert not [text for text in said if "match_status" in text]


# Contradictions --------------------------------------------------------------------------------------------------


def test_the_contradictions_that_the_scope_names_have_a_rule_and_a_count() -> None:
    by_name = {f"{link.id}.{conflict.id}": conflict for link, conflict in CONFLICTS}
    for name in (
        "child_person_routine.several_people_of_a_child_code",
        "child_person_routine.several_children_of_a_person",
        "child_person_routine.two_sexes_of_a_child",
        "child_person_improved.several_people_of_a_child",
        "child_person_improved.several_children_of_a_person",
        "child_person_improved.two_sexes_of_a_child",
        "pupil_person.several_people_of_a_pupil_number",
        "pupil_person.several_pupil_numbers_of_a_person",
        "mother_child.several_mothers_of_a_child",
    ):
        assert by_name[name].counted, name
        assert by_name[name].done_by, name


@pytest.mark.parametrize(("link", "conflict"), CONFLICTS, ids=NAMES)
def test_every_contradiction_has_a_rule_and_a_count_or_says_why_not(
    link: EntityLink, conflict: object
) -> None:
    found = next(one for one in link.conflicts if one is conflict)
    assert found.rule.endswith(".")
    assert found.says.endswith(".")
    assert found.source
    assert bool(found.counted) != bool(found.not_counted)
    assert all(counted.says.endswith(".") for counted in found.counted)


REPORTS = sorted({(c.report, c.unit) for _, one in CONFLICTS for c in one.counted if c.report})


@pytest.mark.parametrize(("rows", "unit"), REPORTS)
def test_a_report_on_links_is_written_by_a_study_of_the_unit(rows: str, unit: str) -> None:
    """A study that uses the source writes the report that the contradiction is said to be counted in."""
    source = {
        "care_persons_routine": "care_episodes",
        "school_records": "school_census",
        "attendance_rows": "attendance",
        "court_parts": "court_applications",
    }.get(rows, rows)
    assert f"linkage_of_{rows}" in linked_sources(small_study(source, unit))


def small_study(source: str, unit: str) -> Study:
    """Return a study that counts units of the looked-after census with something in a source."""
    uses = {"care_episodes": "Who was looked after", source: "What is counted"}
    sources = "".join(f"  {name}: {why}\n" for name, why in uses.items())
    text = f"""\
cohort_spec: 1
study:
  id: small
  title: Small
  question: Is anything there?
  unit: {unit}
  data_from: 2003-04-01
  data_until: 2019-03-31
linkage: {{accept_status: [1, 4, 39], derived_alf: false, why: to try}}
sources:
{sources}definitions:
  first_episode: {{from: care_episodes, keep_first: start_date}}
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {{id: in_dates, keep: index_date >= data_from}}
variables:
  anything: {{label: Anything, value: any({source})}}
outputs:
  counts: {{count: {CATALOGUE.units[unit].plural}, by: [anything]}}
disclosure: sail
"""
    checked = check_source(Source("small.yaml", text), Path())
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return checked.study


def test_every_study_that_counts_is_named_by_a_contradiction_and_every_table_is_there() -> None:
    named: dict[str, set[str]] = {}
    for _, conflict in CONFLICTS:
        for counted in conflict.counted:
            if counted.study:
                named.setdefault(counted.study, set()).add(counted.output)
    assert set(named) == set(studies_that_count())
    for name, outputs in named.items():
        assert outputs == {output.id for output in counting_study(name).outputs}, name


def counting_study(name: str) -> Study:
    """Return a study that counts contradictions; it must have no problems."""
    checked = check_source(Source(f"{name}.yaml", text_of_count(name)), Path())
    problems = [item for item in checked.diagnostics if item.rule.severity is not Severity.NOTE]
    assert [item.headline for item in problems] == []
    assert checked.study is not None
    return checked.study


def test_steps_that_settle_a_contradiction_work_on_rows_of_the_link() -> None:
    for link, conflict in CONFLICTS:
        tables = {table for way in link.ways for table in (way.table, way.to_table) if table}
        for step in conflict.done_by:
            assert tables_behind(step.partition(".")[0]) & tables, (link.id, conflict.id, step)
    assert tables_behind("pupil_persons") == {"eduw_pupil_alf", "wdsd_persons"}


def tables_behind(rows: str) -> set[str]:
    """Return the tables that prepared rows are made from, through all that their preparation names."""
    prepared = CATALOGUE.prepared[rows]
    words = {
        word for step in prepared.steps for text in texts(step.operation) for word in re.findall(r"\w+", text)
    }
    words |= {prepared.start, *prepared.union}
    found = words & set(CATALOGUE.tables)
    for name in words & (set(CATALOGUE.prepared) - {rows}):
        found |= tables_behind(name)
    return found


def texts(node: Node) -> list[str]:
    """Return all texts in a node."""
    match node:
        case ScalarNode():
            return [node.text]
        case ListNode():
            return [text for item in node.items for text in texts(item)]
        case MapNode():
            return [text for _, item in node for text in texts(item)]
        case _:
            raise AssertionError(node)


# Faults ----------------------------------------------------------------------------------------------------------

ENTITIES = """\
entities:
  child:
    title: child
    says: A child.
    unit: child
    by:
      - {physical: "SYSTEM_ID_{key}", datasets: [lacw], with: local_authority}
    confidence: certain
    source: s
  person:
    title: person
    says: A person.
    by: [{physical: "ALF_{key}"}]
    confidence: certain
    source: s
mentioned: []
never_alone: []
stands_for:
  - {table: cafw_relationships, columns: [first_person_key], holds: person_key}
"""
LINKS = """\
links:
  l:
    title: L
    between: [child, person]
    says: A link.
    confidence: certain
    source: s
    ways:
      - {table: lacw_alf, from: [system_id, local_authority], to: [alf]}
    prepared: [routine_links]
    statuses:
      table: lacw_derived_alf
      column: match_status
      by: alf_source
      usual: [1]
      says: Mind it.
      confidence: certain
      source: s
      of: {DHCW: {values: [1]}, CRCS: {}, CINW: {}, EDUW: {}, CAFW: {missing: true}, NCCHD_BIRTHS: {}, GP_EVENT: {}}
    conflicts:
      c:
        says: They differ.
        rule: One is taken.
        done_by: [care_persons_routine.linked_person]
        confidence: certain
        source: s
        counted:
          - {report: care_persons_routine, unit: person, says: Codes.}
"""


def small(old: str = "", new: str = "") -> EntityLinks:
    """Return entities and links of two small files, with one piece of them changed."""
    assert not old or (ENTITIES + LINKS).count(old) == 1, old
    entities, links = (text.replace(old, new) if old else text for text in (ENTITIES, LINKS))
    return read_links(Source("entities.yaml", entities), Source("links.yaml", links), CATALOGUE)


def test_small_files_are_read_as_written() -> None:
    link = small().links["l"]
    assert link.between == ("child", "person")
    assert link.statuses is not None
    assert [one.kept_by(("1",)) for one in link.statuses.of] == [
        *("all", "not stated", "not stated", "not stated", "none", "not stated", "not stated"),
    ]
    assert link.conflicts[0].counted[0].report == "care_persons_routine"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("unit: child", "unit: chlid", "entities.yaml:5: there is no unit chlid; the nearest is child"),
        ('datasets: [lacw]', "datasets: [edds]", "entities.yaml:7: no table has a column of this form"),
        ('"ALF_{key}"', '"AFL_{key}"', "entities.yaml:13: no table has a column of this form"),
        ('by: [{physical: "ALF_{key}"}]', "by: [{datasets: [lacw]}]", "entities.yaml:13: either physical or"),
        ("mentioned: []", "mentoined: []", "entities.yaml:16: nothing reads mentoined"),
        ("columns: [first_person_key]", "columns: [first_person]", "no column of cafw_relationships first_person"),
        ("between: [child, person]", "between: [child, persn]", "links.yaml:4: there is no entity persn; the nearest"),
        ("between: [child, person]", "between: [child]", "a link is between two entities"),
        ("{table: lacw_alf,", "{table: lacw_alff,", "links.yaml:9: there is no table lacw_alff; the nearest"),
        ("to: [alf]", "to: [alff]", "links.yaml:9: there is no column of lacw_alf alff; the nearest is alf"),
        ("prepared: [routine_links]", "prepared: [routine_link]", "links.yaml:10: there is no source routine_link;"),
        ("    prepared: [routine_links]\n", "", "either prepared or not_prepared is needed"),
        ("column: match_status", "column: match_statsu", "links.yaml:13: there is no column"),
        ("usual: [1]", "usual: [2]", "links.yaml:15: there is no code of match_status 2"),
        ("GP_EVENT: {}", "GP_EVENTS: {}", "there is no code of alf_source GP_EVENTS; the nearest is GP_EVENT"),
        (", GP_EVENT: {}", "", "nothing is said of GP_EVENT"),
        ("{missing: true}", "{missing: true, values: [1]}", "statuses are missing or have values, not both"),
        ("linked_person]", "linked_persons]", "there is no step of preparation care_persons_routine.linked_persons"),
        ("report: care_persons_routine, unit: person", "study: none_such, output: o", "no study that counts none_such"),
        ("        counted:\n", "        counter:\n", "nothing reads counter"),
        (
            "        confidence: certain\n        source: s\n        counted",
            "        source: s\n        counted",
            "confidence is missing",
        ),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(old: str, new: str, says: str) -> None:
    with pytest.raises(CatalogueFault) as raised:
        small(old, new)
    assert says in str(raised.value)
    assert str(raised.value).startswith(("entities.yaml:", "links.yaml:"))
