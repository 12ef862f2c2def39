"""Our own constructs: everything that SQLAlchemy leaves open, one place each.

What all databases read alike is written here. What they read differently is in the file of each dialect; a construct
without a rendering for a dialect cannot be compiled for it.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, ColumnElement, Grouping, OperatorExpression
from sqlalchemy.types import TypeEngine

from cohort.sql.dialect import ListedCompiler
from cohort.sql.lists import is_made_whole, text_literal
from cohort.sql.model import CannotCompile, DialectName

Expression = ColumnElement[Any]
"""Any expression of SQLAlchemy."""

EVERY = tuple(name.value for name in DialectName)
"""All dialects, for what they read alike."""


class Construct(ColumnElement[Any]):
    """A construct over other expressions, which are its ``parts``."""

    inherit_cache = False
    type: TypeEngine[Any]
    parts: tuple[Expression, ...]

    def __init__(self, *parts: Expression) -> None:
        self.parts = parts


def texts(element: Construct, compiler: SQLCompiler, kw: dict[str, Any]) -> list[str]:
    """Return the text of each part of a construct; operators are bracketed, so that it may stand anywhere."""
    atoms = (Grouping(part) if isinstance(part, OperatorExpression) else part for part in element.parts)
    return [compiler.process(atom, **_inner(kw)) for atom in atoms]


def written_text(value: str, compiler: SQLCompiler) -> str:
    """Return text as the dialect at work writes it."""
    assert isinstance(compiler, ListedCompiler)
    return compiler.written_text(value)


def _inner(kw: dict[str, Any]) -> dict[str, Any]:
    """Parts are never whole columns of a select themselves."""
    return {name: value for name, value in kw.items() if name in ("literal_binds", "from_linter")}


# --- literals -------------------------------------------------------------------------------------------------


class TextLiteral(Construct):
    """Text, quoted."""

    type = sa.String()

    def __init__(self, value: str) -> None:
        super().__init__()
        text_literal(value)  # so that what cannot be written is refused where it comes from
        self.value = value


class NumberLiteral(Construct):
    """A number. Whole numbers stay whole; decimal ones are written as 64-bit floating point."""

    def __init__(self, value: int | Decimal | float) -> None:
        super().__init__()
        self.value = value
        self.type = sa.Integer() if isinstance(value, int) else sa.Double()
        text = str(value) if isinstance(value, int) else _floating_point(float(value))
        # A minus sign in brackets can never meet another one: two of them begin a comment.
        self.text = f"({text})" if text.startswith("-") else text


class DateLiteral(Construct):
    """A day."""

    type = sa.Date()

    def __init__(self, value: datetime.date) -> None:
        super().__init__()
        self.day = datetime.date.isoformat(value)[:10]


class MissingLiteral(Construct):
    """A missing value of a type; Db2 takes no untyped ones."""

    def __init__(self, type_: TypeEngine[Any]) -> None:
        super().__init__()
        self.type = type_


def _floating_point(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise CannotCompile("Only finite numbers can be written into SQL.")
    text = repr(value)
    return text.upper().replace("E+", "E") if "e" in text else text + "E0"


@compiles(TextLiteral, *EVERY)
def _text(element: TextLiteral, compiler: SQLCompiler, **_kw: Any) -> str:
    return written_text(element.value, compiler)


@compiles(NumberLiteral, *EVERY)
def _number(element: NumberLiteral, _compiler: SQLCompiler, **_kw: Any) -> str:
    return element.text


@compiles(DateLiteral, *EVERY)
def _date(element: DateLiteral, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DATE '{element.day}'"


@compiles(MissingLiteral, *EVERY)
def _missing(element: MissingLiteral, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CAST(NULL AS {compiler.dialect.type_compiler_instance.process(element.type)})"


# --- dates ----------------------------------------------------------------------------------------------------


class ShiftedDate(Construct):
    """A date moved by a number of days, weeks, months or years, clipped to the month's end."""

    type = sa.Date()

    def __init__(self, date: Expression, amount: int, unit: str) -> None:
        super().__init__(date)
        # Neither side needs a word for weeks: a week is seven days.
        self.amount, self.unit = (amount * 7, "day") if unit == "week" else (amount, unit)


class MovedDate(Construct):
    """A date moved by a worked-out whole number of days, months or years, clipped to the month's end."""

    type = sa.Date()

    def __init__(self, date: Expression, amount: Expression, unit: str) -> None:
        super().__init__(date, amount)
        self.unit = unit


class DayOfYear(Construct):
    """A day that every year has, in the calendar year that some whole numbers add up to."""

    type = sa.Date()

    def __init__(self, day: datetime.date, *years: Expression) -> None:
        super().__init__(sum_of(*years))
        self.day = day
        self.moved = MovedDate(DateLiteral(day), sum_of(*years, NumberLiteral(-day.year)), "year")


@compiles(DayOfYear, *EVERY)
def _day_of_year(element: DayOfYear, compiler: SQLCompiler, **kw: Any) -> str:
    # Not all databases make dates of numbers; all move them.
    return compiler.process(element.moved, **_inner(kw))


class DaysFrom(Construct):
    """Whole days from the first date to the second."""

    type = sa.Integer()


class IsoText(Construct):
    """A date as text, year first."""

    type = sa.String()


# --- numbers --------------------------------------------------------------------------------------------------


def division(left: Expression, right: Expression, *, safe: bool = False) -> Expression:
    """Decimal division, missing for a division by zero. ``safe`` says that the divisor cannot be zero."""
    divisor = right if safe else sa.func.nullif(as_double(right), NumberLiteral(0))
    return BinaryExpression(as_double(left), divisor, operators.truediv, type_=sa.Double())


def as_double(expression: Expression) -> Expression:
    """A number as 64-bit floating point."""
    return expression if isinstance(expression.type, sa.Double) else sa.cast(expression, sa.Double())


def fixed_number(number: Expression) -> int | None:
    """Return the whole number that is written, if one is."""
    return number.value if isinstance(number, NumberLiteral) and isinstance(number.value, int) else None


def sum_of(first: Expression, *others: Expression) -> Expression:
    """The sum of whole numbers; the fixed ones among them are added here and now."""
    fixed, total = 0, first
    for number in others:
        written = fixed_number(number)
        if written is None:
            total = total + number
        else:
            fixed += written
    if fixed < 0:
        return total - NumberLiteral(-fixed)
    return total + NumberLiteral(fixed) if fixed else total


class WholeDivision(Construct):
    """Whole-number division without a rest, or of numbers that are not negative, by one that is not zero.

    Of others the databases round towards zero, which is not what the language says. The divisor is a written number
    other than zero, or missing where it would be zero.
    """

    type = sa.BigInteger()


class FlooredDivision(Construct):
    """Whole-number division that rounds down.

    ``number`` and ``by`` are its parts, ``exact`` is what gives the same and can be divided without a rest. Where the
    number is known not to be negative, nor the divisor, ``WholeDivision`` of the parts gives the same as well.
    """

    type = sa.BigInteger()

    def __init__(self, number: Expression, by: Expression, exact: Expression) -> None:
        super().__init__(WholeDivision(exact, by))
        self.number, self.by = number, by


@compiles(FlooredDivision, *EVERY)
def _floored_division(element: FlooredDivision, compiler: SQLCompiler, **kw: Any) -> str:
    return texts(element, compiler, kw)[0]


class Wide(Construct):
    """A whole number in the widest exact type, so that no total of any order overflows.

    A number that may not be whole is refused unless FLOOR or CEIL made it so: Db2 would cut it off, others round it.
    """

    type = sa.Integer()

    def __init__(self, part: Expression) -> None:
        super().__init__(part)
        self.was_whole = isinstance(part.type, sa.Integer)
        if not self.was_whole and not is_made_whole(part):
            raise CannotCompile("A number must be made whole before it is cast to an exact type.")


def exact_total(number: Expression, *, decimal: bool) -> Expression:
    """The sum of numbers, the same in any order: whole ones exactly, decimal ones in whole millionths."""
    if not decimal:
        return sa.func.sum(Wide(number))
    millionths = sa.func.floor(number * NumberLiteral(1e6) + NumberLiteral(0.5))
    return sa.cast(sa.func.sum(Wide(millionths)), sa.Double()) / NumberLiteral(1e6)


class CountDistinct(Construct):
    """How many different values there are, missing ones left out."""

    type = sa.BigInteger()


@compiles(CountDistinct, *EVERY)
def _count_distinct(element: CountDistinct, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    return f"COUNT(DISTINCT {part})"


# --- choices --------------------------------------------------------------------------------------------------


class Furthest(Construct):
    """The latest or earliest of dates that are all known, or by ``known`` of those that are; of numbers likewise.

    Db2's LEAST is missing if any part is, DuckDB's skips missing parts. Both readings are written so that no part is
    missing when LEAST or GREATEST sees it. With ``sure`` no part can be missing.
    """

    def __init__(self, latest: bool, known: bool, *parts: Expression, sure: bool = False) -> None:
        super().__init__(*parts)
        self.type = parts[0].type
        self.latest, self.known, self.sure = latest, known, sure


class OneOf(Construct):
    """Whether a value is one of some literals; lists are cut where Db2 and readers would suffer."""

    type = sa.Boolean()
    most = 1000

    def __init__(self, part: Expression, members: tuple[Expression, ...]) -> None:
        super().__init__(part)
        self.members = members


class BeginsWith(Construct):
    """Whether text begins with one of some prefixes."""

    type = sa.Boolean()

    def __init__(self, part: Expression, prefixes: tuple[str, ...]) -> None:
        super().__init__(part)
        self.prefixes = prefixes


class LikeAny(Construct):
    """Whether text is like one of some patterns, in which ``_`` is any character and ``%`` any text, also none."""

    type = sa.Boolean()

    def __init__(self, part: Expression, patterns: tuple[str, ...]) -> None:
        super().__init__(part)
        self.patterns = patterns


class EndTrimmed(Construct):
    """Text without the blanks at its end, which Db2 takes no notice of where it compares."""

    type = sa.String()


class CleanCode(Construct):
    """A code without blanks around it, in upper case; blanks alone are missing."""

    type = sa.String()


class DayOf(Construct):
    """The day of a timestamp; of a day the day itself."""

    type = sa.Date()


def _never_wins(part: Expression, *, latest: bool) -> bool:
    """Whether a date stands at the end of the calendar that is passed over for any other date."""
    end = datetime.date.min if latest else datetime.date.max
    return isinstance(part, DateLiteral) and part.day == end.isoformat()


@compiles(Furthest, *EVERY)
def _furthest(element: Furthest, compiler: SQLCompiler, **kw: Any) -> str:
    parts = texts(element, compiler, kw)
    function = "GREATEST" if element.latest else "LEAST"
    if element.sure:
        return f"{function}({', '.join(parts)})"
    if element.known and len(parts) == 2:
        first, second = parts
        if _never_wins(element.parts[1], latest=element.latest):
            return f"COALESCE({first}, {second})"
        return f"{function}(COALESCE({first}, {second}), COALESCE({second}, {first}))"
    if element.known:
        # The date at the other end of the calendar never wins over a known one.
        end = datetime.date.min if element.latest else datetime.date.max
        missing = compiler.process(DateLiteral(end), **_inner(kw))
        filled = ", ".join(f"COALESCE({part}, {missing})" for part in parts)
        return f"CASE WHEN COALESCE({', '.join(parts)}) IS NOT NULL THEN {function}({filled}) END"
    all_known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    return f"CASE WHEN {all_known} THEN {function}({', '.join(parts)}) END"


@compiles(OneOf, *EVERY)
def _one_of(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    assert isinstance(compiler, ListedCompiler)
    compiler.check_compared(*element.parts, *element.members)
    members = [compiler.process(member, **_inner(kw)) for member in element.members]
    if not members:
        return "1 = 0"
    pieces = [members[i : i + element.most] for i in range(0, len(members), element.most)]
    lists = " OR ".join(f"{part} IN ({', '.join(piece)})" for piece in pieces)
    return lists if len(pieces) == 1 else f"({lists})"


@compiles(BeginsWith, *EVERY)
def _begins_with(element: BeginsWith, compiler: SQLCompiler, **kw: Any) -> str:
    if not element.prefixes:
        return "1 = 0"
    (part,) = texts(element, compiler, kw)
    tests = " OR ".join(f"{part} LIKE {_beginning(prefix, compiler)}" for prefix in element.prefixes)
    return tests if len(element.prefixes) == 1 else f"({tests})"


@compiles(LikeAny, *EVERY)
def _like_any(element: LikeAny, compiler: SQLCompiler, **kw: Any) -> str:
    if not element.patterns:
        return "1 = 0"
    (part,) = texts(element, compiler, kw)
    tests = " OR ".join(f"{part} LIKE {written_text(pattern, compiler)}" for pattern in element.patterns)
    return tests if len(element.patterns) == 1 else f"({tests})"


def _beginning(prefix: str, compiler: SQLCompiler) -> str:
    """The pattern of a prefix, with what LIKE reads as a sign of its own escaped."""
    escaped = re.sub(r"([!%_])", r"!\1", prefix)
    # PostgreSQL and Spark read a backslash as the escape unless another sign is named.
    named = escaped != prefix or "\\" in prefix
    return written_text(f"{escaped}%", compiler) + (" ESCAPE '!'" if named else "")


@compiles(CleanCode, *EVERY)
def _clean_code(element: CleanCode, compiler: SQLCompiler, **kw: Any) -> str:
    (code,) = texts(element, compiler, kw)
    return f"NULLIF(UPPER(TRIM({code})), '')"


@compiles(EndTrimmed, *EVERY)
def _end_trimmed(element: EndTrimmed, compiler: SQLCompiler, **kw: Any) -> str:
    (text,) = texts(element, compiler, kw)
    return f"RTRIM({text})"


@compiles(DayOf, *EVERY)
def _day_of(element: DayOf, compiler: SQLCompiler, **kw: Any) -> str:
    (moment,) = texts(element, compiler, kw)
    return f"CAST({moment} AS DATE)"


def three_valued(condition: Expression, *, true: int = 1, false: int = 0) -> Expression:
    """A condition as a number for true, one for false, or missing."""
    whens = ((condition, NumberLiteral(true)), (sa.not_(condition), NumberLiteral(false)))
    return sa.case(*whens)


def two_valued(condition: Expression) -> Expression:
    """A condition as 1 where it is true, else 0."""
    return sa.case((condition, NumberLiteral(1)), else_=NumberLiteral(0))


def same(left: Expression, right: Expression) -> Expression:
    """Whether two values are the same, missing ones included."""
    return sa.or_(left == right, sa.and_(left.is_(sa.null()), right.is_(sa.null())))


# --- order ----------------------------------------------------------------------------------------------------


def rising(column: Expression) -> Expression:
    """In rising order, missing values last."""
    return column.asc().nulls_last()


def falling(column: Expression) -> Expression:
    """In falling order, missing values last."""
    return column.desc().nulls_last()
