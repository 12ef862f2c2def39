"""Counts beside published figures, and link reports, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.quality.markdown_parts import bullets, cell_of, line, once, share_of, sub, table_of
from cohort.quality.statement import Compared, ComparisonMade, Statement, difference
from cohort.results.model import SafeCell

_GRADES = {
    "A": "the publisher's own page",
    "B": "a page that quotes the publisher",
    "C": "read from a run-together table, or the year worked out",
    "D": "computed",
}


def comparison_lines(statement: Statement, made: ComparisonMade) -> Iterator[str]:
    """Yield one published series beside the counts of it."""
    measure = made.comparison.measure
    yield from sub(f"{measure.words}: counted and published")
    yield f"Counted in {measure.table}: {measure.counted_words}. {measure.note}"
    yield ""
    rows = []
    for one in made.years:
        newest, *older = one.figures
        near = f" (to the nearest {newest.rounding})" if newest.rounding else ""
        rows.append(
            (
                one.year,
                _counted(statement, one),
                f"{newest.value:,}{near}",
                _difference(one, statement.symbol),
                _of_published(one.count, newest.value, statement.symbol),
                ", ".join(f"{figure.value:,} ({figure.published})" for figure in older) or "none",
                f"{line(newest.title)}, {newest.publisher}, {newest.published}; grade {newest.grade}; "
                f"<{newest.address}>",
            )
        )
    heads = (
        "Year",
        "Counted",
        "Published",
        "Difference",
        "Counted of published",
        "Earlier publications",
        "Source",
    )
    yield from table_of(heads, rows)
    figures = [figure for one in made.years for figure in one.figures]
    years, compared = made.comparison.table.years, set(made.comparison.years)
    lacking = [years.label(str(year)) for year in years.each if year not in compared] if years else []
    yield from bullets(
        ([f"No published figure is at hand for {', '.join(lacking)}."] if lacking else [])
        + [f"Definition: {line(text)}" for text in once(figure.definition for figure in figures)]
        + [f"Grade {grade}: {_GRADES[grade]}." for grade in sorted({figure.grade for figure in figures})]
    )


def link_lines(statement: Statement) -> Iterator[str]:
    """Yield the link reports of the study, or why there are none."""
    yield from sub("Linkage")
    links = statement.links
    if isinstance(links, str):
        yield f"The study's own results are not at hand, and with them its link reports: {links}."
        yield ""
        return
    if not links:
        yield "The study links no source by a key, so there is nothing to report."
        yield ""
        return
    for link in links:
        yield f"{line(link.title)}. Counted: {line(link.counted)}, as in the study's own results."
        yield ""
        yield from table_of(
            ("", "Count", "Share"),
            [
                (label, cell_of(cell, statement.symbol), share_of(cell, link.total, statement.symbol))
                for label, cell in link.states
            ],
        )


def _counted(statement: Statement, one: Compared) -> str:
    if not one.near:
        return cell_of(one.count, statement.symbol)
    return f"{statement.symbol} (less than {statement.threshold} from a published figure)"


def _difference(one: Compared, symbol: str) -> str:
    found = difference(one)
    return symbol if found is None else f"{found:+,}"


def _of_published(count: SafeCell, published: int, symbol: str) -> str:
    if count.count is None:
        return symbol
    return f"{100 * count.count / published:.0f}%"
