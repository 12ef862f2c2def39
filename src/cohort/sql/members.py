"""Members of a cohort as SELECTs, and what tells members apart."""

from __future__ import annotations

from typing import assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import INDEX_DATE, SET_UNIT, STOPPED_AT
from cohort.plan.of_members import JoinMembers, ListMembers, MemberFrame
from cohort.query.study import GROUP
from cohort.sql.constructs import Expression, NumberLiteral, TextLiteral
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.scope import Columns, Namespace, column_of, select_columns
from cohort.types import Kind, ValueType

GROUP_COLUMN = (GROUP, ValueType(Kind.CODE, length=128))
"""The column of the name of a group and its type."""


def entry_columns(names: Namespace, table: str) -> Columns:
    """Return the columns of a table that tell entries apart: the unit and the index date."""
    return _listed(names, table, (names.unit, INDEX_DATE))


def member_columns(names: Namespace, table: str) -> Columns:
    """Return the columns of a table that tell members apart: with peers also group and set."""
    return _listed(names, table, (names.unit, INDEX_DATE, GROUP, SET_UNIT))


def same_in(columns: Columns, left: FromClause, right: FromClause) -> Expression:
    """Whether rows of two tables are the same in some columns."""
    return sa.and_(*(column_of(left, name) == column_of(right, name) for name, _ in columns))


def select(relation: ListMembers | MemberFrame | JoinMembers, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return the SELECT of a relation of members, and its columns."""
    match relation:
        case ListMembers():
            return _list(relation, pieces.names)
        case MemberFrame():
            columns = entry_columns(pieces.names, relation.members)
            source = pieces.names.source(relation.members)
            once = select_columns(columns, source)
            return sa.select(*once).select_from(source).group_by(*once), columns
        case JoinMembers():
            return _join(relation, pieces)
        case _:
            assert_never(relation)


def _listed(names: Namespace, table: str, wanted: tuple[str, ...]) -> Columns:
    types = dict(names.columns(table))
    return tuple((name, types[name]) for name in wanted if name in types)


def _list(relation: ListMembers, names: Namespace) -> tuple[AnySelect, Columns]:
    entries = names.source(relation.entries)
    columns = entry_columns(names, relation.entries)
    own = select_columns(columns, entries)
    if relation.groups is None or relation.matched is None:
        passed = column_of(entries, STOPPED_AT) == NumberLiteral(0)
        return sa.select(*own).select_from(entries).where(passed), columns
    cases, peers = relation.groups
    matched = names.source(relation.matched)
    unit_type = columns[0][1]
    select = sa.union_all(
        sa.select(
            *own,
            TextLiteral(cases).label(GROUP),
            column_of(entries, names.unit).label(SET_UNIT),
        ).select_from(entries),
        sa.select(
            *select_columns(columns, matched),
            TextLiteral(peers).label(GROUP),
            column_of(matched, SET_UNIT),
        ).select_from(matched),
    )
    return select, (*columns, GROUP_COLUMN, (SET_UNIT, unit_type))


def _join(relation: JoinMembers, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    members, entries = names.source(relation.members), names.source(relation.entries)
    of_member = member_columns(names, relation.members)
    joined = members.join(entries, same_in(entry_columns(names, relation.members), members, entries))
    if relation.followed is not None:
        pieces_of_time = names.source(relation.followed)
        once = select_columns(of_member, pieces_of_time)
        select = sa.select(*once).select_from(pieces_of_time).group_by(*once)
        followed = pieces.add("followed", "members with at least one day", select, of_member)
        joined = joined.join(followed, same_in(of_member, members, followed))
    columns = (*of_member, *relation.variables)
    selected = [*select_columns(of_member, members), *select_columns(relation.variables, entries)]
    return sa.select(*selected).select_from(joined), columns
