"""Preparations of general practice and hospital data, against polars on hand-made rows."""

from __future__ import annotations

import datetime

import polars as pl
import pytest

from . import hospital_tables as hospital
from .health_rows import (
    AFTER_DATA,
    DATA_UNTIL,
    assert_prepared,
    clean,
    first_by,
    frame,
    given_by_both_engines,
    held,
    linked,
    spells,
)

EVENTS = held(
    "wlgp_events",
    "alf match_status event_date code event_value",
    (1, "1", "2005-05-05", "E2...", 1.5),
    (1, "1", "2005-05-05", "e2...", None),  # Read codes differ by case
    (1, "1", "2005-05-05", "E2...  ", None),  # blanks at the end say nothing
    (1, "1", "2005-05-05", " E2...", None),  # those at the beginning do
    (1, "1", "2005-05-05", "E2...", 1.5),  # the whole row twice: events are not counted here
    (2, "39 ", "1990-01-01", "H33..", None),  # the first day of the usual guard
    (2, "39", "1989-12-31", "H33..", None),
    (2, "39", "0001-01-01", "H33..", None),  # not known
    (2, "39", "9999-12-31", "H33..", None),
    (2, "39", "2019-03-31", "H33..", None),  # the last day of the data
    (2, "39", "2019-04-01", "H33..", None),
    (3, "35", "2005-05-05", "H33..", None),
    (3, None, "2005-05-05", "H33..", None),
    (4, " 4 ", "2005-05-05", None, None),
    (4, "4", None, "H33..", None),
    (None, "1", "2005-05-05", "H33..", None),
)

REGISTRATIONS = (
    (1, "2001-01-01", "2005-06-30", 1),
    (1, "2005-07-01", "2006-06-30", 1),  # the next day, in another practice that supplies data
    (1, "2006-07-02", None, 1),  # a gap of one day
    (1, "2003-01-01", "2004-01-01", 0),  # a practice that supplies none, at the same time
    (2, "2001-01-01", "9999-01-01", 0),
    (2, "2002-01-01", "9999-12-31", None),  # not known whether it supplies data
    (3, "2004-05-05", "2004-05-05", 1),
    (3, "2004-06-06", "2004-06-05", 1),  # reversed
    (4, "2019-03-31", None, 1),
    (4, "2019-04-01", None, 1),  # after the data
    (5, None, "2010-01-01", 1),
    (None, "2010-01-01", "2011-01-01", 1),
    (6, "2010-01-01", "2012-01-01", 1),
    (6, "2010-01-01", "2011-01-01", 1),  # the same start, within the other
)


def test_gp_events() -> None:
    rows = linked(frame(EVENTS, "wlgp_events")).with_columns(pl.col("code").str.strip_chars_end(" "))
    usual = pl.col("event_date").is_between(datetime.date(1990, 1, 1), DATA_UNTIL)
    expected = rows.filter(usual).select("person", "event_date", "code", "event_value", "match_status")
    assert_prepared("gp_events", EVENTS, expected)
    assert expected.height == 8


def registrations() -> dict[str, list[dict[str, object]]]:
    return held("wlgp_registrations", "alf start_date end_date supplies_data", *REGISTRATIONS)


def registered(tables: dict[str, list[dict[str, object]]], table: str) -> pl.DataFrame:
    rows = spells(frame(tables, table).filter(pl.col("alf").is_not_null()))
    return rows.rename({"alf": "person"}).with_columns(practice_supplies_data=pl.col("supplies_data") == 1)


def test_gp_registrations() -> None:
    tables = registrations()
    columns = ["person", "start_date", "end_date", "until", "supplies_data", "practice_supplies_data"]
    assert_prepared("gp_registrations", tables, registered(tables, "wlgp_registrations").select(columns))


def test_gp_data_periods() -> None:
    """Days with a practice that supplies data, day by day, put together again as stretches of days."""
    tables = registrations()
    rows = registered(tables, "wlgp_registrations").filter(pl.col("practice_supplies_data"))
    days = (
        rows.select("person", day=pl.date_ranges("start_date", "until", closed="left"))
        .explode("day")
        .unique()
        .sort("person", "day")
        .with_columns(new=(pl.col("day").diff().over("person") != pl.duration(days=1)).fill_null(value=True))
        .with_columns(stretch=pl.col("new").cum_sum())
    )
    expected = days.group_by("person", "stretch").agg(
        start_date=pl.col("day").min(), until=pl.col("day").max() + pl.duration(days=1)
    )
    assert_prepared("gp_data_periods", tables, expected.drop("stretch"))
    assert expected.filter(pl.col("person") == 1).height == 2


def test_gp_practice_registrations() -> None:
    lines = [(*line, practice) for practice, line in enumerate(REGISTRATIONS, start=50)]
    tables = held("wlgp_practice_registrations", "alf start_date end_date supplies_data practice", *lines)
    columns = ["person", "practice", "start_date", "end_date", "until", "practice_supplies_data"]
    expected = registered(tables, "wlgp_practice_registrations").select(columns)
    assert_prepared("gp_practice_registrations", tables, expected)


def test_gp_numbered_events() -> None:
    events = held(
        "wlgp_coded_events",
        "alf match_status event_date code_number event_value",
        (1, "1", "2005-05-05", 10, 1.5),
        (1, "1", "2005-05-05", 10, 1.5),
        (1, "4 ", "1990-01-01", 11, None),
        (1, "1", "0001-01-01", 10, None),
        (1, "1", "2019-04-01", 10, None),
        (2, "1", "2005-05-05", 99, None),  # a number that the list does not have
        (2, "1", "2005-05-05", None, None),
        (2, "1", "2005-05-05", 12, None),  # a number without a code
        (2, "39", "2005-05-05", 13, None),
        (3, "99", "2005-05-05", 10, None),
        (None, "1", "2005-05-05", 10, None),
    )
    codes = held(
        "wlgp_codes",
        "code_number code",
        (10, "E2..."),
        (11, "e2... "),
        (12, None),
        (13, "X1"),
        (None, "H33.."),
    )
    tables = {**events, **codes}
    listed = frame(codes, "wlgp_codes").drop_nulls(["code_number", "code"])
    listed = listed.select("code_number", pl.col("code").str.strip_chars_end(" "))
    usual = pl.col("event_date").is_between(datetime.date(1990, 1, 1), DATA_UNTIL)
    rows = linked(frame(events, "wlgp_coded_events")).filter(usual).join(listed, on="code_number")
    expected = rows.select("person", "event_date", "code", "code_number", "event_value")
    assert_prepared("gp_numbered_events", tables, expected)
    assert expected.height == 4


def test_hospital_admissions() -> None:
    rows = hospital.spells().join(hospital.primary(), on=["provider_unit", "spell_number"], how="left")
    expected = rows.select(
        "person", "provider_unit", "spell_number", "admission_date", "discharge_date", "admission_method",
        "primary_diagnosis",
    )  # fmt: skip
    assert_prepared("hospital_admissions", {**hospital.SPELLS, **hospital.DIAGNOSES}, expected)
    # A spell whose first episode has a code; one whose primary code is only in a later one; one with none.
    codes = dict(
        zip(expected["admission_date"].to_list(), expected["primary_diagnosis"].to_list(), strict=True)
    )
    assert codes[datetime.date(2011, 5, 5)] == "J181"
    assert codes[datetime.date(2012, 5, 5)] is None


def test_hospital_diagnoses() -> None:
    admitted = hospital.spells().group_by("provider_unit", "spell_number").agg(pl.col("admission_date").min())
    rows = hospital.diagnoses().join(admitted, on=["provider_unit", "spell_number"])
    expected = rows.select(
        "person",
        "provider_unit",
        "spell_number",
        "episode_number",
        "diagnosis_position",
        "diagnosis",
        "admission_date",
    )
    assert_prepared("hospital_diagnoses", {**hospital.SPELLS, **hospital.DIAGNOSES}, expected)


STAY = ["person", "stay_hospital", "stay_number"]


def stays() -> pl.DataFrame:
    """One row for each stay: its days, and the first spell (of those on the first day the one that ended first)."""
    rows = hospital.stays().with_columns(
        stay_start=pl.col("admission_date").min().over(STAY),
        stay_end=pl.col("discharge_date").max().over(STAY),
        without_discharge=pl.col("discharge_date").is_null().any().over(STAY),
    )
    first = first_by(rows, STAY, "admission_date", "discharge_date", "provider_unit", "spell_number")
    return first.join(hospital.primary(), on=["provider_unit", "spell_number"], how="left")


def test_hospital_stays() -> None:
    expected = stays().select(
        *STAY, "stay_start", "stay_end", "without_discharge", "provider_unit", "spell_number", "admission_method",
        "primary_diagnosis",
    )  # fmt: skip
    assert_prepared("hospital_stays", hospital.EVERYTHING, expected)
    # Three hospitals, one stay; the others of this person are a spell without a person spell, and an open one.
    of_one = expected.filter(pl.col("person") == 1).sort("stay_start")
    assert of_one["stay_number"].to_list() == [900, 2, 902]
    assert of_one["stay_hospital"].to_list() == ["-", "7A1", "-"]
    assert of_one["primary_diagnosis"].to_list() == ["S720", "J181", None]
    assert of_one["stay_end"][0] == datetime.date(2010, 2, 1)


def test_days_in_hospital() -> None:
    endless = pl.col("without_discharge") | (pl.col("stay_end").dt.year() >= 2900)
    last = pl.when(endless).then(pl.lit(DATA_UNTIL)).otherwise("stay_end")
    rows = (
        stays().with_columns(until=last + pl.duration(days=1)).filter(pl.col("until") > pl.col("stay_start"))
    )
    expected = rows.select(*STAY, "stay_start", "until")
    assert_prepared("days_in_hospital", {**hospital.SPELLS, **hospital.PERSON_SPELLS}, expected)
    assert (expected["until"] == AFTER_DATA).sum() == 5


def test_hospital_stay_diagnoses() -> None:
    whole = hospital.stays().with_columns(stay_start=pl.col("admission_date").min().over(STAY))
    of_spell = whole.select(
        "provider_unit", "spell_number", "stay_hospital", "stay_number", "stay_start"
    ).unique()
    rows = (
        hospital.diagnoses()
        .join(of_spell, on=["provider_unit", "spell_number"])
        .drop_nulls("diagnosis_position")
    )
    order = ("diagnosis_position", "provider_unit", "spell_number", "episode_number")
    expected = first_by(rows, [*STAY, "diagnosis"], *order)
    columns = [*STAY, "diagnosis", "stay_start", "diagnosis_position", "provider_unit", "episode_number"]
    assert_prepared("hospital_stay_diagnoses", hospital.EVERYTHING, expected.select(columns))
    assert expected.filter(pl.col("diagnosis") == "S720").height == 1


def test_hospital_episodes() -> None:
    rows = hospital.of_people(hospital.EPISODES, "pedw_episodes")
    endless = pl.col("episode_end").is_null() | (pl.col("episode_end").dt.year() >= 2900)
    last = pl.when(endless).then(pl.lit(DATA_UNTIL)).otherwise("episode_end")
    rows = rows.filter(pl.col("episode_start") <= DATA_UNTIL).with_columns(until=last + pl.duration(days=1))
    expected = rows.filter(pl.col("until") > pl.col("episode_start")).select(
        "person", "provider_unit", "spell_number", "episode_number", "episode_start", "episode_end", "until"
    )
    assert_prepared("hospital_episodes", {**hospital.SPELLS, **hospital.EPISODES}, expected)
    assert expected.height == 6


def test_hospital_operations() -> None:
    rows = hospital.of_people(hospital.OPERATIONS, "pedw_operations").with_columns(clean("operation"))
    of_spell = hospital.stays().unique(["provider_unit", "spell_number", "admission_date"])
    keys = ["provider_unit", "spell_number"]
    rows = rows.drop_nulls("operation").join(of_spell.drop("person"), on=keys)
    expected = rows.select(
        *STAY, *keys, "episode_number", "operation_position", "operation", "admission_date",
        procedure_date=pl.coalesce("operation_date", "admission_date"),
    )  # fmt: skip
    tables = {**hospital.SPELLS, **hospital.PERSON_SPELLS, **hospital.OPERATIONS}
    assert_prepared("hospital_operations", tables, expected)
    assert expected.height == 5


NAMES = [
    "gp_events", "gp_registrations", "gp_data_periods", "gp_numbered_events", "hospital_admissions",
    "hospital_diagnoses", "hospital_stays", "days_in_hospital", "hospital_stay_diagnoses", "hospital_episodes",
    "hospital_operations",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_empty_tables_give_no_rows(name: str) -> None:
    assert given_by_both_engines(name, {}) == []
