"""What all kinds of output share: title, labels, who is in the denominator, and a table of counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cohort.query.study import GROUP, CountOutput
from cohort.query.values import Compare, Literal, Value, VariableValue
from cohort.resolve.axes import Axes
from cohort.resolve.categories import conjuncts
from cohort.resolve.written import Reader, flat, title_of
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Output as Written

MOST_VARIABLES = 3
"""Variables that one table is counted by: what fits on a page and can be protected."""


@dataclass(frozen=True)
class Among:
    """Who is in the denominator of an output, as every kind of output holds it."""

    among: Value | None
    among_words: str = ""
    conditions: frozenset[str] = field(default_factory=frozenset)
    fixed: tuple[tuple[str, str], ...] = ()


def read_among(axes: Axes, written: Written) -> Among | None:
    """Read ``among``; None after a problem."""
    if written.among is None:
        return Among(None)
    names = axes.names
    among = names.condition(written.among, f"outputs.{written.name.text}")
    if among is None:
        return None
    parts = conjuncts(among)
    fixed = tuple(
        (part.left.name, str(part.right.value))
        for part in parts
        if isinstance(part, Compare)
        and part.op == "="
        and isinstance(part.left, VariableValue)
        and isinstance(part.right, Literal)
    )
    return Among(among, names.words(among), frozenset(names.words(part) for part in parts), fixed)


def read_by(
    axes: Axes, written: Written, most: int, *, least: int = 1, splits: bool = False
) -> tuple[str, ...] | None:
    """Read what a table is counted by, with ``splits`` also splits of person-time; None after a problem."""
    name, at = written.name.text, f"outputs.{written.name.text}"
    read = axes.split_or_variable if splits else axes.variable
    by = [found for node in written.by if (found := read(node, at)) is not None]
    if len(by) < len(written.by):
        return None
    if not least <= len(by) <= most:
        wanted = f"{least} to {most}" if least < most else str(most)
        axes.names.diagnostics.add(
            "DIS904", written.name.place, at=at, output=name, count=len(by), wanted=wanted
        )
        return None
    return tuple(by)


def each_once(axes: Axes, written: Written, nodes: Iterable[ScalarNode]) -> bool:
    """Report a name that stands twice in a list."""
    seen: set[str] = set()
    for node in nodes:
        if node.text in seen:
            reader = Reader(axes.names.diagnostics, f"outputs.{written.name.text}")
            reader.wrong(node, "by", "a list in which no name stands twice", "by: [sex, year_of_entry]")
            return False
        seen.add(node.text)
    return True


def title(written: Written) -> str:
    """Return the title of an output."""
    return flat(written.title) or title_of(written.name.text)


def label_of(axes: Axes, name: str) -> str:
    """Return the label of a variable as it stands within a title."""
    labels = {v.name.text: v.label.text for v in axes.names.setting.spec.variables if v.label}
    label = "group" if name == GROUP else labels.get(name, name.replace("_", " "))
    return label[:1].lower() + label[1:]


def count_table(
    axes: Axes, written: Written, name: str, by: tuple[str, ...], among: Among, suffix: str = ""
) -> CountOutput:
    """Return a table of counts of entries."""
    return CountOutput(
        id=name,
        title=title(written) + suffix,
        by=by,
        impossible=axes.impossible(by, among.among),
        origin=axes.names.setting.origin(written.name.place),
        **vars(among),
    )
