"""Tables of matching: cases, candidates, pairs, the rounds, and the members that come of it."""

from __future__ import annotations

from cohort.plan.frames import (
    OF_ALIKE,
    OF_CANDIDATES,
    OF_MEMBERS,
    OF_PASSED,
    POPULATION,
    WorkedOut,
    unit_type,
    work_out,
)
from cohort.plan.model import Detail, Flags, PlanStep, PlanTable, Relation
from cohort.plan.names import (
    CANDIDATE_STEPS,
    CANDIDATES,
    CANDIDATES_ALIKE,
    CANDIDATES_PASSED,
    CASES,
    CONCERNED,
    ENTRIES,
    INDEX_DATE,
    INDEX_DATES,
    MATCHED,
    MATCHED_SETS,
    MEMBERS,
    MEMBERS_FRAME,
    PAIRS,
    POPULATION_STEPS,
    POSSIBLE,
    SET_UNIT,
    STEPS_FAILED,
    STOPPED_AT,
)
from cohort.plan.of_members import (
    Alike,
    Candidates,
    Concerned,
    ListMembers,
    MatchRound,
    MemberFrame,
    PairUp,
    PassAll,
    PeersFound,
)
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    ROUNDS,
    AttritionOutput,
    Origin,
    Peers,
    Step,
    Study,
    Variable,
)
from cohort.query.values import Fact
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

GROUP_TYPE = ValueType(Kind.CODE, length=128)
"""Type of the names of groups."""
WIDE = ValueType(Kind.WHOLE, bits=64)
_KEY, _NEAREST = "matched_key", "matched_nearest"

Columns = tuple[tuple[str, ValueType], ...]


def matching_keys(peers: Peers) -> tuple[Variable, ...]:
    """Return what cases and candidates are matched on, as variables."""
    keys = [
        Variable(f"{_KEY}_{number}", name, value, (), peers.origin)
        for number, (name, value) in enumerate(peers.exact, start=1)
    ]
    if peers.nearest is not None:
        keys.append(Variable(_NEAREST, peers.nearest.words, peers.nearest.value, (), peers.origin))
    return tuple(keys)


def matched_tables(study: Study, peers: Peers, given: dict[str, str]) -> tuple[list[PlanTable], WorkedOut]:
    """Return the tables from the entries to the members, and the rows and variables of the members."""
    keys = matching_keys(peers)
    variables = (*study.variables, *keys)
    values = [key.value for key in keys]
    listed = [*(step.keep for step in study.population.steps), *values]
    population = work_out(study, POPULATION, variables, listed, given, keys)
    unit = (study.unit, unit_type(study))
    dated: Columns = (unit, (INDEX_DATE, DATE))
    columns = tuple((key.name, key.type) for key in keys)
    paired: Columns = (*dated, (SET_UNIT, unit[1]))
    counted = any(isinstance(output, AttritionOutput) and output.of_peers for output in study.outputs)
    only_alike = bool(peers.exact) and not counted
    possible = _alike_first if only_alike else _passed_first
    exact = [value for _, value in peers.exact]
    matched_on = tuple(
        dict.fromkeys(v.rows for v in exact if isinstance(v, Fact) and v.per_entry and only_alike)
    )
    pool = study.by_name[peers.pool].named
    tables = [
        _table(
            CONCERNED,
            (unit,),
            "each unit of the population and of the pool, once",
            peers,
            Concerned(INDEX_DATES, pool),
        ),
        *population.tables,
        flags_table(study, population, POPULATION_STEPS, study.population.steps, study.population.origin),
        _table(
            CASES,
            (*dated, *columns),
            "the entries that pass every step",
            peers,
            PassAll(ENTRIES, POPULATION_STEPS, columns),
        ),
        _table(
            CANDIDATES,
            dated,
            "each unit of the pool with each index date of a case",
            peers,
            Candidates(pool, CASES, matched_on),
        ),
        *possible(study, peers, variables, keys),
        _pairs(peers, keys, paired),
        *_rounds(peers, paired),
    ]
    found = tables[-1].name
    groups = (study.population.name, peers.name)
    tables += [
        _table(
            MATCHED_SETS,
            (*dated, (PEERS_FOUND, WHOLE)),
            "how many peers each case has",
            peers,
            PeersFound(CASES, found),
        ),
        _table(
            MEMBERS,
            (*dated, (GROUP, GROUP_TYPE), (SET_UNIT, unit[1])),
            "the cases, and the peers of each",
            peers,
            ListMembers(CASES, found, groups),
        ),
        _table(MEMBERS_FRAME, dated, "each unit and index date of them once", peers, MemberFrame(MEMBERS)),
    ]
    members = work_out(study, OF_MEMBERS, study.variables, None)
    return [*tables, *members.tables], members


def _passed_first(
    study: Study, peers: Peers, variables: tuple[Variable, ...], keys: tuple[Variable, ...]
) -> list[PlanTable]:
    """Return the tables from the candidates to those who may be paired, where all are counted in a flow.

    Most do not pass the steps: what they are matched on is worked out for the others only.
    """
    pool = work_out(study, OF_CANDIDATES, variables, [step.keep for step in peers.steps])
    passed = work_out(study, OF_PASSED, variables, [key.value for key in keys], pool.reads, keys)
    return [
        *pool.tables,
        flags_table(study, pool, CANDIDATE_STEPS, peers.steps, peers.origin),
        _table(
            CANDIDATES_PASSED,
            ((study.unit, unit_type(study)), (INDEX_DATE, DATE)),
            "the candidates that pass every step of the pool",
            peers,
            PassAll(pool.frame.entries, CANDIDATE_STEPS, ()),
        ),
        *passed.tables,
    ]


def _alike_first(
    study: Study, peers: Peers, variables: tuple[Variable, ...], keys: tuple[Variable, ...]
) -> list[PlanTable]:
    """Return the tables from the candidates to those who may be paired, where only the latter matter.

    Most have not what any case of their index date has: the steps are worked out for the others only.
    """
    keyed = work_out(study, OF_CANDIDATES, variables, [key.value for key in keys], None, keys)
    alike = work_out(study, OF_ALIKE, variables, [step.keep for step in peers.steps], keyed.reads)
    columns = tuple((key.name, key.type) for key in keys)
    exact = tuple(key.name for key in keys[: len(peers.exact)])
    held: Columns = ((study.unit, unit_type(study)), (INDEX_DATE, DATE), *columns)
    return [
        *keyed.tables,
        _table(
            CANDIDATES_ALIKE,
            held,
            "the candidates who are like a case of the same date in all that must be the same",
            peers,
            Alike(keyed.frame.entries, CASES, exact, columns),
        ),
        *alike.tables,
        flags_table(study, alike, CANDIDATE_STEPS, peers.steps, peers.origin),
        _table(
            POSSIBLE,
            held,
            "those of them who pass every step of the pool",
            peers,
            PassAll(CANDIDATES_ALIKE, CANDIDATE_STEPS, columns),
        ),
    ]


def flags_table(
    study: Study, worked: WorkedOut, name: str, steps: tuple[Step, ...], origin: Origin
) -> PlanTable:
    """Return the table of which steps each entry of a frame passes."""
    columns = (
        (study.unit, unit_type(study)),
        (INDEX_DATE, DATE),
        *((step.id, BOOLEAN) for step in steps),
        (STOPPED_AT, WHOLE),
        (STEPS_FAILED, WHOLE),
    )
    flags = Flags(worked.frame.entries, tuple((step.id, step.keep) for step in steps))
    details = tuple(Detail(step.id, step.words, step.why, step.origin) for step in steps)
    words = "which steps each entry passes, the first that it does not, and how many it does not"
    step = PlanStep(name, words, "", origin, flags, details)
    return PlanTable(name, columns, study.unit, (step,), tuple(worked.reads.items()), worked.frame.table)


def _table(name: str, columns: Columns, words: str, peers: Peers, relation: Relation) -> PlanTable:
    return PlanTable(name, columns, columns[0][0], (PlanStep(name, words, "", peers.origin, relation),))


def _pairs(peers: Peers, keys: tuple[Variable, ...], paired: Columns) -> PlanTable:
    nearest = peers.nearest
    near = None if nearest is None else (_NEAREST, nearest.value.type)
    exact = tuple(key.name for key in keys[: len(peers.exact)])
    decimal = nearest is not None and nearest.value.type.kind is Kind.DECIMAL
    columns = (*paired, ("distance", DECIMAL if decimal else WIDE), ("pair_hash", WIDE), ("case_hash", WIDE))
    tolerance = 0 if nearest is None else nearest.tolerance
    relation = PairUp(CASES, POSSIBLE, exact, near, tolerance, peers.seed)
    return _table(PAIRS, columns, "each case with each candidate who matches", peers, relation)


def _rounds(peers: Peers, paired: Columns) -> list[PlanTable]:
    """The tables of the peers accepted after each round; the last is the result."""
    if peers.reuse:
        words = f"the best {peers.per_case} candidates of each case"
        return [_table(f"{MATCHED}1", paired, words, peers, MatchRound(PAIRS, None, peers.per_case, True))]
    tables: list[PlanTable] = []
    for number in range(1, ROUNDS + 1):
        before = tables[-1].name if tables else None
        words = f"peers accepted up to and with round {number} of {ROUNDS}"
        relation = MatchRound(PAIRS, before, peers.per_case, False)
        tables.append(_table(f"{MATCHED}{number}", paired, words, peers, relation))
    return tables
