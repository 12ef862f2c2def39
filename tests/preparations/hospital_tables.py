"""Hand-made rows of hospitals: transfers, spells without a person spell, repeated rows, reversed and missing dates."""

from __future__ import annotations

import polars as pl

from .health_rows import DATA_UNTIL, clean, frame, held, linked

SPELLS = held(
    "pedw_spells",
    "provider_unit spell_number alf match_status admission_date discharge_date admission_method",
    ("7a1", 1, 1, "1", "2010-01-05", "2010-01-05", "21"),  # moved to another hospital on the day of admission
    ("7A2 ", 1, 1, "1", "2010-01-05", "2010-01-20", "81"),
    ("7A3", 9, 1, "4", "2010-01-20", "2010-02-01", "81"),  # and on to a third
    ("7A1", 2, 1, "1", "2011-05-05", "2011-05-06", "11"),  # in no person spell
    ("7A1", 3, 1, "1", "2012-05-05", None, "28"),  # not discharged
    ("7A1", 4, 2, "1", "2013-03-03", "2013-03-01", "21"),  # reversed
    ("7A1", 5, 2, "39", "2013-04-04", "2999-12-31", "21"),
    ("7A1", 6, 2, "35", "2013-05-05", "2013-05-06", "21"),  # a status that is not accepted
    ("7A1", 7, None, "1", "2013-05-05", "2013-05-06", "21"),
    ("7A1", 8, 2, "1", None, "2013-05-06", "21"),
    ("7A1", 10, 2, "1", "2019-04-01", None, "21"),  # after the data
    ("7A1", 11, 3, " 1", "2014-01-01", "2014-01-02", " 21 "),
    ("7A1", 11, 3, " 1", "2014-01-01", "2014-01-02", " 21 "),  # the whole row twice
    ("7A2", 2, 3, "1", "2014-01-02", None, "81"),  # first hospital discharged, second not
    (None, 12, 3, "1", "2015-01-01", "2015-01-02", "21"),  # no hospital: nothing can be joined
    (
        "7A1",
        20,
        3,
        "1",
        "2016-06-01",
        None,
        "21",
    ),  # the first of two without a discharge, the second with one
    ("7A2", 21, 3, "1", "2016-06-03", "2016-06-10", "81"),
    ("7A1", 13, 4, "1", "2016-01-01", "9999-12-31", "21"),
    ("7A1", 900, 4, "1", "2017-01-01", "2017-01-01", "22"),  # its number is that of another's person spell
    ("7A2", 30, 4, "1", "2018-01-01", "2018-01-05", "22"),
    (
        "7A1",
        40,
        5,
        "1",
        "2018-03-01",
        "2018-03-01",
        "21",
    ),  # moved on the first day, to a spell of another number
    ("7A2", 41, 5, "1", "2018-03-01", "2018-03-04", "81"),
)

PERSON_SPELLS = held(
    "pedw_person_spells",
    "provider_unit spell_number episode_number person_spell",
    ("7A1", 1, "01", 900),
    ("7A2", 1, " 01", 900),
    ("7A2", 1, "02", 900),
    ("7a3 ", 9, "01", 900),
    ("7A1", 2, "01", None),
    ("7A1", 3, "02", 903),  # two person spells for one spell: that of the first episode
    ("7A1", 3, "01", 902),
    ("7A1", 4, "00", None),  # the first episode has no person spell, the second has
    ("7A1", 4, "01", 904),
    ("7A1", 5, "01", 905),
    ("7A1", 6, "01", 906),
    ("7A1", 11, "01", 911),
    ("7A2", 2, "01", 911),
    ("7A1", 20, "01", 920),
    ("7A2", 21, "01", 920),
    ("7A1", 13, None, 913),  # an episode without a number says nothing
    ("7A2", 30, "01", 30),
    ("7A1", 40, "01", 940),
    ("7A2", 41, "01", 940),
    ("9X9", 77, "01", 900),  # no such spell
)

DIAGNOSES = held(
    "pedw_diagnoses",
    "provider_unit spell_number episode_number diagnosis_position diagnosis",
    ("7A1", 1, "01", 1, "s720"),
    ("7A1", 1, "01", 2, "X60 "),
    ("7A2", 1, "02", 1, "I219"),  # a later episode
    ("7A2", 1, "01", 2, "S720"),  # the same code again in the next hospital, lower down
    ("7A2", 1, "01", 1, "  "),  # the first episode has no primary code
    ("7A3", 9, "01", 1, "Z501"),
    ("7A1", 2, "02", 1, "J180"),
    ("7A1", 2, "01", 1, "J181"),
    ("7A1", 2, None, 1, "J189"),  # no number of the episode: neither the first nor the last
    ("7A1", 3, "01", 2, "E109"),
    ("7A1", 4, "01", 1, "T391"),
    ("7A1", 6, "01", 1, "T391"),
    ("7A1", 11, "01", 1, "T400"),
    ("7A1", 11, "01", 3, "T400"),
    ("7A2", 2, "01", None, "T400"),  # no position
    ("7A2", 2, "01", 1, "R69"),
    (None, 12, "01", 1, "R69"),
    ("7A1", 10, "01", 1, "R69"),
    ("9X9", 1, "01", 1, "R69"),
)

EPISODES = held(
    "pedw_episodes",
    "provider_unit spell_number episode_number episode_start episode_end",
    ("7A1 ", 1, "01", "2010-01-05", "2010-01-05"),
    ("7A2", 1, "01", "2010-01-05", "2010-01-07"),
    ("7A2", 1, "02", "2010-01-07", "2010-01-20"),
    ("7A1", 3, "01", "2012-05-05", None),
    ("7A1", 4, "01", "2013-03-03", "2013-03-01"),  # reversed
    ("7A1", 5, "01", "2013-04-04", "2999-12-31"),
    ("7A1", 5, "02", None, "2013-05-05"),  # no start
    ("7A1", 6, "01", "2013-05-05", "2013-05-06"),
    ("7A1", 13, "01", "2016-01-01", "9999-12-31"),
    ("7A1", 13, "02", "2019-04-01", "2019-05-01"),
)

OPERATIONS = held(
    "pedw_operations",
    "provider_unit spell_number episode_number operation_position operation operation_date",
    ("7a1", 1, "01", 1, "w371", "2010-01-05"),
    ("7A2", 1, "01", 1, "W371 ", "2010-01-06"),  # the same procedure in the next hospital
    ("7A2", 1, "01", 2, " ", "2010-01-06"),
    ("7A1", 2, "01", 1, "H019", None),  # no day: that of the admission
    ("7A1", 2, None, None, "H019", "2011-05-06"),
    ("7A1", 6, "01", 1, "H019", "2013-05-05"),
    ("7A1", 11, "01", 1, "Y802", "2014-01-01"),
)

EVERYTHING = {**SPELLS, **PERSON_SPELLS, **DIAGNOSES}
_KEYS = ["provider_unit", "spell_number"]


def spells() -> pl.DataFrame:
    """The spells of people, as the study accepts them."""
    rows = linked(frame(SPELLS, "pedw_spells")).with_columns(
        clean("provider_unit"), clean("admission_method")
    )
    return rows.filter(pl.col("admission_date") <= DATA_UNTIL)


def of_people(tables: dict[str, list[dict[str, object]]], table: str) -> pl.DataFrame:
    """Rows below the spells, with the person of each; rows of spells that nobody has are left out."""
    people = spells().group_by(_KEYS).agg(pl.col("person").min()).drop_nulls()
    return (
        frame(tables, table)
        .with_columns(clean("provider_unit"), clean("episode_number"))
        .join(people, on=_KEYS)
    )


def diagnoses() -> pl.DataFrame:
    """The diagnoses of people."""
    return of_people(DIAGNOSES, "pedw_diagnoses").with_columns(clean("diagnosis")).drop_nulls("diagnosis")


def primary() -> pl.DataFrame:
    """The primary diagnosis of each spell: that of the first episode that has one."""
    rows = diagnoses().filter(pl.col("diagnosis_position") == 1).drop_nulls("episode_number")
    first = rows.sort("episode_number").unique(_KEYS, keep="first", maintain_order=True)
    return first.select(*_KEYS, primary_diagnosis="diagnosis")


def stays() -> pl.DataFrame:
    """The spells of people with the number and the hospital of the stay ("-" for one across hospitals)."""
    known = of_people(PERSON_SPELLS, "pedw_person_spells").drop_nulls(["person_spell", "episode_number"])
    first = known.sort("episode_number").unique(_KEYS, keep="first", maintain_order=True)
    rows = spells().drop_nulls(_KEYS).join(first.select(*_KEYS, "person_spell"), on=_KEYS, how="left")
    alone = pl.col("person_spell").is_null()
    return rows.with_columns(
        stay_number=pl.coalesce("person_spell", "spell_number"),
        stay_hospital=pl.when(alone).then("provider_unit").otherwise(pl.lit("-")),
    )
