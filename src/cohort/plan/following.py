"""Tables of follow-up: pieces of time in which members are followed, cut by splits, and the events that count."""

from __future__ import annotations

import datetime

from cohort.plan.frames import WorkedOut, unit_type
from cohort.plan.matching import GROUP_TYPE
from cohort.plan.model import EntryValues, PlanStep, PlanTable, Relation
from cohort.plan.names import (
    COUNTED,
    EVENT_DATE,
    EVENT_VALUE,
    FOLLOW_UP,
    INDEX_DATE,
    MEMBER_TIME,
    MEMBERS,
    PIECE_START,
    PIECE_UNTIL,
    SET_UNIT,
)
from cohort.plan.of_members import (
    STRETCH,
    ClipToCover,
    CutByAges,
    CutBySpells,
    CutByStretches,
    EventsInFollowUp,
    FollowUpBounds,
)
from cohort.query.calls import Apply
from cohort.query.outputs import OTHER
from cohort.query.rows import ROWS_UNTIL, JoinSpells, LiteralRows
from cohort.query.study import (
    GROUP,
    AgeSplit,
    CalendarSplit,
    Cover,
    FollowUp,
    Outcome,
    RateOutput,
    SpellSplit,
    Split,
    Study,
)
from cohort.query.values import Literal, Value
from cohort.types import DATE, WHOLE, Kind, ValueType

Columns = tuple[tuple[str, ValueType], ...]
CATEGORY = ValueType(Kind.TEXT, length=250)
"""Type of the text that names a category of a split."""
_START, _END = "follow_start", "follow_end"
_DATES, _BIRTHDAYS = "member_dates", "member_birthdays"


def member_columns(study: Study) -> Columns:
    """Return the columns that tell members apart."""
    unit = (study.unit, unit_type(study))
    grouped = ((GROUP, GROUP_TYPE), (SET_UNIT, unit[1])) if study.peers is not None else ()
    return (unit, (INDEX_DATE, DATE), *grouped)


def follow_up_tables(study: Study, worked: WorkedOut) -> list[PlanTable]:
    """Return the tables from the members to the events that count, as far as some table of rates needs them."""
    if study.follow_up is None:
        return []
    rates = [output for output in study.outputs if isinstance(output, RateOutput)]
    splits = splits_of(study)
    outcomes = [o for o in study.outcomes if any(o.name == output.outcome for output in rates)]
    return [
        _follow_up(study, study.follow_up, worked),
        *_member_time(study, splits, worked),
        *(_events(study, outcome, worked) for outcome in outcomes),
    ]


def splits_of(study: Study) -> tuple[Split, ...]:
    """Return the splits that some table of rates is by."""
    names = {name for output in study.outputs if isinstance(output, RateOutput) for name in output.by}
    return tuple(split for split in study.splits if split.name in names)


def cuts_for(study: Study, output: RateOutput) -> tuple[Split, ...]:
    """Return the splits that follow-up is cut by for a table of rates: the last one it is by, and those before."""
    splits = splits_of(study)
    last = max((number for number, split in enumerate(splits, start=1) if split.name in output.by), default=0)
    return splits[:last]


def time_table(study: Study, output: RateOutput) -> str:
    """Return the name of the table of person-time that a table of rates is made from."""
    cuts = cuts_for(study, output)
    return _cut_table(study, len(cuts)) if cuts else FOLLOW_UP


def _cut_table(study: Study, number: int) -> str:
    """The table of follow-up that is cut by the first few splits."""
    return MEMBER_TIME if number == len(splits_of(study)) else f"{MEMBER_TIME}_{number}"


def event_columns(study: Study, outcome: Outcome) -> dict[str, str]:
    """Return the columns of an outcome's events that tables are by, and their names in the table of counted events."""
    rates = [output for output in study.outputs if isinstance(output, RateOutput)]
    named = [o.events_by for o in rates if o.outcome == outcome.name and o.events_by is not None]
    return {name: f"{EVENT_VALUE}{number}" for number, name in enumerate(dict.fromkeys(named), start=1)}


def _follow_up(study: Study, follow_up: FollowUp, worked: WorkedOut) -> PlanTable:
    dates: list[tuple[str, Value]] = [(_START, follow_up.start)]
    dates += [(f"{_END}_{number}", end.date) for number, end in enumerate(follow_up.ends, start=1)]
    ends = tuple(
        (f"{_END}_{number}", end.day_included, end.only_for)
        for number, end in enumerate(follow_up.ends, start=1)
    )
    origin = follow_up.origin
    pieces = "member_pieces"
    words = "from the start until the earliest end: " + ", ".join(
        end.words or end.name for end in follow_up.ends
    )
    steps = [
        PlanStep(
            _DATES,
            "the dates on which follow-up can start and end",
            "",
            origin,
            _beside(worked, dates),
        ),
        PlanStep(pieces, words, "", origin, FollowUpBounds(MEMBERS, _DATES, _START, ends)),
    ]
    for number, cover in enumerate(follow_up.covers, start=1):
        name = cover.rows.name
        if not _surely_disjoint(study, cover):
            name = f"member_cover_{number}"
            joined = JoinSpells(study.by_name[cover.rows.name].named, *cover.spell, 0)
            steps.append(PlanStep(name, f"spells of {cover.rows.name} joined", "", origin, joined))
            cover = Cover(cover.rows, (cover.spell[0], ROWS_UNTIL))
        clip = ClipToCover(pieces, name, cover.spell)
        pieces = f"member_pieces_{number}"
        steps.append(PlanStep(pieces, f"only days that {cover.rows.name} covers", "", origin, clip))
    steps[-1] = PlanStep(FOLLOW_UP, steps[-1].words, "", origin, steps[-1].relation)
    return _table(
        FOLLOW_UP, (*member_columns(study), (PIECE_START, DATE), (PIECE_UNTIL, DATE)), steps, worked
    )


def _surely_disjoint(study: Study, cover: Cover) -> bool:
    """Whether the spells of a cover are joined already, within nothing but their owner."""
    rows = study.by_name[cover.rows.name].rows
    return isinstance(rows, JoinSpells) and not rows.per and rows.shape.spell == cover.spell


def _beside(worked: WorkedOut, values: list[tuple[str, Value]]) -> EntryValues:
    return EntryValues(worked.frame.entries, tuple(values))


def _member_time(study: Study, splits: tuple[Split, ...], worked: WorkedOut) -> list[PlanTable]:
    """Follow-up cut by one split after another, each in a table of its own."""
    tables: list[PlanTable] = []
    columns: Columns = (*member_columns(study), (PIECE_START, DATE), (PIECE_UNTIL, DATE))
    before = FOLLOW_UP
    for number, split in enumerate(splits, start=1):
        name = _cut_table(study, number)
        columns = (*columns, (split.name, CATEGORY))
        steps = _cut(split, worked)
        words = f"follow-up cut by {split.label}"
        steps.append(PlanStep(name, words, "", split.origin, _cut_relation(split, before)))
        tables.append(_table(name, columns, steps, worked))
        before = name
    return tables


def _cut(split: Split, worked: WorkedOut) -> list[PlanStep]:
    """Return the steps on the way to cutting by a split."""
    match split:
        case AgeSplit():
            turned: list[tuple[str, Value]] = [
                (_birthday(age), Apply("birthday", (split.birth, Literal(age, WHOLE)))) for age in split.ages
            ]
            relation: Relation = _beside(worked, turned)
            return [PlanStep(_BIRTHDAYS, "the birthdays that bands begin on", "", split.origin, relation)]
        case CalendarSplit():
            rows = LiteralRows(_stretches(split), _STRETCH_COLUMNS, STRETCH[:1], tuple(_all_days(split)))
            return [PlanStep(_stretches(split), "stretches of the calendar", "", split.origin, rows)]
        case SpellSplit():
            return []


def _cut_relation(split: Split, before: str) -> Relation:
    match split:
        case AgeSplit():
            birthdays = tuple(_birthday(age) for age in split.ages)
            labels = tuple(str(age) for age in split.ages[:-1])
            return CutByAges(before, _BIRTHDAYS, split.name, birthdays, labels)
        case CalendarSplit():
            return CutByStretches(before, _stretches(split), split.name)
        case SpellSplit():
            return CutBySpells(before, split)


_STRETCH_COLUMNS: Columns = ((STRETCH[0], CATEGORY), (STRETCH[1], DATE), (STRETCH[2], DATE))


def _birthday(age: int) -> str:
    return f"birthday_{age}"


def _stretches(split: CalendarSplit) -> str:
    return f"member_stretches_of_{split.name}"


def _all_days(split: CalendarSplit) -> list[tuple[str, datetime.date | None, datetime.date | None]]:
    """The stretches in order, and ``other`` for the time before, between and after them."""
    found: list[tuple[str, datetime.date | None, datetime.date | None]] = []
    reached: datetime.date | None = None
    for value, start, until in sorted(split.stretches, key=lambda stretch: stretch[1]):
        if reached is None or reached < start:
            found.append((OTHER.value, reached, start))
        found.append((value, start, until))
        reached = until
    return [*found, (OTHER.value, reached, None)]


def _events(study: Study, outcome: Outcome, worked: WorkedOut) -> PlanTable:
    rows = study.by_name[outcome.events.name].named
    columns = event_columns(study, outcome)
    values = tuple((name, rows.shape.types[name]) for name in columns)
    relation = EventsInFollowUp(
        rows, outcome.date, outcome.events.order, FOLLOW_UP, outcome.washout_days, outcome.first_only, values
    )
    name = COUNTED + outcome.name
    step = PlanStep(name, f"the events of {outcome.label} that count", "", outcome.origin, relation)
    held = tuple((columns[column], type_) for column, type_ in values)
    return _table(name, (*member_columns(study), (EVENT_DATE, DATE), *held), [step], worked)


def _table(name: str, columns: Columns, steps: list[PlanStep], worked: WorkedOut) -> PlanTable:
    reads = tuple(worked.reads.items())
    return PlanTable(name, columns, columns[0][0], tuple(steps), reads, worked.frame.table)
