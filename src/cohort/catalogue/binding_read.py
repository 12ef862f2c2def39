"""Reads the file of a binding: every fault is a diagnostic at its place."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cohort.catalogue.binding import Binding, BoundColumn, EngineNames
from cohort.catalogue.binding_codes import codes_of, not_numbers
from cohort.catalogue.load import load_catalogue
from cohort.catalogue.model import Catalogue, HeldColumn
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.listed import listed
from cohort.diagnostics.nearest import nearest
from cohort.source import Place, Source
from cohort.source.nodes import MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.types import Kind

ENGINES = ("db2", "duckdb", "spark", "postgresql")
STATUS_TYPES = ("catalogue", "number", "text")
SUFFIXES = ("E", "PE")
KEYS = (
    *("binding", "title", "schema", "workspace", "key_suffix", "view_date", "status_type"),
    *("tables", "columns", "engines"),
)
_NEEDED = ("binding", "title", "schema", "workspace", "key_suffix", "tables")
_TABLE_KEYS = ("name", "view_date", "schema")
_COLUMN_KEYS = ("name", "held_as", "codes")
_ENGINE_KEYS = ("schema", "workspace", "tables")
_HELD_AS = {"number": Kind.WHOLE, "text": Kind.CODE, "timestamp": Kind.DATE}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,126}")
_DATE = re.compile(r"[0-9]{8}")
_DATED = re.compile(r"_[0-9]{8}$")


def binding_of(
    source: Source, diagnostics: Diagnostics, catalogue: Catalogue | None = None
) -> Binding | None:
    """Return the binding that a file is; None if there is an error, which is then in ``diagnostics``."""
    root = read_nodes(source, diagnostics)
    if root is None or diagnostics.has_errors:
        return None
    found = _Reader(diagnostics, catalogue or load_catalogue()).binding(root)
    return None if diagnostics.has_errors else found


@dataclass
class _Reader:
    diagnostics: Diagnostics
    catalogue: Catalogue
    places: dict[str, Place] = field(default_factory=dict)
    codes: dict[str, tuple[Node, HeldColumn]] = field(default_factory=dict)

    def binding(self, root: MapNode) -> Binding:
        self._only(root, KEYS, "a binding")
        for key in _NEEDED:
            if root.get(key) is None:
                self.diagnostics.add("BND102", root.place, at=key, key=key)
        view_date = self._date(root, "view_date", "view_date")
        name = self._identifier(root, "binding", "binding")
        found = Binding(
            name,
            " ".join(self._text(root, "title").split()),
            self._identifier(root, "schema", "schema", empty=True),
            self._identifier(root, "workspace", "workspace", empty=True),
            self._one_of(root, "key_suffix", SUFFIXES, "PE"),
            self._tables(self._map(root, "tables"), "tables", view_date),
            self._columns(self._map(root, "columns")),
            self._one_of(root, "status_type", STATUS_TYPES, "catalogue"),
            view_date,
            self._engines(self._map(root, "engines"), view_date),
            self.places,
        )
        self._codes_fit(found)
        return found

    # Sections ------------------------------------------------------------------------------------------------

    def _tables(self, node: MapNode | None, at: str, view_date: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in node or ():
            path = f"{at}.{key.text}"
            self.places[path] = value.place
            if key.text not in self.catalogue.tables:
                near = nearest(key.text, self.catalogue.tables)
                self.diagnostics.add("BND105", key.place, at=path, suggestion=near, name=key.text)
                continue
            found[key.text] = self._table(key, value, path, view_date)
        return found

    def _table(self, key: ScalarNode, value: Node, path: str, view_date: str) -> str:
        if isinstance(value, ScalarNode):
            return _dated(self._checked(value, path), view_date)
        if not isinstance(value, MapNode):
            self.diagnostics.add("BND107", value.place, at=path, key=key.text, form="a name, or a mapping")
            return ""
        self._only(value, _TABLE_KEYS, f"`{key.text}`")
        catalogued = self.catalogue.tables[key.text].physical
        name = self._identifier(value, "name", path) if value.get("name") is not None else catalogued
        if not name:
            self.diagnostics.add("BND102", value.place, at=f"{path}.name", key="name")
        schema = self._identifier(value, "schema", f"{path}.schema", empty=True)
        own = value.get("view_date")
        if isinstance(own, ScalarNode) and own.text == "none":
            view_date = ""
        elif own is not None:
            view_date = self._date(value, "view_date", f"{path}.view_date")
        dated = _dated(name, view_date)
        return f"{schema}.{dated}" if schema else dated

    def _columns(self, node: MapNode | None) -> dict[tuple[str, str], BoundColumn]:
        found: dict[tuple[str, str], BoundColumn] = {}
        for key, value in node or ():
            path = f"columns.{key.text}"
            self.places[path] = value.place
            table, _, name = key.text.partition(".")
            held = self.catalogue.tables.get(table)
            if held is None:
                near = nearest(table, self.catalogue.tables)
                meant = None if near is None else f"{near}.{name}"
                self.diagnostics.add("BND105", key.place, at=path, suggestion=meant, name=table)
                continue
            column = next((c for c in held.columns if c.name == name), None)
            if column is None:
                near = nearest(name, (c.name for c in held.columns))
                meant = None if near is None else f"{table}.{near}"
                self.diagnostics.add("BND106", key.place, at=path, suggestion=meant, table=table, column=name)
                continue
            bound = self._column(key, value, path, column)
            found[table, column.physical] = bound
            self._no_identifier(value, path, key.text, column, bound.name)
        return found

    def _column(self, key: ScalarNode, value: Node, path: str, column: HeldColumn) -> BoundColumn:
        if isinstance(value, ScalarNode):
            return BoundColumn(self._checked(value, path))
        if not isinstance(value, MapNode):
            self.diagnostics.add("BND107", value.place, at=path, key=key.text, form="a name, or a mapping")
            return BoundColumn()
        self._only(value, _COLUMN_KEYS, f"`{key.text}`")
        name = self._identifier(value, "name", f"{path}.name") if value.get("name") is not None else ""
        codes: Mapping[str, str | None] = {}
        written = value.get("codes")
        if written is not None:
            codes = codes_of(written, key.text, column, self.catalogue, self.diagnostics)
            self.codes[key.text] = written, column
        kind = self._held_as(key, value, path, column)
        is_day = kind is Kind.DATE
        return BoundColumn(name, None if is_day else kind, is_day, codes)

    def _held_as(self, key: ScalarNode, value: MapNode, path: str, column: HeldColumn) -> Kind | None:
        node = value.get("held_as")
        if node is None:
            return None
        kind = _HELD_AS[self._one_of(value, "held_as", tuple(_HELD_AS), "text", f"{path}.held_as")]
        # A number is read from text by its list of codes, since a cast that fails would end the script.
        readable = {
            Kind.WHOLE: column.type.kind is Kind.WHOLE or column.type.is_text,
            Kind.CODE: column.type.is_text
            or (column.type.kind is Kind.WHOLE and bool(column.type.code_list)),
            Kind.DATE: column.type.kind is Kind.DATE,
        }[kind]
        if not readable and isinstance(node, ScalarNode) and node.text in _HELD_AS:
            self.diagnostics.add(
                "BND109", node.place, at=path, column=key.text, type=column.type.human, held=_WORDS[kind]
            )
        return kind

    def _codes_fit(self, binding: Binding) -> None:
        """Tell of codes that are no numbers, for columns that the project holds as numbers."""
        for key, (node, column) in self.codes.items():
            table = key.partition(".")[0]
            bound = binding.columns[table, column.physical]
            if binding.held_type(column.physical, table, column.type).kind is Kind.WHOLE:
                for scalar in not_numbers(node, bound.codes):
                    words = {"code": scalar.text.strip(), "column": key}
                    self.diagnostics.add("BND114", scalar.place, at=f"columns.{key}", **words)

    def _no_identifier(self, value: Node, path: str, key: str, column: HeldColumn, name: str) -> None:
        # Identifiers are kept out of results by their type, so none may come in as a column of another type.
        if column.type.kind is not Kind.KEY and name.upper() in _identifiers(self.catalogue):
            place = (value.get("name") or value).place if isinstance(value, MapNode) else value.place
            self.diagnostics.add("BND110", place, at=path, column=key, type=column.type.human, name=name)

    def _engines(self, node: MapNode | None, view_date: str) -> dict[str, EngineNames]:
        found = {}
        for key, value in node or ():
            path = f"engines.{key.text}"
            if key.text not in ENGINES:
                self._choice(key, path, "engines", key.text, ENGINES)
            elif not isinstance(value, MapNode):
                self.diagnostics.add("BND107", value.place, at=path, key=key.text, form="a mapping")
            else:
                self._only(value, _ENGINE_KEYS, f"`{key.text}`")
                found[key.text] = EngineNames(
                    self._place_of_engine(value, "schema", path),
                    self._place_of_engine(value, "workspace", path),
                    self._tables(self._map(value, "tables"), f"{path}.tables", view_date),
                )
        return found

    def _place_of_engine(self, node: MapNode, key: str, path: str) -> str | None:
        return None if node.get(key) is None else self._identifier(node, key, f"{path}.{key}", empty=True)

    # Parts ---------------------------------------------------------------------------------------------------

    def _only(self, node: MapNode, known: Collection[str], where: str) -> None:
        for key, _ in node:
            if key.text not in known:
                near = nearest(key.text, known)
                self.diagnostics.add(
                    "BND101", key.place, at=key.text, suggestion=near, key=key.text, where=where
                )

    def _map(self, root: MapNode, name: str) -> MapNode | None:
        node = root.get(name)
        if node is None or isinstance(node, MapNode):
            return node
        # A section with nothing below it is empty, as where all its lines are comments.
        if not (isinstance(node, ScalarNode) and not node.text):
            self.diagnostics.add("BND107", node.place, at=name, key=name, form="a mapping")
        return None

    def _text(self, node: MapNode, name: str) -> str:
        value = node.get(name)
        if value is None:
            return ""
        self.places.setdefault(name, value.place)
        if not isinstance(value, ScalarNode):
            self.diagnostics.add("BND107", value.place, at=name, key=name, form="a text")
            return ""
        return value.text

    def _identifier(self, node: MapNode, name: str, path: str, *, empty: bool = False) -> str:
        value = node.get(name)
        if value is None:
            return ""
        self.places.setdefault(path, value.place)
        if not isinstance(value, ScalarNode):
            self.diagnostics.add("BND107", value.place, at=path, key=name, form="a text")
            return ""
        return "" if empty and not value.text else self._checked(value, path)

    def _checked(self, value: ScalarNode, path: str) -> str:
        # Names go into SQL as they are, so nothing but a plain identifier is taken.
        if not _NAME.fullmatch(value.text):
            self.diagnostics.add("BND103", value.place, at=path, key=path.rpartition(".")[2])
        return value.text

    def _date(self, node: MapNode, name: str, path: str) -> str:
        value = node.get(name)
        if value is None:
            return ""
        self.places.setdefault(path, value.place)
        text = value.text if isinstance(value, ScalarNode) else "?"
        if text and not is_day(text):
            self.diagnostics.add("BND108", value.place, at=path)
        return text

    def _one_of(
        self, node: MapNode, name: str, choices: tuple[str, ...], otherwise: str, path: str = ""
    ) -> str:
        value = node.get(name)
        if value is None:
            return otherwise
        self.places.setdefault(path or name, value.place)
        text = value.text if isinstance(value, ScalarNode) else ""
        if text not in choices:
            self._choice(value, path or name, name, text, choices)
            return otherwise
        return text

    def _choice(self, node: Node, path: str, key: str, text: str, choices: Iterable[str]) -> None:
        known = tuple(choices)
        words = listed(known, "or")
        self.diagnostics.add(
            "BND104", node.place, at=path, suggestion=nearest(text, known), key=key, choices=words
        )


_WORDS = {Kind.WHOLE: "a number", Kind.CODE: "text", Kind.DATE: "a timestamp"}


def _identifiers(catalogue: Catalogue) -> frozenset[str]:
    """Return the names of all keys of the catalogue, with either suffix, in capitals."""
    return frozenset(
        column.physical.replace("{key}", suffix).upper()
        for table in catalogue.tables.values()
        for column in table.columns
        if column.type.kind is Kind.KEY
        for suffix in SUFFIXES
    )


def _dated(name: str, view_date: str) -> str:
    return f"{name}_{view_date}" if view_date and not _DATED.search(name) else name


def is_day(text: str) -> bool:
    """Whether a text is a day written with eight digits."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
