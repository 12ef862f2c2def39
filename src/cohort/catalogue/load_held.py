"""Reads what is held from the catalogue's data files: holdings, tables, columns, spells and code lists."""

from __future__ import annotations

from dataclasses import dataclass

from cohort.catalogue.code_systems import system_named
from cohort.catalogue.model import (
    Code,
    CodeList,
    Confidence,
    EndDay,
    HeldColumn,
    HeldSpell,
    HeldTable,
    Holding,
    TableOutline,
)
from cohort.catalogue.nodes import (
    confidence_of,
    day_of,
    facts_of,
    fault,
    flag_of,
    items,
    map_of,
    only,
    optional,
    text_of,
    texts_of,
    whole_of,
)
from cohort.source.nodes import MapNode, Node, ScalarNode
from cohort.types import DATE, DECIMAL, Kind, ValueType

_TABLE = {
    *("physical", "physical_confidence", "label", "grain", "grain_confidence", "key", "source", "returned"),
    *("first_day", "last_day", "days", "spell", "coverage", "also_holds", "listed_as"),
    *("columns_published", "each_column", "columns"),
}
_OUTLINE = {
    *("physical", "physical_confidence", "label", "grain", "grain_confidence", "source", "also_holds"),
    "listed_as",
}
_COLUMN = {
    *("physical", "type", "bits", "length", "list", "label", "sensitivity", "confidence", "type_confidence"),
    *("length_confidence", "source", "held_as", "measured_in", "code_system", "special", "means_death"),
}
_EACH_COLUMN = {"sensitivity", "confidence", "type_confidence", "length_confidence", "source"}
_LIST = {"label", "source", "confidence", "label_confidence", "complete", "codes"}
_CODE = {"label", "from", "until", "confidence", "label_confidence", "note", "meanings"}
_ROUTES = {"welsh_government", "sail", "elsewhere"}


def read_holding(root: MapNode) -> Holding:
    """Return the dataset that a data file is about."""
    route = text_of(root, "route")
    if route not in _ROUTES:
        raise fault(root, f"no route {route}")
    return Holding(
        text_of(root, "dataset"),
        text_of(root, "title"),
        text_of(root, "owner"),
        confidence_of(root, "owner_confidence"),
        text_of(root, "holds"),
        route,
        text_of(root, "source"),
        facts_of(root, "known"),
        texts_of(root, "not_known", needed=False),
    )


# Code lists ----------------------------------------------------------------------------------------------------


def read_code_list(name: str, node: MapNode) -> CodeList:
    """Return a list of codes. A code is a label, a mapping with years, or a label with several meanings by years."""
    only(node, _LIST)
    codes: dict[str, str] = {}
    entries: list[Code] = []
    confidence = confidence_of(node, "confidence")
    of_labels = confidence_of(node, "label_confidence", confidence)
    for key, value in items(node, "codes"):
        if isinstance(value, ScalarNode):
            codes[key.text] = value.text
            entries.append(Code(key.text, value.text, confidence, of_labels))
            continue
        written = map_of(value)
        codes[key.text] = text_of(written, "label")
        entries += _meanings(key.text, written, confidence, of_labels)
    complete = flag_of(node, "complete", otherwise=True)
    return CodeList(
        name, text_of(node, "label"), text_of(node, "source"), codes, tuple(entries), confidence, complete
    )


def _meanings(code: str, node: MapNode, confidence: Confidence, of_labels: Confidence) -> list[Code]:
    only(node, _CODE)
    several = node.get("meanings")
    if several is None:
        return [_code(code, node, confidence, of_labels)]
    if node.get("from") or node.get("until"):
        raise fault(node, "years stand either beside the label or in each of the meanings")
    found = [_code(code, map_of(item), confidence, of_labels) for item in getattr(several, "items", ())]
    if len(found) < 2:
        raise fault(several, "meanings must be a list of at least two")
    return found


def _code(code: str, node: MapNode, confidence: Confidence, of_labels: Confidence) -> Code:
    only(node, _CODE)
    first, last = day_of(node, "from"), day_of(node, "until", last_of_year=True)
    if first and last and last < first:
        raise fault(node, "a code cannot end before it begins")
    return Code(
        code,
        text_of(node, "label"),
        confidence_of(node, "confidence", confidence),
        confidence_of(node, "label_confidence", of_labels),
        first,
        last,
        optional(node, "note") or "",
    )


# Tables --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FirstReturn:
    """The first census year that yearly returns are held of, as 200304."""

    year: int
    confidence: Confidence
    source: str


def read_first_return(root: MapNode) -> FirstReturn | None:
    """Return the first yearly return that a data file knows of, or None."""
    node = root.get("first_return")
    if node is None:
        return None
    written = map_of(node)
    only(written, {"year", "confidence", "source"})
    year = whole_of(written, "year")
    if year is None:
        raise fault(written, "year is missing")
    return FirstReturn(year, confidence_of(written, "confidence"), text_of(written, "source"))


def read_table(name: str, node: MapNode, dataset: str, first_return: FirstReturn | None) -> HeldTable:
    """Return a table with its columns. Its source is that of each column which names no other."""
    only(node, _TABLE)
    physical, of_physical = _physical(node)
    each = _Each(node.get("each_column"))
    columns = tuple(_column(key.text, map_of(column), each) for key, column in items(node, "columns"))
    names = {column.name for column in columns}
    key = texts_of(node, "key")
    if not set(key) <= names:
        raise fault(node, f"the key of {name} names no columns: {', '.join(sorted(set(key) - names))}")
    first_day, last_day = day_of(node, "first_day"), day_of(node, "last_day")
    of_days = _days(node, needed=bool(first_day or last_day))
    returned = optional(node, "returned")
    first = first_return if returned else None
    return HeldTable(
        name,
        physical,
        of_physical,
        text_of(node, "label"),
        text_of(node, "grain"),
        key,
        columns,
        returned,
        first.year if first else None,
        dataset,
        text_of(node, "source"),
        first_day,
        last_day,
        confidence_of(node, "grain_confidence"),
        of_days[0],
        _spell(node, names),
        facts_of(node, "coverage"),
        facts_of(node, "also_holds"),
        optional(node, "listed_as") or "",
        whole_of(node, "columns_published"),
        of_days[1],
        first.confidence if first else "unknown",
        first.source if first else "",
    )


def read_outline(name: str, node: MapNode, dataset: str) -> TableOutline:
    """Return a table of which no column is known."""
    only(node, _OUTLINE)
    physical, confidence = _physical(node)
    return TableOutline(
        name,
        physical,
        confidence,
        text_of(node, "label"),
        text_of(node, "grain"),
        confidence_of(node, "grain_confidence"),
        dataset,
        text_of(node, "source"),
        facts_of(node, "also_holds"),
        optional(node, "listed_as") or "",
    )


def _physical(node: MapNode) -> tuple[str, Confidence]:
    confidence = confidence_of(node, "physical_confidence")
    if (confidence == "unknown") == (node.get("physical") is not None):
        raise fault(node, "a table has a physical name, or physical_confidence is unknown")
    return optional(node, "physical") or "", confidence


def _days(node: MapNode, *, needed: bool) -> tuple[Confidence, str]:
    """How sure the first and last day are, and who says so. Both are needed where there is a day."""
    written = node.get("days")
    if (written is not None) != needed:
        raise fault(node, "days is missing" if needed else "days is for tables with a first or a last day")
    if written is None:
        return "unknown", ""
    only(map_of(written), {"confidence", "source"})
    return confidence_of(map_of(written), "confidence"), text_of(map_of(written), "source")


def _spell(node: MapNode, names: set[str]) -> HeldSpell | None:
    spell = node.get("spell")
    if spell is None:
        return None
    written = map_of(spell)
    only(written, {"start", "end", "end_day", "confidence", "source"})
    start, end = text_of(written, "start"), text_of(written, "end")
    if not {start, end} <= names:
        raise fault(written, "a spell lies between two columns of its table")
    source = optional(written, "source") or text_of(node, "source")
    return HeldSpell(start, end, _end_day(written), confidence_of(written, "confidence"), source)


def _end_day(node: MapNode) -> EndDay:
    match text_of(node, "end_day"):
        case "in":
            return "in"
        case "outside":
            return "outside"
        case "unknown":
            return "unknown"
        case other:
            raise fault(node, f"end_day must be in, outside or unknown, not {other}")


@dataclass(frozen=True)
class _Each:
    """What a table says of each of its columns, unless the column says otherwise."""

    written: Node | None

    def __post_init__(self) -> None:
        if self.written is not None:
            only(map_of(self.written), _EACH_COLUMN)

    def text(self, name: str) -> str | None:
        return None if self.written is None else optional(map_of(self.written), name)

    def confidence(self, name: str) -> Confidence | None:
        if self.written is None or self.text(name) is None:
            return None
        return confidence_of(map_of(self.written), name)


def _column(name: str, node: MapNode, each: _Each) -> HeldColumn:
    only(node, _COLUMN)
    of_type = confidence_of(node, "type_confidence", each.confidence("type_confidence"))
    return HeldColumn(
        name,
        text_of(node, "physical"),
        _type(node),
        text_of(node, "label"),
        optional(node, "sensitivity") or each.text("sensitivity") or text_of(node, "sensitivity"),
        confidence_of(node, "confidence", each.confidence("confidence")),
        flag_of(node, "means_death", otherwise=False),
        of_type,
        confidence_of(node, "length_confidence", each.confidence("length_confidence") or of_type),
        optional(node, "source") or each.text("source") or "",
        optional(node, "held_as") or "",
        optional(node, "measured_in") or "",
        optional(node, "code_system") or "",
        tuple(
            (key.text, text_of(map_of(node.get("special") or node), key.text))
            for key, _ in items(node, "special")
        ),
    )


def _type(node: MapNode) -> ValueType:
    kind = text_of(node, "type")
    bits = whole_of(node, "bits") or 32
    code_list = optional(node, "list")
    system = _system(node)
    match kind:
        case "key":
            return ValueType(Kind.KEY, bits=64)
        case "whole":
            return ValueType(Kind.WHOLE, bits=bits, code_list=code_list)
        case "decimal":
            return DECIMAL
        case "date":
            return DATE
        case "code":
            return ValueType(
                Kind.CODE, length=int(text_of(node, "length")), code_list=code_list, code_system=system
            )
        case "text":
            return ValueType(Kind.TEXT, length=int(text_of(node, "length")), code_system=system)
        case _:
            raise fault(node, f"no type {kind}")


def _system(node: MapNode) -> str | None:
    """The usual name of the code system of a column; a name that no system answers to is a fault."""
    written = optional(node, "code_system")
    if written is None:
        return None
    system = system_named(written)
    if system is None:
        raise fault(node, f"no code system {written}")
    return system.name
