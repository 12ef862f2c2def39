"""Maps from keys to units are reduced to one row for each key once, for all that use them.

Rows that are brought to a unit need one unit for each key, and the report on links whether a key has several. Where
rows are wanted for the units of a frame only, the keys of these units are looked for, and not those of everybody: the
rows that are linked may be many times as many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cohort.plan.model import FIRST_UNIT, LAST_UNIT, KeyMap, KeyRows, OfFrame, Plan, PlanStep, PlanTable
from cohort.plan.names import KEYS
from cohort.plan.of_results import CountLinks
from cohort.plan.staging import OF_EVERYBODY, belonging_to
from cohort.query.rows import LinkUnit, NamedRows, Where
from cohort.query.shape import Shape
from cohort.query.study import Study

_Reads = Iterable[tuple[str, str]]
_Map = tuple[str, KeyMap]
"""The table of a map, and how it is reduced."""


def share_key_maps(plan: Plan, _study: Study) -> Plan:
    """Give each map that is used more than once a table with one row for each key."""
    used = Counter(found for reads, step in _steps(plan) for found in _maps_of(step, reads))
    made = {table.name: table for table in plan.tables}
    keys: dict[_Map, KeyRows] = {}
    after: dict[str, list[PlanTable]] = {}
    for (mapping, found), times in used.items():
        if times > 1 and mapping in made:
            beside = after.setdefault(mapping, [])
            name = f"{KEYS}{mapping}" + (f"_{len(beside) + 1}" if beside else "")
            keys[mapping, found] = KeyRows(name, _shape(found))
            beside.append(_table(name, found, made[mapping]))
    tables: list[PlanTable] = []
    for table in plan.tables:
        tables += [_linked(table, keys), *after.get(table.name, ())]
    results = tuple(replace(r, step=_with_keys(r.step, r.reads, keys)) for r in plan.results)
    return replace(plan, tables=tuple(tables), results=results)


def _steps(plan: Plan) -> Iterator[tuple[_Reads, PlanStep]]:
    for table in plan.tables:
        yield from ((table.reads, step) for step in table.steps)
    yield from ((result.reads, result.step) for result in plan.results)


def _maps_of(step: PlanStep, reads: _Reads) -> Iterator[_Map]:
    """Yield the map that a step brings rows to their unit by, or whose links it counts."""
    link = step.relation
    if isinstance(link, LinkUnit | CountLinks) and isinstance(link.mapping, NamedRows):
        name = dict(reads).get(link.mapping.name, link.mapping.name)
        rows = NamedRows(name, link.mapping.shape)
        yield name, KeyMap(rows, link.map_key, link.also, link.map_unit)


def _shape(found: KeyMap) -> Shape:
    types = found.mapping.shape.types
    unit = types[found.unit]
    key = (found.key, *found.also)
    return Shape((*((name, types[name]) for name in key), (FIRST_UNIT, unit), (LAST_UNIT, unit)), key)


def _table(name: str, found: KeyMap, mapping: PlanTable) -> PlanTable:
    words = f"the smallest and the largest {found.unit} that {mapping.name} gives each {found.key}"
    why = "Where they differ, several are linked to one key. The smallest is then taken."
    step = PlanStep(name, words, why, mapping.steps[-1].origin, found)
    return PlanTable(name, _shape(found).columns, found.key, (step,))


def _with_keys(step: PlanStep, reads: _Reads, keys: dict[_Map, KeyRows]) -> PlanStep:
    link = step.relation
    for found in _maps_of(step, reads):
        if found in keys and isinstance(link, LinkUnit | CountLinks):
            return replace(step, relation=replace(link, mapping=keys[found], map_unit=FIRST_UNIT))
    return step


def _linked(table: PlanTable, keys: dict[_Map, KeyRows]) -> PlanTable:
    """Return a table whose links use the shared keys, those of the units of its frame alone if it keeps no others."""
    steps: list[PlanStep] = []
    for step in (_with_keys(step, table.reads, keys) for step in table.steps):
        before = steps[-1] if steps else step
        link, chosen = before.relation, step.relation
        if (
            isinstance(link, LinkUnit)
            and isinstance(link.mapping, KeyRows)
            and link.drop_unlinked
            and isinstance(chosen, OfFrame)
            and chosen.unit == link.unit
            and before.name == step.name + OF_EVERYBODY
        ):
            steps[-1:] = _linked_for_frame(before, link, link.mapping, step, chosen, table.frame)
        else:
            steps.append(step)
    return replace(table, steps=tuple(steps))


def _linked_for_frame(
    before: PlanStep, link: LinkUnit, keys: KeyRows, step: PlanStep, chosen: OfFrame, frame: str
) -> list[PlanStep]:
    """Return the steps that look for the keys of the frame's units, link by these, and keep what is asked for."""
    ours = KeyRows(f"{step.name}_keys", keys.shape)
    words = f"of all keys those of units that belong to the {belonging_to(frame)}"
    picked = PlanStep(ours.name, words, step.why, step.origin, OfFrame(keys, FIRST_UNIT))
    linked = replace(before, relation=replace(link, mapping=ours))
    if chosen.keep is None:
        return [picked, replace(linked, name=step.name)]
    return [picked, linked, replace(step, relation=Where(chosen.rows, chosen.keep))]
