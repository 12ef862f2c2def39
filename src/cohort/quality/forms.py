"""The forms of codes of which the catalogue has no list: patterns that a code must be like, from public descriptions.

A form finds what cannot be a code; it does not tell whether a code of the right form was ever given out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.code_systems import canonical
from cohort.catalogue.model import Confidence, HeldColumn
from cohort.catalogue.nodes import (
    confidence_of,
    fault,
    items,
    map_of,
    only,
    read_map,
    text_of,
    texts_of,
    whole_of,
)
from cohort.source import Source
from cohort.source.nodes import MapNode

_KEYS = {"length", "each", "none", "then", "words", "misses", "confidence", "source"}
_RANGE = re.compile(r"\{(.)-(.)\}")


@dataclass(frozen=True)
class Form:
    """How codes of a system are written, in capitals and without the dot of the printed classification.

    A code is like one pattern of each group in ``each``, like none in ``none``, and what is like the first pattern of
    a pair in ``then`` is like the second; in patterns ``_`` is any character and ``%`` any text. ``words`` say so,
    ``misses`` what the form does not find. ``length`` is the least length of a column that holds whole codes.
    """

    system: str
    length: int
    each: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    then: tuple[tuple[str, str], ...]
    words: str
    misses: str
    confidence: Confidence
    source: str

    def fits(self, code: str) -> bool:
        """Whether a code, in capitals and trimmed, has the form."""
        groups = all(any(_like(code, pattern) for pattern in group) for group in self.each)
        follows = all(_like(code, then) for first, then in self.then if _like(code, first))
        return groups and follows and not any(_like(code, pattern) for pattern in self.none)


def form_of(column: HeldColumn) -> Form | None:
    """Return the form of a column's codes; None where there is none, or the column holds a part of a code only."""
    if not column.code_system or not column.type.is_text:
        return None
    form = load_forms().get(canonical(column.code_system))
    return form if form is not None and (column.type.length or 0) >= form.length else None


@cache
def load_forms() -> Mapping[str, Form]:
    """Return the shipped forms by code system. A fault in the file is ours, so it raises ``CatalogueFault``."""
    text = files("cohort.quality").joinpath("data", "forms.yaml").read_text("utf-8")
    root = read_map(Source("quality/forms.yaml", text))
    only(root, {"forms"})
    found: dict[str, Form] = {}
    for key, value in items(root, "forms"):
        node = map_of(value)
        only(node, _KEYS)
        length, then = whole_of(node, "length"), node.get("then")
        if canonical(key.text) != key.text or length is None:
            raise fault(key, "a form is of a known code system, and has a least length")
        found[key.text] = Form(
            key.text,
            length,
            tuple(tuple(_written_out(pattern)) for pattern in texts_of(node, "each")),
            texts_of(node, "none", needed=False),
            tuple((one.text, text_of(then, one.text)) for one, _ in then)
            if isinstance(then, MapNode)
            else (),
            text_of(node, "words"),
            text_of(node, "misses"),
            confidence_of(node, "confidence"),
            text_of(node, "source"),
        )
    return found


def _written_out(pattern: str) -> list[str]:
    """Return a pattern for each character of its ranges (``{0-9}``)."""
    range_ = _RANGE.search(pattern)
    if range_ is None:
        return [pattern]
    first, last = (ord(sign) for sign in range_.groups())
    before, after = pattern[: range_.start()], pattern[range_.end() :]
    return [
        written for sign in range(first, last + 1) for written in _written_out(f"{before}{chr(sign)}{after}")
    ]


def _like(code: str, pattern: str) -> bool:
    signs = {"_": ".", "%": ".*"}
    return re.fullmatch("".join(signs.get(sign) or re.escape(sign) for sign in pattern), code) is not None
