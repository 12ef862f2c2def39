"""From a study and the catalogue to what its data-quality statement counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cohort.catalogue.model import Catalogue, HeldColumn, HeldTable
from cohort.quality.description import (
    Comparison,
    CountedTable,
    Description,
    Figure,
    Measure,
    NotCompared,
    NotHeld,
    YearKind,
    Years,
    as_return,
)
from cohort.quality.load import Knowledge
from cohort.query.study import Study
from cohort.resolve.years import newest_return, return_of
from cohort.types import Kind


def describe(
    study: Study,
    reads: Mapping[str, frozenset[str]],
    catalogue: Catalogue,
    knowledge: Knowledge,
    lacking: Mapping[str, frozenset[str]] | None = None,
) -> Description:
    """Return what is counted for a study.

    ``reads`` are the held tables that the study reads, each with the columns it needs (by their names in the
    catalogue, ``{key}`` standing for the suffix of keys). ``lacking`` are those of them that the data do not hold: of a
    table that is not held at all, all.
    """
    lacking = lacking or {}
    tables = tuple(
        _table(catalogue.tables[name], templates - lacking.get(name, frozenset()), study, knowledge)
        for name, templates in sorted(reads.items())
        if templates - lacking.get(name, frozenset())
    )
    not_held = tuple(
        NotHeld(catalogue.tables[name])
        if templates == reads[name]
        else NotHeld(
            catalogue.tables[name],
            tuple(c for c in catalogue.tables[name].columns if c.physical in templates),
        )
        for name, templates in sorted(lacking.items())
    )
    compared: list[Comparison] = []
    left: list[NotCompared] = []
    for measure in knowledge.measures:
        for table in tables:
            if table.name == measure.table:
                found = _comparison(measure, table, partly_held=table.name in lacking)
                if isinstance(found, Comparison):
                    compared.append(found)
                else:
                    left.append(found)
    return Description(
        study.id,
        study.title,
        study.spec_file,
        study.spec_hash,
        study.data_from,
        study.data_until,
        tables,
        tuple(compared),
        tuple(left),
        not_held,
    )


def without_keys(table: CountedTable, why: str) -> CountedTable:
    """Return a table whose key is not looked at, because its ``further`` columns are not there."""
    return replace(table, key=(), further=(), no_key_why=why)


def _table(held: HeldTable, templates: frozenset[str], study: Study, knowledge: Knowledge) -> CountedTable:
    columns = tuple(column for column in held.columns if column.physical in templates)
    by_name = {column.name: column for column in held.columns}
    read = {column.name for column in columns}
    years, why = _years(held, read, by_name, study, knowledge)
    key = tuple(by_name[name] for name in held.key)
    spell = held.spell if held.spell and {held.spell.start, held.spell.end} <= read else None
    return CountedTable(
        held,
        columns,
        years,
        why,
        _unit(columns, key, knowledge.people),
        key,
        tuple(column for column in key if column.name not in read),
        by_name[spell.start] if spell else None,
        by_name[spell.end] if spell else None,
    )


def _unit(
    columns: tuple[HeldColumn, ...], key: tuple[HeldColumn, ...], people: tuple[str, ...]
) -> HeldColumn | None:
    """The identifier of the people behind rows: of the declared key if that has one, else another, else any key."""
    keys = [column for column in columns if column.type.kind is Kind.KEY]
    order = sorted(keys, key=lambda column: (column.name not in people, column not in key))
    return order[0] if order else None


def _years(
    held: HeldTable,
    read: set[str],
    by_name: Mapping[str, HeldColumn],
    study: Study,
    knowledge: Knowledge,
) -> tuple[Years | None, str]:
    first, last = study.data_from.year, study.data_until.year
    if held.returned is not None:
        kind, name = YearKind.RETURN, held.returned
        first, last = return_of(study.data_from), newest_return(study.data_until)
    elif held.name in knowledge.years:
        kind, name = knowledge.years[held.name]
    elif held.spell is not None:
        kind, name = YearKind.DAY, held.spell.start
    else:
        return None, "its rows have no year"
    if name not in read:
        return None, f"`{name}`, by which the year of a row is told, is not read by the study or not held"
    return Years(kind, by_name[name], first, last), ""


def _comparison(measure: Measure, table: CountedTable, *, partly_held: bool) -> Comparison | NotCompared:
    read = {column.name: column for column in table.columns}
    ways = [way for way in measure.counted if set(way) <= set(read)]
    lacking = [name for name, _ in measure.leave_out if name not in read]
    if measure.on_day is not None and table.start is None:
        lacking.append("both ends of the spells")
    if measure.counted and not ways:
        lacking.append(" and ".join(measure.counted[-1]))
    if lacking:
        why = f"the study does not read {', '.join(lacking)}" + (
            ", or the data lack it" if partly_held else ""
        )
        return NotCompared(measure, why)
    if table.years is None:
        return NotCompared(measure, table.no_years_why)
    years = tuple(
        year
        for year in table.years.each
        if any(year_of(figure, table.years) == year for figure in measure.figures)
    )
    if not years:
        return NotCompared(measure, "no published figure at hand is of the study's years")
    units = tuple(read[name] for name in ways[0]) if ways else ()
    return Comparison(measure, table, units, years)


def year_of(figure: Figure, years: Years) -> int:
    """Return the year of a published figure in the form of a table's years."""
    year = int(figure.period[:4])
    if years.kind is not YearKind.RETURN:
        return year
    # Figures of returns are for a 31 March.
    return as_return(year)
