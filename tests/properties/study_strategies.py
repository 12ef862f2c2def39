"""Small studies: sources, definitions that look at the index date, steps, variables and tables."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from cohort.engines.reference import Entry, Member, Piece, Row, StudyRun, World
from cohort.engines.reference.entries import Entries
from cohort.plan.collect import ResultRow, collect
from cohort.plan.following import splits_of
from cohort.plan.model import Plan
from cohort.plan.names import INDEX_DATE, LINKAGE, PIECE_START, PIECE_UNTIL, SET_UNIT
from cohort.query.rows import ForEachEntry, KeepOne, NamedRows, Rows, Where, values_of, walk_rows
from cohort.query.study import (
    GROUP,
    AttritionOutput,
    ContextTable,
    CountOutput,
    Output,
    Population,
    Step,
    Study,
    Variable,
)
from cohort.query.values import (
    AgeOn,
    Arithmetic,
    Band,
    Choose,
    Compare,
    DaysBetween,
    Extreme,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.query.words import Words
from cohort.results.category import Category
from cohort.sql.model import ScriptOptions
from cohort.sql.results import RESULT_COLUMNS
from cohort.types import DATE, DECIMAL, WHOLE, Kind

from .harness import HERE, Columns, compiled, definition, fetched, in_order, loaded, plan_of, run_script
from .leaves import FIGURES, Leaves
from .row_strategies import EVENTS_OF_UNIT, NAMED, PERSON, chains
from .tables import LINKS, TEXT, UNIT, Tables
from .value_strategies import banded, choices, conditions, dates, years

EVENTS = NamedRows("events_of_child", EVENTS_OF_UNIT.shape)
FIRST = KeepOne(EVENTS, last=False, order="start_date", per=(UNIT,))
LATER = Where(ForEachEntry(EVENTS), Compare(">", EVENTS.shape.column("start_date"), IndexDate()))
NEXT = KeepOne(LATER, last=False, order="start_date", per=LATER.shape.owner)
INDEX = Fact("first", "start_date", DATE)


def facts(name: str, rows: Rows) -> tuple[Fact, ...]:
    """All columns of rows with one row for each unit."""
    return tuple(Fact(name, column, type_, rows.shape.per_entry) for column, type_ in rows.shape.columns)


BIRTH = Fact("person", "birth", DATE)
DAYS_OLD = DaysBetween(BIRTH, IndexDate())
BASE_VARIABLES: tuple[tuple[str, Value], ...] = (
    ("age", AgeOn(BIRTH, IndexDate())),
    ("days_old", DAYS_OLD),
    ("weeks_old", Arithmetic("/", VariableValue("days_old", WHOLE), Literal(7, WHOLE))),
    ("next_start", Fact("next_one", "start_date", DATE, per_entry=True)),
    ("is_old", Compare(">=", VariableValue("age", WHOLE), Literal(1, WHOLE))),
    (
        "age_group",
        Band(VariableValue("weeks_old", DECIMAL), ((0, "newborn"), (2, "infant"), (52, "older")), TEXT),
    ),
)
ENTRY_LEAVES = Leaves(
    (
        *facts("first", FIRST),
        *facts("person", PERSON),
        *facts("next_one", NEXT),
        IndexDate(),
        *(VariableValue(name, value.type) for name, value in BASE_VARIABLES),
    ),
    tuple(
        NamedRows(name, rows.shape)
        for name, rows in (
            ("events_of_child", EVENTS_OF_UNIT),
            ("person", PERSON),
            ("next_one", NEXT),
            ("figures", FIGURES),
        )
    ),
)


def base_study(
    *,
    index: Value = INDEX,
    variables: tuple[tuple[str, Value], ...] = (),
    further: tuple[tuple[str, Rows], ...] = (),
    steps: tuple[Value, ...] = (),
    outputs: tuple[Output, ...] = (),
) -> Study:
    """Return a study whose definitions and variables are those of this module and the given ones.

    What the given rows read of the rows that all strategies share is defined as well.
    """
    own = (
        definition("links", LINKS, prepared=True),
        definition("events_of_child", EVENTS_OF_UNIT, prepared=True),
        definition("person", PERSON),
        definition("first", FIRST),
        definition("next_one", NEXT),
        *(definition(name, rows) for name, rows in further),
    )
    used = frozenset[str]().union(*(found.uses for found in own)) - {found.name for found in own}
    shared = tuple(
        definition(name, rows) for name, rows in NAMED.items() if name in used and name != FIGURES.name
    )
    definitions = (*own, *shared)
    figures = ContextTable(
        "figures", "figures.csv", "", "", "", FIGURES, "status", "census_year", "calendar year", "", HERE
    )
    return Study(
        id="property_study",
        title="A study",
        question="",
        unit=UNIT,
        units="children",
        data_from=datetime.date(2003, 4, 1),
        data_until=datetime.date(2008, 3, 31),
        sources=(),
        codelists=(),
        definitions=definitions,
        population=Population(
            "first",
            index,
            tuple(Step(f"step_{n}", keep, "words", "", HERE) for n, keep in enumerate(steps, start=1)),
            HERE,
        ),
        variables=tuple(
            Variable(name, name, value, _categories(value), HERE)
            for name, value in (*BASE_VARIABLES, *variables)
        ),
        outputs=outputs,
        policy="sail",
        accepted=(),
        spec_file=HERE.file,
        spec_hash="0" * 64,
        context=(figures,),
    )


def _categories(value: Value) -> tuple[Category, ...]:
    match value:
        case Band():
            labels = [label for _, label in value.bands]
        case Choose():
            found = [str(result.value) for _, result in value.cases] + [str(value.otherwise.value)]
            labels = list(dict.fromkeys(found))
        case YearTo31March():
            labels = [str(year) for year in range(1998, 2014)]
        case _:
            labels = ["1", "0"] if value.type.kind is Kind.BOOLEAN else []
    return tuple(Category(label, label) for label in labels)


COUNTABLE: tuple[tuple[str, Value], ...] = (
    ("year_of_entry", YearTo31March(IndexDate())),
    ("sex", Fact("person", "sex", next(f.type for f in facts("person", PERSON) if f.column == "sex"))),
    ("status", Fact("first", "status", next(f.type for f in facts("first", FIRST) if f.column == "status"))),
)


def mild(condition: Value) -> st.SearchStrategy[Value]:
    """A condition, or one that lets the missing through as well: else nobody would be left after few steps."""
    return st.sampled_from([Or((condition, IsMissing(condition))), Not(IsMissing(INDEX)), condition])


@dataclass(frozen=True)
class Drawn:
    """A study that shows itself in words: as nodes it would fill pages."""

    study: Study

    def __repr__(self) -> str:
        words, study = Words(), self.study
        lines = [f"index date: {words.value(study.population.index_date)} of {study.population.start}"]
        lines += [f"{d.name}: {_chain(d.rows, words)}" for d in study.definitions if not d.prepared]
        lines += [f"keep: {words.value(step.keep)}" for step in study.population.steps]
        lines += [f"{variable.name}: {words.value(variable.value)}" for variable in study.variables]
        if study.peers is not None:
            lines += [f"pool: {words.value(step.keep)}" for step in study.peers.steps]
            lines.append(repr(replace(study.peers, steps=())))
        if study.follow_up is not None:
            lines.append(f"from {words.value(study.follow_up.start)}, covers {study.follow_up.covers}")
            lines += [
                f"end {words.value(end.date)}, {end.day_included}, {end.only_for}"
                for end in study.follow_up.ends
            ]
        lines += [repr(part) for part in (*study.splits, *study.outcomes)]
        for output in study.outputs:
            among = None if isinstance(output, AttritionOutput) else output.among
            said = "all" if among is None else words.value(among)
            lines.append(
                f"{output.id}: {getattr(output, 'by', '')} {getattr(output, 'variables', '')} among {said}"
            )
        return "\n".join(["", *lines])


def _chain(rows: Rows, words: Words) -> str:
    """Operations, the last first, with the words of their values."""
    names = []
    for node in walk_rows(rows):
        said = ", ".join(words.value(value) for value in values_of(node))
        names.append(f"{type(node).__name__}({getattr(node, 'name', '')}{said})")
    return " of ".join(names)


@st.composite
def studies(draw: st.DrawFn) -> Drawn:
    """A study with random index date, definitions, steps, variables and tables."""
    early = Leaves((*facts("first", FIRST), *facts("person", PERSON)))
    index = draw(
        st.one_of(
            st.just(INDEX),
            st.builds(
                ShiftDate, st.just(INDEX), st.integers(-3, 3), st.sampled_from(["day", "month", "year"])
            ),
            st.builds(Extreme, st.booleans(), st.booleans(), st.just((INDEX, BIRTH))),
            dates(early, 1),
        )
    )
    chain = draw(chains(ForEachEntry(EVENTS), (IndexDate(),), within_unit=True))
    order = draw(st.sampled_from(chain.shape.names))
    picked = KeepOne(chain, draw(st.booleans()), order, chain.shape.owner)
    leaves = replace(ENTRY_LEAVES, values=(*ENTRY_LEAVES.values, *facts("picked", picked)))
    steps = tuple(draw(st.lists(conditions(leaves, 2).flatmap(mild), max_size=3)))
    variables = (
        *COUNTABLE,
        ("chosen", draw(choices(leaves, 1))),
        ("grouped", draw(banded(leaves, 1))),
        ("flag", draw(conditions(leaves, 1))),
        ("some_year", draw(years(leaves, 1))),
    )
    names = st.lists(
        st.sampled_from([name for name, _ in (*variables, ("age_group", None), ("is_old", None))]),
        min_size=1,
        max_size=2,
        unique=True,
    )
    outputs: list[AttritionOutput | CountOutput] = [AttritionOutput("flow", "Flow", HERE)]
    for number in range(draw(st.integers(1, 3))):
        among = draw(st.one_of(st.none(), conditions(leaves, 1).flatmap(mild)))
        outputs.append(
            CountOutput(
                f"table_{number}", "Table", tuple(draw(names)), among, "", frozenset(), (), frozenset(), HERE
            )
        )
    return Drawn(
        base_study(
            index=index,
            variables=variables,
            further=(("picked", picked),),
            steps=steps,
            outputs=tuple(outputs),
        )
    )


def assert_same_variables(variables: tuple[tuple[str, Value], ...], tables: Tables) -> None:
    """Compare both engines on the variables of a study without steps."""
    assert_same_study(base_study(variables=variables), tables)


def assert_same_study(
    study: Study, tables: Tables, plan: Plan | None = None, options: ScriptOptions | None = None
) -> None:
    """Compare both engines on a study: entries, variables, members, person-time and tables."""
    run = StudyRun(study, World(tables))
    plan = plan or plan_of(study)
    rows = [d.rows for d in study.definitions]
    script = compiled(plan, rows, options)
    columns = {table.name: table.columns for table in plan.tables}
    names = [variable.name for variable in study.variables]

    def beside(entry: Entry, entries: Entries) -> Row:
        return {UNIT: entry[0], INDEX_DATE: entry[1], **{n: entries.variable(n)[entry] for n in names}}

    with loaded(rows, tables) as connection:
        run_script(connection, script)

        def held(table: str, listed: Columns | None = None) -> list[Row]:
            return fetched(connection, script, table, listed or columns[table])

        if study.peers is None:
            listed = tuple(c for c in columns["entries"] if c[0] in (UNIT, INDEX_DATE, *names))
            # The variables that no step needs are worked out for those who pass only.
            shown = {name for name, _ in listed}
            every = [beside(entry, run.population) for entry in run.entries]
            expected = [{name: cell for name, cell in row.items() if name in shown} for row in every]
            assert in_order(held("entries", listed)) == in_order(expected)
        expected = [{**beside(m.entry, run.analysis), **_group(study, m)} for m in run.cohort]
        assert in_order(held("analysis")) == in_order(expected)
        if study.follow_up is not None:
            followed = _days(held("follow_up"))
            assert followed == _days(_pieces(study, run.pieces))
            if "member_time" in columns:
                # Cutting neither loses nor doubles a day.
                assert _days(held("member_time", columns["follow_up"])) == followed
                assert _days(_listed(study, held("member_time"))) == _days(
                    _pieces(study, run.pieces, splits=True)
                )
        long = connection.execute(
            f"SELECT {', '.join(name for name, _ in RESULT_COLUMNS[2:])} FROM {script.tables['results']}"
        ).fetchall()
    # Tables on linkage are about the data, not about the study: the reference engine does not make them.
    found = collect(study, (ResultRow(*row) for row in long)).tables
    expected_tables = run.tables()
    for one, other in zip(found, expected_tables, strict=False):
        assert one == other
    assert all(table.id.startswith(LINKAGE) for table in found[len(expected_tables) :])


def _group(study: Study, member: Member) -> Row:
    return {} if study.peers is None else {GROUP: member.group, SET_UNIT: member.set_unit}


def _pieces(study: Study, pieces: Sequence[Piece], *, splits: bool = False) -> list[Row]:
    names = {split.name for split in splits_of(study)} if splits else set()
    return [
        {
            UNIT: piece.member.unit,
            INDEX_DATE: piece.member.index_date,
            PIECE_START: piece.start,
            PIECE_UNTIL: piece.until,
            **_group(study, piece.member),
            **{name: value for name, value in piece.categories if name in names},
        }
        for piece in pieces
    ]


def _listed(study: Study, pieces: list[Row]) -> list[Row]:
    """Pieces with the categories that tables have: what no category names is ``other``."""
    known = {s.name: {c.value for c in s.categories} | {"missing"} for s in splits_of(study)}
    return [
        {name: "other" if name in known and cell not in known[name] else cell for name, cell in piece.items()}
        for piece in pieces
    ]


def _days(pieces: list[Row]) -> list[tuple[Any, ...]]:
    """Each day of each member, so that it does not matter where time is cut; no day comes twice."""
    days = []
    for piece in pieces:
        start, until = piece[PIECE_START], piece[PIECE_UNTIL]
        assert isinstance(start, datetime.date)
        assert isinstance(until, datetime.date)
        whose = {name: cell for name, cell in piece.items() if name not in (PIECE_START, PIECE_UNTIL)}
        days += [
            {**whose, "day": datetime.date.fromordinal(day)}
            for day in range(start.toordinal(), until.toordinal())
        ]
    return in_order(days)
