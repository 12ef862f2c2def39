"""Preparation of LACW, CRCS, CINW and the family courts against polars, on awkward rows made by hand."""

from __future__ import annotations

import datetime

import polars as pl

from .rows import ACCEPTED, ASKED, Held, assert_prepared, clean, frame, held

NEWEST = 202021
OLDEST = 200304
AFTER_DATA = datetime.date(2021, 4, 1)


# Looked-after children --------------------------------------------------------------------------------------

DERIVED = """
hybrid_id | local_authority | unified_id | alf | alf_source | match_status | week_of_birth | sex
1 | 520 | 100 | 9100 | crcs | 4 | 2001-03-05 | 1
2 | 520 | 100 | 9100 | CRCS | 4 | 2001-03-12 | 1
3 | 514 |     | 9003 | EDUW  | 35 | | 2
4 | 516 | 200 | 9200 | CAFW | | 1999-12-27 | 2
5 | 518 | 200 | | DHCW | 99 | 1999-12-27 | 1
6 | 532 | 301 | 9301 | NCCHD_BIRTHS | | 2005-01-03 | 1
6 | 536 | 300 | 9300 | CINW | | 2005-01-10 | 2
  | 520 | 900 | 9900 | CRCS | 4 | 2000-01-03 | 1
8 | 552 |     | 9200 | "Eduw " | 39 | 2003-06-02 | 2
10 | 544 |    | 9010 | EDUW | 4 |  |
"""
"""Children 1 and 2 are one, re-keyed; 4 and 5 too, by two authorities. 6 has two unified children and two links."""

ROUTINE = """
system_id | local_authority | alf | match_status
71 | 520 | 9100 | 4
74 | 516 | 9204 | 39
75 | 518 | 9205 | 35
75 | 514 | 9999 | 4
76 | 532 | 9306 | 1
77 | 540 | 9078 | 4
77 | 540 | 9077 | 39
78 | 552 | | 4
80 | 544 | 9011 | 1
   | 520 | 9998 | 4
"""
"""Code 75 is two children, of different authorities; code 77 has two linking fields."""

EPISODES = """
hybrid_id|system_id|local_authority|year_code|episode_number|start_date|end_date|legal_status|placement_type
1 | 71 | 520 | 200708 | 1 | 2008-01-10 | | c1 | "u1 "
1 | 71 | 520 | 200809 | 1 | 2008-01-10 | 2008-06-01 | C1 | U1
1 | 71 | 520 | 200809 | 2 | 2008-06-01 | | " " | f2
2 | 72 | 520 | 200910 | 1 | 2009-04-20 | 2009-12-24 | v2 | F2
3 | 73 | 514 | 201011 | 1 | 2010-02-28 | | V2 | H3
3 | 73 | 514 | 200910 | 1 | 2010-02-28 | 2010-03-30 | V2 | H3
4 | 74 | 516 | 201213 | 2 | 2012-05-01 | 2012-05-01 | C2 | F1
5 | 75 | 518 | 201213 | 1 | 2012-05-01 | 2012-07-01 | C2 | F4
4 | 74 | 516 | 202021 | 1 | 2020-02-29 | | V1 | M3
6 | 76 | 532 | 201516 | 1 | 2015-08-01 | 2015-07-31 | V2 | F2
6 | 76 | 532 | 201516 | 2 | 2015-09-01 | 2015-09-01 | V2 | F2
7 | 77 | 540 | 200304 | 1 | 2001-01-01 | | E1 | A6
7 | 77 | 540 | 200203 | 1 | 2001-02-01 | 2001-03-01 | E1 | A6
7 | 77 | 540 | 202122 | 1 | 2021-04-02 | | E1 | A6
8 | 78 | 552 | 202021 | 1 | 2021-03-31 | | V2 | H5
  | 79 | 552 | 202021 | 1 | 2020-05-01 | 2020-06-01 | V2 | H5
9 | 79 |  | 202021 | 1 | 2020-05-01 | 2020-06-01 | V2 | H5
9 | 79 | 552 | 202021 | 1 | | 2020-06-01 | V2 | H5
9 | 79 | 552 |  | 1 | 2020-05-01 | 2020-06-01 | V2 | H5
10 | 80 | 544 | 202021 | 2 | 2020-05-01 | 2020-06-01 | V2 | H5
10 | 80 | 544 | 202021 | 1 | 2020-05-01 | 2020-07-01 | V2 | H5
"""
"""Returns of one episode in two years, the earlier of which may stand below; an end on the day of the next start, one
day before it, in the future and nowhere; reversed and missing dates; codes in small letters, of blanks, with blanks."""

LOOKED_AFTER = held(lacw_derived_alf=DERIVED, lacw_alf=ROUTINE, lacw_episodes=EPISODES)


def closed(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """The latest return of each episode, the first by its key, and the first day outside."""
    latest = rows.sort(
        [unit, "start_date", "year_code", "hybrid_id", "local_authority", "episode_number"],
        descending=[False, False, True, False, False, False],
    ).unique([unit, "start_date"], keep="first", maintain_order=True)
    beside = latest.with_columns(
        following=pl.col("start_date").shift(-1).over(unit), last=pl.col("year_code").max().over(unit)
    )
    ended = pl.col("end_date").is_not_null()
    dropped_out = pl.col("last") < NEWEST
    return beside.with_columns(
        until=pl.when(ended & (pl.col("end_date") == pl.col("following")))
        .then(pl.col("end_date"))
        .when(ended)
        .then(pl.col("end_date") + pl.duration(days=1))
        .when(pl.col("following").is_not_null())
        .then(pl.col("following"))
        .when(dropped_out)
        .then(pl.date(pl.col("last") // 100 + 1, 4, 1))
        .otherwise(pl.lit(AFTER_DATA)),
        end_assumed=~ended & (pl.col("following").is_not_null() | dropped_out),
    )


def usable(tables: Held) -> pl.DataFrame:
    """Episodes of the study's returns that have keys and do not end before they start."""
    return (
        frame(tables, "lacw_episodes")
        .drop_nulls(["hybrid_id", "local_authority", "start_date", "year_code"])
        .filter(pl.col("year_code").is_between(OLDEST, NEWEST))
        .filter(pl.col("end_date").is_null() | (pl.col("end_date") >= pl.col("start_date")))
        .with_columns(clean(code) for code in ("legal_status", "placement_type"))
    )


def unified(tables: Held) -> pl.DataFrame:
    """The smallest unified child of each code."""
    known = frame(tables, "lacw_derived_alf").drop_nulls(["hybrid_id", "unified_id"])
    return known.group_by("hybrid_id").agg(unified=pl.col("unified_id").min())


def persons(tables: Held) -> pl.DataFrame:
    """The person of each code: by an improved link that the study accepts, or else by the smallest routine one."""
    improved = (
        frame(tables, "lacw_derived_alf")
        .drop_nulls(["hybrid_id", "alf"])
        .filter(clean("alf_source").is_in(list(ASKED.derived)))
        .sort("hybrid_id", "local_authority")
        .unique("hybrid_id", keep="first", maintain_order=True)
        .select("hybrid_id", person="alf")
    )
    accepted = (
        frame(tables, "lacw_alf")
        .drop_nulls(["system_id", "local_authority", "alf"])
        .filter(pl.col("match_status").is_in(ACCEPTED))
        .group_by("system_id", "local_authority")
        .agg(person=pl.col("alf").min())
    )
    routine = (
        frame(tables, "lacw_episodes")
        .drop_nulls(["hybrid_id", "system_id", "local_authority"])
        .select("hybrid_id", "system_id", "local_authority")
        .unique()
        .join(accepted, on=["system_id", "local_authority"])
        .select("hybrid_id", "person")
        .unique()
        .join(improved, on="hybrid_id", how="anti")
    )
    return pl.concat([improved, routine])


SHOWN = (
    *("hybrid_id", "local_authority", "year_code", "episode_number", "start_date", "until", "end_assumed"),
    *("legal_status", "placement_type"),
)


def test_episodes_of_children() -> None:
    tables = {table: LOOKED_AFTER[table] for table in ("lacw_derived_alf", "lacw_episodes")}
    rows = (
        usable(tables)
        .join(unified(tables), on="hybrid_id", how="left")
        .with_columns(child=pl.coalesce("unified", "hybrid_id"))
    )
    expected = closed(rows, "child").select("child", *SHOWN)
    # Of 100 three, of 200 two, and one each of 3, 300, 7, 8 and 10.
    assert_prepared("care_episodes", "child", tables, expected, 10)


def test_episodes_of_persons() -> None:
    rows = usable(LOOKED_AFTER).join(persons(LOOKED_AFTER), on="hybrid_id")
    expected = closed(rows, "person").select("person", *SHOWN)
    # Person 9100 has three. Code 4 has the routine link 9204, as that of a court is not asked for; code 5 has none, for
    # its status is not accepted. Codes 6, 7, 3, 8 and 10 have one each.
    assert_prepared("care_episodes", "person", LOOKED_AFTER, expected, 10)


def test_persons_of_codes() -> None:
    expected = persons(LOOKED_AFTER).select("hybrid_id", "person")
    # 1, 2, 3, 6, 8 and 10 are improved; 4 and 7 routine.
    assert_prepared("care_persons", "person", LOOKED_AFTER, expected, 8)


def first_born(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """The row of each unit with the earliest week of birth."""
    in_turn = rows.sort(unit, "week_of_birth", "hybrid_id", "local_authority", nulls_last=True)
    return in_turn.unique(unit, keep="first", maintain_order=True)


def test_births_of_children() -> None:
    tables = {"lacw_derived_alf": LOOKED_AFTER["lacw_derived_alf"]}
    rows = (
        frame(tables, "lacw_derived_alf")
        .drop_nulls("hybrid_id")
        .join(unified(tables), on="hybrid_id", how="left")
        .with_columns(child=pl.coalesce("unified", "hybrid_id"))
    )
    expected = first_born(rows, "child").select("child", "hybrid_id", "week_of_birth", "sex")
    # 100, 200, 300, 3, 8 and 10, two of them without a week of birth.
    assert_prepared("children", "child", tables, expected, 6)


def test_births_of_persons() -> None:
    rows = (
        frame(LOOKED_AFTER, "lacw_derived_alf")
        .drop_nulls("hybrid_id")
        .join(persons(LOOKED_AFTER), on="hybrid_id")
    )
    expected = first_born(rows, "person").select("person", "hybrid_id", "week_of_birth", "sex")
    # 9100 (two codes), 9003, 9204, the improved link of code 6 with the smaller authority that is accepted, 9200, 9010.
    assert_prepared("children", "person", LOOKED_AFTER, expected, 6)


YEARS = """
hybrid_id | local_authority | year_code | disability | asylum | ethnicity
1 | 520 | 200809 | 0 | 0 | whte
2 | 520 | 200910 | 1 | 1 | "A1 "
4 | 516 | 201213 | 2 | "1.0" | d3
5 | 518 | 201213 | 0 | 0 | e1
8 | 552 | 202021 | | | " "
8 | 552 | 202122 | 1 | 1 | E2
8 | 552 | 200203 | 1 | 1 | E2
9 | 552 | | 1 | 1 | E2
9 |  | 202021 | 1 | 1 | E2
  | 552 | 202021 | 1 | 1 | E2
10 | 544 | 200304 | 1 | x | zz
3 | 514 | 200304 | 0 | "0.0" | oOth
"""
GROUPS = {
    **dict.fromkeys(("WHTE", "A1", "A2", "A3"), "White"),
    **dict.fromkeys(("MIXD", "B1", "B2", "B3", "B4"), "Mixed"),
    **dict.fromkeys(("ASAB", "C1", "C2", "C3", "C4", "E1"), "Asian"),
    **dict.fromkeys(("BBAC", "D1", "D2", "D3"), "Black"),
    **dict.fromkeys(("OOTH", "E2"), "other"),
}


def test_children_in_years() -> None:
    tables = held(lacw_derived_alf=DERIVED, lacw_children=YEARS)
    flag = clean("asylum").cast(pl.Float64, strict=False)
    expected = (
        frame(tables, "lacw_children")
        .drop_nulls(["hybrid_id", "local_authority", "year_code"])
        .filter(pl.col("year_code").is_between(OLDEST, NEWEST))
        .join(unified(tables), on="hybrid_id", how="left")
        .with_columns(child=pl.coalesce("unified", "hybrid_id"))
        .sort("child", "year_code", "hybrid_id", "local_authority")
        .unique(["child", "year_code"], keep="first", maintain_order=True)
        .select(
            "child",
            "hybrid_id",
            "year_code",
            disabled=pl.col("disability").replace_strict({0: "no", 1: "yes"}, default="not known"),
            unaccompanied=flag.replace_strict(
                {0.0: "no", 1.0: "yes"}, default="not known", return_dtype=pl.String
            ),
            ethnic_group=clean("ethnicity").replace_strict(GROUPS, default="not known"),
        )
    )
    # Two years of 100, one of 200 (two authorities), 8, 10 and 3.
    assert_prepared("care_years", "child", tables, expected, 6)


# Children in need, and receiving care and support -------------------------------------------------------------

OF_CHILDREN = """
child_code | local_authority | alf | match_status
1 | 520 | 901 | 4
1 | 522 | 902 | 39
2 | 520 | 903 | 35
3 | 520 | | 99
4 | 520 | 905 | 1
4 | 520 | 904 | 4
5 |  | 906 | 4
  | 520 | 907 | 4
6 | 520 | 908 |
"""
"""Code 1 is two children, code 4 has two linking fields, 2 is not accepted, and 6 has no status."""

FLAGS = {
    "parental_substance_misuse": "parents_substance_misuse",
    "parental_learning_disabilities": "parents_learning_disabilities",
    "parental_mental_ill_health": "parents_mental_ill_health",
    "parental_physical_ill_health": "parents_physical_ill_health",
    "domestic_abuse": "parents_domestic_abuse",
}


def linked_children(tables: Held, main: str, links: str) -> pl.DataFrame:
    """Rows of the study's returns with the person of child code and authority, and flags as yes or no."""
    people = (
        frame(tables, links)
        .drop_nulls(["child_code", "local_authority", "alf"])
        .filter(pl.col("match_status").is_in(ACCEPTED))
        .group_by("child_code", "local_authority")
        .agg(person=pl.col("alf").min())
    )
    rows = frame(tables, main).filter(pl.col("year_code").is_between(OLDEST, NEWEST))
    return rows.join(people, on=["child_code", "local_authority"]).with_columns(
        clean("category_of_need"),
        census_date=pl.date(pl.col("year_code") // 100 + 1, 3, 31),
        **{name: pl.col(held_as) == 1 for name, held_as in FLAGS.items()},
    )


CENSUS_COLUMNS = (
    "child_code|local_authority|year_code|category_of_need|parents_substance_misuse|parents_domestic_abuse"
)


def test_care_and_support() -> None:
    tables = held(
        crcs_alf=OF_CHILDREN,
        crcs_children=f"""
{CENSUS_COLUMNS}
1 | 520 | 201617 | n1 | 1 | 0
1 | 522 | 201617 | "N2 " | 0 | 1
1 | 520 | 202021 | " " | |
1 | 520 | 202122 | N1 | 1 | 1
1 |  | 201617 | N1 | 1 | 1
  | 520 | 201617 | N1 | 1 | 1
1 | 520 |  | N1 | 1 | 1
2 | 520 | 201617 | N1 | 1 | 1
3 | 520 | 201617 | N1 | 1 | 1
4 | 520 | 201920 | N9 | 2 | 1
5 | 520 | 201920 | N9 | 2 | 1
6 | 520 | 201920 | N9 | 2 | 1
""",
    )
    expected = linked_children(tables, "crcs_children", "crcs_alf").select(
        "person", "child_code", "local_authority", "year_code", "category_of_need", "census_date", *FLAGS
    )
    # Code 1 of 520 twice, of 522 once, and code 4 as person 904.
    assert_prepared("crcs", "person", tables, expected, 4)


def test_children_in_need() -> None:
    tables = held(
        cinw_alf=OF_CHILDREN,
        cinw_children=f"""
{CENSUS_COLUMNS} | unborn
1 | 520 | 200910 | n1 | 1 | 0 | 0
1 | 520 | 201011 | "n8 " | 0 | 1 | 1
1 | 522 | 201516 | " " | | |
2 | 520 | 201516 | N1 | 1 | 1 | 0
4 | 520 | 201314 | N9 | 2 | 1 | 0
4 | 520 |  | N9 | 2 | 1 | 0
6 | 520 | 201314 | N9 | 2 | 1 | 0
  | 520 | 201314 | N9 | 2 | 1 | 0
""",
    )
    expected = (
        linked_children(tables, "cinw_children", "cinw_alf")
        .filter(pl.col("unborn").fill_null(0) != 1)
        .select(
            "person", "child_code", "local_authority", "year_code", "category_of_need", "census_date", *FLAGS
        )
    )
    # Code 1 of both authorities and code 4: the second return of code 1 is of an unborn child.
    assert_prepared("cinw", "person", tables, expected, 3)


# Family courts ------------------------------------------------------------------------------------------------

COURTS = held(
    cafw_people="""
person_key | alf | match_status
1 | 901 | 4
2 | 902 | 39
3 | 902 | 4
4 | 904 | 35
5 |  | 99
  | 906 | 4
7 | 907 |
""",
    cafw_application_people="""
application_key | person_key | part_taken
10 | 1 | Subject
10 | 2 | Respondent
10 | 3 | Subject
10 | 4 | Subject
11 | 1 | Subject
11 | 1 | Respondent
12 | 1 | "Subject "
13 | 2 |
14 | 2 | Applicant
  | 1 | Subject
15 |  | Subject
16 | 7 | Subject
17 | 1 | subject
99 | 1 | Subject
""",
    cafw_applications="""
application_key | case_key | law_type | issue_date
10 | 50 | public | 2012-02-29
11 | 50 | "Private " | 2021-03-31
12 | 51 | Public | 2021-04-01
13 | 52 |  | 2011-01-01
14 | 53 | PUBLIC |
15 | 53 | Public | 2015-01-01
16 | 53 | Public | 2015-01-01
17 | 54 | " " | 2014-01-01
  | 54 | Public | 2014-01-01
""",
)
"""Court people 2 and 3 are one person; 1 takes two parts in 11. Parts are words: case tells them apart, blanks at
the end do not. Applications 12 and 14 cannot be placed, and 99 is not held."""


def court_people(tables: Held) -> pl.DataFrame:
    """Person, application and part."""
    people = frame(tables, "cafw_people").drop_nulls(["person_key", "alf"])
    people = people.filter(pl.col("match_status").is_in(ACCEPTED))
    linked = frame(tables, "cafw_application_people").join(
        people.select("person_key", person="alf"), on="person_key"
    )
    return linked.with_columns(pl.col("part_taken").str.strip_chars_end(" ")).drop_nulls("application_key")


def test_applications_of_people() -> None:
    parts = court_people(COURTS)
    taken = parts.group_by("person", "application_key").agg(
        as_subject=(pl.col("part_taken") == "Subject").fill_null(False).any(),
        as_respondent=(pl.col("part_taken") == "Respondent").fill_null(False).any(),
    )
    issued = frame(COURTS, "cafw_applications").drop_nulls(["application_key", "issue_date"])
    expected = (
        issued.filter(pl.col("issue_date") <= ASKED.data_until)
        .with_columns(clean("law_type"))
        .with_columns(public_law=pl.col("law_type") == "PUBLIC")
        .join(taken, on="application_key")
        .select(
            *("person", "application_key", "case_key", "law_type", "issue_date", "public_law"),
            *("as_subject", "as_respondent"),
        )
    )
    # Person 901 in 10, 11 and 17, person 902 in 10 and 13.
    assert_prepared("court_applications", "person", COURTS, expected, 5)


OUTCOMES = {
    "cafw_people": COURTS["cafw_people"],
    "cafw_application_people": COURTS["cafw_application_people"],
    **held(
        cafw_outcome_applications="""
outcome_key | application_key
70 | 10
70 | 11
71 | 10
72 | 13
73 | 11
74 | 99
75 | 15
76 |
   | 10
77 | 17
""",
        cafw_hearing_outcomes="""
outcome_key | hearing_key | final_outcome | outcome_type
70 | 80 | yes | Care Order
71 | 80 | "No " | Interim care order
72 | 81 | Yes | Placement Order
73 | 82 | YES | Care Order
74 | 83 |  | Care Order
75 | 80 | Yes | Care Order
76 | 80 | Yes | Care Order
77 |  | Yes | Care Order
""",
        cafw_hearings="""
hearing_key | hearing_date
80 | 2013-05-06
81 |
82 | 2021-04-01
83 | 2021-03-31
   | 2013-01-01
""",
    ),
}
"""Outcome 70 is of two applications with a common person; 72 has no day, 73 one after the data, 77 no hearing."""


def test_outcomes_of_people() -> None:
    concerned = (
        frame(OUTCOMES, "cafw_outcome_applications")
        .drop_nulls(["outcome_key", "application_key"])
        .join(court_people(OUTCOMES).select("person", "application_key"), on="application_key")
        .select("person", "outcome_key")
        .unique()
    )
    hearings = frame(OUTCOMES, "cafw_hearings").drop_nulls("hearing_key")
    hearings = hearings.filter(pl.col("hearing_date") <= ASKED.data_until)
    expected = (
        frame(OUTCOMES, "cafw_hearing_outcomes")
        .with_columns(clean("final_outcome"))
        .join(hearings.select("hearing_key", "hearing_date"), on="hearing_key")
        .join(concerned, on="outcome_key")
        .select(
            *("person", "outcome_key", "hearing_key", "hearing_date", "outcome_type"),
            is_final=pl.col("final_outcome") == "YES",
        )
    )
    # 70 and 71 for persons 901 and 902, 74 for 901.
    assert_prepared("court_outcomes", "person", OUTCOMES, expected, 5)
