"""What a value is (type) and for what there is one (grain)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of value. ``KEY`` is an identifier: it can be compared and joined, never computed with."""

    WHOLE = "whole number"
    DECIMAL = "decimal number"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    BOOLEAN = "yes or no"
    KEY = "key"


class Grain(StrEnum):
    """For what there is one value. The grain of rows is one row of a named table or definition.

    ``CONSTANT`` to ``ROW`` are the grains of expressions, from coarse to fine; ``SPELL`` is that of rows with a start
    and a first day outside. The last three are what outputs count beside entries.
    """

    CONSTANT = "the study"
    PERSON = "each person"
    ENTRY = "each entry"
    ROW = "each row"
    SPELL = "each spell"
    MATCHED_SET = "each matched set"
    PERSON_TIME = "each piece of person-time"
    AREA = "each area and time"


@dataclass(frozen=True)
class ValueType:
    """The type of a column or an expression.

    ``length`` is the greatest number of characters of text and codes, ``bits`` the width of whole numbers and
    keys in the database (16, 32 or 64), ``code_list`` the name of the catalogue's list of codes. ``values`` are the
    only values that a text of this type can have, in order (labels of bands, choices, marks and lookups).
    ``code_system`` is the system that codes without such a list come from, such as ICD-10, where one is known. It says
    where values come from and not what they are, so that types which differ in it alone are equal.
    """

    kind: Kind
    length: int | None = None
    bits: int = 32
    code_list: str | None = None
    values: tuple[str, ...] = ()
    code_system: str | None = field(default=None, compare=False, repr=False)

    @property
    def human(self) -> str:
        """The name of the type in messages, with its article."""
        names = {
            Kind.WHOLE: "a whole number",
            Kind.DECIMAL: "a decimal number",
            Kind.TEXT: "text",
            Kind.CODE: "a code",
            Kind.DATE: "a date",
            Kind.BOOLEAN: "yes or no",
            Kind.KEY: "a key",
        }
        return names[self.kind]

    @property
    def is_number(self) -> bool:
        """Whether arithmetic is meaningful."""
        return self.kind in (Kind.WHOLE, Kind.DECIMAL)

    @property
    def is_text(self) -> bool:
        """Whether it is compared as characters."""
        return self.kind in (Kind.TEXT, Kind.CODE)

    def comparable_with(self, other: ValueType) -> bool:
        """Whether ``=`` between the two is meaningful."""
        if self.is_number and other.is_number:
            return True
        if self.is_text and other.is_text:
            return True
        return self.kind is other.kind


WHOLE = ValueType(Kind.WHOLE)
DECIMAL = ValueType(Kind.DECIMAL)
DATE = ValueType(Kind.DATE)
BOOLEAN = ValueType(Kind.BOOLEAN)
