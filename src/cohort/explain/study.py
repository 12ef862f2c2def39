"""The words of a cohort, as Markdown, from the same tree that the SQL comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.catalogue import Catalogue, Prepared
from cohort.caveats import Found
from cohort.explain.comparison import follow_up_words, outcomes_words, peers_words, person_time_words
from cohort.explain.limits import limits_words
from cohort.explain.sentences import SENTENCES, say
from cohort.explain.tables import outputs_words
from cohort.query.study import Definition, Study
from cohort.query.words import Words, day, plain


def explain_study(study: Study, catalogue: Catalogue, limits: Found) -> str:
    """Return the whole study in words: question, data, preparation, steps, variables, tables, known limits."""
    words = Words(
        lambda name, code: (
            catalogue.code_lists[name].codes.get(code) if name in catalogue.code_lists else None
        ),
        {variable.name: variable.label for variable in study.variables},
    )
    unit = say("unit", unit=study.unit, first=day(study.data_from), last=day(study.data_until))
    lines = [
        f"# {study.title}",
        "",
        study.question,
        "",
        unit,
        "",
        *_sources(study, catalogue),
        *_context(study),
        *_linkage(study),
        *_preparation(study),
        *_definitions(study),
        *_population(study, words),
        *peers_words(study, words),
        *follow_up_words(study, words),
        *_variables(study, words),
        *person_time_words(study),
        *outcomes_words(study),
        *outputs_words(study),
        *limits_words(study, limits),
        SENTENCES["origin"],
        "",
        say("written", file=study.spec_file, hash=study.spec_hash[:12]),
        "",
    ]
    return "\n".join(lines)


def _held(prepared: Prepared, catalogue: Catalogue) -> str:
    """Return the physical names of the tables that a prepared source is made from."""
    found: dict[str, None] = {}
    waiting = [prepared]
    while waiting:
        for name in _starts(waiting.pop(0)):
            if name in catalogue.tables:
                found[catalogue.tables[name].physical] = None
            else:
                waiting.append(catalogue.prepared[name])
    return SENTENCES["and"].join(found)


def _starts(prepared: Prepared) -> Iterable[str]:
    return prepared.union or (prepared.start,)


def _sources(study: Study, catalogue: Catalogue) -> Iterator[str]:
    yield SENTENCES["sources"]
    yield ""
    for use in study.sources:
        prepared = catalogue.prepared[use.name]
        held = _held(prepared, catalogue)
        yield say("source", name=plain(use.name), grain=prepared.grain, held=held, why=use.why)
    declared = {use.name for use in study.sources}
    for definition in study.definitions:
        if definition.prepared and definition.name not in declared:
            prepared = catalogue.prepared[definition.name]
            held, name = _held(prepared, catalogue), plain(prepared.name)
            yield say("source for links", name=name, grain=prepared.grain, held=held, unit=study.unit)
    yield ""
    for codelist in study.codelists:
        codes = "; ".join(f"{code} {label}" for code, label in codelist.codes)
        name = plain(codelist.name)
        if codelist.about:
            system = plain(codelist.system)
            yield say("codelist with head", name=name, codes=codes, system=system, about=codelist.about)
        else:
            yield say("codelist", name=name, codes=codes)
    if study.codelists:
        yield ""


def _context(study: Study) -> Iterator[str]:
    if not study.context:
        return
    yield SENTENCES["context"]
    yield ""
    for table in study.context:
        keys = [plain(key) for key in table.rows.key]
        if table.time is not None:
            at = table.rows.key.index(table.time)
            keys[at] = say("time", time=keys[at], time_is=table.time_is)
        yield say(
            "context table",
            name=plain(table.name),
            file=table.file,
            lines=len(table.rows.rows_held),
            keys=SENTENCES["and"].join(keys),
            why=table.why,
            source=table.source.rstrip("."),
            licence=table.licence.rstrip("."),
            sha256=table.sha256,
        )
        figures = [plain(name) for name in table.rows.shape.names if name not in table.rows.key]
        yield say("context figures", figures=SENTENCES["list"].join(figures))
    yield ""


def _linkage(study: Study) -> Iterator[str]:
    linkage = study.linkage
    if linkage is None:
        return
    yield SENTENCES["linkage"]
    yield ""
    statuses = SENTENCES["list"].join(str(status) for status in linkage.accept_status)
    derived = SENTENCES["list"].join(linkage.derived)
    yield " ".join(
        (
            say("linkage statuses", statuses=statuses),
            say("linkage derived", derived=derived) if derived else say("linkage routine"),
            say("linkage why", why=linkage.why),
        )
    )
    yield ""


def _preparation(study: Study) -> Iterator[str]:
    yield SENTENCES["preparation"]
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
    yield SENTENCES["definitions"]
    yield ""
    for definition in study.definitions:
        if definition.prepared:
            continue
        yield f"### {plain(definition.name).capitalize()}"
        yield ""
        if definition.note:
            yield definition.note
            yield ""
        inputs = [name for name in sorted(definition.uses & set(study.by_name)) if name != definition.name]
        if inputs:
            yield say("from", inputs=SENTENCES["and"].join(plain(name) for name in inputs))
            yield ""
        yield from _stages(definition)
        if definition.per_entry:
            yield SENTENCES["of entries"]
            yield ""


def _population(study: Study, words: Words) -> Iterator[str]:
    population = study.population
    yield SENTENCES["population"]
    yield ""
    form = "population many" if population.many else "population one"
    said = [
        say(form, start=plain(population.start), unit=study.unit, index=words.value(population.index_date))
    ]
    if study.peers is not None:
        said.append(say("population name", name=plain(population.name)))
    if population.index_may_be_missing:
        said.append(SENTENCES["index missing"])
    yield " ".join(said)
    yield ""
    yield SENTENCES["steps" if population.steps else "no steps"]
    yield ""
    for number, step in enumerate(population.steps, start=1):
        why = say("why", why=step.why) if step.why else ""
        yield say("step", number=number, id=plain(step.id), words=step.words, why=why)
    yield ""


def _variables(study: Study, words: Words) -> Iterator[str]:
    yield SENTENCES["variables"]
    yield ""
    for variable in study.variables:
        yield say("variable", label=variable.label, name=variable.name, value=words.value(variable.value))
    yield ""
