"""Columns that a project holds in another type than the catalogue says, brought to the catalogue's type."""

from __future__ import annotations

import sqlalchemy as sa

from cohort.catalogue import load_catalogue
from cohort.sql.constructs import CleanCode, Expression, NumberLiteral, TextLiteral
from cohort.sql.model import CannotCompile
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType

_LONGEST_NUMBER = 11


def as_catalogued(column: Expression, held_as: ValueType, wanted: ValueType) -> Expression:
    """Return a column that is held as one type as the catalogue's type.

    Numbers become text by a cast. Text becomes numbers by the list of codes, since a cast would end the script at the
    first text that is no number; a code that is not in the list is missing. Raises ``CannotCompile`` for another pair.
    """
    if held_as.kind is wanted.kind:
        return column
    if held_as.kind is Kind.WHOLE and wanted.kind is Kind.CODE:
        return sa.cast(column, sa.String(_LONGEST_NUMBER))
    if held_as.is_text and wanted.is_text:
        return column
    codes = load_catalogue().code_lists.get(wanted.code_list or "")
    if held_as.is_text and wanted.kind is Kind.WHOLE and codes is not None:
        clean = CleanCode(column)
        whens = [(clean == TextLiteral(code), NumberLiteral(int(code))) for code in codes.codes]
        return sa.cast(sa.case(*whens), sql_type(wanted))
    raise CannotCompile(f"The binding holds {wanted.human} as {held_as.human}, which cannot be read.")
