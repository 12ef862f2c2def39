"""Prints the SQL of a cohort as ohdsi-circepy writes it for DuckDB, as a JSON list of statements.

Run by ``benchmarks.against_circepy`` with the Python of an environment that holds ``ohdsi-circepy==0.3.0``; nothing
here is imported by Carfan. The text is built, rendered and translated by that package alone, and not changed here.
"""

import json
import sys

from circe.api import build_cohort_query, cohort_expression_from_json
from circe.cohortdefinition import BuildExpressionQueryOptions
from circe.sqlrender import render, split_sql, translate


def statements(expression: str, schema: str, target: str) -> list[str]:
    """Return the statements that fill the cohort table and the tables of inclusion statistics."""
    options = BuildExpressionQueryOptions()
    options.cdm_schema = schema
    options.vocabulary_schema = schema
    options.result_schema = target
    options.target_table = f"{target}.cohort"
    options.cohort_id = 1
    options.generate_stats = True
    text = build_cohort_query(cohort_expression_from_json(expression), options)
    text = render(
        text,
        cdm_database_schema=schema,
        vocabulary_database_schema=schema,
        results_database_schema=target,
        target_database_schema=target,
        target_cohort_table="cohort",
        target_cohort_id=1,
    )
    return [part for part in split_sql(translate(text, "duckdb", session_id="carfan01")) if part.strip()]


if __name__ == "__main__":
    print(json.dumps(statements(sys.stdin.read(), sys.argv[1], sys.argv[2])))
