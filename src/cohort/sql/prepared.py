"""The SQL of prepared sources by themselves, as a study's script has it, for the pages that show it."""

from __future__ import annotations

from collections.abc import Sequence

from cohort.plan.definitions import early_tables
from cohort.plan.model import Plan
from cohort.query.study import Definition
from cohort.sql.compile import compile_steps
from cohort.sql.model import DialectName, PartKind, ScriptOptions, StatementKind, TableBinding
from cohort.types import Kind, ValueType

_KEY = ValueType(Kind.KEY, bits=64)
_STUDY = "study"
"""What tables made in a workspace begin with, where a study has its id."""


def prepared_plan(definitions: Sequence[Definition], unit: str) -> Plan:
    """Return the plan of prepared sources, each after what it rests on, without the passes that fit it to a study."""
    tables = tuple(table for definition in definitions for table in early_tables(definition))
    return Plan(_STUDY, "Preparation", definitions[-1].origin.file, "0" * 64, unit, _KEY, tables, ())


def prepared_sql(
    definitions: Sequence[Definition], unit: str, dialect: DialectName, binding: TableBinding
) -> str:
    """Return the statements that fill the tables of the last of some definitions; those before are what it rests on.

    What makes the definitions before it is left out: each has a page of its own. So are the passes that fit the plan to
    one study: all columns are there, and each step that can leave rows out is a table. The same arguments
    give the same bytes.
    """
    own = {table.name for table in early_tables(definitions[-1])}
    script = compile_steps(
        prepared_plan(definitions, unit), dialect, binding, options=ScriptOptions(counts=False)
    )
    shown = []
    for part in script.parts:
        if part.kind is PartKind.TABLE and part.name in own:
            fills = (s.text for s in part.statements if s.kind is StatementKind.FILL)
            shown += [f"{text};\n" for text in fills]
    return "\n".join(shown)
