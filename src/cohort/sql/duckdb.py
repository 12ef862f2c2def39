"""The DuckDB dialect: what is its own. It compiles only; the text goes to DuckDB's own interface."""

from __future__ import annotations

from cohort.sql.dialect import CompileOnly, ListedCompiler


class DuckDBCompiler(ListedCompiler):
    """DuckDB takes a SELECT without FROM."""


class DuckDBDialect(CompileOnly):
    """DuckDB."""

    name = "duckdb"
    statement_compiler = DuckDBCompiler
