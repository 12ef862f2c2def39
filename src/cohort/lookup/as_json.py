"""The JSON of everything that is looked up: one form for all commands, which ``docs/catalogue.md`` describes.

Keys keep their order, lists are in the order of the catalogue, and a name that is not known is an empty text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from cohort.lookup.search import Found
from cohort.lookup.sheet import Cell, Listing, Ref, Row, Sheet, Statement

FORMAT = "cohort catalogue 1"

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]


def json_of_sheets(command: str, sheets: Iterable[Sheet]) -> str:
    """Return the JSON text of sheets."""
    things: list[Value] = [_sheet(sheet) for sheet in sheets]
    return _text({"format": FORMAT, "command": command, "things": things})


def json_of_found(question: str, found: Found, shown: int) -> str:
    """Return the JSON text of a search, of which so many hits are shown."""
    hits: list[Value] = [
        {
            **_ref(hit.found.ref),
            "physical": hit.found.physical,
            "title": hit.found.title,
            "score": hit.score,
        }
        for hit in found.hits[:shown]
    ]
    meant: list[Value] = [{"word": word, "nearest": near} for word, near in found.meant]
    return _text(
        {
            "format": FORMAT,
            "command": "search",
            "question": question,
            "found": len(found.hits),
            "partly": found.partly,
            "hits": hits,
            "not_found": meant,
        }
    )


def _text(value: dict[str, Value]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _ref(ref: Ref) -> dict[str, Value]:
    return {"sort": ref.sort.value, "name": ref.name}


def _sheet(sheet: Sheet) -> dict[str, Value]:
    own: dict[str, Value] = _ref(sheet.ref) if sheet.ref is not None else {"sort": "list", "name": ""}
    return {
        **own,
        "title": sheet.title,
        "note": sheet.note,
        "statements": [_statement(statement) for statement in sheet.statements],
        "lists": {listing.key: _listing(listing) for listing in sheet.listings},
    }


def _statement(said: Statement) -> dict[str, Value]:
    return {
        "about": said.about,
        "says": said.text,
        "sure": said.sure,
        "source": said.source,
        "names": [_ref(ref) for ref in said.refs],
    }


def _listing(listing: Listing) -> list[Value]:
    return [_row(listing, row) for row in listing.rows]


def _row(listing: Listing, row: Row) -> dict[str, Value]:
    return {key: _cell(cell) for (key, _), cell in zip(listing.heads, row.cells, strict=True)}


def _cell(cell: Cell) -> Value:
    return [ref.name for ref in cell] if isinstance(cell, tuple) else cell
