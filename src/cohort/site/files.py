"""All files of the site, from everything that is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files as package_files
from itertools import groupby

from cohort.lookup.doubts import doubts_sheet
from cohort.lookup.find import sheet_of
from cohort.lookup.known import Known, Named
from cohort.lookup.lists import caveats_sheet, datasets_sheet, overview_sheet
from cohort.lookup.lists_of_areas import areas_sheet, figures_sheet
from cohort.lookup.of_disagreements import disagreements_sheet
from cohort.lookup.of_links import links_sheet
from cohort.lookup.search import make_index
from cohort.lookup.sheet import Ref, Sheet, Sort
from cohort.outputs.folder import MANIFEST, FolderKind
from cohort.site.addresses import file_of
from cohort.site.diagram import Diagram, diagram_of_outline, diagram_of_table
from cohort.site.render import render
from cohort.site.search_data import search_data
from cohort.site.shelves import gaps_sheet, shelf
from cohort.version import __version__

PAGES = FolderKind("cohort catalogue site 1", "page", "pages")
MENU = (
    ("index.html", "Overview"),
    ("search.html", "Search"),
    ("datasets.html", "Datasets"),
    ("tables.html", "Tables"),
    ("sources.html", "Sources for studies"),
    ("codes.html", "Code lists"),
    ("codelists.html", "Codelists for studies"),
    ("caveats.html", "Caveats"),
    ("series.html", "Published series"),
    ("themes.html", "Themes"),
    ("publishers.html", "Publishers"),
    ("entities.html", "Entities"),
    ("links.html", "Links"),
    ("areas.html", "Areas"),
    ("figures.html", "Figures for studies"),
    ("gaps.html", "Gaps"),
    ("doubts.html", "Doubts"),
    ("disagreements.html", "Disagreements"),
    ("names.html", "All names"),
)
_SHELF = {
    Sort.DATASET: "datasets.html",
    Sort.TABLE: "tables.html",
    Sort.SOURCE: "sources.html",
    Sort.CODES: "codes.html",
    Sort.CAVEAT: "caveats.html",
    Sort.SERIES: "series.html",
    Sort.THEME: "themes.html",
    Sort.PUBLISHER: "publishers.html",
    Sort.ENTITY: "entities.html",
    Sort.LINK: "links.html",
    Sort.GEOGRAPHY: "areas.html",
    Sort.AREA: "areas.html",
    Sort.FIGURES: "figures.html",
    Sort.CODELIST: "codelists.html",
}
"""The page of the menu on which a sort of things is listed."""

_OF_COMMANDS = {
    "datasets --published": "series.html",
    "show TABLE.COLUMN": "names.html#column",
    "codes COLUMN": "codes.html",
    "show THEME": "gaps.html",
    "show CODE": "areas.html",
}
"""The page that stands for a command of the overview, where it has another name than the command."""
_OF_COUNTS = {
    "tables": "tables.html",
    "tables of which no column is known": "tables.html",
    "codelists for studies": "codelists.html",
    "sources for study files": "sources.html",
    "themes": "themes.html",
    "places that publish": "publishers.html",
    "entities": "entities.html",
    "areas": "names.html#area",
}
"""The page of things that a command shows by their names."""


def page_of_count(what: str, command: str) -> str:
    """Return the page on which what the overview counts is listed."""
    own = command.removeprefix("cohort catalogue ")
    return _OF_COUNTS.get(what) or _OF_COMMANDS.get(own) or f"{own}.html"


def site_files(known: Known) -> dict[str, bytes]:
    """Return the site: file names with their bytes, the same for the same catalogue, with a manifest of all."""
    written = dict(_pages(known))
    static = package_files("cohort.site").joinpath("static")
    for name in ("search.js", "site.css"):
        written[name] = static.joinpath(name).read_text(encoding="utf-8")
    written["search_index.js"] = search_data(make_index(known))
    files = {name: text.encode("utf-8") for name, text in sorted(written.items())}
    return {**files, MANIFEST: _manifest(files)}


def _manifest(files: dict[str, bytes]) -> bytes:
    manifest = {
        "format": PAGES.form,
        "version": __version__,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(manifest, indent=2) + "\n").encode("utf-8")


def _pages(known: Known) -> Iterator[tuple[str, str]]:
    yield _sheets("index.html", [overview_sheet(known)], intro=_welcome())
    yield _render("search.html", "search.html.jinja", "Search", sorts=[sort.value for sort in Sort])
    yield _sheets("datasets.html", [datasets_sheet(known)])
    yield _sheets("series.html", [datasets_sheet(known, published=True)])
    yield _sheets("caveats.html", [caveats_sheet(known)])
    yield _sheets("doubts.html", [doubts_sheet(known)])
    yield _sheets("gaps.html", [gaps_sheet(known)])
    yield _sheets("disagreements.html", [disagreements_sheet(known)])
    yield _sheets("areas.html", [areas_sheet(known)])
    yield _sheets("figures.html", [figures_sheet(known)])
    yield _sheets("links.html", [links_sheet(known)])
    for name, sort, title in (
        ("tables.html", Sort.TABLE, "Tables"),
        ("sources.html", Sort.SOURCE, "Sources for study files"),
        ("codes.html", Sort.CODES, "Code lists"),
        ("codelists.html", Sort.CODELIST, "Codelists for studies"),
        ("themes.html", Sort.THEME, "Themes"),
        ("publishers.html", Sort.PUBLISHER, "Places that publish"),
        ("entities.html", Sort.ENTITY, "Entities"),
    ):
        yield _sheets(name, [shelf(known, sort, title)])
    yield _render("names.html", "names.html.jinja", "All names", groups=_groups(known))
    for thing in known.named:
        if thing.ref.of == thing.ref:
            sheet = sheet_of(known, thing.ref)
            yield _sheets(
                file_of(thing.ref), [sheet], _SHELF[thing.ref.sort], diagram=_diagram(known, thing.ref)
            )


def _welcome() -> tuple[str, ...]:
    return (
        "What is known of the data for which researchers apply: tables, columns, codes, links, caveats and published "
        "series, each fact with its confidence and source.",
    )


def _groups(known: Known) -> list[tuple[str, list[Named]]]:
    return [
        (sort.value, sorted((thing for thing in things), key=lambda thing: thing.ref.name.lower()))
        for sort, things in groupby(known.named, key=lambda thing: thing.ref.sort)
    ]


def _diagram(known: Known, ref: Ref) -> Diagram | None:
    if ref.sort is not Sort.TABLE:
        return None
    if ref.name in known.catalogue.tables:
        return diagram_of_table(known.catalogue.tables[ref.name], known.catalogue)
    return diagram_of_outline(known.catalogue.outlines[ref.name])


def _sheets(
    name: str,
    sheets: list[Sheet],
    current: str = "",
    *,
    intro: tuple[str, ...] = (),
    diagram: Diagram | None = None,
) -> tuple[str, str]:
    first = sheets[0]
    title = first.title
    if first.ref is not None:
        own = f": {title}" if title != first.ref.name else ""
        title = f"{first.ref.sort.value} {first.ref.name}{own}"
    return _render(
        name, "sheet.html.jinja", title, current or name, sheets=sheets, intro=intro, diagram=diagram
    )


def _render(name: str, template: str, title: str, current: str = "", **parts: object) -> tuple[str, str]:
    text = render(
        template,
        name=name,
        title=title,
        current=current or name,
        menu=MENU,
        page_of_count=page_of_count,
        **parts,
    )
    return name, text
