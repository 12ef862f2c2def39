"""Tests of the SQL compiler and of the DuckDB engine."""
