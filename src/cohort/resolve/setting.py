"""What is known of a study before its names are looked up: its unit, dates, lists, windows and context tables."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cohort.catalogue import Catalogue, Unit
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_period
from cohort.language.tree import PeriodTree
from cohort.query.study import Codelist, ContextTable, Linkage, Origin
from cohort.query.values import Literal
from cohort.query.words import Words
from cohort.resolve.codelists import read_codelist
from cohort.resolve.context import read_context
from cohort.resolve.linkage import linkage_lists, read_linkage
from cohort.resolve.tags import read_tags
from cohort.resolve.written import Reader
from cohort.resolve.years import newest_return, return_of
from cohort.source import Place, Source
from cohort.spec.model import Spec
from cohort.types import DATE, WHOLE


@dataclass(frozen=True)
class Setting:
    """A spec, the catalogue, and what needs no other names. Problems go to ``diagnostics``."""

    spec: Spec
    source: Source
    catalogue: Catalogue
    diagnostics: Diagnostics
    unit: Unit
    data_from: datetime.date
    data_until: datetime.date
    codelists: Mapping[str, Codelist]
    windows: Mapping[str, PeriodTree]
    context: Mapping[str, ContextTable]
    linkage: Linkage | None
    tags: tuple[tuple[str, bool], ...]

    @property
    def file(self) -> str:
        """The spec's file as words and comments name it."""
        return _short(self.source.name)

    def origin(self, place: Place) -> Origin:
        """Return where something is written, as words and comments name it."""
        return Origin(_short(place.source.name), place.line)

    @cached_property
    def constants(self) -> dict[str, Literal]:
        """The study's dates by the names that expressions have for them."""
        return {"data_from": Literal(self.data_from, DATE), "data_until": Literal(self.data_until, DATE)}

    @cached_property
    def closing(self) -> dict[str, Literal]:
        """The constants that close spells: the newest return, and the day after its end."""
        newest = newest_return(self.data_until)
        return {
            "newest_return": Literal(newest, WHOLE),
            "open_until": Literal(datetime.date(newest // 100 + 1, 4, 1), DATE),
        }

    @cached_property
    def of_preparation(self) -> dict[str, Literal]:
        """The constants that the catalogue's preparation sees."""
        oldest = Literal(return_of(self.data_from), WHOLE)
        return self.constants | {"oldest_return": oldest, "newest_return": self.closing["newest_return"]}

    @cached_property
    def lists_of_preparation(self) -> Mapping[str, Codelist]:
        """The lists that the catalogue's preparation sees, beside the study's own."""
        return {**self.codelists, **linkage_lists(self.linkage)}

    @cached_property
    def code_lists(self) -> dict[str, dict[str, str]]:
        """Codes with labels of the catalogue's lists."""
        return {name: dict(found.codes) for name, found in self.catalogue.code_lists.items()}

    @cached_property
    def words(self) -> Words:
        """Words for values and rows, with the labels of codes and variables."""
        labels = {v.name.text: v.label.text for v in self.spec.variables if v.label}
        lists = self.catalogue.code_lists
        return Words(lambda name, code: lists[name].codes.get(code) if name in lists else None, labels)

    @property
    def hash(self) -> str:
        """The hash of everything that the spec says: its text, its codelists and its context tables."""
        digest = hashlib.sha256(self.source.text.encode())
        for codelist in self.codelists.values():
            digest.update(repr((codelist.name, codelist.codes, *codelist.further)).encode())
        for table in self.context.values():
            digest.update(repr((table.name, table.sha256)).encode())
        return digest.hexdigest()


def read_setting(
    spec: Spec, source: Source, catalogue: Catalogue, folder: Path, diagnostics: Diagnostics
) -> Setting | None:
    """Read what needs no other names. Returns None if the unit is not known."""
    node = spec.study.unit
    unit = catalogue.units.get(node.text)
    if unit is None:
        diagnostics.add(
            "NAM120",
            node.place,
            at="study.unit",
            suggestion=nearest(node.text, catalogue.units),
            key="unit",
            text=node.text,
            choices=", ".join(f"`{name}`" for name in catalogue.units),
        )
        return None
    first, last = spec.study.data_from, spec.study.data_until
    data_from = Reader(diagnostics, "study.data_from").date(first, datetime.date(1900, 1, 1))
    data_until = Reader(diagnostics, "study.data_until").date(last, datetime.date(2100, 1, 1))
    if data_until < data_from:
        diagnostics.add("TIM601", last.place, at="study.data_until", start=data_from, end=data_until)

    def origin(place: Place) -> Origin:
        return Origin(_short(place.source.name), place.line)

    codelists = {}
    lists = {name: found.codes for name, found in catalogue.code_lists.items()}
    for name, file in spec.codelists:
        codelist = read_codelist(name, file, folder, lists, diagnostics)
        # A list that cannot be read is reported once, and known by name so that its uses are no second cause.
        codelists[name.text] = codelist or Codelist(name.text, file.text, ())
    periods = [
        (name, parse_period(node, diagnostics, at=f"windows.{name.text}")) for name, node in spec.windows
    ]
    tables = [
        read_context(t, folder, catalogue, unit.name, origin(t.name.place), diagnostics) for t in spec.context
    ]
    linkage = None
    if spec.linkage is not None:
        linkage = read_linkage(spec.linkage, catalogue, origin(spec.linkage.why.place), diagnostics)
    return Setting(
        spec=spec,
        source=source,
        catalogue=catalogue,
        diagnostics=diagnostics,
        unit=unit,
        data_from=data_from,
        data_until=data_until,
        codelists=codelists,
        windows={name.text: period for name, period in periods if period is not None},
        context={table.name: table for table in tables if table is not None},
        linkage=linkage,
        tags=read_tags(spec.study.tags, diagnostics),
    )


def _short(name: str) -> str:
    """Return a file's name with its folder: what is written must not depend on where the spec lies."""
    return "/".join(part for part in name.split("/")[-2:] if part not in ("", "."))
