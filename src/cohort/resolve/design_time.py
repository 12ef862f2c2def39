"""What lies after the index date: dates told from the index date, and rows that values ask for after it.

Only what is surely later is called later. A date of which the spec does not say where it lies (an examination, a
birthday) is neither before nor after, until a step, or the ages of the cohort, say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cohort.query.rows import (
    ForEachEntry,
    KeepOne,
    LiteralRows,
    NamedRows,
    Rows,
    TableRows,
    Union,
    Where,
    inputs,
    values_of,
    walk_rows,
)
from cohort.query.study import Definition, Study
from cohort.query.values import (
    AgeOn,
    And,
    Apply,
    Column,
    Compare,
    Covered,
    DaysBetween,
    During,
    Extreme,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Or,
    Pick,
    ShiftDate,
    Summary,
    Value,
    VariableValue,
    children,
    walk,
)
from cohort.resolve.categories import Knowledge, Narrowing, conjuncts, inlined
from cohort.types import DATE, Kind

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
"""Days in a unit of time, near enough to tell which of two dates is the later one."""
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_AGE_REACHED = {"birthday": 0, "school_year_day": 4, "school_year_end": 4}
"""Dates that follow from the birth: at n they come at the age of n and this many years, or later."""


# What conditions say of dates ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bound:
    """``subject`` lies on or after ``date`` (a ``lower`` bound) or on or before it; ``strict``: not on it.

    ``of_end`` marks a bound of the first day outside a spell: a spell that lasts beyond a day can have begun before it.
    """

    subject: Value
    lower: bool
    date: Value
    strict: bool
    of_end: bool = False


def bounds_of(value: Value) -> Iterator[Bound]:
    """Yield what the comparisons in a value say of dates, each from both of its sides; summaries are left out."""
    waiting: list[tuple[Value, bool]] = [(value, False)]
    while waiting:
        part, negated = waiting.pop()
        match part:
            case Not():
                waiting.append((part.part, not negated))
            case And() | Or():
                waiting += ((inner, negated) for inner in part.parts)
            case Summary():
                continue
            case Compare(op, left, right) if left.type.kind is Kind.DATE:
                op = _OPPOSITE.get(op, "!=") if negated else op
                if op in _FLIPPED:
                    yield from _compared(left, op, right)
                    yield from _compared(right, _FLIPPED[op], left)
            case During() if not negated:
                yield from _compared(part.part, ">=", part.start)
                yield from _compared(part.start, "<=", part.part)
                yield from _compared(part.part, "<=" if part.end_included else "<", part.end)
                yield from _compared(part.end, ">=" if part.end_included else ">", part.part)
            case _:
                waiting += ((inner, False) for inner in children(part))


def _compared(subject: Value, op: str, date: Value) -> Iterator[Bound]:
    while isinstance(subject, ShiftDate):
        date = ShiftDate(date, -subject.amount, subject.unit)
        subject = subject.date
    strict = op in ("<", ">")
    if op in (">", ">=", "="):
        yield Bound(subject, True, date, strict)
    if op in ("<", "<=", "="):
        yield Bound(subject, False, date, strict)


def bounds_of_rows(condition: Value, until: str | None) -> tuple[Bound, ...]:
    """Return what a condition says of the dates of rows; ``until`` is their first day outside, if they are spells."""
    return tuple(
        replace(bound, of_end=bound.subject.name == until)
        for bound in bounds_of(condition)
        if isinstance(bound.subject, Column)
    )


# How rows come from their source ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One way of rows from a source: what is asked of dates, and whether one row is kept, ``first`` or ``last``."""

    source: str
    bounds: tuple[Bound, ...]
    kept: str = ""


def ways_of(study: Study) -> dict[str, tuple[Way, ...]]:
    """Return the ways of all named rows. A definition comes after those that it is made from."""
    ways: dict[str, tuple[Way, ...]] = {}
    for definition in study.definitions:
        is_source = definition.prepared and not isinstance(definition.rows, ForEachEntry)
        own = [Way(definition.name, ())] if is_source else _ways(definition, ways)
        ways[definition.name] = tuple(dict.fromkeys(own))
    return ways


def _ways(definition: Definition, known: Mapping[str, tuple[Way, ...]]) -> Iterator[Way]:
    waiting: list[tuple[Rows, tuple[Bound, ...], str]] = [(definition.rows, (), "")]
    while waiting:
        rows, bounds, kept = waiting.pop()
        match rows:
            case NamedRows():
                for way in known.get(rows.name, ()):
                    yield Way(way.source, (*way.bounds, *bounds), kept or way.kept)
            case TableRows() | LiteralRows():
                continue
            case Union():
                waiting += ((part, bounds, kept) for part in rows.parts)
            case Where():
                spell = rows.shape.spell
                own = bounds_of_rows(rows.condition, spell[1] if spell else None)
                waiting.append((rows.rows, (*own, *bounds), kept))
            case KeepOne():
                waiting.append((rows.rows, bounds, kept or ("last" if rows.last else "first")))
            case _:
                waiting.append((inputs(rows)[0], bounds, kept))


# What lies after a date ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ahead:
    """Something later that a value rests on: rows asked for until a date (None: without a limit), or ``whole`` rows.

    ``date`` is set instead for a date that may lie later, as ``rows.column``.
    """

    rows: str
    until: Value | None = None
    whole: bool = False
    date: str = ""


@dataclass(frozen=True)
class Clock:
    """Tells what lies after the index date, or after another date that is told from it (``origin``).

    ``conditions`` hold for everyone it is asked about. ``own_index``: the index date is the study's expression for it,
    which is not so for peers. ``deaths`` are the dates of death, as (rows, column).
    """

    study: Study
    ways: Mapping[str, tuple[Way, ...]]
    conditions: tuple[Value, ...]
    own_index: bool
    deaths: frozenset[tuple[str, str]]
    origin: float = 0.0
    column: str | None = None
    """The column of the rows at hand that is the index date, where their own conditions are asked about."""
    _seen_later: dict[tuple[tuple[Bound, ...], bool], tuple[Value | None, bool] | None] = field(
        default_factory=dict, compare=False
    )

    @cached_property
    def knowledge(self) -> Knowledge:
        """What resolves references, and the index date's expression to the index date."""
        study = self.study
        values = {variable.name: variable.value for variable in study.variables}
        # With several entries the expression is a column of one entry's row, and rows of others have it too.
        own = self.own_index and not study.population.many
        return Knowledge(values, self.index if own else IndexDate(), {}, study.data_from, study.data_until)

    @cached_property
    def narrowing(self) -> Narrowing:
        """What the conditions say of codes, days and numbers."""
        return self.knowledge.narrowing(self.conditions)

    @cached_property
    def most_age(self) -> int | None:
        """The greatest age on the index date, if the conditions give one."""
        ages = (most for value, most in self.narrowing.most.items() if _is_age_on_index(value))
        return min(ages, default=None)

    @cached_property
    def _told(self) -> tuple[dict[Value, float], frozenset[Value]]:
        """How many days after the index date dates lie at least, and which lie on or before it, by the conditions."""
        at_least: dict[Value, float] = {}
        settled: set[Value] = set()
        parts = [part for condition in self.conditions for part in conjuncts(condition)]
        for bound in (
            bound for part in parts if isinstance(part, Compare | During) for bound in bounds_of(part)
        ):
            subject, days = self.knowledge.plain(bound.subject), _offset(bound.date, self, {})
            if days is None or isinstance(subject, IndexDate | Literal):
                continue
            if bound.lower:
                at_least[subject] = max(at_least.get(subject, days), days + bound.strict)
            elif days <= 0:
                settled.add(subject)
        return at_least, frozenset(settled)

    def days_after_index(self, date: Value) -> float | None:
        """Return how many days after the index date a date lies at least; None if nothing tells."""
        return _offset(date, self, self._told[0])

    def is_open(self, fact: Fact) -> bool:
        """Whether a date of the unit may lie after the origin, as far as its rows say: an event, not a birth."""
        if (
            fact.type.kind is not Kind.DATE
            or fact in self._told[1]
            or self.knowledge.plain(fact) == IndexDate()
        ):
            return False
        if (fact.rows, fact.column) in self.deaths:
            return True
        ways = self.ways.get(fact.rows, ())
        return any(self.is_timed(way.source) and not self.is_bounded(way.bounds) for way in ways)

    def is_timed(self, source: str) -> bool:
        """Whether a source has rows of several times for each unit."""
        shape = self.study.by_name[source].rows.shape
        return not shape.one_per_unit and any(type_.kind is Kind.DATE for type_ in shape.types.values())

    def is_bounded(self, bounds: Iterable[Bound]) -> bool:
        """Whether rows surely lie on or before the origin."""
        return any(
            days is not None and days <= self.origin
            for bound in bounds
            if not bound.lower and (days := self.days_after_index(bound.date)) is not None
        )

    def later(self, bounds: tuple[Bound, ...], *, whole: bool) -> tuple[Value | None, bool] | None:
        """Return until when rows are asked for after the origin (None: no limit), and whether they are read whole.

        ``whole``: rows without any upper bound are read to their end. Returns None if nothing later is asked for.
        """
        if (bounds, whole) not in self._seen_later:
            self._seen_later[bounds, whole] = self._later(bounds, whole)
        return self._seen_later[bounds, whole]

    def _later(self, bounds: tuple[Bound, ...], whole: bool) -> tuple[Value | None, bool] | None:
        told = [(days, bound) for bound in bounds if (days := self.days_after_index(bound.date)) is not None]
        lasting = [(days, b.date) for days, b in told if b.lower and b.of_end and days > self.origin]
        if lasting:
            return max(lasting, key=_days)[1], False
        if self.is_bounded(bounds):
            return None
        limits = [(days, b.date) for days, b in told if not b.lower and days > self.origin]
        if limits or any(b.lower and not b.of_end and days >= self.origin for days, b in told):
            return (min(limits, key=_days)[1] if limits else None), False
        return (None, True) if whole and all(bound.lower for bound in bounds) else None

    def ahead(self, value: Value) -> tuple[Ahead, ...]:
        """Return everything after the origin that a value rests on, through variables and definitions."""
        found: dict[Ahead, None] = {}
        for part in self.whole_of(value):
            found |= dict.fromkeys(self._dates_ahead(part))
            for inner in _parts(part):
                match inner:
                    case Fact():
                        found |= dict.fromkeys(self._of_fact(inner))
                    case Summary() | Covered():
                        found |= dict.fromkeys(self._of_rows(inner))
                    case _:
                        continue
        return tuple(found)

    def whole_of(self, value: Value) -> Iterator[Value]:
        """Yield a value and all values that it rests on: those of variables, and those in definitions."""
        waiting, variables, rows = [value], set[str](), set[str]()
        while waiting:
            top = self.knowledge.plain(waiting.pop())
            yield top
            for part in walk(top):
                match part:
                    case VariableValue(name) if name not in variables:
                        variables.add(name)
                        waiting.append(part)
                    case Fact() | Summary() | Covered() if self.knowledge.plain(part) != IndexDate():
                        name = part.rows if isinstance(part, Fact) else part.rows.name
                        waiting += self._values_of_rows(name, rows)
                    case _:
                        continue

    @cached_property
    def index(self) -> Value:
        """The expression of the index date, references to variables written out at its top."""
        values = {variable.name: variable.value for variable in self.study.variables}
        return inlined(self.study.population.index_date, values, IndexDate())

    def _values_of_rows(self, name: str, seen: set[str]) -> Iterator[Value]:
        waiting = [name]
        while waiting:
            definition = self.study.by_name.get(waiting.pop())
            if definition is None or definition.prepared or definition.name in seen:
                continue
            seen.add(definition.name)
            for node in walk_rows(definition.rows):
                yield from values_of(node)
                if isinstance(node, NamedRows):
                    waiting.append(node.name)

    def _of_fact(self, fact: Fact) -> Iterator[Ahead]:
        if self.knowledge.plain(fact) == IndexDate():
            return
        for way in self.ways.get(fact.rows, ()):
            # The last row of all is known only at the end; the first is, once it is there.
            last = way.kept == "last" and not self._rests_on_index(fact.rows)
            later = self.later(way.bounds, whole=last and self.is_timed(way.source))
            if later is not None:
                yield Ahead(fact.rows, *later)

    def _of_rows(self, value: Summary | Covered) -> Iterator[Ahead]:
        own = self.bounds_of_summary(value)
        for way in self.ways.get(value.rows.name, ()):
            whole = isinstance(value, Summary) and not way.kept and self.is_timed(way.source)
            later = self.later((*way.bounds, *own), whole=whole or way.kept == "last")
            if later is not None:
                yield Ahead(value.rows.name, *later)

    def bounds_of_summary(self, value: Summary | Covered) -> tuple[Bound, ...]:
        """Return what a summary itself asks of the dates of its rows."""
        if isinstance(value, Summary):
            spell = self.study.by_name[value.rows.name].rows.shape.spell
            until = spell[1] if spell else None
            return () if value.condition is None else bounds_of_rows(value.condition, until)
        start, outside = (Column(name, DATE) for name in value.spell)
        if value.end is None:
            # The day that is reached lies at least as many days after the first that counts.
            reached = ShiftDate(value.start, value.days - 1, "day")
            return (Bound(outside, True, reached, True, of_end=True),)
        lower = Bound(outside, True, value.start, True, of_end=True)
        return (lower, Bound(start, False, value.end, not value.end_included))

    def _dates_ahead(self, value: Value) -> Iterator[Ahead]:
        """Dates of the unit that are compared with, or counted from, a day before them."""
        asked = [
            (fact, bound)
            for bound in bounds_of(value)
            for fact in walk(self.knowledge.plain(bound.subject))
            if isinstance(fact, Fact) and self.is_open(fact)
        ]
        days = [(fact, bound, self.days_after_index(bound.date)) for fact, bound in asked]
        known = {fact for fact, b, after in days if after is not None and (after <= self.origin)}
        missing = {
            fact
            for part in walk(value)
            if isinstance(part, IsMissing) and isinstance(fact := self.knowledge.plain(part.part), Fact)
            if self.is_open(fact)
        }
        for fact, bound, after in days:
            if after is None or (not bound.lower and after <= self.origin):
                continue
            # "Not yet" is known on the day: the event is missing or later. So is what began on the very day.
            if bound.lower and after <= self.origin and (fact in missing or self._rests_on_index(fact.rows)):
                continue
            until = bound.date if after > self.origin else None
            yield Ahead(fact.rows, until, date=f"{fact.rows}.{fact.column}")
        for part in walk(value):
            match part:
                case DaysBetween(start, end) | Apply("months_between" | "years_between", (start, end)):
                    after = self.days_after_index(start)
                    event = self.knowledge.plain(end)
                    if (
                        after is not None
                        and after >= self.origin
                        and isinstance(event, Fact)
                        and self.is_open(event)
                    ):
                        yield Ahead(event.rows, date=f"{event.rows}.{event.column}")
                case _:
                    continue
        for fact in sorted(missing - known, key=lambda fact: (fact.rows, fact.column)):
            if not self._rests_on_index(fact.rows):
                yield Ahead(fact.rows, date=f"{fact.rows}.{fact.column}")

    def shown(self, rows: str) -> str:
        """Return the name by which the spec knows rows: sources set beside the entries have one of their own."""
        definition = self.study.by_name[rows]
        below = definition.rows.rows if isinstance(definition.rows, ForEachEntry) else None
        return below.name if len(definition.stages) == 1 and isinstance(below, NamedRows) else rows

    def _rests_on_index(self, rows: str) -> bool:
        """Whether the index date is a date of these rows."""
        return any(isinstance(part, Fact) and part.rows == rows for part in walk(self.knowledge.index))


def _parts(value: Value) -> Iterator[Value]:
    return (part for part in walk(value) if isinstance(part, Fact | Summary | Covered))


def _offset(date: Value, clock: Clock, at_least: Mapping[Value, float]) -> float | None:
    """Return how many days after the index date a date lies at least; None if nothing tells."""
    date = clock.knowledge.plain(date)
    if date in at_least:
        return at_least[date]
    match date:
        case IndexDate():
            return 0.0
        case Column(name) if name == clock.column:
            return 0.0
        case ShiftDate():
            before = _offset(date.date, clock, at_least)
            return None if before is None else before + date.amount * DAYS[date.unit]
        case Apply(function, (_, Literal(int() as number), *_)) if function in _AGE_REACHED:
            most = None if clock.column or not clock.conditions else clock.most_age
            years = None if most is None else number + _AGE_REACHED[function] - most - 1
            return None if years is None or years < 0 else years * DAYS["year"] + 1
        case Extreme():
            found = [_offset(part, clock, at_least) for part in date.parts]
            known = [days for days in found if days is not None]
            if date.latest:
                return max(known, default=None)
            return min(known) if len(known) == len(found) else None
        case Pick():
            sides = [_offset(side, clock, at_least) for side in (date.then, date.otherwise)]
            return min(side or 0.0 for side in sides) if None not in sides else None
        case _:
            return None


def _is_age_on_index(value: Value) -> bool:
    return isinstance(value, AgeOn) and value.date == IndexDate()


def _days(pair: tuple[float, Value]) -> float:
    return pair[0]
