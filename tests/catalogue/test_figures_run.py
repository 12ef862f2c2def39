"""Studies that use the shipped figures: what DuckDB gives is what the reference engine gives, and it is not empty."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

import polars

from cohort import pipeline
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.catalogue.geography import content_of, context_block, load_figures, load_geography
from cohort.engines.database import run_script
from cohort.engines.reference import StudyRun, World
from cohort.plan.collect import ResultRow, collect
from cohort.query.study import CountOutput, Study
from cohort.vetting.boundary import boundary_data
from cohort.vetting.by_reference import logical_rows

RATES = """cohort_spec: 1
study:
  id: entries_by_age
  title: Children entering care by authority and age
  question: How many children entered care in 2020 for each 10,000 residents?
  unit: child
  data_from: 2003-04-01
  data_until: 2021-03-31
sources:
  children: Week of birth
  care_episodes: Every episode of care
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {id: in_2020, keep: index_date during from 2020-01-01 through 2020-12-31}
    - {id: under_18, keep: age_at_entry >= 0 and age_at_entry <= 17}
variables:
  authority: {label: Local authority, value: first_episode.local_authority}
  year_of_entry: {label: Year of entry, value: calendar_year(index_date)}
  age_at_entry: {label: Age at entry, value: age_on(index_date)}
outputs:
  rates:
    title: Entries to care
    rate: children
    per: 10000 residents
"""
HOMES = """cohort_spec: 1
study:
  id: deprivation_of_homes
  title: Deprivation of the homes of young people entering care
  question: How deprived were the areas that young people lived in when they entered care?
  unit: person
  data_from: 2004-04-01
  data_until: 2020-12-31
linkage:
  accept_status: [1, 4, 39]
  derived_alf: true
  why: Good matches, and the improved links.
sources:
  people: Week of birth and death
  care_episodes: Every episode
  homes: Where each person lived
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  home:
    from: homes
    where: current_on(index_date)
    keep_first: start_date
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {id: born, keep: people.week_of_birth is not missing}
variables:
  fifth_2025:
    label: Fifth of deprivation
    value: figure(small_areas_2021.wimd_2025_fifth, home.lsoa)
    bands: {1: most deprived, 2: second, 3: middle, 4: fourth, 5: least deprived}
  deep_rooted:
    label: In deep-rooted deprivation
    value: figure(small_areas_2021.deep_rooted, home.lsoa) = 1
outputs:
  homes_by_fifth: {title: Homes by fifth, count: people, by: [fifth_2025, deep_rooted]}
"""


def study_with(sections: str, *tables: str, folder: Path) -> Study:
    """A study that brings shipped tables, as the command writes the lines for it."""
    blocks = []
    for name in tables:
        table = load_figures()[name]
        (folder / f"{name}.csv").write_bytes(content_of(table).encode())
        blocks.append(context_block(table, f"{name}.csv").removeprefix("context:\n"))
    path = folder / "study.yaml"
    path.write_text(f"{sections}disclosure: sail\ncontext:\n{''.join(blocks)}", "utf-8")
    checked = pipeline.check_file(path)
    assert [item.headline for item in checked.diagnostics if item.rule.code[:3] not in ("TIM", "CAV")] == []
    assert checked.study is not None
    return checked.study


def both(study: Study, data: dict[str, polars.DataFrame], folder: Path) -> dict[str, Any]:
    """The tables that both engines give, which must be the same."""
    binding = shipped_binding("synthetic")
    for table, frame in data.items():
        frame.write_parquet(folder / f"{binding.table(table)}.parquet")
    run = StudyRun(study, World(logical_rows(data, load_catalogue())))
    done = run_script(pipeline.compile_study(study, "duckdb"), folder)
    try:
        found = collect(study, [ResultRow(*row) for row in done.results])
    finally:
        done.close()
    expected = {table.id: table for table in run.tables()}
    assert {table.id: table for table in found.tables if table.id in expected} == expected
    return expected


def test_a_rate_by_authority_age_and_year(tmp_path: Path) -> None:
    sections = RATES + (
        "    residents: population_by_age.residents\n    by: [authority, year_of_entry, age_at_entry]\n"
    )
    study = study_with(sections, "population_by_age", folder=tmp_path)
    rates = both(study, boundary_data(study, load_catalogue(), units=20), tmp_path)["rates"]
    assert sum(rates.counts.values()) > 0
    assert rates.denominators is not None
    figures = dict(rates.denominators.figures)
    # 22 authorities, one year, ages 0 to 17; the first row of the published table is that of Anglesey at 0.
    assert len(figures) == 22 * 18
    assert figures["512", "2020", "0"] == 576


def test_a_rate_of_all_children_of_an_authority(tmp_path: Path) -> None:
    sections = RATES + (
        "    residents: children_by_authority.residents_0_17\n    by: [authority, year_of_entry]\n"
    )
    study = study_with(sections, "children_by_authority", folder=tmp_path)
    (rates,) = (output for output in study.outputs if isinstance(output, CountOutput))
    assert rates.denominators is not None
    by_age = csv.DictReader(io.StringIO(content_of(load_figures()["population_by_age"])))
    wanted: Counter[tuple[str, ...]] = Counter()
    for row in by_age:
        if int(row["age_years"]) <= 17:
            wanted[row["local_authority"], row["mid_year"]] += int(row["residents"])
    assert dict(rates.denominators.figures) == dict(wanted)


def test_homes_by_deprivation(tmp_path: Path) -> None:
    study = study_with(HOMES, "small_areas_2021", folder=tmp_path)
    data = boundary_data(study, load_catalogue(), units=20)
    # Homes in areas of every fifth, one deep-rooted, one of 2011 that was divided, one in England, and none.
    newer = load_geography().small_areas_2021
    codes = [next(code for code, area in newer.items() if area.fifth == fifth) for fifth in range(1, 6)]
    codes += ["W01000240", "W01000001", "E01000001"]
    homes = data["wdsd_dwelling_spells"]
    spread = polars.Series("LSOA2011_CD", [*codes, None] * homes.height)[: homes.height]
    data["wdsd_dwelling_spells"] = homes.with_columns(spread)
    counts = both(study, data, tmp_path)["homes_by_fifth"].counts
    found = {key for key, count in counts.items() if count}
    assert found >= {("most deprived", "1"), ("least deprived", "0"), ("missing", "missing")}
