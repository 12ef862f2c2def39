"""Texts of a file of cases as values of a column or a variable."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import assert_never

from cohort.catalogue import CodeList
from cohort.engines.reference import Cell
from cohort.source.nodes import ScalarNode
from cohort.types import Kind, ValueType

MISSING = "missing"
_TRUTH = {"yes": True, "no": False, "true": True, "false": False}


class WrongText(Exception):
    """A text that is no value of its type; the message says what is wanted, the example how it is written."""

    def __init__(self, wanted: str, example: str) -> None:
        super().__init__(wanted)
        self.wanted, self.example = wanted, example


class Reader:
    """Reads values. Names in columns of keys become whole numbers, the same number for the same name.

    Those of ``names`` (the cases) count from 1; others follow in the order in which they are read.
    """

    def __init__(self, names: tuple[str, ...], code_lists: Mapping[str, CodeList]) -> None:
        self.keys = {name: number for number, name in enumerate(names, start=1)}
        self._code_lists = code_lists

    def cell(self, node: ScalarNode, kind: ValueType) -> Cell:
        """Return a value; raises ``WrongText``. A plain ``missing`` is no value, one in quotes is a text."""
        text = node.text.strip()
        if text == MISSING and is_plain(node):
            return None
        found = self._cell(text, kind)
        known = self._code_lists.get(kind.code_list or "")
        if known is not None and known.codes and str(found) not in known.codes:
            raise WrongText(f"a code of {known.name}", f"`{next(iter(known.codes))}`")
        if kind.values and found not in kind.values:
            raise WrongText(f"one of {', '.join(kind.values)}", f"`{kind.values[0]}`")
        return found

    def _cell(self, text: str, kind: ValueType) -> Cell:
        match kind.kind:
            case Kind.KEY:
                if not text:
                    raise WrongText("a name", "the name of a case")
                return self.keys.setdefault(text, len(self.keys) + 1)
            case Kind.TEXT:
                return text
            case Kind.CODE:
                # As the catalogue's preparation leaves codes: in upper case, without blanks around them.
                if not text:
                    raise WrongText("a code", "a code of the data")
                return text.upper()
            case Kind.DATE:
                return date_of(text)
            case Kind.BOOLEAN:
                if text not in _TRUTH:
                    raise WrongText("yes or no", "`yes` or `no`")
                return _TRUTH[text]
            case Kind.WHOLE:
                return whole_of(text)
            case Kind.DECIMAL:
                return _decimal_of(text)
            case _:
                assert_never(kind.kind)


def is_plain(node: ScalarNode) -> bool:
    """Whether a text stands without quotes and block markers."""
    return node.place.text[:1] not in ('"', "'", "|", ">")


def date_of(text: str) -> datetime.date:
    """Return a date; raises ``WrongText``."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongText("a date", "a date such as `2010-03-31`")


def whole_of(text: str) -> int:
    """Return a whole number; raises ``WrongText``."""
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise WrongText("a whole number", "a number such as `3`")
    return int(text)


def _decimal_of(text: str) -> float:
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", text, re.ASCII):
        raise WrongText("a number", "a number such as `2.5`")
    found = float(text)
    assert math.isfinite(found)
    return found
