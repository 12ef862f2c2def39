"""From a name as somebody writes it to the things that have it, or to the nearest names that there are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cohort.catalogue.model import CodeList
from cohort.diagnostics.nearest import nearest
from cohort.lookup.known import Known, Named
from cohort.lookup.of_areas import sheet_of_area, sheet_of_figures, sheet_of_level
from cohort.lookup.of_codelists import sheet_of_codelist
from cohort.lookup.of_codes import sheet_of_caveat, sheet_of_codes, sheet_of_source
from cohort.lookup.of_datasets import sheet_of_dataset, sheet_of_publisher, sheet_of_series, sheet_of_theme
from cohort.lookup.of_links import sheet_of_entity, sheet_of_link
from cohort.lookup.of_tables import sheet_of_column, sheet_of_outline, sheet_of_table
from cohort.lookup.sheet import Ref, Sheet, Sort

_SUFFIX = re.compile(r"_(E|PE|\{KEY\})$")


def sheet_of(known: Known, ref: Ref) -> Sheet:
    """Return the sheet of a thing; for a code that of its list."""
    catalogue, name = known.catalogue, ref.name
    match ref.sort:
        case Sort.DATASET:
            return sheet_of_dataset(known, name)
        case Sort.SOURCE:
            return sheet_of_source(known, catalogue.prepared[name])
        case Sort.TABLE if name in catalogue.tables:
            return sheet_of_table(known, catalogue.tables[name])
        case Sort.TABLE:
            return sheet_of_outline(known, catalogue.outlines[name])
        case Sort.CODES | Sort.CODE:
            return sheet_of_codes(known, catalogue.code_lists[ref.of.name])
        case Sort.COLUMN:
            table = catalogue.tables[ref.of.name]
            column = name.partition(".")[2]
            return sheet_of_column(known, table, next(one for one in table.columns if one.name == column))
        case Sort.CAVEAT:
            return sheet_of_caveat(known, known.limits_by_id[name])
        case Sort.SERIES:
            return sheet_of_series(known, known.landscape.entries[name])
        case Sort.THEME:
            return sheet_of_theme(known, known.landscape.themes[name])
        case Sort.PUBLISHER:
            return sheet_of_publisher(known, known.landscape.outlets[name])
        case Sort.ENTITY:
            return sheet_of_entity(known, known.linked.entities[name])
        case Sort.LINK:
            return sheet_of_link(known, known.linked.links[name])
        case Sort.GEOGRAPHY:
            return sheet_of_level(known, known.geography.levels[name])
        case Sort.AREA:
            return sheet_of_area(known, known.geography.areas[name])
        case Sort.FIGURES:
            return sheet_of_figures(known.figures[name])
        case Sort.CODELIST:
            return sheet_of_codelist(known, name)


def things_named(known: Known, name: str, *, of_all: bool = False) -> tuple[Named, ...]:
    """Return the things with exactly this name, whatever the case; columns and codes only where nothing else has it.

    With ``of_all`` columns and codes are among them even so.
    A physical name counts too, with the key suffix of any project or without; ``table.column`` and ``list.code`` name
    one column and one code.
    """
    wanted = _plain(name)
    whole = [found for found in known.named if wanted in _names(found)]
    first = [found for found in whole if found.ref.sort not in (Sort.COLUMN, Sort.CODE)]
    return tuple(whole if of_all else first or whole)


def nearest_names(known: Known, name: str, sorts: Iterable[Sort] = tuple(Sort)) -> str | None:
    """Return the nearest name of these sorts, or None; of a column (or code) that of its table (or list), or that."""
    wanted = set(sorts)
    above, dot, own = name.strip().lower().partition(".")
    of_one = [found for found in known.named if found.ref.of != found.ref and found.ref.of.name == above]
    if dot and of_one:
        by_own = {found.ref.name.partition(".")[2].lower(): found.ref.name for found in of_one}
        near = nearest(own, by_own)
        return by_own[near] if near is not None else of_one[0].ref.of.name
    choices: set[str] = set()
    for found in known.named:
        if found.ref.sort in wanted:
            choices.add(found.ref.name)
            choices |= {found.ref.name.partition(".")[2]} - {""}
            if found.physical:
                choices.add(found.physical.removesuffix("_{key}"))
    # A physical name is written in capitals, and the nearest is looked for in small letters.
    by_lower = {choice.lower(): choice for choice in sorted(choices)}
    near = nearest(_without_suffix(name), by_lower)
    return by_lower[near] if near is not None else None


def code_lists_named(known: Known, name: str) -> tuple[tuple[CodeList, ...], tuple[Named, ...]]:
    """Return the code lists of a name (a list, a column, ``table.column`` or a physical column) and columns without.

    The second part are the columns of this name for which no list of codes is known.
    """
    wanted = _plain(name)
    catalogue = known.catalogue
    lists: dict[str, CodeList] = {}
    without: list[Named] = []
    for found in known.named:
        if wanted not in _names(found):
            continue
        if found.ref.sort is Sort.CODES:
            lists.setdefault(found.ref.name, catalogue.code_lists[found.ref.name])
        if found.ref.sort is Sort.COLUMN:
            table, _, column = found.ref.name.partition(".")
            held = next(one for one in catalogue.tables[table].columns if one.name == column)
            if held.type.code_list:
                lists.setdefault(held.type.code_list, catalogue.code_lists[held.type.code_list])
            else:
                without.append(found)
    return tuple(lists.values()), tuple(without)


def _names(found: Named) -> set[str]:
    """Return all names of a thing as they are compared."""
    names = {_plain(found.ref.name)}
    if found.ref.sort in (Sort.COLUMN, Sort.CODE):
        names.add(_plain(found.ref.name.partition(".")[2]))
    if found.physical:
        names |= {_plain(found.physical), _plain(found.physical.removesuffix("_{key}"))}
    return names


def _plain(name: str) -> str:
    """Return a name as it is compared: capitals, underscores for blanks, one form of the key suffix."""
    text = re.sub(r"\s+", "_", name.strip().upper())
    return _SUFFIX.sub("_{KEY}", text)


def _without_suffix(name: str) -> str:
    return _plain(name).removesuffix("_{KEY}").lower()
