"""Writes the two studies with many variables: the specs with their codelists, and the same in SQL as written by hand.

    python -m benchmarks.many_variables

An index condition, five rules, and 20 or 60 variables over general-practice events of twenty lists of 25 codes: ever
before the index date, how often in five years, the last value, and days to the first one after. The files are
committed; the SQL is written out from the same table of variables, as an analyst with a list of sixty would do it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LISTS = 20
CODES_IN_LIST = 25
SIZES = (20, 60)
KINDS = ("ever", "times", "value", "days_to")


@dataclass(frozen=True)
class Variable:
    """One variable: what is asked (one of ``KINDS``) of the events of which list (1 to 20)."""

    kind: str
    list_number: int

    @property
    def name(self) -> str:
        """Its name in the spec and in the SQL."""
        return f"{self.kind}_{self.list_number:02d}"


def variables(size: int) -> tuple[Variable, ...]:
    """Return that many variables, spread evenly over lists and kinds."""
    return tuple(
        Variable(KINDS[(number + number // LISTS) % len(KINDS)], number % LISTS + 1) for number in range(size)
    )


def code(number: int) -> str:
    """Return the code of general practice that the holdings have at this rank."""
    return f"{chr(65 + number % 8)}{number:04d}"


def codelist(number: int) -> str:
    """Return a codelist as CSV; number 21 is the index condition."""
    first = CODES_IN_LIST * (number - 1)
    lines = [f"{code(n)},invented code {n}" for n in range(first, first + CODES_IN_LIST)]
    return "\n".join(["code,label", *lines, ""])


_HEAD = """cohort_spec: 1

study:
  id: many_variables_{size}
  title: A benchmark with {size} variables from general practice
  question: |
    How long does a study of {size} variables take? The codes are invented; nothing can be learned from the tables.
  unit: person
  data_from: 2000-01-01
  data_until: 2020-12-31

linkage:
  accept_status: [1, 4, 39]
  derived_alf: false
  why: General-practice records are matched by NHS number.

sources:
  people: Week of birth and sex
  gp_registrations: Events are seen only while registered with a supplying practice
  gp_events: The index condition and all variables
  residence: Only people who live in Wales

codelists:
{codelists}
  index_condition: codelists/list_21.csv

windows:
  study_years: from 2008-01-01 through 2017-12-31
  five_years_before: from index_date - 5 years until index_date

definitions:
  gp_cover:
    from: gp_registrations
    where: practice_supplies_data
    join_spells: {{start: start_date, end: until, gap: 30 days}}

  home_in_wales:
    from: residence
    where: in_wales
    join_spells: {{start: start_date, end: until, gap: 30 days}}

  first_condition:
    from: gp_events
    where: code in codelists.index_condition
    keep_first: event_date

{definitions}

population:
  from: first_condition
  index_date: first_condition.event_date
  steps:
    - id: condition_in_study_years
      keep: index_date during study_years
    - id: adult
      keep: age_on(index_date) >= 18 and age_on(index_date) < 65
    - id: lives_in_wales
      keep: any(home_in_wales where current_on(index_date))
    - id: five_years_registered
      keep: days_covered(gp_cover, five_years_before) >= 1461
    - id: without_exclusion_condition
      keep: none(events_10 where event_date during five_years_before)

variables:
  sex:
    label: Sex
    value: people.sex
  age_at_index:
    label: Age at the index date
    value: age_on(index_date)
    bands: {{18: 18 to 29, 30: 30 to 44, 45: 45 to 64}}
{variables}

outputs:
  flow_of_people:
    title: Flow of people into the cohort
    attrition: population
  age_and_sex:
    title: People by age and sex
    count: people
    by: [age_at_index, sex]
  people_described:
    title: People at the index date
    table_one: [{names}]

disclosure: sail
"""

_VALUES = {
    "ever": ("Whether before the index date", "any({rows} where event_date < index_date)"),
    "times": ("How often in five years", "count({rows} where event_date during five_years_before)"),
    "value": ("Last value", "last(event_value of {rows} by event_date where event_date < index_date)"),
    "days_to": (
        "Days to the first one after",
        "days_between(index_date, smallest(event_date of {rows} where event_date > index_date))",
    ),
}


def spec(size: int) -> str:
    """Return the study as YAML."""
    names = [f"list_{number:02d}" for number in range(1, LISTS + 1)]
    listed = "\n".join(f"  {name}: codelists/{name}.csv" for name in names)
    rows = "\n\n".join(
        f"  events_{name[-2:]}:\n    from: gp_events\n    where: code in codelists.{name}" for name in names
    )
    values = []
    for variable in variables(size):
        label, value = _VALUES[variable.kind]
        values.append(
            f"  {variable.name}:\n    label: {label}, list {variable.list_number}\n"
            f"    value: {value.format(rows=f'events_{variable.list_number:02d}')}"
        )
    return _HEAD.format(
        size=size,
        codelists=listed,
        definitions=rows,
        variables="\n".join(values),
        names=", ".join(variable.name for variable in variables(size)),
    )


_SQL = """-- many_variables_{size}: the same rows as specs/many_variables_{size}.yaml, as written by hand for DuckDB.
-- Written by `python -m benchmarks.many_variables` from the table of variables.
-- Shape: codes in a table; one scan for the index condition; one scan that stages the events of those people; one
-- aggregate for each person and list; one wide row for each member; one long table for the description.

CREATE TEMP TABLE code_lists AS
{codes};

-- The index condition: the first event of list 21.
CREATE TEMP TABLE condition AS
SELECT ALF_PE AS person, min(EVENT_DT) AS index_date
FROM WLGP_GP_EVENT_CLEANSED
WHERE EVENT_CD IN (SELECT code FROM code_lists WHERE list = 21)
    AND ALF_PE IS NOT NULL AND ALF_STS_CD IN ('1', '4', '39')
    AND EVENT_DT BETWEEN DATE '1990-01-01' AND DATE '2020-12-31'
GROUP BY ALF_PE;

CREATE TEMP TABLE people AS
SELECT ALF_PE AS person, WOB AS born, GNDR_CD AS sex
FROM WDSD_AR_PERS SEMI JOIN condition ON person = ALF_PE
QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1;

CREATE TEMP TABLE events AS
SELECT person, index_date, list, EVENT_DT AS happened, EVENT_CD AS code, ALF_STS_CD AS status, EVENT_VAL AS value
FROM WLGP_GP_EVENT_CLEANSED
JOIN code_lists ON EVENT_CD = code AND list <= 20
JOIN condition ON person = ALF_PE
WHERE ALF_STS_CD IN ('1', '4', '39') AND EVENT_DT BETWEEN DATE '1990-01-01' AND DATE '2020-12-31';

-- Spells of registration and of living in Wales, joined over gaps of up to 30 days.
CREATE TEMP TABLE spells AS
WITH spell AS (
    SELECT 'gp' AS kind, ALF_PE AS person, START_DATE AS s, END_DATE AS e
    FROM WLGP_CLEAN_GP_REG_MEDIAN SEMI JOIN condition ON person = ALF_PE WHERE GP_DATA_FLAG = 1
    UNION ALL
    SELECT 'wales', ALF_PE, START_DATE, END_DATE
    FROM WDSD_CLEAN_ADD_WALES SEMI JOIN condition ON person = ALF_PE WHERE WELSH_ADDRESS = 1
),
closed AS (
    SELECT kind, person, s, CASE WHEN e IS NULL OR e >= DATE '9000-01-01' THEN DATE '2021-01-01' ELSE e + 1 END AS u
    FROM spell WHERE s <= DATE '2020-12-31'
),
numbered AS (
    SELECT *, sum(CASE WHEN s - reach <= 30 THEN 0 ELSE 1 END) OVER (PARTITION BY kind, person ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY kind, person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM closed WHERE u > s
    )
)
SELECT kind, person, min(s) AS s, max(u) AS u FROM numbered GROUP BY kind, person, n;

-- The five rules as flags, in one pass.
CREATE TEMP TABLE flags AS
WITH covered AS (
    SELECT
        person,
        bool_or(kind = 'wales' AND s <= index_date AND index_date < u) AS in_wales,
        sum(greatest(0, least(u, index_date) - greatest(s, CAST(index_date - INTERVAL 5 YEAR AS DATE))))
            FILTER (WHERE kind = 'gp') AS days
    FROM spells JOIN condition USING (person) GROUP BY person
),
excluded AS (
    SELECT DISTINCT person FROM events
    WHERE list = 10 AND happened >= index_date - INTERVAL 5 YEAR AND happened < index_date
)
SELECT
    person, index_date, sex, age,
    coalesce(index_date BETWEEN DATE '2008-01-01' AND DATE '2017-12-31', false) AS rule_1,
    coalesce(age >= 18 AND age < 65, false) AS rule_2,
    coalesce(in_wales, false) AS rule_3,
    coalesce(days >= 1461, false) AS rule_4,
    excluded.person IS NULL AS rule_5
FROM (
    SELECT condition.person, index_date, sex, year(index_date) - year(born)
        - CASE WHEN month(index_date) * 100 + day(index_date) < month(born) * 100 + day(born) THEN 1 ELSE 0 END AS age
    FROM condition LEFT JOIN people USING (person)
)
LEFT JOIN covered USING (person)
LEFT JOIN excluded USING (person);

CREATE TEMP TABLE members AS
SELECT person, index_date, sex, age FROM flags WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5;

CREATE TEMP TABLE by_list AS
SELECT
    person,
    list,
    bool_or(happened < index_date) AS ever,
    count(*) FILTER (WHERE happened >= index_date - INTERVAL 5 YEAR AND happened < index_date) AS times,
    first(value ORDER BY happened DESC, code, status, value NULLS LAST) FILTER (WHERE happened < index_date) AS value,
    min(happened) FILTER (WHERE happened > index_date) - any_value(index_date) AS days_to
FROM events SEMI JOIN members USING (person)
GROUP BY person, list;

CREATE TEMP TABLE analysis AS
SELECT
    person,
    any_value(index_date) AS index_date,
    any_value(sex) AS sex,
    any_value(age) AS age,
{wide}
FROM members LEFT JOIN by_list USING (person)
GROUP BY person;

CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results
SELECT 'flow_of_people', unnest([
    'start', 'condition_in_study_years', 'adult', 'lives_in_wales', 'five_years_registered',
    'without_exclusion_condition'
]), '', '', 'remaining', unnest([
    count(*), count(*) FILTER (WHERE rule_1), count(*) FILTER (WHERE rule_1 AND rule_2),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5)
]), NULL
FROM flags
UNION ALL
SELECT 'flow_of_people', unnest([
    'condition_in_study_years', 'adult', 'lives_in_wales', 'five_years_registered',
    'without_exclusion_condition'
]), '', '', 'without_step', unnest([
    count(*) FILTER (WHERE rule_2 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4)
]), NULL
FROM flags;

INSERT INTO results
SELECT 'age_and_sex', CASE WHEN age >= 45 THEN '45 to 64' WHEN age >= 30 THEN '30 to 44' ELSE '18 to 29' END,
    coalesce(CAST(sex AS VARCHAR), 'missing'), '', 'count', count(*), NULL
FROM analysis GROUP BY ALL;

-- Yes or no: how many of each.
INSERT INTO results
SELECT 'people_described', 'all', CAST(answer AS VARCHAR), variable, 'count', count(*), NULL
FROM (
    SELECT
{flags}
    FROM analysis
) UNPIVOT (answer FOR variable IN (*))
GROUP BY ALL;

-- Numbers: sums of whole thousandths, so that their order does not matter, and quantiles.
INSERT INTO results
WITH long AS (
    SELECT variable, answer
    FROM (
        SELECT
{numbers}
        FROM analysis
    ) UNPIVOT INCLUDE NULLS (answer FOR variable IN (*))
),
described AS (
    SELECT
        variable,
        count(answer) AS known,
        count(*) - count(answer) AS missing,
        CAST(sum(CAST(floor(answer * 1000 + 0.5) AS HUGEINT)) AS DOUBLE) / 1e3 AS total,
        CAST(sum(CAST(floor(answer * 1000 + 0.5) AS HUGEINT) ** 2) AS DOUBLE) / 1e6 AS squares,
        quantile_disc(answer, [0.25, 0.5, 0.75]) AS q
    FROM long GROUP BY variable
)
SELECT 'people_described', 'all', '', variable, statistic, value, number
FROM (
    SELECT
        variable,
        unnest(['known', 'missing', 'total', 'squares', 'quantile_25', 'quantile_50', 'quantile_75']) AS statistic,
        unnest([nullif(known, 0), nullif(missing, 0), NULL, NULL, NULL, NULL, NULL]) AS value,
        unnest([NULL, NULL, total, squares, q[1], q[2], q[3]]) AS number
    FROM described
)
WHERE value IS NOT NULL OR number IS NOT NULL;
"""

_WIDE = {
    "ever": "CAST(coalesce(bool_or(ever) FILTER (WHERE list = {n}), false) AS INTEGER) AS {name}",
    "times": "coalesce(max(times) FILTER (WHERE list = {n}), 0) AS {name}",
    "value": "max(value) FILTER (WHERE list = {n}) AS {name}",
    "days_to": "max(days_to) FILTER (WHERE list = {n}) AS {name}",
}


def _wrapped(items: Iterable[str]) -> str:
    """Return a list with commas, in lines of at most 110 signs."""
    return textwrap.fill(
        ", ".join(item.replace(" ", "\0") for item in items),
        110,
        initial_indent=" " * 8,
        subsequent_indent=" " * 8,
        break_on_hyphens=False,
    ).replace("\0", " ")


def by_hand(size: int) -> str:
    """Return the SQL that an analyst would write for the study, in the best style that DuckDB offers."""
    codes = "\nUNION ALL\n".join(
        "SELECT unnest([\n"
        + _wrapped(f"'{code(n)}'" for n in range(CODES_IN_LIST * (k - 1), CODES_IN_LIST * k))
        + f"\n]) AS code, {k} AS list"
        for k in range(1, LISTS + 2)
    )
    chosen = variables(size)
    wide = ",\n".join("    " + _WIDE[v.kind].format(n=v.list_number, name=v.name) for v in chosen)
    return _SQL.format(
        size=size,
        codes=codes,
        wide=wide,
        flags=_wrapped(v.name for v in chosen if v.kind == "ever"),
        numbers=_wrapped(f"CAST({v.name} AS DOUBLE) AS {v.name}" for v in chosen if v.kind != "ever"),
    )


def main() -> None:
    """Write specs, codelists and SQL beside this file."""
    folder = HERE / "specs" / "codelists"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, LISTS + 2):
        (folder / f"list_{number:02d}.csv").write_text(codelist(number), "utf-8")
    for size in SIZES:
        (HERE / "specs" / f"many_variables_{size}.yaml").write_text(spec(size), "utf-8")
        (HERE / "by_hand" / f"many_variables_{size}.sql").write_text(by_hand(size), "utf-8")


if __name__ == "__main__":
    main()
