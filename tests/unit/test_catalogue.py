"""The catalogue's data files: complete, with sources and confidence, and every preparation resolves."""

from __future__ import annotations

import pytest

from cohort.catalogue import load_catalogue, shipped_binding
from cohort.pipeline import check_text

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("name", sorted(CATALOGUE.tables))
def test_every_table_says_what_it_is(name: str) -> None:
    table = CATALOGUE.tables[name]
    columns = {column.name for column in table.columns}
    assert set(table.key) <= columns
    assert table.returned is None or table.returned in columns
    assert table.physical_confidence in ("certain", "likely", "guess")
    assert table.source
    for column in table.columns:
        assert column.label, column.name
        assert column.confidence in ("certain", "likely", "guess"), column.name
        assert column.sensitivity in ("identifier", "special", "personal", "area", "low"), column.name
        assert column.type.code_list is None or column.type.code_list in CATALOGUE.code_lists
        longest = (
            max(map(len, CATALOGUE.code_lists[column.type.code_list].codes)) if column.type.code_list else 0
        )
        assert column.type.length is None or longest <= column.type.length, column.name


@pytest.mark.parametrize("binding", ["synthetic", "sail9999"])
def test_every_binding_names_every_table(binding: str) -> None:
    names = shipped_binding(binding)
    assert set(names.tables) == set(CATALOGUE.tables)
    for table in CATALOGUE.tables.values():
        assert names.table(table.name).rpartition(".")[2].startswith(table.physical)


def test_the_code_lists_are_whole() -> None:
    assert {name: len(found.codes) for name, found in CATALOGUE.code_lists.items()} == {
        "reason_started": 4,
        "reason_finished": 15,
        "legal_status": 13,
        "placement_type": 33,
        "category_of_need": 9,
        "local_authority": 22,
        "sex": 2,
        "disability": 3,
        "match_status": 5,
        "alf_source": 7,
    }


@pytest.mark.parametrize("name", sorted(p.name for p in CATALOGUE.prepared.values() if p.offered))
def test_every_offered_source_resolves(name: str) -> None:
    """A small study over each source: its preparation is typed like everything else."""
    column = {"children": "week_of_birth", "care_episodes": "start_date", "care_years": "year_code"}[name]
    text = f"""
cohort_spec: 1
study:
  id: small
  title: Small
  question: Does it resolve?
  unit: child
  data_from: 2003-04-01
  data_until: 2021-03-31
sources:
  {name}: To try it
  children: Week of birth
definitions:
  one_row:
    from: {name}
    keep_first: {column}
population:
  from: one_row
  index_date: children.week_of_birth
  steps:
    - id: known
      keep: index_date is not missing
outputs:
  flow:
    attrition: population
disclosure: sail
""".replace("  children: Week of birth\n" if name == "children" else "\0", "")
    assert not check_text(text).has_errors, [item.headline for item in check_text(text)]


def test_every_caveat_names_what_exists() -> None:
    for caveat in CATALOGUE.caveats:
        assert caveat.text
        assert caveat.action
        assert caveat.source
        for use in caveat.uses:
            table, _, column = use.partition(".")
            assert table in CATALOGUE.tables, use
            assert not column or column in {c.name for c in CATALOGUE.tables[table].columns}, use
