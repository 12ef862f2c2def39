"""The words of a cohort, as Markdown, from the same tree that the SQL comes from."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.catalogue import Catalogue, Caveat
from cohort.query.study import AttritionOutput, CountOutput, Definition, Study
from cohort.query.values import IndexDate
from cohort.query.words import Words, day, plain


def explain_study(study: Study, catalogue: Catalogue, caveats: tuple[Caveat, ...]) -> str:
    """Return the whole study in words: question, data, preparation, steps, variables, tables, known limits."""
    words = Words(
        lambda name, code: (
            catalogue.code_lists[name].codes.get(code) if name in catalogue.code_lists else None
        ),
        {variable.name: variable.label for variable in study.variables},
    )
    lines = [
        f"# {study.title}",
        "",
        study.question,
        "",
        f"Unit: {study.unit}. Data from {day(study.data_from)} through {day(study.data_until)}.",
        "",
        *_sources(study, catalogue),
        *_preparation(study),
        *_definitions(study),
        *_population(study, words),
        *_variables(study, words),
        *_outputs(study),
        *_limits(study, caveats),
        "## Where this comes from",
        "",
        f"Written by Carfan from `{study.spec_file}` (hash {study.spec_hash[:12]}). The words, the SQL and the "
        "tables come from the same tree.",
        "",
    ]
    return "\n".join(lines)


def _sources(study: Study, catalogue: Catalogue) -> Iterator[str]:
    yield "## Data that the study uses, and why"
    yield ""
    for use in study.sources:
        prepared = catalogue.prepared[use.name]
        table = catalogue.tables[prepared.start]
        yield f"- **{plain(use.name)}** ({prepared.grain}; held as {table.physical}): {use.why}"
    declared = {use.name for use in study.sources}
    for definition in study.definitions:
        if definition.prepared and definition.name not in declared:
            prepared = catalogue.prepared[definition.name]
            table = catalogue.tables[prepared.start]
            grain = f"{prepared.grain}; held as {table.physical}"
            yield f"- **{plain(prepared.name)}** ({grain}): read to bring the other sources to the {study.unit}"
    yield ""
    for codelist in study.codelists:
        codes = "; ".join(f"{code} {label}" for code, label in codelist.codes)
        yield f"- Codelist **{plain(codelist.name)}**: {codes}"
    if study.codelists:
        yield ""


def _preparation(study: Study) -> Iterator[str]:
    yield "## How the sources are prepared"
    yield ""
    for definition in study.definitions:
        if definition.prepared:
            yield f"### {plain(definition.name).capitalize()}"
            yield ""
            yield f"{definition.note}."
            yield ""
            yield from _stages(definition)


def _stages(definition: Definition) -> Iterator[str]:
    for number, stage in enumerate(definition.stages, start=1):
        yield f"{number}. {stage.why[:1].upper()}{stage.why[1:].rstrip('.')}."
    yield ""


def _definitions(study: Study) -> Iterator[str]:
    yield "## Definitions"
    yield ""
    for definition in study.definitions:
        if definition.prepared:
            continue
        yield f"### {plain(definition.name).capitalize()}"
        yield ""
        if definition.note:
            yield definition.note
            yield ""
        start = sorted(definition.uses & set(study.by_name))
        inputs = [name for name in start if name != definition.name]
        if inputs:
            yield f"From {' and '.join(plain(name) for name in inputs)}:"
            yield ""
        yield from _stages(definition)


def _population(study: Study, words: Words) -> Iterator[str]:
    population = study.population
    yield "## Who is in the cohort"
    yield ""
    yield (
        f"The population starts from {plain(population.start)}: one entry for each {study.unit}. The index date is "
        f"{words.value(population.index_date)}."
    )
    yield ""
    yield "An entry is kept if, in this order:"
    yield ""
    for number, step in enumerate(population.steps, start=1):
        why = f" Why: {step.why}" if step.why else ""
        yield f"{number}. **{plain(step.id)}**: {step.words}.{why}"
    yield ""


def _variables(study: Study, words: Words) -> Iterator[str]:
    yield "## Variables"
    yield ""
    for variable in study.variables:
        value = words.value(variable.value) if not isinstance(variable.value, IndexDate) else "the index date"
        yield f"- **{variable.label}** (`{variable.name}`): {value}."
    yield ""


def _outputs(study: Study) -> Iterator[str]:
    yield "## Tables"
    yield ""
    labels = {variable.name: variable.label for variable in study.variables}
    for output in study.outputs:
        match output:
            case AttritionOutput():
                yield f"- **{output.title}**: how many {study.units} are left after each step."
            case CountOutput():
                by = " and ".join(labels[name] for name in output.by)
                among = f", among those where {output.among_words}" if output.among else ""
                yield f"- **{output.title}**: {study.units} by {by}{among}."
    yield ""
    yield f"All tables are released together under the disclosure policy `{study.policy}`."
    yield ""


def _limits(study: Study, caveats: tuple[Caveat, ...]) -> Iterator[str]:
    yield "## Known limits"
    yield ""
    for accepted in study.accepted:
        yield f"- Accepted by the study ({accepted.rule} at `{accepted.at}`): {accepted.why}"
    for caveat in caveats:
        yield f"- {caveat.text} {caveat.action} ({caveat.dimension}; source: {caveat.source}; `{caveat.id}`)"
    yield ""
