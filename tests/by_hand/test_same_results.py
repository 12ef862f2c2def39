"""SQL written by hand, apart from the compiler, gives the same results: on small holdings, in every number."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import many_variables, rates
from benchmarks.holdings import make_holdings
from benchmarks.sides import CASES, HERE, Case, differences, run_by_hand, run_carfan

from cohort import pipeline


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("holdings")
    make_holdings(30_000, 300_000, folder, memory="1GB")
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_compiled_study_gives_the_rows_of_the_sql_written_by_hand(case: Case, holdings: Path) -> None:
    ours, theirs = run_carfan(case, holdings), run_by_hand(case, holdings)
    assert differences(ours.rows, theirs.rows) == []
    # Equal because nobody is in the cohort would say nothing.
    flow = [row[5] for row in ours.rows if row[4] == "remaining"]
    assert min(flow) >= 10


def test_the_holdings_are_the_same_every_time(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    rows = [make_holdings(2_000, 20_000, folder, memory="1GB") for folder in folders]
    assert rows[0] == rows[1]
    for name in rows[0]:
        one, two = ((folder / f"{name}.parquet").read_bytes() for folder in folders)
        assert one == two


@pytest.mark.parametrize("size", many_variables.SIZES)
def test_the_generated_studies_are_current(size: int) -> None:
    name = f"many_variables_{size}"
    assert (HERE / "specs" / f"{name}.yaml").read_text("utf-8") == many_variables.spec(size)
    assert (HERE / "by_hand" / f"{name}.sql").read_text("utf-8") == many_variables.by_hand(size)
    assert len(many_variables.variables(size)) == size == len(set(many_variables.variables(size)))
    for number in range(1, many_variables.LISTS + 2):
        file = HERE / "specs" / "codelists" / f"list_{number:02d}.csv"
        assert file.read_text("utf-8") == many_variables.codelist(number)


@pytest.mark.parametrize("spec", sorted((HERE / "specs").glob("*.yaml")), ids=lambda spec: spec.stem)
def test_the_specs_of_the_benchmarks_are_sound(spec: Path) -> None:
    checked = pipeline.check_file(spec)
    assert checked.study is not None
    assert tuple(checked.diagnostics) == ()


def test_the_short_study_of_rates_has_one_month(holdings: Path) -> None:
    months = {row[1] for row in rates.run(1, holdings).rows if row[0] == "rates"}
    assert months == {rates.FIRST_MONTH}


def test_differences_are_found() -> None:
    row = ("t", "r", "", "", "count", 3, None)
    assert differences([row], [row]) == []
    assert differences([row], [(*row[:5], 4, None)]) != []
    assert differences([row], [(*row[:5], None, 3.0)]) != []
    assert differences([row], []) != []
    assert differences([], [row]) != []
