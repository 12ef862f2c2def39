"""The sheets of code lists, of sources for study files, and of caveats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cohort.catalogue.caveats import KnownLimit
from cohort.catalogue.model import CodeList, Prepared
from cohort.lookup.known import Known
from cohort.lookup.of_codelists import codelists_of
from cohort.lookup.of_datasets import ref_of_entry
from cohort.lookup.of_links import filter_statements
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import years_of

_SECTION_NUMBER = re.compile(r"^[0-9]+[a-z]?\. ")
"""Sections are numbered in the paper that the caveats come from; a reader of one caveat has no use for the number."""
_DECIDED = {
    "spec": "by the study file alone",
    "tag": "by tags of the study",
    "reading": "by nobody but the reader: it is reading matter",
}


def sheet_of_codes(known: Known, codes: CodeList) -> Sheet:
    """Return the sheet of a code list: each code with each of its meanings, and the columns that hold it."""
    if codes.complete:
        # The sources have these codes; that there are no others none of them says.
        complete = Statement(
            "complete", "no other code is expected", "likely", f"our reading of {codes.source}"
        )
    else:
        complete = Statement("complete", "other codes may occur", "unknown", codes.source)
    say = (
        Statement("holds", codes.label, codes.confidence, codes.source),
        complete,
    )
    heads = (
        *(("code", "Code"), ("label", "Label"), ("years", "Valid"), ("sure", "Code is")),
        *(("label_sure", "Label is"), ("note", "Note"), ("source", "Source")),
    )
    rows = tuple(
        Row(
            (
                entry.code,
                entry.label,
                years_of(entry),
                entry.confidence,
                entry.label_confidence,
                entry.note,
                codes.source,
            ),
            Ref(Sort.CODE, f"{codes.name}.{entry.code}"),
        )
        for entry in codes.entries
    )
    columns = tuple(
        Row((f"{table.name}.{column.name}", column.physical), Ref(Sort.COLUMN, f"{table.name}.{column.name}"))
        for table, column in known.columns_with(codes)
    )
    listings = (
        Listing("codes", "Codes", heads, rows),
        Listing(
            "columns",
            "Columns that hold it",
            (("name", "Column"), ("physical", "Physical name")),
            columns,
            empty="No column is known to hold it.",
        ),
    )
    filters = tuple(
        said
        for table, column in known.columns_with(codes)
        for said in filter_statements(known, table, column.name)
    )
    lists = codelists_of(known, codes.name)
    shipped = (Statement("codelists for studies", "of these codes", None, "", lists),) if lists else ()
    return Sheet(Ref(Sort.CODES, codes.name), codes.label, (*say, *shipped, *filters), listings)


def sheet_of_source(known: Known, prepared: Prepared) -> Sheet:
    """Return the sheet of a source: from which rows it is made, and what each step of preparation does and why."""
    rows = tuple(
        Row(
            (
                step.id,
                step.words,
                step.why,
                step.only_for or "all",
                _place(step.place.source.name, step.place.line),
                *_ground(known, prepared.name, step.id),
            )
        )
        for step in prepared.steps
    )
    heads = (
        *(("name", "Step"), ("does", "Does"), ("why", "Because")),
        *(("only_for", "For units"), ("written_in", "Written in"), ("sure", "Step is"), ("source", "Source")),
    )
    steps = Listing("steps", "Preparation", heads, rows, empty="The rows are used as they are.")
    note = f"`cohort catalogue show {prepared.name} --sql` shows its operations and its SQL."
    return Sheet(
        Ref(Sort.SOURCE, prepared.name), prepared.label, tuple(_of_source(known, prepared)), (steps,), note
    )


def _ground(known: Known, rows: str, step: str) -> tuple[str, str]:
    """Return how sure a step of preparation is and who says so; unknown where nobody is recorded."""
    ground = known.grounds.get((rows, step))
    return ("unknown", "") if ground is None else (ground.confidence, ground.source)


def _of_source(known: Known, prepared: Prepared) -> Iterator[Statement]:
    use = "a source that study files can name" if prepared.offered else "a helper of other sources"
    yield Statement("is", use, None, "")
    yield Statement("dataset", prepared.dataset, None, "", (Ref(Sort.DATASET, prepared.dataset),))
    starts = prepared.union or (prepared.start,)
    for start in starts:
        sort = Sort.TABLE if start in known.catalogue.tables else Sort.SOURCE
        yield Statement("made from", start, None, "", (Ref(sort, start),))
    yield Statement("grain", prepared.grain, None, "")
    yield Statement("for studies of", ", ".join(prepared.units) or "every unit", None, "")
    if prepared.spell is not None:
        words = f"from {prepared.spell[0]} to {prepared.spell[1]}, the first day outside"
        yield Statement("spells", words, None, "")
    if prepared.seen_while:
        ref = Ref(Sort.SOURCE, prepared.seen_while)
        yield Statement("seen only while", prepared.seen_while, None, "", (ref,))


def _place(file: str, line: int) -> str:
    return f"{file}:{line}"


def sheet_of_caveat(known: Known, limit: KnownLimit) -> Sheet:
    """Return the sheet of a caveat: what it says, when it concerns a study, and which entries have it."""
    say = [
        Statement("says", limit.message, limit.confidence, limit.source),
        Statement("concerns", limit.applies_to, limit.confidence, limit.source),
        Statement("when", limit.condition_text, limit.confidence, limit.source),
    ]
    if limit.read_as_why:
        say.append(Statement("read in another way", limit.read_as_why, None, ""))
    say += [
        Statement("dimension", limit.dimension.value, None, ""),
        Statement("severity", limit.severity.value, None, ""),
        Statement("decided", _DECIDED[limit.decided.value], None, ""),
    ]
    if limit.tags:
        say.append(Statement("tags that decide it", ", ".join(limit.tags), None, ""))
    if limit.handled_by:
        say.append(Statement("seen to by preparation", ", ".join(limit.handled_by), None, ""))
    if limit.no_study:
        say.append(Statement("concerns no study here", limit.no_study, None, ""))
    if limit.doubt:
        say.append(Statement("in doubt", limit.doubt, None, ""))
    refs = tuple(
        ref_of_entry(entry) for entry in known.landscape.entries.values() if limit.id in entry.caveats
    )
    if refs:
        words = f"{len(refs)} datasets and published series" if len(refs) > 1 else "one dataset or series"
        say.append(Statement("recorded for", words, None, "", refs))
    return Sheet(Ref(Sort.CAVEAT, limit.id), _SECTION_NUMBER.sub("", limit.section), tuple(say))


def caveats_listing(limits: Iterable[KnownLimit]) -> Listing:
    """Return caveats in one list."""
    heads = (
        *(("name", "Caveat"), ("dimension", "Dimension"), ("severity", "Severity"), ("concerns", "Concerns")),
        *(("message", "Says"), ("sure", "Confidence"), ("source", "Source"), ("decided", "Decided")),
    )
    rows = tuple(
        Row(
            (
                limit.id,
                limit.dimension.value,
                limit.severity.value,
                limit.applies_to,
                limit.message,
                limit.confidence,
                limit.source,
                _DECIDED[limit.decided.value],
            ),
            Ref(Sort.CAVEAT, limit.id),
        )
        for limit in limits
    )
    return Listing("caveats", "Caveats", heads, rows, empty="None is recorded.")
