"""Whether the signs of a word are seen in a study."""

from __future__ import annotations

from typing import assert_never

from cohort.catalogue.caveats import Sign, SignKind, Signs, load_vocabulary
from cohort.caveats.names import any_column, is_column, matches, test_made
from cohort.caveats.profile import AgeRange, Kept, Profile


def seen(signs: Signs, profile: Profile) -> bool:
    """Whether all signs of one of the alternatives are seen."""
    return any(all(_seen(sign, profile) for sign in alternative) for alternative in signs)


def _seen(sign: Sign, profile: Profile) -> bool:
    text = sign.text
    match sign.kind:
        case SignKind.DATASET:
            return any(matches(text, table.dataset) for table in profile.tables)
        case SignKind.TABLE:
            return any(matches(text, table.table) for table in profile.tables)
        case SignKind.COLUMN:
            return any_column(text, profile.columns)
        case SignKind.RECORDED:
            return any_column(text, profile.recorded)
        case SignKind.GROUP:
            return any(group.direct and any_column(text, group.columns) for group in profile.groups)
        case SignKind.DERIVED:
            return any(not group.direct and any_column(text, group.columns) for group in profile.groups)
        case SignKind.TEST:
            return test_made(text, profile.tests)
        case SignKind.WITHOUT:
            return not test_made(text, profile.tests)
        case SignKind.COMPARED:
            columns = text.split(" with ")
            return any(all(any_column(column, test.columns) for column in columns) for test in profile.tests)
        case SignKind.STEP:
            return text in profile.steps
        case SignKind.START:
            return any(matches(text, table.table) for table in profile.start)
        case SignKind.KEY:
            return any_column(text, profile.keys)
        case SignKind.KEPT:
            return any(_is_kept(text, kept) for kept in profile.kept)
        case SignKind.SERIES:
            return any(matches(text, series) for series in profile.series)
        case SignKind.DISCONTINUED:
            return bool(profile.series & set(load_vocabulary().discontinued_series))
        case SignKind.CURRENT:
            return bool(profile.series - set(load_vocabulary().discontinued_series))
        case SignKind.MEASURE:
            return text in profile.measures
        case SignKind.AGES:
            lowest, _, highest = text.partition("..")
            return _within(profile.ages, int(lowest), int(highest))
        case SignKind.REACHES:
            return profile.ages.below is None or profile.ages.below > int(text)
        case SignKind.UNIT:
            return profile.unit == text
        case SignKind.ENTRIES:
            return profile.many_entries == (text == "many")
        case SignKind.FIGURES:
            return profile.figures
        case SignKind.CROSSED:
            return any(group.crossed and any_column(text, group.columns) for group in profile.groups)
        case SignKind.UNDOCUMENTED:
            return bool(profile.undocumented)
        case SignKind.ALWAYS:
            return True
        case _:
            assert_never(sign.kind)


def _within(ages: AgeRange, lowest: int, highest: int) -> bool:
    return (
        ages.lowest is not None
        and ages.below is not None
        and lowest <= ages.lowest <= ages.below - 1 <= highest
    )


def _is_kept(text: str, kept: Kept) -> bool:
    """Whether one row is kept for each: ``TABLE: unit COLUMN COLUMN``."""
    table, _, parts = text.partition(": ")
    return any(matches(table, name) for name in kept.tables) and all(
        kept.per_unit if part == "unit" else any(is_column(part, column) for column in kept.columns)
        for part in parts.split()
    )
