"""The flaws occur, and at the rates that the assumptions state (a normal band of four standard errors)."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cohort.synthetic import SyntheticHoldings


@pytest.fixture(scope="module")
def rates(inputs_folder: Path) -> dict[str, Any]:
    rates: dict[str, Any] = tomllib.loads((inputs_folder / "assumptions.toml").read_text(encoding="utf-8"))[
        "flaws"
    ]
    return rates


def _close(count: int, size: int, rate: float) -> None:
    expected = size * rate
    assert count > 0
    assert abs(count - expected) <= 4.0 * math.sqrt(expected) + 1.0, (count, expected)


@pytest.fixture(scope="module")
def episodes(wales: SyntheticHoldings) -> pl.DataFrame:
    return wales.tables["LACW_EPISODE_MAIN"]


def test_codes_in_lower_case_and_with_trailing_blanks(episodes: pl.DataFrame, rates: dict[str, Any]) -> None:
    for column in ("LEGAL_STATUS_CODE", "PLACEMENT_TYPE_CODE", "REASON_EPISODE_STARTED_CODE"):
        code = episodes[column]
        _close(int((code.str.to_uppercase() != code).sum()), len(code), rates["lower_case"])
        _close(int(code.str.ends_with(" ").sum()), len(code), rates["trailing_blank"])


@pytest.mark.parametrize(
    ("column", "rate"),
    [
        ("SYSTEM_ID_PE", "null_system_id"),
        ("EPISODE_START_DATE", "null_start"),
        ("LOCAL_AUTHORITY_CODE", "null_authority"),
    ],
)
def test_null_keys(episodes: pl.DataFrame, rates: dict[str, Any], column: str, rate: str) -> None:
    _close(episodes[column].null_count(), len(episodes), rates[rate])


def test_reversed_and_overlapping_dates(episodes: pl.DataFrame, rates: dict[str, Any]) -> None:
    closed = episodes.drop_nulls(["EPISODE_START_DATE", "EPISODE_END_DATE", "HYBRID_ID_PE"])
    backwards = closed.filter(pl.col("EPISODE_END_DATE") < pl.col("EPISODE_START_DATE"))
    _close(len(backwards), len(closed), rates["reversed"])
    following = pl.col("EPISODE_START_DATE").shift(-1).over("HYBRID_ID_PE", "YEAR_CODE")
    ordered = closed.sort("HYBRID_ID_PE", "YEAR_CODE", "EPISODE_NUMBER")
    overlap = ordered.filter(pl.col("EPISODE_END_DATE") > following)
    assert 0 < len(overlap) < 2 * rates["overlap"] * len(closed)


def test_last_episodes_without_an_end_although_later_returns_exist(
    wales: SyntheticHoldings, rates: dict[str, Any]
) -> None:
    """Children who dropped out of the return, apart from those whose authority changed the codes."""
    codes = wales.truth["codes"]
    dropped = codes.filter(pl.col("returned_last") < pl.col("last_year"))
    _close(len(dropped), len(codes), rates["dropped_out"])
    table = wales.tables["LACW_EPISODE_MAIN"].drop_nulls(["HYBRID_ID_PE", "EPISODE_START_DATE"])
    last = table.sort("YEAR_CODE", "EPISODE_NUMBER").unique("HYBRID_ID_PE", keep="last", maintain_order=True)
    joined = dropped.join(last, left_on="hybrid_id", right_on="HYBRID_ID_PE")
    assert joined["EPISODE_END_DATE"].null_count() > 0.95 * len(joined)


def test_weeks_of_birth(wales: SyntheticHoldings, rates: dict[str, Any]) -> None:
    codes = wales.truth["codes"]
    _close(codes["returned_wob"].null_count(), len(codes), rates["wob_null"])
    later = codes.filter(pl.col("returned_wob") > pl.col("first_start"))
    _close(len(later), len(codes), rates["wob_after_first"])
    changed = codes.filter(pl.col("returned_wob") != pl.col("born"))
    middle = changed.filter(pl.col("returned_wob").dt.day().is_between(9, 15))
    assert len(middle) > 0.6 * rates["wob_mid_month"] * len(codes)


def test_two_alfs_two_genders_and_children_missing_from_the_alf_table(
    wales: SyntheticHoldings, rates: dict[str, Any]
) -> None:
    table, codes = wales.tables["LACW_PUPIL_ALF"], wales.truth["codes"]
    keys = ["SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE"]
    each = table.group_by(keys).agg(
        pl.col("ALF_PE").n_unique().alias("alfs"), pl.col("GNDR_CD").n_unique().alias("sexes")
    )
    _close(each.filter(pl.col("alfs") > 1).height, len(codes), rates["duplicate_alf"])
    _close(each.filter(pl.col("sexes") > 1).height, len(codes), rates["duplicate_gender"])
    _close(len(codes) - len(each), len(codes), rates["missing_from_alf"])


def test_alf_rules(wales: SyntheticHoldings) -> None:
    derived = wales.tables["LACW_LAC_ALF_DERIVED"]
    silent = derived.filter(pl.col("ALF_SOURCE").is_in(["CAFW", "NCCHD_BIRTHS", "GP_EVENT"]))
    assert silent.height > 100
    assert silent["ALF_STS_CD"].null_count() == silent["ALF_MTCH_PCT"].null_count() == silent.height
    spoken = derived.filter(pl.col("ALF_SOURCE").is_in(["DHCW", "CRCS", "CINW", "EDUW"]))
    assert spoken["ALF_STS_CD"].is_in([4, 39, 35]).all()
    assert derived.filter(pl.col("ALF_SOURCE").is_null() != pl.col("ALF_PE").is_null()).is_empty()
    assert derived.filter(
        (pl.col("ALF_SOURCE") == "CAFW") & pl.col("LOCAL_AUTHORITY_CODE").is_in([516, 522])
    ).is_empty()
    received = wales.tables["LACW_PUPIL_ALF"]
    assert received.filter((pl.col("ALF_STS_CD") == 99) & pl.col("ALF_PE").is_not_null()).height < 300
    assert derived["HYBRID_ID_PE"].n_unique() == len(derived)
