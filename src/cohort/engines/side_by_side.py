"""Carries out the parts of a script on DuckDB, two at a time where neither needs the other.

Most steps of a study are about few rows, which one core works through while the others wait; and many steps do not rest
on one another. What a part needs is read from the names in its statements: it waits for the parts before it that make
or fill what it reads. Parts that only add rows to a table, as all results do, need not wait for one another. The result
is the same, for no statement relies on the order of rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field

import duckdb

from cohort.engines.duckdb_shared import rephrased
from cohort.sql.duckdb import seen_by_all
from cohort.sql.model import ScriptPart

AT_ONCE = 2
"""How many parts run beside one another. More gave nothing: each works with all cores where it has many rows."""
_COMMENT = re.compile(r"^ *--.*$", re.MULTILINE)
_WORD = re.compile(r"\w+")
_MAKES = re.compile(r"CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW) (\w+)")
_ADDS = re.compile(r"INSERT INTO (\w+)")


@dataclass
class _Touched:
    """The names that a part makes, adds rows to, and otherwise mentions; ``all`` if it may do anything."""

    makes: set[str] = field(default_factory=set)
    adds: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    all: bool = False


def needs(parts: Sequence[ScriptPart]) -> tuple[frozenset[int], ...]:
    """Return for each part the places of the parts before it that it has to wait for.

    A word that is no name of a table makes a part wait for nothing, or for longer than it must.
    """
    touched = [_touched(part) for part in parts]
    names = set[str]().union(*(found.makes | found.adds for found in touched))
    for found in touched:
        # Most words are those of columns and of SQL, and every part is compared with every other.
        found.mentions &= names
    return tuple(
        frozenset(before for before in range(place) if _hinders(touched[before], found))
        for place, found in enumerate(touched)
    )


def _touched(part: ScriptPart) -> _Touched:
    found = _Touched()
    for statement in part.statements:
        text = _COMMENT.sub("", statement.text).strip()
        makes, adds = _MAKES.match(text), _ADDS.match(text)
        words = (word.lower() for word in _WORD.findall(text, adds.end() if adds else 0))
        found.mentions.update(words)
        if makes:
            found.makes.add(makes[1].lower())
        elif adds:
            found.adds.add(adds[1].lower())
        else:
            found.all = True
    return found


def _hinders(before: _Touched, after: _Touched) -> bool:
    """Whether a part has to wait for one before it."""
    return bool(
        before.all
        or after.all
        or before.makes & (after.mentions | after.adds)
        or after.makes & (before.mentions | before.adds)
        or before.adds & after.mentions
        or after.adds & before.mentions
    )


def carry_out(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[ScriptPart],
    at_once: int,
    begun: Callable[[ScriptPart, int], None],
) -> None:
    """Carry out parts, ``at_once`` of them beside one another; ``begun`` hears of each, and how many began before it.

    What a part makes is seen by all connections to the database. Raises what ``rephrased`` makes of a failure, after
    all parts that were running have ended.
    """
    waiting = {place: set(found) for place, found in enumerate(needs(parts))}
    running: dict[Future[None], tuple[int, duckdb.DuckDBPyConnection]] = {}
    with ExitStack() as opened:
        cursors = [opened.enter_context(connection.cursor()) for _ in range(at_once)]
        free = cursors.copy()
        threads = opened.enter_context(ThreadPoolExecutor(at_once))
        try:
            while waiting or running:
                ready = [place for place, others in waiting.items() if not others]
                for place in ready[: len(free)]:
                    del waiting[place]
                    begun(parts[place], len(parts) - len(waiting) - 1)
                    cursor = free.pop()
                    running[threads.submit(_run_part, cursor, parts[place])] = place, cursor
                for ended in wait(running, return_when=FIRST_COMPLETED).done:
                    place, cursor = running.pop(ended)
                    ended.result()
                    free.append(cursor)
                    for others in waiting.values():
                        others.discard(place)
        except BaseException:
            _interrupt(running, cursors)
            raise


def _interrupt(running: Mapping[Future[None], object], cursors: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Break off what is running and wait until it has ended."""
    left = set(running)
    while left:
        # More than once: a statement that has not quite begun is not interrupted.
        for cursor in cursors:
            cursor.interrupt()
        left = wait(left, timeout=0.05).not_done


def _run_part(connection: duckdb.DuckDBPyConnection, part: ScriptPart) -> None:
    for statement in part.statements:
        with rephrased(f"part {part.number} of the script ({part.name}) failed"):
            connection.execute(seen_by_all(statement.text))
