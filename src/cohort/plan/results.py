"""The results of a study: one step, or a few, for each table."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.plan.following import CATEGORY, event_columns, splits_of, time_table
from cohort.plan.frames import WorkedOut
from cohort.plan.matching import GROUP_TYPE
from cohort.plan.model import PlanResult, PlanStep, Relation
from cohort.plan.names import (
    ANALYSIS,
    CANDIDATE_STEPS,
    COUNTED,
    LINKAGE,
    MATCHED_SETS,
    MEMBERS,
    POPULATION_STEPS,
)
from cohort.plan.of_results import (
    CountCells,
    CountFlow,
    CountLinks,
    CountRates,
    FurtherRow,
    Key,
    SummariseCategories,
    SummariseNumbers,
)
from cohort.query.outputs import (
    MATCHED,
    OBSERVED_TIME,
    is_summarised_as_number,
    quantiles_of,
    units_repeat,
)
from cohort.query.outputs import MATCHED_SETS as SETS_TABLE
from cohort.query.outputs import MATCHED_SETS_TITLE as SETS_TITLE
from cohort.query.rows import LinkUnit, NamedRows, Rows, TableRows, walk_rows
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AgeSplit,
    AttritionOutput,
    CalendarSplit,
    CountOutput,
    Definition,
    Output,
    RateOutput,
    SpellSplit,
    Split,
    Study,
    SummaryOutput,
)
from cohort.results.category import Category
from cohort.types import WHOLE


def result_steps(study: Study, worked: WorkedOut) -> list[PlanResult]:
    """Return the steps of all tables: those of the outputs, that of matched sets, and those on linkage."""
    steps = [step for output in study.outputs for step in _output(study, output)]
    if study.peers is not None:
        sets = CountCells(SETS_TABLE, (Key(PEERS_FOUND, WHOLE),), None, MATCHED_SETS, with_units=True)
        steps.append(PlanStep(SETS_TABLE, SETS_TITLE, "", study.peers.origin, sets))
    reads = tuple(worked.reads.items())
    return [PlanResult(step, reads, worked.frame.table) for step in (*steps, *_linkage(study))]


def _output(study: Study, output: Output) -> Iterator[PlanStep]:
    among = "" if isinstance(output, AttritionOutput) or output.among is None else output.among_words
    why = f"among those where {among}" if among else ""

    def step(name: str, relation: Relation) -> PlanStep:
        return PlanStep(name, output.title, why, output.origin, relation)

    match output:
        case AttritionOutput():
            yield step(output.id, _flow(study, output))
        case CountOutput():
            yield step(output.id, _cells(study, output))
        case SummaryOutput():
            for kind, relation in _summaries(study, output):
                yield step(f"{output.id}_{kind}", relation)
        case RateOutput():
            yield step(output.id, _rates(study, output))


def _flow(study: Study, output: AttritionOutput) -> CountFlow:
    population, peers = study.population, study.peers
    many = population.many
    if output.of_peers:
        assert peers is not None
        matched = FurtherRow(MATCHED, MEMBERS, peers.name)
        observed = (FurtherRow(OBSERVED_TIME, ANALYSIS, peers.name),) if study.follow_up else ()
        ids = tuple(step.id for step in peers.steps)
        return CountFlow(output.id, CANDIDATE_STEPS, ids, None, (matched, *observed), many)
    group = None if peers is None else population.name
    further = (FurtherRow(OBSERVED_TIME, ANALYSIS, group),) if study.follow_up else ()
    units_of = study.by_name[population.start].named if population.index_may_be_missing else None
    ids = tuple(step.id for step in population.steps)
    return CountFlow(output.id, POPULATION_STEPS, ids, units_of, further, many)


def _cells(study: Study, output: CountOutput) -> CountCells:
    units = units_repeat(study)
    by = tuple(_key(study, name, folded=units) for name in output.by)
    return CountCells(output.id, by, output.among, MATCHED_SETS if output.of_sets else ANALYSIS, units)


def _summaries(study: Study, output: SummaryOutput) -> Iterator[tuple[str, Relation]]:
    """All variables with categories in one step, and all numbers in another."""
    by = None if output.by is None else _key(study, output.by, folded=True)
    units = units_repeat(study)
    numbers = tuple(name for name in output.variables if is_summarised_as_number(study.variable[name]))
    keys = tuple(_key(study, name, folded=True) for name in output.variables if name not in numbers)
    if keys:
        yield "categories", SummariseCategories(output.id, keys, by, output.among, ANALYSIS, units)
    if numbers:
        quantiles = quantiles_of(output.style)
        yield "numbers", SummariseNumbers(output.id, numbers, by, output.among, ANALYSIS, quantiles, units)


def _rates(study: Study, output: RateOutput) -> CountRates:
    outcome = next(outcome for outcome in study.outcomes if outcome.name == output.outcome)
    events_by = None
    if output.events_by is not None:
        type_ = study.by_name[outcome.events.name].rows.shape.types[output.events_by]
        events_by = Key(
            event_columns(study, outcome)[output.events_by], type_, _values(output.event_categories)
        )
    return CountRates(
        table=output.id,
        by=tuple(_key(study, name, folded=True) for name in output.by),
        among=output.among,
        source=ANALYSIS,
        time=time_table(study, output),
        events=COUNTED + outcome.name,
        first_only=outcome.first_only,
        events_by=events_by,
    )


def _key(study: Study, name: str, *, folded: bool) -> Key:
    """A variable, a split or a built-in variable as what results are told apart by."""
    for split in splits_of(study):
        if split.name == name:
            listed = _values(split.categories)
            return Key(name, CATEGORY, None if _gives_categories_only(split, listed) else listed)
    if name == GROUP:
        return Key(GROUP, GROUP_TYPE)
    if name == PEERS_FOUND:
        return Key(PEERS_FOUND, WHOLE)
    variable = study.variable[name]
    return Key(name, variable.type, _values(variable.categories) if folded else None)


def _gives_categories_only(split: Split, listed: tuple[str, ...]) -> bool:
    """Whether cutting by a split gives nothing but its categories, ``other`` and ``missing``; spells have any value."""
    match split:
        case AgeSplit():
            return {str(age) for age in split.ages[:-1]} <= set(listed)
        case CalendarSplit():
            return {value for value, _, _ in split.stretches} <= set(listed)
        case SpellSplit():
            return False


def _values(categories: tuple[Category, ...]) -> tuple[str, ...]:
    return tuple(category.value for category in categories)


def linked_sources(study: Study) -> list[str]:
    """Return the names of the tables on linkage."""
    return [step.name for step in _linkage(study)]


def _linkage(study: Study) -> list[PlanStep]:
    """Every link is a visible step: how many keys of each linked source the map holds.

    A source that is made from the table of the map itself is linked by construction, and is not counted.
    """
    found: list[PlanStep] = []
    tables = {
        d.name: {n.table for n in walk_rows(d.rows) if isinstance(n, TableRows)} for d in study.definitions
    }
    for definition in study.definitions:
        links = [node for node in walk_rows(definition.rows) if isinstance(node, LinkUnit)]
        for number, node in enumerate(reversed(links), start=1):
            if not isinstance(node.mapping, NamedRows) or tables[definition.name] & tables[node.mapping.name]:
                continue
            name = f"{LINKAGE}_{definition.name}" + (f"_{number}" if len(links) > 1 else "")
            rows = _rows_with_key(definition, node)
            relation = CountLinks(name, rows, node.key, node.mapping, node.map_key, node.map_unit, node.also)
            words = f"keys of {definition.name} that the map brings to a {study.unit}"
            found.append(PlanStep(name, words, "", definition.origin, relation))
    return found


def _rows_with_key(definition: Definition, link: LinkUnit) -> Rows:
    """The rows whose keys are counted: those of the definition, if rows without a link and the key are still there."""
    if not link.drop_unlinked and link.key in definition.rows.shape.types:
        return definition.named
    for number, stage in enumerate(definition.stages, start=1):
        # The first stage has no table of its own.
        if stage.rows == link.rows and number > 1:
            return NamedRows(f"{definition.name}_{number}_{stage.id}", stage.rows.shape)
    return link.rows
