"""From a spec and the catalogue to a study: finds every name, types every expression, reports every mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.rows import LinkUnit, NamedRows, walk_rows
from cohort.query.study import (
    Acceptance,
    Definition,
    FollowUp,
    Outcome,
    Peers,
    Population,
    SourceUse,
    SpellSplit,
    Split,
    Study,
    Variable,
)
from cohort.query.values import IndexDate, Value, VariableValue, rows_named, walk
from cohort.resolve.axes import Axes, knowledge_of
from cohort.resolve.definitions import Names
from cohort.resolve.follow_up import end_of_data, read_follow_up
from cohort.resolve.given_names import check_names
from cohort.resolve.minimise import minimised
from cohort.resolve.outcomes import read_outcome
from cohort.resolve.outputs import read_outputs
from cohort.resolve.peers import read_peers
from cohort.resolve.person_time import read_split
from cohort.resolve.population import read_population
from cohort.resolve.setting import read_setting
from cohort.resolve.written import flat, title_of
from cohort.resolve.years import check_years
from cohort.source import Source
from cohort.spec.model import Spec


def resolve_study(
    spec: Spec, source: Source, catalogue: Catalogue, folder: Path, diagnostics: Diagnostics
) -> Study | None:
    """Resolve a spec. Returns None if there are errors; all of them are in ``diagnostics``.

    Goes in an order that reports causes before consequences, and stops where more messages would only repeat them.
    """
    setting = read_setting(spec, source, catalogue, folder, diagnostics)
    if setting is None:
        return None
    check_names(setting)
    if diagnostics.has_errors:
        return None
    names = Names(setting)
    names.sources.check()
    check_years(spec, catalogue, setting.data_from, setting.data_until, diagnostics)
    names.resolve_all()
    population = read_population(names)
    peers = read_peers(names, spec.peers, population) if spec.peers else None
    outcomes = [read_outcome(names, written) for written in spec.outcomes]
    splits = _splits(names)
    follow_up = _follow_up(names, population, peers, outcomes, splits)
    if population is None or diagnostics.has_errors:
        return None
    axes = Axes(
        names,
        population,
        peers,
        {split.name: split for split in splits if split is not None},
        {outcome.name: outcome for outcome in outcomes if outcome is not None},
    )
    study = _assembled(axes, follow_up)
    return None if diagnostics.has_errors else minimised(study)


def _splits(names: Names) -> list[Split | None]:
    person_time = names.setting.spec.person_time
    if person_time is None:
        return []
    knowledge = knowledge_of(names, {}, IndexDate())
    return [read_split(names, written, knowledge) for written in person_time.split_by]


def _follow_up(
    names: Names,
    population: Population | None,
    peers: Peers | None,
    outcomes: Iterable[Outcome | None],
    splits: Iterable[Split | None],
) -> FollowUp | None:
    """Resolve ``follow_up`` with the end that it always has; report what needs it and is there without it."""
    spec = names.setting.spec
    if spec.follow_up is None:
        first = next((outcome.name for outcome in spec.outcomes), None)
        first = first or next(
            (split.name for split in (spec.person_time.split_by if spec.person_time else ())), None
        )
        if first is not None:
            names.diagnostics.add("TIM611", first.place, at=first.text, name=first.text)
        return None
    groups = [group.name for group in (population, peers) if group is not None]
    follow_up = read_follow_up(names, spec.follow_up, tuple(groups))
    if follow_up is None:
        return None
    feeding = [cover.rows.name for cover in follow_up.covers]
    feeding += [outcome.events.name for outcome in outcomes if outcome is not None]
    feeding += [split.rows.name for split in splits if isinstance(split, SpellSplit)]
    return replace(follow_up, ends=(*follow_up.ends, end_of_data(names, feeding)))


def _assembled(axes: Axes, follow_up: FollowUp | None) -> Study:
    names = axes.names
    setting, spec = names.setting, names.setting.spec
    variables = tuple(
        Variable(
            written.name.text,
            flat(written.label) or title_of(written.name.text),
            axes.values[written.name.text],
            axes.categories(written.name.text) or (),
            setting.origin(written.name.place),
        )
        for written in spec.variables
    )
    outputs, of_series = read_outputs(axes)
    return Study(
        id=spec.study.id.text,
        title=flat(spec.study.title),
        question=flat(spec.study.question),
        unit=setting.unit.name,
        units=setting.unit.plural,
        data_from=setting.data_from,
        data_until=setting.data_until,
        sources=tuple(
            SourceUse(name.text, flat(why), setting.origin(name.place)) for name, why in spec.sources
        ),
        codelists=tuple(setting.codelists.values()),
        definitions=_in_order(names),
        population=axes.population,
        variables=(*variables, *of_series),
        outputs=outputs,
        policy=spec.disclosure.text,
        accepted=tuple(Acceptance(a.rule.text, a.at.text, flat(a.why)) for a in spec.accept),
        spec_file=setting.file,
        spec_hash=setting.hash,
        linkage=setting.linkage,
        context=tuple(setting.context.values()),
        peers=axes.peers,
        follow_up=follow_up,
        splits=tuple(axes.splits.values()),
        outcomes=tuple(axes.outcomes.values()),
        tags=setting.tags,
    )


def _in_order(names: Names) -> tuple[Definition, ...]:
    """Return definitions so that each comes after those it uses, otherwise in the order of first use."""
    known = {name: found for name, found in names.definitions.items() if found is not None}
    values = {name: value for name, value in names.values.items() if value is not None}
    ordered: dict[str, Definition] = {}
    waiting = list(reversed(known))
    entered: set[str] = set()
    while waiting:
        name = waiting[-1]
        needed = [] if name in entered else [n for n in _needed(known[name], values) if n in known]
        entered.add(name)
        inner = [other for other in needed if other not in entered]
        if inner:
            waiting += reversed(inner)
        else:
            ordered.setdefault(name, known[waiting.pop()])
    return tuple(ordered.values())


def _needed(definition: Definition, values: Mapping[str, Value]) -> list[str]:
    """Return the names of rows that a definition needs, also through variables and as maps of keys."""
    found = set(definition.uses)
    waiting, seen = list(definition.uses_variables), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in values:
            seen.add(name)
            found |= rows_named(values[name])
            waiting += [part.name for part in walk(values[name]) if isinstance(part, VariableValue)]
    maps = (node.mapping for node in walk_rows(definition.rows) if isinstance(node, LinkUnit))
    found |= {rows.name for rows in maps if isinstance(rows, NamedRows)}
    return sorted(found)
