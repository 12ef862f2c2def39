"""Long codelists as tables: rows are joined to a list instead of compared with each of its codes in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cohort.plan.model import Plan, PlanStep, PlanTable, Relation
from cohort.plan.names import LIST
from cohort.query.calls import Lookup
from cohort.query.rows import LiteralRows, widest
from cohort.query.study import Origin, Study
from cohort.query.values import InSet
from cohort.types import Kind, ValueType

LONG = 20
"""From how many members on a list is a table."""
CODE, MEANING = "code", "meaning"
"""Columns of the table of a list; only lists that codes are looked up in have a meaning for each."""
_OF_MANY = "codes_looked_for"
_LONGEST = 60


def list_tables(plan: Plan, _study: Study) -> Plan:
    """Give each long list a table of its own, before all others."""
    found: dict[tuple[Any, ...], tuple[InSet | Lookup, Origin]] = {}
    for relation, origin in _relations(plan):
        for value in _lists_in(relation):
            found.setdefault(members_of(value), (value, origin))
    names: dict[str, tuple[Any, ...]] = {}
    tables: list[PlanTable] = []
    for members, (value, origin) in found.items():
        name = _free_name(value, names)
        names[name] = members
        tables.append(_table(name, value, origin))
    lists = tuple((members, name) for name, members in names.items())
    return replace(plan, tables=(*tables, *plan.tables), lists=lists)


def members_of(value: InSet | Lookup) -> tuple[Any, ...]:
    """Return what tells lists apart: the members in order, with their meanings where they have some."""
    return value.members if isinstance(value, InSet) else value.pairs


def _relations(plan: Plan) -> Iterator[tuple[Relation, Origin]]:
    for table in plan.tables:
        yield from ((step.relation, step.origin) for step in table.steps)
    yield from ((result.step.relation, result.step.origin) for result in plan.results)


def _lists_in(node: Any) -> Iterator[InSet | Lookup]:
    """Yield the long lists of codes anywhere in a relation."""
    if isinstance(node, InSet | Lookup) and _is_long(node):
        yield node
    match node:
        case tuple():
            for part in node:
                yield from _lists_in(part)
        case LiteralRows() | ValueType():
            return
        case _ if is_dataclass(node):
            for field in fields(node):
                yield from _lists_in(getattr(node, field.name))
        case _:
            return


def _is_long(value: InSet | Lookup) -> bool:
    kinds = (
        {member.type.kind for member in value.members} if isinstance(value, InSet) else {value.part.type.kind}
    )
    return len(members_of(value)) >= LONG and (kinds <= {Kind.CODE, Kind.TEXT} or kinds == {Kind.WHOLE})


def _table(name: str, value: InSet | Lookup, origin: Origin) -> PlanTable:
    if isinstance(value, InSet):
        # A list may hold a code twice, as the text of a membership may; rows are joined to each code once.
        held: tuple[tuple[Any, ...], ...] = tuple(
            (code,) for code in dict.fromkeys(m.value for m in value.members)
        )
        columns: tuple[tuple[str, ValueType], ...] = ((CODE, widest([m.type for m in value.members])),)
    else:
        whole = value.part.type.kind is Kind.WHOLE
        held = tuple((int(code) if whole else code, text) for code, text in value.pairs)
        columns = ((CODE, value.part.type), (MEANING, value.type))
    words = "codes that later steps ask for" if value.codelist is None else f"the codelist {value.codelist}"
    step = PlanStep(name, words, "", origin, LiteralRows(name, columns, (CODE,), held))
    return PlanTable(name, columns, CODE, (step,))


def _free_name(value: InSet | Lookup, taken: dict[str, tuple[Any, ...]]) -> str:
    called = re.sub(r"[^a-z0-9]+", "_", (value.codelist or _OF_MANY).lower()).strip("_")[:_LONGEST]
    wanted = name = LIST + called
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name
