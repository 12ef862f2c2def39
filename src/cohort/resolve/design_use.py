"""Design rules of minimisation: what a spec declares and nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pydantic import BaseModel

from cohort.query.parts import rows_of_study, used_rows, values_of_study
from cohort.query.study import CountOutput, RateOutput, Study, SummaryOutput
from cohort.query.values import VariableValue, walk
from cohort.resolve.design_parts import Design
from cohort.source.nodes import ScalarNode

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_PROSE = ("title", "label", "note", "why", "then", "otherwise")
"""Keys of the spec's model whose text is for people."""


def unused(design: Design) -> None:
    """Report sources (GOV801) and names (GOV802) that nothing uses. What only an unused part uses waits for that."""
    study, spec = design.study, design.spec
    mentioned = _mentioned(design)
    rows = rows_of_study(study) | used_rows(study)
    rows |= {name for definition in study.definitions for name in definition.uses}
    for source, _ in spec.sources:
        if source.text not in rows:
            design.add("GOV801", f"sources.{source.text}", source.place, name=source.text)
    variables, outcomes, splits = _used_of_outputs(study)
    variables |= {
        part.name
        for value in values_of_study(study)
        for part in walk(value)
        if isinstance(part, VariableValue)
    }
    variables |= {name for definition in study.definitions for name in definition.uses_variables}
    named: list[tuple[str, ScalarNode, AbstractSet[str]]] = []
    named += [("definitions", d.name, rows) for d in spec.definitions]
    named += [("variables", v.name, variables) for v in spec.variables]
    named += [("outcomes", o.name, outcomes) for o in spec.outcomes]
    named += [
        ("person_time", s.name, splits) for s in (spec.person_time.split_by if spec.person_time else ())
    ]
    named += [("context", table.name, mentioned) for table in spec.context]
    named += [("codelists", name, mentioned) for name, _ in spec.codelists]
    named += [("windows", name, mentioned) for name, _ in spec.windows]
    for section, node, used in named:
        if node.text not in used:
            design.add("GOV802", f"{section}.{node.text}", node.place, name=node.text)


def _used_of_outputs(study: Study) -> tuple[set[str], set[str], set[str]]:
    """Return the variables, outcomes and splits that outputs name."""
    variables, outcomes, splits = set[str](), set[str](), set[str]()
    for output in study.outputs:
        match output:
            case CountOutput():
                variables.update(output.by)
            case SummaryOutput():
                variables.update((*output.variables, *(() if output.by is None else (output.by,))))
            case RateOutput():
                outcomes.add(output.outcome)
                splits.update(output.by)
            case _:
                continue
    return variables | splits, outcomes, splits


def _mentioned(design: Design) -> frozenset[str]:
    """Return the words of all expressions: windows, codelists and context tables leave no trace of their names."""
    spec = design.spec
    parts = (spec.definitions, spec.population, spec.peers, spec.follow_up, spec.variables, spec.outputs)
    found = {word for part in parts for node in _scalars(part) for word in _WORD.findall(node.raw)}
    return frozenset(found | {word for _, node in spec.windows for word in _WORD.findall(node.raw)})


def _scalars(part: object) -> Iterator[ScalarNode]:
    match part:
        case ScalarNode():
            yield part
        case tuple():
            for item in part:
                yield from _scalars(item)
        case BaseModel():
            for name, value in vars(part).items():
                if name not in _PROSE:
                    yield from _scalars(value)
        case _:
            return
