"""What the design rules share: the study beside its spec and the catalogue, and where its parts are written."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cohort.catalogue import Catalogue, HeldTable
from cohort.diagnostics import Diagnostics
from cohort.query.rows import LinkUnit, NamedRows, OfRelated, Rows, TableRows, inputs
from cohort.query.study import Study
from cohort.query.values import IndexDate, Value
from cohort.resolve.design_time import Clock, Way, ways_of
from cohort.resolve.years import last_day_held
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Spec


@dataclass(frozen=True)
class Design:
    """A study that resolved, with what its design is judged by; problems go to ``found``."""

    study: Study
    spec: Spec
    catalogue: Catalogue
    found: Diagnostics

    # Time ----------------------------------------------------------------------------------------------

    def _clock(self, conditions: tuple[Value, ...], *, own_index: bool) -> Clock:
        return Clock(self.study, self._ways, conditions, own_index, self._deaths)

    @cached_property
    def _ways(self) -> dict[str, tuple[Way, ...]]:
        return ways_of(self.study)

    @cached_property
    def clock(self) -> Clock:
        """The clock of those in the population."""
        return self._clock(tuple(step.keep for step in self.study.population.steps), own_index=True)

    @cached_property
    def clock_of_peers(self) -> Clock:
        """The clock of candidates for peers, whose index date is that of a case."""
        steps = self.study.peers.steps if self.study.peers else ()
        return self._clock(tuple(step.keep for step in steps), own_index=False)

    @property
    def first_entry(self) -> datetime.date:
        """The first day on which an index date can be."""
        return self.clock.narrowing.first_day.get(IndexDate(), self.study.data_from)

    @cached_property
    def _deaths(self) -> frozenset[tuple[str, str]]:
        columns = {
            (table.name, column.name)
            for table in self.catalogue.tables.values()
            for column in table.columns
            if column.means_death
        }
        return frozenset(
            (name, column)
            for name in self.study.by_name
            for table in self.tables_of(name)
            for held, column in columns
            if table == held and column in self.study.by_name[name].rows.shape.types
        )

    # Sources -------------------------------------------------------------------------------------------

    @cached_property
    def _tables(self) -> dict[str, frozenset[str]]:
        """Held tables of all named rows; a definition comes after those that it is made from."""
        tables: dict[str, frozenset[str]] = {}
        for definition in self.study.definitions:
            own: set[str] = set()
            for rows in _below(definition.rows):
                own |= {rows.table} if isinstance(rows, TableRows) else tables.get(rows.name, frozenset())
            tables[definition.name] = frozenset(own)
        return tables

    def tables_of(self, rows: str) -> frozenset[str]:
        """Return the held tables that named rows come from; maps from key to unit are no part of them."""
        return self._tables.get(rows, frozenset())

    def data_begin(self, rows: str) -> datetime.date | None:
        """Return the first day on which the data of rows are whole; None if the catalogue does not know it."""
        days: list[datetime.date] = []
        for table in (self.catalogue.tables[name] for name in sorted(self.tables_of(rows))):
            if table.returned is not None:
                days.append(max([self.study.data_from, *_first_days(table)]))
            elif table.first_day is not None:
                days.append(table.first_day)
        return max(days, default=None)

    def data_end(self, rows: str) -> datetime.date:
        """Return the last day of the data of rows, as far as the study sees them."""
        until = self.study.data_until
        days = [last_day_held(self.catalogue, table, until) for table in sorted(self.tables_of(rows))]
        return min([until, *(day for day in days if day is not None)])

    @cached_property
    def values(self) -> dict[str, Value]:
        """The values of variables by name."""
        return {variable.name: variable.value for variable in self.study.variables}

    # Places --------------------------------------------------------------------------------------------

    @cached_property
    def places(self) -> dict[str, Place]:
        """Places of names by path: ``definitions.first_episode``."""
        spec = self.spec
        named = [(f"definitions.{d.name.text}", d.name) for d in spec.definitions]
        named += [(f"variables.{v.name.text}", v.name) for v in spec.variables]
        named += [(f"outcomes.{o.name.text}", o.name) for o in spec.outcomes]
        named += [(f"outputs.{o.name.text}", o.name) for o in spec.outputs]
        named += [(f"population.{s.id.text}", s.id) for s in spec.population.steps]
        named += [(f"peers.{s.id.text}", s.id) for s in (spec.peers.steps if spec.peers else ())]
        named += [
            (f"follow_up.{e.name.text}", e.name) for e in (spec.follow_up.ends if spec.follow_up else ())
        ]
        named += [
            (f"person_time.{s.name.text}", s.name)
            for s in (spec.person_time.split_by if spec.person_time else ())
        ]
        return {path: node.place for path, node in named}

    def output_of(self, table: str) -> str:
        """Return the name of the output in the spec that a table is of: an output can make several tables."""
        names = [output.name.text for output in self.spec.outputs]
        return max((n for n in names if table == n or table.startswith(f"{n}_by_")), key=len, default=table)

    def add(self, code: str, at: str, place: Place | None = None, **data: object) -> None:
        """Report a problem at a path, by default at its name."""
        self.found.add(code, place or self.places.get(at), at=at, suggestion=None, **data)


def _first_days(table: HeldTable) -> list[datetime.date]:
    """Return the first day of the first return, and the first day held, as far as they are known."""
    first = [] if table.first_return is None else [datetime.date(table.first_return // 100, 4, 1)]
    return [*first, *([] if table.first_day is None else [table.first_day])]


def _below(rows: Rows) -> Iterator[TableRows | NamedRows]:
    """Yield the tables and names that rows are made from, without maps and relations."""
    waiting = [rows]
    while waiting:
        match waiting.pop():
            case TableRows() | NamedRows() as found:
                yield found
            case LinkUnit(rows=inner) | OfRelated(rows=inner):
                waiting.append(inner)
            case other:
                waiting += inputs(other)


def place_in(node: ScalarNode, name: str) -> Place:
    """Return the place of a name in an expression, or of the whole expression if it does not stand there."""
    start = node.raw.find(name)
    if start < 0:
        return node.place
    span = type(node.place.span)(node.raw_offset + start, node.raw_offset + start + len(name))
    return Place(node.place.source, span)
