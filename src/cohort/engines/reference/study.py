"""The meaning of a whole study: entries, the flow, matched peers, follow-up and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import assert_never

from cohort.engines.reference.entries import Entries
from cohort.engines.reference.follow_up import Member, Piece, observed, split_pieces
from cohort.engines.reference.matching import candidates, match
from cohort.engines.reference.statistics import Statistics, count_table
from cohort.engines.reference.world import Cell, Entry, ReferenceFault, World
from cohort.query.outputs import (
    MATCHED_SETS,
    MATCHED_SETS_TITLE,
    SETS,
    counted,
    flow_rows,
    peers_found_axis,
)
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AttritionOutput,
    CountOutput,
    Peers,
    RateOutput,
    Study,
    SummaryOutput,
)
from cohort.results.model import AttritionStep, AttritionTable, CountTable, RawResults, RawTable


def run_study(study: Study, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> RawResults:
    """Carry out a study on held tables: logical table name to rows under logical column names.

    Decimal numbers become floating point; everything else stays as recorded. Raises ``ReferenceFault`` for a
    study that has no meaning (definitions that need each other, facts of units with several rows).
    """
    return RawResults(study.id, study.spec_hash, StudyRun(study, World(tables)).tables())


class StudyRun:
    """One study being carried out. What each part needs is worked out when it is asked for.

    ``population``, ``pool`` and ``analysis`` are the study's names for three sets of entries: all entries, the
    candidates for peers, and those of cases and peers together.
    """

    def __init__(self, study: Study, world: World) -> None:
        self.study = study
        self._of_units = Entries(study, world)

    @cached_property
    def population(self) -> Entries:
        """Rows, variables and values for all entries."""
        return self._of_units.with_entries(self._of_units.index_dates())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, before any step: units with their index dates."""
        return self.population.entries

    def variable(self, name: str) -> dict[Entry, Cell]:
        """Return the value of a variable for each entry."""
        return self.population.variable(name)

    @cached_property
    def remaining(self) -> list[tuple[Entry, ...]]:
        """The entries at the start and after each step."""
        return self.population.steps(self.study.population.steps, self.entries)

    @property
    def cases(self) -> tuple[Entry, ...]:
        """The entries that pass all steps, whether or not they have any follow-up."""
        return self.remaining[-1]

    @cached_property
    def pool(self) -> Entries:
        """Rows, variables and values for all candidates for peers."""
        return self.population.with_entries(candidates(self.population, self._peers, self.cases))

    @cached_property
    def remaining_candidates(self) -> list[tuple[Entry, ...]]:
        """The candidates for peers at the start and after each step."""
        return self.pool.steps(self._peers.steps, self.pool.entries)

    @cached_property
    def sets(self) -> dict[Entry, tuple[Cell, ...]]:
        """The peers of each case."""
        passed = self.remaining_candidates[-1]
        return match(self._peers, self.population, self.cases, self.pool, passed)

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The cases, and the peers of each, whether or not they have any follow-up."""
        name = self.study.population.name
        cases = [Member(unit, date, name, unit) for unit, date in self.cases]
        if self.study.peers is None:
            return tuple(cases)
        peers = [
            Member(peer, date, self._peers.name, unit)
            for (unit, date), found in self.sets.items()
            for peer in found
        ]
        return (*cases, *peers)

    @cached_property
    def analysis(self) -> Entries:
        """Rows, variables and values for the entries of all members."""
        if self.study.peers is None:
            return self.population
        return self.population.with_entries(dict.fromkeys(member.entry for member in self.members))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Person-time: the days of follow-up of all members, cut where the category of a split changes."""
        follow_up = self.study.follow_up
        if follow_up is None:
            return ()
        return tuple(
            part
            for member in self.members
            for piece in observed(follow_up, member, self.analysis)
            for part in split_pieces(self.study.splits, piece, self.analysis)
        )

    @cached_property
    def cohort(self) -> tuple[Member, ...]:
        """The members that tables are about: where there is follow-up, those with at least one day of it."""
        if self.study.follow_up is None:
            return self.members
        followed = {piece.member for piece in self.pieces}
        return tuple(member for member in self.members if member in followed)

    def tables(self) -> tuple[RawTable, ...]:
        """Return all tables in the order of the outputs, then that of matched sets."""
        made: list[RawTable] = []
        statistics = Statistics(self.analysis, self.cohort, self.pieces)
        for output in self.study.outputs:
            match output:
                case AttritionOutput():
                    made.append(self.flow(output))
                case CountOutput():
                    made.append(self.matched_sets(output) if output.of_sets else statistics.counts(output))
                case SummaryOutput():
                    made.append(statistics.summaries(output))
                case RateOutput():
                    made.append(statistics.rates(output))
                case _:
                    assert_never(output)
        if self.study.peers is not None:
            made.append(self.matched_sets(self._all_sets))
        return tuple(made)

    def flow(self, output: AttritionOutput) -> AttritionTable:
        """Count who is left at the start and after each step."""
        units = self._units_of_flow(output.of_peers)
        rows = flow_rows(self.study, of_peers=output.of_peers)
        without = self._units_without(output.of_peers)
        steps = tuple(
            AttritionStep(
                row.id,
                row.words,
                row.why,
                len(left),
                self._different(left),
                len(without[row.id]) if row.id in without else None,
                self._different(without[row.id]) if row.id in without else None,
            )
            for row, left in zip(rows, units, strict=True)
        )
        beside_peers = self.study.peers is not None and not output.of_peers
        ends_in = ((GROUP, self.study.population.name),) if beside_peers else ()
        return AttritionTable(
            output.id, output.title, counted(self.study), steps, ends_in, is_cohort=not output.of_peers
        )

    def matched_sets(self, output: CountOutput) -> CountTable:
        """Count the cases by how many peers they have."""
        among = output.among
        cases = [case for case in self.cases if among is None or self.analysis.value(among, case) is True]
        column = [str(len(self.sets[case])) for case in cases]
        behind = [unit for unit, _ in cases]
        return count_table(output, SETS, (peers_found_axis(self.study),), [column], behind)

    def _different(self, units: Sequence[Cell]) -> int | None:
        """Count different units, where a unit can have several entries."""
        return len(set(units)) if self.study.population.many else None

    def _units_without(self, of_peers: bool) -> dict[str, list[Cell]]:
        """Return for each step the units of the entries that pass all others; matching and follow-up are no steps."""
        if of_peers:
            steps, found = self._peers.steps, self.pool.without_each(self._peers.steps, self.pool.entries)
        else:
            steps = self.study.population.steps
            found = self.population.without_each(steps, self.entries)
        return {step.id: [unit for unit, _ in left] for step, left in zip(steps, found, strict=True)}

    def _units_of_flow(self, of_peers: bool) -> list[list[Cell]]:
        """Return the units of those who are left, row by row."""
        group = self.study.population.name
        left: list[Sequence[Entry]] = [*self.remaining]
        if of_peers:
            group = self._peers.name
            left = [*self.remaining_candidates, [m.entry for m in self.members if m.group == group]]
        units = [[unit for unit, _ in entries] for entries in left]
        if not of_peers and self.study.population.index_may_be_missing:
            start = self.population.world.result(self.study.population.start)
            units.insert(0, [unit for (unit,) in start.by_owner])
        if self.study.follow_up is not None:
            units.append([member.unit for member in self.cohort if member.group == group])
        return units

    @property
    def _peers(self) -> Peers:
        if self.study.peers is None:
            raise ReferenceFault("a study without peers is asked for them")
        return self.study.peers

    @property
    def _all_sets(self) -> CountOutput:
        """The table that every study with peers has."""
        return CountOutput(
            id=MATCHED_SETS,
            title=MATCHED_SETS_TITLE,
            by=(PEERS_FOUND,),
            among=None,
            among_words="",
            conditions=frozenset(),
            fixed=(),
            impossible=frozenset(),
            origin=self._peers.origin,
            of_sets=True,
        )
