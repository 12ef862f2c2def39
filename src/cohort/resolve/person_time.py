"""``person_time``: what follow-up is split by."""

from __future__ import annotations

from itertools import pairwise

from cohort.query.study import AgeSplit, CalendarSplit, SpellSplit, Split
from cohort.query.values import Column
from cohort.resolve.categories import Knowledge, Narrowing
from cohort.resolve.definitions import Names, rows_of
from cohort.resolve.labels import is_word_of_results
from cohort.resolve.periods import STRETCHES
from cohort.resolve.written import Reader, flat, title_of
from cohort.results.category import Category
from cohort.spec.model import Split as Written

OLDEST = 120


def read_split(names: Names, written: Written, knowledge: Knowledge) -> Split | None:
    """Resolve one split. Reports its own problems."""
    if written.ages:
        return _by_age(names, written)
    return _by_calendar(names, written) if written.calendar else _by_spells(names, written, knowledge)


def _label(written: Written) -> str:
    return flat(written.label) or title_of(written.name.text)


def _by_age(names: Names, written: Written) -> AgeSplit | None:
    at = f"person_time.{written.name.text}"
    reader = Reader(names.diagnostics, at)
    birth = names.birth(written.name.place)
    read = [reader.whole(node, "ages", 0, OLDEST) for node in written.ages]
    ages = tuple(age for age in read if age is not None)
    if birth is None or len(ages) < len(read):
        return None
    for (_, before), (node, age) in pairwise(zip(written.ages, ages, strict=True)):
        if age <= before:
            reader.wrong(node, "ages", "a list of rising ages", "ages: [16, 18, 21]")
            return None
    if len(ages) < 2:
        reader.wrong(
            written.ages[0],
            "ages",
            "a list of two or more ages, of which the last ends the last band",
            "ages: [16, 18, 21]",
        )
        return None
    bands = [(lower, upper - 1) for lower, upper in pairwise(ages)]
    categories = tuple(
        Category(str(lower), str(lower) if lower == last else f"{lower} to {last}") for lower, last in bands
    )
    return AgeSplit(
        written.name.text, _label(written), birth, ages, categories, names.setting.origin(written.name.place)
    )


def _by_calendar(names: Names, written: Written) -> CalendarSplit | None:
    assert written.calendar is not None
    reader = Reader(names.diagnostics, f"person_time.{written.name.text}")
    word = reader.word(written.calendar, "calendar", STRETCHES)
    if word is None:
        return None
    stretches = list(STRETCHES[word].between(names.setting.data_from, names.setting.data_until))
    return CalendarSplit(
        written.name.text,
        _label(written),
        tuple((category.value, start, until) for category, start, until in stretches),
        tuple(category for category, _, _ in stretches),
        names.setting.origin(written.name.place),
    )


def _by_spells(names: Names, written: Written, knowledge: Knowledge) -> SpellSplit | None:
    # That the first two stand together is a matter of the file's shape.
    assert written.spells is not None
    assert written.value is not None
    at = f"person_time.{written.name.text}"
    reader = Reader(names.diagnostics, at)
    if written.otherwise is None:
        wanted = "written together with `otherwise`, the label for days without a spell"
        reader.wrong(written.spells, "spells", wanted, "otherwise: no spell")
        return None
    found = names.spells(written.spells, "spells", at)
    if found is None:
        return None
    definition, spell = found
    types = definition.rows.shape.types
    column = reader.column(written.value, definition.name, types)
    if column is None:
        return None
    known = knowledge.categories(Column(column, types[column]), Narrowing())
    if known is None or (not types[column].is_text and types[column].code_list is None):
        names.diagnostics.add(
            "TYP242",
            written.value.place,
            at=at,
            name=f"{definition.name}.{column}",
            found=types[column].human,
        )
        return None
    values = [category.value for category in known]
    otherwise = flat(written.otherwise)
    if otherwise in values or is_word_of_results(otherwise):
        names.diagnostics.add("TYP243", written.otherwise.place, at=at, label=otherwise)
        return None
    priority = [reader.word(node, "priority", values) for node in written.priority]
    return SpellSplit(
        name=written.name.text,
        label=_label(written),
        rows=rows_of(definition),
        spell=spell,
        value=column,
        type=types[column],
        otherwise=otherwise,
        priority=tuple(value for value in priority if value is not None),
        categories=(*known, Category(otherwise, otherwise)),
        origin=names.setting.origin(written.name.place),
    )
