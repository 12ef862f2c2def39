"""Small studies: sources, definitions that look at the index date, steps, variables and tables."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from cohort.engines.reference import World, run_study
from cohort.engines.reference.study import StudyRun
from cohort.plan.build import LINKAGE
from cohort.plan.collect import ResultRow, collect
from cohort.query.rows import KeepOne, NamedRows, Rows, Where
from cohort.query.study import (
    AttritionOutput,
    CountOutput,
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
from cohort.types import DATE, DECIMAL, WHOLE, Kind

from .harness import HERE, compiled, definition, fetched, in_order, loaded, plan_of, run_script
from .row_strategies import EVENTS_OF_UNIT, PERSON, chains
from .tables import LINKS, TEXT, UNIT, Tables
from .value_strategies import Leaves, banded, choices, conditions, dates, years

EVENTS = NamedRows("events_of_child", EVENTS_OF_UNIT.shape)
FIRST = KeepOne(EVENTS, last=False, order="start_date", per=(UNIT,))
LATER = Where(EVENTS, Compare(">", EVENTS.shape.column("start_date"), IndexDate()))
NEXT = KeepOne(LATER, last=False, order="start_date", per=(UNIT,))
INDEX = Fact("first", "start_date", DATE)


def facts(name: str, rows: Rows) -> tuple[Fact, ...]:
    """All columns of rows with one row for each unit."""
    return tuple(Fact(name, column, type_) for column, type_ in rows.shape.columns)


BIRTH = Fact("person", "birth", DATE)
DAYS_OLD = DaysBetween(BIRTH, IndexDate())
BASE_VARIABLES: tuple[tuple[str, Value], ...] = (
    ("age", AgeOn(BIRTH, IndexDate())),
    ("days_old", DAYS_OLD),
    ("weeks_old", Arithmetic("/", VariableValue("days_old", WHOLE), Literal(7, WHOLE))),
    ("next_start", Fact("next_one", "start_date", DATE)),
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
    )
)


def base_study(
    *,
    index: Value = INDEX,
    variables: tuple[tuple[str, Value], ...] = (),
    further: tuple[tuple[str, Rows], ...] = (),
    steps: tuple[Value, ...] = (),
    outputs: tuple[AttritionOutput | CountOutput, ...] = (),
) -> Study:
    """Return a study whose definitions and variables are those of this module and the given ones."""
    definitions = (
        definition("links", LINKS, prepared=True),
        definition("events_of_child", EVENTS_OF_UNIT, prepared=True),
        definition("person", PERSON),
        definition("first", FIRST),
        definition("next_one", NEXT),
        *(definition(name, rows) for name, rows in further),
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
        words = Words(lambda _name, _code: None, {})
        population = self.study.population
        lines = [f"index date: {words.value(population.index_date)}"]
        lines += [f"picked: {stage.rows!r}" for stage in self.study.by_name["picked"].stages[-1:]]
        lines += [f"keep: {words.value(step.keep)}" for step in population.steps]
        lines += [f"{variable.name}: {words.value(variable.value)}" for variable in self.study.variables]
        for output in self.study.outputs:
            if isinstance(output, CountOutput):
                among = "all" if output.among is None else words.value(output.among)
                lines.append(f"{output.id}: {output.by} among {among}")
        return "\n".join(["", *lines])


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
    chain = draw(chains(EVENTS, (IndexDate(),), within_unit=True))
    order = draw(st.sampled_from(chain.shape.names))
    picked = KeepOne(chain, draw(st.booleans()), order, (UNIT,))
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


def assert_same_study(study: Study, tables: Tables) -> None:
    """Compare both engines on a study: index dates, variables, cohort, flow and tables."""
    run = StudyRun(study, World(tables))
    plan = plan_of(study)
    rows = [d.rows for d in study.definitions]
    script = compiled(plan, rows)
    columns = {table.name: table.columns for table in plan.tables}
    with loaded(rows, tables) as connection:
        run_script(connection, script)
        names = [variable.name for variable in study.variables]
        for table, units in (("entries", run.index_dates), ("analysis", run.cohort)):
            expected = [
                {UNIT: unit, "index_date": run.index_dates[unit], **{n: run.variable(n)[unit] for n in names}}
                for unit in units
            ]
            assert in_order(fetched(connection, script, table, columns[table])) == in_order(expected), table
        long = connection.execute(
            f"SELECT table_name, row_value, column_value, statistic, value FROM {script.tables['results']}"
        ).fetchall()
    # Tables on linkage are about the data, not about the study: the reference engine does not make them.
    found = collect(study, (ResultRow(*row) for row in long)).tables
    expected_tables = run_study(study, tables).tables
    assert found[: len(expected_tables)] == expected_tables
    assert all(table.id.startswith(LINKAGE) for table in found[len(expected_tables) :])
