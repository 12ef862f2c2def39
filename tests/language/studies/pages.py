"""Reads the pages of whole small studies, and makes of each section a study over the tables of its page.

The pages look like those of the folder above: prose with fenced blocks, those before the first ``##`` for all sections.

- ``rows NAME``: a source, with the flags of the pages above. ``last-day=2005-06-30`` says until when it is held. The
  table ``children`` has the births, and a column ``death_date`` is a date of death.
- ``codelist NAME``: lines ``code,label``.
- ``figures NAME area=A time=T time_is=calendar-year``: a context table, as CSV.
- ``study``: sections of a spec, written as in a study file. Several blocks are put together, so that a page says once
  what its sections share: definitions and variables add up, any other section replaces the one before. What every spec
  has besides (title, sources, policy) is added; the data are from 2000-01-01 until 2020-12-31, or as in
  ``study 2004-01-01 2005-12-31``. Without outputs, the flow is the only one.

What is expected, in any order of lines; columns that are not listed are not compared:

- ``expect members``: those whom tables count, with index date and variables; with peers also ``group`` and
  ``set`` (the child of the case).
- ``expect person-time``: ``child``, ``from``, ``until`` (not included), and the categories of the splits.
- ``expect table NAME``: the cells of a table with anyone in them (an output, or ``matched_sets``).
- ``expect error CODE``: that the study is refused, with the headline.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cohort.catalogue import Catalogue, HeldColumn, HeldTable, Preparation, Prepared, Unit
from cohort.diagnostics import Diagnostics
from cohort.query.study import Study
from cohort.resolve.study import resolve_study
from cohort.source import Source
from cohort.source.nodes import MapNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.read import read_spec

from ..pages import UNIT, Block, HeldRows, Section, held_rows

_OPENING = """cohort_spec: 1
study:
  id: study_of_a_page
  title: Study of a page
  question: What does the language mean?
  unit: child
  data_from: {first}
  data_until: {last}
sources:
{sources}
{context}
{codelists}
"""
_FLOW = "  flow_of_children:\n    attrition: population\n"


class StudyRefused(Exception):
    """A study with errors: code and headline of the first."""

    def __init__(self, code: str, headline: str) -> None:
        super().__init__(f"{code}: {headline}")
        self.code = code
        self.headline = headline


@dataclass(frozen=True)
class Written:
    """A section as written: its sources with the last day of each, its files, the spec, and what is expected."""

    held: Mapping[str, HeldRows]
    last_days: Mapping[str, datetime.date]
    files: Mapping[str, str]
    spec: str
    expected: tuple[Block, ...]


def read_section(section: Section) -> Written:
    """Read a section of a page."""
    held: dict[str, HeldRows] = {}
    last_days: dict[str, datetime.date] = {}
    codelists: dict[str, str] = {}
    figures: dict[str, tuple[dict[str, str], str]] = {}
    texts: list[str] = []
    dates = ("2000-01-01", "2020-12-31")
    expected: list[Block] = []
    for block in section.blocks:
        match block.words:
            case ("rows", name, *flags):
                for flag in flags:
                    if flag.startswith("last-day="):
                        last_days[name] = datetime.date.fromisoformat(flag.partition("=")[2])
                words = tuple(word for word in block.words if not word.startswith("last-day="))
                held[name] = held_rows(Block(words, block.text))
            case ("figures", name, *settings):
                figures[name] = (dict(setting.split("=") for setting in settings), block.text)
            case ("codelist", name):
                codelists[name] = block.text
            case ("study", first, last):
                dates = (first, last)
                texts.append(block.text)
            case ("study",):
                texts.append(block.text)
            case ("expect", "members" | "person-time") | ("expect", "table" | "error", _):
                expected.append(block)
            case _:
                raise ValueError(f"no block {block.words}")
    sections = _together(texts)
    lists = "".join(f"  {name}: {name}.csv\n" for name in codelists)
    context = "".join(_context(name, settings, text) for name, (settings, text) in figures.items())
    files = {name: "code,label\n" + text for name, text in codelists.items()}
    files |= {name: text for name, (_, text) in figures.items()}
    opening = _OPENING.format(
        first=dates[0],
        last=dates[1],
        sources="".join(f"  {name}: It is needed\n" for name in held),
        context=f"context:\n{context}" if context else "",
        codelists=f"codelists:\n{lists}" if lists else "",
    )
    sections.setdefault("outputs", _FLOW)
    text = "".join(f"{name}:\n{body}" for name, body in sections.items())
    return Written(held, last_days, files, f"{opening}{text}disclosure: sail\n", tuple(expected))


def _context(name: str, settings: Mapping[str, str], text: str) -> str:
    """Return a context table of a spec."""
    given = {
        "file": f"{name}.csv",
        "source": "A page",
        "licence": "none",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "why": "It is needed",
        **{key: value.replace("-", " ") for key, value in settings.items()},
    }
    return f"  {name}:\n" + "".join(f"    {key}: {value}\n" for key, value in given.items())


def _together(texts: Sequence[str]) -> dict[str, str]:
    """Return the text of each section of a spec from blocks that may each hold a part of it."""
    sections: dict[str, str] = {}
    for text in texts:
        name = ""
        for line in text.splitlines(keepends=True):
            if line.startswith(" "):
                sections[name] += line
            else:
                name = line.strip().removesuffix(":")
                sections[name] = sections.get(name, "") if name in ("definitions", "variables") else ""
    return sections


def study_of(written: Written, folder: Path) -> Study:
    """Resolve the study of a section; its files are written to ``folder``."""
    for name, text in written.files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    diagnostics = Diagnostics()
    source = Source("page.yaml", written.spec)
    nodes = read_nodes(source, diagnostics)
    spec = None if nodes is None or diagnostics.has_errors else read_spec(nodes, diagnostics)
    study = None
    if spec is not None and not diagnostics.has_errors:
        study = resolve_study(spec, source, catalogue_of(written), folder, diagnostics)
    for item in diagnostics:
        if item.rule.severity == "error":
            raise StudyRefused(item.rule.code, item.headline)
    assert study is not None
    return study


def catalogue_of(written: Written) -> Catalogue:
    """Return a catalogue of nothing but the tables of a page."""
    tables = {name: _table(held, written.last_days.get(name)) for name, held in written.held.items()}
    prepared = {name: _prepared(name, held) for name, held in written.held.items()}
    unit = Unit(UNIT, "children", "child", ("children", "week_of_birth"))
    return Catalogue(tables, prepared, {}, {UNIT: unit})


def _table(held: HeldRows, last_day: datetime.date | None) -> HeldTable:
    table = held.table
    columns = tuple(
        HeldColumn(c.name, c.physical, c.type, c.name, "none", "certain", c.name == "death_date")
        for c in table.columns
    )
    name = table.table
    return HeldTable(
        name, name, "certain", name, "row", table.key, columns, None, None, "page", "", None, last_day
    )


def _prepared(name: str, held: HeldRows) -> Prepared:
    texts = [f"as_unit: {{unit: {UNIT}}}"]
    texts += ["spell: {start: start_date, until: until}"] if held.spell else []
    texts += [f"one_per: [{UNIT}]"] if held.one_per_unit else []
    steps = [_operation(text) for text in texts]
    preparation = tuple(
        Preparation(f"s{number}", step, "words", "why", step.place) for number, step in enumerate(steps)
    )
    return Prepared(name, name, "row", name, preparation, True, held.spell, "page", steps[0].place)


def _operation(text: str) -> MapNode:
    node = read_nodes(Source("page", text), Diagnostics())
    assert node is not None
    return node


def lines_of(text: str) -> list[dict[str, str]]:
    """Return the lines of a table of text by column."""
    header, *lines = ([cell.strip() for cell in line.split("|")] for line in text.splitlines())
    return [dict(zip(header, line, strict=True)) for line in lines]


def in_columns(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return some columns of rows, in an order of their own."""
    return sorted(tuple(row[column] for column in columns) for row in rows)
