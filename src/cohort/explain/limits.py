"""The words of what limits a study: what it accepts, what is known of its data, and what it does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.catalogue import KnownLimit, load_vocabulary
from cohort.caveats import Found
from cohort.explain.sentences import SENTENCES, say
from cohort.query.study import Study


def limits_words(study: Study, limits: Found) -> Iterator[str]:
    """Yield the section of known limits, with those that a reader decides, and how many tags would decide."""
    yield SENTENCES["limits"]
    yield ""
    for accepted in study.accepted:
        yield say("accepted", rule=accepted.rule, at=accepted.at, why=accepted.why)
    for limit in limits.concerning:
        yield _said(limit)
    yield ""
    yield from _tags(study)
    if limits.handled:
        ids = SENTENCES["list"].join(f"`{limit.id}`" for limit in limits.handled)
        yield say("limits handled", ids=ids)
        yield ""
    if limits.to_read:
        yield SENTENCES["limits to read"]
        yield ""
        for limit in limits.to_read:
            yield _said(limit)
        yield ""
    waiting = len(limits.for_tags)
    if waiting:
        yield say("limit for tags" if waiting == 1 else "limits for tags", number=waiting)
        yield ""


def _said(limit: KnownLimit) -> str:
    return say(
        "caveat",
        text=limit.message,
        dimension=limit.dimension,
        confidence=limit.confidence,
        source=limit.source,
        id=limit.id,
    )


def _tags(study: Study) -> Iterator[str]:
    if not study.tags:
        return
    yield SENTENCES["tags"]
    yield ""
    known = load_vocabulary().tags
    for name, holds in study.tags:
        says = known[name].says if name in known else say("tag of series", id=name)
        yield say("tag" if holds else "tag denied", says=says, name=name)
    yield ""
