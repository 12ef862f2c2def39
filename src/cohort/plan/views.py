"""Which tables need not be tables where the database works through a chain: those that one later step reads, once.

A view is worked out each time that it is read. So its one reader must be a step that is itself read once within its
table, up to the table's last step: databases may work out a common table expression at every place that refers to it.

Held rows that are only tidied up may be read twice: to read them again, and only the columns that are wanted, costs
less than a copy of nearly all of them. Rows chosen by a codelist are few, and to find them costs a look at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from cohort.plan.model import (
    EntryValues,
    Flags,
    JoinVariables,
    KeyMap,
    OfFrame,
    Plan,
    PlanTable,
    Relation,
    StartPopulation,
    StartUnits,
    WithinReach,
    WorkOut,
)
from cohort.plan.names import ANALYSIS
from cohort.plan.of_members import (
    Alike,
    Candidates,
    ClipToCover,
    Concerned,
    EventsInFollowUp,
    JoinMembers,
    PairUp,
    PassAll,
)
from cohort.plan.of_results import CountLinks
from cohort.plan.reads import all_of
from cohort.plan.rebuilt import chain_of
from cohort.plan.staging import is_looked_through
from cohort.query.calls import Lookup, StartsWith
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    Rename,
    Rows,
    TableRows,
    Union,
    Where,
    inputs,
    values_of,
)
from cohort.query.study import Study
from cohort.query.summaries import Covered, Summary
from cohort.query.values import Fact, Figure, InSet, Value, VariableValue, children, walk

DEEPEST = 10
"""How many views may stand one upon the other: databases take long to plan deeper chains."""
TIDIED = 2
"""How many times held rows may be read that are only tidied up."""
_MANY = TIDIED + 1
"""More often than any view may be read: how much more makes no difference."""


def mark_views(plan: Plan, _study: Study) -> Plan:
    """Mark the tables that are read once, by one step, and those that are cheap enough to be read twice."""
    tidied = _only_tidied(plan)
    # Every value that is worked out for a frame reads it.
    frames = {table.frame for table in plan.tables}
    times = _times_read(plan, tidied)
    depth: dict[str, int] = {}
    tables: list[PlanTable] = []
    for table in plan.tables:
        found = {_leads(table, name) for step in table.steps for name in _times(step.relation)}
        below = 1 + max((depth[name] for name in found if name in depth), default=0)
        most = TIDIED if table.name in tidied else 1
        whole = table.name == ANALYSIS or table.name in frames or is_looked_through(table)
        once = 0 < times[table.name] <= most and not whole and below <= DEEPEST
        if once:
            depth[table.name] = below
        tables.append(replace(table, read_once=once))
    return replace(plan, tables=tuple(tables))


def _only_tidied(plan: Plan) -> frozenset[str]:
    """Return the tables of held rows to which nothing happens but what each row alone says, without codelists."""
    before: dict[str, PlanTable] = {}
    found: set[str] = set()
    for table in plan.tables:
        steps = chain_of(table, before)
        if steps and not any(_chooses(step.relation) for step in steps):
            found.add(table.name)
        before[table.name] = table
    return frozenset(found)


def _chooses(relation: Relation) -> bool:
    """Whether an operation on rows looks at a codelist."""
    return isinstance(relation, Rows) and any(
        isinstance(part, StartsWith | Lookup) or (isinstance(part, InSet) and part.codelist is not None)
        for operation in _operations(relation)
        for value in values_of(operation)
        for part in walk(value)
    )


def _operations(rows: Rows) -> Iterator[Rows]:
    yield rows
    for below in inputs(rows):
        yield from _operations(below)


def _times_read(plan: Plan, tidied: frozenset[str]) -> Counter[str]:
    """Return how many times each table is read; from ``_MANY`` on the number says no more than that.

    What a view reads is read each time that the view is.
    """
    found: Counter[str] = Counter()
    for result in plan.results:
        found.update(_times(result.step.relation))
    for table in reversed(plan.tables):
        again = found[table.name] if table.name in tidied and found[table.name] <= TIDIED else 1
        within: Counter[str] = Counter({table.steps[-1].name: max(again, 1)})
        for number in range(len(table.steps) - 1, -1, -1):
            step = table.steps[number]
            before = {earlier.name for earlier in table.steps[:number]}
            for name, times in _times(step.relation).items():
                read = min(times * within[step.name], _MANY)
                if name in before:
                    within[name] += read
                else:
                    found[_leads(table, name)] += read
    return found


def _leads(table: PlanTable, name: str) -> str:
    return dict(table.reads).get(name, name)


def _times(relation: Relation) -> Counter[str]:
    """Return how many times the SELECT of a relation refers to each name that it reads.

    Every relation that is not known to refer to what it reads once counts as one that refers to it more than once.
    """
    match relation:
        case WorkOut():
            return _of_values((relation.value,))
        case Flags():
            return _of_values(tuple(value for _, value in relation.steps)) + _many(relation.entries)
        case EntryValues():
            values = _of_values(tuple(value for _, value in relation.values))
            return values + _many(relation.entries)
        case StartUnits():
            return Counter([relation.start.name])
        case StartPopulation():
            values = _of_values((relation.index_date,))
            return values + (Counter([relation.start.name]) if not values else _many(relation.start.name))
        case OfFrame() | WithinReach():
            return Counter([relation.rows.name])
        case KeyMap():
            return _of_rows(relation.mapping)
        case PassAll():
            return Counter([relation.entries, relation.steps])
        case Alike():
            return Counter([relation.entries, relation.cases])
        case Concerned():
            return Counter([relation.entries, relation.pool.name])
        case Candidates():
            return Counter([relation.pool.name, relation.cases])
        case PairUp():
            return Counter([relation.cases, relation.candidates])
        case JoinMembers():
            return Counter([relation.members, relation.entries]) + _many(relation.followed or "")
        case ClipToCover():
            return Counter([relation.pieces, relation.cover])
        case EventsInFollowUp():
            return Counter([relation.events.name]) + _many(relation.pieces)
        case CountLinks():
            return _of_rows(relation.rows) + _of_rows(relation.mapping)
        case JoinVariables():
            return Counter(name for name, _ in relation.variables)
        case _ if isinstance(relation, Rows):
            return _of_rows(relation)
        case _:
            return _many(*(read.name for read in all_of(relation)))


def _many(*names: str) -> Counter[str]:
    return Counter(dict.fromkeys(names, _MANY))


def _of_rows(rows: Rows) -> Counter[str]:
    match rows:
        case NamedRows():
            return Counter([rows.name])
        case TableRows() | LiteralRows():
            return Counter()
        case Where() | Add():
            values = _of_values(values_of(rows))
            below = _of_rows(rows.rows)
            # What rows are looked up for is selected from the rows at hand first.
            looked_up = any(isinstance(v, Summary | Covered) for top in values_of(rows) for v in walk(top))
            return values + (below + below if looked_up else below)
        case AsUnit() | Rename() | KeepOne() | OnePer() | JoinSpells() | CloseSpells() | ForEachEntry():
            return _of_rows(rows.rows)
        case Union():
            return Counter(part.name for part in rows.parts)
        case LinkUnit():
            return _of_rows(rows.rows) + _of_rows(rows.mapping)
        case OfRelated():
            return _of_rows(rows.rows) + _of_rows(rows.relation)
        case _:
            return _many(*(read.name for read in all_of(rows)))


def _of_values(values: tuple[Value, ...]) -> Counter[str]:
    return Counter(name for value in values for name in _named(value, 1))


def _named(value: Value, times: int) -> Iterator[str]:
    """Yield the names that a value refers to, as many times as its SELECTs do."""
    match value:
        case Fact() | Figure():
            yield from [value.rows] * times
        case VariableValue():
            yield from [value.name] * times
        case Summary() | Covered():
            nested = any(
                isinstance(part, Summary | Covered) for child in children(value) for part in walk(child)
            )
            yield from [value.rows.name] * (_MANY if nested else times)
        case _:
            pass
    # The bounds of covered days are worked out where the periods are made and where they are joined.
    inside = _MANY if isinstance(value, Covered) else times
    for child in children(value):
        yield from _named(child, inside)
