"""From an expression or statement to its text in one of the databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from cohort.sql.db2 import Db2Dialect
from cohort.sql.duckdb import DuckDBDialect
from cohort.sql.layout import tokens
from cohort.sql.model import CannotCompile, DialectName
from cohort.sql.postgresql import PostgreSQLDialect
from cohort.sql.spark import SparkDialect
from cohort.sql.statement_kinds import (
    CreateTyped,
    DropIfThere,
    DropViewIfThere,
    FilledFrom,
    FromSteps,
    MadeFrom,
    ViewOf,
    WholeStatement,
)

__all__ = [
    "CreateTyped",
    "DropIfThere",
    "DropViewIfThere",
    "FilledFrom",
    "FromSteps",
    "MadeFrom",
    "ViewOf",
    "WholeStatement",
    "compiled",
    "refuse_cut_names",
]

_DIALECTS: Mapping[DialectName, DefaultDialect] = {
    DialectName.DUCKDB: DuckDBDialect(),
    DialectName.DB2: Db2Dialect(),
    DialectName.SPARK: SparkDialect(),
    # SQLAlchemy declares no types for the constructor of its PostgreSQL dialect.
    DialectName.POSTGRESQL: PostgreSQLDialect(),  # type: ignore[no-untyped-call]
}


def compiled(element: ClauseElement, dialect: DialectName) -> str:
    """Return the text of an expression or statement, with every value written into it.

    Raises ``CannotCompile`` for anything that is not on the list of what the database may be given.
    """
    try:
        compiler = element.compile(dialect=_DIALECTS[dialect], compile_kwargs={"literal_binds": True})
    except CompileError as error:
        raise CannotCompile(
            f"SQLAlchemy cannot write a {type(element).__name__} for {dialect.label}."
        ) from error
    assert isinstance(compiler, SQLCompiler)
    if compiler.binds:
        # Only the bounds of a window's frame are bound by SQLAlchemy, and those are written out.
        unwritten = [name for name in compiler.binds if f":{name}" in str(compiler)]
        if unwritten:
            raise CannotCompile("A value was left out of the text of a statement.")
    return str(compiler)


def refuse_cut_names(statements: Iterable[str], dialect: DialectName) -> None:
    """Raise ``CannotCompile`` if the database would take two names of a script for one.

    PostgreSQL cuts names at 63 bytes without a word, which changes nothing unless two names begin alike.
    """
    longest = _DIALECTS[dialect].max_identifier_length
    kept: dict[str, str] = {}
    for statement in statements:
        for token in tokens(statement):
            for name in token.text.lower().split(".") if len(token.text) >= longest else ():
                if name[:1].isalpha() and kept.setdefault(name[:longest], name) != name:
                    raise CannotCompile(
                        f"{dialect.label} keeps {longest} characters of a name, so that {kept[name[:longest]]!r} and "
                        f"{name!r} are one."
                    )
