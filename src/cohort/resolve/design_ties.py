"""Design rule about ties that no key breaks."""

from __future__ import annotations

from collections.abc import Mapping

from cohort.query.parts import columns_of_study, values_of_study
from cohort.query.rows import (
    JoinSpells,
    KeepOne,
    NamedRows,
    OnePer,
    Rows,
    Union,
    inputs,
    values_of,
    walk_rows,
)
from cohort.query.study import Definition, Study
from cohort.query.values import Column, Covered, Fact, Outer, Summary, walk
from cohort.resolve.design_parts import Design
from cohort.spec.model import Operation

_KEEPING = ("keep_first", "keep_last", "one_per")


def ties(design: Design) -> None:
    """One of several rows is kept, and no key says which: what is read from it rests on chance (TIM708)."""
    written = {d.name.text: d for d in design.spec.definitions}
    incomplete: dict[str, bool] = {}
    candidates: list[tuple[Definition, int, Operation]] = []
    for definition in design.study.definitions:
        incomplete[definition.name] = _key_lost(definition.rows, incomplete)
        if definition.prepared or definition.name not in written:
            continue
        words = [op for op in written[definition.name].operations if op.key.text in _KEEPING]
        stages = [
            (at, s.rows) for at, s in enumerate(definition.stages) if isinstance(s.rows, KeepOne | OnePer)
        ]
        for operation, (at, rows) in zip(words, stages, strict=True):
            if _key_lost(inputs(rows)[0], incomplete):
                candidates.append((definition, at, operation))
    read = _columns_read(design.study) if candidates else {}
    for definition, at, operation in candidates:
        stages_from = [stage.rows for stage in definition.stages[at:]]
        kept, later = stages_from[0], stages_from[1:]
        assert isinstance(kept, KeepOne | OnePer)
        decided = {*kept.per, *((kept.order,) if isinstance(kept, KeepOne) else ())}
        after = read[definition.name].union(*(_columns_of(node) for node in later)) - decided
        chance = next((name for name in kept.shape.names if name in after), None)
        if chance is not None:
            path, word = f"definitions.{definition.name}", operation.key.text
            place = operation.key.place
            design.add("TIM708", path, place, operation=word, name=definition.name, column=chance)


def _key_lost(rows: Rows, incomplete: Mapping[str, bool]) -> bool:
    """Whether rows have lost the key of their source: a union keeps only what all parts have."""
    waiting = [rows]
    while waiting:
        match waiting.pop():
            case NamedRows(name):
                if incomplete.get(name, False):
                    return True
            case JoinSpells() | KeepOne() | OnePer():
                # What is left is told apart by the columns that the operation names.
                continue
            case Union() as union:
                names = set(union.shape.names)
                several = [part.shape for part in union.parts if not part.shape.one_per_unit]
                if any(not set(shape.key) - {shape.unit} <= names for shape in several):
                    return True
                waiting += union.parts
            case other:
                waiting += inputs(other)[:1]
    return False


def _columns_of(node: Rows) -> set[str]:
    found = {
        part.name for value in values_of(node) for part in walk(value) if isinstance(part, Column | Outer)
    }
    match node:
        case KeepOne():
            found |= {node.order, *node.per}
        case OnePer():
            found |= set(node.columns)
        case JoinSpells():
            found |= {node.start, node.until, *node.per}
        case _:
            pass
    return found


def _columns_read(study: Study) -> dict[str, set[str]]:
    """Return which columns of definitions the rest of the study reads."""
    read: dict[str, set[str]] = {name: set() for name in study.by_name}
    for rows, column in columns_of_study(study):
        read.setdefault(rows, set()).add(column)
    values = list(values_of_study(study))
    values += [v for d in study.definitions for node in walk_rows(d.rows) for v in values_of(node)]
    for part in (part for value in values for part in walk(value)):
        match part:
            case Fact():
                read[part.rows].add(part.column)
            case Summary():
                inner = [v for v in (part.condition, part.of) if v is not None]
                read[part.rows.name] |= {c.name for v in inner for c in walk(v) if isinstance(c, Column)}
                read[part.rows.name] |= {part.order} if part.order else set()
            case Covered():
                read[part.rows.name] |= set(part.spell)
            case _:
                continue
    # Whatever is read of a definition's rows may be a column of the rows that it is made from.
    for definition in reversed(study.definitions):
        own = set(read[definition.name])
        for node in walk_rows(definition.rows):
            own |= _columns_of(node)
        for node in walk_rows(definition.rows):
            if isinstance(node, NamedRows) and node.name in read:
                read[node.name] |= own
    return read
