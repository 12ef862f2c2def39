"""Matching of peers as SELECTs: pairs with their hashes, and one round after another."""

from __future__ import annotations

import datetime
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import INDEX_DATE, SET_UNIT, STOPPED_AT
from cohort.plan.of_members import Alike, Candidates, Concerned, MatchRound, PairUp, PassAll, PeersFound
from cohort.query.study import PEERS_FOUND
from cohort.sql.constructs import DateLiteral, DaysFrom, Expression, NumberLiteral, as_double, rising
from cohort.sql.members import entry_columns, same_in
from cohort.sql.model import CannotCompile
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.scope import INDEX_DATE_COLUMN, Columns, column_of, select_columns
from cohort.types import DECIMAL, WHOLE, Kind, ValueType

PRIME = 2147483647
MULTIPLIER = 48271
FIRST_DAY = datetime.date(2000, 1, 1)
_WIDE = ValueType(Kind.WHOLE, bits=64)
_DISTANCE, _PAIR_HASH, _CASE_HASH = "distance", "pair_hash", "case_hash"
_CASE_MIXED, _PAIR_MIXED = "case_mixed", "pair_mixed"

Matching = PassAll | Candidates | Alike | Concerned | PairUp | MatchRound | PeersFound


def select(relation: Matching, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return the SELECT of a relation of matching, and its columns."""
    match relation:
        case PassAll():
            return _pass_all(relation, pieces)
        case Candidates():
            return _candidates(relation, pieces)
        case Alike():
            return _alike(relation, pieces)
        case Concerned():
            return _concerned(relation, pieces)
        case PairUp():
            return _pair_up(relation, pieces)
        case MatchRound():
            return _round(relation, pieces)
        case PeersFound():
            return _peers_found(relation, pieces)
        case _:
            assert_never(relation)


def _pass_all(relation: PassAll, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    entries, steps = names.source(relation.entries), names.source(relation.steps)
    owner = entry_columns(names, relation.entries)
    columns = (*owner, *relation.columns)
    select = sa.select(*select_columns(columns, entries)).select_from(
        entries.join(steps, same_in(owner, entries, steps))
    )
    return select.where(column_of(steps, STOPPED_AT) == NumberLiteral(0)), columns


def _candidates(relation: Candidates, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    pool, cases = names.source(relation.pool.name), names.source(relation.cases)
    columns = (entry_columns(names, relation.pool.name)[0], INDEX_DATE_COLUMN)
    unit, date = column_of(pool, names.unit), column_of(cases, INDEX_DATE)
    units = pieces.add(
        "units",
        "each unit of the pool",
        sa.select(unit).select_from(pool).where(unit.is_not(sa.null())).group_by(unit),
        columns[:1],
    )
    dates = pieces.add(
        "dates",
        "each index date of a case",
        sa.select(date).select_from(cases).group_by(date),
        columns[1:],
    )
    every = NumberLiteral(1) == NumberLiteral(1)
    select = sa.select(column_of(units, names.unit), column_of(dates, INDEX_DATE)).select_from(
        units.join(dates, every)
    )
    return select, columns


def _concerned(relation: Concerned, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    entries, pool = names.source(relation.entries), names.source(relation.pool.name)
    columns = entry_columns(names, relation.entries)[:1]
    (of_entry,), (of_pool,) = select_columns(columns, entries), select_columns(columns, pool)
    both = sa.union_all(
        sa.select(of_entry).select_from(entries),
        sa.select(of_pool).select_from(pool).where(of_pool.is_not(sa.null())),
    )
    each = pieces.add("each", "the units of the population, and those of the pool", both, columns)
    once = select_columns(columns, each)
    return sa.select(*once).select_from(each).group_by(*once), columns


def _alike(relation: Alike, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    entries, cases = names.source(relation.entries), names.source(relation.cases)
    owner = entry_columns(names, relation.entries)
    columns = (*owner, *relation.columns)
    types = dict(names.columns(relation.cases))
    shared: Columns = (INDEX_DATE_COLUMN, *((name, types[name]) for name in relation.exact))
    once = select_columns(shared, cases)
    looked_for = pieces.add(
        "looked_for",
        "what the cases of each index date are matched on, once",
        sa.select(*once).select_from(cases).group_by(*once),
        shared,
    )
    select = sa.select(*select_columns(columns, entries)).select_from(
        entries.join(looked_for, same_in(shared, entries, looked_for))
    )
    return select, columns


def _pair_up(relation: PairUp, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    cases = _hashed_cases(relation, pieces).alias("each_case")
    candidates = names.source(relation.candidates).alias("each_candidate")
    unit, date = entry_columns(names, relation.candidates)
    case, candidate = column_of(cases, unit[0]), column_of(candidates, unit[0])
    conditions = [
        column_of(cases, name) == column_of(candidates, name) for name in (INDEX_DATE, *relation.exact)
    ]
    conditions.append(case != candidate)
    distance: Expression = NumberLiteral(0)
    distance_type = _WIDE
    if relation.nearest is not None:
        name, type_ = relation.nearest
        distance = _apart(column_of(cases, name), column_of(candidates, name), type_)
        distance_type = DECIMAL if type_.kind is Kind.DECIMAL else _WIDE
    columns: Columns = (
        unit,
        date,
        (SET_UNIT, unit[1]),
        (_DISTANCE, distance_type),
        (_CASE_HASH, _WIDE),
        (_PAIR_MIXED, _WIDE),
    )
    paired = sa.select(
        candidate,
        column_of(candidates, INDEX_DATE),
        case.label(SET_UNIT),
        distance.label(_DISTANCE),
        column_of(cases, _CASE_HASH),
        _mixed(column_of(cases, _CASE_HASH), candidate).label(_PAIR_MIXED),
    ).select_from(cases.join(candidates, sa.and_(*conditions)))
    pairs = pieces.add("pairs", "cases and candidates who match, and how far they are apart", paired, columns)
    kept: Columns = (*columns[:4], (_PAIR_HASH, _WIDE), (_CASE_HASH, _WIDE))
    select = sa.select(
        *select_columns(columns[:4], pairs),
        fifth_power(column_of(pairs, _PAIR_MIXED)).label(_PAIR_HASH),
        column_of(pairs, _CASE_HASH),
    ).select_from(pairs)
    if relation.nearest is None:
        return select, kept
    return select.where(column_of(pairs, _DISTANCE) <= NumberLiteral(relation.tolerance)), kept


def _hashed_cases(relation: PairUp, pieces: Pieces) -> FromClause:
    """The cases with their hash, with which the hash of a pair begins."""
    names = pieces.names
    source = names.source(relation.cases)
    unit, date = entry_columns(names, relation.cases)
    if unit[1].kind not in (Kind.KEY, Kind.WHOLE):
        raise CannotCompile("Only units with whole numbers as keys can be matched.")
    columns = names.columns(relation.cases)
    seed = pow(relation.seed, 5, PRIME)
    days = DaysFrom(DateLiteral(FIRST_DAY), column_of(source, date[0]))
    # The seed is the same for all, so its share is worked out here.
    of_unit = _modulo(NumberLiteral(seed * MULTIPLIER % PRIME) + _key(column_of(source, unit[0])))
    mixed = pieces.add(
        "mixed",
        "each case with the number that its hashes begin with",
        sa.select(*select_columns(columns, source), _mixed(of_unit, days).label(_CASE_MIXED)).select_from(
            source
        ),
        (*columns, (_CASE_MIXED, _WIDE)),
    )
    hashed = fifth_power(column_of(mixed, _CASE_MIXED)).label(_CASE_HASH)
    return pieces.add(
        "hashed",
        "each case with its hash",
        sa.select(*select_columns(columns, mixed), hashed).select_from(mixed),
        (*columns, (_CASE_HASH, _WIDE)),
    )


def _key(number: Expression) -> Expression:
    """A whole number brought to 0 up to the prime, which it leaves out."""
    wide = sa.cast(number, sa.BigInteger())
    return _modulo(_modulo(wide) + NumberLiteral(PRIME))


def _mixed(so_far: Expression, further: Expression) -> Expression:
    return _modulo(_modulo(so_far * NumberLiteral(MULTIPLIER)) + _key(further))


def fifth_power(number: Expression) -> Expression:
    """A column's fifth power modulo the prime: one to one, and no straight line, which would order all alike."""
    square = _modulo(number * number)
    return _modulo(_modulo(square * square) * number)


def _modulo(number: Expression) -> Expression:
    return sa.func.mod(number, NumberLiteral(PRIME), type_=sa.BigInteger())


def _apart(one: Expression, other: Expression, type_: ValueType) -> Expression:
    """The absolute difference of two values, in days for dates."""
    match type_.kind:
        case Kind.DATE:
            difference: Expression = DaysFrom(one, other)
        case Kind.DECIMAL:
            difference = as_double(other) - as_double(one)
        case Kind.WHOLE:
            difference = sa.cast(other, sa.BigInteger()) - sa.cast(one, sa.BigInteger())
        case _:
            raise CannotCompile("Peers can be near in dates and numbers only.")
    zero = NumberLiteral(0)
    return sa.case((difference < zero, zero - difference), else_=difference)


def _round(relation: MatchRound, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    columns = names.columns(relation.pairs)
    paired = columns[:3]
    pairs = names.source(relation.pairs)
    lacking = "peers_lacking"
    if relation.before is not None:
        pairs = _still_free(relation, columns, pieces)
    place = "place_for_case"
    of_case = [column_of(pairs, SET_UNIT), column_of(pairs, INDEX_DATE)]
    order = [rising(column_of(pairs, name)) for name in (_DISTANCE, _PAIR_HASH, names.unit)]
    held = columns if relation.before is None else (*columns, (lacking, WHOLE))
    ranked = pieces.add(
        "ranked",
        "the candidates of each case, the best first",
        sa.select(
            *select_columns(held, pairs),
            sa.func.row_number().over(partition_by=of_case, order_by=order).label(place),
        ).select_from(pairs),
        (*held, (place, WHOLE)),
    )
    wanted = NumberLiteral(relation.per_case) if relation.before is None else column_of(ranked, lacking)
    proposed = sa.select(*select_columns(columns, ranked)).select_from(ranked)
    proposed = proposed.where(column_of(ranked, place) <= wanted)
    if relation.reuse:
        kept = sa.select(*select_columns(paired, ranked)).select_from(ranked)
        return kept.where(column_of(ranked, place) <= wanted), paired
    accepted = _accepted(pieces.add("proposed", "what cases propose", proposed, columns), columns, pieces)
    if relation.before is None:
        return accepted, paired
    before = names.source(relation.before)
    return sa.union_all(sa.select(*select_columns(paired, before)).select_from(before), accepted), paired


def _still_free(relation: MatchRound, columns: Columns, pieces: Pieces) -> FromClause:
    """The pairs of free candidates and cases that lack peers, with how many each case lacks."""
    names = pieces.names
    assert relation.before is not None
    before, pairs = names.source(relation.before), names.source(relation.pairs)
    of_set = [column_of(before, SET_UNIT), column_of(before, INDEX_DATE)]
    found = pieces.add(
        "found",
        "how many peers each case has so far",
        sa.select(*of_set, sa.func.count().label("peers_so_far")).select_from(before).group_by(*of_set),
        (columns[2], INDEX_DATE_COLUMN, ("peers_so_far", WHOLE)),
    )
    taken = pieces.add(
        "taken",
        "units that are a peer already",
        sa.select(column_of(before, names.unit).label("taken_unit"))
        .select_from(before)
        .group_by(column_of(before, names.unit)),
        (("taken_unit", columns[0][1]),),
    )
    so_far = sa.func.coalesce(column_of(found, "peers_so_far"), NumberLiteral(0))
    free = column_of(taken, "taken_unit").is_(sa.null())
    lacks = so_far < NumberLiteral(relation.per_case)
    joined = pairs.outerjoin(found, same_in((columns[2], INDEX_DATE_COLUMN), pairs, found)).outerjoin(
        taken, column_of(taken, "taken_unit") == column_of(pairs, names.unit)
    )
    return pieces.add(
        "free",
        "pairs of a free candidate and a case that lacks peers",
        sa.select(
            *select_columns(columns, pairs),
            (NumberLiteral(relation.per_case) - so_far).label("peers_lacking"),
        )
        .select_from(joined)
        .where(free, lacks),
        (*columns, ("peers_lacking", WHOLE)),
    )


def _accepted(proposed: FromClause, columns: Columns, pieces: Pieces) -> sa.Select[Any]:
    """Of the proposals to each candidate the best."""
    order = [rising(column_of(proposed, name)) for name in (_DISTANCE, _CASE_HASH, SET_UNIT, INDEX_DATE)]
    place = "place_for_candidate"
    number = sa.func.row_number().over(partition_by=[column_of(proposed, pieces.names.unit)], order_by=order)
    paired = columns[:3]
    ranked = pieces.add(
        "compared",
        "the proposals to each candidate, the best first",
        sa.select(*select_columns(paired, proposed), number.label(place)).select_from(proposed),
        (*paired, (place, WHOLE)),
    )
    best = column_of(ranked, place) == NumberLiteral(1)
    return sa.select(*select_columns(paired, ranked)).select_from(ranked).where(best)


def _peers_found(relation: PeersFound, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    cases, matched = names.source(relation.cases), names.source(relation.matched)
    owner = entry_columns(names, relation.cases)
    of_set = [column_of(matched, SET_UNIT), column_of(matched, INDEX_DATE)]
    counted = pieces.add(
        "counted",
        "how many peers the cases that have any have",
        sa.select(*of_set, sa.func.count().label("peers_of_set")).select_from(matched).group_by(*of_set),
        ((SET_UNIT, owner[0][1]), INDEX_DATE_COLUMN, ("peers_of_set", WHOLE)),
    )
    of_case = sa.and_(
        column_of(counted, SET_UNIT) == column_of(cases, names.unit),
        column_of(counted, INDEX_DATE) == column_of(cases, INDEX_DATE),
    )
    found = sa.func.coalesce(column_of(counted, "peers_of_set"), NumberLiteral(0)).label(PEERS_FOUND)
    select = sa.select(*select_columns(owner, cases), found).select_from(cases.outerjoin(counted, of_case))
    return select, (*owner, (PEERS_FOUND, WHOLE))
