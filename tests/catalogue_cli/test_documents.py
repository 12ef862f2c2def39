"""The manual page says of the JSON what the JSON is."""

from __future__ import annotations

import re
from datetime import date

from cohort.lookup.as_json import FORMAT
from cohort.lookup.doubts import doubts_sheet
from cohort.lookup.find import sheet_of
from cohort.lookup.known import load_known
from cohort.lookup.lists import caveats_sheet, datasets_sheet, overview_sheet
from cohort.lookup.lists_of_areas import areas_on_sheet, areas_sheet, figures_sheet
from cohort.lookup.of_disagreements import disagreements_sheet
from cohort.lookup.of_links import links_sheet
from cohort.lookup.of_tables import columns_listing
from cohort.lookup.sheet import Listing, Sort
from cohort.lookup.words import CONFIDENCES
from tests.conftest import ROOT

KNOWN = load_known()
PAGE = (ROOT / "docs" / "catalogue.md").read_text("utf-8")


def test_every_list_is_documented_with_its_keys_and_none_that_is_not_there() -> None:
    lists: list[Listing] = [one for thing in KNOWN.named for one in sheet_of(KNOWN, thing.ref).listings]
    whole = (overview_sheet(KNOWN), datasets_sheet(KNOWN), caveats_sheet(KNOWN), doubts_sheet(KNOWN))
    for sheet in (*whole, links_sheet(KNOWN), disagreements_sheet(KNOWN)):
        lists += sheet.listings
    for sheet in (areas_sheet(KNOWN), areas_on_sheet(KNOWN, date(2020, 1, 1)), figures_sheet(KNOWN)):
        lists += sheet.listings
    column = next(thing.ref for thing in KNOWN.named if thing.ref.sort is Sort.COLUMN)
    lists.append(columns_listing(KNOWN, [column]))
    made = {(one.key, tuple(key for key, _ in one.heads)) for one in lists}
    written = set()
    for line in PAGE.split("## JSON")[1].splitlines():
        if line.startswith("| `"):
            name, _, keys = line.strip("| ").split(" | ")
            plain = re.sub(r"\([^)]*\)", "", keys)
            written.add((name.strip("`"), tuple(re.findall(r"`(\w+)`", plain))))
    assert written == made


def test_the_form_sorts_and_confidences_are_documented() -> None:
    assert f'"format": "{FORMAT}"' in PAGE
    for sort in Sort:
        assert f"`{sort.value}`" in PAGE
    for name, meaning in CONFIDENCES:
        assert f"| {name} | {meaning} |" in PAGE
