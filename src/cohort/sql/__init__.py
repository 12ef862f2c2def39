"""SQL: a plan becomes a script of readable statements for one database, and nothing is ever run here."""

from cohort.sql.compile import FLOW_COUNTS, compile_steps
from cohort.sql.model import (
    USUAL_OPTIONS,
    CannotCompile,
    DialectName,
    NamedBinding,
    PartKind,
    ReadColumn,
    ReadTable,
    Script,
    ScriptOptions,
    ScriptPart,
    Statement,
    StatementKind,
    TableBinding,
)

__all__ = [
    "FLOW_COUNTS",
    "USUAL_OPTIONS",
    "CannotCompile",
    "DialectName",
    "NamedBinding",
    "PartKind",
    "ReadColumn",
    "ReadTable",
    "Script",
    "ScriptOptions",
    "ScriptPart",
    "Statement",
    "StatementKind",
    "TableBinding",
    "compile_steps",
]
