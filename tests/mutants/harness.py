"""Carries out mutants of a study's Db2 text on PostgreSQL and sees whether boundary data tell them from the script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohort import pipeline
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.plan.build import build_plan
from cohort.query.study import Study
from cohort.sql.layout import Token, tokens
from cohort.sql.model import PartKind, Script, StatementKind
from cohort.vetting import postgres
from cohort.vetting.boundary import boundary_data
from cohort.vetting.model import Refused
from cohort.vetting.rewrite import short_name
from cohort.vetting.text import joined

from .mutations import Mutant, mutants

if TYPE_CHECKING:
    import psycopg

    from cohort.vetting.postgres import Server

SPECS = Path(__file__).parents[2] / "specs"
STUDIES = (
    "care_leavers_self_harm",
    "crcs_substance_misuse_injury",
    "first_care_entry_gcse",
    "infants_entering_care",
)
PATIENCE = "6s"
"""A mutant that takes longer is not counted as killed."""


@dataclass(frozen=True)
class Site:
    """A mutant and where it is: the name of the part of the script, and the statement's place in it."""

    study: str
    part: str
    place: int
    mutant: Mutant

    @property
    def key(self) -> tuple[str, str, int, str, str, str, str]:
        """What tells it from all others, and stays while the text around it stays."""
        found = self.mutant
        return (self.study, self.part, self.place, found.kind, found.before, found.after, found.around)


@cache
def study_of(name: str) -> Study:
    """Return a committed study."""
    checked = pipeline.check_file(SPECS / f"{name}.yaml")
    assert checked.study is not None
    return checked.study


@cache
def script_of(name: str) -> Script:
    """Return the Db2 script of a committed study under the example binding."""
    return pipeline.compile_study(study_of(name), "db2")


def statements_of(name: str) -> dict[tuple[str, int], str]:
    """Return the statements of a script by the name of their part and their place in it."""
    return {
        (part.name, place): statement.text
        for part in script_of(name).parts
        for place, statement in enumerate(part.statements)
    }


def kinds_of(name: str) -> dict[str, str]:
    """Return the kinds of the columns of a study's tables, by name."""
    kinds: dict[str, str] = {}
    for table in build_plan(study_of(name)).tables:
        for column, type_ in table.columns:
            kinds.setdefault(column, type_.kind.name)
    return kinds


def sites(name: str) -> Iterator[Site]:
    """Yield all mutants of all statements that fill a table or add results, in the order of the script."""
    kinds = kinds_of(name)
    for part in script_of(name).parts:
        if part.kind not in (PartKind.TABLE, PartKind.RESULT):
            continue
        for place, statement in enumerate(part.statements):
            if statement.kind in (StatementKind.FILL, StatementKind.RESULT):
                yield from (Site(name, part.name, place, mutant) for mutant in mutants(statement.text, kinds))


class Bench:
    """A database in which the script of one study has run on boundary data."""

    def __init__(self, connection: psycopg.Connection[Any], name: str) -> None:
        self._script = script_of(name)
        self._types: dict[str, dict[str, str]] = {}
        self.connection = connection
        self._expected: dict[tuple[str, int], tuple[object, ...]] = {}
        workspace = shipped_binding("sail9999").workspace
        postgres.load(connection, self._script.reads, _rows(name, self._script), workspace)
        for part in self._script.parts:
            if part.kind is not PartKind.TIDY_UP:
                postgres.execute(connection, [statement.text for statement in part.statements])
        connection.execute("ANALYZE")
        connection.execute(f"SET statement_timeout = '{PATIENCE}'".encode())
        for part in self._script.parts:
            for place, statement in enumerate(part.statements):
                if statement.kind in (StatementKind.FILL, StatementKind.RESULT):
                    self._expected[part.name, place] = self._fingerprint(statement.text)

    def fate(self, site: Site) -> str:
        """Return ``killed`` if the mutant is refused or gives other rows, else ``survived``, or ``slow`` if it is.

        All other tables are those of the script as it is.
        """
        import psycopg

        expected = self._expected[site.part, site.place]
        try:
            found = self._fingerprint(site.mutant.text)
        except psycopg.errors.QueryCanceled:
            return "killed" if self._gives_more(site.mutant.text, expected) else "slow"
        except (psycopg.Error, Refused):
            return "killed"
        return "survived" if found == expected else "killed"

    def _gives_more(self, statement: str, expected: tuple[object, ...]) -> bool:
        """Whether a statement that takes too long gives more rows than it should."""
        import psycopg

        query = postgres.for_postgres(joined(_query(tokens(statement))))
        try:
            asked = f"SELECT count(*) FROM ({query} LIMIT {expected[0]} + 1) AS q"
            row = self.connection.execute(asked.encode()).fetchone()
        except (psycopg.Error, Refused):
            return False
        return row is not None and row[0] != expected[0]

    def _fingerprint(self, statement: str) -> tuple[object, ...]:
        """Return the number of rows that a statement adds and a sum of their hashes, which no order changes."""
        found = tokens(statement)
        texts = [token.text for token in found]
        opening, closing = texts.index("("), texts.index(")")
        table, names = texts[2], [text for text in texts[opening + 1 : closing] if text != ","]
        query = postgres.for_postgres(joined(_query(found)))
        types = self._types_of(table)
        cells = ", ".join(f"CAST(q.{short_name(n, postgres.LONGEST_NAME)} AS {types[n]})" for n in names)
        listed = ", ".join(short_name(n, postgres.LONGEST_NAME) for n in names)
        asked = (
            f"SELECT count(*), sum(hashtextextended(CAST(ROW({cells}) AS text), 0)::numeric) "
            f"FROM ({query}) AS q ({listed})"
        )
        row = self.connection.execute(asked.encode()).fetchone()
        assert row is not None
        return tuple(row)

    def _types_of(self, table: str) -> dict[str, str]:
        """Return the types of a table's columns; numbers that may differ in their last digits are rounded."""
        if table not in self._types:
            found: dict[str, str] = {}
            for part in self._script.parts:
                for statement in part.statements:
                    texts = [token.text for token in tokens(statement.text)]
                    if statement.kind is StatementKind.CREATE and texts[2] == table:
                        found = dict(_declared(texts))
            self._types[table] = found
        return self._types[table]


@contextmanager
def bench(server: Server, name: str) -> Iterator[Bench]:
    """Give a database in which a study's script has run."""
    with server.database() as connection:
        yield Bench(connection, name)


def _query(found: Sequence[Token]) -> tuple[Token, ...]:
    """Return what follows the names of columns in INSERT INTO table (columns)."""
    closing = next(place for place, token in enumerate(found) if token.text == ")")
    return tuple(found[closing + 1 :])


def _declared(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    depth, place = 0, texts.index("(")
    while place < len(texts):
        text = texts[place]
        if depth == 1 and texts[place - 1] in ("(", ","):
            end = place + 1
            inner = 0
            while inner or texts[end] not in (",", ")"):
                inner += (texts[end] == "(") - (texts[end] == ")")
                end += 1
            type_ = "".join(texts[place + 1 : end])
            yield text, "NUMERIC(30, 6)" if type_ == "DOUBLE" else type_
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return
        place += 1


def _rows(name: str, script: Script) -> dict[str, list[tuple[Any, ...]]]:
    data = data_of(name)
    return {
        read.logical: list(
            data[read.logical].select([column.physical for column in read.columns]).iter_rows()
        )
        for read in script.reads
    }


@cache
def data_of(name: str) -> dict[str, Any]:
    """Return the boundary data of a committed study."""
    return boundary_data(study_of(name), load_catalogue())
