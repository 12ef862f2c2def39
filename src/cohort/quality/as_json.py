"""The data-quality statement as JSON, for programs: a hidden count is an object that says so, never a number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cohort.catalogue import Fact
from cohort.quality.forms import form_of
from cohort.quality.statement import (
    ColumnQuality,
    Statement,
    TableQuality,
    YearOfColumn,
    difference,
)
from cohort.results.model import ALL, SafeCell
from cohort.version import __version__

FORMAT = "cohort data quality 1"


def statement_json(statement: Statement) -> str:
    """Return a statement as JSON; the same statement gives the same bytes."""
    description = statement.description
    found: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "synthetic": statement.synthetic,
        "study": description.study,
        "title": description.title,
        "spec_hash": description.spec_hash,
        "data_from": description.data_from.isoformat(),
        "data_until": description.data_until.isoformat(),
        "policy": statement.policy,
        "policy_words": list(statement.policy_words),
        "tables": [_table(table) for table in statement.tables],
        "comparisons": [
            {
                "measure": made.comparison.measure.id,
                "words": made.comparison.measure.words,
                "counted": made.comparison.measure.counted_words,
                "note": made.comparison.measure.note,
                "years": [
                    {
                        "year": one.year,
                        "counted": _cell(one.count),
                        "near_a_published_figure": one.near,
                        "difference": difference(one),
                        "published": [
                            {
                                "period": figure.period,
                                "value": figure.value,
                                "rounding": figure.rounding,
                                "grade": figure.grade,
                                "definition": figure.definition,
                                "title": figure.title,
                                "publisher": figure.publisher,
                                "year_of_publication": figure.published,
                                "address": figure.address,
                            }
                            for figure in one.figures
                        ],
                    }
                    for one in made.years
                ],
            }
            for made in statement.comparisons
        ],
        "not_compared": [{"measure": left.measure.id, "why": left.why} for left in statement.not_compared],
        "links": None
        if isinstance(statement.links, str)
        else [
            {
                "title": link.title,
                "counted": link.counted,
                "states": {label: _cell(cell) for label, cell in link.states},
                "total": _cell(link.total),
            }
            for link in statement.links
        ],
        "no_links_because": statement.links if isinstance(statement.links, str) else None,
        "held_against_the_study_release": not isinstance(statement.links, str),
        "not_held": [
            {"table": left.held.name, "columns": [column.name for column in left.columns]}
            for left in description.not_held
        ],
        "limits": {
            dimension.value: [
                {
                    "id": limit.id,
                    "severity": limit.severity.value,
                    "says": limit.message,
                    "confidence": limit.confidence,
                    "source": limit.source,
                }
                for limit in limits
            ]
            for dimension, limits in statement.limits.items()
        },
        "limits_undecided": statement.undecided,
        "log": list(statement.log),
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _table(table: TableQuality) -> dict[str, Any]:
    counted = table.table
    held = counted.held
    return {
        "table": counted.name,
        "label": held.label,
        "dataset": held.dataset,
        "grain": held.grain,
        "grain_confidence": held.grain_confidence,
        "year": None if counted.years is None else counted.years.words,
        "no_year_because": counted.no_years_why or None,
        "people_told_by": None if counted.unit is None else counted.unit.name,
        "rows": {_year(year): _cell(cell) for year, cell in table.rows_by_year},
        "columns": [_column(column) for column in table.columns],
        "key": None
        if table.key is None
        else {
            "columns": [column.name for column in counted.key],
            "not_read_by_the_study": [column.name for column in counted.further],
            "states": _states(table.key),
        },
        "no_key_because": counted.no_key_why or None,
        "coverage": _facts(held.coverage),
        "lag": _facts(table.lag),
        "lag_unknown": table.lag_unknown or None,
        "first_day": None if held.first_day is None else held.first_day.isoformat(),
        "last_day": None if held.last_day is None else held.last_day.isoformat(),
    }


def _column(column: ColumnQuality) -> dict[str, Any]:
    listed = column.listed
    form = form_of(column.column) if listed is None else None
    return {
        "column": column.column.name,
        "label": column.column.label,
        "code_list": None
        if listed is None
        else {"name": listed.name, "complete": listed.complete, "confidence": listed.confidence},
        "code_form": None
        if form is None
        else {
            "system": form.system,
            "words": form.words,
            "misses": form.misses,
            "confidence": form.confidence,
            "source": form.source,
        },
        "special": dict(column.special),
        "years": _by_year(column.years),
    }


def _by_year(years: Iterable[YearOfColumn]) -> dict[str, Any]:
    return {_year(one.year): _states(one) for one in years}


def _states(one: YearOfColumn) -> dict[str, Any]:
    most = None if one.most is None else {"found": one.most.state, "per_cent": one.most.per_cent}
    return {
        "rows": _cell(one.rows),
        "at_least": most,
        **{state.value: _cell(cell) for state, cell in one.states.items()},
    }


def _year(year: str) -> str:
    return "all" if year == ALL else year


def _facts(facts: Iterable[Fact]) -> list[dict[str, str]]:
    return [{"says": fact.text, "confidence": fact.confidence, "source": fact.source} for fact in facts]


def _cell(cell: SafeCell) -> dict[str, Any]:
    return (
        {"state": cell.state.value}
        if cell.count is None
        else {"state": cell.state.value, "count": cell.count}
    )
