"""The pages of prepared sources: what each step does, why, from which source, in operations and in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cohort.catalogue import Binding, Catalogue, KnownLimit, Preparation, Prepared
from cohort.catalogue.load_grounds import Grounds
from cohort.resolve.prepared import Asked, prepared_for, units_of
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.sql.model import DialectName
from cohort.sql.prepared import prepared_sql

_NO_GROUND = "no source is recorded for this step"
_ENGINE = DialectName.DB2


def preparation_sql(
    catalogue: Catalogue, name: str, dialect: DialectName, binding: Binding, asked: Asked | None = None
) -> Mapping[str, str]:
    """Return the SQL of a prepared source by unit; where two units have the same, under the first of them only."""
    found: dict[str, str] = {}
    for unit in units_of(catalogue.prepared[name], catalogue):
        definitions = prepared_for(catalogue, name, unit, asked)
        text = prepared_sql(definitions, unit, dialect, binding.for_engine(dialect))
        if text not in found.values():
            found[unit] = text
    return found


def preparation_page(
    catalogue: Catalogue, grounds: Grounds, limits: Iterable[KnownLimit], name: str, binding: Binding
) -> str:
    """Return the page of a prepared source as Markdown; pages of other sources are linked as files beside it."""
    prepared = catalogue.prepared[name]
    lines = [f"# {name}", "", *_opening(catalogue, prepared), "", "## Steps", ""]
    for number, step in enumerate(prepared.steps, start=1):
        lines += [*_step(number, step, grounds, prepared), ""]
    if not prepared.steps:
        lines += ["The rows are used as they are.", ""]
    seen_to = [
        f"- `{limit.id}`, by {', '.join(f'`{step}`' for step in mine)}: {limit.message}"
        for limit in limits
        if (mine := [part for part in limit.handled_by if part.partition(".")[0] == name])
    ]
    if seen_to:
        lines += ["## Known limits of the data that it sees to", "", *seen_to, ""]
    lines += _sql(preparation_sql(catalogue, name, _ENGINE, binding), binding.name)
    return "\n".join(lines)


def _opening(catalogue: Catalogue, prepared: Prepared) -> Iterator[str]:
    yield f"{prepared.label}; {prepared.grain}."
    yield ""
    use = "study files can name it" if prepared.offered else "a helper: other sources rest on it"
    yield f"- Use: {use}"
    yield f"- Dataset: {catalogue.holdings[prepared.dataset].title}"
    yield f"- Made from: {', '.join(_start(catalogue, start) for start in prepared.union or (prepared.start,))}"
    units = units_of(prepared, catalogue)
    yield f"- For studies of: {', '.join(units)}"
    if prepared.spell is not None:
        yield f"- Spells: from `{prepared.spell[0]}` until `{prepared.spell[1]}`, the first day outside"
    if prepared.seen_while:
        yield f"- Seen only while: {_link(prepared.seen_while)}"
    rests = {d.name for unit in units for d in prepared_for(catalogue, prepared.name, unit)[:-1]}
    if rests:
        yield f"- Rests on: {', '.join(_link(other) for other in sorted(rests))}"


def _start(catalogue: Catalogue, name: str) -> str:
    table = catalogue.tables.get(name)
    if table is None:
        return _link(name)
    physical = f"`{table.physical}`" if table.physical else "its physical name is not known"
    return f"`{name}` ({physical}, a name that is {table.physical_confidence}): {table.label}"


def _link(name: str) -> str:
    return f"[{name}]({name}.md)"


def _step(number: int, step: Preparation, grounds: Grounds, prepared: Prepared) -> Iterator[str]:
    ground = grounds.get((prepared.name, step.id))
    only = f" (studies of the unit {step.only_for} only)" if step.only_for else ""
    yield f"{number}. **{step.id}**{only}: {step.words}."
    yield f"   - Why: {step.why}"
    source = f"{_NO_GROUND} (unknown)" if ground is None else f"{ground.source} ({ground.confidence})"
    yield f"   - Source: {source}"
    yield ""
    yield "   ```yaml"
    for key, value in step.operation:
        yield from (f"   {line}" for line in _operation(key.text, value))
    yield "   ```"


def _operation(key: str, value: Node) -> Iterator[str]:
    """Yield the lines of an operation, in the form in which a study would write it."""
    if isinstance(value, MapNode) and key == "add":
        yield f"{key}:"
        yield from (f"  {name.text}: {_inline(item)}" for name, item in value)
    else:
        yield f"{key}: {_inline(value)}"


def _inline(node: Node) -> str:
    match node:
        case ScalarNode():
            return " ".join(node.text.split())
        case ListNode():
            return f"[{', '.join(_inline(item) for item in node.items)}]"
        case MapNode():
            return "{" + ", ".join(f"{key.text}: {_inline(item)}" for key, item in node) + "}"


def _sql(found: Mapping[str, str], binding: str) -> Sequence[str]:
    asked = Asked()
    statuses = ", ".join(str(status) for status in asked.accept_status)
    lines = [
        "## SQL",
        "",
        f"For {_ENGINE.label}, with the names of the project `{binding}`, for a study from {asked.data_from} to "
        f"{asked.data_until} that accepts the match statuses {statuses} and improved links of "
        f"{', '.join(asked.derived)}. Statements that make the tables are left out. A study's own script has its id "
        "in place of `study`, and only the columns that it uses.",
        "",
    ]
    for unit, text in found.items():
        if len(found) > 1:
            lines += [f"### For studies of the unit {unit}", ""]
        lines += ["```sql", text.rstrip("\n"), "```", ""]
    return lines
