"""The committed fit is current, and the judged figures are met."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cohort.linkage import add_unified_ids, repair_codes
from cohort.synthetic import SyntheticHoldings
from cohort.synthetic.fit import cleaned_episodes, fit_csv, fit_markdown, fit_table
from cohort.synthetic.inputs import read_inputs
from cohort.synthetic.measures import on_day, whole_age


@pytest.fixture(scope="module")
def linked(wales: SyntheticHoldings) -> dict[str, pl.DataFrame]:
    return dict(add_unified_ids(wales.tables, repair_codes(wales.tables)))


@pytest.fixture(scope="module")
def fit(linked: dict[str, pl.DataFrame], inputs_folder: Path) -> pl.DataFrame:
    return fit_table(linked, read_inputs(inputs_folder))


def test_the_committed_fit_is_current(fit: pl.DataFrame, inputs_folder: Path) -> None:
    assert (inputs_folder / "fit.csv").read_text(encoding="utf-8") == fit_csv(fit)
    assert (inputs_folder / "FIT.md").read_text(encoding="utf-8") == fit_markdown(fit)


def test_stock_of_every_year_and_the_age_table_are_met(fit: pl.DataFrame) -> None:
    stock = fit.filter((pl.col("measure") == "cla_stock") & pl.col("judged"))
    assert len(stock) > 60
    assert stock.filter(~pl.col("met")).select("period", "level", "published", "synthetic").rows() == []


def test_all_judged_figures_are_met(fit: pl.DataFrame) -> None:
    judged = fit.filter(pl.col("judged"))
    assert len(judged) > 90
    assert (
        judged.filter(~pl.col("met")).select("measure", "period", "level", "published", "synthetic").rows()
        == []
    )


def test_the_stock_can_be_counted_from_open_rows_alone(wales: SyntheticHoldings) -> None:
    """Another road to the stock: rows of a return without an end are the children looked after on its 31 March."""
    rows = wales.tables["LACW_EPISODE_MAIN"].drop_nulls(["SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE"])
    code = pl.col("LEGAL_STATUS_CODE").str.strip_chars().str.to_uppercase()
    cared = rows.filter((code != "V1") & pl.col("EPISODE_END_DATE").is_null())
    counts = dict(cared.group_by("YEAR_CODE").agg(pl.col("HYBRID_ID_PE").n_unique()).iter_rows())
    published = {200304: 4321, 201011: 5411, 201617: 5961, 202021: 7263, 202122: 7053}
    for year, value in published.items():
        assert abs(counts[year] - value) <= 3 * value**0.5, (year, counts[year], value)


def test_cleaned_tables_give_back_the_true_stock(
    linked: dict[str, pl.DataFrame], careers: pl.DataFrame
) -> None:
    cleaned = cleaned_episodes(linked).filter(pl.col("legal") != "V1")
    true = careers.filter(pl.col("legal") != "V1")
    for year in (2004, 2009, 2011, 2015, 2022):
        day = date(year, 3, 31)
        found = on_day(cleaned, day)["unit"].n_unique()
        expected = on_day(true, day)["child"].n_unique()
        assert abs(found - expected) <= 0.005 * expected, (year, found, expected)


def test_whole_age_counts_birthdays() -> None:
    born = pl.DataFrame({"born": [date(2004, 3, 31), date(2004, 4, 1), date(2003, 12, 1), date(2004, 2, 29)]})
    assert born.select(whole_age(pl.col("born"), date(2022, 3, 31))).to_series().to_list() == [18, 17, 18, 18]
    assert born.select(whole_age(pl.col("born"), date(2022, 2, 28))).to_series().to_list() == [17, 17, 18, 17]
