"""From a plan to a script: each table of the plan is one numbered part, each result another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import sqlalchemy as sa

from cohort.plan.model import Detail, Plan, PlanResult, PlanStep, PlanTable
from cohort.plan.names import RESULTS
from cohort.plan.of_results import CountLinks
from cohort.query.rows import Rows, TableRows, walk_rows
from cohort.query.study import Origin
from cohort.sql.banner import banner, parameters
from cohort.sql.comments import comment, heading, named_comment
from cohort.sql.constructs import CountDistinct, NumberLiteral, TextLiteral
from cohort.sql.layout import lay_out
from cohort.sql.model import (
    USUAL_OPTIONS,
    CannotCompile,
    DialectName,
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
from cohort.sql.names import own_name
from cohort.sql.pieces import AnySelect, Piece, Pieces
from cohort.sql.relations import select_relation
from cohort.sql.results import RESULT_COLUMNS, Written
from cohort.sql.scope import Columns, Namespace
from cohort.sql.statements import (
    CreateTyped,
    DropIfThere,
    FilledFrom,
    MadeFrom,
    ViewOf,
    WholeStatement,
    compiled,
)
from cohort.types import WHOLE, Kind, ValueType

FLOW_COUNTS = "flow_counts"
"""Table with the number of rows and units after each step."""
FLOW_COLUMNS: Columns = (
    ("step_number", WHOLE),
    ("step_name", ValueType(Kind.CODE, length=128)),
    ("row_count", ValueType(Kind.WHOLE, bits=64)),
    ("unit_count", ValueType(Kind.WHOLE, bits=64)),
)
"""Columns of the table of flow counts."""

_Comments = dict[str, tuple[str, ...]]


def compile_steps(
    plan: Plan,
    dialect: DialectName,
    binding: TableBinding,
    settings: tuple[tuple[str, str], ...] = (),
    options: ScriptOptions | None = None,
) -> Script:
    """Return the script of a plan for a database.

    ``settings`` are further lines (name, value) for the parameters at the top, such as the dates of the study.
    Without ``options`` the script has the shape that the database usually gets. The same arguments give the same
    bytes. Raises ``CannotCompile`` for anything that the database must not be given, such as a reserved word as a name.
    """
    return _Compilation(plan, dialect, binding, settings, options or USUAL_OPTIONS[dialect]).script()


class _Compilation:
    """One script in the making."""

    def __init__(
        self,
        plan: Plan,
        dialect: DialectName,
        binding: TableBinding,
        settings: tuple[tuple[str, str], ...],
        options: ScriptOptions,
    ) -> None:
        self.plan = plan
        self.dialect = dialect
        self.binding = binding
        self.settings = settings
        self.options = options
        # Temporary tables are the run's own. In a shared workspace names begin with the study's whole id: two
        # studies may have the same initials, and the one would then drop the tables of the other.
        self.names = Namespace(binding, plan.unit, f"{own_name(plan.study)}_" if binding.workspace else "")
        self.written = Written(plan.study, plan.spec_hash)
        self.collected: tuple[tuple[str, Columns], ...] = ((RESULTS, RESULT_COLUMNS),)
        if options.counts:
            self.collected += ((FLOW_COUNTS, FLOW_COLUMNS),)
        self.parts: list[ScriptPart] = []
        self.number = 0

    def script(self) -> Script:
        """Put the parts together in order."""
        plan = self.plan
        for name, columns in self.collected:
            self.names.add_table(name, columns)
        for table in plan.tables:
            self.names.add_table(table.name, table.columns)
        reads = tuple(_reads(plan, self.binding))
        physical = {
            name: self.names.physical(name)
            for name in (*(table.name for table in plan.tables), *(name for name, _ in self.collected))
        }
        hidden = {name.lower() for name in physical.values()} & {read.physical.lower() for read in reads}
        if hidden:
            raise CannotCompile(f"A table of the study has the name of a held table: {min(hidden)!r}.")
        self._comment_part(PartKind.BANNER, "banner", banner(plan, self.dialect, self.binding))
        lines = parameters(self.dialect, self.binding, self.names.prefix, reads, physical, self.settings)
        self._comment_part(PartKind.PARAMETERS, "parameters", lines)
        self._prepare()
        for table in plan.tables:
            self._table(table)
        for result in plan.results:
            self._result(result)
        if self.dialect is DialectName.DB2:
            self._tidy_up()
        return Script(plan.study, plan.spec_hash, self.dialect, tuple(self.parts), reads, physical)

    def _prepare(self) -> None:
        statements = []
        if self.dialect is DialectName.DB2:
            made = (*(table.name for table in self.plan.tables), *(name for name, _ in self.collected))
            statements += [self._drop(name) for name in made]
        for name, columns in self.collected:
            create = CreateTyped(self.names.physical(name), columns, None)
            statements.append(self._statement(StatementKind.CREATE, create))
        words = "empty tables for results and for the counts after each step"
        if not self.options.counts:
            words = "an empty table for results"
        if self.dialect is DialectName.DB2:
            words = "drop what an earlier run left behind, and make " + words
        self._part(PartKind.PREPARE, "prepare", words, "", None, statements)

    def _table(self, table: PlanTable) -> None:
        names = self.names
        names.begin_table(dict(table.reads), table.frame)
        done: list[Piece] = []
        comments: _Comments = {}
        for step in table.steps[:-1]:
            pieces, select, columns = self._step(step, comments)
            names.add_step(step.name, columns)
            done += [*pieces, Piece(step.name, step.words, select, columns)]
            comments[step.name.lower()] = named_comment(step.name, step.words, step.why, step.origin)
        last = table.steps[-1]
        pieces, select, columns = self._step(last, comments)
        done += pieces
        select = _only(select, columns, table)
        if done:
            comments[""] = comment(f"{last.name}, as described above")
        physical = names.physical(table.name)
        statements = []
        fill: WholeStatement
        if self.dialect is DialectName.DB2:
            create = CreateTyped(physical, table.columns, table.unit)
            statements.append(self._statement(StatementKind.CREATE, create))
            fill = FilledFrom(physical, table.columns, tuple(done), select)
        else:
            as_view = self.options.views and table.read_once
            made = ViewOf if as_view else MadeFrom
            fill = made(physical, table.columns, tuple(done), select)
        statements.append(self._statement(StatementKind.FILL, fill, comments))
        if self.options.counts:
            statements.append(self._count(table))
        self._part(PartKind.TABLE, table.name, last.words, last.why, last.origin, statements, last.details)

    def _count(self, table: PlanTable) -> Statement:
        """Add the rows and units of a table to the flow of counts, under the number of the part to come."""
        source = self.names.source(table.name)
        if table.unit not in source.c:
            raise CannotCompile(
                f"The table {table.name!r} lacks the column {table.unit!r} that it is spread by."
            )
        counts = (
            NumberLiteral(self.number + 1),
            TextLiteral(table.name),
            sa.func.count(),
            CountDistinct(source.c[table.unit]),
        )
        labels = [value.label(name) for value, (name, _) in zip(counts, FLOW_COLUMNS, strict=True)]
        select = sa.select(*labels).select_from(source)
        fill = FilledFrom(self.names.physical(FLOW_COUNTS), FLOW_COLUMNS, (), select)
        return self._statement(StatementKind.COUNT, fill)

    def _result(self, result: PlanResult) -> None:
        self.names.begin_table(dict(result.reads), result.frame)
        comments: _Comments = {}
        step = result.step
        pieces, select, _ = self._step(step, comments)
        fill = FilledFrom(self.names.physical(RESULTS), RESULT_COLUMNS, tuple(pieces), select)
        statements = [self._statement(StatementKind.RESULT, fill, comments)]
        self._part(PartKind.RESULT, step.name, step.words, step.why, step.origin, statements)

    def _tidy_up(self) -> None:
        """Drop the tables on the way. DuckDB's are temporary and end with the connection."""
        statements = [self._drop(table.name) for table in self.plan.tables]
        kept = " and ".join(self.names.physical(name) for name, _ in self.collected) + " stay"
        self._part(PartKind.TIDY_UP, "tidy up", f"drop the tables on the way; {kept}", "", None, statements)

    def _step(self, step: PlanStep, comments: _Comments) -> tuple[list[Piece], AnySelect, Columns]:
        pieces = Pieces(self.names, step.name)
        select, columns = select_relation(step.relation, pieces, self.written)
        for piece in pieces.done:
            comments[piece.name.lower()] = comment(f"{piece.name}: {piece.words}", 2)
        return pieces.done, select, columns

    def _drop(self, name: str) -> Statement:
        return self._statement(StatementKind.DROP, DropIfThere(self.names.physical(name)))

    def _statement(
        self, kind: StatementKind, element: WholeStatement, comments: _Comments | None = None
    ) -> Statement:
        return Statement(kind, lay_out(compiled(element, self.dialect), comments))

    def _comment_part(self, kind: PartKind, name: str, lines: tuple[str, ...]) -> None:
        self.parts.append(ScriptPart(0, name, kind, "", "", None, (), "\n".join(lines)))

    def _part(
        self,
        kind: PartKind,
        name: str,
        words: str,
        why: str,
        origin: Origin | None,
        statements: list[Statement],
        details: tuple[Detail, ...] = (),
    ) -> None:
        self.number += 1
        title = heading(f"{self.number}. {name}")
        lines = [*title, *named_comment("", words, why, origin)]
        for detail in details:
            lines += named_comment(detail.name, detail.words, detail.why, detail.origin)
        text = "\n".join(lines)
        before = None
        for statement in statements:
            together = before is statement.kind is StatementKind.DROP
            text += f"{'' if together else chr(10)}\n{statement.text};"
            before = statement.kind
        part = ScriptPart(self.number, name, kind, words, why, origin, tuple(statements), text)
        self.parts.append(part)


def _only(select: AnySelect, columns: Columns, table: PlanTable) -> AnySelect:
    """Return a SELECT with the columns of a table, in its order."""
    wanted = [name for name, _ in table.columns]
    if [name for name, _ in columns] == wanted:
        return select
    selected = dict(zip((name for name, _ in columns), select.selected_columns, strict=True))
    lacking = [name for name in wanted if name not in selected]
    if lacking or not isinstance(select, sa.Select):
        raise CannotCompile(f"The last step of {table.name!r} does not give the columns of the table.")
    return select.with_only_columns(*(selected[name] for name in wanted))


def _reads(plan: Plan, binding: TableBinding) -> Iterator[ReadTable]:
    """Yield the held tables that a plan reads, each once, with all columns that some step needs."""
    found: dict[str, dict[str, ReadColumn]] = {}
    steps = [step for table in plan.tables for step in table.steps]
    for step in [*steps, *(result.step for result in plan.results)]:
        for rows in _rows_of(step):
            for node in walk_rows(rows):
                if isinstance(node, TableRows):
                    columns = found.setdefault(node.table, {})
                    for column in node.columns:
                        name = binding.column(column.physical)
                        columns.setdefault(name, ReadColumn(name, column.type))
    for logical, columns in found.items():
        yield ReadTable(logical, binding.table(logical), tuple(columns.values()))


def _rows_of(step: PlanStep) -> tuple[Rows, ...]:
    relation = step.relation
    if isinstance(relation, CountLinks):
        return (relation.rows, relation.mapping)
    return (relation,) if isinstance(relation, get_args(Rows)) else ()
