"""From a plan to a script: each table of the plan is one numbered part, each result another."""

from __future__ import annotations

import re

import sqlalchemy as sa

from cohort.plan.model import Plan, PlanResult, PlanStep, PlanTable
from cohort.plan.names import ANALYSIS, RESULTS
from cohort.sql.banner import banner, overview, parameters
from cohort.sql.comments import comment, listed, named_comment
from cohort.sql.constructs import CountDistinct, NumberLiteral, TextLiteral
from cohort.sql.layout import lay_out
from cohort.sql.model import (
    USUAL_OPTIONS,
    CannotCompile,
    DialectName,
    PartKind,
    Script,
    ScriptOptions,
    ScriptPart,
    Statement,
    StatementKind,
    TableBinding,
)
from cohort.sql.names import own_name, shortened_name
from cohort.sql.parts import hash_of_statements, numbered_part, reads_of
from cohort.sql.pieces import AnySelect, Piece, Pieces
from cohort.sql.relations import select_relation
from cohort.sql.results import RESULT_COLUMNS, RESULT_WORDS, Written, statistic_words
from cohort.sql.scope import Columns, Namespace
from cohort.sql.statements import (
    CreateTyped,
    DropIfThere,
    DropViewIfThere,
    FilledFrom,
    MadeFrom,
    ViewOf,
    WholeStatement,
    compiled,
    refuse_cut_names,
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
_FLOW_WORDS = {
    "step_number": "number of the part that filled the table",
    "step_name": "name of the table, without schema and prefix",
    "row_count": "rows in the table",
    "unit_count": "different values of the column that the table is spread by: the unit, where the rows have one",
}
_LONGEST_PREFIX = 35
"""A longer study id is cut, so that no line with a table's name is longer than a reader's screen."""
_STATISTIC = re.compile(r"'(\w+)' AS statistic")

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
    bytes. Raises ``CannotCompile`` for anything that the database must not be given, such as a reserved word as a name,
    and for options that it does not have.
    """
    chosen = options or USUAL_OPTIONS[dialect]
    if dialect is not DialectName.DB2 and (chosen.session or chosen.keep_analysis):
        raise CannotCompile(
            "Only a Db2 script can declare tables for the session or keep the analysis table."
        )
    return _Compilation(plan, dialect, binding, settings, chosen).script()


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
        self.names = Namespace(binding, plan.unit, _prefix(plan.study) if binding.workspace else "")
        self.names.lists = dict(plan.lists)
        self.names.fused = options.fused
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
            self.names.add_table(table.name, table.columns, in_session=not self._stays(table.name))
        reads = tuple(reads_of(plan, self.binding))
        physical = {
            name: self.names.physical(name)
            for name in (*(table.name for table in plan.tables), *(name for name, _ in self.collected))
        }
        hidden = {name.lower() for name in physical.values()} & {read.physical.lower() for read in reads}
        if hidden:
            raise CannotCompile(f"A table of the study has the name of a held table: {min(hidden)!r}.")
        self.number = 1
        for table in plan.tables:
            self._table(table)
        for result in plan.results:
            self._result(result)
        if self.dialect is not DialectName.DUCKDB:
            self._tidy_up()
        numbered = [self._prepare(), *self.parts]
        refuse_cut_names((statement.text for part in numbered for statement in part.statements), self.dialect)
        digest = hash_of_statements(statement for part in numbered for statement in part.statements)
        top = (
            (PartKind.BANNER, banner(plan, self.dialect, self.binding, self.options, digest)),
            (
                PartKind.PARAMETERS,
                parameters(
                    plan,
                    self.dialect,
                    self.binding,
                    self.names.prefix,
                    reads,
                    physical,
                    self.settings,
                    self.options,
                ),
            ),
            (PartKind.OVERVIEW, overview(numbered)),
        )
        comments = [
            ScriptPart(0, kind.value, kind, "", "", None, (), "\n".join(lines)) for kind, lines in top
        ]
        parts = (*comments, *numbered)
        return Script(plan.study, plan.spec_hash, self.dialect, parts, reads, physical, digest)

    def _stays(self, name: str) -> bool:
        """Whether a table of the plan is made in the workspace rather than for the session."""
        return not self.options.session or (self.options.keep_analysis and name == ANALYSIS)

    def _is_dropped(self, name: str) -> bool:
        """Whether a table of the plan is dropped at the end."""
        return self._stays(name) and not (self.options.keep_analysis and name == ANALYSIS)

    def _is_view(self, table: PlanTable) -> bool:
        return self.options.views and table.read_once

    def _prepare(self) -> ScriptPart:
        """The first part. It describes the statistics of all results, so it is made after them."""
        statements = []
        if self.dialect is not DialectName.DUCKDB:
            # A view is replaced where it is made.
            made = (
                *(t.name for t in self.plan.tables if self._stays(t.name) and not self._is_view(t)),
                *(name for name, _ in self.collected),
            )
            statements += [self._drop(name) for name in made]
        for name, columns in self.collected:
            create = CreateTyped(self.names.physical(name), columns, None)
            statements.append(self._statement(StatementKind.CREATE, create))
        words = "empty tables for results and for the counts after each step"
        if not self.options.counts:
            words = "an empty table for results"
        if statements[0].kind is StatementKind.DROP:
            words = "drop what an earlier run left behind, and make " + words
        return numbered_part(
            PartKind.PREPARE, 1, "prepare", words, "", None, statements, notes=self._columns_in_words()
        )

    def _columns_in_words(self) -> tuple[str, ...]:
        """Comments that say what the columns of the collected tables hold."""
        results = (statement.text for part in self.parts for statement in part.statements)
        found = sorted({name for text in results for name in _STATISTIC.findall(text)})
        lines = [
            "--",
            *comment(f"{self.names.physical(RESULTS)}: one row for each count or number of an output"),
        ]
        lines += listed(tuple((name, RESULT_WORDS[name]) for name, _ in RESULT_COLUMNS), 2)
        if found:
            lines += [*comment("Its statistics:"), *listed(tuple((n, statistic_words(n)) for n in found), 2)]
        if self.options.counts:
            lines += [
                "--",
                *comment(f"{self.names.physical(FLOW_COUNTS)}: one row for each table after it is filled"),
            ]
            lines += listed(tuple((name, _FLOW_WORDS[name]) for name, _ in FLOW_COLUMNS), 2)
        return tuple(lines)

    def _table(self, table: PlanTable) -> None:
        names = self.names
        self.number += 1
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
            comments[""] = comment(f"{last.name}: {last.words}", 2)
        physical = names.physical(table.name)
        statements = []
        fill: WholeStatement
        if self.dialect is DialectName.DB2:
            create = CreateTyped(physical, table.columns, table.unit)
            statements.append(self._statement(StatementKind.CREATE, create))
            fill = FilledFrom(physical, table.columns, tuple(done), select)
        else:
            made = ViewOf if self._is_view(table) else MadeFrom
            fill = made(physical, table.columns, tuple(done), select)
        statements.append(self._statement(StatementKind.FILL, fill, comments))
        if self.options.counts:
            statements.append(self._count(table))
        self.parts.append(
            numbered_part(
                PartKind.TABLE,
                self.number,
                table.name,
                last.words,
                last.why,
                last.origin,
                statements,
                last.details,
            )
        )

    def _count(self, table: PlanTable) -> Statement:
        """Add the rows and units of a table to the flow of counts, under the number of its part."""
        source = self.names.source(table.name)
        if table.unit not in source.c:
            raise CannotCompile(
                f"The table {table.name!r} lacks the column {table.unit!r} that it is spread by."
            )
        counts = (
            NumberLiteral(self.number),
            TextLiteral(table.name),
            sa.func.count(),
            CountDistinct(source.c[table.unit]),
        )
        labels = [value.label(name) for value, (name, _) in zip(counts, FLOW_COLUMNS, strict=True)]
        select = sa.select(*labels).select_from(source)
        fill = FilledFrom(self.names.physical(FLOW_COUNTS), FLOW_COLUMNS, (), select)
        return self._statement(StatementKind.COUNT, fill)

    def _result(self, result: PlanResult) -> None:
        self.number += 1
        self.names.begin_table(dict(result.reads), result.frame)
        comments: _Comments = {}
        step = result.step
        pieces, select, _ = self._step(step, comments)
        fill = FilledFrom(self.names.physical(RESULTS), RESULT_COLUMNS, tuple(pieces), select)
        statements = [self._statement(StatementKind.RESULT, fill, comments)]
        self.parts.append(
            numbered_part(
                PartKind.RESULT, self.number, step.name, step.words, step.why, step.origin, statements
            )
        )

    def _tidy_up(self) -> None:
        """Drop the tables on the way. DuckDB's are temporary and end with the connection."""
        self.number += 1
        names = [table.name for table in self.plan.tables]
        kept = [self.names.physical(name) for name, _ in self.collected]
        kept += [
            self.names.physical(name) for name in names if self._stays(name) and not self._is_dropped(name)
        ]
        views = [table.name for table in self.plan.tables if self._is_view(table)]
        statements = [self._drop_view(name) for name in views]
        statements += [self._drop(name) for name in names if self._is_dropped(name) and name not in views]
        what = f"drop the tables {'and views ' if views else ''}on the way"
        if self.options.session:
            what = "nothing is left to do, for Db2 drops the tables of the session at its end"
        stay = comment(f"{', '.join(kept[:-1])} and {kept[-1]} stay.")
        part = numbered_part(PartKind.TIDY_UP, self.number, "tidy up", what, "", None, statements, notes=stay)
        self.parts.append(part)

    def _step(self, step: PlanStep, comments: _Comments) -> tuple[list[Piece], AnySelect, Columns]:
        pieces = Pieces(self.names, step.name)
        select, columns = select_relation(step.relation, pieces, self.written)
        for piece in pieces.done:
            comments[piece.name.lower()] = comment(f"{piece.name}: {piece.words}", 2)
        return pieces.done, select, columns

    def _drop_view(self, name: str) -> Statement:
        return self._statement(StatementKind.DROP, DropViewIfThere(self.names.physical(name)))

    def _drop(self, name: str) -> Statement:
        return self._statement(StatementKind.DROP, DropIfThere(self.names.physical(name)))

    def _statement(
        self, kind: StatementKind, element: WholeStatement, comments: _Comments | None = None
    ) -> Statement:
        return Statement(kind, lay_out(compiled(element, self.dialect), comments))


def _prefix(study: str) -> str:
    """Return what the names of a study's tables begin with in a shared workspace."""
    return f"{shortened_name(own_name(study), _LONGEST_PREFIX)}_"


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
