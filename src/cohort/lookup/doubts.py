"""Everything that the package is not sure of: facts of tables and codes, facts in words, and open questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cohort.catalogue.doubts import doubts
from cohort.catalogue.landscape import Entry
from cohort.catalogue.model import Fact
from cohort.lookup.known import Known
from cohort.lookup.of_datasets import ref_of_entry
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort
from cohort.lookup.words import DOUBTFUL


def doubts_sheet(known: Known, dataset: str = "") -> Sheet:
    """Return the sheet of doubts, of everything or of one dataset and the code lists that its columns hold."""
    tables, words, open_questions = _tables(known, dataset), _words(known, dataset), _open(known, dataset)
    counts = Counter(str(row.cells[3]) for row in tables.rows)
    counted = ", ".join(f"{counts[sure]} {sure}" for sure in DOUBTFUL)
    note = (
        f"{len(tables.rows)} doubts about tables and codes ({counted}), {len(words.rows)} about facts in words, "
        f"{len(open_questions.rows)} open questions. A project that knows better says so in its binding."
    )
    return Sheet(None, "Doubts", (), (tables, words, open_questions), note)


def _tables(known: Known, dataset: str) -> Listing:
    lists = _lists_of(known, dataset)
    rows = []
    for doubt in doubts(known.catalogue):
        if dataset and dataset != doubt.dataset and doubt.subject not in lists:
            continue
        ref = _ref(known, doubt.subject, doubt.dataset)
        names = ", ".join(doubt.names)
        rows.append(Row((doubt.subject, doubt.kind, names, doubt.confidence, doubt.source), ref))
    heads = (
        *(("name", "About"), ("kind", "What is in doubt"), ("names", "Which")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    return Listing("tables_and_codes", "Tables and codes", heads, tuple(rows), empty="There is no doubt.")


def _lists_of(known: Known, dataset: str) -> frozenset[str]:
    """Return the code lists that columns of a dataset hold."""
    tables = known.tables_of(dataset) if dataset else ()
    return frozenset(c.type.code_list for table in tables for c in table.columns if c.type.code_list)


def _ref(known: Known, subject: str, dataset: str) -> Ref:
    if subject == dataset:
        return Ref(Sort.DATASET, subject)
    return Ref(Sort.CODES if subject in known.catalogue.code_lists else Sort.TABLE, subject)


def _words(known: Known, dataset: str) -> Listing:
    heads = (
        *(("name", "About"), ("point", "Point"), ("says", "Says")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    rows = tuple(row for row in _facts(known) if not dataset or _about(known, row, dataset))
    return Listing("facts", "Facts in words", heads, rows, empty="There is no doubt.")


def _facts(known: Known) -> Iterator[Row]:
    catalogue, landscape = known.catalogue, known.landscape
    for holding in catalogue.holdings.values():
        for fact in holding.known:
            if fact.confidence in DOUBTFUL:
                cells = (holding.name, "known", fact.text, fact.confidence, fact.source)
                yield Row(cells, Ref(Sort.DATASET, holding.name))
    said = [(table.name, (*table.coverage, *table.also_holds)) for table in catalogue.tables.values()]
    said += [(outline.name, outline.also_holds) for outline in catalogue.outlines.values()]
    for name, facts in said:
        for fact in facts:
            if fact.confidence in DOUBTFUL:
                cells = (name, "coverage or contents", fact.text, fact.confidence, fact.source)
                yield Row(cells, Ref(Sort.TABLE, name))
    yield from _of_links(known)
    for entry in landscape.entries.values():
        yield from _of_entry(entry)
    yield from _of_areas(known)
    for limit in known.limits:
        if limit.confidence in DOUBTFUL:
            cells = (limit.id, "caveat", limit.message, limit.confidence, limit.source)
            yield Row(cells, Ref(Sort.CAVEAT, limit.id))
        if limit.doubt:
            yield Row(
                (limit.id, "part of a caveat", limit.doubt, "guess", limit.source), Ref(Sort.CAVEAT, limit.id)
            )


def _of_links(known: Known) -> Iterator[Row]:
    said: list[tuple[Ref, str, Fact]] = []
    for entity in known.linked.entities.values():
        ref = Ref(Sort.ENTITY, entity.id)
        said.append((ref, "entity", Fact(entity.says, entity.confidence, entity.source)))
        said += [(ref, "known", fact) for fact in entity.known]
    for link in known.linked.links.values():
        ref = Ref(Sort.LINK, link.id)
        said.append((ref, "link", Fact(link.says, link.confidence, link.source)))
        said += [(ref, "known", fact) for fact in link.known]
        said += [
            (ref, "where it stands", Fact(f"{w.table}: {w.says}", w.confidence, w.source)) for w in link.ways
        ]
        if link.statuses is not None:
            for one in link.statuses.of:
                text = f"Match statuses of links found through {one.code}."
                said.append((ref, "match statuses", Fact(text, one.confidence, one.source)))
        for conflict in link.conflicts:
            said.append((ref, "contradiction", Fact(conflict.rule, conflict.confidence, conflict.source)))
            said += [(ref, "contradiction", fact) for fact in conflict.others]
    for ref, point, fact in said:
        if fact.confidence in DOUBTFUL:
            yield Row((ref.name, point, fact.text, fact.confidence, fact.source), ref)


def _of_areas(known: Known) -> Iterator[Row]:
    """Doubtful codes and facts of areas; what is likely is no doubt."""
    for level in known.geography.levels.values():
        for fact in level.known:
            if fact.confidence in DOUBTFUL:
                cells = (level.name, "known", fact.text, fact.confidence, fact.source)
                yield Row(cells, Ref(Sort.GEOGRAPHY, level.name))
    for area in known.geography.areas.values():
        if area.days_confidence in DOUBTFUL:
            first = area.first_day.isoformat()
            cells = (area.name, "first day", first, area.days_confidence, area.days_source)
            yield Row(cells, Ref(Sort.AREA, area.name))
        for code in area.codes:
            if code.confidence in DOUBTFUL:
                about = f"code in {code.system.replace('_', ' ')}"
                yield Row(
                    (area.name, about, code.code, code.confidence, code.source), Ref(Sort.AREA, area.name)
                )


def _of_entry(entry: Entry) -> Iterator[Row]:
    for point, fact in entry.facts:
        if fact.confidence in DOUBTFUL:
            cells = (entry.id, point.replace("_", " "), fact.text, fact.confidence, fact.source)
            yield Row(cells, ref_of_entry(entry))


def _about(known: Known, row: Row, dataset: str) -> bool:
    """Whether a row is about a dataset, one of its tables or one of its own caveats."""
    name = row.cells[0]
    catalogue = known.catalogue
    tables = {table.name for table in known.tables_of(dataset)}
    tables |= {one.name for one in catalogue.outlines.values() if dataset in (one.dataset, one.listed_as)}
    entry = known.landscape.entries.get(dataset)
    return name == dataset or name in tables or (entry is not None and name in entry.caveats)


def _open(known: Known, dataset: str) -> Listing:
    rows = tuple(
        Row((holding.name, point), Ref(Sort.DATASET, holding.name))
        for holding in known.catalogue.holdings.values()
        for point in holding.not_known
        if not dataset or holding.name == dataset
    )
    if not dataset:
        rows += tuple(
            Row((level.name, point), Ref(Sort.GEOGRAPHY, level.name))
            for level in known.geography.levels.values()
            for point in level.not_known
        )
        rows += tuple(
            Row((table.name, point), Ref(Sort.FIGURES, table.name))
            for table in known.figures.values()
            for point in table.not_known
        )
    heads = (("name", "About"), ("says", "Not known"))
    return Listing("not_known", "Open questions", heads, rows, empty="None is recorded.")
