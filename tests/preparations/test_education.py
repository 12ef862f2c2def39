"""Preparation of EDUW against polars, on awkward rows made by hand."""

from __future__ import annotations

import polars as pl
import pytest

from .rows import ACCEPTED, ASKED, Held, assert_prepared, clean, frame, held

ASSESSMENTS = {
    "foundation_phase": ("eduw_foundation_phase", 7),
    "key_stage_1": ("eduw_key_stage_1", 7),
    "key_stage_2": ("eduw_key_stage_2", 11),
    "key_stage_3": ("eduw_key_stage_3", 14),
}
"""Held table, and the age that a child reaches in the school year."""

PEOPLE = held(
    wdsd_persons="""
alf | week_of_birth
901 | 2000-08-28
901 | 2001-01-01
902 | 2000-09-04
903 |
904 | 2006-02-27
  | 2000-01-03
""",
    eduw_pupil_alf="""
pupil | alf | match_status | week_of_birth
1 | 901 | 4 | 2000-08-28
2 | 901 | 39 | 2000-08-28
3 | 901 | 4 | 1999-01-04
4 | 902 | 4 | 1998-01-05
5 | 903 | 4 | 2001-01-01
6 | 903 | 39 |
7 | 904 | 35 | 2006-02-27
8 |  | 99 |
9 | 904 | 4 | 2006-02-27
9 | 902 | 39 | 2000-09-04
10 | 905 | 4 | 2003-03-03
   | 904 | 4 | 2006-02-27
""",
)
"""901 is held twice and has three pupil numbers, one of another birth. The only number of 902 of its own has another
birth, but number 9 is also theirs. 903 has two numbers and no birth. 905 is not in the demographic service.
"""


def pupils(tables: Held) -> pl.DataFrame:
    """Pupil number and person: of several numbers those with the birth that the demographic service has."""
    links = frame(tables, "eduw_pupil_alf").drop_nulls(["pupil", "alf"])
    links = links.filter(pl.col("match_status").is_in(ACCEPTED)).rename({"alf": "person"})
    births = (
        frame(tables, "wdsd_persons")
        .drop_nulls("alf")
        .group_by("alf")
        .agg(born=pl.col("week_of_birth").min())
    )
    numbers = links.group_by("person").agg(numbers=pl.col("pupil").n_unique())
    beside = links.join(births, left_on="person", right_on="alf", how="left").join(numbers, on="person")
    kept = beside.filter(
        (pl.col("numbers") == 1) | (pl.col("week_of_birth") == pl.col("born")).fill_null(False)
    )
    return kept.select("pupil", "person", "born")


def linked(tables: Held, table: str) -> pl.DataFrame:
    """Rows of a table with person, and with the person's birth."""
    known = pupils(tables).sort("pupil", "person").unique("pupil", keep="first")
    return frame(tables, table).join(known, on="pupil")


def with_people(**tables: str) -> Held:
    """The people of these tests beside further tables."""
    return {**PEOPLE, **held(**tables)}


def month(name: str = "year_month") -> pl.Expr:
    return pl.col(name) % 100


def year(name: str = "year_month") -> pl.Expr:
    return pl.col(name) // 100


def ended(started: pl.Expr) -> pl.Expr:
    """Whether the school year that began in a year is over by the end of the data."""
    return pl.date(started + 1, 8, 31) <= ASKED.data_until


def academic(day: str) -> pl.Expr:
    """The year in which the academic year of a day begins."""
    return pl.col(day).dt.year() - (pl.col(day).dt.month() < 9).cast(pl.Int32)


def test_persons_of_pupil_numbers() -> None:
    expected = pupils(PEOPLE).select("pupil", "person")
    # 1 and 2 are 901; 903 has two numbers and no birth, so none; 9 is all that 904 has, and one of two of 902.
    assert_prepared("pupil_persons", "person", PEOPLE, expected, 5)


PUPILS = """
pupil | year_month | education_authority | school | sen_provision | fsm_eligible
1 | 201501 | 660 | 11 | n | 0
1 | 201501 | 660 | 12 | "S " | 1
2 | 201501 | 661 | 11 | A |
1 | 201506 | 660 | 11 | S | 1
1 | 201601 | 660 | 11 | " " |
2 | 201601 | 660 | 11 | q |
3 | 201601 | 660 | 11 | S | 1
9 | 201601 | 660 | 13 | Z | 0
9 | 201601 | 660 | 13 | N | 1
10 | 202101 | 660 | 13 | p | 2
10 | 202201 | 660 | 13 | P | 1
10 |  | 660 | 13 | P | 1
  | 201601 | 660 | 13 | P | 1
1 | 200401 | 660 | 13 | P | 1
"""
SEVERITY = {"S": 1, "Q": 2, "P": 3, "A": 4, "N": 5}


def january(tables: Held) -> pl.DataFrame:
    rows = linked(tables, "eduw_pupils").with_columns(clean("sen_provision"))
    rows = rows.filter(month() == 1).with_columns(census_date=pl.date(year(), 1, 31))
    return rows.filter(pl.col("census_date") <= ASKED.data_until).with_columns(
        need_order=pl.col("sen_provision").replace_strict(SEVERITY, default=6, return_dtype=pl.Int64)
    )


def test_school_records() -> None:
    tables = with_people(eduw_pupils=PUPILS)
    expected = january(tables).select(
        *(
            "person",
            "pupil",
            "year_month",
            "school",
            "sen_provision",
            "fsm_eligible",
            "census_date",
            "need_order",
        )
    )
    assert_prepared("school_records", "person", tables, expected, 9)


def test_school_census() -> None:
    """The most severe provision and the highest eligibility of the year, over all schools and pupil numbers."""
    tables = with_people(eduw_pupils=PUPILS)
    in_turn = january(tables).sort(
        *("person", "year_month", "need_order", "pupil", "education_authority", "school", "sen_provision"),
        nulls_last=True,
    )
    expected = in_turn.group_by("person", "year_month", maintain_order=True).agg(
        pl.col("census_date").first(),
        free_school_meals=pl.col("fsm_eligible").max() == 1,
        special_needs=pl.col("sen_provision").first(),
        year_group=(academic("census_date") - academic("born") - 5).first(),
    )
    # 901 in January 2004, 2015 and 2016, 902 in one by number 9, 905 in one.
    assert_prepared("school_census", "person", tables, expected, 5)


def test_results_at_key_stage_4() -> None:
    tables = with_people(
        eduw_key_stage_4="""
pupil | exam_year | five_a_to_g | five_a_to_c | five_a_to_c_with_core
1 | 2016 | 1 | 1 | 0
2 | 2016 | 0 | 0 | 0
2 | 2017 | 1 |  | 2
3 | 2016 | 1 | 1 | 1
9 | 2021 | 1 | 1 | 1
9 | 2020 | 1 | 0 |
10 |  | 1 | 1 | 1
   | 2016 | 1 | 1 | 1
"""
    )
    rows = linked(tables, "eduw_key_stage_4")
    expected = (
        rows.filter(pl.date(pl.col("exam_year"), 8, 31) <= ASKED.data_until)
        .sort("person", "exam_year", "pupil")
        .unique(["person", "exam_year"], keep="first", maintain_order=True)
        .select(
            "person",
            "pupil",
            "exam_year",
            level_1=pl.col("five_a_to_g") == 1,
            level_2=pl.col("five_a_to_c") == 1,
            level_2_inclusive=pl.col("five_a_to_c_with_core") == 1,
        )
    )
    assert_prepared("ks4_attainment", "person", tables, expected, 3)


def test_attendance() -> None:
    """Sessions of all schools and numbers of the year, from the latest return only."""
    tables = with_people(
        eduw_attendance="""
pupil | year_month | sessions_possible | sessions_attended
1 | 201510 | 200 | 150
1 | 201510 | 200 | 150
2 | 201510 | 100 | 25
1 | 201507 | 280 | 270
1 | 201607 | 300 | 240
3 | 201610 | 380 | 380
9 | 201610 | 0 | 0
9 | 201710 |  |
9 | 201710 | 64 | 48
10 | 202007 | 40 |
10 | 202110 | 40 | 40
10 |  | 40 | 40
   | 201610 | 40 | 40
"""
    )
    rows = linked(tables, "eduw_attendance").with_columns(school_year=year() - 1)
    rows = rows.filter(ended(pl.col("school_year")))
    latest = rows.filter(pl.col("year_month") == pl.col("year_month").max().over("person", "school_year"))
    expected = (
        latest.group_by("person", "school_year", "year_month")
        .agg(
            possible_in_year=pl.col("sessions_possible").sum(),
            attended_in_year=pl.col("sessions_attended").sum(),
        )
        .with_columns(
            whole_year=month() == 10,
            share_attended=pl.when(pl.col("possible_in_year") != 0).then(
                pl.col("attended_in_year") / pl.col("possible_in_year")
            ),
        )
    )
    # 901 in two years, number 9 in two, 905 in one.
    assert_prepared("attendance", "person", tables, expected, 5)


def test_exclusions() -> None:
    tables = with_people(
        eduw_exclusions="""
pupil | year_month | education_authority | school | exclusion_category | exclusion_reason | sessions_missed
1 | 201501 | 660 | 11 | fixd | "bu " | 3
1 | 201501 | 660 | 11 | fixd | "bu " | 3
2 | 201601 | 660 | 11 | PERM | |
2 | 201601 | 660 | 11 | "Lnch " | ZZ | 1
3 | 201601 | 660 | 11 | PERM | DA | 10
9 | 202101 | 660 | 11 | " " | DA | 0
10 | 202201 | 660 | 11 | FIXD | DA | 1
10 |  | 660 | 11 | FIXD | DA | 1
   | 201601 | 660 | 11 | FIXD | DA | 1
"""
    )
    kinds = {"permanent": "PERM", "fixed_term": "FIXD", "lunchtime": "LNCH"}
    rows = linked(tables, "eduw_exclusions").with_columns(
        clean("exclusion_category"), clean("exclusion_reason"), school_year=year() - 2
    )
    expected = rows.filter(ended(pl.col("school_year"))).select(
        *("person", "pupil", "school_year", "exclusion_category", "exclusion_reason"),
        days_missed=pl.col("sessions_missed") / 2,
        **{name: pl.col("exclusion_category") == code for name, code in kinds.items()},
    )
    # Two of the same kind on the rows of number 1 stay two.
    assert_prepared("exclusions", "person", tables, expected, 5)


@pytest.mark.parametrize("name", ASSESSMENTS)
def test_assessments(name: str) -> None:
    table, age = ASSESSMENTS[name]
    tables = with_people(
        **{
            table: """
pupil | year_month | subject_code | result_level
1 | 200806 | fpi | y
2 | 200801 | "FPI " | N
1 | 200709 | mat | 5
1 | 200806 | | 5
2 | 200806 | |
1 | 201206 | MAT | "4 "
2 | 201206 | MAT | 3
1 | 201506 | FPI | " "
3 | 200806 | FPI | Y
9 | 201409 | FPI | n
9 | 202006 | FPI | x
9 | 202106 | FPI | Y
10 |  | FPI | Y
   | 200806 | FPI | Y
"""
        }
    )
    rows = linked(tables, table).with_columns(clean("subject_code"), clean("result_level"))
    rows = rows.with_columns(school_year=pl.when(month() >= 9).then(year()).otherwise(year() - 1))
    kept = (
        rows.filter(ended(pl.col("school_year")))
        .sort("person", "school_year", "subject_code", "pupil", "result_level", nulls_last=True)
        .sort("year_month", descending=True, maintain_order=True)
        .unique(["person", "school_year", "subject_code"], keep="first", maintain_order=True)
        .with_columns(at_expected_age=pl.col("school_year") == academic("born") + age)
    )
    shown = [
        "person",
        "pupil",
        "year_month",
        "school_year",
        "subject_code",
        "result_level",
        "at_expected_age",
    ]
    if name == "foundation_phase":
        words = pl.col("result_level").replace_strict(
            {"Y": "reached", "N": "not reached"}, default="not known", return_dtype=pl.String
        )
        is_indicator = (pl.col("subject_code") == "FPI").fill_null(False)
        kept = kept.with_columns(
            phase_indicator=pl.when(is_indicator).then(words).otherwise(pl.lit("another row"))
        )
        shown.append("phase_indicator")
    # Of 901 the indicator, an area and a row without one in one school year, an area and an indicator later; of 9 two.
    assert_prepared(name, "person", tables, kept.select(shown), 7)
