"""What must hold of every study, whatever it says. The engines agree (other tests), so one shows most laws."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort.engines.reference import Cell, StudyRun, World
from cohort.engines.reference.entries import Entries
from cohort.plan.collect import ResultRow, collect
from cohort.query.study import RateOutput, Study
from cohort.results.model import RateTable, RawTable
from cohort.sql.results import RESULT_COLUMNS

from .crowded_strategies import crowded_studies, crowds, overlapping, studies_of_overlaps
from .harness import TIMES, compiled, loaded, plan_of, run_script
from .member_strategies import held_tables, member_studies
from .study_strategies import Drawn, studies
from .tables import Tables
from .tables import tables as any_tables

LAWS = settings(max_examples=25 * TIMES, derandomize=True, deadline=None)
LAWS_REACH = settings(max_examples=100, derandomize=True, deadline=None, database=None)
ON_DATABASE = settings(max_examples=6, derandomize=True, deadline=None)


MATCHED = st.one_of(st.tuples(crowded_studies(), crowds()), st.tuples(member_studies(), held_tables()))
FOLLOWED = st.one_of(
    st.tuples(studies_of_overlaps(), overlapping()), st.tuples(member_studies(), held_tables())
)
"""Studies with data that fit them: cases that find peers, entries that are followed."""


def run_of(study: Study, held: Tables) -> StudyRun:
    return StudyRun(study, World(held))


def on_database(study: Study, held: Tables) -> tuple[RawTable, ...]:
    """The raw tables of a study as DuckDB gives them."""
    rows = [definition.rows for definition in study.definitions]
    script = compiled(plan_of(study), rows)
    columns = ", ".join(name for name, _ in RESULT_COLUMNS[2:])
    with loaded(rows, held) as connection:
        run_script(connection, script)
        long = connection.execute(f"SELECT {columns} FROM {script.tables['results']}").fetchall()
    return collect(study, (ResultRow(*row) for row in long)).tables


def by_id(found: tuple[RawTable, ...]) -> dict[str, RawTable]:
    return {table.id: table for table in found}


# Adding an output -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["reference", "database"])
@given(data=st.data())
@ON_DATABASE
def test_an_output_changes_no_other(engine: str, data: st.DataObject) -> None:
    study, held = data.draw(member_studies()).study, data.draw(held_tables())
    outputs = data.draw(st.lists(st.sampled_from(study.outputs), min_size=1, unique_by=lambda o: o.id))
    fewer = dataclasses.replace(study, outputs=tuple(outputs))
    if engine == "reference":
        found, whole = by_id(run_of(fewer, held).tables()), by_id(run_of(study, held).tables())
    else:
        found, whole = by_id(on_database(fewer, held)), by_id(on_database(study, held))
    assert found
    assert all(whole[table] == found[table] for table in found)


# Adding or removing another unit ----------------------------------------------------------------------------


def without(held: Tables, codes: set[object]) -> Tables:
    return {
        name: [row for row in rows if row["local_code"] not in codes]
        for name, rows in held.items()
        if name != "links"
    } | {"links": held["links"]}


@given(
    drawn=st.one_of(studies(), member_studies()), held=st.one_of(any_tables(), held_tables()), data=st.data()
)
@LAWS
def test_another_unit_changes_nobody(drawn: Drawn, held: Tables, data: st.DataObject) -> None:
    study = dataclasses.replace(drawn.study, peers=None, outputs=())
    if any(end.only_for == "peers" for end in (study.follow_up.ends if study.follow_up else ())):
        return
    before = run_of(study, held)
    units = sorted({unit for unit, _ in before.entries if isinstance(unit, int)})
    if not units:
        return
    gone = data.draw(st.sampled_from(units))
    codes: set[object] = {row["local_code"] for row in held["links"] if row["unified"] == gone} | {gone}
    after = run_of(study, without(held, codes))
    # A code that leads to several units is one of them only, the smallest, and others may have shared it.
    shared = {row["unified"] for row in held["links"] if row["local_code"] in codes} | codes
    others = [entry for entry in before.entries if entry[0] not in shared]
    assert [entry for entry in after.entries if entry[0] not in shared] == others
    for variable in study.variables:
        old, new = before.variable(variable.name), after.variable(variable.name)
        assert all(old[entry] == new[entry] for entry in others)
    assert [member for member in before.cohort if member.unit not in shared] == [
        member for member in after.cohort if member.unit not in shared
    ]
    if study.follow_up is not None:
        assert [piece for piece in before.pieces if piece.member.unit not in shared] == [
            piece for piece in after.pieces if piece.member.unit not in shared
        ]


# Renaming a definition --------------------------------------------------------------------------------------


def renamed(part: Any, old: str, new: str) -> Any:
    """Return anything of a study with a name replaced wherever it stands."""
    if isinstance(part, str):
        return new if part == old else part
    if isinstance(part, tuple):
        return tuple(renamed(item, old, new) for item in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = {
            field.name: renamed(getattr(part, field.name), old, new)
            for field in dataclasses.fields(part)
            if field.init
        }
        return type(part)(**fields)
    return part


@pytest.mark.parametrize("engine", ["reference", "database"])
@given(drawn=member_studies(), held=held_tables(), data=st.data())
@ON_DATABASE
def test_a_name_is_only_a_name(engine: str, drawn: Drawn, held: Tables, data: st.DataObject) -> None:
    names = ["events_after", "near_score", "cover_after", "first_after", "covered_time"]
    study = drawn.study
    other: Study = renamed(study, data.draw(st.sampled_from(names)), "zz_renamed")
    assert other != study
    if engine == "reference":
        assert run_of(other, held).tables() == run_of(study, held).tables()
    else:
        assert on_database(other, held) == on_database(study, held)


# Person-time ------------------------------------------------------------------------------------------------


@given(pair=FOLLOWED)
@LAWS
def test_pieces_add_up_to_follow_up(pair: tuple[Drawn, Tables]) -> None:
    study, held = pair[0].study, pair[1]
    if study.follow_up is None:
        return
    whole = run_of(dataclasses.replace(study, splits=(), outcomes=(), outputs=()), held)
    split = run_of(dataclasses.replace(study, outputs=()), held)
    days = Counter[Any]()
    for piece in whole.pieces:
        assert piece.days > 0
        days[piece.member] += piece.days
    for piece in split.pieces:
        assert piece.days > 0
        days[piece.member] -= piece.days
    assert not any(days.values())
    # No day of a member is in two pieces.
    for run in (whole, split):
        ends: dict[Any, Any] = {}
        for piece in sorted(run.pieces, key=lambda piece: piece.start):
            assert ends.get(piece.member, piece.start) <= piece.start
            ends[piece.member] = piece.until


@pytest.mark.parametrize("engine", ["reference", "database"])
@given(drawn=member_studies(), held=held_tables())
@ON_DATABASE
def test_cells_of_a_rate_add_up_to_follow_up(engine: str, drawn: Drawn, held: Tables) -> None:
    rates = [output for output in drawn.study.outputs if isinstance(output, RateOutput)]
    if not rates:
        return
    # Everyone, and no time cut off by a first event: then the time is that of follow-up whatever it is split by.
    outcomes = tuple(dataclasses.replace(o, first_only=False) for o in drawn.study.outcomes)
    outputs = tuple(dataclasses.replace(output, among=None) for output in rates)
    study = dataclasses.replace(drawn.study, outcomes=outcomes, outputs=outputs)
    run = run_of(study, held)
    found = run.tables() if engine == "reference" else on_database(study, held)
    followed = sum(piece.days for piece in run.pieces)
    for table in found:
        if isinstance(table, RateTable):
            assert sum(cell.person_days for cell in table.cells.values()) == followed


# Matching ---------------------------------------------------------------------------------------------------


def value_of(entries: Entries, value: Any, entry: Any) -> Cell:
    return entries.value(value, entry)


@given(pair=MATCHED)
@LAWS
def test_peers_are_what_was_asked_for(pair: tuple[Drawn, Tables]) -> None:
    study, held = pair[0].study, pair[1]
    if study.peers is None:
        return
    run, peers = run_of(study, held), study.peers
    used = Counter[Cell]()
    for case, found in run.sets.items():
        assert len(found) <= peers.per_case
        assert len(set(found)) == len(found)
        used.update(found)
        for unit in found:
            assert unit != case[0]
            peer = (unit, case[1])
            for _, value in peers.exact:
                of_case, of_peer = value_of(run.population, value, case), value_of(run.pool, value, peer)
                assert of_case is not None
                assert of_case == of_peer
            if peers.nearest is not None:
                one: Any = value_of(run.population, peers.nearest.value, case)
                other: Any = value_of(run.pool, peers.nearest.value, peer)
                distance = one - other
                days = getattr(distance, "days", distance)
                assert abs(days) <= peers.nearest.tolerance
            for step in peers.steps:
                assert value_of(run.pool, step.keep, peer) is True
    assert peers.reuse or all(number == 1 for number in used.values())


def test_the_strategies_reach_matched_sets_and_follow_up() -> None:
    """The laws above would hold of nothing at all."""
    reached = Counter[str]()

    @given(pair=MATCHED)
    @LAWS_REACH
    def look_at_sets(pair: tuple[Drawn, Tables]) -> None:
        run, peers = run_of(pair[0].study, pair[1]), pair[0].study.peers
        if peers is not None and any(run.sets.values()):
            reached["reuse" if peers.reuse else "no reuse"] += 1

    @given(pair=FOLLOWED)
    @LAWS_REACH
    def look_at_time(pair: tuple[Drawn, Tables]) -> None:
        study = pair[0].study
        reached["followed"] += study.follow_up is not None and len(run_of(study, pair[1]).pieces) > 0

    look_at_sets()
    look_at_time()
    assert min(reached["reuse"], reached["no reuse"], reached["followed"]) >= 10
