"""The search: what it finds, in which order, and what it offers where it finds nothing."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from cohort.lookup.known import load_known
from cohort.lookup.search import Found, Index, make_index, search, words_in
from cohort.lookup.sheet import Sort

KNOWN = load_known()


@cache
def index() -> Index:
    return make_index(KNOWN)


def first(question: str) -> tuple[Sort, str]:
    found = search(index(), question)
    return found.hits[0].found.ref.sort, found.hits[0].found.ref.name


def names(found: Found) -> list[str]:
    return [hit.found.ref.name for hit in found.hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("lacw_episodes", (Sort.TABLE, "lacw_episodes")),
        ("LACW_EPISODE_MAIN", (Sort.TABLE, "lacw_episodes")),
        ("Lacw Episode Main", (Sort.TABLE, "lacw_episodes")),
        ("E11", (Sort.CODE, "reason_finished.E11")),
        ("adopted unopposed", (Sort.CODE, "reason_finished.E11")),
        ("SSDA903", (Sort.DATASET, "lacw")),
        ("substance misuse", (Sort.THEME, "substance_misuse")),
        ("agg-cla", (Sort.SERIES, "agg-cla")),
        ("lacw-codes-case", (Sort.CAVEAT, "lacw-codes-case")),
        ("InfoBase", (Sort.PUBLISHER, "InfoBase Cymru")),
        ("UNIFIED_ID", (Sort.COLUMN, "lacw_derived_alf.unified_id")),
    ],
)
def test_the_best_comes_first(question: str, expected: tuple[Sort, str]) -> None:
    assert first(question) == expected


def test_every_thing_is_found_by_its_name() -> None:
    for thing in KNOWN.named:
        assert thing.ref.name in names(search(index(), thing.ref.name)), thing.ref


def test_the_text_of_caveats_and_published_series_is_found() -> None:
    assert "lacw-alf-match-rate" in names(search(index(), "minority of the population"))
    assert "agg-cla" in names(search(index(), "children looked after"))


def test_a_plural_and_the_beginning_of_a_word_are_found_after_the_word_itself() -> None:
    assert set(names(search(index(), "placement"))) <= set(names(search(index(), "placements")))
    whole = {hit.found.ref: hit.score for hit in search(index(), "attendance").hits}
    begun = {hit.found.ref: hit.score for hit in search(index(), "attendanc").hits}
    assert set(whole) <= set(begun)
    assert sum(begun[ref] < whole[ref] for ref in whole) > 0


def test_small_words_begin_nothing() -> None:
    assert any(word.startswith("pl") for word in index().words)
    assert search(index(), "pl").hits == ()
    assert search(index(), "pla").hits != ()


def test_if_nothing_has_all_words_what_has_most_of_them_is_shown() -> None:
    found = search(index(), "dwelling spells zzzzqq")
    assert found.partly
    assert "wdsd_dwelling_spells" in names(found)
    assert found.meant == (("zzzzqq", ""),)


@pytest.mark.parametrize(("written", "meant"), [("placment", "placement"), ("attendence", "attendance")])
def test_a_slip_of_the_finger_is_offered_right(written: str, meant: str) -> None:
    found = search(index(), written)
    assert found.hits == ()
    assert found.meant == ((written, meant),)


def test_the_order_is_always_the_same_and_best_first() -> None:
    once, again = search(index(), "school"), search(make_index(KNOWN), "school")
    assert once == again
    scores = [hit.score for hit in once.hits]
    assert scores == sorted(scores, reverse=True)
    positions = {thing.ref: place for place, thing in enumerate(index().things)}
    for left, right in pairwise(once.hits):
        if left.score == right.score:
            assert positions[left.found.ref] < positions[right.found.ref]


def test_capitals_accents_and_marks_do_not_matter() -> None:
    assert words_in("Ynys Môn – LSOA_2011") == ("ynys", "mon", "lsoa", "2011")
    assert names(search(index(), "PLACEMENT, type!")) == names(search(index(), "placement type"))


def test_a_question_without_words_finds_nothing() -> None:
    assert search(index(), "…") == Found((), False, ())
