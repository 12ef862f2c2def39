"""From raw results to safe ones: the only way out."""

from __future__ import annotations

from cohort.disclosure.audit import Audit, audit_printed
from cohort.disclosure.build import structure_of
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import Structure
from cohort.disclosure.suppress import Suppression
from cohort.disclosure.truth import Truth, truth_of
from cohort.results.model import (
    ALL,
    AttritionTable,
    CountTable,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)


def protect(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Hide, round and audit all tables of a study together; raise ``CannotProtect`` if it cannot be shown safe.

    ``synthetic`` says whether the counts are of invented people; they are protected all the same.
    """
    structure = structure_of(raw)
    truth = truth_of(raw, structure, policy)
    choice = Suppression(structure, policy, truth)
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
    return SafeResults(
        study=safe.study,
        spec_hash=safe.spec_hash,
        policy=safe.policy,
        policy_words=safe.policy_words,
        symbol=safe.symbol,
        synthetic=safe.synthetic,
        tables=safe.tables,
        log=_log(safe, policy, structure, plain),
    )


def _safe(
    raw: RawResults,
    policy: Policy,
    structure: Structure,
    truth: Truth,
    hidden: frozenset[int],
    synthetic: bool,
) -> SafeResults:
    def cell(table: str, *key: str) -> SafeCell:
        column = structure.places[(table, key)]
        if column in structure.impossible:
            return SafeCell(State.IMPOSSIBLE)
        value = truth.values[column]
        if column in hidden or value is None:
            return SafeCell(State.HIDDEN)
        return SafeCell(State.SHOWN, policy.printed(value))

    tables: list[SafeTable | SafeAttrition] = []
    for table in raw.tables:
        if isinstance(table, AttritionTable):
            steps = tuple(
                SafeAttritionStep(
                    id=step.id,
                    words=step.words,
                    why=step.why,
                    remaining=cell(table.id, "remaining", str(at)),
                    excluded=cell(table.id, "excluded", str(at)) if at else SafeCell(State.IMPOSSIBLE),
                )
                for at, step in enumerate(table.steps)
            )
            tables.append(SafeAttrition(table.id, table.title, table.counted, steps))
        else:
            keys = _keys(table)
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


def _keys(table: CountTable) -> list[tuple[str, ...]]:
    """Return the keys of a table in the order of its rows, totals last."""
    keys: list[tuple[str, ...]] = [()]
    for axis in table.axes:
        values = [*(category.value for category in axis.categories), ALL]
        keys = [(*key, value) for key in keys for value in values]
    return keys


def _log(safe: SafeResults, policy: Policy, structure: Structure, audit: Audit) -> tuple[str, ...]:
    """Say what was decided, for the output checker.

    The log goes out with the tables, so it says only what a reader of the tables could count. How many cells are
    hidden for being small, and how many besides, is not among it: the split narrows the hidden counts.
    """
    zeros = "hidden in tables, shown in the flow" if policy.zeros_masked else "shown"
    base = policy.rounding_base
    lines = [
        f"policy {policy.name}: {policy.title}, version {policy.version}, {policy.date}",
        f"source of the policy: {policy.source} ({policy.confidence})",
        f"counts under {policy.threshold} hidden; zeros {zeros}; "
        + (
            f"shown counts rounded to the nearest {base}, after hiding"
            if base > 1
            else "shown counts not rounded"
        ),
    ]
    for table in safe.tables:
        if isinstance(table, SafeTable):
            cells = list(table.cells.values())
        else:
            cells = [step.remaining for step in table.steps] + [step.excluded for step in table.steps[1:]]
        states = [cell.state for cell in cells]
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
