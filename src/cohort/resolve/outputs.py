"""``outputs``: the tables that come out, each checked for what it counts, by what, and among whom."""

from __future__ import annotations

from collections.abc import Sequence

from cohort.query.outputs import ENTRIES, MATCHED_SETS, SETS
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AttritionOutput,
    CountOutput,
    Output,
    Style,
    SummaryOutput,
    Variable,
)
from cohort.resolve.axes import Axes
from cohort.resolve.rates import per_person_years, per_residents
from cohort.resolve.series import read_series
from cohort.resolve.tables import (
    MOST_VARIABLES,
    Among,
    count_table,
    each_once,
    label_of,
    read_among,
    read_by,
    title,
)
from cohort.resolve.written import Reader, flat
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Output as Written

SEVERAL_TABLES = "one table for each"
"""The layout that makes a table of its own for each variable."""


def read_outputs(axes: Axes) -> tuple[tuple[Output, ...], tuple[Variable, ...]]:
    """Resolve all outputs in order; also gives the variables that series need."""
    tables: list[Output] = []
    variables: list[Variable] = []
    taken = {MATCHED_SETS: "a table of every study with peers"} if axes.peers else {}
    for written in axes.names.setting.spec.outputs:
        made, further = _output(axes, written)
        for table in made:
            if table.id in taken:
                axes.names.diagnostics.add(
                    "NAM102",
                    written.name.place,
                    at=f"outputs.{written.name.text}",
                    name=table.id,
                    first=taken[table.id],
                    second="a table of this one",
                )
        taken |= {table.id: "a table of another output" for table in made}
        tables += made
        variables += further
    return tuple(tables), tuple(variables)


def _output(axes: Axes, written: Written) -> tuple[Sequence[Output], Sequence[Variable]]:
    among = read_among(axes, written)
    lists = (written.variables, written.by, written.events_by)
    if among is None or not all(each_once(axes, written, nodes) for nodes in lists):
        return (), ()
    match written.kind:
        case "attrition":
            return _attrition(axes, written), ()
        case "count":
            return _counts(axes, written, among), ()
        case "table_one" | "distribution":
            return _summary(axes, written, among), ()
        case "balance":
            return _balance(axes, written, among), ()
        case "rate" if written.of is not None and written.of.text in (
            axes.names.setting.unit.plural,
            ENTRIES,
        ):
            return [per_residents(axes, written, table) for table in _counts(axes, written, among)], ()
        case "rate":
            return per_person_years(axes, written, among), ()
        case "series":
            return read_series(axes, written, among)


def _attrition(axes: Axes, written: Written) -> list[Output]:
    assert written.of is not None
    names, peers = axes.names, axes.peers
    words = ("population", *([peers.name] if peers else []))
    word = Reader(names.diagnostics, f"outputs.{written.name.text}").word(written.of, "attrition", words)
    if word is None:
        return []
    origin = names.setting.origin(written.name.place)
    return [AttritionOutput(written.name.text, title(written), origin, word != "population")]


# Counts ---------------------------------------------------------------------------------------------------


def _counts(axes: Axes, written: Written, among: Among) -> list[CountOutput]:
    of = _counted(axes, written)
    if of is None:
        return []
    if of == SETS:
        return _matched_sets(axes, written)
    several = False
    if written.layout is not None:
        reader = Reader(axes.names.diagnostics, f"outputs.{written.name.text}")
        if reader.word(written.layout, "layout", (SEVERAL_TABLES,)) is None:
            return []
        several = True
    by = read_by(axes, written, max(len(written.by), 1) if several else MOST_VARIABLES)
    if by is None:
        return []
    name = written.name.text
    if not several:
        return [count_table(axes, written, name, by, among)]
    return [
        count_table(axes, written, f"{name}_by_{one}", (one,), among, f" by {label_of(axes, one)}")
        for one in by
    ]


def _counted(axes: Axes, written: Written) -> str | None:
    """Read what is counted: units where each has one entry, else entries; or matched sets."""
    assert written.of is not None
    node, at, unit = written.of, f"outputs.{written.name.text}", axes.names.setting.unit
    text = flat(node)
    if text == SETS and not axes.needs_peers(node, SETS, at):
        return None
    one_each = axes.peers is None and not axes.population.many
    if text == unit.plural and not one_each:
        axes.names.diagnostics.add(
            "GRN317", node.place, at=at, units=unit.plural, unit=unit.name, kind=written.kind
        )
        return None
    words = (unit.plural if one_each else ENTRIES, *([SETS] if axes.peers else []))
    return Reader(axes.names.diagnostics, at).word(node, written.kind, words)


def _matched_sets(axes: Axes, written: Written) -> list[CountOutput]:
    """A table of matched sets: they have nothing else that they could be counted by."""
    at = f"outputs.{written.name.text}"
    other = [node for node in written.by if node.text != PEERS_FOUND]
    other += [node for node in (written.among, written.layout) if node is not None]
    if other:
        axes.names.diagnostics.add("GRN321", other[0].place, at=at)
        return []
    origin = axes.names.setting.origin(written.name.place)
    nobody_left_out = Among(None)
    return [
        CountOutput(
            id=written.name.text,
            title=title(written),
            by=(PEERS_FOUND,),
            impossible=frozenset(),
            origin=origin,
            of_sets=True,
            **vars(nobody_left_out),
        )
    ]


# Summaries ------------------------------------------------------------------------------------------------


def _summary(axes: Axes, written: Written, among: Among) -> list[Output]:
    style = Style.TABLE_ONE if written.kind == "table_one" else Style.DISTRIBUTION
    by = read_by(axes, written, 1, least=0)
    variables = _summarised(axes, written, numbers_only=style is Style.DISTRIBUTION)
    if by is None or variables is None:
        return []
    return [_table_of(axes, written, style, variables, by[0] if by else None, among)]


def _balance(axes: Axes, written: Written, among: Among) -> list[Output]:
    at = f"outputs.{written.name.text}"
    variables = _summarised(axes, written, numbers_only=False)
    first = written.between[0]
    if not axes.needs_peers(first, "balance", at) or variables is None:
        return []
    groups = [category.value for category in axes.categories(GROUP) or ()]
    if sorted(node.text for node in written.between) != sorted(groups):
        reader = Reader(axes.names.diagnostics, at)
        example = f"between: [{', '.join(groups)}]"
        reader.wrong(first, "between", "the names of the population and of its peers", example)
        return []
    return [_table_of(axes, written, Style.BALANCE, variables, GROUP, among)]


def _summarised(axes: Axes, written: Written, *, numbers_only: bool) -> tuple[str, ...] | None:
    """Read the variables that a table summarises: numbers, or values with a list."""
    at = f"outputs.{written.name.text}"
    names = [name for node in written.variables if (name := _summarisable(axes, node, at, numbers_only))]
    return tuple(names) if len(names) == len(written.variables) else None


def _summarisable(axes: Axes, node: ScalarNode, at: str, numbers_only: bool) -> str | None:
    name = axes.known(node, at)
    if name is None:
        return None
    listed = axes.categories(name) is not None
    if not numbers_only if listed else axes.values[name].type.is_number:
        return name
    found = "a value with a list of categories" if listed else axes.values[name].type.human
    wanted = "numbers" if numbers_only else "numbers, yes-or-no values and values with a list of categories"
    axes.names.diagnostics.add("TYP244", node.place, at=at, name=node.text, found=found, wanted=wanted)
    return None


def _table_of(
    axes: Axes, written: Written, style: Style, variables: tuple[str, ...], by: str | None, among: Among
) -> SummaryOutput:
    return SummaryOutput(
        id=written.name.text,
        title=title(written),
        style=style,
        variables=variables,
        by=by,
        origin=axes.names.setting.origin(written.name.place),
        **vars(among),
    )
