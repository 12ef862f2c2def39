"""Preparations of deaths and births, against polars on hand-made rows."""

from __future__ import annotations

import polars as pl

from .health_rows import (
    ACCEPTED,
    DATA_UNTIL,
    Held,
    assert_prepared,
    clean,
    first_by,
    frame,
    given_by_both_engines,
    held,
    linked,
)

DEATHS = held(
    "adde_deaths",
    "alf match_status death_date death_date_valid underlying_cause",
    (1, "1", "2015-03-02", "Valid", "X60"),
    (
        1,
        "4 ",
        "2014-03-02",
        "valid  ",
        " x61",
    ),  # an earlier one: an error of linking, and the one that is kept
    (2, "39", "2016-01-01", "Invalid", "I219"),
    (2, " 39", "2016-01-05", " VALID", "I219 "),
    (3, "35", "2017-01-01", "Valid", "C349"),  # a status that the study does not accept
    (4, None, "2017-01-01", "Valid", "C349"),
    (5, "99", "2017-01-01", "Valid", "C349"),
    (6, "", "2017-01-01", "Valid", "C349"),
    (7, "1", None, "Valid", "C349"),  # valid, but without a date
    (8, "1", "2018-01-01", None, "C349"),
    (None, "1", "2018-01-01", "Valid", "C349"),
    (9, "1", "2018-02-02", "Valid", "W19"),  # the same day twice: the other columns decide
    (9, "1", "2018-02-02", "Valid", "V03"),
    (9, "1", "2018-02-02", "Valid", None),
    (10, "1", "2018-02-02", "Valid", "W19"),
    (10, "1", "2018-02-02", "Valid", "W19"),  # the whole row twice
)


def test_deaths() -> None:
    rows = linked(frame(DEATHS, "adde_deaths")).with_columns(
        clean("death_date_valid"), clean("underlying_cause")
    )
    rows = rows.filter(pl.col("death_date_valid") == "VALID", pl.col("death_date").is_not_null())
    kept = first_by(rows, ["person"], "death_date", "match_status", "underlying_cause")
    expected = kept.select("person", "death_date", "death_date_valid", "underlying_cause", "match_status")
    assert_prepared("deaths", DEATHS, expected)
    assert expected.sort("person")["underlying_cause"].to_list() == ["X61", "I219", "V03", "W19"]


BIRTHS = held(
    "ncch_births",
    "alf match_status mother mother_match_status week_of_birth birth_weight sex",
    (101, "1", 1, "1", "2001-01-01", 3.2, "m"),
    (101, " 1", 1, "4", "2001-01-01", 3.1, "1"),  # recorded twice with the same mother
    (102, "21", 1, "39", "2003-01-06", 2.9, "F"),  # a status that births have alone
    (103, " 24 ", 1, "1 ", "2005-01-03", None, " 2"),
    (104, "25", 1, "1", "2005-01-03", 3.0, "2"),
    (105, "1", 105, "1", "2001-01-01", 3.0, "1"),  # its own mother
    (106, "1", 1, "1", "2001-01-01", 3.0, "1"),  # two mothers
    (106, "4", 2, "1", "2001-01-01", 3.0, "1"),
    (107, "1", 1, "1", "2002-01-07", 3.0, "1"),  # two mothers, one of them by a link that is not accepted
    (107, "1", 2, "35", "2002-01-07", 3.0, "1"),
    (108, "1", None, "1", "2002-01-07", 3.0, "1"),
    (None, "1", 2, "1", "2002-01-07", 3.0, "1"),
    (109, None, 2, "1", "2002-01-07", 3.0, "1"),
    (110, "1", 2, "", "2002-01-07", 3.0, "1"),
    (111, "1", 3, "21", "2002-01-07", 3.0, "1"),  # what only babies have, for the mother
    (112, "1", 4, "1", None, 3.0, None),  # twins without a week of birth
    (113, "1", 4, "1", None, 2.0, None),
)


def birth_records(tables: Held = BIRTHS) -> pl.DataFrame:
    rows = frame(tables, "ncch_births").with_columns(
        clean("match_status"), clean("mother_match_status"), clean("sex")
    )
    return rows.filter(
        pl.col("alf") != pl.col("mother"),
        pl.col("mother_match_status").is_in(ACCEPTED),
        pl.col("match_status").is_in([*ACCEPTED, "21", "22", "23", "24"]),
    ).rename({"alf": "person"})


def births() -> pl.DataFrame:
    rows = birth_records().filter(pl.col("mother").n_unique().over("person") == 1)
    # The key is the linking fields; the first of the other columns that tells the two records of 101 apart is the
    # match status of the mother, since that of the child is the same without its blank.
    return first_by(rows, ["person"], "mother", "match_status", "week_of_birth", "mother_match_status")


def test_birth_records() -> None:
    columns = [
        "person",
        "mother",
        "week_of_birth",
        "match_status",
        "mother_match_status",
        "birth_weight",
        "sex",
    ]
    assert_prepared("birth_records", BIRTHS, birth_records().select(columns))


def test_births() -> None:
    columns = [
        "person",
        "mother",
        "week_of_birth",
        "match_status",
        "mother_match_status",
        "birth_weight",
        "sex",
    ]
    expected = births().select(columns)
    assert_prepared("births", BIRTHS, expected)
    assert expected["person"].sort().to_list() == [101, 102, 103, 107, 112, 113]


def test_mother_links() -> None:
    """All records with accepted links, those of a child that is its own mother or has several too."""
    rows = frame(BIRTHS, "ncch_births").with_columns(clean("match_status"), clean("mother_match_status"))
    kept = rows.filter(
        pl.col("alf").is_not_null(),
        pl.col("mother").is_not_null(),
        pl.col("mother_match_status").is_in(ACCEPTED),
        pl.col("match_status").is_in([*ACCEPTED, "21", "22", "23", "24"]),
    )
    expected = kept.select(
        *("mother", "week_of_birth", "match_status", "mother_match_status"),
        person="alf",
        mother_is_child=pl.col("alf") == pl.col("mother"),
    )
    assert_prepared("mother_links", BIRTHS, expected)
    assert expected["mother_is_child"].sum() == 1
    assert expected.filter(pl.col("person") == 106).height == 2


def test_sibling_pairs() -> None:
    rows = births().select("person", "mother")
    pairs = rows.join(rows, on="mother", suffix="_other").filter(pl.col("person") != pl.col("person_other"))
    assert_prepared("sibling_pairs", BIRTHS, pairs.select("person", related="person_other"))
    assert pairs.height == 4 * 3 + 2


REGISTERED = held(
    "adbe_births",
    "alf match_status week_of_birth stillbirth sex birth_weight multiple_birth",
    (1, "1", "2005-01-03", None, "m", 3200, "1"),
    (1, "4", "2004-12-27", "0", "1", 3200, None),  # registered twice, with another week
    (2, "39 ", None, "1", " f ", 900, "0"),
    (2, "39", "2006-01-02", "1", "2", 900, "0"),
    (3, "1", None, "", "9", None, ""),  # no week of birth: the child stays
    (4, "21", "2006-01-02", None, "2", 3000, None),  # a status of NCCH births alone
    (5, None, "2006-01-02", None, "2", 3000, None),
    (None, "1", "2006-01-02", None, "2", 3000, None),
    (6, "1", "2006-01-02", " 1", "X", 3000, "2"),
    (7, "1", "2006-01-02", None, None, 3000, None),
    (7, "1", "2006-01-02", None, None, 3000, None),  # the whole row twice
)


def test_registered_births() -> None:
    codes = ("stillbirth", "sex", "multiple_birth")
    rows = linked(frame(REGISTERED, "adbe_births")).with_columns(clean(name) for name in codes)
    sex = {"1": 1, "M": 1, "2": 2, "F": 2}
    kept = first_by(rows, ["person"], "week_of_birth", "match_status", "stillbirth", "sex").select(
        "person",
        "week_of_birth",
        "birth_weight",
        stillborn=(pl.col("stillbirth") == "1").fill_null(value=False),
        one_of_several=(pl.col("multiple_birth") == "1").fill_null(value=False),
        sex_number=pl.col("sex").replace_strict(sex, default=9),
    )
    assert_prepared("registered_births", REGISTERED, kept)
    assert kept.sort("person")["stillborn"].to_list() == [False, True, False, True, False]


MATERNITY = held(
    "mids_births",
    "child child_match_status mother mother_match_status birth_date birth_order birth_outcome birth_weight",
    (201, "1", 1, "1", "2016-05-05", 1, "1", 3200.0),
    (201, "4", 1, "4 ", "2016-05-06", 1, " 1", 3100.0),  # returned twice, a day apart
    (202, "1", 1, "1", "2018-05-05", 1, "2", None),
    (203, "1", 203, "1", "2018-05-05", 1, "1", 3000.0),  # its own mother
    (204, "1", 2, "1", "2018-05-05", 1, "1", 3000.0),  # two mothers
    (204, "1", 3, "1", "2018-05-05", 1, "1", 3000.0),
    (205, "1", 2, "1", "2018-05-05", 1, None, 3000.0),  # two mothers, one by a link that is not accepted
    (205, "1", 3, "35", "2018-05-05", 1, "1", 3000.0),
    (206, "35", 2, "1", "2018-05-05", 1, "1", 3000.0),
    (207, "1", None, "1", "2018-05-05", 1, "1", 3000.0),
    (None, "1", 2, "1", "2018-05-05", 1, "1", 3000.0),
    (208, "1", 2, "1", None, 1, "1", 3000.0),
    (209, "1", 2, "1", "2019-04-01", 1, "1", 3000.0),  # after the data
    (210, "1", 4, "1", "2018-01-01", None, "1", 2000.0),  # twins
    (211, "1", 4, "1", "2018-01-01", None, "1", 2100.0),
    (212, "", 4, "1", "2018-01-01", None, "1", 2100.0),
)


def test_maternity_births() -> None:
    rows = frame(MATERNITY, "mids_births")
    rows = rows.with_columns(
        clean("child_match_status"), clean("mother_match_status"), clean("birth_outcome")
    )
    rows = rows.filter(
        pl.col("child") != pl.col("mother"),
        pl.col("child_match_status").is_in(ACCEPTED),
        pl.col("mother_match_status").is_in(ACCEPTED),
        pl.col("birth_date") <= DATA_UNTIL,
    )
    rows = rows.filter(pl.col("mother").n_unique().over("child") == 1)
    kept = first_by(rows, ["child"], "birth_date", "mother", "birth_order")
    expected = kept.select(
        "mother",
        "birth_date",
        "birth_weight",
        person="child",
        stillborn=(pl.col("birth_outcome") == "2").fill_null(value=False),
    )
    assert_prepared("maternity_births", MATERNITY, expected)
    assert expected["person"].sort().to_list() == [201, 202, 205, 210, 211]


ASSESSMENTS = held(
    "mids_assessments",
    "mother mother_match_status assessment_date parity_group gestation_weeks submitting_organisation",
    (1, "1", "2016-01-05", "02", 10, "7A1"),
    (1, "1", "2016-01-05", "01", 11, "7A2"),  # returned by two health boards: the other columns decide
    (1, "1", "2018-01-05", "02", 12, "7A1"),  # a second pregnancy
    (2, "39", None, "01", 9, "7A1"),
    (2, " 39", "2019-03-31", " ", None, "7A1"),
    (2, "39", "2019-04-01", "01", 9, "7A1"),
    (3, "35", "2016-01-05", "01", 9, "7A1"),
    (None, "1", "2016-01-05", "01", 9, "7A1"),
    (4, None, "2016-01-05", "01", 9, "7A1"),
)


def test_pregnancy_assessments() -> None:
    rows = linked(frame(ASSESSMENTS, "mids_assessments"), "mother_match_status", "mother")
    rows = rows.with_columns(clean("parity_group")).filter(pl.col("assessment_date") <= DATA_UNTIL)
    order = ("person", "assessment_date", "mother_match_status", "parity_group")
    kept = first_by(rows, ["person", "assessment_date"], *order)
    expected = kept.select("person", "assessment_date", "parity_group", "gestation_weeks")
    assert_prepared("pregnancy_assessments", ASSESSMENTS, expected)
    assert expected["gestation_weeks"].to_list() == [11, 12, None]


IN_COHORT = {
    **held(
        "ncch_births",
        "alf match_status mother mother_match_status week_of_birth sex",
        (301, "21", 1, "1", "2001-01-01", "m"),
        (302, "1", 302, "1", "2001-01-01", "1"),  # its own mother here; the trust has another row
        (303, "1", 1, "1", "2003-01-06", "F"),  # another week in the demographic service
        (304, "1", 1, "1", "2003-01-06", "2"),  # another sex there
        (305, "1", 1, "1", "2003-01-06", "2"),  # two mothers
        (305, "4", 2, "1", "2003-01-06", "2"),
        (306, "35", 1, "1", "2003-01-06", "2"),
        (307, "1", None, None, None, None),  # nothing known here, and preferred all the same
    ),
    **held(
        "ncch_trust_children",
        "alf match_status mother week_of_birth sex client provider_unit",
        (301, "1", 1, "2002-01-07", "2", 1, "7a1"),  # contradicts, and is not preferred
        (302, " 24", None, "2001-01-01", " M ", 2, "7A1"),
        (307, "1", None, "2004-01-05", "1", 3, "7A1"),
        (None, "1", None, "2004-01-05", "1", 4, "7A1"),
    ),
    **held(
        "mids_births",
        "child child_match_status mother birth_date sex_of_child",
        (308, "4 ", 3, "2016-05-08", "1"),  # the Sunday of the week that the demographic service has
        (309, "1", 3, "2016-05-09", "1"),  # the Monday after it
        (310, "39", 3, "2016-05-05", "F"),  # a child whom the demographic service does not have
        (311, "21", 3, "2016-05-05", "1"),  # a status of the child health database alone
        (312, "1", 312, "2016-05-05", "1"),  # its own mother
    ),
    **held(
        "adbe_births",
        "alf match_status week_of_birth sex birth_weight",
        (309, "1", "2016-05-02", "1", 3000),  # right, but not preferred
        (313, "1", "2006-01-02", "X", 3000),
        (313, "39", "2006-01-02", "2", 3000),  # twice in one table: the key and the other columns decide
        (314, "99", "2006-01-02", "2", 3000),
    ),
    **held(
        "wdsd_persons",
        "demographic_id alf week_of_birth sex",
        (1, 301, "2001-01-01", 1),
        (2, 302, "2001-01-01", 8),  # a sex that nobody explains contradicts nothing
        (3, 303, "2003-01-13", 2),
        (4, 304, "2003-01-06", 1),
        (5, 305, "2003-01-06", 2),
        (6, 307, "2004-01-05", 1),
        (7, 308, "2016-05-02", None),
        (8, 309, "2016-05-02", 1),
        (9, 313, None, 1),
    ),
}


def test_birth_cohort() -> None:
    """The order of preference, one row for each child, and what the demographic service contradicts."""
    extra = ["21", "22", "23", "24"]
    service = frame(IN_COHORT, "wdsd_persons").select(person="alf", wob="week_of_birth", code="sex")
    parts = []
    for number, table in enumerate(
        ("ncch_births", "ncch_trust_children", "mids_births", "adbe_births"), start=1
    ):
        rows = frame(IN_COHORT, table)
        if table == "mids_births":
            rows = rows.rename({"child": "alf", "child_match_status": "match_status", "sex_of_child": "sex"})
            rows = rows.join(service, left_on="alf", right_on="person", how="left")
            days_in = (pl.col("birth_date") - pl.col("wob")).dt.total_days()
            in_week = days_in.is_between(0, 6).fill_null(value=False)
            rows = rows.with_columns(week_of_birth=pl.when(in_week).then("wob").otherwise("birth_date"))
        if table != "adbe_births":
            rows = rows.filter(pl.col("mother").is_null() | (pl.col("mother") != pl.col("alf")))
        accepted = [*ACCEPTED, *extra] if table.startswith("ncch") else ACCEPTED
        rows = rows.with_columns(clean("match_status"), clean("sex")).filter(
            pl.col("alf").is_not_null(), pl.col("match_status").is_in(accepted)
        )
        sex = pl.col("sex").replace_strict({"1": 1, "M": 1, "2": 2, "F": 2}, default=9)
        parts.append(
            rows.select(
                "week_of_birth", "match_status", person="alf", sex_number=sex, order_of_source=pl.lit(number)
            )
        )
    rows = pl.concat(parts, how="diagonal_relaxed")
    rows = first_by(rows, ["person"], "order_of_source", "match_status", "week_of_birth", "sex_number")
    mothers = birth_records(IN_COHORT).group_by("person").agg(mothers=pl.col("mother").n_unique())
    rows = rows.join(service, on="person", how="left").join(mothers, on="person", how="left")
    differs = (pl.col("wob") != pl.col("week_of_birth")).fill_null(value=False)
    other_sex = (
        pl.col("code").is_in([1, 2]) & (pl.col("sex_number") != 9) & (pl.col("code") != pl.col("sex_number"))
    )
    several = (pl.col("mothers") > 1).fill_null(value=False)
    expected = rows.filter(~differs, ~other_sex.fill_null(value=False), ~several)
    assert_prepared(
        "birth_cohort", IN_COHORT, expected.select("person", "week_of_birth", "sex_number", "order_of_source")
    )
    assert expected["person"].sort().to_list() == [301, 302, 307, 308, 310, 313]


def test_empty_tables_give_no_rows() -> None:
    for name in (
        "deaths",
        "births",
        "sibling_pairs",
        "registered_births",
        "maternity_births",
        "pregnancy_assessments",
    ):
        assert given_by_both_engines(name, {}) == []
