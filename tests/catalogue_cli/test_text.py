"""Sheets on a terminal: never wider than it is, readable without colour, confidence in words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cohort.cli.catalogue_text import text_of_found, text_of_sheets
from cohort.lookup.doubts import doubts_sheet
from cohort.lookup.find import sheet_of
from cohort.lookup.known import load_known
from cohort.lookup.lists import caveats_sheet, datasets_sheet, overview_sheet
from cohort.lookup.search import make_index, search
from cohort.lookup.sheet import Ref, Sheet, Sort

KNOWN = load_known()
SOME = [
    *(Ref(Sort.TABLE, name) for name in ("lacw_episodes", "ncch_births", "wdsd_persons", "lacw_adoptions")),
    *(Ref(Sort.DATASET, name) for name in ("lacw", "criminal_justice")),
    *(Ref(Sort.CODES, name) for name in ("reason_finished", "local_authority")),
    *(Ref(Sort.SOURCE, "care_episodes"), Ref(Sort.SERIES, "agg-cla"), Ref(Sort.THEME, "education")),
    *(Ref(Sort.CAVEAT, "lacw-derived-null-status"), Ref(Sort.PUBLISHER, "StatsWales")),
    Ref(Sort.COLUMN, "lacw_episodes.end_date"),
]


def sheets() -> list[Sheet]:
    lists = [overview_sheet(KNOWN), datasets_sheet(KNOWN), caveats_sheet(KNOWN), doubts_sheet(KNOWN)]
    return [*(sheet_of(KNOWN, ref) for ref in SOME), *lists]


@pytest.mark.parametrize("width", [40, 59, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal_unless_one_word_is(width: int) -> None:
    for line in text_of_sheets(sheets(), width).splitlines():
        longest = max((len(word) for word in line.split()), default=0)
        indent = len(line) - len(line.lstrip())
        assert len(line) <= width or len(line) == indent + longest, line


@pytest.mark.parametrize("width", [40, 100])
def test_nothing_is_lost_at_any_width(width: int) -> None:
    for sheet in sheets():
        shown = re.sub(r"\s+", "", text_of_sheets([sheet], width))
        for said in sheet.statements:
            assert re.sub(r"\s+", "", said.text) in shown
            assert (said.sure or "") in shown


@pytest.mark.parametrize("width", [40, 100])
def test_every_column_of_a_table_is_shown_with_its_confidence(width: int) -> None:
    table = KNOWN.catalogue.tables["lacw_episodes"]
    text = text_of_sheets([sheet_of(KNOWN, Ref(Sort.TABLE, table.name))], width)
    for column in table.columns:
        assert f"  {column.name}: " in text
    flat = " ".join(text.split())
    assert flat.count("Name is: ") == flat.count("Type is: ") == len(table.columns)


def test_the_text_is_plain() -> None:
    text = text_of_sheets(sheets(), 100)
    assert all(character == "\n" or character.isprintable() for character in text)
    assert all(line == line.rstrip() for line in text.splitlines())


def test_short_lists_are_tables_and_long_ones_blocks() -> None:
    codes = text_of_sheets([sheet_of(KNOWN, Ref(Sort.CODES, "sex"))], 100)
    assert re.search(r"^  Code +Label", codes, re.MULTILINE)
    narrow = text_of_sheets([sheet_of(KNOWN, Ref(Sort.CODES, "reason_finished"))], 40)
    assert "Label is: certain" in " ".join(narrow.split())


def test_one_hit_is_said_as_one() -> None:
    found = search(make_index(KNOWN), "lacw_episodes.episode_number")
    one = replace(found, hits=found.hits[:1])
    assert text_of_found("x", one, 20, 80).startswith("1 thing has ")


def test_a_source_of_several_facts_is_written_once_and_numbered() -> None:
    sheet = sheet_of(KNOWN, Ref(Sort.TABLE, "lacw_episodes"))
    text = " ".join(text_of_sheets([sheet], 100).split())
    sources = list(dict.fromkeys(said.source for said in sheet.statements if said.source))
    for number, source in enumerate(sources, 1):
        assert f"[{number}] {source}" in text
        used = sum(said.source == source for said in sheet.statements)
        assert text.count(f"; source {number}]") == used > 0


def test_columns_of_numbers_stand_at_the_right() -> None:
    lines = text_of_sheets([overview_sheet(KNOWN)], 100).splitlines()
    rows = [line for line in lines if line.startswith(("  tables  ", "  columns  "))]
    ends = {re.search(r"[0-9]+(?=  cohort)", row).end() for row in rows}  # type: ignore[union-attr]
    assert len(rows) == 2
    assert len(ends) == 1


def test_a_search_says_how_much_there_is_and_what_was_meant() -> None:
    index = make_index(KNOWN)
    found = search(index, "placement")
    shown = text_of_found("placement", found, 2, 80)
    assert shown.startswith(f"{len(found.hits)} things have all words of “placement”")
    assert "the first 2 are shown" in " ".join(shown.split())
    assert [hit.found.ref.name in shown for hit in found.hits[:3]] == [True, True, False]
    assert "did you mean “placement”?" in text_of_found("placment", search(index, "placment"), 2, 80)
    assert "Nothing was found" in text_of_found("zzzzqq", search(index, "zzzzqq"), 2, 80)
