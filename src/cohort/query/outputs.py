"""What the tables of a study have in common, whichever engine works them out: ids, words, built-in axes."""

from __future__ import annotations

from dataclasses import dataclass

from cohort.query.study import GROUP, PEERS_FOUND, RateOutput, Step, Study, Style, Variable
from cohort.query.words import plain
from cohort.results.category import Category
from cohort.results.model import Axis

OTHER = Category("other", "any other value")
"""The category of values that are none of a variable's categories; it appears only where it occurs."""
MISSING = Category("missing", "missing")
"""The category of missing values; it appears only where it occurs."""
KNOWN = "known"
"""Beside ``missing``: what the different people behind a summarised number are counted by."""
START = "start"
"""Id of the first row of a flow: everyone who may enter."""
INDEX_DATE_KNOWN = "index_date_known"
"""Id of the row after it where an index date can be missing: the entries."""
MATCHED = "matched"
"""Id of the row of the flow of peers that counts those who were matched to a case."""
OBSERVED_TIME = "observed_time"
"""Id of the last row of a flow of a study with follow-up: those with at least one day of it."""
MATCHED_SETS = "matched_sets"
"""Id of the table of sets by peers found, which every study with peers has after its outputs."""
MATCHED_SETS_TITLE = "Matched sets by number of peers found"
ENTRIES = "entries"
"""What is counted where a unit can have several entries."""
SETS = "matched sets"
"""What is counted in tables of matched sets."""
QUARTILES = (25, 50, 75)
FIVE_QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class FlowRow:
    """One row of a flow before it is counted."""

    id: str
    words: str
    why: str


def flow_rows(study: Study, *, of_peers: bool = False) -> tuple[FlowRow, ...]:
    """Return the rows of the flow of the population, or of the candidates for peers, in order."""
    population, peers = study.population, study.peers
    observed = (FlowRow(OBSERVED_TIME, "At least one day of follow-up", ""),) if study.follow_up else ()
    if of_peers:
        assert peers is not None
        start = FlowRow(START, f"Candidates from the {plain(peers.pool)}", "")
        matched = FlowRow(MATCHED, f"Matched to one of the {plain(population.name)}", "")
        return (start, *_of_steps(peers.steps), matched, *observed)
    start = FlowRow(START, f"{study.units.capitalize()} with a {plain(population.start)}", "")
    known = FlowRow(INDEX_DATE_KNOWN, "Index date is known", "")
    return (
        start,
        *((known,) if population.index_may_be_missing else ()),
        *_of_steps(population.steps),
        *observed,
    )


def _of_steps(steps: tuple[Step, ...]) -> tuple[FlowRow, ...]:
    return tuple(FlowRow(step.id, step.words, step.why) for step in steps)


def counted(study: Study) -> str:
    """Return what flows and counts count: entries where a unit can have several, else units."""
    return ENTRIES if study.population.many else study.units


def units_repeat(study: Study) -> bool:
    """Whether a unit can be counted more than once, so that tables say how many people are behind a count."""
    return study.population.many or study.peers is not None


def group_axis(study: Study) -> Axis:
    """Return the axis of cases and peers."""
    assert study.peers is not None
    names = (study.population.name, study.peers.name)
    return Axis(GROUP, "Group", tuple(Category(name, plain(name)) for name in names))


def peers_found_axis(study: Study) -> Axis:
    """Return the axis of how many peers a case has: from 0 to as many as were wanted."""
    assert study.peers is not None
    numbers = (str(number) for number in range(study.peers.per_case + 1))
    return Axis(PEERS_FOUND, "Peers found", tuple(Category(number, number) for number in numbers))


def events_axis(output: RateOutput) -> Axis | None:
    """Return the axis of the events' own variable, without what is outside its categories."""
    if output.events_by is None:
        return None
    return Axis(output.events_by, plain(output.events_by).capitalize(), output.event_categories)


def with_further(axis: Axis, occurring: frozenset[str]) -> Axis:
    """Return an axis with ``other`` and ``missing`` where they occur and are no categories of its own."""
    own = {category.value for category in axis.categories}
    further = tuple(c for c in (OTHER, MISSING) if c.value in occurring and c.value not in own)
    return Axis(axis.variable, axis.label, (*axis.categories, *further))


def is_summarised_as_number(variable: Variable) -> bool:
    """Whether a table of summaries shows mean and quantiles of a variable; otherwise it counts categories.

    Numbers that have categories are codes (the sex of a person) or years.
    """
    return variable.type.is_number and not variable.categories


def quantiles_of(style: Style) -> tuple[int, ...]:
    """Return the per cents at which a table of summaries gives quantiles."""
    return FIVE_QUANTILES if style is Style.DISTRIBUTION else QUARTILES
