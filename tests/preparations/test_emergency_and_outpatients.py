"""Preparations of emergency attendances and outpatient appointments, against polars on hand-made rows."""

from __future__ import annotations

import polars as pl

from .health_rows import DATA_UNTIL, assert_prepared, clean, frame, given_by_both_engines, held, linked

ATTENDANCES = held(
    "edds_attendances",
    "attendance alf match_status arrival_date arrival_time discharge_code diagnosis_1",
    (1, 1, "1", "2012-05-05", "10:00", "1", "21z"),
    (2, 1, "1 ", "2012-05-05", "23:59", "01", " 21Z "),  # a second one on the day
    (3, 1, "39", "2012-06-05", None, " 08", ""),
    (4, 2, "4", "2019-03-31", None, "9", None),  # the last day of the data
    (5, 2, "4", "2019-04-01", None, "9", None),
    (6, 2, "4", None, None, "9", None),
    (7, 3, "35", "2012-05-05", None, "9", None),
    (8, None, "1", "2012-05-05", None, "9", None),
    (9, 4, "1", "0001-01-01", None, "10", None),  # taken as it is recorded
    (None, 4, "1", "2013-01-01", None, None, None),
    (11, 4, "1", "2013-01-01", None, "11", None),
    (11, 4, "1", "2013-01-01", None, "11", None),  # the whole row twice
    (12, 4, "1", "2013-01-01", None, "010", None),
    (13, 4, "1", "2013-01-01", None, "", None),
    (14, 4, "", "2013-01-01", None, "3", None),
)

APPOINTMENTS = held(
    "opdw_appointments",
    "provider_unit case_record attendance attendance_date alf match_status attendance_code",
    ("7a1", 1, 1, "2012-05-05", 1, "1", "5"),
    ("7A1", 1, 1, "2012-06-05", 1, "1", "5"),  # the same numbers on another day
    ("7A2", 1, 1, "2012-05-05", 2, "4 ", " 6"),  # and in another hospital
    ("7A1", 2, 1, "2019-03-31", 2, "39", None),
    ("7A1", 2, 2, "2019-04-01", 2, "39", None),
    ("7A1", 3, 1, "2012-05-05", 3, "99", "5"),
    ("7A1", 4, 1, "2012-05-05", None, "1", "5"),
    ("7A1", 5, 1, None, 4, "1", "5"),
    ("7A1", 6, None, "2012-05-05", 4, "1", "5"),  # no number of the attendance
    ("  ", 7, 1, "2012-05-05", 4, "1", "5"),
    ("7A1", 8, 1, "2012-05-05", 6, "1", "5"),  # one appointment of two people: the smaller number
    ("7A1", 8, 1, "2012-05-05", 5, "1", "5"),
)

DIAGNOSES = held(
    "opdw_diagnoses",
    "provider_unit case_record attendance attendance_date diagnosis_position diagnosis_stem diagnosis_fourth",
    ("7A1 ", 1, 1, "2012-05-05", 1, "f32", "9"),
    ("7A1", 1, 1, "2012-05-05", 2, " ", None),
    ("7A1", 1, 1, "2012-06-05", 1, "F33", None),
    ("7a2", 1, 1, "2012-05-05", 1, "J45", "9"),
    ("7A2", 1, 1, "2012-05-06", 1, "J45", "9"),  # no such day
    ("7A1", 2, 2, "2019-04-01", 1, "J45", "9"),
    ("7A1", 3, 1, "2012-05-05", 1, "J45", "9"),
    ("7A1", 5, 1, None, 1, "J45", "9"),
    ("7A1", 6, None, "2012-05-05", 1, "J45", "9"),
    (None, 7, 1, "2012-05-05", 1, "J45", "9"),
    ("7A1", 8, 1, "2012-05-05", None, "J45 ", "9"),
)

ENDED = {
    **dict.fromkeys(["1", "2", "3", "01", "02", "03"], "admitted"),
    **dict.fromkeys(["4", "5", "6", "7", "8", "04", "05", "06", "07", "08"], "discharged"),
    **dict.fromkeys(["9", "09"], "self-discharge"),
    "10": "died",
}


def test_emergency_attendances() -> None:
    rows = linked(frame(ATTENDANCES, "edds_attendances")).filter(pl.col("arrival_date") <= DATA_UNTIL)
    rows = rows.with_columns(clean("discharge_code"), clean("diagnosis_1"))
    ended = pl.col("discharge_code").replace_strict(ENDED, default="not known")
    expected = rows.select(
        "person", "attendance", "arrival_date", "arrival_time", "diagnosis_1", attendance_ended=ended
    )
    assert_prepared("emergency_attendances", ATTENDANCES, expected)
    assert expected.height == 10
    assert set(expected["attendance_ended"]) == {*ENDED.values(), "not known"}


def appointments() -> pl.DataFrame:
    rows = linked(frame(APPOINTMENTS, "opdw_appointments")).filter(pl.col("attendance_date") <= DATA_UNTIL)
    return rows.with_columns(clean("provider_unit"), clean("attendance_code"))


JOINED_ON = ["provider_unit", "case_record", "attendance", "attendance_date"]


def test_outpatient_appointments() -> None:
    assert_prepared(
        "outpatient_appointments",
        APPOINTMENTS,
        appointments().select("person", *JOINED_ON, "attendance_code"),
    )


def test_outpatient_diagnoses() -> None:
    people = appointments().drop_nulls(JOINED_ON).group_by(JOINED_ON).agg(pl.col("person").min())
    rows = frame(DIAGNOSES, "opdw_diagnoses").with_columns(clean("provider_unit"), clean("diagnosis_stem"))
    expected = rows.drop_nulls("diagnosis_stem").join(people, on=JOINED_ON)
    columns = ["person", *JOINED_ON, "diagnosis_position", "diagnosis_stem", "diagnosis_fourth"]
    assert_prepared("outpatient_diagnoses", {**APPOINTMENTS, **DIAGNOSES}, expected.select(columns))
    assert expected["person"].sort().to_list() == [1, 1, 2, 5]


def test_empty_tables_give_no_rows() -> None:
    for name in ("emergency_attendances", "outpatient_appointments", "outpatient_diagnoses"):
        assert given_by_both_engines(name, {}) == []
