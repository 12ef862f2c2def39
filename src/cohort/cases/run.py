"""A study tried on invented units: prepared sources are taken as given, and the rest is the reference engine's work."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cohort.cases.clauses import observed_clauses, unmet_clauses
from cohort.cases.model import NOBODY, Case, Cases, Difference, Expectation, Tried, TriedCase
from cohort.catalogue import Catalogue
from cohort.engines.reference import Cell, Entry, Member, NamedResult, StudyRun, World
from cohort.engines.reference.follow_up import events_of
from cohort.query.outputs import INDEX_DATE_KNOWN, OBSERVED_TIME, START
from cohort.query.rows import TableRows, walk_rows
from cohort.query.study import Study

_NEAR = 1e-9
"""Decimal numbers that differ by no more are the same: they are written in the file with few digits."""


def try_study(study: Study, cases: Cases, catalogue: Catalogue) -> Tried:
    """Try all cases together, as they would stand in one set of data."""
    run = StudyRun(study, _world(study, cases))
    tried = tuple(TriedCase(case, tuple(_Comparison(run, cases, case).differences())) for case in cases.cases)
    observed = observed_clauses(run)
    return Tried(cases.file, tried, len(observed), unmet_clauses(observed, catalogue))


def _world(study: Study, cases: Cases) -> World:
    """Return a world in which sources are the rows of the cases, and every held table is empty."""
    tables = {
        node.table: ()
        for definition in study.definitions
        for node in walk_rows(definition.rows)
        if isinstance(node, TableRows)
    }
    named = {
        name: NamedResult(study.by_name[name].rows.shape, [dict(row) for row in rows])
        for name, rows in cases.rows.items()
    }
    return World(tables, named)


class _Comparison:
    """One case compared with what is expected of it."""

    def __init__(self, run: StudyRun, cases: Cases, case: Case) -> None:
        self.run, self.case = run, case
        self.numbers = {other.name: other.number for other in cases.cases}
        self.names = {number: name for name, number in cases.keys.items()}

    def differences(self) -> Iterator[Difference]:
        """Yield everything that is not as expected."""
        for expected in self.case.expected:
            for what, wanted, found in self._differences(expected):
                if wanted != found:
                    yield Difference(what, wanted, found, expected.line)

    def _differences(self, expected: Expectation) -> Iterator[tuple[str, str, str]]:
        """Yield what is compared as (what, expected, found) in words."""
        if expected.peer_of is None:
            yield from self._of_entry(expected)
        else:
            yield from self._of_peer(expected)

    # As a case ----------------------------------------------------------------------------------------------

    def _of_entry(self, expected: Expectation) -> Iterator[tuple[str, str, str]]:
        entries = sorted(date for unit, date in self.run.entries if unit == self.case.number)
        on_day = [date for date in entries if expected.index_date in (None, date)]
        if expected.index_date is not None and not on_day:
            yield "index_date", expected.index_date.isoformat(), _listed(entries)
            return
        if len(on_day) > 1:
            yield (
                "index_date",
                "one entry, or `index_date` to say which is meant",
                f"entries on {_listed(entries)}",
            )
            return
        entry = (self.case.number, on_day[0]) if on_day else None
        stopped = self._stopped_at(entry)
        if expected.enters is not None:
            found = "yes" if stopped is None else f"no (stopped at {stopped})"
            same = expected.enters == (stopped is None)
            wanted = "yes" if expected.enters else "no"
            yield "enters", wanted, wanted if same else found
        if expected.stopped_at is not None:
            yield "stopped_at", expected.stopped_at, stopped or "nothing: it enters"
        for name, value in expected.variables:
            kind = f"variables.{name}"
            if entry is None:
                yield kind, self._text(value), "no entry"
            else:
                yield kind, *self._compared(value, self.run.variable(name)[entry])
        if expected.peers is not None:
            sets = self.run.sets
            yield "peers", str(expected.peers), str(len(sets[entry])) if entry in sets else "no case"
        yield from self._of_time(expected, self._member(entry))

    def _stopped_at(self, entry: Entry | None) -> str | None:
        """Return the first row of the flow that the entry does not reach, None if it enters."""
        study, run = self.run.study, self.run
        if entry is None:
            start = run.population.world.result(study.population.start)
            return INDEX_DATE_KNOWN if (self.case.number,) in start.by_owner else START
        for step, left in zip(study.population.steps, run.remaining[1:], strict=True):
            if entry not in left:
                return step.id
        return None if self._member(entry) in run.cohort else OBSERVED_TIME

    def _member(self, entry: Entry | None) -> Member | None:
        if entry is None or entry not in self.run.cases:
            return None
        return Member(entry[0], entry[1], self.run.study.population.name, entry[0])

    # As a peer ----------------------------------------------------------------------------------------------

    def _of_peer(self, expected: Expectation) -> Iterator[tuple[str, str, str]]:
        peers = self.run.study.peers
        assert peers is not None
        assert expected.peer_of is not None
        found = [m for m in self.run.members if m.unit == self.case.number and m.group == peers.name]
        of = _listed(self.names[self._number(m.set_unit)] for m in found) if found else NOBODY
        if expected.peer_of == NOBODY:
            yield "peer_of", NOBODY, of
            return
        case = self.numbers[expected.peer_of]
        meant = [m for m in found if m.set_unit == case and expected.index_date in (None, m.index_date)]
        yield "peer_of", expected.peer_of, expected.peer_of if meant else of
        if not meant:
            return
        if len(meant) > 1:
            dates = _listed(sorted(m.index_date for m in meant))
            yield "index_date", "one entry, or `index_date` to say which is meant", f"entries on {dates}"
            return
        (member,) = meant
        for name, value in expected.variables:
            yield f"variables.{name}", *self._compared(value, self.run.analysis.variable(name)[member.entry])
        yield from self._of_time(expected, member)

    # What happens in follow-up ------------------------------------------------------------------------------

    def _of_time(self, expected: Expectation, member: Member | None) -> Iterator[tuple[str, str, str]]:
        pieces = [piece for piece in self.run.pieces if piece.member == member]
        if expected.follow_up_days is not None:
            days = str(sum(piece.days for piece in pieces)) if member else "no follow-up"
            yield "follow_up_days", str(expected.follow_up_days), days
        outcomes = {outcome.name: outcome for outcome in self.run.study.outcomes}
        for name, number in expected.events:
            found = "no follow-up"
            if member is not None:
                found = str(len(events_of(outcomes[name], member, pieces, self.run.analysis)))
            yield f"events.{name}", str(number), found

    # Values in words ----------------------------------------------------------------------------------------

    def _compared(self, wanted: Cell, found: Cell) -> tuple[str, str]:
        if isinstance(wanted, float) and isinstance(found, int | float) and abs(wanted - found) <= _NEAR:
            return self._text(wanted), self._text(wanted)
        return self._text(wanted), self._text(found)

    def _text(self, cell: Cell) -> str:
        match cell:
            case None:
                return "missing"
            case bool():
                return "yes" if cell else "no"
            case datetime.date():
                return cell.isoformat()
            case _:
                return str(cell)

    def _number(self, cell: Cell) -> int:
        assert isinstance(cell, int)
        return cell


def _listed(parts: Iterator[object] | list[datetime.date] | list[object]) -> str:
    return ", ".join(str(part) for part in parts) or "no entry"
