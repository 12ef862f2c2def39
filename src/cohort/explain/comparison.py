"""The words of peers, follow-up, person-time and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from cohort.explain.sentences import SENTENCES, say
from cohort.query.study import AgeSplit, CalendarSplit, SpellSplit, Split, Study
from cohort.query.words import Words, day, plain, quoted, time
from cohort.types import Kind


def peers_words(study: Study, words: Words) -> Iterator[str]:
    """Yield who the cases are compared with, and how they are matched."""
    peers = study.peers
    if peers is None:
        return
    yield say("peers", name=plain(peers.name))
    yield ""
    form = "peers pool" if peers.steps else "peers no steps"
    yield say(form, per_case=peers.per_case, units=study.units, pool=plain(peers.pool))
    yield ""
    for number, step in enumerate(peers.steps, start=1):
        why = say("why", why=step.why) if step.why else ""
        yield say("step", number=number, id=plain(step.id), words=step.words, why=why)
    if peers.steps:
        yield ""
    said = []
    if peers.exact:
        exact = SENTENCES["and"].join(words.value(value) for _, value in peers.exact)
        said.append(say("peers exact", exact=exact))
    if peers.nearest is not None:
        nearest = peers.nearest
        date = nearest.value.type.kind is Kind.DATE
        tolerance = time(nearest.tolerance, "day") if date else str(nearest.tolerance)
        said.append(say("peers nearest", tolerance=tolerance, nearest=words.value(nearest.value)))
    said.append(SENTENCES["peers reuse" if peers.reuse else "peers no reuse"])
    said.append(say("peers ties", seed=peers.seed))
    yield " ".join(said)
    yield ""


def follow_up_words(study: Study, words: Words) -> Iterator[str]:
    """Yield from when until when entries are followed."""
    follow_up = study.follow_up
    if follow_up is None:
        return
    yield SENTENCES["follow up"]
    yield ""
    yield say("follow up starts", start=words.value(follow_up.start))
    yield ""
    for end in follow_up.ends:
        included = SENTENCES["day included" if end.day_included else "day left out"]
        only = "" if end.only_for is None else say("only for", group=plain(end.only_for))
        said = words.value(end.date)
        yield say("follow up end", name=plain(end.name), words=said, included=included, only=only)
    yield ""
    if follow_up.covers:
        covers = SENTENCES["and"].join(plain(cover.rows.name) for cover in follow_up.covers)
        yield say("follow up covers", covers=covers)
        yield ""
    yield SENTENCES["follow up none"]
    yield ""


def person_time_words(study: Study) -> Iterator[str]:
    """Yield what follow-up is split by."""
    if not study.splits:
        return
    yield SENTENCES["person time"]
    yield ""
    for split in study.splits:
        yield from _split(split)
    yield ""


def _split(split: Split) -> Iterator[str]:
    match split:
        case AgeSplit():
            *begins, last = (str(age) for age in split.ages)
            ages = SENTENCES["list"].join(begins)
            yield say("split by age", label=split.label, name=split.name, ages=ages, last=last)
        case CalendarSplit():
            first, last_day = split.stretches[0][1], split.stretches[-1][2]
            yield say(
                "split by calendar",
                label=split.label,
                name=split.name,
                number=len(split.stretches),
                first=day(first),
                last=day(last_day),
            )
        case SpellSplit():
            yield say(
                "split by spells",
                label=split.label,
                name=split.name,
                value=plain(split.value),
                rows=plain(split.rows.name),
                otherwise=split.otherwise,
            )
            if split.priority:
                listed = SENTENCES["list"].join(quoted(value) for value in split.priority)
                yield say("split priority", priority=listed)
            else:
                yield SENTENCES["split no priority"]
        case _:
            assert_never(split)


def outcomes_words(study: Study) -> Iterator[str]:
    """Yield which events are counted."""
    if not study.outcomes:
        return
    yield SENTENCES["outcomes"]
    yield ""
    for outcome in study.outcomes:
        form = "outcome first" if outcome.first_only else "outcome all"
        events, date = plain(outcome.events.name), plain(outcome.date)
        yield say(form, label=outcome.label, name=outcome.name, events=events, date=date)
        if outcome.washout_days:
            yield say("outcome washout", days=outcome.washout_days)
    yield ""
