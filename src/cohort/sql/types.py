"""Types of columns in the database."""

from __future__ import annotations

from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from cohort.types import Kind, ValueType

DEFAULT_LENGTH = 200
"""Length of text and codes of which the catalogue does not say how long they are."""
_BYTES_OF_A_CHARACTER = 4


def sql_type(value_type: ValueType) -> TypeEngine[Any]:
    """Return the type of a column for a type of values."""
    match value_type.kind:
        case Kind.KEY:
            return sa.BigInteger()
        case Kind.WHOLE:
            return _whole(value_type.bits)
        case Kind.DECIMAL:
            return sa.Double()
        case Kind.CODE:
            return sa.String(value_type.length or DEFAULT_LENGTH)
        case Kind.TEXT:
            # Db2 counts bytes, and text (unlike codes) can hold characters of several bytes.
            length = value_type.length
            return sa.String(DEFAULT_LENGTH if length is None else length * _BYTES_OF_A_CHARACTER)
        case Kind.DATE:
            return sa.Date()
        case Kind.BOOLEAN:
            return sa.SmallInteger()
        case _:
            assert_never(value_type.kind)


def _whole(bits: int) -> TypeEngine[Any]:
    match bits:
        case 16:
            return sa.SmallInteger()
        case 32:
            return sa.Integer()
        case 64:
            return sa.BigInteger()
        case _:
            raise ValueError(f"no whole numbers of {bits} bits")
