"""The known limits as data: complete, with words that the vocabulary has, and decided in the way that they say."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from cohort.catalogue import load_catalogue, load_landscape
from cohort.catalogue.caveats import (
    Decided,
    KnownLimit,
    Severity,
    load_limits,
    load_vocabulary,
    read_limits,
    read_vocabulary,
)
from cohort.catalogue.conditions import parse_condition, predicates_in
from cohort.catalogue.nodes import CatalogueFault
from cohort.catalogue.predicates import (
    Compares,
    Dedupes,
    Filters,
    Joins,
    Links,
    Role,
    Spans,
    Uses,
    Years,
    is_held_name,
)
from cohort.caveats.decide import PUBLISHED, alternatives
from cohort.caveats.names import is_series
from cohort.source import Source
from tests.caveats.ways import key_of, tags_of, way_of

LIMITS = load_limits()
WORDS = load_vocabulary()
PLACES = {"any", "study", "wales", "england", "scotland", "uk nation"}
each_limit = pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.id)


def test_there_are_226_limits_with_ids_of_their_own() -> None:
    assert len(LIMITS) == len({limit.id for limit in LIMITS}) == 226
    assert {limit.section.partition(".")[0] for limit in LIMITS} == {str(number) for number in range(1, 17)}


@each_limit
def test_every_condition_is_read_as_it_is_written(limit: KnownLimit) -> None:
    assert parse_condition(limit.condition_text) == limit.condition
    assert (limit.read_as == limit.condition) == (limit.read_as_why == "")


@each_limit
def test_every_limit_has_words_and_a_source_that_names_no_file(limit: KnownLimit) -> None:
    for text in (limit.applies_to, limit.message, limit.source):
        assert text == text.strip()
        assert len(text) > 2
        assert not re.search(r"\.txt|`|\[[CLGB]\]|[0-9a-f]{16}", text)
    assert limit.message.endswith(".")


@each_limit
def test_every_limit_is_decided_in_the_way_that_it_says(limit: KnownLimit) -> None:
    assert limit.decided is way_of(limit.read_as, WORDS)
    assert limit.tags == tags_of(limit.read_as, WORDS)
    assert limit.decided is not Decided.TAG or limit.tags


@each_limit
def test_every_name_of_a_condition_is_known(limit: KnownLimit) -> None:
    """A name is a physical name, a data set, a published series, a place, or a word of the vocabulary."""
    for condition in (limit.condition, limit.read_as):
        for predicate in predicates_in(condition):
            for part in alternatives(predicate):
                if key_of(part) in WORDS.words or WORDS.tags_stating(part):
                    continue
                match part:
                    case Uses():
                        names: tuple[str, ...] = part.names
                    case Years():
                        names = (part.of,)
                    case Spans():
                        names = part.of
                    case Links() | Joins() | Compares():
                        names = (part.left, part.right)
                    case Role():
                        assert part.role != "any" or any(
                            t for r in alternatives(part) for t in WORDS.tags_stating(r)
                        )
                        names = (part.of,) if is_held_name(part.of) or part.of in WORDS.datasets else ()
                    case Filters():
                        assert not isinstance(part.test, str)
                        names = (part.test.column,)
                    case Dedupes():
                        names = ("no word",)
                    case _:
                        names = ()
                for name in names:
                    known = name in PLACES or name in WORDS.datasets or ("uses", name) in WORDS.words
                    assert known or is_held_name(name) or is_series(name), name


def test_few_limits_make_a_study_wrong() -> None:
    warnings = {limit.id for limit in LIMITS if limit.severity is Severity.WARNING}
    assert warnings == {"cin-crcs-not-comparable", "lacw-derived-null-status"}


def test_discontinued_series_are_those_of_the_landscape() -> None:
    """CRCS ended too, but it is the successor whose concept the limit sets against that of an older series."""
    ended = {
        name
        for name, entry in load_landscape().entries.items()
        if entry.published and "ended" in {fact.text for fact in entry.about.status.facts}
    }
    assert ended == {*WORDS.discontinued_series, "agg-crcs"}


def test_steps_of_preparation_that_see_to_a_limit_exist() -> None:
    prepared = load_catalogue().prepared
    for step in (step for limit in LIMITS for step in limit.handled_by):
        source, _, name = step.partition(".")
        assert name in [one.id for one in prepared[source].steps], step
    signs = (sign for word in WORDS.words.values() for part in (*word.shown, *word.possible) for sign in part)
    for sign in signs:
        if sign.kind == "step":
            source, _, name = sign.text.partition(".")
            assert name in [one.id for one in prepared[source].steps], sign.text


def test_every_tag_bears_on_a_limit_and_says_so_in_a_sentence() -> None:
    parts = {part for limit in LIMITS for one in predicates_in(limit.read_as) for part in alternatives(one)}
    parts |= {Uses((name,)) for part in parts for name in _sides(part)}
    for tag in WORDS.tags.values():
        assert tag.says.endswith(".")
        assert PUBLISHED in tag.states or parts & set(tag.states), tag.name
        for state in tag.states:
            assert next(iter(alternatives(state))) == state, "a tag states one alternative"


def test_every_word_of_the_vocabulary_is_used() -> None:
    used = {
        key_of(part)
        for limit in LIMITS
        for condition in (limit.condition, limit.read_as)
        for predicate in predicates_in(condition)
        for part in alternatives(predicate)
    }
    also = {("uses", name) for limit in LIMITS for p in predicates_in(limit.read_as) for name in _sides(p)}
    assert set(WORDS.words) - used - also == set()


def _sides(predicate: object) -> tuple[str, ...]:
    match predicate:
        case Compares() | Joins():
            return (predicate.left, predicate.right)
        case Years():
            return (predicate.of,)
        case Filters() if not isinstance(predicate.test, str):
            return (predicate.test.column,)
        case _:
            return ()


def test_every_dimension_has_limits() -> None:
    counted = Counter(limit.dimension for limit in LIMITS)
    assert len(counted) == 6
    assert min(counted.values()) >= 5


HEAD = "section: 1. Small\ncaveats:\n  small-limit:\n"
GOOD = {
    "applies_to": "a table",
    "condition": "uses(lacw)",
    "dimension": "accuracy",
    "severity": "note",
    "decided": "spec",
    "message": "It is so.",
    "source": "a report",
    "confidence": "certain",
}


def _file(changes: dict[str, str]) -> Source:
    lines = (f'    {name}: "{value}"\n' for name, value in (GOOD | changes).items() if value)
    return Source("small.yaml", HEAD + "".join(lines))


def test_a_sound_file_is_read() -> None:
    assert read_limits(_file({}))[0].id == "small-limit"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"condition": "use(lacw)"}, "small.yaml:4: small-limit: there is no predicate use"),
        ({"dimension": "beauty"}, "dimension is one of coverage, .*not beauty"),
        ({"severity": "error"}, "severity is one of note, warning"),
        ({"decided": "later"}, "decided is one of spec, tag, reading"),
        ({"confidence": "sure"}, "confidence must be certain"),
        ({"colour": "blue"}, "small.yaml:.*nothing reads colour"),
        ({"message": ""}, "message is missing"),
        ({"source": ""}, "source is missing"),
        ({"read_as": "uses(crcs)"}, "read_as and read_as_why belong together"),
        ({"read_as_why": "for a reason"}, "read_as and read_as_why belong together"),
        ({"study_years": "fiscal"}, "study_years is one of calendar, social_care"),
        ({"tags": "one"}, "tags must be a list"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(changes: dict[str, str], wrong: str) -> None:
    with pytest.raises(CatalogueFault, match=wrong):
        read_limits(_file(changes))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("words: {uses: {x: {shown: [{colour: A}]}}}", "there is no sign colour"),
        ("words: {uses: {x: {shown: A}}}", "shown is a list of alternatives"),
        ("words: {uses: {x: {reading: true, shown: [{column: A}]}}}", "what nothing can show has no signs"),
        ("datasets: {x: {held_as: [x], years: lunar}}", "years is one of"),
        ("tags: {x: {says: It is so., states: []}}", "x states nothing"),
        ("tags: {x: {says: It is so., states: [use(A)]}}", "x: there is no predicate use"),
    ],
)
def test_a_wrong_vocabulary_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(CatalogueFault, match=wrong):
        read_vocabulary(Source("small.yaml", f"social_care_series: []\n{text}\n"))
