"""One cohort with five rules: Carfan against the SQL of ohdsi-circepy 0.3.0, both with attrition.

    python -m venv circe && circe/bin/pip install ohdsi-circepy==0.3.0
    python -m benchmarks.against_circepy --work DIR --circe-python PYTHON

Makes 100,000 persons with 5 million events of general practice, and two DuckDB files of the same people: the holdings
as Carfan reads them, and a copy in the shape of the OMOP model (person, observation_period, condition_occurrence,
concept, concept_ancestor). Both are read through one DuckDB in this process, in turns; the entries that remain after
each rule must be equal before a time counts.

What differs, to circepy's advantage: its copy holds accepted events only, with whole numbers for codes and a cleaned
year of birth, while Carfan does that clean-up in every run. Everyone has one observation period from 2000 to 2020, so
that circepy's rule "within the observation period" leaves nothing out. Its SQL is built, rendered and translated to
DuckDB by the package itself and run unchanged; only empty target tables are made before it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.holdings import make_holdings
from benchmarks.many_variables import CODES_IN_LIST
from benchmarks.sides import HERE, Case, run_carfan

CASE = Case("five_rules", HERE / "specs" / "five_rules.yaml", HERE / "circepy_sql.py")
RULES = ("study_years", "adult", "needed_event", "never_excluded", "not_lately")
PERSONS, EVENTS = 100_000, 5_900_000

_OMOP = f"""
CREATE TABLE omop.concept AS
SELECT CAST(range AS BIGINT) AS concept_id, CAST(NULL AS VARCHAR) AS invalid_reason FROM range(5000)
UNION ALL SELECT CAST(9001 + range AS BIGINT), NULL FROM range(21);
CREATE TABLE omop.concept_ancestor AS
SELECT CAST(9001 + range // {CODES_IN_LIST} AS BIGINT) AS ancestor_concept_id,
    CAST(range AS BIGINT) AS descendant_concept_id
FROM range({21 * CODES_IN_LIST});
CREATE TABLE omop.condition_occurrence AS
SELECT row_number() OVER () AS condition_occurrence_id, ALF_PE AS person_id,
    CAST(TRY_CAST(substr(EVENT_CD, 2) AS INTEGER) AS BIGINT) AS condition_concept_id, EVENT_DT AS condition_start_date,
    CAST(NULL AS DATE) AS condition_end_date, CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM held.WLGP_GP_EVENT_CLEANSED
WHERE ALF_PE IS NOT NULL AND ALF_STS_CD IN ('1', '4', '39') AND EVENT_DT BETWEEN DATE '2000-01-01' AND DATE '2020-12-31'
    AND TRY_CAST(substr(EVENT_CD, 2) AS INTEGER) IS NOT NULL;
CREATE TABLE omop.observation_period AS
SELECT row_number() OVER () AS observation_period_id, person_id, DATE '2000-01-01' AS observation_period_start_date,
    DATE '2020-12-31' AS observation_period_end_date
FROM (SELECT DISTINCT person_id FROM omop.condition_occurrence ORDER BY person_id);
-- Everyone with an event has a person row, also those whom the demographic service does not know.
CREATE TABLE omop.person AS
WITH known AS (
    SELECT ALF_PE AS person_id, year(WOB) AS year_of_birth, GNDR_CD AS gender_concept_id
    FROM held.WDSD_AR_PERS WHERE ALF_PE IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1
)
SELECT person_id, year_of_birth, gender_concept_id
FROM (SELECT person_id FROM omop.observation_period UNION SELECT person_id FROM known) LEFT JOIN known USING (person_id)
ORDER BY person_id;
"""

_TARGETS = """
CREATE TABLE cohort (cohort_definition_id INTEGER, subject_id BIGINT, cohort_start_date DATE, cohort_end_date DATE);
CREATE TABLE cohort_inclusion_result (
    cohort_definition_id INTEGER, mode_id INTEGER, inclusion_rule_mask BIGINT, person_count BIGINT
);
CREATE TABLE cohort_inclusion_stats (
    cohort_definition_id INTEGER, rule_sequence INTEGER, mode_id INTEGER, person_count BIGINT, gain_count BIGINT,
    person_total BIGINT
);
CREATE TABLE cohort_summary_stats (
    cohort_definition_id INTEGER, mode_id INTEGER, base_count BIGINT, final_count BIGINT
);
CREATE TABLE cohort_censor_stats (cohort_definition_id INTEGER, lost_count BIGINT);
"""


def _events(concept_set: int, first_day: dict[str, Any], at_least_one: bool) -> dict[str, Any]:
    occurrence = {"Type": 2, "Count": 1} if at_least_one else {"Type": 0, "Count": 0}
    window = {"Start": {**first_day, "Coeff": -1}, "End": {"Days": 1, "Coeff": -1}, "UseEventEnd": False}
    criteria = {"ConditionOccurrence": {"CodesetId": concept_set}}
    return {"Criteria": criteria, "StartWindow": window, "Occurrence": occurrence}


def expression() -> dict[str, Any]:
    """Return the cohort of ``specs/five_rules.yaml`` as circepy reads it."""
    sets = {1: 9021, 2: 9001, 3: 9010, 4: 9005}
    facts: tuple[tuple[list[Any], list[Any]], ...] = (
        ([], [{"OccurrenceStartDate": {"Value": "2008-01-01", "Extent": "2017-12-31", "Op": "bt"}}]),
        ([], [{"Age": {"Value": 18, "Extent": 64, "Op": "bt"}}]),
        ([_events(2, {"Days": 1825}, True)], []),
        ([_events(3, {}, False)], []),
        ([_events(4, {"Days": 365}, False)], []),
    )
    return {
        "ConceptSets": [
            {
                "id": number,
                "name": f"set {number}",
                "expression": {"items": [{"concept": {"CONCEPT_ID": concept}, "includeDescendants": True}]},
            }
            for number, concept in sets.items()
        ],
        "PrimaryCriteria": {
            "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 1, "First": True}}],
            "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
            "PrimaryCriteriaLimit": {"Type": "First"},
        },
        "QualifiedLimit": {"Type": "First"},
        "ExpressionLimit": {"Type": "First"},
        "InclusionRules": [
            {
                "name": rule,
                "expression": {
                    "Type": "ALL",
                    "CriteriaList": events,
                    "DemographicCriteriaList": person,
                    "Groups": [],
                },
            }
            for rule, (events, person) in zip(RULES, facts, strict=True)
        ],
        "CensoringCriteria": [],
        "CollapseSettings": {"CollapseType": "ERA", "EraPad": 0},
        "CensorWindow": {},
    }


def build(work: Path) -> tuple[Path, Path]:
    """Make the holdings and both DuckDB files, unless they are there; return the files."""
    held, omop = work / "held.duckdb", work / "omop.duckdb"
    if held.exists() and omop.exists():
        return held, omop
    folder = work / "parquet"
    make_holdings(PERSONS, EVENTS, folder)
    for file in (held, omop):
        file.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{held.as_posix()}' AS held; ATTACH '{omop.as_posix()}' AS omop")
        for file in sorted(folder.glob("*.parquet")):
            connection.execute(f"CREATE TABLE held.{file.stem} AS FROM read_parquet('{file.as_posix()}')")
        connection.execute(_OMOP)
    return held, omop


def circe_statements(python: Path) -> list[str]:
    """Return circepy's SQL for DuckDB, made in its own environment."""
    command = [str(python), str(HERE / "circepy_sql.py"), "omop.main", "memory.main"]
    done = subprocess.run(command, input=json.dumps(expression()), check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def run_circe(statements: list[str], omop: Path) -> tuple[float, dict[str, int]]:
    """Run circepy's SQL; return seconds and the entries that remain after each rule, in order."""
    started = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{omop.as_posix()}' AS omop (READ_ONLY)")
        connection.execute(_TARGETS)
        for statement in statements:
            connection.execute(statement)
        masks = connection.execute(
            "SELECT inclusion_rule_mask, person_count FROM cohort_inclusion_result WHERE mode_id = 0"
        ).fetchall()
    seconds = time.perf_counter() - started
    flow = {"start": sum(count for _, count in masks)}
    for number, rule in enumerate(RULES, start=1):
        wanted = 2**number - 1
        flow[rule] = sum(count for mask, count in masks if int(mask) & wanted == wanted)
    return seconds, flow


def main() -> None:
    """Measure in turns and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--circe-python", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    held, omop = build(options.work)
    statements = circe_statements(options.circe_python)
    ours, theirs = [], []
    for _ in range(options.runs + 1):
        seconds, flow = run_circe(statements, omop)
        timed = run_carfan(CASE, held)
        found = {row[1]: row[5] for row in timed.rows if row[0] == "flow_of_people" and row[4] == "remaining"}
        if found != flow:
            raise SystemExit(f"the flows differ, so times say nothing: Carfan {found}, circepy {flow}")
        theirs.append(seconds)
        ours.append(timed.seconds)
    # The first turn warms the files and does not count.
    carfan, circe = statistics.median(ours[1:]), statistics.median(theirs[1:])
    print(
        f"{PERSONS:,} persons, {EVENTS * 85 // 100:,} events; median of {options.runs} runs in turns; equal flows:"
    )
    print(", ".join(f"{step} {count:,}" for step, count in flow.items()))
    print("\n| circepy 0.3.0, s | Carfan, s | ratio |\n|---|---|---|")
    print(f"| {circe:.2f} | {carfan:.2f} | **{carfan / circe:.2f}** |")
    if carfan > circe:
        raise SystemExit("Carfan takes longer")


if __name__ == "__main__":
    main()
