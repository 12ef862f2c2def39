"""What the compiler takes and gives: names of tables and columns in, a script of numbered parts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from cohort.query.study import Origin
from cohort.types import ValueType


class CannotCompile(Exception):
    """Something that the target database must not be given; the message is one sentence."""


class DialectName(StrEnum):
    """The databases that scripts are written for."""

    DUCKDB = "duckdb"
    DB2 = "db2"
    SPARK = "spark"
    POSTGRESQL = "postgresql"

    @property
    def label(self) -> str:
        """The name as its makers write it."""
        match self:
            case DialectName.DUCKDB:
                return "DuckDB"
            case DialectName.DB2:
                return "IBM Db2"
            case DialectName.SPARK:
                return "Spark SQL"
            case DialectName.POSTGRESQL:
                return "PostgreSQL"


@dataclass(frozen=True)
class ScriptOptions:
    """How a script is shaped. None of it changes a result.

    ``views``: a table of the plan that only one later step reads is a view, so that the database works through both
    in one go; off where each step is to be counted. ``counts``: rows and units are counted after each table, into the
    table of flow counts. ``fused``: plain aggregates over the same rows are worked out in one pass.
    ``session``: tables on the way are declared for the session (Db2 only) instead of made in the workspace.
    ``keep_analysis``: the table with one row for each entry stays, with a data dictionary.
    """

    views: bool = False
    counts: bool = True
    fused: bool = False
    session: bool = False
    keep_analysis: bool = False


USUAL_OPTIONS: Mapping[DialectName, ScriptOptions] = {
    DialectName.DB2: ScriptOptions(),
    DialectName.POSTGRESQL: ScriptOptions(),
    DialectName.DUCKDB: ScriptOptions(views=True, counts=False),
    DialectName.SPARK: ScriptOptions(views=True, counts=False, fused=True),
}
"""What each database gets unless something else is asked for."""


class TableBinding(Protocol):
    """How one project names its tables; the bindings of the catalogue have this form.

    ``workspace`` is the schema in which tables may be made; empty where there is none.
    """

    @property
    def name(self) -> str:
        """Name of the binding."""
        ...

    @property
    def workspace(self) -> str:
        """Schema for the tables that the script makes; empty for none."""
        ...

    def table(self, logical: str, /) -> str:
        """Return the qualified physical name of a held table."""
        ...

    def column(self, template: str, table: str = "", /) -> str:
        """Return the physical name of a column of a held table, with the key suffix filled in."""
        ...

    def held_type(self, template: str, table: str, type_: ValueType, /) -> ValueType:
        """Return the type in which a column of a held table is held, where the catalogue gives it ``type_``."""
        ...

    def held_codes(self, template: str, table: str, /) -> Mapping[str, str | None]:
        """Return the catalogue's code for each code that is written otherwise; None stands for missing."""
        ...

    def is_timestamp(self, template: str, table: str, /) -> bool:
        """Whether a day is held as a timestamp."""
        ...


@dataclass(frozen=True)
class NamedBinding:
    """A binding from plain names: logical to physical tables, and the suffix of keys (``E`` or ``PE``)."""

    name: str
    tables: Mapping[str, str]
    key_suffix: str = "PE"
    workspace: str = ""

    def table(self, logical: str, /) -> str:
        """Return the qualified physical name of a held table."""
        return self.tables[logical]

    def column(self, template: str, _table: str = "", /) -> str:
        """Return the physical name of a column, with the key suffix filled in."""
        return template.replace("{key}", self.key_suffix)

    def held_type(self, _template: str, _table: str, type_: ValueType, /) -> ValueType:
        """Return the catalogue's type."""
        return type_

    def held_codes(self, _template: str, _table: str, /) -> Mapping[str, str | None]:
        """Return nothing: all codes are the catalogue's."""
        return {}

    def is_timestamp(self, _template: str, _table: str, /) -> bool:
        """Return false: all days are held as days."""
        return False


class PartKind(StrEnum):
    """What a part of a script is for."""

    BANNER = "banner"
    PARAMETERS = "parameters"
    OVERVIEW = "overview"
    PREPARE = "prepare"
    TABLE = "table"
    RESULT = "result"
    TIDY_UP = "tidy up"


class StatementKind(StrEnum):
    """What one statement does."""

    DROP = "drop"
    CREATE = "create"
    FILL = "fill"
    COUNT = "count"
    RESULT = "result"
    SHOW = "show"


@dataclass(frozen=True)
class Statement:
    """One statement as it is shown and run, without the semicolon. Comments stand inside the text."""

    kind: StatementKind
    text: str


@dataclass(frozen=True)
class ScriptPart:
    """One numbered part: what it does, why, where it is asked for, and its statements.

    ``text`` is the whole part as it is shown: ruled heading, comments, and statements with semicolons.
    """

    number: int
    name: str
    kind: PartKind
    words: str
    why: str
    origin: Origin | None
    statements: tuple[Statement, ...]
    text: str


@dataclass(frozen=True)
class ReadColumn:
    """A column that the script reads: physical name, type in which it is held, and its name in the catalogue.

    ``codes`` pairs what is written otherwise with the catalogue's code (None: missing).
    """

    physical: str
    type: ValueType
    template: str = ""
    codes: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class ReadTable:
    """A held table that the script reads: logical and (qualified) physical name, and the columns it needs."""

    logical: str
    physical: str
    columns: tuple[ReadColumn, ...]


@dataclass(frozen=True)
class Script:
    """A compiled study: parts in order. The same plan, dialect and binding give the same text, byte for byte.

    ``tables`` maps each table of the plan (and ``results`` and ``flow_counts``) to the name it has in the
    database. ``statements_hash`` is the SHA-256 of the statements, without comments and white space.
    """

    study: str
    spec_hash: str
    dialect: DialectName
    parts: tuple[ScriptPart, ...]
    reads: tuple[ReadTable, ...]
    tables: Mapping[str, str] = field(default_factory=dict)
    statements_hash: str = ""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(statement for part in self.parts for statement in part.statements)

    @property
    def text(self) -> str:
        """The whole script, with a final newline."""
        return "\n\n".join(part.text for part in self.parts) + "\n"
