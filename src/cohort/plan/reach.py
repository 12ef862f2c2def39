"""Rows that no index date can reach are left out before the candidates for peers are looked up in them.

Candidates are most of the pool, so what is read for them is worked out for everybody. But rows are mostly asked for by
a window: the school records of the year before an index date. Where all readers of a table ask for rows by such a
window on one column, rows before that of the earliest index date and after that of the latest matter to nobody. The
pool itself counts as such a reader where candidates are matched on a row of it that lies in a window: who has none is
like no case.

Tables that are restricted so come after the index dates, if these do not rest on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cohort.plan.frames import OF_ALIKE, OF_CANDIDATES, OF_PASSED
from cohort.plan.model import EntryValues, Flags, Plan, PlanStep, PlanTable, Relation, WithinReach, WorkOut
from cohort.plan.names import INDEX_DATES
from cohort.plan.of_members import Candidates, Concerned
from cohort.plan.ranges import Asked, Known, merged, ranges_of_rows, ranges_of_value
from cohort.plan.reads import all_of
from cohort.plan.staging import OF_EVERYBODY, is_of_rows
from cohort.query.rows import LinkUnit, LiteralRows, NamedRows, Rows, TableRows, inputs
from cohort.query.study import Study

_WHY = "No index date reaches further."
_OF_CANDIDATES = frozenset({OF_CANDIDATES.table, OF_PASSED.table, OF_ALIKE.table})


def leave_out_of_reach(plan: Plan, study: Study) -> Plan:
    """Restrict what is read for candidates to the dates that windows around the index dates reach."""
    if study.peers is None:
        return plan
    place = [table.name for table in plan.tables].index(INDEX_DATES)
    before = _needed_by(plan.tables[: place + 1])
    free = {
        table.name: table for table in plan.tables[:place] if table.name not in before and is_of_rows(table)
    }
    asked = _asked(plan, study, free)
    restricted: dict[str, PlanTable] = {}
    fed: set[str] = set()
    for name, table in free.items():
        found = _restricted(table, asked, fed)
        if found.steps != table.steps or fed & {step.name for step in found.steps}:
            restricted[name] = found
    later = dict(restricted)
    for name, table in free.items():
        if name not in later and any(other in later for other in _names(table)):
            later[name] = table
    in_order = [later[name] for name in free if name in later]
    tables = [table for table in plan.tables[:place] if table.name not in later]
    return replace(plan, tables=(*tables, plan.tables[place], *in_order, *plan.tables[place + 1 :]))


def _asked(plan: Plan, study: Study, free: Mapping[str, PlanTable]) -> dict[tuple[str, str], Asked]:
    """Return what is asked of each step of the tables that may be restricted, from the last reader to the first.

    Only what is read for candidates is worth it: other rows are restricted to the units that they are read for.
    """
    known = _known(plan)
    wanted: dict[str, list[Asked]] = {name: [] for name in free}
    for_candidates: set[str] = set()
    for result in plan.results:
        for read in all_of(result.step.relation):
            wanted.get(read.name, []).append(None)
    asked: dict[tuple[str, str], Asked] = {}
    for table in reversed(plan.tables):
        of_candidates = table.frame in _OF_CANDIDATES or table.name in for_candidates
        inner: dict[str, list[Asked]] = {}
        for number in range(len(table.steps) - 1, -1, -1):
            step = table.steps[number]
            last = number == len(table.steps) - 1
            own = _together(wanted.get(table.name, []) if last else inner.get(step.name, []))
            if table.name in free:
                own = own if table.name in for_candidates else None
                asked[table.name, step.name] = own
            earlier = {other.name for other in table.steps[:number]}
            for name, ranges in _reads(step.relation, own, known, study):
                if name in earlier:
                    inner.setdefault(name, []).append(ranges)
                    continue
                called = dict(table.reads).get(name, name)
                if called in wanted:
                    wanted[called].append(ranges)
                    if of_candidates or isinstance(step.relation, Candidates):
                        for_candidates.add(called)
    return asked


def _reads(relation: Relation, own: Asked, known: Known, study: Study) -> Iterator[tuple[str, Asked]]:
    match relation:
        case WorkOut():
            yield from ranges_of_value(relation.value)
        case Flags():
            for _, value in relation.steps:
                yield from ranges_of_value(value)
        case EntryValues():
            for _, value in relation.values:
                yield from ranges_of_value(value)
        case Concerned():
            # Those of the pool matter as far as they become candidates: it asks for no more than these do.
            yield relation.entries, None
            yield relation.pool.name, frozenset()
        case Candidates():
            yield relation.cases, None
            pool = relation.pool.name
            found = [
                ranges
                for name in relation.matched_on
                for read, ranges in ranges_of_rows(study.by_name[name].rows, None, known)
                if read == pool and ranges is not None
            ]
            yield pool, found[0] if found else None
        case _ if isinstance(relation, Rows):
            yield from ranges_of_rows(relation, own, known)
        case _:
            yield from ((read.name, None) for read in all_of(relation))


def _together(readers: Sequence[Asked]) -> Asked:
    if not readers:
        return None
    found = readers[0]
    for ranges in readers[1:]:
        found = merged(found, ranges)
    return found


def _restricted(table: PlanTable, asked: Mapping[tuple[str, str], Asked], fed: set[str]) -> PlanTable:
    """Return a table whose rows are restricted as early as they can be; ``fed`` gets the steps that then are."""
    steps: list[PlanStep] = []
    for step in table.steps:
        ranges = asked[table.name, step.name]
        rows = step.relation
        assert isinstance(rows, Rows)
        if ranges is None:
            steps.append(step)
            continue
        if _is_fed(rows, fed):
            steps.append(step)
        else:
            everybody = replace(step, name=step.name + OF_EVERYBODY)
            columns = " and ".join(sorted({one.column.replace("_", " ") for one in ranges}))
            words = f"the rows of {step.name} with a {columns} that a window around some index date can reach"
            ordered = tuple(sorted(ranges, key=repr))
            within = WithinReach(NamedRows(everybody.name, rows.shape), ordered)
            steps += [everybody, PlanStep(step.name, words, _WHY, step.origin, within)]
        fed.add(step.name)
    return replace(table, steps=tuple(steps))


def _is_fed(rows: Rows, fed: set[str]) -> bool:
    """Whether rows come from nothing but restricted rows."""
    match rows:
        case NamedRows():
            return rows.name in fed
        case TableRows() | LiteralRows():
            return False
        case LinkUnit():
            return _is_fed(rows.rows, fed)
        case _:
            return all(_is_fed(below, fed) for below in inputs(rows))


def _known(plan: Plan) -> Known:
    known = Known()
    for table in plan.tables:
        for step in table.steps:
            if isinstance(step.relation, Rows):
                known.learn(step.name, step.relation)
    return known


def _needed_by(tables: Sequence[PlanTable]) -> set[str]:
    """Return the names of the last of some tables and of all that it rests on."""
    needed = {tables[-1].name}
    for table in reversed(tables):
        if table.name in needed:
            needed |= _names(table)
    return needed


def _names(table: PlanTable) -> set[str]:
    leads = dict(table.reads)
    read = {name.name for step in table.steps for name in all_of(step.relation)}
    return {leads.get(name, name) for name in read}
