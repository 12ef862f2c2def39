"""Writes docs/preparations, a page for each prepared source: ``python -m tests.project.preparation_pages``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cohort.catalogue import Catalogue, Prepared, load_catalogue, load_limits, shipped_binding
from cohort.catalogue.load_grounds import load_grounds
from cohort.explain.preparation import preparation_page

FOLDER = Path(__file__).parents[2] / "docs" / "preparations"
PROJECT = "sail9999"
OPENING = """\
# Preparation

What every analyst repeats before a table can be used is written once, in the operations of the language, and compiled
and tested like everything else. Each page says what is done, why, from which source, and its SQL. The tests work each
of them out once more with other code, on rows made by hand.

Written by `python -m tests.project.preparation_pages` from the catalogue and the compiler: do not edit.
`cohort catalogue show NAME --sql` shows the same in a terminal.

"""


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    catalogue, grounds, limits = load_catalogue(), load_grounds(), load_limits()
    binding = shipped_binding(PROJECT)
    found = {
        f"{name}.md": preparation_page(catalogue, grounds, limits, name, binding)
        for name in catalogue.prepared
    }
    return {"README.md": _index(catalogue), **found}


def _index(catalogue: Catalogue) -> str:
    lines = [OPENING]
    for dataset, holding in catalogue.holdings.items():
        mine = [p for p in catalogue.prepared.values() if p.dataset == dataset]
        if mine:
            lines += [f"## {holding.title}", "", "| source | holds | for study files |", "|---|---|---|"]
            lines += [*map(_row, mine), ""]
    lines += ["## Tables without preparation", "", "| table | holds | why |", "|---|---|---|"]
    lines += [*_without(catalogue), ""]
    return "\n".join(lines)


def _row(prepared: Prepared) -> str:
    use = "yes" if prepared.offered else "a helper"
    return f"| [{prepared.name}]({prepared.name}.md) | {prepared.label} | {use} |"


def _without(catalogue: Catalogue) -> Iterator[str]:
    read = {prepared.start for prepared in catalogue.prepared.values()}
    for name, table in catalogue.tables.items():
        if name not in read:
            yield f"| `{name}` | {table.label} | {_WHY.get(name, _NOT_YET)} |"
    for name, outline in catalogue.outlines.items():
        yield f"| `{name}` | {outline.label} | none of its columns is public |"


_NOT_YET = "no preparation is written"
_WHY = {
    "eduw_schools": "schools are no unit of a study, and the language joins only rows of units",
    "cafw_relationships": "no relation of the language rests on it yet",
}


def write() -> None:
    """Write all pages, and remove those of sources that there are no more."""
    found = pages()
    FOLDER.mkdir(exist_ok=True)
    for old in sorted(FOLDER.glob("*.md")):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
