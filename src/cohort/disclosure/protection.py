"""From raw results to safe ones: the only way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import assert_never

from cohort.disclosure.audit import Audit, audit_printed
from cohort.disclosure.build import structure_of
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.flows import TOLD_WITHOUT_STEP, WITHOUT_STEP, steps_of
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import Structure
from cohort.disclosure.suppress import Suppression
from cohort.disclosure.truth import Place, Truth, truth_of
from cohort.results.model import (
    ALL,
    AttritionTable,
    Axis,
    CountTable,
    RawResults,
    SafeAnyTable,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeRate,
    SafeResults,
    SafeSummary,
    SafeTable,
    State,
)


def protect(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Hide, round and audit tables of counts and flows together; raise ``CannotProtect`` if it cannot be shown safe.

    ``synthetic`` says whether the counts are of invented people; they are protected all the same.
    """
    safe = protect_system(raw, policy, synthetic=synthetic)
    return replace(safe, log=(*log_of_policy(policy), *safe.log))


def protect_system(
    raw: RawResults,
    policy: Policy,
    *,
    synthetic: bool,
    told: Iterable[Place] = (),
    with_them: Iterable[Place] = (),
) -> SafeResults:
    """Protect one system of counts; the log speaks of this system only.

    ``told`` are places whose counts are small for a reason outside the system, ``with_them`` places that are hidden
    because another system hides the same.
    """
    told, with_them = frozenset(told), frozenset(with_them)
    structure = structure_of(raw)
    truth = truth_of(raw, structure, policy, told)
    telling = places_without_step(raw, structure)
    small = {place for place, tells in telling.items() if any(truth.sensitive(c, policy) for c in tells)}
    # Where a step stops nobody, the number is that of all who pass, whether it is hidden or not.
    every = {place for place, tells in telling.items() if any(truth.values[c] for c in tells)}
    try:
        return _protected(raw, policy, structure, truth, with_them | small, synthetic=synthetic)
    except CannotProtect:
        if small == every:
            raise
        # Before a release is refused, it is tried with none of these numbers.
        return _protected(raw, policy, structure, truth, with_them | every, synthetic=synthetic)


def _protected(
    raw: RawResults,
    policy: Policy,
    structure: Structure,
    truth: Truth,
    with_them: frozenset[Place],
    *,
    synthetic: bool,
) -> SafeResults:
    choice = Suppression(structure, policy, truth, frozenset(structure.places[place] for place in with_them))
    choice.choose()
    hidden = frozenset(choice.hidden)
    safe = _safe(raw, policy, structure, truth, hidden, synthetic)
    audit = audit_printed(safe, policy, structure, demands=choice.demands(), equal=truth.equal)
    if not audit.passed or audit.hidden != hidden:
        raise CannotProtect("; ".join(audit.problems) or "the printed tables are not those that were chosen")
    # Once more as any reader would: what the log says may depend on nothing but what is printed.
    plain = audit_printed(safe, policy, structure)
    if not plain.passed:
        raise CannotProtect("; ".join(plain.problems))
    return replace(safe, log=_log(safe, structure, plain))


def places_without_step(raw: RawResults, structure: Structure) -> dict[Place, list[int]]:
    """Return where it is printed who remains without a step, with the columns that a reader can work out from it.

    Not that of the last step, which is the row before it. If any of the columns is small, the number is hidden.
    """
    return {
        (flow.id, (what, at)): [
            structure.places[flow.id, (tells, at)]
            for tells in TOLD_WITHOUT_STEP
            if (flow.id, (tells, at)) in structure.places
        ]
        for flow in raw.tables
        if isinstance(flow, AttritionTable)
        for at in map(str, steps_of(flow)[:-1])
        for what in WITHOUT_STEP
        if (flow.id, (what, at)) in structure.places
    }


def _safe(
    raw: RawResults,
    policy: Policy,
    structure: Structure,
    truth: Truth,
    hidden: frozenset[int],
    synthetic: bool,
) -> SafeResults:
    def cell(table: str, *key: str) -> SafeCell:
        column = structure.places.get((table, key))
        # The first step of a flow leaves nobody out.
        if column is None or column in structure.impossible:
            return SafeCell(State.IMPOSSIBLE)
        value = truth.values[column]
        if column in hidden or value is None:
            return SafeCell(State.HIDDEN)
        return SafeCell(State.SHOWN, policy.printed(value))

    tables: list[SafeAnyTable] = []
    for table in raw.tables:
        if isinstance(table, AttritionTable):
            with_units, without = table.steps[0].units is not None, bool(steps_of(table))
            steps = tuple(
                SafeAttritionStep(
                    id=step.id,
                    words=step.words,
                    why=step.why,
                    remaining=cell(table.id, "remaining", str(at)),
                    excluded=cell(table.id, "excluded", str(at)),
                    units=cell(table.id, "units", str(at)) if with_units else None,
                    without_step=cell(table.id, "without_step", str(at)) if without else None,
                    units_without_step=cell(table.id, "units_without_step", str(at))
                    if without and with_units
                    else None,
                )
                for at, step in enumerate(table.steps)
            )
            tables.append(SafeAttrition(table.id, table.title, table.counted, steps))
        elif isinstance(table, CountTable):
            keys = keys_of(table.axes)
            cells = {key: cell(table.id, *key) for key in keys}
            tables.append(
                SafeTable(table.id, table.title, table.counted, table.axes, table.group.words, cells)
            )
    return SafeResults(
        study=raw.study,
        spec_hash=raw.spec_hash,
        policy=policy.name,
        policy_words=policy.words,
        symbol=policy.symbol,
        synthetic=synthetic,
        tables=tuple(tables),
    )


def keys_of(axes: tuple[Axis, ...]) -> list[tuple[str, ...]]:
    """Return the keys of a table in the order of its rows, totals last."""
    return list(product(*([*(category.value for category in axis.categories), ALL] for axis in axes)))


def log_of_policy(policy: Policy) -> tuple[str, ...]:
    """Say by which rules the decisions were made, for the output checker."""
    zeros = "hidden in tables, shown in the flow" if policy.zeros_masked else "shown"
    base = policy.rounding_base
    rounding = f"rounded to the nearest {base}, after hiding" if base > 1 else "not rounded"
    return (
        f"policy {policy.name}: {policy.title}, version {policy.version}, {policy.date}",
        f"source of the policy: {policy.source} ({policy.confidence})",
        f"counts under {policy.threshold} hidden; zeros {zeros}; shown counts {rounding}",
    )


def _log(safe: SafeResults, structure: Structure, audit: Audit) -> tuple[str, ...]:
    """Say what was decided.

    The log goes out with the tables, so it says only what a reader of the tables could count. How many cells are
    hidden for being small, and how many besides, is not among it: the split narrows the hidden counts.
    """
    lines = []
    for table in safe.tables:
        states = [cell.state for cell in cells_of(table)]
        lines.append(
            f"table {table.id}: {len(states)} cells, {states.count(State.SHOWN)} shown, "
            f"{states.count(State.HIDDEN)} hidden, {states.count(State.IMPOSSIBLE)} not applicable"
        )
    lines += [
        f"one system over all tables: {structure.columns} counts and differences, {structure.equations} equations",
        f"audit of the printed numbers: passed; {audit.demands} demands, {audit.solves} solves, "
        "each ended with a table of whole numbers that adds up",
    ]
    return tuple(lines)


def cells_of(table: SafeAnyTable) -> list[SafeCell]:
    """Return the cells of a table of counts or of a flow; the first step of a flow leaves nobody out."""
    match table:
        case SafeTable():
            return list(table.cells.values())
        case SafeAttrition():
            further = [
                cell
                for cells in (
                    [step.units for step in table.steps],
                    [step.without_step for step in table.steps],
                    [step.units_without_step for step in table.steps],
                )
                for cell in cells
                if cell is not None
            ]
            return [
                *(step.remaining for step in table.steps),
                *(step.excluded for step in table.steps[1:]),
                *further,
            ]
        case SafeSummary() | SafeRate():
            raise TypeError("a system has tables of counts and flows only")
        case _:
            assert_never(table)
