"""A binding against listings: every kind of fault at its place, settled doubts, and affected studies."""

from __future__ import annotations

import dataclasses

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.binding import Binding
from cohort.catalogue.binding_check import Compared, Use, compare
from cohort.catalogue.binding_doubts import Verdict
from cohort.catalogue.binding_read import binding_of
from cohort.catalogue.binding_types import Fit, fit
from cohort.catalogue.listing import Listing, listed_column, listing_of
from cohort.diagnostics import Diagnostics
from cohort.source import Source
from cohort.types import DATE, DECIMAL, Kind, ValueType

CATALOGUE = load_catalogue()
TYPES = {
    Kind.KEY: "BIGINT",
    Kind.WHOLE: "SMALLINT",
    Kind.DECIMAL: "DECIMAL(7,6)",
    Kind.TEXT: "VARCHAR(40)",
    Kind.CODE: "VARCHAR(12)",
    Kind.DATE: "DATE",
}
TEXT = """\
binding: mine
title: Mine
schema: SAIL1234V
workspace: SAILW1234V
key_suffix: PE
view_date: 20240626
status_type: catalogue
tables:
  lacw_alf: LACW_PUPIL_ALF
  crcs_alf: CRCS_PUPIL_ALF
"""


def bound(text: str = TEXT) -> Binding:
    diagnostics = Diagnostics()
    found = binding_of(Source("mine.yaml", text), diagnostics)
    assert found is not None, [item.headline for item in diagnostics]
    return found


def held(changes: dict[str, str | None] | None = None, *, suffix: str = "PE", casts: bool = False) -> Listing:
    """The tables of the binding as the catalogue has them; ``changes`` gives another type, or None for absent."""
    rows = []
    for table in ("lacw_alf", "crcs_alf"):
        for column in CATALOGUE.tables[table].columns:
            type_text = (changes or {}).get(f"{table}.{column.name}", TYPES[column.type.kind])
            if type_text is not None:
                name = column.physical.replace("{key}", suffix)
                physical = f"{CATALOGUE.tables[table].physical}_20240626"
                rows.append(("SAIL1234V", physical, listed_column(name, type_text)))
    return listing_of("columns.csv", rows, casts=casts)


def found(compared: Compared) -> list[tuple[str, str]]:
    return [(item.rule.code, item.at) for item in compared.diagnostics]


def use(table: str, *columns: str, study: str = "mine") -> Use:
    physical = {column.name: column.physical for column in CATALOGUE.tables[table].columns}
    return Use(study, {table: frozenset(physical[name] for name in columns)})


def test_what_is_as_the_catalogue_says_has_no_problem() -> None:
    compared = compare(bound(), CATALOGUE, held())
    assert found(compared) == []
    assert compared.tables == 2
    assert compared.columns == sum(len(CATALOGUE.tables[name].columns) for name in ("lacw_alf", "crcs_alf"))


def test_an_absent_column_is_an_error_for_those_who_read_it_and_a_note_for_others() -> None:
    listing = held({"lacw_alf.sex": None})
    assert found(compare(bound(), CATALOGUE, listing)) == [("BND202", "lacw_alf.sex")]
    reading = compare(
        bound(), CATALOGUE, listing, (use("lacw_alf", "sex"), use("crcs_alf", "sex", study="b"))
    )
    assert found(reading) == [("BND202", "lacw_alf.sex")]
    assert "which mine reads" in next(iter(reading.diagnostics)).headline
    assert found(compare(bound(), CATALOGUE, listing, (use("lacw_alf", "alf"),))) == [
        ("BND211", "tables.lacw_alf")
    ]


def test_the_place_is_the_line_of_the_table_or_of_the_column() -> None:
    text = TEXT + "columns:\n  lacw_alf.sex: SEX_CODE\n"
    first = next(iter(compare(bound(text), CATALOGUE, held({"lacw_alf.sex": None})).diagnostics))
    assert first.place is not None
    assert (first.place.line, first.place.text) == (12, "SEX_CODE")
    first = next(iter(compare(bound(), CATALOGUE, held({"lacw_alf.sex": None})).diagnostics))
    assert first.place is not None
    assert (first.place.line, first.place.text) == (9, "LACW_PUPIL_ALF")


def test_a_column_of_another_name_is_offered_and_can_be_bound() -> None:
    listing = held({"lacw_alf.sex": None})
    table = listing.tables["SAIL1234V", "LACW_PUPIL_ALF_20240626"]
    columns = {**table.columns, "GNDR_CODE": listed_column("GNDR_CODE", "SMALLINT")}
    listing = dataclasses.replace(
        listing,
        tables={**listing.tables, ("SAIL1234V", table.name): dataclasses.replace(table, columns=columns)},
    )
    first = next(iter(compare(bound(), CATALOGUE, listing).diagnostics))
    assert "`lacw_alf.sex: GNDR_CODE`" in first.help
    text = TEXT + "columns:\n  lacw_alf.sex: GNDR_CODE\n"
    assert found(compare(bound(text), CATALOGUE, listing)) == []


def test_an_absent_table_is_offered_at_its_other_date() -> None:
    text = TEXT.replace("lacw_alf: LACW_PUPIL_ALF", "lacw_alf: LACW_PUPIL_ALF_20230101")
    compared = compare(bound(text), CATALOGUE, held(), (use("lacw_alf", "sex"),))
    assert found(compared) == [("BND201", "tables.lacw_alf")]
    assert next(iter(compared.diagnostics)).suggestion == "LACW_PUPIL_ALF_20240626"


def test_a_table_that_a_study_reads_must_be_named() -> None:
    compared = compare(bound(), CATALOGUE, held(), (use("lacw_episodes", "start_date"),))
    assert ("BND205", "tables.lacw_episodes") in found(compared)


def test_one_message_for_keys_with_the_other_suffix() -> None:
    compared = compare(bound(), CATALOGUE, held(suffix="E"))
    assert found(compared) == [("BND206", "key_suffix")]
    assert found(compare(bound(TEXT.replace(": PE", ": E")), CATALOGUE, held(suffix="E"))) == []


def test_one_message_for_match_statuses_of_all_tables() -> None:
    listing = held({"lacw_alf.match_status": "CHARACTER(2)", "crcs_alf.match_status": "VARCHAR(2)"})
    compared = compare(bound(), CATALOGUE, listing)
    assert found(compared) == [("BND210", "status_type")]
    assert next(iter(compared.diagnostics)).help == "Write `status_type: text`."
    text = TEXT.replace("status_type: catalogue", "status_type: text")
    assert found(compare(bound(text), CATALOGUE, listing)) == []


def test_match_statuses_that_differ_are_told_by_table() -> None:
    listing = held({"crcs_alf.match_status": "CHAR(2)"})
    compared = compare(bound(), CATALOGUE, listing)
    assert "`crcs_alf.match_status: {held_as: text}`" in next(iter(compared.diagnostics)).help
    text = TEXT + "columns:\n  crcs_alf.match_status: {held_as: text}\n"
    assert found(compare(bound(text), CATALOGUE, listing)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lacw_alf.week_of_birth": "VARCHAR(10)"}, "BND203"),
        ({"lacw_alf.week_of_birth": "TIMESTAMP"}, "BND207"),
        ({"lacw_alf.alf": "CHAR(10)"}, "BND203"),
        ({"lacw_alf.sex": "CHAR(1)"}, "BND204"),
        ({"crcs_alf.lsoa": "INTEGER"}, "BND204"),
        ({"lacw_alf.match_score": "VARCHAR(9)"}, "BND203"),
    ],
)
def test_types_that_do_not_fit(change: dict[str, str | None], code: str) -> None:
    assert [c for c, _ in found(compare(bound(), CATALOGUE, held(change)))] == [code]


def test_what_a_message_tells_to_write_ends_the_problem() -> None:
    listing = held({"lacw_alf.sex": "CHAR(1)", "crcs_alf.lsoa": "INTEGER"})
    remedies = [item.help.split("`")[1] for item in compare(bound(), CATALOGUE, listing).diagnostics]
    text = TEXT + "columns:\n" + "".join(f"  {remedy}\n" for remedy in remedies)
    assert found(compare(bound(text), CATALOGUE, listing)) == []


def test_duckdb_brings_codes_and_days_to_their_type_by_itself() -> None:
    change: dict[str, str | None] = {"lacw_alf.week_of_birth": "TIMESTAMP", "crcs_alf.lsoa": "INTEGER"}
    assert found(compare(bound(), CATALOGUE, held(change, casts=True))) == []


def test_another_schema() -> None:
    compared = compare(bound(TEXT.replace("SAIL1234V", "SAIL1243V")), CATALOGUE, held())
    assert found(compared) == [("BND209", "schema")]
    assert next(iter(compared.diagnostics)).suggestion == "SAIL1234V"


def test_the_listing_confirms_or_contradicts_what_the_catalogue_is_not_certain_of() -> None:
    compared = compare(bound(), CATALOGUE, held({"crcs_alf.sex": "INTEGER", "crcs_alf.lsoa": None}))
    settled = {(item.table, item.column, item.about): item for item in compared.settled}
    assert settled["lacw_alf", "", "name"].verdict is Verdict.CONFIRMED
    assert settled["crcs_alf", "sex", "type"].verdict is Verdict.CONTRADICTED
    assert settled["crcs_alf", "sex", "type"].listed == "INTEGER"
    assert settled["crcs_alf", "local_authority", "type"].verdict is Verdict.CONFIRMED
    assert all(item.confidence != "certain" for item in compared.settled)


def test_a_name_that_is_not_listed_is_left_open() -> None:
    text = TEXT.replace("crcs_alf: CRCS_PUPIL_ALF", "lacw_derived_alf: LACW_LAC_ALF_DERIVED")
    columns = CATALOGUE.tables["lacw_derived_alf"].columns
    rows = [
        (
            "SAIL1234V",
            "LACW_LAC_ALF_DERIVED_20240626",
            listed_column(c.physical.replace("{key}", "PE"), "DATE"),
        )
        for c in columns
        if c.name != "match_mark"
    ]
    compared = compare(bound(text), CATALOGUE, listing_of("columns.csv", rows))
    settled = {item.column: item for item in compared.settled if item.about == "name"}
    assert settled["match_mark"].verdict is Verdict.NOT_LISTED
    assert settled["unified_id"].verdict is Verdict.CONFIRMED


def test_lengths_are_settled_where_the_kind_is_right() -> None:
    length = next(c.type.length for c in CATALOGUE.tables["crcs_alf"].columns if c.name == "lsoa")
    for type_text, confirmed in ((f"VARCHAR({length})", True), ("VARCHAR(30)", False)):
        compared = compare(bound(), CATALOGUE, held({"crcs_alf.lsoa": type_text}))
        settled = next(i for i in compared.settled if (i.column, i.about) == ("lsoa", "length"))
        assert (settled.verdict is Verdict.CONFIRMED) is confirmed


def test_a_copy_on_another_engine_settles_no_type() -> None:
    compared = compare(bound(), CATALOGUE, held(casts=True))
    assert {item.about for item in compared.settled} == {"name"}


@pytest.mark.parametrize(
    ("type_text", "wanted", "casts", "expected"),
    [
        ("BIGINT", ValueType(Kind.KEY, bits=64), False, Fit.FITS),
        ("DECIMAL(18,0)", ValueType(Kind.KEY, bits=64), False, Fit.FITS),
        ("DECIMAL(18,2)", ValueType(Kind.KEY, bits=64), False, Fit.MISFIT),
        ("DECFLOAT(16)", DECIMAL, False, Fit.FITS),
        ("CHAR(1)", ValueType(Kind.WHOLE), False, Fit.MISFIT),
        ("CHAR(1)", ValueType(Kind.WHOLE, code_list="sex"), False, Fit.OTHER),
        ("TIMESTAMP(6)", DATE, False, Fit.TIMESTAMP),
        ("TIMESTAMP_NS", DATE, True, Fit.FITS),
        ("TIME", DATE, False, Fit.MISFIT),
        ("VARCHAR(3) FOR BIT DATA", ValueType(Kind.CODE, length=3), False, Fit.FITS),
        ("", DATE, False, Fit.FITS),
    ],
)
def test_types_of_databases(type_text: str, wanted: ValueType, casts: bool, expected: Fit) -> None:
    assert fit(listed_column("X", type_text), wanted, casts=casts) is expected
