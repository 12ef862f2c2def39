"""The end of a data-quality statement as Markdown: what is not counted, and how counts are protected."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.quality.description import YearKind
from cohort.quality.forms import form_of
from cohort.quality.load import load_knowledge
from cohort.quality.markdown_parts import bullets, line
from cohort.quality.statement import Statement
from cohort.types import Kind


def not_counted(statement: Statement) -> Iterator[str]:
    """Yield what the statement does not count, and why."""
    found = [f"{left.measure.words}: {left.why}." for left in statement.not_compared]
    for table in statement.tables:
        for column in table.columns:
            system = column.column.code_system
            formed = form_of(column.column) is not None
            if column.listed is None and not formed and (system or column.column.type.kind is Kind.CODE):
                named = f", codes of {line(system)}," if system else ""
                found.append(
                    f"Codes in `{table.table.name}.{column.column.name}`{named} are not checked: the catalogue has "
                    "neither a list of them nor a form of whole codes."
                )
        years = table.table.years
        if years is not None and years.kind is YearKind.DAY and table.table.start is not None:
            found.append(f"Spells of {table.table.name} are counted in the year in which they begin only.")
        unit = table.table.unit
        if unit is not None and unit.name not in load_knowledge().people:
            found.append(
                f"People in {table.table.name}: its rows are told apart by `{unit.name}`, which is no identifier "
                "of people, and several can be of one person."
            )
        if unit is None:
            found.append(
                f"The study reads no identifier of {table.table.name}, so that its counts are protected as rows."
            )
    found.append(
        f"{statement.undecided} known limits of which the spec does not show whether they concern the study: "
        "`cohort check SPEC --notes --tags` names them."
    )
    yield from bullets(found)


def protection(statement: Statement) -> Iterator[str]:
    """Yield how the counts of the statement are protected."""
    yield from bullets([f"Policy: `{statement.policy}`", *map(line, statement.policy_words)])
    yield from bullets(
        [
            "No two shown counts of one year, or of the whole, differ by less than the threshold, unless they are "
            "parts of one total; of two such counts one is hidden. The same holds for sums of counts of one column "
            "and for what they leave of the rows.",
            "Nor does a count differ so little from the size of a group in the release of the study itself, "
            "or the size of a table from any count of it."
            if not isinstance(statement.links, str)
            else "**The statement was not held against the study's own release. Before both go out, an output "
            "checker must see them together.**",
            "What is said of hidden counts leaves them room for at least twice the threshold.",
        ]
    )
    yield "Shares are worked out from shown counts. People behind a count are told by an identifier of the table;"
    yield "rows without it are taken for one person's."
    yield ""
