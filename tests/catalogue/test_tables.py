"""Holdings, tables, columns and codes: every fact has its confidence and its source, and faults are told clearly."""

from __future__ import annotations

import datetime
from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.doubts import Doubt, doubts
from cohort.catalogue.load import CatalogueFault, read_catalogue
from cohort.catalogue.model import Catalogue, Code, CodeList, Confidence, Fact, HeldTable
from cohort.source import Source

CATALOGUE = load_catalogue()
ANY = set(get_args(Confidence))
OF_FACTS = ANY - {"unknown"}
ISSUE = {
    *("lacw", "cinw", "crcs", "eduw", "cafw", "family_courts", "criminal_justice", "wdsd", "wlgp", "pedw"),
    *("edds", "opdw", "adde", "adbe", "mids", "ncch"),
}


# What is held ----------------------------------------------------------------------------------------------------


def test_every_holding_of_the_scope_is_there() -> None:
    assert set(CATALOGUE.holdings) == ISSUE
    of = {table.dataset for table in CATALOGUE.tables.values()}
    assert ISSUE - of == {"family_courts", "criminal_justice"}
    assert {"lacw_adoptions", "lacw_leavers_at_19", "lacw_leavers"} <= set(CATALOGUE.outlines)


@pytest.mark.parametrize("name", sorted(CATALOGUE.holdings))
def test_every_holding_says_what_is_known_and_what_is_not(name: str) -> None:
    holding = CATALOGUE.holdings[name]
    assert all((holding.title, holding.owner, holding.holds, holding.source, holding.known))
    assert holding.owner_confidence in ANY
    assert holding.not_known
    assert_facts(holding.known)
    assert all(sentence.endswith(".") for sentence in holding.not_known)


@pytest.mark.parametrize("name", sorted(CATALOGUE.tables))
def test_every_fact_of_a_table_has_confidence_and_source(name: str) -> None:
    table = CATALOGUE.tables[name]
    assert all((table.label, table.grain, table.source, table.columns, table.key))
    assert {table.physical_confidence, table.grain_confidence, table.days_confidence} <= ANY
    assert bool(table.physical) == (table.physical_confidence != "unknown")
    assert (table.days_confidence != "unknown") == bool(table.first_day or table.last_day)
    assert bool(table.days_source) == bool(table.first_day or table.last_day)
    assert (table.first_return is None) == (table.first_return_confidence == "unknown")
    assert bool(table.first_return_source) == bool(table.first_return)
    assert_facts((*table.coverage, *table.also_holds))
    for column in table.columns:
        assert {column.confidence, column.type_confidence, column.length_confidence} <= OF_FACTS, column.name
        assert column.label, column.name
        assert column.source or table.source
        assert column.sensitivity in ("identifier", "special", "personal", "area", "low"), column.name
        assert column.type.code_list is None or column.type.code_list in CATALOGUE.code_lists, column.name
        assert not column.measured_in or column.type.is_number or column.held_as, column.name
        assert not (column.code_system and column.type.code_list), column.name


@pytest.mark.parametrize("name", sorted(CATALOGUE.tables))
def test_names_of_columns_are_unique(name: str) -> None:
    columns = CATALOGUE.tables[name].columns
    assert max(Counter(column.name for column in columns).values()) == 1
    assert max(Counter(column.physical for column in columns).values()) == 1


def test_physical_names_are_unique_where_they_are_known() -> None:
    names = [table.physical for table in CATALOGUE.tables.values() if table.physical]
    names += [outline.physical for outline in CATALOGUE.outlines.values() if outline.physical]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(n for n, table in CATALOGUE.tables.items() if table.spell))
def test_every_spell_lies_between_two_dates(name: str) -> None:
    table = CATALOGUE.tables[name]
    kinds = {column.name: column.type.kind.value for column in table.columns}
    assert table.spell is not None
    assert kinds[table.spell.start] == kinds[table.spell.end] == "date"
    assert table.spell.confidence in OF_FACTS
    assert table.spell.source


def test_every_table_with_a_first_and_a_last_date_column_says_whether_it_holds_spells() -> None:
    """A pair of columns named as start and end is a spell, or somebody forgot to say so."""
    for table in CATALOGUE.tables.values():
        names = {column.name for column in table.columns}
        assert table.spell is not None or not {"start_date", "end_date"} <= names, table.name


@pytest.mark.parametrize("name", sorted(CATALOGUE.outlines))
def test_every_outline_says_where_it_is_from(name: str) -> None:
    outline = CATALOGUE.outlines[name]
    assert all((outline.label, outline.grain, outline.source))
    assert bool(outline.physical) == (outline.physical_confidence != "unknown")
    assert outline.name not in CATALOGUE.tables
    assert outline.dataset in CATALOGUE.holdings
    assert_facts(outline.also_holds)


def test_whole_published_metadata_arrived() -> None:
    """The metadata of the child health database have 318 columns, those of the maternity indicators 38 and 22."""
    published = {t.name: t.columns_published for t in CATALOGUE.tables.values() if t.columns_published}
    of_metadata = Counter(
        {
            table.name: sum(not column.source.startswith("COVID") for column in table.columns)
            for table in CATALOGUE.tables.values()
            if table.columns_published
        }
    )
    assert of_metadata == published
    assert sum(number for name, number in published.items() if name.startswith("ncch")) == 318
    assert {name: number for name, number in published.items() if name.startswith("mids")} == {
        "mids_births": 38,
        "mids_assessments": 22,
    }


def assert_facts(facts: tuple[Fact, ...]) -> None:
    for fact in facts:
        assert fact.text.endswith("."), fact
        assert fact.confidence in OF_FACTS, fact
        assert fact.source, fact


# Codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CATALOGUE.code_lists))
def test_codes_are_sourced_and_labels_unique(name: str) -> None:
    codes = CATALOGUE.code_lists[name]
    assert codes.label
    assert codes.source
    assert codes.confidence in OF_FACTS
    assert max(Counter(codes.codes.values()).values()) == 1, "two codes of a list have one label"
    assert set(codes.codes) == {entry.code for entry in codes.entries}
    for entry in codes.entries:
        assert entry.label
        assert entry.confidence in OF_FACTS
        assert entry.label_confidence in ANY


@pytest.mark.parametrize("name", sorted(CATALOGUE.code_lists))
def test_years_of_one_code_do_not_overlap(name: str) -> None:
    assert overlapping(CATALOGUE.code_lists[name]) == []


def test_overlapping_years_would_be_found() -> None:
    def day(text: str) -> datetime.date | None:
        return datetime.date.fromisoformat(text) if text else None

    def code(first: str, last: str) -> Code:
        return Code("A", "a", "certain", "certain", day(first), day(last))

    def codes(*entries: Code) -> CodeList:
        return CodeList("l", "l", "s", {"A": "a"}, entries)

    assert overlapping(codes(code("", "2016-04-05"), code("2016-04-06", ""))) == []
    assert overlapping(codes(code("2016-04-06", ""), code("", "2016-04-06"))) == ["A"]
    assert overlapping(codes(code("", ""), code("2016-04-06", ""))) == ["A"]


def overlapping(codes: CodeList) -> list[str]:
    """Return the codes two of whose meanings hold on one day."""
    days: dict[str, list[tuple[datetime.date, datetime.date]]] = {}
    for entry in codes.entries:
        span = (entry.first_day or datetime.date.min, entry.last_day or datetime.date.max)
        days.setdefault(entry.code, []).append(span)
    return [
        code for code, spans in days.items() if any(one[1] >= two[0] for one, two in pairwise(sorted(spans)))
    ]


def test_every_list_is_the_list_of_a_column_and_every_column_of_a_list_has_one_kind() -> None:
    """A context table takes the type of a list from the first column that has it, so one must be there."""
    kinds: dict[str, set[str]] = {}
    for table in CATALOGUE.tables.values():
        for column in table.columns:
            if column.type.code_list:
                kinds.setdefault(column.type.code_list, set()).add(column.type.kind.value)
    assert set(kinds) == set(CATALOGUE.code_lists)
    assert all(kind <= {"code", "whole number"} for kind in kinds.values())


def test_voluntary_accommodation_has_two_legal_bases() -> None:
    found = [entry for entry in CATALOGUE.code_lists["legal_status"].entries if entry.code == "V2"]
    assert CATALOGUE.code_lists["legal_status"].codes["V2"] == "single period of voluntary accommodation"
    assert [(entry.first_day, entry.last_day) for entry in found] == [
        (None, datetime.date(2016, 4, 5)),
        (datetime.date(2016, 4, 6), None),
    ]


# Doubts ----------------------------------------------------------------------------------------------------------


def test_doubts_name_what_is_guessed_or_not_known() -> None:
    found = doubts(CATALOGUE)
    about = {(d.subject, d.kind, d.confidence): d.names for d in found}
    assert about["lacw_adoptions", "physical name", "unknown"] == ()
    assert about["lacw_adoptions", "names of columns", "unknown"] == ()
    assert "asylum" in about["lacw_children", "types of columns", "guess"]
    assert about["category_of_need", "labels of codes", "background"] == ("N6", "N7", "N8")
    assert len(about["education_authority", "codes and their years", "background"]) == 22
    assert about["sen_provision", "further codes", "unknown"] == ()
    assert about["wdsd_registrations", "whether the end is in the spell", "unknown"] == ()
    assert all(d.source for d in found)
    assert all(d.confidence in ("guess", "background", "unknown") for d in found)


def test_what_is_sure_raises_no_doubt() -> None:
    found = doubts(CATALOGUE)
    assert not [d for d in found if d.subject == "reason_started"]
    assert not [d for d in found if d.subject == "lacw_episodes" and d.kind == "names of columns"]


def test_doubts_count_each_doubtful_column_once() -> None:
    for kind, confidence_of in (("names", "confidence"), ("types", "type_confidence")):
        told = Counter(
            f"{d.subject}.{name}"
            for d in doubts(CATALOGUE)
            if d.kind == f"{kind} of columns"
            for name in d.names
        )
        meant = {
            f"{table.name}.{column.name}"
            for table in CATALOGUE.tables.values()
            for column in table.columns
            if getattr(column, confidence_of) in ("guess", "background")
        }
        assert told == Counter(meant)


def test_a_sure_catalogue_has_no_doubts_and_each_unsure_fact_makes_one() -> None:
    assert doubts(small()) == ()
    changes = {
        "owner_confidence: certain": ("held", "owner"),
        "physical_confidence: certain": ("t", "physical name"),
        "grain_confidence: certain": ("t", "grain and key"),
        "days: {confidence: certain": ("t", "first and last day"),
        "year: 201011, confidence: certain": ("t", "first return"),
        "end_day: in, confidence: certain": ("t", "whether the end is in the spell"),
        "confidence: certain, type_confidence": ("t", "names of columns"),
        "type_confidence: certain": ("t", "types of columns"),
        "length_confidence: certain": ("t", "lengths of columns"),
        "source: s, confidence: certain, codes": ("l", "codes and their years"),
    }
    for line, (subject, kind) in changes.items():
        assert SMALL.count(line) == 1, line
        found = doubts(small(line, line.replace("certain", "guess")))
        assert (subject, kind) in [(d.subject, d.kind) for d in found], line
        assert {d.confidence for d in found} == {"guess"}


def test_a_doubt_says_which_source_stands_behind_it() -> None:
    (found,) = doubts(small("c: {physical: C", "c: {source: a page, type_confidence: guess, physical: C"))
    assert found == Doubt("t", "held", "types of columns", "guess", ("c",), "a page")


# Faults ----------------------------------------------------------------------------------------------------------

SMALL = """\
dataset: held
title: Held
owner: Somebody
owner_confidence: certain
holds: Something.
route: sail
first_return: {year: 201011, confidence: certain, source: f}
source: s
code_lists:
  l: {label: L, source: s, confidence: certain, codes: {A: one, B: {label: two, from: 2010, until: 2012}}}
tables:
  t:
    physical: T
    physical_confidence: certain
    label: T
    grain: one row for each c
    grain_confidence: certain
    key: [c]
    first_day: 2010-01-01
    days: {confidence: certain, source: d}
    returned: c
    source: s
    spell: {start: a, end: b, end_day: in, confidence: certain}
    each_column: {sensitivity: low, confidence: certain, type_confidence: certain, length_confidence: certain}
    columns:
      c: {physical: C, type: code, length: 1, list: l, label: C}
      a: {physical: A, type: date, label: A}
      b: {physical: B, type: date, label: B}
"""


def small(old: str = "", new: str = "") -> Catalogue:
    """Return a catalogue of one table, with one piece of its file changed."""
    assert not old or SMALL.count(old) == 1, old
    return read_catalogue([Source("held.yaml", SMALL.replace(old, new) if old else SMALL)])


def test_columns_take_what_their_table_says_of_each() -> None:
    table: HeldTable = small().tables["t"]
    assert {column.sensitivity for column in table.columns} == {"low"}
    assert (
        small("label: C}", "label: C, sensitivity: special}").tables["t"].columns[0].sensitivity == "special"
    )


def test_a_year_alone_stands_for_its_first_and_last_day() -> None:
    entry = small().code_lists["l"].entries[1]
    assert (entry.first_day, entry.last_day) == (datetime.date(2010, 1, 1), datetime.date(2012, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("owner_confidence: certain\n", "", "held.yaml:1: owner_confidence is missing"),
        ("route: sail", "route: boat", "held.yaml:1: no route boat"),
        ("holds: Something.", "hold: Something.", "held.yaml:5: nothing reads hold"),
        ("physical_confidence: certain", "physical_confidence: sure", "must be certain, likely, guess"),
        ("physical_confidence: certain", "physical_confidence: unknown", "or physical_confidence is unknown"),
        ("    physical: T\n", "", "or physical_confidence is unknown"),
        ("grain_confidence: certain", "grain_certainty: certain", "nothing reads grain_certainty"),
        ("    days: {confidence: certain, source: d}\n", "", "days is missing"),
        ("days: {confidence: certain, source: d}", "days: {confidence: certain}", "source is missing"),
        ("    first_day: 2010-01-01\n", "", "days is for tables with a first or a last day"),
        ("year: 201011, ", "", "year is missing"),
        (", source: f", "", "source is missing"),
        ("key: [c]", "key: [d]", "the key of t names no columns: d"),
        ("end: b, end_day", "end: d, end_day", "a spell lies between two columns of its table"),
        ("end_day: in", "end_day: perhaps", "end_day must be in, outside or unknown, not perhaps"),
        ("type_confidence: certain, ", "", "type_confidence is missing"),
        ("sensitivity: low, ", "", "sensitivity is missing"),
        ("list: l, label: C", "lst: l, label: C", "nothing reads lst"),
        ("c: {physical: C, type: code", "c: {physical: C, type: word", "no type word"),
        ("from: 2010, until: 2012", "from: 2012, until: 2010", "a code cannot end before it begins"),
        ("from: 2010,", "from: soon,", "from must be a day such as 2016-04-06 or a year, not soon"),
        ("from: 2010,", "since: 2010,", "nothing reads since"),
        ("{label: two, from: 2010", "{label: two, meanings: [], from: 2010", "years stand either beside"),
        ("first_day: 2010-01-01", "first_day: 2010-13-01", "first_day must be a day"),
        ("confidence: certain, codes", "codes", "held.yaml:10: confidence is missing"),
        ("tables:\n", "known:\n  - {says: It is., source: s}\ntables:\n", "confidence is missing"),
    ],
)
def test_faults_are_told_with_their_place(old: str, new: str, says: str) -> None:
    with pytest.raises(CatalogueFault) as raised:
        small(old, new)
    assert str(raised.value).startswith("held.yaml:")
    assert says in str(raised.value)


def test_two_of_one_name_are_a_fault() -> None:
    with pytest.raises(CatalogueFault, match=r"other\.yaml:\d+: there are two of l"):
        read_catalogue(
            [
                Source("held.yaml", SMALL),
                Source("other.yaml", SMALL.replace("dataset: held", "dataset: other")),
            ]
        )
