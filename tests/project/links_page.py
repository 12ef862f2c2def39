"""Writes docs/links.md, the entities and the links between them: ``python -m tests.project.links_page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cohort.catalogue.links import Conflict, EntityLink, load_links, studies_that_count
from cohort.catalogue.model import Fact
from cohort.diagnostics.listed import listed
from cohort.lookup.of_links import KEPT, filter_words

PAGE = Path(__file__).parents[2] / "docs" / "links.md"
OPENING = """\
# Entities and links

What records are about, and what ties the records of one to those of another. Each fact has its confidence:
[how sure a fact is](catalogue.md#how-sure-a-fact-is). Written from the files in `src/cohort/catalogue/links`; sources
stand there and in `cohort catalogue show NAME`.

- `cohort catalogue links` lists entities and links; `cohort catalogue show child_person_improved` shows one.
- Keys of two projects never join.

## Contradictions and where they are counted

Where two links contradict each other a rule decides, always the same. Nothing is settled in silence: each contradiction
says where it is counted, or why it is not.

- *A report on links* is written by every run, as `linkage_of_…`, for each source that a map brings to the unit. Its row
  `conflicting` counts keys that the map gives several units.
- *A study that counts* comes with the catalogue, for what reports do not see:
  {studies}.
  `cohort catalogue count {first} > {first}.yaml` writes one of them. It is checked, run and
  turned into SQL as every study is, and its tables are protected by its disclosure policy.
  `data_from` and `data_until` in it are to be set to what a project's data hold.

## Entities

| entity | is | unit of studies | confidence |
|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    known, studies = load_links(), studies_that_count()
    opening = OPENING.format(studies=listed([f"`{name}`" for name in studies]), first=studies[0])
    yield opening.rstrip("\n")
    for entity in known.entities.values():
        unit = f"`{entity.unit}`" if entity.unit else ""
        yield f"| {entity.title} | {entity.says} | {unit} | {entity.confidence} |"
    yield from (
        "",
        "The columns that stand for each, table by table, are shown by `cohort catalogue show`.",
        "",
    )
    for entity in known.entities.values():
        yield from _facts(f"*{entity.title[0].upper()}{entity.title[1:]}.* ", entity.known)
    for link in known.links.values():
        yield from _link(link)


def _link(link: EntityLink) -> Iterator[str]:
    yield from ("", f"## {link.title}", "", f"`{link.id}`, {link.confidence}. {link.says}", "")
    yield from ("| table | from | to | confidence |", "|---|---|---|---|")
    for way in link.ways:
        to = _columns(way.to) + (f" of `{way.to_table}`" if way.to_table else "")
        yield f"| `{way.table}` | {_columns(way.start)} | {to} | {way.confidence} |"
    yield ""
    if link.prepared:
        yield f"Used by the preparation of {_columns(link.prepared)}."
    else:
        yield f"Not used. {link.not_prepared}"
    yield ""
    yield from _facts("", link.known)
    if link.statuses is not None:
        usual = link.statuses
        yield from ("", f"**{filter_words(usual)}** {usual.says} Use `{usual.by}`.", "")
        yield f"| found through | match statuses | kept by {listed(usual.usual)} | confidence |"
        yield "|---|---|---|---|"
        for one in usual.of:
            values = "none: missing" if one.missing else ", ".join(one.values) or "not stated"
            yield f"| `{one.code}` | {values} | {KEPT[one.kept_by(usual.usual)]} | {one.confidence} |"
    if link.conflicts:
        yield from ("", "| contradiction | rule | counted |", "|---|---|---|")
        yield from (_conflict(conflict) for conflict in link.conflicts)
        others = [fact for conflict in link.conflicts for fact in conflict.others]
        if others:
            yield ""
            yield from _facts("*Elsewhere.* ", tuple(dict.fromkeys(others)))


def _conflict(conflict: Conflict) -> str:
    counted = [
        f"row `conflicting` of `linkage_of_{one.report}`, unit `{one.unit}`"
        if one.report
        else f"`{one.output}` of `{one.study}`"
        for one in conflict.counted
    ]
    steps = f" ({_columns(conflict.done_by)})" if conflict.done_by else ""
    where = "; ".join(counted) or f"not counted: {conflict.not_counted}"
    return f"| {conflict.says} | {conflict.rule}{steps} | {where} |"


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _facts(before: str, facts: tuple[Fact, ...]) -> Iterator[str]:
    for fact in facts:
        yield f"- {before}{fact.text} ({fact.confidence})"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
