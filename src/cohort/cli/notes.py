"""Known limits of the data, as lines and as JSON: notes, what is to be read, and tags that would tell of more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from cohort.catalogue import comparable_series, load_landscape, load_vocabulary

if TYPE_CHECKING:
    from cohort.catalogue import KnownLimit
    from cohort.caveats import Found

_PATTERN = "*"


def counted(limits: Found) -> Iterator[str]:
    """Yield what `check` says of limits without being asked for them: how many, and which option shows them."""
    notes, read, waiting = len(limits.notes), len(limits.to_read), len(limits.for_tags)
    if notes:
        yield f"{notes} known limits of the data concern this study, and {read} are to be read; --notes shows them."
    if waiting:
        yield f"{waiting} more may concern it, and tags under `study` would tell; --tags shows them."


def noted(limits: Found) -> Iterator[str]:
    """Yield a line for each limit that concerns the study, and for each that a reader decides."""
    for limit in limits.notes:
        yield f"note[{limit.id}] {_words(limit)}"
    for limit in limits.to_read:
        yield f"read[{limit.id}] {_words(limit)}"


def tagged(limits: Found) -> Iterator[str]:
    """Yield each tag that would tell of limits, what it says, and of which limits it would tell."""
    tags = by_tag(limits)
    if not tags:
        yield "No tag would tell more about this study."
        return
    yield (
        f"{len(limits.for_tags)} limits may concern this study. Name what holds under `study` as `tags: […]`, "
        "or what does not as `tags: {…: false}`:"
    )
    for tag, ids in tags.items():
        yield f"tag[{tag}] {said(tag)} Would tell of: {', '.join(ids)}."


def by_tag(limits: Found) -> dict[str, tuple[str, ...]]:
    """Return for each tag that would tell of limits the ids of these, in alphabetical order of the tags."""
    found: dict[str, list[str]] = {}
    for one in limits.for_tags:
        for tag in one.tags:
            found.setdefault(tag, []).append(one.limit.id)
    return {tag: tuple(found[tag]) for tag in sorted(found)}


def said(tag: str) -> str:
    """Return the sentence of a tag, or what naming a published series says."""
    words = load_vocabulary().tags
    if tag in words:
        return words[tag].says
    if _PATTERN in tag:
        beginning = tag.partition(_PATTERN)[0]
        examples = [name for name in comparable_series() if name.startswith(beginning)]
        return f"Figures are set beside one of {len(examples)} published series, such as {examples[0]}."
    return f"Figures are set beside “{load_landscape().entries[tag].title.text}”."


def json_items(limits: Found, *, notes: bool, tags: bool) -> list[Mapping[str, object]]:
    """Return limits as objects: those that concern the study and those to be read, and those that tags would decide."""
    found: list[Mapping[str, object]] = []
    if notes:
        found += [_item("note", limit, ()) for limit in limits.notes]
        found += [_item("read", limit, ()) for limit in limits.to_read]
    if tags:
        found += [_item("undecided", one.limit, one.tags) for one in limits.for_tags]
    return found


def with_items(problems: str, more: Iterable[Mapping[str, object]]) -> str:
    """Return the JSON of problems with further objects behind them."""
    return json.dumps([*json.loads(problems), *more], ensure_ascii=False, indent=2) + "\n"


def _item(severity: str, limit: KnownLimit, tags: tuple[str, ...]) -> Mapping[str, object]:
    return {
        "code": limit.id,
        "severity": severity,
        "message": limit.message,
        "dimension": str(limit.dimension),
        "confidence": limit.confidence,
        "source": limit.source,
        "tags": list(tags),
    }


def _words(limit: KnownLimit) -> str:
    return f"({limit.dimension}, {limit.confidence}) {limit.message}"
