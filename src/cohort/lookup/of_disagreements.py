"""The sheet of where sources disagree."""

from __future__ import annotations

from cohort.lookup.known import Known
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort

HEADS = (
    *(("name", "Name"), ("about", "About"), ("question", "Question"), ("said", "Sources say")),
    *(("taken", "Taken here"), ("sure", "Confidence")),
)


def disagreements_sheet(known: Known, dataset: str = "") -> Sheet:
    """Return the questions on which sources differ, all or those about one dataset or published series."""
    rows = tuple(
        Row(
            (
                one.id,
                tuple(ref_of(known, name) for name in one.about),
                one.question,
                "; ".join(f"{n}: {said.text} ({said.source})" for n, said in enumerate(one.said, start=1)),
                one.taken,
                one.confidence,
            )
        )
        for one in known.disagreements
        if dataset in ("", *one.about)
    )
    listing = Listing("disagreements", "Questions", HEADS, rows, empty="None is recorded.")
    note = "The confidence is that of what is taken here."
    return Sheet(None, "Where the sources disagree", (), (listing,), note)


def ref_of(known: Known, name: str) -> Ref:
    """Return a dataset or a published series as a reference."""
    entry = known.landscape.entries.get(name)
    return Ref(Sort.SERIES if entry is not None and entry.published else Sort.DATASET, name)
