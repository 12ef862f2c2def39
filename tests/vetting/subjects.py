"""Studies with hand-written holdings, their scripts, and what DuckDB makes of them, each made once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from cohort import pipeline
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.sql import Script, ScriptOptions
from cohort.vetting.execution import Candidate, Expected, on_duckdb
from cohort.vetting.gate import Asked
from tests.study.held import example, held_rows

WITH_HOLDINGS = (
    "siblings_and_households",
    "care_leavers_self_harm",
    "crcs_substance_misuse_injury",
    "first_care_entry_gcse",
)
"""Studies for which there are a few invented units whose way was worked out by hand."""
STUDIES = ("infants_entering_care", *WITH_HOLDINGS[1:])
"""The example studies."""
SMALL = "siblings_and_households"
_TYPES = {"date": pl.Date, "key": pl.Int64, "whole number": pl.Int32, "decimal number": pl.Float64}


@cache
def db2(name: str, options: ScriptOptions | None = None) -> Script:
    return pipeline.compile_study(example(name), "db2", None, options)


@cache
def duckdb(name: str) -> Script:
    return pipeline.compile_study(example(name), "duckdb", None, ScriptOptions(views=False, counts=True))


@cache
def data(name: str) -> dict[str, pl.DataFrame]:
    """The hand-written holdings as frames under physical names."""
    own = shipped_binding("synthetic")
    return {
        table: pl.DataFrame(
            [[row[column.name] for column in held.columns] for row in held_rows(name, table)],
            schema={
                own.column(column.physical): _TYPES.get(column.type.kind.value, pl.String)
                for column in held.columns
            },
            orient="row",
        )
        for table, held in load_catalogue().tables.items()
    }


@cache
def expected(name: str) -> Expected:
    return on_duckdb(duckdb(name), data(name))


def candidate(name: str, text: str | None = None, options: ScriptOptions | None = None) -> Candidate:
    script = db2(name, options)
    workspace = shipped_binding("sail9999").workspace
    made = Candidate(text if text is not None else script.text, script, workspace)
    return replace(made, kept=(*made.kept, "analysis")) if options and options.keep_analysis else made


def asked(name: str, text: str | None = None) -> Asked:
    return Asked(example(name), load_catalogue(), candidate(name, text), duckdb(name), "sail9999")


def changed(name: str, old: str, new: str) -> str:
    """The script of a study with one thing changed, where it first occurs in a statement."""
    text = db2(name).text
    assert old in text, old
    return text.replace(old, new, 1)
