"""Large specs compile, and the length of SQL grows in step with the spec. Length is measured, not time."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort.pipeline import check_source, compile_study
from cohort.query.study import Study
from cohort.source import Source

HEAD = """\
cohort_spec: 1

study:
  id: large
  title: A large study
  question: Does it compile?
  unit: child
  data_from: 2003-04-01
  data_until: 2021-03-31

sources:
  children: Week of birth
  care_episodes: Episodes of care
"""
POPULATION = """
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - id: in_study_years
      keep: index_date during from 2005-04-01 through 2021-03-31
"""
OUTPUTS = """
outputs:
  flow:
    attrition: population
  by_sex:
    count: children
    by: [sex]

disclosure: sail
"""
FIRST = """\
  first_episode:
    from: care_episodes
    keep_first: start_date
"""
SEX = "  sex: children.sex\n"


def spec(
    *, codelists: str = "", definitions: str = "", variables: str = "", population: str = POPULATION
) -> str:
    parts = [HEAD]
    parts += [f"\ncodelists:\n{codelists}"] if codelists else []
    parts += [f"\ndefinitions:\n{FIRST}{definitions}", population, f"\nvariables:\n{SEX}{variables}", OUTPUTS]
    return "".join(parts)


def compiled(text: str, dialect: str = "db2", folder: Path = Path()) -> str:
    checked = check_source(Source("large.yaml", text), folder)
    errors = [item.headline for item in checked.diagnostics if item.rule.severity == "error"]
    assert not errors, errors[:3]
    assert isinstance(checked.study, Study)
    return compile_study(checked.study, dialect).text


def many_variables(number: int) -> str:
    lines = (
        f"  number_{n}: count(care_episodes where start_date >= index_date + {n + 1} days)\n"
        for n in range(number)
    )
    return spec(variables="".join(lines))


def chained_definitions(number: int) -> str:
    lines = [
        f"  link_{n}:\n    from: {'care_episodes' if n == 0 else f'link_{n - 1}'}\n"
        f"    where: start_date >= index_date - {number - n} days\n"
        for n in range(number)
    ]
    return spec(definitions="".join(lines), variables=f"  found: count(link_{number - 1})\n")


def nested(levels: int) -> str:
    inner = "days_between(children.week_of_birth, index_date)"
    for n in range(levels):
        inner = f"({inner} + {n + 10})"
    return spec(variables=f"  deep: {inner}\n")


def members(number: int, folder: Path) -> str:
    lines = "\n".join(f"W{n:08d},code number {n}" for n in range(number))
    (folder / "many.csv").write_text(f"code,label\n{lines}\n", "utf-8")
    return spec(
        codelists="  many: many.csv\n",
        variables="  placed: any(care_episodes where placement_lsoa in codelists.many)\n",
    )


def growth(small: int, large: int, base: int) -> float:
    """Return by how much the part of the SQL that the spec adds has grown."""
    return (large - base) / (small - base)


@pytest.mark.parametrize("dialect", ["duckdb", "db2"])
def test_length_is_linear_in_variables(dialect: str) -> None:
    base, small, large = (len(compiled(many_variables(n), dialect)) for n in (0, 100, 400))
    assert 3.5 < growth(small, large, base) < 4.5


@pytest.mark.parametrize("dialect", ["duckdb", "db2"])
def test_length_is_linear_in_chained_definitions(dialect: str) -> None:
    base, small, large = (len(compiled(chained_definitions(n), dialect)) for n in (1, 40, 160))
    assert 3.5 < growth(small, large, base) < 4.6


@pytest.mark.parametrize("dialect", ["duckdb", "db2"])
def test_length_is_linear_in_nested_expressions(dialect: str) -> None:
    # Indentation is set aside: deeper levels stand further to the right, up to the limit of 60 levels.
    base, small, large = (len("".join(compiled(nested(n), dialect).split())) for n in (1, 12, 45))
    assert 3.5 < growth(small, large, base) < 4.5


@pytest.mark.parametrize("dialect", ["duckdb", "db2"])
def test_length_is_linear_in_members(dialect: str, tmp_path: Path) -> None:
    lengths = (len(compiled(members(n, tmp_path), dialect, tmp_path)) for n in (100, 2_500, 10_000))
    base, small, large = lengths
    assert 3.8 < growth(small, large, base) < 4.4


def test_a_thousand_variables_compile() -> None:
    assert "number_999" in compiled(many_variables(1000))


def test_two_hundred_chained_definitions_compile() -> None:
    assert "link_199" in compiled(chained_definitions(200))


def test_sixty_nested_expressions_compile() -> None:
    # 58 sums around a call around a name are 60 levels.
    compiled(nested(58))


def test_a_shared_expression_stands_once_in_the_sql() -> None:
    shared = "days_covered(care_episodes, from index_date until index_date + 777 days)"
    variables = "".join(f"  days_{n}: {shared} + {n}\n" for n in range(12))
    for dialect in ("duckdb", "db2"):
        one, twelve = (
            "\n".join(
                line
                for line in compiled(spec(variables=text), dialect).splitlines()
                if not line.lstrip().startswith("--")
            )
            for text in (f"  days_0: {shared} + 0\n", variables)
        )
        assert twelve.count("777") == one.count("777")
