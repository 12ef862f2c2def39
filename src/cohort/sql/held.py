"""Columns that a project holds otherwise than the catalogue says, brought to the catalogue's type and codes."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from cohort.catalogue import load_catalogue
from cohort.sql.constructs import CleanCode, DayOf, Expression, NumberLiteral, OneOf, TextLiteral
from cohort.sql.model import CannotCompile, TableBinding
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType

_LONGEST_NUMBER, _LONGEST_OF_TEXT = 11, 20


def as_bound(
    column: Expression, binding: TableBinding, table: str, template: str, wanted: ValueType
) -> Expression:
    """Return a column of a held table as the catalogue says it is: its type, and its codes.

    ``template`` is the column's physical name in the catalogue. Raises ``CannotCompile`` where it cannot be read.
    """
    if binding.is_timestamp(template, table):
        return DayOf(column)
    held_as, codes = binding.held_type(template, table, wanted), binding.held_codes(template, table)
    plain = as_catalogued(column, held_as, wanted)
    return _recoded(column, plain, held_as, wanted, codes) if codes else plain


def _recoded(
    column: Expression,
    plain: Expression,
    held_as: ValueType,
    wanted: ValueType,
    codes: Mapping[str, str | None],
) -> Expression:
    """Return a column whose codes are the catalogue's: all at once, so that two codes can change places."""
    value = CleanCode(column) if held_as.is_text else column
    groups: dict[str | None, list[str]] = {}
    for held, code in codes.items():
        groups.setdefault(code, []).append(held)
    whens = [
        (
            OneOf(value, tuple(_literal(held, of=held_as) for held in found)),
            sa.null() if code is None else _literal(code, of=wanted),
        )
        for code, found in groups.items()
    ]
    case = sa.case(*whens, else_=plain)
    return sa.cast(case, sql_type(wanted)) if wanted.kind is Kind.WHOLE else case


def _literal(code: str, *, of: ValueType) -> Expression:
    return TextLiteral(code) if of.is_text else NumberLiteral(int(code))


def as_catalogued(column: Expression, held_as: ValueType, wanted: ValueType) -> Expression:
    """Return a column that is held as one type as the catalogue's type.

    Numbers become text by a cast. Text becomes numbers by the list of codes, since a cast would end the script at the
    first text that is no number; a code that is not in the list is missing. Raises ``CannotCompile`` for another pair.
    """
    if held_as.kind is wanted.kind:
        return column
    if held_as.kind is Kind.WHOLE and wanted.is_text:
        longest = _LONGEST_NUMBER if wanted.kind is Kind.CODE else _LONGEST_OF_TEXT
        return sa.cast(column, sa.String(longest))
    if held_as.is_text and wanted.is_text:
        return column
    codes = load_catalogue().code_lists.get(wanted.code_list or "")
    if held_as.is_text and wanted.kind is Kind.WHOLE and codes is not None:
        clean = CleanCode(column)
        whens = [(clean == TextLiteral(code), NumberLiteral(int(code))) for code in codes.codes]
        return sa.cast(sa.case(*whens), sql_type(wanted))
    raise CannotCompile(f"The binding holds {wanted.human} as {held_as.human}, which cannot be read.")
