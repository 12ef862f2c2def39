"""All known limits against one study: which concern it, which cannot be told, and what would tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cohort.catalogue.caveats import Decided, KnownLimit, Severity
from cohort.caveats.answer import Answer
from cohort.caveats.decide import fires, undecided_by
from cohort.caveats.names import is_series
from cohort.caveats.profile import Profile


@dataclass(frozen=True)
class Undecided:
    """A limit of which a study does not show whether it concerns it, and the tags that would tell (none: read it)."""

    limit: KnownLimit
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The limits that concern a study, those of which it cannot be told, and those that its preparation sees to."""

    concerning: tuple[KnownLimit, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    handled: tuple[KnownLimit, ...] = ()

    @property
    def notes(self) -> tuple[KnownLimit, ...]:
        """Those that concern a study and make it wrong in no way; the others are warnings."""
        return tuple(limit for limit in self.concerning if limit.severity is Severity.NOTE)

    @property
    def for_tags(self) -> tuple[Undecided, ...]:
        """Those of which tags under ``study`` would tell whether they concern it."""
        read = set(self.to_read)
        return tuple(one for one in self.undecided if one.limit not in read)

    @property
    def of_unnamed_series(self) -> tuple[KnownLimit, ...]:
        """Those of which it can be told once the tags name the published series that the study's figures are from."""
        return tuple(one.limit for one in self.undecided if any(is_series(tag) for tag in one.tags))

    @property
    def to_read(self) -> tuple[KnownLimit, ...]:
        """Those that nothing in a study decides: a reader does."""
        return tuple(
            one.limit for one in self.undecided if one.limit.decided is Decided.READING or not one.tags
        )


def judge(limits: Iterable[KnownLimit], profile: Profile) -> Found:
    """Return which limits concern a study, in the order given."""
    concerning, undecided, handled = [], [], []
    for limit in limits:
        match fires(limit.read_as, profile, limit.study_years):
            case Answer.YES:
                concerning.append(limit)
            case Answer.UNKNOWN:
                undecided.append(Undecided(limit, undecided_by(limit.read_as, profile, limit.study_years)))
            case Answer.NO if profile.steps & set(limit.handled_by):
                handled.append(limit)
            case Answer.NO:
                continue
    return Found(tuple(concerning), tuple(undecided), tuple(handled))
