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

    @property
    def label(self) -> str:
        """The name as its makers write it."""
        match self:
            case DialectName.DUCKDB:
                return "DuckDB"
            case DialectName.DB2:
                return "IBM Db2"


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

    def column(self, template: str, /) -> str:
        """Return the physical name of a column, with the key suffix filled in."""
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

    def column(self, template: str, /) -> str:
        """Return the physical name of a column, with the key suffix filled in."""
        return template.replace("{key}", self.key_suffix)


class PartKind(StrEnum):
    """What a part of a script is for."""

    BANNER = "banner"
    PARAMETERS = "parameters"
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
    """A column that the script reads: physical name, the type that the catalogue gives it."""

    physical: str
    type: ValueType


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
    database.
    """

    study: str
    spec_hash: str
    dialect: DialectName
    parts: tuple[ScriptPart, ...]
    reads: tuple[ReadTable, ...]
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in order."""
        return tuple(statement for part in self.parts for statement in part.statements)

    @property
    def text(self) -> str:
        """The whole script, with a final newline."""
        return "\n\n".join(part.text for part in self.parts) + "\n"
