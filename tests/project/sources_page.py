"""Writes docs/sources.md, the columns and codes of every source: ``python -m tests.project.sources_page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cohort.catalogue import Catalogue, Prepared, load_catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.rows import Shape
from cohort.resolve.definitions import Names
from cohort.resolve.setting import read_setting
from cohort.source import Source
from cohort.source.nodes import MapNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.read import read_spec

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
OPENING = """\
# Sources

What each source holds once it is prepared: `cohort explain` says how. A column of codes names its list; the lists
follow at the end. Written from the catalogue; names of physical tables and how sure they are stand there.
"""


def shapes(catalogue: Catalogue, unit: str) -> dict[str, Shape]:
    """Return what the sources that can be brought to a unit look like."""
    offered = [p.name for p in catalogue.prepared.values() if p.offered and unit in (p.units or (unit,))]
    listed = "".join(f"  {name}: r\n" for name in offered)
    text = (
        f"cohort_spec: 1\nstudy: {{id: s, title: t, question: q, unit: {unit}, data_from: 2003-04-01, "
        "data_until: 2021-03-31}\nlinkage: {accept_status: [1, 4, 39], derived_alf: true, why: w}\n"
        f"sources:\n{listed}population: {{from: {offered[0]}, index_date: data_from}}\n"
        "outputs: {flow: {attrition: population}}\ndisclosure: sail\n"
    )
    diagnostics = Diagnostics()
    source = Source("sources.yaml", text)
    nodes = read_nodes(source, diagnostics)
    assert nodes is not None
    spec = read_spec(nodes, diagnostics)
    assert spec is not None, [item.headline for item in diagnostics]
    setting = read_setting(spec, source, catalogue, Path(), diagnostics)
    assert setting is not None, [item.headline for item in diagnostics]
    names = Names(setting)
    found = {}
    for key, _ in spec.sources:
        shape = names.shape_of(key.text, key.place)
        assert shape is not None, [item.headline for item in diagnostics]
        found[key.text] = shape
    return found


def page() -> str:
    """Return the page."""
    catalogue = load_catalogue()
    by_unit = {unit: shapes(catalogue, unit) for unit in catalogue.units}
    lines = [OPENING]
    used: dict[str, None] = {}
    for prepared in catalogue.prepared.values():
        found = {unit: of[prepared.name] for unit, of in by_unit.items() if prepared.name in of}
        if found:
            lines += list(_source(prepared, found, catalogue, used))
    lines += ["## Relations", ""]
    lines += [f"- `of: {relation.name}`: {relation.label}" for relation in catalogue.relations.values()]
    lines += ["", "## Codes", ""]
    for name in sorted(used):
        codes = catalogue.code_lists[name]
        lines += [f"### {name}", "", f"{codes.label}.", "", "| code | means |", "|---|---|"]
        lines += [f"| `{code}` | {label} |" for code, label in codes.codes.items()]
        lines.append("")
    return "\n".join(lines)


def _made(prepared: Prepared, catalogue: Catalogue) -> dict[str, str]:
    """Return what the columns are that the preparation makes, in the words of the step that makes them."""
    found: dict[str, str] = {}
    for name in (prepared.start, *prepared.union):
        if name in catalogue.prepared:
            found |= _made(catalogue.prepared[name], catalogue)
    for step in prepared.steps:
        added = step.operation.get("add")
        if isinstance(added, MapNode):
            found |= {key.text: f"{step.words[0].upper()}{step.words[1:]}" for key, _ in added}
    return found


def _source(
    prepared: Prepared, found: dict[str, Shape], catalogue: Catalogue, used: dict[str, None]
) -> Iterator[str]:
    labels = {
        column.name: column.label
        for table in catalogue.tables.values()
        if table.dataset == prepared.dataset
        for column in table.columns
    }
    made = _made(prepared, catalogue)
    yield f"## {prepared.name}"
    yield ""
    yield f"{prepared.label}; {prepared.grain}. For studies of {' and '.join(found)}."
    spell = next(iter(found.values())).spell
    if spell:
        yield f"Rows are spells from `{spell[0]}` until `{spell[1]}`."
    yield ""
    yield "| column | holds | what |"
    yield "|---|---|---|"
    seen: set[str] = set()
    for shape in found.values():
        for name, type_ in shape.columns:
            if name in seen or name in found:
                continue
            seen.add(name)
            codes = f" (`{type_.code_list}`)" if type_.code_list else ""
            used |= {type_.code_list: None} if type_.code_list else {}
            yield f"| `{name}` | {type_.human}{codes} | {labels.get(name) or made.get(name, '')} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
