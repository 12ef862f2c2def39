"""Predicates made of their names and arguments, with errors that say what is wrong."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from cohort.catalogue.predicates import (
    FILTER_SIGNS,
    JOIN_KINDS,
    MEASURES,
    ROLES,
    Ages,
    Always,
    ColumnTest,
    Compares,
    ConditionFault,
    Dedupes,
    Filters,
    Groups,
    Joins,
    Keys,
    Links,
    Measures,
    Normalises,
    Population,
    Predicate,
    Role,
    Spans,
    Uses,
    Year,
    Years,
    is_held_name,
)

_AGE_BELOW = re.compile(r"age < (\d+)")
_AGE_RANGE = re.compile(r"age (\d+)\.\.(\d+)")
_YEAR = re.compile(r"\d{4}")
_ACADEMIC = re.compile(r"(\d{4})/(\d{2})")
Wrong = Callable[[str], ConditionFault]


def predicate_of(name: str, arguments: tuple[str, ...] | None, text: str, at: int) -> Predicate:
    """Return the predicate of a name and its arguments. Raises ``ConditionFault`` with the place ``at`` in the text."""

    def wrong(sentence: str) -> ConditionFault:
        return ConditionFault(text, at, sentence)

    if name == "always":
        if arguments is not None:
            raise wrong("always has no arguments")
        return Always()
    if name not in _BUILDERS:
        raise wrong(f"there is no predicate {name}; known are {', '.join(sorted(_BUILDERS))} and always")
    least, most, build = _BUILDERS[name]
    if arguments is None:
        raise wrong(f"{name} needs arguments in brackets")
    if not least <= len(arguments) <= (most or len(arguments)):
        raise wrong(f"{name} takes {_number(least, most)}, and {len(arguments)} are given")
    if any(not argument for argument in arguments):
        raise wrong(f"an argument of {name} is empty")
    return build(arguments, wrong)


def _number(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more arguments"
    return f"{least} argument{'s' * (least > 1)}" if least == most else f"{least} to {most} arguments"


def _alternatives(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(" / "))


def _year(text: str, wrong: Wrong) -> Year | None:
    if text == "*":
        return None
    if _YEAR.fullmatch(text):
        return Year(int(text), academic=False)
    academic = _ACADEMIC.fullmatch(text)
    if academic is None or (int(academic[1]) + 1) % 100 != int(academic[2]):
        raise wrong(f"{text} is no year; years are written 2016, 2019/20 or *")
    return Year(int(academic[1]), academic=True)


def _years(given: tuple[str, ...], wrong: Wrong) -> Years:
    first, last = _year(given[1], wrong), _year(given[2], wrong)
    if first is None and last is None:
        raise wrong("years needs a first or a last year")
    if first is not None and last is not None:
        if first.academic != last.academic:
            raise wrong("both years are calendar years or both are academic years")
        if first.number > last.number:
            raise wrong("the first year is after the last")
    return Years(given[0], first, last)


def _spans(given: tuple[str, ...], wrong: Wrong) -> Spans:
    day: datetime.date | str = given[1]
    if given[1][:1].isdigit():
        try:
            day = datetime.date.fromisoformat(given[1])
        except ValueError:
            raise wrong(f"{given[1]} is no day; days are written 2016-04-01") from None
    return Spans(tuple(part.strip() for part in given[0].split("+")), day)


def _joins(given: tuple[str, ...], wrong: Wrong) -> Joins:
    kind = given[2] if len(given) > 2 else None
    if kind is not None and kind not in JOIN_KINDS:
        raise wrong(f"there is no join {kind}; known are {', '.join(JOIN_KINDS)}")
    return Joins(given[0], given[1], kind)


def _measures(given: tuple[str, ...], wrong: Wrong) -> Measures:
    for kind in given:
        if kind not in MEASURES:
            raise wrong(f"there is no measure {kind}; known are {', '.join(MEASURES)}")
    return Measures(given)


def _population(given: tuple[str, ...], wrong: Wrong) -> Population:
    return Population(tuple(_people(part, wrong) for part in _alternatives(given[0])))


def _people(text: str, wrong: Wrong) -> Ages | str:
    below, between = _AGE_BELOW.fullmatch(text), _AGE_RANGE.fullmatch(text)
    if below is not None:
        return Ages(0, int(below[1]))
    if between is not None:
        return Ages(int(between[1]), int(between[2]) + 1)
    if text.startswith("age ") and any(letter.isdigit() for letter in text):
        raise wrong(f"{text} is no range of ages; they are written age < 5 or age 16..20")
    return text


def _filters(given: tuple[str, ...], wrong: Wrong) -> Filters:
    column, _, rest = given[0].partition(" ")
    sign, _, values = rest.partition(" ")
    if not is_held_name(column) or (rest and (sign not in FILTER_SIGNS or " and " in f" {values} ")):
        return Filters(given[0])
    if rest and not values:
        raise wrong(f"a value is missing after {sign}")
    if " " in values and sign not in ("in",):
        raise wrong(f"{sign} takes one value")
    return Filters(ColumnTest(column, sign, tuple(values.split())))


def _role(given: tuple[str, ...], wrong: Wrong) -> Role:
    first = given[1].split(" ")[0]
    if given[1] not in ROLES and not (first in ("proxy", "predictor") and " " in given[1]):
        raise wrong(
            f"there is no role {given[1]}; known are {', '.join(ROLES)}, proxy for … and predictor of …"
        )
    return Role(given[0], given[1])


_BUILDERS: dict[str, tuple[int, int | None, Callable[[tuple[str, ...], Wrong], Predicate]]] = {
    "uses": (1, None, lambda given, _: Uses(given)),
    "years": (3, 3, _years),
    "spans": (2, 2, _spans),
    "links": (2, 2, lambda given, _: Links(*given)),
    "joins": (2, 3, _joins),
    "compares": (2, 2, lambda given, _: Compares(*given)),
    "groups": (1, 1, lambda given, _: Groups(_alternatives(given[0]))),
    "measures": (1, None, _measures),
    "population": (1, 1, _population),
    "filters": (1, 1, _filters),
    "keys": (1, 1, lambda given, _: Keys(given[0])),
    "dedupes": (1, 1, lambda given, _: Dedupes(tuple(part.strip() for part in given[0].split("+")))),
    "normalises": (1, 1, lambda given, _: Normalises(given[0])),
    "role": (2, 2, _role),
}
"""Each predicate: least and most arguments (None: no limit), and what makes it of them."""
