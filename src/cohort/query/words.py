"""Values and operations in plain English, for people who read no code. One place, so that words always agree."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from cohort.query.rows import (
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    TableRows,
    Where,
)
from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    During,
    Extreme,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)

_COMPARE = {
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_COMPARE_DATES = _COMPARE | {
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_MONTHS = {
    1: "January",
    2: "February",
    3: "March",
    4: "April",
    5: "May",
    6: "June",
    7: "July",
    8: "August",
    9: "September",
    10: "October",
    11: "November",
    12: "December",
}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def plain(name: str) -> str:
    """Return a name as words: ``first_episode`` is "first episode"."""
    return name.replace("_", " ")


def day(date: datetime.date) -> str:
    """Return a date in words: 1 April 2003. Month names do not depend on the machine's language."""
    return f"{date.day} {_MONTHS[date.month]} {date.year}"


class Words:
    """Renders values and rows in words.

    ``labels`` gives the label of a code list's code (list name, code); variables are named by ``variables``.
    """

    def __init__(
        self,
        label: Callable[[str, str], str | None] = lambda _list, _code: None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._label = label
        self._variables = dict(variables or {})

    def value(self, value: Value) -> str:
        """Return a value in words."""
        match value:
            case Literal():
                return self._literal(value)
            case Column():
                return f"the {plain(value.name)}"
            case Fact():
                return f"the {plain(value.column)} of the {plain(value.rows)}"
            case IndexDate():
                return "the index date"
            case VariableValue():
                return _quoted(self._variables.get(value.name, plain(value.name)))
            case Compare():
                return self._compare(value)
            case And():
                return ", and ".join(self._condition(part) for part in value.parts)
            case Or():
                return ", or ".join(self._condition(part) for part in value.parts)
            case Not():
                return self._not(value)
            case IsMissing():
                return f"{self.value(value.part)} is missing"
            case InSet():
                return f"{self.value(value.part)} is one of {self._members(value)}"
            case During():
                until = "through" if value.end_included else "until (leaving out)"
                return f"{self.value(value.part)} falls from {self.value(value.start)} {until} {self.value(value.end)}"
            case Arithmetic():
                return f"{self._inside(value.left)} {_ARITHMETIC[value.op]} {self._inside(value.right)}"
            case ShiftDate():
                amount = abs(value.amount)
                unit = value.unit if amount == 1 else f"{value.unit}s"
                return (
                    f"{amount} {unit} {'after' if value.amount >= 0 else 'before'} {self.value(value.date)}"
                )
            case DaysBetween():
                return f"the number of days from {self.value(value.start)} to {self.value(value.end)}"
            case AgeOn():
                return f"the age in whole years on {self.value(value.date)}"
            case YearTo31March():
                return f"the year to 31 March in which {self.value(value.date)} falls"
            case Extreme():
                which = ("latest" if value.latest else "earliest") + (" known" if value.known else "")
                return f"the {which} of {', '.join(self.value(part) for part in value.parts)}"
            case Choose():
                cases = "; ".join(
                    f"{_quoted(str(label.value))} if {self.value(condition)}"
                    for condition, label in value.cases
                )
                return f"{cases}; otherwise {_quoted(str(value.otherwise.value))}"
            case Band():
                bands = ", ".join(f"{_quoted(label)} from {lower}" for lower, label in value.bands)
                return f"{self.value(value.part)}, in bands: {bands}"

    def rows(self, rows: Rows) -> str:
        """Return the outermost operation on rows in words."""
        match rows:
            case TableRows():
                return f"all rows of {rows.table}"
            case NamedRows():
                return f"all rows of {plain(rows.name)}"
            case Where():
                return f"only rows where {self.value(rows.condition)}"
            case Add():
                return "; ".join(f"add {plain(name)}: {self.value(value)}" for name, value in rows.added)
            case KeepOne():
                which = "last" if rows.last else "first"
                per = " and ".join(plain(name) for name in rows.per)
                return f"the {which} row by {plain(rows.order)} for each {per}"
            case OnePer():
                return f"one row for each {' and '.join(plain(name) for name in rows.per)}"
            case JoinSpells():
                per = " and ".join(plain(name) for name in rows.groups)
                days = "1 day" if rows.gap_days == 1 else f"{rows.gap_days} days"
                reach = f"at most {days} after" if rows.gap_days else "on or before"
                return (
                    f"spells of each {per} joined into one where the next starts {reach} the first day outside "
                    "the ones before"
                )
            case LinkUnit():
                return f"the {plain(rows.unit)} of each {plain(rows.key)}"
            case CloseSpells():
                return "the first day outside each spell"

    def _literal(self, value: Literal) -> str:
        match value.value:
            case None:
                return "missing"
            case datetime.date():
                return day(value.value)
            case str() | int() if value.type.code_list is not None:
                label = self._label(value.type.code_list, str(value.value))
                return f"{value.value} ({label})" if label else str(value.value)
            case str():
                return _quoted(value.value)
            case _:
                return str(value.value)

    def _compare(self, value: Compare) -> str:
        dates = isinstance(value.left.type, type(value.right.type)) and value.left.type.kind == "date"
        words = (_COMPARE_DATES if dates else _COMPARE)[value.op]
        return f"{self.value(value.left)} {words} {self.value(value.right)}"

    def _not(self, value: Not) -> str:
        match value.part:
            case IsMissing(part):
                return f"{self.value(part)} is known"
            case InSet():
                return f"{self.value(value.part.part)} is none of {self._members(value.part)}"
            case _:
                return f"it is not so that {self._condition(value.part)}"

    def _members(self, value: InSet) -> str:
        return ", ".join(self._literal(member) for member in value.members) or "no values"

    def _condition(self, value: Value) -> str:
        """A condition as part of a sentence; a yes-or-no value of its own needs a verb."""
        if isinstance(value, VariableValue | Fact | Column):
            return f"{self.value(value)} is yes"
        return self._inside(value)

    def _inside(self, value: Value) -> str:
        words = self.value(value)
        return f"({words})" if isinstance(value, And | Or | Arithmetic) else words


def _quoted(text: str) -> str:
    return f"“{text}”"
