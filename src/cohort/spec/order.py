"""The order in which the keys of a spec are written, and where its texts are expressions."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.spec import keys

Path = tuple[str, ...]
"""Where something stands in the file: its keys from the root, with ``*`` for a name of the study or a list item."""

ORDER: dict[Path, tuple[str, ...]] = {
    (): tuple(keys.ROOT),
    ("study",): tuple(keys.STUDY),
    ("linkage",): tuple(keys.LINKAGE),
    ("context", "*"): tuple(keys.CONTEXT),
    ("definitions", "*"): ("from", "union"),
    ("definitions", "*", "join_spells"): keys.JOIN_SPELLS,
    ("definitions", "*", "keep_first"): keys.KEEP_ONE,
    ("definitions", "*", "keep_last"): keys.KEEP_ONE,
    ("population",): tuple(keys.POPULATION),
    ("population", "steps", "*"): tuple(keys.STEP),
    ("peers",): tuple(keys.PEERS),
    ("peers", "steps", "*"): tuple(keys.STEP),
    ("peers", "match"): tuple(keys.MATCH),
    ("follow_up",): tuple(keys.FOLLOW_UP),
    ("follow_up", "ends", "*"): tuple(keys.END),
    ("variables", "*"): tuple(keys.VARIABLE),
    ("variables", "*", "choose", "*"): tuple(keys.CHOICE),
    ("person_time",): tuple(keys.PERSON_TIME),
    ("person_time", "split_by", "*"): tuple(keys.SPLIT),
    ("outcomes", "*"): tuple(keys.OUTCOME),
    ("outputs", "*"): ("title", *keys.OUTPUT_KINDS, *keys.OUTPUT),
    ("accept", "*"): tuple(keys.ACCEPTANCE),
}
"""The order in which keys are written. Keys that are not named here follow in the order of the file: in a definition
the order of the operations is what they mean."""

LAST: dict[Path, tuple[str, ...]] = {("definitions", "*"): ("note",)}
"""Keys that stand after all others."""

EXPRESSIONS: frozenset[Path] = frozenset({
    ("definitions", "*", "where"),
    ("definitions", "*", "add", "*"),
    ("population", "index_date"),
    ("population", "steps", "*", "keep"),
    ("peers", "steps", "*", "keep"),
    ("peers", "match", "exact", "*"),
    ("follow_up", "starts"),
    ("follow_up", "ends", "*"),
    ("follow_up", "ends", "*", "date"),
    ("variables", "*"),
    ("variables", "*", "value"),
    ("variables", "*", "choose", "*", "when"),
    ("outputs", "*", "among"),
    ("outputs", "*", "series"),
    ("outputs", "*", "split_at"),
})  # fmt: skip
"""Where a text is an expression."""

PERIODS: frozenset[Path] = frozenset({("windows", "*")})
"""Where a text is a period."""


def rank(word: str, path: Path) -> int:
    """Return where a key stands among the keys beside it; equal ones keep the order of the file."""
    row = _row(path, ORDER)
    first, last = (ORDER[row], LAST.get(row, ())) if row is not None else ((), ())
    if word in first:
        return first.index(word)
    return len(first) + (1 + last.index(word) if word in last else 0)


def is_expression(path: Path) -> bool:
    """Whether the text at a path is an expression."""
    return _row(path, EXPRESSIONS) is not None


def is_period(path: Path) -> bool:
    """Whether the text at a path is a period."""
    return _row(path, PERIODS) is not None


def _row(path: Path, table: Iterable[Path]) -> Path | None:
    """Return the row of a table that a path is a case of."""
    for row in table:
        if len(row) == len(path) and all(a in ("*", b) for a, b in zip(row, path, strict=True)):
            return row
    return None
