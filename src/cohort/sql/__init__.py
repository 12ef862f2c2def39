"""SQL: a plan becomes a script of readable statements for one database, and nothing is ever run here."""

from cohort.sql.compile import FLOW_COUNTS, compile_steps
from cohort.sql.model import (
    CannotCompile,
    DialectName,
    NamedBinding,
    PartKind,
    ReadColumn,
    ReadTable,
    Script,
    ScriptPart,
    Statement,
    StatementKind,
    TableBinding,
)

__all__ = [
    "FLOW_COUNTS",
    "CannotCompile",
    "DialectName",
    "NamedBinding",
    "PartKind",
    "ReadColumn",
    "ReadTable",
    "Script",
    "ScriptPart",
    "Statement",
    "StatementKind",
    "TableBinding",
    "compile_steps",
]
