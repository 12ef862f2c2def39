"""What can be looked up: every thing has a sheet, every fact its confidence and source, every name leads somewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cohort.catalogue.doubts import doubts
from cohort.catalogue.model import Catalogue
from cohort.lookup.as_json import FORMAT, json_of_sheets
from cohort.lookup.doubts import doubts_sheet
from cohort.lookup.find import code_lists_named, nearest_names, sheet_of, things_named
from cohort.lookup.known import Known, load_known
from cohort.lookup.lists import caveats_sheet, datasets_sheet, overview_sheet
from cohort.lookup.sheet import Listing, Ref, Sheet, Sort
from cohort.lookup.words import CONFIDENCES

KNOWN = load_known()
SURE = {name for name, _ in CONFIDENCES}


def listing(sheet: Sheet, key: str) -> Listing:
    return next(one for one in sheet.listings if one.key == key)


def cells(one: Listing, key: str) -> list[str]:
    place = [head for head, _ in one.heads].index(key)
    return [str(row.cells[place]) for row in one.rows]


def names(name: str, known: Known = KNOWN) -> list[tuple[Sort, str]]:
    return [(thing.ref.sort, thing.ref.name) for thing in things_named(known, name)]


# --- sheets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", list(Sort))
def test_every_thing_has_a_sheet_whose_references_lead_somewhere(sort: Sort) -> None:
    things = [thing for thing in KNOWN.named if thing.ref.sort is sort]
    assert things
    for thing in things:
        sheet = sheet_of(KNOWN, thing.ref)
        assert sheet.ref == (thing.ref.of if sort is Sort.CODE else thing.ref)
        assert sheet.title
        refs = [ref for said in sheet.statements for ref in said.refs]
        refs += [ref for one in sheet.listings for row in one.rows if row.ref for ref in [row.ref]]
        refs += [
            ref
            for one in sheet.listings
            for row in one.rows
            for c in row.cells
            if isinstance(c, tuple)
            for ref in c
        ]
        assert [ref for ref in refs if ref not in KNOWN.by_ref] == []


def test_every_list_has_a_cell_for_each_heading_and_confidences_in_known_words() -> None:
    sheets = [sheet_of(KNOWN, thing.ref) for thing in KNOWN.named]
    sheets += [overview_sheet(KNOWN), datasets_sheet(KNOWN), caveats_sheet(KNOWN), doubts_sheet(KNOWN)]
    for sheet in sheets:
        for one in sheet.listings:
            assert one.rows or one.empty
            for key, _ in one.heads:
                if key == "sure" or key.endswith("_sure"):
                    assert set(cells(one, key)) <= SURE, (sheet.title, key)
            assert all(len(row.cells) == len(one.heads) for row in one.rows)


def test_a_fact_that_has_a_confidence_and_is_known_has_a_source() -> None:
    for thing in KNOWN.named:
        for said in sheet_of(KNOWN, thing.ref).statements:
            assert said.text
            if said.sure not in (None, "unknown"):
                assert said.source, (thing.ref, said)


def test_a_table_shows_what_the_catalogue_says_of_it() -> None:
    table = KNOWN.catalogue.tables["lacw_episodes"]
    sheet = sheet_of(KNOWN, Ref(Sort.TABLE, "lacw_episodes"))
    said = {one.about: one for one in sheet.statements}
    assert said["physical name"].text == table.physical
    assert said["physical name"].sure == table.physical_confidence
    assert said["grain"].sure == table.grain_confidence
    assert table.spell is not None
    assert said["spells"].sure == table.spell.confidence
    assert "last day in the spell" in said["spells"].text
    columns = listing(sheet, "columns")
    assert cells(columns, "name") == [column.name for column in table.columns]
    assert cells(columns, "name_sure") == [column.confidence for column in table.columns]
    assert cells(columns, "type_sure") == [column.type_confidence for column in table.columns]


def test_a_table_without_known_columns_says_so() -> None:
    sheet = sheet_of(KNOWN, Ref(Sort.TABLE, "lacw_adoptions"))
    said = {one.about: one for one in sheet.statements}
    assert said["columns"].sure == "unknown"
    assert said["physical name"].text == "not public"


def test_a_dataset_without_an_entry_in_the_landscape_shows_what_is_not_known() -> None:
    sheet = sheet_of(KNOWN, Ref(Sort.DATASET, "criminal_justice"))
    assert [one.sure for one in sheet.statements if one.about == "not known"] == ["unknown"] * len(
        KNOWN.catalogue.holdings["criminal_justice"].not_known
    )
    assert listing(sheet, "tables").rows == ()


def test_a_point_without_a_fact_says_why() -> None:
    entry = KNOWN.landscape.entries["agg-cla"]
    said = [one for one in sheet_of(KNOWN, Ref(Sort.SERIES, "agg-cla")).statements if one.about == "lag"]
    assert [(one.text, one.sure) for one in said] == [(entry.about.lag.unknown, "unknown")]


def test_what_does_not_apply_is_no_gap() -> None:
    said = [one for one in sheet_of(KNOWN, Ref(Sort.DATASET, "lacw")).statements if one.about == "outlets"]
    assert [(one.text, one.sure) for one in said] == [
        ("not applicable: records of people are not published", None)
    ]


def test_a_code_with_two_meanings_has_two_rows_with_their_days() -> None:
    codes = listing(sheet_of(KNOWN, Ref(Sort.CODES, "legal_status")), "codes")
    years = [str(row.cells[2]) for row in codes.rows if row.cells[0] == "V2"]
    assert years == ["until 2016-04-05", "from 2016-04-06"]


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("lacw_episodes", [(Sort.TABLE, "lacw_episodes")]),
        ("LACW_EPISODE_MAIN", [(Sort.TABLE, "lacw_episodes")]),
        ("lacw_episode_main", [(Sort.TABLE, "lacw_episodes")]),
        ("crcs", [(Sort.DATASET, "crcs"), (Sort.SOURCE, "crcs")]),
        ("AGG-CLA", [(Sort.SERIES, "agg-cla")]),
        ("lacw-codes-case", [(Sort.CAVEAT, "lacw-codes-case")]),
        ("health maps wales", [(Sort.PUBLISHER, "Health Maps Wales")]),
        ("reason_finished.e11", [(Sort.CODE, "reason_finished.E11")]),
        ("lacw_episodes.end_date", [(Sort.COLUMN, "lacw_episodes.end_date")]),
        ("nothing_of_the_kind", []),
    ],
)
def test_a_name_leads_to_what_has_it(written: str, found: list[tuple[Sort, str]]) -> None:
    assert names(written) == found


@pytest.mark.parametrize("written", ["UNIFIED_ID", "unified_id"])
def test_a_physical_column_is_found_with_and_without_capitals(written: str) -> None:
    assert names(written) == [(Sort.COLUMN, "lacw_derived_alf.unified_id")]


@pytest.mark.parametrize("written", ["CHILD_CODE_E", "CHILD_CODE_PE", "CHILD_CODE", "child_code_{key}"])
def test_the_key_suffix_of_a_project_does_not_matter(written: str) -> None:
    expected = [
        (Sort.COLUMN, f"{table.name}.{column.name}")
        for table in KNOWN.catalogue.tables.values()
        for column in table.columns
        if column.physical == "CHILD_CODE_{key}"
    ]
    assert len(expected) > 1
    assert names(written) == expected


def test_columns_step_back_where_something_else_has_the_name() -> None:
    assert names("sex") == [(Sort.CODES, "sex")]
    assert len(things_named(KNOWN, "sex", of_all=True)) > 1


@pytest.mark.parametrize(
    ("written", "near"),
    [("lacw_episods", "lacw_episodes"), ("LACW_EPISODE_MIAN", "LACW_EPISODE_MAIN"), ("qqqqqqqq", None)],
)
def test_the_nearest_name_is_offered(written: str, near: str | None) -> None:
    assert nearest_names(KNOWN, written) == near


def test_codes_are_found_by_column_list_and_physical_name() -> None:
    for written in ("reason_finished", "lacw_episodes.reason_finished", "REASON_EPISODE_FINISHED_CODE"):
        lists, without = code_lists_named(KNOWN, written)
        assert [one.name for one in lists] == ["reason_finished"]
        assert without == ()


def test_columns_without_a_list_are_named() -> None:
    lists, without = code_lists_named(KNOWN, "pedw_diagnoses.diagnosis")
    assert lists == ()
    assert [thing.ref.name for thing in without] == ["pedw_diagnoses.diagnosis"]


# --- doubts ----------------------------------------------------------------------------------------------------


def test_all_doubts_of_the_catalogue_are_listed() -> None:
    listed = listing(doubts_sheet(KNOWN), "tables_and_codes")
    assert cells(listed, "kind") == [doubt.kind for doubt in doubts(KNOWN.catalogue)]
    assert set(cells(listed, "sure")) == {"guess", "background", "unknown"}


def test_all_steps_of_preparation_that_are_not_sure_are_listed() -> None:
    listed = listing(doubts_sheet(KNOWN), "preparation")
    unsure = [
        (prepared.name, step.id)
        for prepared in KNOWN.catalogue.prepared.values()
        for step in prepared.steps
        if KNOWN.grounds[prepared.name, step.id].confidence in ("guess", "background", "unknown")
    ]
    assert [(row.cells[0], row.cells[1]) for row in listed.rows] == unsure
    assert ("children", "one_row_for_each_child") in unsure
    assert ("care_episodes", "latest_return") not in unsure
    assert all(row.ref == Ref(Sort.SOURCE, str(row.cells[0])) for row in listed.rows)


def test_a_step_for_which_nobody_is_named_is_a_doubt() -> None:
    known = Known(KNOWN.catalogue, KNOWN.landscape, KNOWN.limits)
    before = listing(doubts_sheet(known, "lacw"), "preparation").rows
    less = {
        name: ground for name, ground in known.grounds.items() if name != ("care_episodes", "latest_return")
    }
    known.__dict__["grounds"] = less
    after = listing(doubts_sheet(known, "lacw"), "preparation").rows
    (row,) = set(after) - set(before)
    assert row.cells[:2] == ("care_episodes", "latest_return")
    assert row.cells[3:] == ("unknown", "nobody is named")
    assert {KNOWN.catalogue.prepared[str(row.cells[0])].dataset for row in after} == {"lacw"}


def test_facts_in_words_that_are_not_sure_are_listed() -> None:
    listed = listing(doubts_sheet(KNOWN), "facts")
    unsure = sum(
        fact.confidence in ("guess", "background")
        for entry in KNOWN.landscape.entries.values()
        for _, fact in entry.facts
    )
    of_entries = [
        row
        for row in listed.rows
        if row.ref and row.ref.name in KNOWN.landscape.entries and row.cells[1] != "known"
    ]
    assert len(of_entries) == unsure > 0


def test_a_new_guess_becomes_a_doubt() -> None:
    table = KNOWN.catalogue.tables["lacw_episodes"]
    guessed = replace(table, physical_confidence="guess")
    catalogue: Catalogue = replace(KNOWN.catalogue, tables={**KNOWN.catalogue.tables, table.name: guessed})
    before = len(listing(doubts_sheet(KNOWN, "lacw"), "tables_and_codes").rows)
    after = listing(doubts_sheet(Known(catalogue, KNOWN.landscape, KNOWN.limits), "lacw"), "tables_and_codes")
    assert len(after.rows) == before + 1
    assert ("lacw_episodes", "physical name") in {(row.cells[0], row.cells[1]) for row in after.rows}


def test_the_doubts_of_a_dataset_are_its_own_and_those_of_its_code_lists() -> None:
    listed = listing(doubts_sheet(KNOWN, "lacw"), "tables_and_codes")
    about = {row.ref for row in listed.rows if row.ref}
    assert Ref(Sort.CODES, "match_status") in about
    assert Ref(Sort.TABLE, "pedw_spells") not in about
    others = {ref.name for ref in about if ref.sort is Sort.TABLE and not ref.name.startswith("lacw_")}
    assert others == set()


def test_a_codelist_names_the_columns_that_can_hold_its_codes() -> None:
    sheet = sheet_of(KNOWN, Ref(Sort.CODELIST, "legal_status_short_breaks"))
    assert cells(listing(sheet, "columns"), "name") == ["lacw_episodes.legal_status"]
    assert cells(listing(sheet, "codelist"), "code") == ["V1"]
    of_icd = cells(listing(sheet_of(KNOWN, Ref(Sort.CODELIST, "injury_icd10")), "columns"), "name")
    assert "pedw_diagnoses.diagnosis" in of_icd
    assert "lacw_episodes.legal_status" not in of_icd


def test_the_nearest_of_a_column_is_of_its_own_table() -> None:
    assert nearest_names(KNOWN, "lacw_episodes.end_dat") == "lacw_episodes.end_date"
    assert nearest_names(KNOWN, "lacw_episodes.zzzzzzzzzzzz") == "lacw_episodes"


# --- lists and JSON --------------------------------------------------------------------------------------------


def test_the_overview_counts_what_there_is() -> None:
    counts = {str(row.cells[0]): str(row.cells[1]) for row in listing(overview_sheet(KNOWN), "counts").rows}
    assert counts["tables"] == str(len(KNOWN.catalogue.tables))
    assert counts["caveats"] == str(len(KNOWN.limits))
    for row in listing(overview_sheet(KNOWN), "confidence").rows:
        assert sum(int(str(number)) for number in row.cells[1:]) > 0


def test_lists_can_be_narrowed() -> None:
    warnings = listing(caveats_sheet(KNOWN, severity="warning"), "caveats")
    assert set(cells(warnings, "severity")) == {"warning"}
    of_lacw = cells(listing(caveats_sheet(KNOWN, dataset="lacw"), "caveats"), "name")
    assert of_lacw == list(KNOWN.landscape.caveats_of(KNOWN.landscape.entries["lacw"]))
    housing = listing(datasets_sheet(KNOWN, published=True, theme="housing_and_homelessness"), "entries")
    assert "agg-housing" in cells(housing, "name")
    assert "agg-cla" not in cells(housing, "name")


def test_json_says_what_the_sheet_says() -> None:
    sheet = sheet_of(KNOWN, Ref(Sort.TABLE, "lacw_episodes"))
    read = json.loads(json_of_sheets("show", [sheet]))
    assert list(read) == ["format", "command", "things"]
    assert read["format"] == FORMAT
    thing = read["things"][0]
    assert list(thing) == ["sort", "name", "title", "note", "statements", "lists"]
    assert (thing["sort"], thing["name"]) == ("table", "lacw_episodes")
    assert [set(said) for said in thing["statements"]] == [
        {"about", "says", "sure", "source", "names"}
    ] * len(sheet.statements)
    columns = {column["name"]: column for column in thing["lists"]["columns"]}
    assert columns["reason_finished"]["codes"] == ["reason_finished"]
    assert columns["start_date"]["physical"] == "EPISODE_START_DATE"
