"""The words of outputs: what each table counts, by what and among whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from cohort.explain.sentences import SENTENCES, say
from cohort.query.outputs import counted
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AttritionOutput,
    CountOutput,
    Output,
    RateOutput,
    Study,
    SummaryOutput,
)
from cohort.query.words import plain


def outputs_words(study: Study) -> Iterator[str]:
    """Yield every table of a study in words."""
    yield SENTENCES["outputs"]
    yield ""
    labels = {GROUP: SENTENCES["group"], PEERS_FOUND: SENTENCES["peers found"]}
    labels |= {variable.name: variable.label for variable in study.variables}
    labels |= {split.name: split.label for split in study.splits}
    for output in study.outputs:
        yield from _output(output, study, labels)
    yield ""
    yield say("policy", policy=study.policy)
    yield ""


def _output(output: Output, study: Study, labels: dict[str, str]) -> Iterator[str]:
    match output:
        case AttritionOutput():
            if output.of_peers and study.peers is not None:
                yield say("attrition of peers", title=output.title, name=plain(study.peers.name))
            else:
                yield say("attrition", title=output.title, units=counted(study))
        case CountOutput():
            by, among = _listed(output.by, labels), _among(output)
            form = "count of sets" if output.of_sets else "count"
            yield say(form, title=output.title, units=counted(study), by=by, among=among)
            if output.denominators is not None:
                found = output.denominators
                yield say("per residents", per=found.per, label=found.label, source=found.source)
        case SummaryOutput():
            by = "" if output.by is None else say("between", by=labels[output.by])
            variables = SENTENCES["list"].join(labels[name] for name in output.variables)
            style = output.style.value
            yield say(style, title=output.title, variables=variables, by=by, among=_among(output))
        case RateOutput():
            outcome = next(o.label for o in study.outcomes if o.name == output.outcome)
            column = "" if output.events_by is None else say("events by", column=plain(output.events_by))
            yield say(
                "rate" if output.by else "rate overall",
                title=output.title,
                outcome=outcome,
                time=say("person-year" if output.years == 1 else "person-years", years=output.years),
                by=_listed(output.by, labels),
                among=_among(output),
                events_by=column,
            )
        case _:
            assert_never(output)


def _listed(names: tuple[str, ...], labels: dict[str, str]) -> str:
    return SENTENCES["and"].join(labels[name] for name in names)


def _among(output: CountOutput | SummaryOutput | RateOutput) -> str:
    return say("among", among=output.among_words) if output.among is not None else ""
