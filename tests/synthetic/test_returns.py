"""The yearly returns against the careers, in both directions, by an independent reading of the rule."""

from __future__ import annotations

from datetime import date

import polars as pl

from cohort.synthetic import SyntheticHoldings
from cohort.synthetic.inputs import read_inputs
from cohort.synthetic.returns import returned_rows, year_code, yearly_rows
from tests.synthetic.conftest import INPUTS

YEARS = range(2004, 2023)


def _expected(careers: pl.DataFrame, year: int) -> pl.DataFrame:
    """What an authority returns for one year, written out on its own: touched by the year, open at its end."""
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    touched = careers.filter((pl.col("start") <= last) & (pl.col("end").is_null() | (pl.col("end") >= first)))
    inside = pl.col("end") <= last
    return touched.with_columns(
        pl.when(inside).then(pl.col("end")).alias("end"),
        pl.when(inside).then(pl.col("finish")).alias("finish"),
    ).with_columns(pl.lit(year).cast(pl.Int64).alias("year"))


def test_every_return_follows_from_the_careers_and_every_career_is_returned(small: SyntheticHoldings) -> None:
    careers = small.truth["careers"]
    rows = yearly_rows(careers, 2004, 2022)
    expected = pl.concat([_expected(careers, year) for year in YEARS])
    columns = ["child", "spell", "start", "end", "reason", "finish", "legal", "placement", "year"]
    keys = ["child", "spell", "start", "year"]
    assert rows.select(columns).sort(keys).equals(expected.select(columns).sort(keys))
    assert (
        rows.filter(pl.col("start") < pl.date(pl.col("year") - 1, 4, 1)).height > 500
    )  # carried over, same start


def test_an_episode_open_at_the_census_appears_again_next_year(small: SyntheticHoldings) -> None:
    rows = yearly_rows(small.truth["careers"], 2004, 2022)
    again = rows.select(
        "child", "spell", "start", (pl.col("year") - 1).alias("year"), pl.lit(1).alias("again")
    )
    joined = rows.filter(pl.col("year") < 2022).join(
        again, on=["child", "spell", "start", "year"], how="left"
    )
    assert joined.filter(pl.col("end").is_null() != pl.col("again").is_not_null()).is_empty()


def test_episode_numbers_count_within_a_child_code_and_year_in_order_of_start(
    small: SyntheticHoldings,
) -> None:
    rows = returned_rows(small.truth["careers"], read_inputs(INPUTS))
    groups = rows.group_by("child", "authority", "year").agg(
        pl.col("episode_number").sort_by("start", "placement_number").alias("numbers"), pl.len().alias("size")
    )
    counted = groups.filter(pl.col("numbers") != pl.int_ranges(1, pl.col("size") + 1).cast(pl.List(pl.Int16)))
    assert counted.is_empty()


def test_the_episode_table_holds_the_returns_and_nothing_else(wales: SyntheticHoldings) -> None:
    """Both directions, on the flawed table: what is missing or extra is explained by the flaws alone."""
    codes = wales.truth["codes"].select("child", "authority", "era", "hybrid_id")
    rows = returned_rows(wales.truth["careers"], read_inputs(INPUTS)).join(
        codes, on=["child", "authority", "era"]
    )
    expected = rows.select("hybrid_id", year_code(pl.col("year")).alias("year"), "start", "episode_number")
    table = wales.tables["LACW_EPISODE_MAIN"]
    found = table.select(
        hybrid_id="HYBRID_ID_PE",
        year="YEAR_CODE",
        start="EPISODE_START_DATE",
        episode_number="EPISODE_NUMBER",
    ).drop_nulls()
    keys = ["hybrid_id", "year", "start", "episode_number"]
    extra = found.join(expected, on=keys, how="anti")
    missing = expected.join(found, on=keys, how="anti")
    assert extra.is_empty()
    flawed = len(table) - len(found)
    dropped = len(expected) - len(table)
    assert len(missing) == flawed + dropped
    assert len(missing) < 0.01 * len(expected)


def test_one_main_row_for_each_child_code_and_year(wales: SyntheticHoldings) -> None:
    main = wales.tables["LACW_CHILD_MAIN"]
    keys = ["SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE", "YEAR_CODE"]
    assert main.select(keys).is_duplicated().sum() == 0
    assert set(main["YEAR_CODE"].unique()) == {(year - 1) * 100 + year % 100 for year in YEARS}
    episodes = wales.tables["LACW_EPISODE_MAIN"].drop_nulls(["SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE"])
    assert episodes.join(main, on=keys, how="anti").is_empty()
    # A child-year loses its only episode row when that row lost a key: the rates of null keys bound the number.
    assert len(main.join(episodes, on=keys, how="anti")) < 0.0007 * len(main)


def test_authorities_that_changed_their_codes_share_no_code_across_the_change(
    wales: SyntheticHoldings,
) -> None:
    main = wales.tables["LACW_CHILD_MAIN"]
    for authority, year in ((516, 200809), (518, 200809), (520, 200910), (514, 201011)):
        own = main.filter(pl.col("LOCAL_AUTHORITY_CODE") == authority)
        old = set(own.filter(pl.col("YEAR_CODE") < year)["SYSTEM_ID_PE"])
        new = set(own.filter(pl.col("YEAR_CODE") >= year)["SYSTEM_ID_PE"])
        assert old
        assert new
        assert not old & new
    other = main.filter(pl.col("LOCAL_AUTHORITY_CODE") == 512)
    assert set(other.filter(pl.col("YEAR_CODE") == 200809)["SYSTEM_ID_PE"]) & set(
        other.filter(pl.col("YEAR_CODE") == 200708)["SYSTEM_ID_PE"]
    )


def test_a_new_authority_gives_a_new_identifier_and_codes_repeat_between_authorities(
    wales: SyntheticHoldings,
) -> None:
    codes = wales.truth["codes"]
    assert codes["hybrid_id"].n_unique() == len(codes)
    assert codes["system_id"].n_unique() < len(codes)
    assert codes.select("system_id", "authority").n_unique() == len(codes)
    moved = codes.filter(pl.col("authority").n_unique().over("child") > 1)
    assert moved["hybrid_id"].n_unique() == len(moved) > 100
    ordered = codes.sort("first_year")["system_id"]
    assert ordered.is_sorted() is False


def test_week_of_birth_is_the_monday_on_or_before(wales: SyntheticHoldings) -> None:
    children = wales.truth["children"]
    assert (children["born"].dt.weekday() == 1).all()
    days = (children["birth"] - children["born"]).dt.total_days()
    assert days.min() == 0
    assert days.max() == 6
    returned = wales.tables["LACW_PUPIL_ALF"]["WOB"].drop_nulls()
    assert (returned.dt.weekday() == 1).all()


def test_types_are_those_of_the_holdings(wales: SyntheticHoldings) -> None:
    episodes = wales.tables["LACW_EPISODE_MAIN"].schema
    assert episodes["SYSTEM_ID_PE"] == pl.Int64
    assert episodes["YEAR_CODE"] == pl.Int32
    assert episodes["LOCAL_AUTHORITY_CODE"] == pl.Int16
    assert episodes["EPISODE_START_DATE"] == pl.Date
    assert episodes["SHORT_BREAKS"] == pl.Int16
    assert wales.tables["LACW_PUPIL_ALF"].schema["ALF_MTCH_PCT"] == pl.Decimal(7, 6)
    assert wales.tables["LACW_CHILD_MAIN"].schema["ASYLUM"] == pl.String
    assert set(wales.tables) == {
        "LACW_CHILD_MAIN",
        "LACW_EPISODE_MAIN",
        "LACW_PUPIL_ALF",
        "LACW_LAC_ALF_DERIVED",
    }
    assert "UNIFIED_ID" not in wales.tables["LACW_LAC_ALF_DERIVED"].columns
