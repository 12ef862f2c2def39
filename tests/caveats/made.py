"""Profiles for tests: of the shipped studies with changes, and made by hand where the catalogue has no such table."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from cohort import pipeline
from cohort.caveats import Profile, profile_of
from cohort.caveats.profile import AgeRange, Group, HeldName, Joined, Kept, Test
from cohort.source import Source
from tests.caveats.small import FORM, small_text

SPECS = Path(__file__).parents[2] / "specs"

STUDIES = {
    "infants": SPECS / "infants_entering_care.yaml",
    "care_leavers": SPECS / "care_leavers_self_harm.yaml",
    "receiving_support": SPECS / "crcs_substance_misuse_injury.yaml",
    "school_results": SPECS / "first_care_entry_gcse.yaml",
    "relatives": SPECS.parent / "tests" / "study" / "siblings_and_households.yaml",
}
"""The studies that examples start from."""
_DATASETS = {"LACA": "lacw", "LACB": "lacw", "LACC": "lacw", "LACE": "lacw"}
_PLAIN = frozenset(
    (
        *(
            "reads",
            "from",
            "until",
            "unit",
            "measures",
            "by",
            "derived_by",
            "crossed_by",
            "tests",
            "ages",
            "start",
        ),
        *(
            "keys",
            "kept",
            "steps",
            "outcomes",
            "joins",
            "entries",
            "figures",
            "undocumented",
            "series",
            "tags",
            "not",
        ),
    )
)


def made(example: Mapping[str, Any]) -> Profile:
    """Return the profile of an example: ``study`` with ``changes``, a ``small`` study, or one made by hand."""
    if not is_study(example):
        return by_hand(example)
    if "small" in example:
        assert set(example) <= FORM, set(example) - FORM
        checked = _sound(small_text(example))
    else:
        assert set(example) <= {"study", "changes", "tags", "not"}, set(example)
        changes = tuple((before, after) for before, after in example.get("changes", ()))
        checked = _checked(example["study"], changes)
    assert checked.study is not None
    return profile_of(replace(checked.study, tags=tuple(_tags(example).items())), checked.catalogue)


def is_study(example: Mapping[str, Any]) -> bool:
    """Whether an example is a study file that this package reads, and not a profile made by hand."""
    return bool({"study", "small"} & set(example))


@cache
def _checked(study: str, changes: tuple[tuple[str, str], ...]) -> pipeline.Checked:
    path = STUDIES[study]
    text = path.read_text("utf-8")
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return _sound(text)


@cache
def _sound(text: str) -> pipeline.Checked:
    checked = pipeline.check_source(Source("study.yaml", text), Path(SPECS))
    assert checked.study is not None, [problem.headline for problem in checked.diagnostics]
    return checked


def by_hand(example: Mapping[str, Any]) -> Profile:
    """Return a profile of what an example says; a data set alone stands for one table of it."""
    assert set(example) <= _PLAIN, set(example) - _PLAIN
    columns = frozenset(held(name) for name in example.get("reads", ()) if "." in name)
    named = [held(name) for name in example.get("reads", ()) if "." not in name]
    tables = frozenset(named) | {HeldName(column.dataset, column.table) for column in columns}
    unit = example.get("unit", "child")
    return Profile(
        unit=unit,
        data_from=_day(example.get("from", "2018-04-01")),
        data_until=_day(example.get("until", "2019-03-31")),
        tables=tables,
        columns=columns,
        recorded=columns,
        linked=frozenset(table.dataset for table in tables) if unit == "person" else frozenset(),
        joins=frozenset(Joined(*join) for join in example.get("joins", ())),
        groups=frozenset(
            Group(frozenset({held(name)}), key == "by", crossed=key == "crossed_by")
            for key in ("by", "derived_by", "crossed_by")
            for name in example.get(key, ())
        ),
        measures=frozenset(example.get("measures", ())),
        tests=frozenset(_test(text) for text in example.get("tests", ())),
        ages=AgeRange(*example.get("ages", (None, None))),
        start=frozenset(held(name) for name in example.get("start", ())),
        keys=frozenset(held(name) for name in example.get("keys", ())),
        kept=frozenset(_kept(text) for text in example.get("kept", ())),
        steps=frozenset(example.get("steps", ())),
        outcomes=frozenset(held(name) for name in example.get("outcomes", ())),
        undocumented=frozenset(held(name) for name in example.get("undocumented", ())),
        many_entries=example.get("entries") == "many",
        figures=bool(example.get("figures")),
        series=frozenset(example.get("series", ())),
        tags=_tags(example),
    )


def held(name: str) -> HeldName:
    """Return the name of ``TABLE.COLUMN``, ``TABLE``, or of some table of a data set (``crcs``)."""
    table, _, column = name.partition(".")
    if table.islower():
        return HeldName(table, f"{table.upper()}_TABLE")
    prefix = table.partition("_")[0]
    return HeldName(_DATASETS.get(prefix, prefix.lower()), table, column)


def _day(given: str | datetime.date) -> datetime.date:
    return datetime.date.fromisoformat(given) if isinstance(given, str) else given


def _tags(example: Mapping[str, Any]) -> dict[str, bool]:
    """Return what an example says of itself: ``tags`` that are true, and those that are ``not``."""
    return dict.fromkeys(example.get("tags", ()), True) | dict.fromkeys(example.get("not", ()), False)


def _test(text: str) -> Test:
    """Return the test written as ``[not] TABLE.COLUMN sign values [or missing]``."""
    keeps = text.endswith(" or missing")
    parts: Sequence[str] = text.removesuffix(" or missing").split()
    negated = parts[0] == "not"
    columns, sign, *values = parts[negated:]
    names = frozenset(held(column) for column in columns.split("+"))
    return Test(names, sign, frozenset(value.upper() for value in values), negated, keeps)


def _kept(text: str) -> Kept:
    """Return what is kept, written as ``TABLE: unit COLUMN``."""
    table, _, parts = text.partition(": ")
    columns = frozenset(held(f"{table}.{part}") for part in parts.split() if part != "unit")
    return Kept(frozenset({table}), columns, "unit" in parts.split())
