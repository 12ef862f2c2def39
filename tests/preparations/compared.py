"""Which prepared sources the tests of this folder compare with polars: read from the tests, not from a list."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest

COMPARISON = "assert_prepared"
"""The function with which tests compare a source on both engines with what polars gives."""


def compared() -> frozenset[tuple[str, str]]:
    """Return the sources that tests compare, each with the unit that it is prepared for."""
    return frozenset(pair for test in _tests() for pair in of_test(test))


def of_test(test: FunctionType) -> Iterator[tuple[str, str]]:
    """Yield the sources and units that one test compares; what it is parametrized by counts for each of its values."""
    given = dict(_parameters(test))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(test)))):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == COMPARISON
        ):
            continue
        # The helper of social care and education names the unit, that of health is for people.
        unit = node.args[1] if _takes_unit(test) else ast.Constant("person")
        for name in _values(node.args[0], given):
            for of_unit in _values(unit, given):
                yield name, of_unit


def _takes_unit(test: FunctionType) -> bool:
    return "unit" in inspect.signature(test.__globals__[COMPARISON]).parameters


def _values(node: ast.expr, given: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.Name(id=name) if name in given:
            return given[name]
    raise AssertionError(
        f"line {node.lineno}: a source is named by a text, or by what the test is parametrized by"
    )


def _parameters(test: FunctionType) -> Iterator[tuple[str, tuple[str, ...]]]:
    for mark in getattr(test, "pytestmark", ()):
        if isinstance(mark, pytest.Mark) and mark.name == "parametrize" and isinstance(mark.args[0], str):
            yield mark.args[0], tuple(mark.args[1])


def _tests() -> Iterator[FunctionType]:
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        for name, found in vars(module).items():
            if (
                name.startswith("test_")
                and isinstance(found, FunctionType)
                and found.__module__ == module.__name__
            ):
                yield found
