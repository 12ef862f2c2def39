"""Where sources disagree, as data: each question has two sides, a source for each, and what is taken."""

from __future__ import annotations

import pytest

from cohort.catalogue.disagreements import Disagreement, load_disagreements, read_disagreements
from cohort.catalogue.nodes import CatalogueFault
from cohort.lookup.known import load_known
from cohort.lookup.of_disagreements import disagreements_sheet
from cohort.lookup.sheet import Ref, Sort
from cohort.source import Source
from tests.project import disagreements_page

KNOWN = load_known()


@pytest.mark.parametrize("one", load_disagreements(), ids=lambda one: one.id)
def test_every_question_has_two_sides_and_says_what_is_taken(one: Disagreement) -> None:
    assert one.question.endswith("?")
    assert one.taken.endswith(".")
    assert len({said.text for said in one.said}) == len(one.said) >= 2
    assert all(said.source for said in one.said)
    assert set(one.about) <= {*KNOWN.datasets, *KNOWN.landscape.entries}


def test_one_dataset_shows_its_own_and_nothing_else() -> None:
    (listing,) = disagreements_sheet(KNOWN, "eduw").listings
    shown = {row.cells[0] for row in listing.rows}
    assert {"eduw_days", "key_stage_1_end", "fsm_in_crcs"} <= shown
    assert all(Ref(Sort.DATASET, "eduw") in row.cells[1] for row in listing.rows)  # type: ignore[operator]
    assert len(disagreements_sheet(KNOWN).listings[0].rows) == len(load_disagreements()) > len(shown)
    assert disagreements_sheet(KNOWN, "agg-nsw-health").listings[0].rows == ()


def test_the_page_is_current() -> None:
    page = disagreements_page.PAGE.read_text("utf-8")
    assert page == disagreements_page.page(), "run `python -m tests.project.disagreements_page`"


SMALL = """\
one:
  about: [lacw]
  question: When?
  said: [{says: then, source: a page}, {says: now, source: another}]
  taken: Then.
  confidence: likely
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (", {says: now, source: another}", "", "one source disagrees with nobody"),
        ("[lacw]", "[]", "one is about nothing"),
        (", source: another", "", "source is missing"),
        ("  taken: Then.\n", "", "taken is missing"),
        ("  confidence: likely\n", "", "confidence is missing"),
        ("confidence: likely", "confidence: sure", "confidence must be certain"),
        ("question", "questions", "nothing reads questions"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, says: str) -> None:
    assert len(read_disagreements(Source("small.yaml", SMALL))) == 1
    with pytest.raises(CatalogueFault, match=rf"small\.yaml:\d+: .*{says}"):
        read_disagreements(Source("small.yaml", SMALL.replace(old, new, 1)))


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(CatalogueFault):
        read_disagreements(Source("small.yaml", SMALL + SMALL))
