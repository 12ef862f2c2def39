"""Values and operations in plain English, for people who read no code. All phrases are in ``phrases``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from cohort.query.phrases import MONTHS, PHRASES, UNITS_OF_TIME
from cohort.query.rows import (
    ROWS_UNTIL,
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    PairUnits,
    Rename,
    Rows,
    TableRows,
    Union,
    Where,
)
from cohort.query.summaries import Covered, Outer, Summary
from cohort.query.values import (
    AgeOn,
    And,
    Apply,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    During,
    Extreme,
    Fact,
    Figure,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Lookup,
    Not,
    Or,
    Pick,
    ShiftDate,
    StartsWith,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.types import Kind


def plain(name: str) -> str:
    """Return a name as words: ``first_episode`` is "first episode"."""
    return PHRASES["first day outside"] if name == ROWS_UNTIL else name.replace("_", " ")


def day(date: datetime.date) -> str:
    """Return a date in words: 1 April 2003."""
    return say("day", day=str(date.day), month=MONTHS[date.month - 1], year=str(date.year))


def time(amount: int, unit: str) -> str:
    """Return a length of time in words: 1 day, 13 weeks."""
    one, several = UNITS_OF_TIME[unit]
    return f"{amount} {one if amount == 1 else several}"


def say(phrase: str, /, *parts: str, **named: str) -> str:
    """Return a phrase with its parts filled in."""
    return PHRASES[phrase].format(*parts, **named)


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
                return say("column", name=plain(value.name))
            case Outer():
                return say("column of row outside", name=plain(value.name))
            case Fact():
                return say("fact", name=plain(value.column), rows=plain(value.rows))
            case IndexDate():
                return say("index date")
            case VariableValue():
                return quoted(self._variables.get(value.name, plain(value.name)))
            case Compare():
                dates = value.left.type.kind is Kind.DATE and value.op not in ("=", "!=")
                phrase = f"{value.op} of dates" if dates else value.op
                return say(phrase, left=self.value(value.left), right=self.value(value.right))
            case And():
                return PHRASES["and"].join(self._condition(part) for part in value.parts)
            case Or():
                return PHRASES["or"].join(self._condition(part) for part in value.parts)
            case Not():
                return self._not(value)
            case IsMissing():
                return say("is missing", part=self.value(value.part))
            case InSet():
                return self._in("in", value)
            case StartsWith():
                return self._starts_with(value)
            case During():
                phrase = "during through" if value.end_included else "during until"
                start, end = self.value(value.start), self.value(value.end)
                return say(phrase, part=self.value(value.part), start=start, end=end)
            case Arithmetic():
                return say(value.op, left=self._inside(value.left), right=self._inside(value.right))
            case ShiftDate():
                amount = time(abs(value.amount), value.unit).split()
                phrase = "after" if value.amount >= 0 else "before"
                return say(phrase, amount=amount[0], unit=amount[1], date=self.value(value.date))
            case DaysBetween():
                return say("days between", start=self.value(value.start), end=self.value(value.end))
            case AgeOn():
                return self._age(value)
            case YearTo31March():
                return say("year to 31 march", date=self.value(value.date))
            case Extreme():
                phrase = ("latest" if value.latest else "earliest") + (" known" if value.known else "")
                return say(phrase, parts=self._list(value.parts))
            case Choose():
                cases = (
                    say("case", result=quoted(str(label.value)), condition=self._condition(condition))
                    for condition, label in value.cases
                )
                return say("cases", cases="; ".join(cases), otherwise=quoted(str(value.otherwise.value)))
            case Pick():
                then, otherwise = self._inside(value.then), self._inside(value.otherwise)
                return say("pick", then=then, condition=self._condition(value.condition), otherwise=otherwise)
            case Band():
                bands = (say("band", label=quoted(label), lower=str(lower)) for lower, label in value.bands)
                return say("bands", part=self.value(value.part), bands=PHRASES["list"].join(bands))
            case Lookup():
                return self._lookup(value)
            case Figure():
                keys = (say("figure key", name=plain(k), value=self.value(part)) for k, part in value.keys)
                name, rows = plain(value.column), plain(value.rows)
                return say("figure", name=name, rows=rows, keys=PHRASES["and of two"].join(keys))
            case Apply():
                return say(value.function, *(self._inside(part) for part in value.parts))
            case Summary():
                return self._summary(value)
            case Covered():
                return self._covered(value)
            case _:
                assert_never(value)

    def rows(self, rows: Rows) -> str:
        """Return the outermost operation on rows in words."""
        match rows:
            case TableRows():
                return say("all rows", rows=rows.table)
            case NamedRows():
                return say("all rows", rows=plain(rows.name))
            case LiteralRows():
                return say("literal rows", rows=plain(rows.name))
            case Where():
                return say("where", condition=self._condition(rows.condition))
            case Add():
                return "; ".join(
                    say("add", name=plain(name), value=self.value(value)) for name, value in rows.added
                )
            case Rename():
                return "; ".join(say("rename", old=plain(old), new=plain(new)) for old, new in rows.renamed)
            case AsUnit():
                said = [say("as unit", unit=plain(rows.unit))] if rows.unit else []
                if rows.spell:
                    said.append(say("as spell", start=plain(rows.spell[0]), until=plain(rows.spell[1])))
                return "; ".join(said)
            case KeepOne():
                return self._keep_one(rows)
            case OnePer():
                return say("one per", per=_per(rows.per))
            case JoinSpells():
                gap = say("join reach gap", days=time(rows.gap_days, "day"))
                reach = gap if rows.gap_days else say("join reach none")
                return say("join spells", per=_per(rows.groups), reach=reach)
            case Union():
                return say("union", parts=_per(part.name for part in rows.parts))
            case ForEachEntry():
                return say("for each entry", unit=plain(rows.shape.owner[0]))
            case OfRelated():
                return say("of related", unit=plain(rows.shape.owner[0]), relation=plain(rows.relation.name))
            case PairUnits():
                unit, same = plain(rows.shape.owner[0]), plain(rows.same)
                if rows.spell is None:
                    return say("pair", unit=unit, same=same)
                start, until = (plain(name) for name in rows.spell)
                return say("pair at a time", unit=unit, same=same, start=start, until=until)
            case LinkUnit():
                phrase = "link or drop" if rows.drop_unlinked else "link"
                key = " and ".join(plain(name) for name in (rows.key, *rows.also))
                return say(phrase, unit=plain(rows.unit), key=key)
            case CloseSpells():
                return say("close spells")
            case _:
                assert_never(rows)

    def _literal(self, value: Literal) -> str:
        match value.value:
            case None:
                return say("missing")
            case bool():
                return "yes" if value.value else "no"
            case datetime.date():
                return day(value.value)
            case str() | int() if value.type.code_list is not None:
                label = self._label(value.type.code_list, str(value.value))
                code = str(value.value)
                return say("code", code=code, label=label) if label else code
            case str():
                return quoted(value.value)
            case _:
                return str(value.value)

    def _not(self, value: Not) -> str:
        match value.part:
            case IsMissing(part):
                return say("is known", part=self.value(part))
            case InSet():
                return self._in("not in", value.part)
            case _:
                return say("not", part=self._condition(value.part))

    def _in(self, phrase: str, value: InSet) -> str:
        members = PHRASES["list"].join(self._literal(m) for m in value.members) or say("no values")
        part = self.value(value.part)
        if value.codelist is None:
            return say(phrase, part=part, members=members)
        return say(f"{phrase} codelist", part=part, members=members, codelist=_codelist(value.codelist))

    def _starts_with(self, value: StartsWith) -> str:
        part, members = self.value(value.part), PHRASES["list"].join(value.prefixes) or say("no values")
        if value.codelist is None:
            return say("starts with", part=part, members=members)
        return say("starts with codelist", part=part, members=members, codelist=_codelist(value.codelist))

    def _age(self, value: AgeOn) -> str:
        date = self.value(value.date)
        if isinstance(value.birth, Fact):
            return say("age on", date=date)
        return say("age on other", date=date, birth=self.value(value.birth))

    def _lookup(self, value: Lookup) -> str:
        codes: dict[str, list[str]] = {}
        for code, text in value.pairs:
            codes.setdefault(text, []).append(code)
        pairs = (
            say("lookup pair", text=quoted(text), codes=PHRASES["list"].join(found))
            for text, found in codes.items()
        )
        part, codelist = self.value(value.part), _codelist(value.codelist)
        return say("lookup", part=part, codelist=codelist, pairs="; ".join(pairs))

    def _summary(self, value: Summary) -> str:
        rows = plain(value.rows.name)
        which = say("rows", rows=rows)
        if value.condition is not None:
            which = say("rows where", rows=rows, condition=self._condition(value.condition))
        of = ""
        if value.of is not None:
            of = self._condition(value.of) if value.function == "share" else self._inside(value.of)
        return say(value.function, which=which, of=of, order=plain(value.order or ""))

    def _covered(self, value: Covered) -> str:
        rows, start = plain(value.rows.name), self.value(value.start)
        if value.end is None:
            return say(value.function, rows=rows, start=start, days=str(value.days))
        until = say("through" if value.end_included else "until")
        return say(value.function, rows=rows, start=start, until=until, end=self.value(value.end))

    def _keep_one(self, rows: KeepOne) -> str:
        which = "last" if rows.last else "first"
        order, per = plain(rows.order), _per(rows.per)
        if rows.number == 1:
            return say(f"keep {which}", order=order, per=per)
        return say(f"keep nth {which}", number=str(rows.number), order=order, per=per)

    def _list(self, values: Iterable[Value]) -> str:
        return PHRASES["list"].join(self.value(part) for part in values)

    def _condition(self, value: Value) -> str:
        """A condition as part of a sentence; a yes-or-no value of its own needs a verb."""
        if isinstance(value, VariableValue | Fact | Column | Outer) and value.type.kind is Kind.BOOLEAN:
            return say("is yes", part=self.value(value))
        return self._inside(value)

    def _inside(self, value: Value) -> str:
        words = self.value(value)
        return say("in brackets", inside=words) if isinstance(value, And | Or | Arithmetic | Pick) else words


def quoted(text: str) -> str:
    """Return a text in quotation marks."""
    return say("quoted", text=text)


def _codelist(name: str) -> str:
    return plain(name.removeprefix("codelists."))


def _per(names: Iterable[str]) -> str:
    return PHRASES["and of two"].join(plain(name) for name in names)
