"""Lists of areas and of tables of published figures."""

from __future__ import annotations

import datetime

from cohort.lookup.known import Known
from cohort.lookup.of_areas import ref_of_area
from cohort.lookup.sheet import Cell, Listing, Ref, Row, Sheet, Sort


def areas_sheet(known: Known) -> Sheet:
    """Return the kinds of areas, with how many of each there are and what is not known of them."""
    rows = tuple(
        Row(
            (
                level.name,
                level.title,
                level.count,
                len(known.geography.of_level(level.name)) or (level.count if level.listed else 0),
                str(level.first_day or ""),
                len(level.not_known),
                level.confidence,
                level.source,
            ),
            Ref(Sort.GEOGRAPHY, level.name),
        )
        for level in known.geography.levels.values()
    )
    heads = (
        *(("name", "Name"), ("title", "Title"), ("count", "At any time"), ("listed", "In this catalogue")),
        *(("since", "Since"), ("gaps", "Points not known"), ("sure", "Confidence"), ("source", "Source")),
    )
    return Sheet(None, "Areas", (), (Listing("geographies", "Kinds of areas", heads, rows),))


def figures_sheet(known: Known) -> Sheet:
    """Return the tables of published figures that a study can bring under ``context``."""
    rows = tuple(
        Row(
            (
                table.name,
                table.title,
                table.rows,
                ", ".join(table.keys),
                table.published,
                table.confidence,
                table.source,
            ),
            Ref(Sort.FIGURES, table.name),
        )
        for table in known.figures.values()
    )
    heads = (
        *(("name", "Name"), ("title", "Title"), ("rows", "Rows"), ("keys", "Keys")),
        *(("published", "Published"), ("sure", "Confidence"), ("source", "Source")),
    )
    listing = Listing("tables_of_figures", "Tables of published figures", heads, rows)
    return Sheet(None, "Published figures for studies", (), (listing,))


def areas_on_sheet(known: Known, day: datetime.date) -> Sheet:
    """Return each authority with the area of each larger kind that it is part of on a day; none before the kind was."""
    geography = known.geography
    larger = {area.level for area in geography.areas.values() if area.members}
    levels = [level for name, level in geography.levels.items() if name in larger]
    rows = []
    for authority in geography.authorities:
        cells: list[Cell] = [authority.title]
        for level in levels:
            area = geography.area_of(authority.name, level.name, day)
            cells.append(area.title if area is not None else "")
        rows.append(Row(tuple(cells), ref_of_area(authority)))
    heads = (("name", "Authority"), *((level.name, level.title) for level in levels))
    begun = ", ".join(f"{level.title.lower()} {level.first_day}" for level in levels)
    listing = Listing("belongs_on", "Authorities", heads, tuple(rows), note=f"Recorded from: {begun}.")
    return Sheet(None, f"Where each local authority belongs on {day}", (), (listing,))
