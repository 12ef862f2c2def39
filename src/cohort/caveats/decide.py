"""Whether a condition holds for a study: yes, no, or cannot be told; and which tags would tell."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cohort.catalogue.caveats import Vocabulary, Word, load_vocabulary
from cohort.catalogue.conditions import And, Condition, Not, Or
from cohort.catalogue.predicates import (
    ROLES,
    Ages,
    Always,
    Compares,
    Dedupes,
    Filters,
    Groups,
    Joins,
    Keys,
    Links,
    Measures,
    Normalises,
    Population,
    Predicate,
    Role,
    Spans,
    Uses,
    Years,
    is_held_name,
)
from cohort.caveats.answer import Answer, all_of, any_of, opposite, yes_if
from cohort.caveats.names import any_column, column_tested, is_series, matches, reads_held
from cohort.caveats.periods import first_day, last_day
from cohort.caveats.profile import AgeRange, Profile
from cohort.caveats.signs import seen

PUBLISHED = Compares("study", "agg-*")
"""What the tag states that says a study is set beside published figures."""


def fires(condition: Condition, profile: Profile, study_years: str = "calendar") -> Answer:
    """Return whether a condition holds for a study.

    ``study_years`` is how the years of the study as a whole are counted: ``calendar`` or ``social_care``.
    """
    match condition:
        case And():
            return all_of(fires(part, profile, study_years) for part in condition.parts)
        case Or():
            return any_of(fires(part, profile, study_years) for part in condition.parts)
        case Not():
            return opposite(fires(condition.part, profile, study_years))
        case _:
            judge = _Judge(profile, load_vocabulary(), study_years)
            return any_of(judge.answer(part) for part in alternatives(condition))


def undecided_by(condition: Condition, profile: Profile, study_years: str = "calendar") -> tuple[str, ...]:
    """Return the names of tags that could tell what cannot be told, in the order of the condition.

    ``agg-*`` stands for the ids of published series, where the study brings figures and does not say of which. Parts
    of the condition that can be told add no tags.
    """
    if fires(condition, profile, study_years) is not Answer.UNKNOWN:
        return ()
    match condition:
        case And() | Or():
            found = [tag for part in condition.parts for tag in undecided_by(part, profile, study_years)]
        case Not():
            found = list(undecided_by(condition.part, profile, study_years))
        case _:
            open_parts = (part for part in alternatives(condition) if fires(part, profile) is Answer.UNKNOWN)
            found = [tag for part in open_parts for tag in _tags_for(part, profile)]
    return tuple(dict.fromkeys(found))


def _tags_for(part: Predicate, profile: Profile) -> Iterator[str]:
    """Yield the tags, series among them, that would tell whether a predicate of one alternative is true."""
    vocabulary = load_vocabulary()
    names = _names(part)
    used = (tag for name in names for tag in vocabulary.tags_stating(Uses((name,))))
    stating = dict.fromkeys((*vocabulary.tags_stating(part), *used))
    yield from (tag.name for tag in stating if tag.name not in profile.tags)
    yield from (name for name in names if is_series(name))
    if isinstance(part, Compares) and part.left == "study":
        yield from (() if part.right in profile.series else (part.right,))
        yield from (tag.name for tag in vocabulary.tags_stating(PUBLISHED))


def _names(part: Predicate) -> tuple[str, ...]:
    """Return what a predicate needs to be used."""
    match part:
        case Uses():
            return part.names
        case Years():
            return (part.of,)
        case Spans():
            return part.of
        case _:
            return ()


def alternatives(predicate: Predicate) -> Iterator[Predicate]:
    """Yield the predicate once for each of its alternatives, so that a tag can state each."""
    match predicate:
        case Uses():
            yield from (Uses((name,)) for name in predicate.names)
        case Groups():
            yield from (Groups((by,)) for by in predicate.by)
        case Measures():
            yield from (Measures((kind,)) for kind in predicate.kinds)
        case Population():
            yield from (Population((group,)) for group in predicate.groups)
        case Role() if predicate.role == "any":
            yield predicate
            yield from (Role(predicate.of, role) for role in ROLES if role != "any")
        case _:
            yield predicate


class _Judge:
    """Answers single predicates for one profile."""

    def __init__(self, profile: Profile, vocabulary: Vocabulary, study_years: str) -> None:
        self.profile, self.vocabulary, self.study_years = profile, vocabulary, study_years

    def answer(self, predicate: Predicate) -> Answer:
        """Return the answer that the tags give, or else the sections of the study."""
        declared = [self.profile.tags.get(tag.name) for tag in self.vocabulary.tags_stating(predicate)]
        if True in declared:
            return Answer.YES
        shown = self._shown(predicate, has_tag=bool(declared))
        denied = bool(declared) and None not in declared
        return Answer.NO if shown is Answer.UNKNOWN and denied else shown

    def _shown(self, predicate: Predicate, *, has_tag: bool) -> Answer:
        profile = self.profile
        match predicate:
            case Always():
                return Answer.YES
            case Uses():
                return self._uses(predicate.names[0])
            case Years():
                counted = self._counted(predicate.of)
                starts, ends = first_day(predicate.first, counted), last_day(predicate.last, counted)
                first, last = self._period(predicate.of)
                return all_of((self._used(predicate.of), yes_if(first <= ends and starts <= last)))
            case Spans():
                if isinstance(predicate.day, str):
                    return self._word("spans", predicate.day, has_tag)
                periods = [self._period(name) for name in predicate.of]
                spanned = (
                    min(first for first, _ in periods) < predicate.day <= max(last for _, last in periods)
                )
                return all_of((*(self._used(name) for name in predicate.of), yes_if(spanned)))
            case Links():
                known = self._known("links", f"{predicate.left}, {predicate.right}", has_tag)
                return self._links(predicate) if known is None else known
            case Joins():
                known = self._known("joins", f"{predicate.left}, {predicate.right}", has_tag)
                return self._joins(predicate) if known is None else known
            case Compares():
                known = self._known("compares", f"{predicate.left}, {predicate.right}", has_tag)
                return self._compares(predicate) if known is None else known
            case Groups():
                return self._word("groups", predicate.by[0], has_tag)
            case Measures():
                known = self._known("measures", predicate.kinds[0], has_tag)
                measured = yes_if(predicate.kinds[0] in profile.measures)
                return measured if known is None else any_of((measured, known))
            case Population():
                group = predicate.groups[0]
                return (
                    yes_if(_meet(group, profile.ages))
                    if isinstance(group, Ages)
                    else self._word("population", group, has_tag)
                )
            case Filters():
                test = predicate.test
                if isinstance(test, str):
                    return self._word("filters", test, has_tag)
                word = self.vocabulary.words.get(("uses", test.column))
                columns = [sign.text for part in word.shown for sign in part] if word else [test.column]
                wanted = (type(test)(column, test.sign, test.values) for column in columns)
                return yes_if(any(column_tested(one, profile.tests) for one in wanted))
            case Keys():
                known = self._known("keys", predicate.key, has_tag)
                return yes_if(any_column(predicate.key, profile.keys)) if known is None else known
            case Dedupes():
                return self._word("dedupes", " + ".join(predicate.per), has_tag)
            case Normalises():
                return self._word("normalises", predicate.what, has_tag)
            case Role():
                return self._role(predicate, has_tag)

    def _used(self, name: str) -> Answer:
        return self.answer(Uses((name,)))

    def _uses(self, name: str) -> Answer:
        """Return whether a data set, table, column, class of columns or published series is used."""
        profile = self.profile
        if name in ("study", "any"):
            return Answer.YES
        word = self.vocabulary.words.get(("uses", name))
        if word is not None:
            return self._of_word(word, has_tag=bool(self.vocabulary.tags_stating(Uses((name,)))))
        if is_series(name):
            if any(matches(name, series) for series in profile.series):
                return Answer.YES
            unnamed = profile.figures and not profile.series and name not in profile.not_series
            return Answer.UNKNOWN if unnamed else Answer.NO
        if is_held_name(name):
            return yes_if(reads_held(name, profile))
        held = self.vocabulary.datasets[name].names
        return yes_if(any(table.dataset in held for table in profile.tables))

    def _links(self, predicate: Links) -> Answer:
        """A data set that comes to people by a linking field is linked even if it is the only one."""
        sides = [side for side in (predicate.left, predicate.right) if side != "any"]
        if not sides:
            return yes_if(len(self.profile.linked) > 1)
        return yes_if(all(set(self._held_names(side)) & self.profile.linked for side in sides))

    def _joins(self, predicate: Joins) -> Answer:
        left, right = self._used(predicate.left), self._used(predicate.right)
        if predicate.kind is None:
            return all_of((left, right))
        of_kind = (join for join in self.profile.joins if join.kind == predicate.kind)
        return yes_if(
            any(matches(predicate.left, one.left) and matches(predicate.right, one.right) for one in of_kind)
        )

    def _compares(self, predicate: Compares) -> Answer:
        """Parts of one study come together in its results, so that what it uses it also compares."""
        if predicate.left == "study" and is_series(predicate.right):
            tags = [self.profile.tags.get(tag.name) for tag in self.vocabulary.tags_stating(PUBLISHED)]
            told = Answer.UNKNOWN if None in tags else yes_if(True in tags)
            told_of = self.profile.series or predicate.right in self.profile.not_series
            named = self._used(predicate.right) if told_of else Answer.UNKNOWN
            return all_of((told, named))
        return all_of((self._used(predicate.left), self._used(predicate.right)))

    def _role(self, predicate: Role, has_tag: bool) -> Answer:
        known = self._known("role", f"{predicate.of}, {predicate.role}", has_tag)
        if known is not None:
            return known
        if is_held_name(predicate.of) or predicate.of in self.vocabulary.datasets:
            used = self._used(predicate.of)
            if predicate.role == "outcome" and self._is_outcome(predicate.of):
                return used
            if predicate.role == "entry":
                return yes_if(self._is_entry(predicate.of))
            return all_of((used, Answer.UNKNOWN)) if has_tag else Answer.NO
        return Answer.UNKNOWN if has_tag else Answer.NO

    def _is_outcome(self, name: str) -> bool:
        if is_held_name(name):
            return any_column(name, self.profile.outcomes)
        return any(column.dataset in self._held_names(name) for column in self.profile.outcomes)

    def _is_entry(self, name: str) -> bool:
        if is_held_name(name):
            return any(matches(name, table.table) for table in self.profile.start)
        return any(table.dataset in self._held_names(name) for table in self.profile.start)

    def _held_names(self, dataset: str) -> tuple[str, ...]:
        return self.vocabulary.datasets[dataset].names

    def _period(self, name: str) -> tuple[datetime.date, datetime.date]:
        """Return the days taken from a data set or table, or those of the whole study."""
        if is_held_name(name):
            return self.profile.period(t.dataset for t in self.profile.tables if matches(name, t.table))
        held = self.vocabulary.datasets.get(name)
        return self.profile.period(() if held is None else held.names)

    def _counted(self, name: str) -> str:
        if name == "study":
            return self.study_years
        if name in self.vocabulary.datasets:
            return self.vocabulary.datasets[name].years
        series = any(matches(pattern, name) for pattern in self.vocabulary.social_care_series)
        return "social_care" if series else "calendar"

    def _known(self, predicate: str, text: str, has_tag: bool) -> Answer | None:
        word = self.vocabulary.words.get((predicate, text))
        return None if word is None else self._of_word(word, has_tag)

    def _word(self, predicate: str, text: str, has_tag: bool) -> Answer:
        return self._of_word(self.vocabulary.words[predicate, text], has_tag)

    def _of_word(self, word: Word, has_tag: bool) -> Answer:
        if seen(word.shown, self.profile):
            return Answer.YES
        if word.reading or (word.possible and seen(word.possible, self.profile)):
            return Answer.UNKNOWN
        only_tag = has_tag and not word.shown and not word.possible
        return Answer.UNKNOWN if only_tag or word.open else Answer.NO


def _meet(wanted: Ages, ages: AgeRange) -> bool:
    """Whether a cohort with these ages can have people of the wanted ages; without limits it can."""
    lowest = 0 if ages.lowest is None else ages.lowest
    return lowest < wanted.below and (ages.below is None or wanted.lowest < ages.below)
