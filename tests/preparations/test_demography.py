"""Preparations of the demographic service, against polars on hand-made rows."""

from __future__ import annotations

import polars as pl

from .health_rows import assert_prepared, clean, first_by, frame, given_by_both_engines, held, spells

PERSONS = held(
    "wdsd_persons",
    "demographic_id alf week_of_birth death_date sex",
    (11, 1, "2001-01-01", None, 1),
    (12, 1, "2000-12-25", None, 2),  # the same person again, with an earlier week of birth
    (13, 1, None, "2015-01-01", 1),  # and without one
    (14, 2, None, None, 2),  # no week of birth at all: the person stays
    (16, 3, "2002-02-04", None, 8),  # equal weeks of birth: the lower number of the service decides
    (15, 3, "2002-02-04", "2016-05-02", 9),
    (17, None, "2003-03-03", None, 1),  # no linking field
    (None, 4, "0001-01-01", None, None),
    (19, 4, "2004-04-05", None, 1),
)

SPELLS = (
    (1, "2001-01-01", "2005-06-30"),
    (1, "2005-07-01", None),  # open
    (2, "2003-01-01", "9999-01-01"),
    (2, "2002-01-01", "9999-12-31"),
    (3, "2004-05-05", "2004-05-05"),  # one day
    (3, "2004-06-06", "2004-06-05"),  # reversed: of no day, since the end is a day in the spell
    (3, "2010-01-01", "2001-01-01"),
    (4, "0001-01-01", "2000-01-01"),  # the start is taken as it is recorded
    (4, "2019-03-31", None),  # the last day of the data
    (4, "2019-04-01", None),  # after the data
    (4, "2019-01-01", "2025-12-31"),  # a recorded end after the data stays
    (5, None, "2010-01-01"),
    (None, "2010-01-01", "2011-01-01"),
    (6, "2010-01-01", "2011-01-01"),
    (6, "2020-01-01", "2021-01-01"),  # after the data, with an end
    (6, "2010-01-01", "2011-01-01"),  # the same row again: cleaned spells are not counted, so it does no harm
)


def test_people() -> None:
    order = ("week_of_birth", "demographic_id")
    rows = frame(PERSONS, "wdsd_persons").filter(pl.col("alf").is_not_null())
    expected = first_by(rows, ["alf"], *order).select(
        "demographic_id", "week_of_birth", "death_date", "sex", person="alf"
    )
    assert_prepared("people", PERSONS, expected)
    assert expected.sort("person")["demographic_id"].to_list() == [12, 14, 15, None]


def test_people_as_recorded() -> None:
    rows = frame(PERSONS, "wdsd_persons").filter(pl.col("alf").is_not_null())
    expected = rows.select("demographic_id", "week_of_birth", "death_date", "sex", person="alf")
    assert_prepared("people_as_recorded", PERSONS, expected)
    assert expected.height > expected["person"].n_unique()


def test_residence() -> None:
    flags = (1, 0, None, 1, 0, 1, 1, 1, 0, 1, None, 1, 1, 1, 1, 1)
    lines = [(*spell, flag) for spell, flag in zip(SPELLS, flags, strict=True)]
    tables = held("wdsd_wales_spells", "alf start_date end_date welsh_address", *lines)
    rows = spells(frame(tables, "wdsd_wales_spells").filter(pl.col("alf").is_not_null()))
    expected = rows.select(
        "start_date", "end_date", "until", person="alf", in_wales=pl.col("welsh_address") == 1
    )
    assert_prepared("residence", tables, expected)
    assert expected.height == 10


def dwellings() -> dict[str, list[dict[str, object]]]:
    homes = (70, 71, 70, 71, 70, 70, 70, None, 71, 70, 70, 70, 70, 71, 71, 71)
    areas = (" w01000001 ", "W01000002", "  ", "", None, *["W01000003"] * 11)
    lines = [(*spell, home, area) for spell, home, area in zip(SPELLS, homes, areas, strict=True)]
    return held("wdsd_dwelling_spells", "alf start_date end_date dwelling lsoa", *lines)


def test_homes() -> None:
    tables = dwellings()
    area = pl.col("lsoa").str.strip_chars(" ").str.to_uppercase().replace("", None)
    rows = spells(frame(tables, "wdsd_dwelling_spells").filter(pl.col("alf").is_not_null()))
    expected = rows.select("start_date", "end_date", "until", "dwelling", person="alf", lsoa=area)
    assert_prepared("homes", tables, expected)
    assert expected.filter(pl.col("lsoa").is_null()).height == 3


def test_household_pairs() -> None:
    """Each two people and each two of their rows in one dwelling that share a day; nobody lives in no dwelling."""
    tables = dwellings()
    rows = spells(frame(tables, "wdsd_dwelling_spells").filter(pl.col("alf").is_not_null()))
    rows = rows.select("dwelling", "start_date", "until", person="alf")
    expected = (
        rows.join(rows, on="dwelling", suffix="_other")
        .filter(pl.col("person") != pl.col("person_other"))
        .select(
            "person",
            related="person_other",
            together_from=pl.max_horizontal("start_date", "start_date_other"),
            together_until=pl.min_horizontal("until", "until_other"),
        )
        .filter(pl.col("together_from") < pl.col("together_until"))
    )
    assert_prepared("household_pairs", tables, expected)


def test_small_areas() -> None:
    fifths = (1, 2, None, *[5] * 13)
    areas = (" w01000001 ", "W01000002", "  ", *["E01000001"] * 13)
    lines = [(*spell, area, fifth) for spell, area, fifth in zip(SPELLS, areas, fifths, strict=True)]
    tables = held("wdsd_area_spells", "alf start_date end_date lsoa deprivation_quintile_2014", *lines)
    rows = spells(frame(tables, "wdsd_area_spells").filter(pl.col("alf").is_not_null()))
    expected = rows.with_columns(clean("lsoa")).select(
        "start_date", "end_date", "until", "lsoa", "deprivation_quintile_2014", person="alf"
    )
    assert_prepared("small_areas", tables, expected)


def test_registered_residence() -> None:
    tables = held("wdsd_residence_registration", "alf start_date end_date", *SPELLS)
    rows = spells(frame(tables, "wdsd_residence_registration").filter(pl.col("alf").is_not_null()))
    assert_prepared(
        "registered_residence", tables, rows.select("start_date", "end_date", "until", person="alf")
    )


NUMBERS = held(
    "wdsd_persons", "demographic_id alf", (1, 10), (2, 10), (3, 30), (4, None), (6, 61), (6, 60), (None, 70)
)
"""Two numbers of one person, one of nobody, and one of two people (the smaller linking field is taken)."""


def numbered(tables: dict[str, list[dict[str, object]]], table: str) -> pl.DataFrame:
    people = frame(NUMBERS, "wdsd_persons").drop_nulls(["demographic_id", "alf"])
    people = people.group_by("demographic_id").agg(person=pl.col("alf").min())
    return spells(frame(tables, table).join(people, on="demographic_id"))


def test_recorded_addresses() -> None:
    statuses = ("1", "a", " ", *[""] * 13)
    lines = [
        (*spell, home, status) for home, (status, spell) in enumerate(zip(statuses, SPELLS, strict=True))
    ]
    tables = held("wdsd_addresses", "demographic_id start_date end_date dwelling row_status", *lines)
    rows = numbered(tables, "wdsd_addresses").with_columns(clean("row_status"))
    expected = rows.select(
        "person", "demographic_id", "dwelling", "row_status", "start_date", "end_date", "until"
    )
    assert_prepared("recorded_addresses", {**tables, **NUMBERS}, expected)
    assert sorted(set(expected["person"])) == [10, 30, 60]


def test_recorded_registrations() -> None:
    lines = [(*spell, practice) for practice, spell in enumerate(SPELLS)]
    tables = held("wdsd_registrations", "demographic_id start_date end_date practice", *lines)
    rows = numbered(tables, "wdsd_registrations")
    expected = rows.select("person", "demographic_id", "practice", "start_date", "end_date", "until")
    assert_prepared("recorded_registrations", {**tables, **NUMBERS}, expected)


def test_empty_tables_give_no_rows() -> None:
    for name in ("people", "residence", "homes", "household_pairs", "small_areas", "recorded_addresses"):
        assert given_by_both_engines(name, {}) == []
