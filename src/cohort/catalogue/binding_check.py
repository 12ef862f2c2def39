"""Compares a binding with a listing of columns: what is absent, what does not fit, and which doubts are settled.

A fault is at its place in the binding, once for one cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cohort.catalogue.binding import STATUS_ENDING, Binding
from cohort.catalogue.binding_doubts import Settled, of_column_name, of_table_name, of_type
from cohort.catalogue.binding_types import Fit, fit
from cohort.catalogue.listing import ListedColumn, ListedTable, Listing
from cohort.catalogue.model import Catalogue, HeldColumn, HeldTable
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.listed import listed
from cohort.diagnostics.nearest import nearest
from cohort.source import Place
from cohort.types import Kind, ValueType

_DATED = re.compile(r"_[0-9]{8}$")
_MOST_NAMED = 4
_UNREAD = "none of the given studies reads"
_GUESSED = "the catalogue only guesses"
_KINDS = {Kind.WHOLE: "a number", Kind.CODE: "text", Kind.TEXT: "text"}


@dataclass(frozen=True)
class Use:
    """What a study reads: its id, and for each logical table the names of its columns in the catalogue."""

    study: str
    tables: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Compared:
    """What a comparison found: problems in ``diagnostics``, doubts that are settled, and what was compared."""

    diagnostics: Diagnostics
    settled: tuple[Settled, ...]
    tables: int
    columns: int


def compare(binding: Binding, catalogue: Catalogue, listing: Listing, uses: tuple[Use, ...] = ()) -> Compared:
    """Compare a binding with a listing. With ``uses``, what no study reads is a warning and not an error."""
    return _Comparison(binding, catalogue, listing, uses).done()


@dataclass
class _Comparison:
    binding: Binding
    catalogue: Catalogue
    listing: Listing
    uses: tuple[Use, ...]
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    settled: list[Settled] = field(default_factory=list)
    other_suffix: dict[str, str] = field(default_factory=dict)
    other_statuses: dict[str, list[tuple[HeldTable, HeldColumn]]] = field(default_factory=dict)
    compared: int = 0
    columns: int = 0

    def done(self) -> Compared:
        self._not_named()
        if self._schema_is_there():
            for name in self.binding.tables:
                self._table(self.catalogue.tables[name])
            self._suffix()
            self._statuses()
        return Compared(self.diagnostics, tuple(self.settled), self.compared, self.columns)

    def _not_named(self) -> None:
        wanted = [table for use in self.uses for table in use.tables]
        for name in dict.fromkeys(table for table in wanted if table not in self.binding.tables):
            table = self.catalogue.tables[name]
            self.diagnostics.add(
                "BND205",
                self._place("schema"),
                at=f"tables.{name}",
                table=name,
                physical=table.physical or "NAME",
                affected=self._affected(name),
            )

    def _schema_is_there(self) -> bool:
        schema = self.binding.schema.upper()
        listed = self.listing.schemas
        own = [name for name in self.binding.tables.values() if "." not in name]
        if not schema or not own or "" in listed or schema in listed:
            return True
        near = nearest(schema, listed)
        self.diagnostics.add(
            "BND209", self._place("schema"), at="schema", suggestion=near, schema=self.binding.schema
        )
        return False

    # Tables --------------------------------------------------------------------------------------------------

    def _table(self, table: HeldTable) -> None:
        qualified = self.binding.table(table.name)
        physical = qualified.rpartition(".")[2]
        place, at = self._place(f"tables.{table.name}"), f"tables.{table.name}"
        listed = self.listing.find(qualified)
        catalogued = _undated(physical).upper() == table.physical.upper()
        if catalogued:
            self.settled += of_table_name(table, is_listed=listed is not None)
        if listed is not None:
            self.compared += 1
            self._columns(table, listed)
        elif self._is_read(table.name):
            self.diagnostics.add(
                "BND201",
                place,
                at=at,
                suggestion=self._meant(physical),
                physical=qualified,
                table=table.name,
                affected=self._affected(table.name),
            )
        else:
            self.diagnostics.add("BND208", place, at=at, suggestion=self._meant(physical), physical=qualified)

    def _meant(self, physical: str) -> str | None:
        """The listed view of another date (the newest), or else of a name that is much like it."""
        names = sorted({table.name for table in self.listing.tables.values()})
        dated = [name for name in names if _undated(name).upper() == _undated(physical).upper()]
        if dated:
            return dated[-1]
        own = {name.rpartition(".")[2].upper() for name in self.binding.tables.values()}
        free = {_undated(name): name for name in names if name.upper() not in own}
        near = nearest(_undated(physical), free)
        return None if near is None else free[near]

    # Columns -------------------------------------------------------------------------------------------------

    def _columns(self, table: HeldTable, listed: ListedTable) -> None:
        if self._keys_end_otherwise(table, listed):
            return
        absent: list[HeldColumn] = []
        for column in table.columns:
            name = self.binding.column(column.physical, table.name)
            found = listed.columns.get(name.upper())
            own = (table.name, column.physical) in self.binding.columns
            if not own:
                self.settled += of_column_name(table, column, name, is_listed=found is not None)
            if found is None:
                absent.append(column)
            else:
                self.columns += 1
                self._type(table, column, listed, found)
        self._absent(table, absent, listed)

    def _absent(self, table: HeldTable, absent: Iterable[HeldColumn], listed: ListedTable) -> None:
        unread, guessed = [], []
        for column in absent:
            name = self.binding.column(column.physical, table.name)
            if not self._is_read(table.name, column.physical):
                unread.append(name)
                continue
            if not self.uses and column.confidence not in ("certain", "likely"):
                guessed.append(name)
                continue
            free = set(listed.columns) - {
                self.binding.column(c.physical, table.name).upper() for c in table.columns
            }
            near = nearest(name, free)
            self.diagnostics.add(
                "BND202",
                self._place_of(table, column),
                at=f"{table.name}.{column.name}",
                suggestion=None if near is None else f"{table.name}.{column.name}: {near}",
                physical=listed.name,
                column=name,
                table=table.name,
                name=column.name,
                affected=self._affected(table.name, column.physical),
            )
        at = f"tables.{table.name}"
        for names, reason in ((unread, _UNREAD), (guessed, _GUESSED)):
            if names:
                words = {"columns": _in_words(names), "physical": listed.name, "reason": reason}
                self.diagnostics.add("BND211", self._place(at), at=at, **words)

    def _type(self, table: HeldTable, column: HeldColumn, listed: ListedTable, found: ListedColumn) -> None:
        held_as = self.binding.held_type(column.physical, table.name, column.type)
        if not self.listing.casts:
            # A copy on another engine says nothing of how the holding itself is declared.
            self.settled += of_type(table, column, found)
        fits = fit(found, held_as, casts=self.listing.casts)
        if fits is Fit.TIMESTAMP and self.binding.is_timestamp(column.physical, table.name):
            fits = Fit.FITS
        if fits is Fit.FITS or not self._is_read(table.name, column.physical):
            return
        if fits is Fit.OTHER and self._is_status(table, column):
            word = "text" if held_as.kind is Kind.WHOLE else "number"
            self.other_statuses.setdefault(word, []).append((table, column))
            return
        remedy = "" if fits is Fit.MISFIT else self._remedy(table, column, held_as)
        words = {
            "physical": listed.name,
            "column": found.name,
            "held": found.words,
            "table": table.name,
            "name": column.name,
            "affected": self._affected(table.name, column.physical),
        }
        place, at = self._place_of(table, column), f"{table.name}.{column.name}"
        if fits is Fit.TIMESTAMP:
            words.pop("held")
            self.diagnostics.add("BND207", place, at=at, remedy=remedy, **words)
        elif remedy:
            self.diagnostics.add("BND204", place, at=at, type=_KINDS[held_as.kind], remedy=remedy, **words)
        else:
            self.diagnostics.add("BND203", place, at=at, type=held_as.human, **words)

    def _is_status(self, table: HeldTable, column: HeldColumn) -> bool:
        """Whether a column is a match status, of which the binding says nothing particular."""
        bound = self.binding.columns.get((table.name, column.physical))
        return column.physical.endswith(STATUS_ENDING) and not (bound and bound.held_as)

    def _remedy(self, table: HeldTable, column: HeldColumn, held_as: ValueType) -> str:
        """What to write, where the column can be read in the type that it has."""
        as_text = held_as.kind is Kind.WHOLE
        if as_text and column.type.kind is Kind.WHOLE and not column.type.code_list:
            return ""
        word = "timestamp" if held_as.kind is Kind.DATE else "text" if as_text else "number"
        own = self.binding.columns.get((table.name, column.physical))
        name = f"name: {own.name}, " if own and own.name else ""
        return f"{table.name}.{column.name}: {{{name}held_as: {word}}}"

    def _statuses(self) -> None:
        """Tell once that match statuses are held otherwise: for the project, or by table where tables differ."""
        for word, found in self.other_statuses.items():
            tables = [table.name for table, _ in found]
            whole = self._all_statuses_are(word)
            first = f"{found[0][0].name}.{found[0][1].name}: {{held_as: {word}}}"
            self.diagnostics.add(
                "BND210",
                self._place("status_type") or self._place(f"tables.{tables[0]}"),
                at="status_type",
                tables=_in_words(tables),
                held="a number" if word == "number" else "text",
                type="text" if word == "number" else "a number",
                affected=self._affected_by(
                    study for table, column in found for study in self._studies(table.name, column.physical)
                ),
                remedy=f"`status_type: {word}`" if whole else f"`{first}` under `columns`, and so for each",
            )

    def _all_statuses_are(self, word: str) -> bool:
        """Whether every listed match status of the tables that the binding names is held so."""
        wanted = ValueType(Kind.CODE if word == "text" else Kind.WHOLE)
        for name in self.binding.tables:
            listed = self.listing.find(self.binding.table(name))
            for column in self.catalogue.tables[name].columns if listed else ():
                found = listed.columns.get(column.physical.upper()) if listed else None
                if not column.physical.endswith(STATUS_ENDING) or found is None:
                    continue
                if fit(found, wanted, casts=False) is not Fit.FITS:
                    return False
        return True

    # Keys ----------------------------------------------------------------------------------------------------

    def _keys_end_otherwise(self, table: HeldTable, listed: ListedTable) -> bool:
        """Whether every key of a table is there with the other suffix: one cause, which is told once for all tables."""
        keys = [
            c.physical
            for c in table.columns
            if "{key}" in c.physical and (table.name, c.physical) not in self.binding.columns
        ]
        other = "E" if self.binding.key_suffix == "PE" else "PE"
        own = {key.replace("{key}", self.binding.key_suffix).upper() for key in keys}
        found = [key for key in keys if key.replace("{key}", other).upper() in listed.columns]
        if not found or own & listed.columns.keys():
            return False
        self.other_suffix[table.name] = other
        return True

    def _suffix(self) -> None:
        if self.other_suffix:
            self.diagnostics.add(
                "BND206",
                self._place("key_suffix"),
                at="key_suffix",
                tables=_in_words([self.binding.tables[name] for name in self.other_suffix]),
                found=next(iter(self.other_suffix.values())),
                suffix=self.binding.key_suffix,
            )

    # Words and places ----------------------------------------------------------------------------------------

    def _is_read(self, table: str, template: str | None = None) -> bool:
        return not self.uses or bool(self._studies(table, template))

    def _studies(self, table: str, template: str | None = None) -> list[str]:
        return [
            use.study
            for use in self.uses
            if table in use.tables and (template is None or template in use.tables[table])
        ]

    def _affected(self, table: str, template: str | None = None) -> str:
        return self._affected_by(self._studies(table, template))

    def _affected_by(self, studies: Iterable[str]) -> str:
        names = list(dict.fromkeys(studies))
        return f", which {_in_words(names)} {'reads' if len(names) == 1 else 'read'}" if names else ""

    def _place(self, path: str) -> Place | None:
        return self.binding.places.get(path)

    def _place_of(self, table: HeldTable, column: HeldColumn) -> Place | None:
        own = self._place(f"columns.{table.name}.{column.name}")
        return own or self._place(f"tables.{table.name}")


def _undated(name: str) -> str:
    return _DATED.sub("", name)


def _in_words(names: list[str]) -> str:
    shown = (
        names if len(names) <= _MOST_NAMED + 1 else [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    )
    return listed(shown)
