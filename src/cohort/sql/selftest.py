"""The self-test: a script of small probes that an analyst runs once on the real server.

It does what the scripts of studies do (drop, make, fill and count tables in the workspace), with constants only, and
shows one table of answers: number, name, what was found, what was expected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from cohort.query.rows import ROWS_UNTIL
from cohort.sql.comments import RULE, comment, heading
from cohort.sql.compile import FLOW_COLUMNS
from cohort.sql.constructs import Expression, NumberLiteral, TextLiteral
from cohort.sql.layout import lay_out
from cohort.sql.model import DialectName, Statement, StatementKind, TableBinding
from cohort.sql.pieces import Piece, Pieces
from cohort.sql.results import RESULT_COLUMNS, as_text
from cohort.sql.scope import SESSION, Columns, Namespace, column_of
from cohort.sql.selftest_asking import (
    LARGE,
    MISSING,
    ROW,
    SAMPLE,
    SAMPLE_COLUMNS,
    Db2Text,
    OfRow,
    OfRowInSql,
    OfRows,
    PlaceInOrder,
    Probe,
)
from cohort.sql.selftest_probes import PROBES, SERVER_FACTS
from cohort.sql.statements import CreateTyped, DropIfThere, FilledFrom, WholeStatement, compiled
from cohort.sql.summaries import scope_over
from cohort.sql.values import literal, scalar
from cohort.types import WHOLE, Kind, ValueType
from cohort.version import __version__

ANY = "(any)"
"""Stands for the expected answer where every answer is right."""
VERSION_PROBE = "version_of_self_test"
SAMPLE_TABLE, ANSWERS, SESSION_TABLE = "carfan_constants", "carfan_answers", "carfan_session"
_ANSWER = ValueType(Kind.CODE, length=100)
ANSWER_COLUMNS: Columns = (
    ("probe_number", WHOLE),
    ("probe_name", ValueType(Kind.CODE, length=60)),
    ("found", _ANSWER),
    ("expected", _ANSWER),
)
"""Columns of the table of answers."""
_SHOWN = """SELECT
    probe_number,
    probe_name,
    found,
    expected,
    CASE WHEN expected = '{any}' THEN 'told' WHEN found = expected THEN 'same' ELSE 'DIFFERS' END AS verdict
FROM {answers}
ORDER BY probe_number"""
_NAMES_OF_OURS = "names_of_columns"
_DISTRIBUTED = "workspace_table"
_IN_SESSION = "session_table"


@dataclass(frozen=True)
class Expected:
    """One line of the answers: its number and name, and what is expected (None where every answer is right)."""

    number: int
    name: str
    expected: str | None


@dataclass(frozen=True)
class SelfTest:
    """The statements of the self-test with the words before each, and the text as it is shown."""

    statements: tuple[Statement, ...]
    text: str


@cache
def version() -> str:
    """Return twelve characters that change with any probe, expected answer or constant."""
    told = [repr(SAMPLE), repr(SERVER_FACTS)]
    told += [f"{probe.name}|{probe.expected}|{_of_probe(probe)}" for probe in PROBES]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def expected_answers() -> tuple[Expected, ...]:
    """Return what the self-test must answer, in order."""
    named: list[tuple[str, str | None]] = [(VERSION_PROBE, version())]
    named += [(probe.name, probe.expected) for probe in PROBES]
    named += [(_NAMES_OF_OURS, "1"), (_DISTRIBUTED, "1"), (_IN_SESSION, "1")]
    named += [(name, None) for name, _ in SERVER_FACTS]
    return tuple(Expected(number, name, text) for number, (name, text) in enumerate(named, start=1))


def selftest_script(binding: TableBinding, dialect: DialectName = DialectName.DB2) -> SelfTest:
    """Return the self-test in the names of a binding.

    For other databases than Db2 it holds only the probes that the compiler writes for each: that is how the expected
    answers are themselves tested. The same arguments give the same bytes.
    """
    return _Writing(binding, dialect).script()


class _Writing:
    """One self-test in the making."""

    def __init__(self, binding: TableBinding, dialect: DialectName) -> None:
        self.dialect = dialect
        self.is_db2 = dialect is DialectName.DB2
        self.binding = binding
        self.names = Namespace(binding, ROW, "")
        self.names.add_table(SAMPLE_TABLE, SAMPLE_COLUMNS)
        self.names.add_table(ANSWERS, ANSWER_COLUMNS)
        self.answers = self.names.physical(ANSWERS)
        self.done: list[Statement] = []
        self.shown: list[str] = []
        self.expected = {line.name: line for line in expected_answers()}

    def script(self) -> SelfTest:
        self.shown += _top(self.binding, self.dialect)
        self._heading("1. Make two tables of constants in the workspace")
        self._drop()
        self._add(StatementKind.CREATE, CreateTyped(self.names.physical(SAMPLE_TABLE), SAMPLE_COLUMNS, ROW))
        self._add(StatementKind.CREATE, CreateTyped(self.answers, ANSWER_COLUMNS, None))
        self._add(StatementKind.FILL, self._sample())
        self._heading("2. The probes")
        self._ask(
            VERSION_PROBE, "the reader accepts answers to these very probes only", TextLiteral(version())
        )
        for probe in PROBES:
            self._probe(probe)
        self._names_of_ours()
        if self.is_db2:
            self._tables()
            for name, text in SERVER_FACTS:
                place = text.format(schema=self._schema, table=SAMPLE_TABLE.upper())
                self._ask_in_db2(name, "told, not judged, and an error here does no harm", place)
            self._heading("3. The answers: export them as CSV, or copy them from the screen")
            self._show()
            self._heading("4. Tidy up")
            self._drop()
        return SelfTest(tuple(self.done), "\n".join(self.shown) + "\n")

    def _sample(self) -> FilledFrom:
        selects = [
            sa.select(
                *(
                    literal(value, type_).label(name)
                    for value, (name, type_) in zip(line, SAMPLE_COLUMNS, strict=True)
                )
            )
            for line in SAMPLE
        ]
        return FilledFrom(self.names.physical(SAMPLE_TABLE), SAMPLE_COLUMNS, (), sa.union_all(*selects))

    def _probe(self, probe: Probe) -> None:
        pieces = Pieces(self.names, "probe")
        sample = self.names.source(SAMPLE_TABLE)
        self.names.begin_table()
        match probe.asked:
            case OfRow(row, value):
                scope = scope_over(pieces, pieces.table(SAMPLE_TABLE), (value,))
                select = self._answer(probe.name, as_text(scalar(value, scope), value.type)).select_from(
                    scope.rows
                )
                select = select.where(scope.column(ROW) == NumberLiteral(row))
            case OfRowInSql(row, build):
                select = self._answer(probe.name, build(sample)).select_from(sample)
                select = select.where(column_of(sample, ROW) == NumberLiteral(row))
            case OfRows(build):
                select = self._answer(probe.name, build(sample)).select_from(sample)
            case PlaceInOrder(order, place):
                number = sa.func.row_number().over(order_by=order(sample)).label("place_in_order")
                numbered = sa.select(column_of(sample, ROW), number).select_from(sample)
                ordered = pieces.add(
                    "in_order", "rows in order", numbered, ((ROW, WHOLE), ("place_in_order", WHOLE))
                )
                select = self._answer(probe.name, as_text(column_of(ordered, ROW), WHOLE)).select_from(
                    ordered
                )
                select = select.where(column_of(ordered, "place_in_order") == NumberLiteral(place))
            case Db2Text(text):
                if self.is_db2:
                    self._ask_in_db2(probe.name, probe.why, text)
                return
        self._fill(probe.name, probe.why, select, tuple(pieces.done))

    def _names_of_ours(self) -> None:
        """The names of columns that every script gives its collected tables are not reserved."""
        # VALUE and UNTIL stand on IBM's list of words that may become reserved.
        names = [*(name for name, _ in (*RESULT_COLUMNS, *FLOW_COLUMNS)), ROWS_UNTIL]
        named = sa.select(*(NumberLiteral(1).label(name) for name in names))
        columns = tuple((name, WHOLE) for name in names)
        pieces = Pieces(self.names, "probe")
        self.names.begin_table()
        source = pieces.add("names", "names of columns", named, columns)
        select = self._answer(_NAMES_OF_OURS, as_text(sa.func.sum(source.c["value"]), LARGE)).select_from(
            source
        )
        self._fill(_NAMES_OF_OURS, "scripts give columns these names", select, tuple(pieces.done))

    @property
    def _schema(self) -> str:
        return self.binding.workspace.upper()

    def _tables(self) -> None:
        spread = (
            f"(SELECT COUNT(*) FROM SYSCAT.COLUMNS WHERE TABSCHEMA = '{self._schema}' "
            f"AND TABNAME = '{SAMPLE_TABLE.upper()}' "
            f"AND COLNAME = '{ROW.upper()}' AND PARTKEYSEQ = 1)"
        )
        self._ask_in_db2(_DISTRIBUTED, "tables are spread by HASH", f"CAST({spread} AS VARCHAR(20))")
        session = f"{SESSION}.{SESSION_TABLE}"
        columns: Columns = ((ROW, WHOLE),)
        self._comment(
            f"{_IN_SESSION}: the option --session declares tables; it needs a temporary table space"
        )
        self._add(StatementKind.CREATE, CreateTyped(session, columns, ROW))
        self._add(
            StatementKind.FILL, FilledFrom(session, columns, (), sa.select(NumberLiteral(1).label(ROW)))
        )
        self.names.add_table(SESSION_TABLE, columns, in_session=True)
        source = self.names.source(SESSION_TABLE)
        self._fill(
            _IN_SESSION,
            "",
            self._answer(_IN_SESSION, as_text(sa.func.count(), LARGE)).select_from(source),
            (),
        )

    def _answer(self, name: str, answer: Expression) -> sa.Select[tuple[object, ...]]:
        line = self.expected[name]
        values: tuple[Expression, ...] = (
            NumberLiteral(line.number),
            TextLiteral(name),
            sa.func.coalesce(answer, TextLiteral(MISSING)),
            TextLiteral(line.expected or ANY),
        )
        return sa.select(
            *(value.label(column) for value, (column, _) in zip(values, ANSWER_COLUMNS, strict=True))
        )

    def _ask(self, name: str, why: str, answer: Expression) -> None:
        self._fill(name, why, self._answer(name, answer), ())

    def _fill(
        self, name: str, why: str, select: sa.Select[tuple[object, ...]], pieces: tuple[Piece, ...]
    ) -> None:
        if why:
            self._comment(f"{name}: {why}")
        self._add(StatementKind.FILL, FilledFrom(self.answers, ANSWER_COLUMNS, pieces, select))

    def _ask_in_db2(self, name: str, why: str, text: str) -> None:
        line = self.expected[name]
        columns = ", ".join(column for column, _ in ANSWER_COLUMNS)
        found = f"COALESCE({text}, '{MISSING}')"
        values = f"{line.number} AS probe_number, '{name}' AS probe_name, {found} AS found, "
        values += f"'{line.expected or ANY}' AS expected"
        self._comment(f"{name}: {why}")
        self._append(
            StatementKind.FILL,
            lay_out(f"INSERT INTO {self.answers} ({columns}) SELECT {values} FROM SYSIBM.SYSDUMMY1"),
        )

    def _show(self) -> None:
        self._append(StatementKind.SHOW, _SHOWN.format(any=ANY, answers=self.answers))

    def _drop(self) -> None:
        if self.is_db2:
            for name in (SAMPLE_TABLE, ANSWERS):
                self._add(StatementKind.DROP, DropIfThere(self.names.physical(name)))

    def _heading(self, title: str) -> None:
        self.shown += ["", *heading(title)]

    def _comment(self, text: str) -> None:
        self.shown += ["", *comment(text)]

    def _add(self, kind: StatementKind, statement: WholeStatement) -> None:
        self._append(kind, lay_out(compiled(statement, self.dialect)))

    def _append(self, kind: StatementKind, text: str) -> None:
        last = self.shown[-1]
        drops = kind is StatementKind.DROP and last.startswith(text.split("(")[0])
        if last == RULE or not (drops or last.startswith("--")):
            self.shown.append("")
        self.done.append(Statement(kind, text))
        self.shown.append(f"{text};")


def _of_probe(probe: Probe) -> str:
    """What is asked, as text that does not depend on a run; a function is known by its place in the list only."""
    match probe.asked:
        case OfRow(row, value):
            return f"{row}: {value!r}"
        case Db2Text(text):
            return text
        case OfRowInSql() | OfRows() | PlaceInOrder():
            return probe.why


def _top(binding: TableBinding, dialect: DialectName) -> Iterator[str]:
    yield RULE
    yield from comment(
        f"Self-test of {dialect.label} for scripts of Carfan {__version__}, version {version()}"
    )
    yield "--"
    yield from comment(
        "Each probe asks one question about constants and stores what was found beside what was expected. Nothing "
        "that any project holds is read, so that the answers may leave the safe setting as settings of the server do. "
        "Two tables are made in the workspace and dropped at the end."
    )
    yield "--"
    yield from comment(
        "How to run it: once, from top to bottom, going on after errors (a probe that cannot be asked is then missing "
        "from the answers). Export the table of answers that part 3 shows as CSV (a spreadsheet would rewrite its "
        "dates), or copy it from the screen, and read it with `cohort sql selftest read FILE`. Nobody "
        "has run it on a Db2 before: that is what it is for."
    )
    yield "--"
    yield from comment(f"Binding: {binding.name}. Workspace: {binding.workspace or 'none'}")
    yield RULE
