"""Matched peers on the reference engine. Every expectation is worked out by hand from the words of ``Peers``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cohort.engines.reference import ReferenceFault, StudyRun
from cohort.engines.reference.matching import hash_of_case, hash_of_pair
from cohort.query.outputs import MATCHED_SETS
from cohort.query.rows import ForEachEntry, KeepOne, NamedRows, Where
from cohort.query.study import (
    GROUP,
    AttritionOutput,
    CountOutput,
    FollowUp,
    FollowUpEnd,
    Nearest,
    Peers,
    Population,
    Study,
)
from cohort.query.values import And, Compare, Fact, IndexDate, IsMissing, Literal, Not, Value, VariableValue
from cohort.results.model import AttritionTable, CountTable
from cohort.types import DATE, WHOLE

from .studies import CODE, HERE, Held, count, day, definition, entries_of, run, steps, study, variable

SEX, SCORE, BORN = Fact("people", "sex", CODE), Fact("people", "score", WHOLE), Fact("people", "born", DATE)
IS_CASE = Not(IsMissing(Fact("people", "exposed", DATE)))


def people(*lines: str) -> Held:
    return Held("people", "child number sex score born exposed", *lines)


def matched(held: Held, **parts: Any) -> StudyRun:
    return run(with_peers(held, **parts), held)


def with_peers(held: Held, *, further: dict[str, Any] | None = None, **parts: Any) -> Study:
    """Cases are exposed people on the day of exposure; all people are candidates."""
    peers = replace(
        Peers(
            name="peers",
            pool="people",
            steps=(),
            exact=(("sex", SEX),),
            nearest=Nearest(SCORE, 10, "score"),
            per_case=1,
            reuse=False,
            seed=1,
            origin=HERE,
        ),
        **parts,
    )
    return study(
        held,
        population=Population("people", held.column("exposed"), (), HERE),
        peers=peers,
        **(further or {}),
    )


def sets(found: StudyRun) -> dict[Any, tuple[Any, ...]]:
    return {case[0]: peers for case, peers in found.sets.items()}


NOT_EXPOSED = steps(not_exposed=IsMissing(Fact("people", "exposed", DATE)))


def test_the_hashes_are_the_stated_arithmetic() -> None:
    first = (1, day("2000-01-01"))
    # Seed 0 and day 0 leave only the unit: 1 * 48271, and the fifth power of that, modulo the prime.
    of_case = 48271**5 % 2147483647
    assert hash_of_case(0, first) == of_case
    assert hash_of_pair(0, first, 2) == (of_case * 48271 + 2) ** 5 % 2147483647
    # Negative numbers and numbers past the prime are brought into it; days before 2000 count backwards.
    assert hash_of_case(0, (1 - 2147483647, day("2000-01-01"))) == hash_of_case(0, first)
    assert hash_of_case(2147483647, first) == hash_of_case(0, first)
    assert hash_of_case(0, (0, day("1999-12-31"))) == (2147483647 - 1) ** 5 % 2147483647
    assert hash_of_case(1, (0, day("2000-01-01"))) == (48271 * 48271) ** 5 % 2147483647
    # 64 bits are enough: no product is larger than the square of the prime.
    assert 2147483647**2 < 2**63


def test_no_order_of_candidates_is_common_to_cases_or_seeds() -> None:
    """Of two neighbouring keys each is first about as often, whatever the case and the seed."""
    cases = [(seed, (unit, day("2017-03-31"))) for seed in range(20) for unit in range(1, 51)]
    first = sum(hash_of_pair(seed, case, 100) < hash_of_pair(seed, case, 101) for seed, case in cases)
    assert 450 < first < 550
    both = sum(
        hash_of_case(seed, (1, day("2017-03-31"))) < hash_of_case(seed, (2, day("2017-03-31")))
        for seed in range(1000)
    )
    assert 450 < both < 550


def test_only_the_same_keys_and_near_values_match() -> None:
    held = people(
        "1 1 F 50 - 2004-04-01",
        "2 2 M 50 - -",  # another sex
        "3 3 - 50 - -",  # missing sex
        "4 4 F 39 - -",  # 11 away
        "5 5 F - - -",  # missing score
        "6 6 F 60 - -",  # exactly at the tolerance
    )
    assert sets(matched(held, per_case=3)) == {1: (6,)}
    assert sets(matched(held, per_case=3, nearest=Nearest(SCORE, 11, ""))) == {1: (6, 4)}
    # Without nearest all with the same sex match, nobody with themselves.
    assert set(sets(matched(held, per_case=9, nearest=None))[1]) == {4, 5, 6}
    # Without keys, sex does not matter: 2 and 3 are at distance 0.
    assert set(sets(matched(held, per_case=2, exact=()))[1]) == {2, 3}


def test_a_case_without_its_keys_has_no_peers() -> None:
    held = people("1 1 - 50 - 2004-04-01", "2 2 - 50 - -", "3 3 F 50 - -")
    assert sets(matched(held)) == {1: ()}
    held = people("1 1 F - - 2004-04-01", "3 3 F 50 - -")
    assert sets(matched(held)) == {1: ()}


def test_dates_are_near_in_days() -> None:
    held = people(
        "1 1 F 0 2004-02-28 2010-01-01",
        "2 2 F 0 2004-03-01 -",
        "3 3 F 0 2004-02-26 -",
        "4 4 F 0 2004-03-02 -",
    )
    # 2004 has a 29 February: 1 March is two days away, 2 March three.
    assert set(sets(matched(held, per_case=9, nearest=Nearest(BORN, 2, "")))[1]) == {2, 3}


def test_the_nearest_come_first() -> None:
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 53 - -", "3 3 F 49 - -", "4 4 F 52 - -")
    assert sets(matched(held, per_case=2)) == {1: (3, 4)}
    assert sets(matched(held, per_case=9)) == {1: (3, 4, 2)}


def test_a_candidate_takes_the_nearest_case_and_the_other_case_proposes_again() -> None:
    held = people(
        "1 1 F 50 - 2004-04-01", "2 2 F 51 - 2004-04-01", "3 3 F 52 - -", "4 4 F 59 - -", "5 5 F 70 - -"
    )
    # Both want 3; it takes 2. In the next round 1 gets 4.
    assert sets(matched(held, steps=NOT_EXPOSED)) == {1: (4,), 2: (3,)}
    # Two each: 3 and 4 go to 2 in the first round; nothing within 10 is left for 1.
    assert sets(matched(held, steps=NOT_EXPOSED, per_case=2)) == {1: (), 2: (3, 4)}


def test_equal_distances_are_settled_by_the_hashes() -> None:
    held = people("1 1 F 50 - 2004-04-01", *(f"{n} {n} F 50 - -" for n in range(2, 12)))
    for seed in (1, 2, 3):
        case = (1, day("2004-04-01"))
        expected = sorted(range(2, 12), key=lambda unit: hash_of_pair(seed, case, unit))
        assert sets(matched(held, seed=seed, per_case=4)) == {1: tuple(expected[:4])}
    cases = people(*(f"{n} {n} F 50 - 2004-04-01" for n in range(1, 7)), "9 9 F 50 - -")
    for seed in (1, 2, 3):
        winner = min(range(1, 7), key=lambda unit: hash_of_case(seed, (unit, day("2004-04-01"))))
        found = sets(matched(cases, seed=seed, steps=NOT_EXPOSED))
        assert {case for case, peers in found.items() if peers == (9,)} == {winner}


def test_matching_ends_after_eight_rounds() -> None:
    # All ten cases like the candidates in the same order, so one of them is served in each round.
    cases = [f"{n} {n} F {n} - 2004-04-01" for n in range(1, 11)]
    held = people(*cases, *(f"{n} {n} F {n} - -" for n in range(101, 111)))
    found = sets(matched(held, steps=NOT_EXPOSED, nearest=Nearest(SCORE, 200, "")))
    assert found == {n: (111 - n,) if n > 2 else () for n in range(1, 11)}


def test_peers_share_the_index_date_and_can_be_cases_of_another_day() -> None:
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 50 - 2004-06-01", "3 3 F 55 - -")
    # On each day the other case is nearest. Everybody is free once: 1 for 2 and 2 for 1.
    found = matched(held)
    assert sets(found) == {1: (2,), 2: (1,)}
    assert [(m.unit, m.index_date.isoformat(), m.group, m.set_unit) for m in found.members] == [
        (1, "2004-04-01", "cases", 1),
        (2, "2004-06-01", "cases", 2),
        (2, "2004-04-01", "peers", 1),
        (1, "2004-06-01", "peers", 2),
    ]


def test_a_unit_that_is_taken_is_free_on_no_other_day() -> None:
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 52 - 2004-06-01", "3 3 F 51 - -")
    found = sets(matched(held, steps=NOT_EXPOSED))
    # Both are 1 away from 3, and propose on different days: the hash of the cases decides, and one is left alone.
    dates = {1: day("2004-04-01"), 2: day("2004-06-01")}
    winner = min((1, 2), key=lambda unit: hash_of_case(1, (unit, dates[unit])))
    assert found == {winner: (3,), 3 - winner: ()}


def test_with_reuse_every_case_takes_its_best() -> None:
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 51 - 2004-06-01", "3 3 F 52 - -", "4 4 F 53 - -")
    found = matched(held, steps=NOT_EXPOSED, reuse=True)
    assert sets(found) == {1: (3,), 2: (3,)}
    assert sum(member.unit == 3 for member in found.members) == 2
    assert sets(matched(held, steps=NOT_EXPOSED, reuse=True, per_case=2)) == {1: (3, 4), 2: (3, 4)}


def test_steps_are_evaluated_for_candidate_and_date() -> None:
    """A candidate who is exposed later is one for earlier index dates only; so with rows of entries."""
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 50 - 2004-06-01", "3 3 F 60 - 2004-05-01")
    later = steps(later=Compare(">", Fact("people", "exposed", DATE), IndexDate()))
    found = matched(held, steps=later)
    assert entries_of(found.pool.entries) == [
        (unit, date) for unit in (1, 2, 3) for date in ("2004-04-01", "2004-05-01", "2004-06-01")
    ]
    assert sets(found) == {1: (2,), 2: (), 3: ()}
    before = Where(
        ForEachEntry(NamedRows("people", held.shape)), Compare("<=", held.column("exposed"), IndexDate())
    )
    exposed = KeepOne(before, True, "exposed", before.shape.owner)
    value = VariableValue("seen", DATE)
    whole = with_peers(
        held,
        steps=steps(unseen=IsMissing(value)),
        further={
            "definitions": (definition("exposed_before", exposed),),
            "variables": (variable("seen", Fact("exposed_before", "exposed", DATE, per_entry=True)),),
        },
    )
    assert sets(run(whole, held)) == sets(found)


def test_only_the_cases_dates_and_the_pools_units_are_candidates() -> None:
    held = people(
        "1 1 F 50 - 2004-04-01", "2 2 F 50 - 2004-06-01", "- 3 F 50 - -", "4 4 F 50 - -", "4 5 F 50 - -"
    )
    pupils = Held("pupils", "child number", "4 1", "4 2", "5 3", "- 4")
    first = KeepOne(NamedRows("people", held.shape), False, "number", ("child",))
    early = steps(early=Compare("<", IndexDate(), Literal(day("2004-05-01"), DATE)))
    one = definition("one", first)
    sex = Fact("one", "sex", CODE)
    whole = with_peers(
        held,
        pool="pupils",
        exact=(("sex", sex),),
        nearest=None,
        further={"definitions": (one, pupils.definition)},
    )
    population = Population("one", Fact("one", "exposed", DATE), early, HERE)
    found = run(replace(whole, population=population), held, pupils)
    # Child 2 is no case, so its date is nobody's; child 5 is in the pool without a sex.
    assert entries_of(found.pool.entries) == [(4, "2004-04-01"), (5, "2004-04-01")]
    assert sets(found) == {1: (4,)}


def test_units_whose_keys_are_text_cannot_be_matched() -> None:
    with pytest.raises(ReferenceFault, match="whole numbers as keys"):
        hash_of_pair(1, (1, day("2004-04-01")), "A")


def followed(until: Value) -> FollowUp:
    return FollowUp(IndexDate(), (FollowUpEnd("end", until, False, None, "", HERE),), (), HERE)


PEER_FLOW = AttritionOutput("peer_flow", "Flow of peers", HERE, of_peers=True)
CASE_FLOW = AttritionOutput("case_flow", "Flow of cases", HERE)


def test_flows_and_tables_of_cases_and_peers() -> None:
    held = people(
        "1 1 F 50 2004-05-01 2004-04-01",
        "2 2 F 50 2004-06-02 2004-06-01",
        "3 3 M 50 2004-01-01 2004-06-01",  # a case without follow-up
        "4 4 F 51 2004-07-01 -",
        "5 5 F 51 2004-03-01 -",  # a peer without follow-up
        "6 6 F - 2004-08-01 -",
    )
    whole = with_peers(
        held,
        steps=(*NOT_EXPOSED, *steps(scored=Not(IsMissing(SCORE)))),
        further={
            # `born` serves as the end of follow-up.
            "follow_up": followed(BORN),
            "variables": (variable("sex", SEX, "F", "M"),),
            "outputs": (CASE_FLOW, PEER_FLOW, count(GROUP), count("sex", GROUP), count_sets()),
        },
    )
    found = run(whole, held)
    cases, peers, by_group, by_both, of_sets, automatic = found.tables()
    assert isinstance(cases, AttritionTable)
    assert isinstance(peers, AttritionTable)
    assert [(s.id, s.remaining, s.units) for s in cases.steps] == [
        ("start", 3, None),
        ("observed_time", 2, None),
    ]
    assert (cases.ends_in, cases.is_cohort, cases.counted) == ((("member_group", "cases"),), True, "children")
    # Six children on two days; 4, 5 and 6 are not exposed; 4 and 5 have a score; each is matched once.
    assert [(s.id, s.remaining) for s in peers.steps] == [
        ("start", 12),
        ("not_exposed", 6),
        ("scored", 4),
        ("matched", 2),
        ("observed_time", 1),
    ]
    assert (peers.ends_in, peers.is_cohort) == ((), False)
    assert set(sets(found)[1]) | set(sets(found)[2]) == {4, 5}
    assert isinstance(by_group, CountTable)
    assert isinstance(by_both, CountTable)
    assert by_group.counts == by_group.behind == {("cases",): 2, ("peers",): 1}
    assert [category.value for category in by_group.axes[0].categories] == ["cases", "peers"]
    assert by_both.counts == {("F", "cases"): 2, ("F", "peers"): 1}
    # Sets are those of all cases, whether or not anybody is followed.
    assert isinstance(of_sets, CountTable)
    assert isinstance(automatic, CountTable)
    assert of_sets.counts == automatic.counts == automatic.behind == {("1",): 2, ("0",): 1}
    assert (automatic.id, automatic.counted) == (MATCHED_SETS, "matched sets")
    assert [category.value for category in automatic.axes[0].categories] == ["0", "1"]
    assert {member.unit for member in found.cohort} == {1, 2, 4}


def count_sets() -> CountOutput:
    return count("peers_found", of_sets=True)


def test_one_person_behind_two_memberships() -> None:
    held = people("1 1 F 50 - 2004-04-01", "2 2 F 51 - 2004-06-01", "3 3 F 52 - -")
    whole = with_peers(
        held,
        steps=NOT_EXPOSED,
        reuse=True,
        further={"outputs": (count(GROUP), count("sex"), count(GROUP, among=SOME))},
    )
    whole = replace(whole, variables=(variable("sex", SEX, "F"),))
    by_group, by_sex, some, _ = run(whole, held).tables()
    assert isinstance(by_group, CountTable)
    assert isinstance(by_sex, CountTable)
    assert isinstance(some, CountTable)
    assert by_group.counts == {("cases",): 2, ("peers",): 2}
    assert by_group.behind == {("cases",): 2, ("peers",): 1}
    assert (by_sex.counts, by_sex.behind) == ({("F",): 4}, {("F",): 3})
    # Whether somebody is a peer can be asked of a member of the cohort.
    assert some.counts == {("peers",): 1}


SOME = And(
    (
        Compare("=", VariableValue(GROUP, CODE), Literal("peers", CODE)),
        Compare("=", IndexDate(), Literal(day("2004-06-01"), DATE)),
    )
)


def test_matching_without_cases_or_candidates() -> None:
    nobody = people("1 1 F 50 - -")
    found = matched(nobody)
    assert (sets(found), found.members, found.pool.entries) == ({}, (), ())
    alone = people("1 1 F 50 - 2004-04-01")
    (table,) = matched(alone).tables()
    assert isinstance(table, CountTable)
    assert table.counts == {("0",): 1}
