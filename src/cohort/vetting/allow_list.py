"""The list of what Db2 may be given, checked a second time: on the finished text, word by word.

The compiler has lists of its own, by construct. This check knows no construct: it reads the text, so that it also sees
what somebody changed in it. Every word must be on one of the lists below or be a name that the script makes or reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cohort.plan.names import PIECE_START, PIECE_UNTIL
from cohort.sql.model import ReadTable
from cohort.types.reserved import RESERVED
from cohort.vetting.model import Outcome, outcome
from cohort.vetting.text import declared, statements, token_texts

BEGINNINGS = (
    ("CALL", "FNC.DROP_IF_EXISTS", "("),
    ("CREATE", "TABLE"),
    ("DECLARE", "GLOBAL", "TEMPORARY", "TABLE"),
    ("INSERT", "INTO"),
)
"""How a statement may begin. None of them shows a row."""

_WORDS = """
    ALL AND AS ASC BETWEEN BY CALL CASE COMMIT CREATE CURRENT DECLARE DESC DISTINCT DISTRIBUTE ELSE END ESCAPE EXISTS
    FOLLOWING FROM GLOBAL GROUP IN INSERT INTO IS JOIN LAST LEFT LIKE LOGGED NOT NULL NULLS ON OR ORDER OVER PARTITION
    PRECEDING PRESERVE REPLACE ROW ROWS SELECT TABLE TEMPORARY THEN UNBOUNDED UNION VALUES WHEN WHERE WITH
    FNC.DROP_IF_EXISTS SYSIBM.SYSDUMMY1
    """
WORDS = frozenset(_WORDS.split())
"""Words of SQL that are no functions, types or units."""

UNITS = frozenset({"DAYS", "MONTHS", "YEARS"})
"""Units of labelled durations."""

FOLLOWED_BY: Mapping[str, frozenset[str]] = {
    "ASC": frozenset({"NULLS"}),
    "BETWEEN": frozenset({"UNBOUNDED", "CURRENT"}),
    "CURRENT": frozenset({"ROW"}),
    "DESC": frozenset({"NULLS"}),
    "DISTRIBUTE": frozenset({"BY"}),
    "EXISTS": frozenset({"("}),
    "GROUP": frozenset({"BY"}),
    "IN": frozenset({"("}),
    "INSERT": frozenset({"INTO"}),
    "IS": frozenset({"NULL", "NOT"}),
    "LEFT": frozenset({"JOIN"}),
    "NULLS": frozenset({"LAST"}),
    "ORDER": frozenset({"BY"}),
    "OVER": frozenset({"("}),
    "PARTITION": frozenset({"BY"}),
    "REPLACE": frozenset({"DISTRIBUTE", ""}),
    "ROWS": frozenset({"BETWEEN", "NOT"}),
    "UNBOUNDED": frozenset({"PRECEDING", "FOLLOWING"}),
    "UNION": frozenset({"ALL"}),
}
"""What must come next after some words; the empty text is the end of the statement."""

_MANY = 1000
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "ABS": (1, 1),
    "CAST": (1, 1),
    "CEIL": (1, 1),
    "COALESCE": (2, _MANY),
    "COUNT": (1, 1),
    "DATE": (1, 1),
    "DAY": (1, 1),
    "DAYS": (1, 1),
    "FLOOR": (1, 1),
    "GREATEST": (2, _MANY),
    "HASH": (1, 1),
    "LEAD": (1, 1),
    "LEAST": (2, _MANY),
    "MAX": (1, 1),
    "MIN": (1, 1),
    "MOD": (2, 2),
    "MONTH": (1, 1),
    "NULLIF": (2, 2),
    "ROW_NUMBER": (0, 0),
    "SUM": (1, 1),
    "RTRIM": (1, 1),
    "TRIM": (1, 1),
    "UPPER": (1, 1),
    "VARCHAR_FORMAT": (2, 2),
    "YEAR": (1, 1),
}
"""Functions, with the fewest and the most parts that each may have."""

TYPES: Mapping[str, int] = {
    "BIGINT": 0,
    "DATE": 0,
    "DECIMAL": 2,
    "DOUBLE": 0,
    "INTEGER": 0,
    "SMALLINT": 0,
    "VARCHAR": 1,
}
"""Types, with how many numbers follow in brackets."""

_SIGNS = frozenset({"<=", ">=", "<>", "-", "+", "*", "/", "=", "<", ">", "(", ")", ","})
_COMPARISONS = frozenset({"<", "<=", ">", ">="})
_SHOWN = 20

NEVER_MISSING = frozenset({PIECE_START, PIECE_UNTIL})
"""Columns of pieces of follow-up: a piece is made only where its first day is before the day after its last."""


@dataclass(frozen=True)
class Names:
    """Names that a script may use: tables (own and held ones), columns of held tables, and columns that it declares."""

    tables: frozenset[str]
    physical: frozenset[str]
    own: frozenset[str]


def check_allow_list(text: str, tables: Sequence[str], reads: Sequence[ReadTable]) -> Outcome:
    """Check every word of a Db2 script. ``tables`` are the names of the tables that it makes."""
    found = statements(text)
    names = names_of(found, tables, reads)
    findings: list[str] = []
    for number, statement in enumerate(found, 1):
        said = " ".join(statement.split()[:3])
        findings += [f"Statement {number} ({said}): {problem}" for problem in _problems(statement, names)]
    shown = findings[:_SHOWN]
    if len(findings) > _SHOWN:
        shown.append(f"And {len(findings) - _SHOWN} more.")
    words = "every word, sign and function of the text is on the list of what Db2 may be given"
    return outcome("allow-list", words, tuple(shown), {"statements": len(found)})


def names_of(found: Sequence[str], tables: Sequence[str], reads: Sequence[ReadTable]) -> Names:
    """Return the names that the statements of a script may use."""
    columns = [name for made in map(declared, found) if made for name, _ in made[1]]
    physical = [column.physical for read in reads for column in read.columns]
    return Names(
        frozenset((*tables, *(read.physical for read in reads))), frozenset(physical), frozenset(columns)
    )


def _problems(statement: str, names: Names) -> Iterator[str]:
    found = token_texts(statement)
    if not found:
        yield "there is a sign that is none of SQL's."
        return
    if not any(found[: len(beginning)] == beginning for beginning in BEGINNINGS):
        yield "a statement must drop, make or fill a table."
    local = _defined(found)
    for number, word in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else ""
        problem = _problem_of(found, number, word, after, names, local)
        if problem:
            yield problem
    yield from _orders(found)
    yield from _unguarded(found)


def _problem_of(
    found: Sequence[str], number: int, word: str, after: str, names: Names, local: frozenset[str]
) -> str:
    """Return what is wrong with one word, sign, number or text; empty if nothing is."""
    before = found[number - 1] if number else ""
    if word[0] == "'" or word[0].isdigit():
        return ""
    if not word[0].isalpha():
        if word not in _SIGNS:
            return f"the sign {word} is not on the list."
        return "all columns are asked for by a star." if word == "*" and before in ("SELECT", ",") else ""
    if word in FUNCTIONS and after == "(":
        return _problem_of_call(found, number, word)
    if word in TYPES:
        return _problem_of_type(found, number, word)
    if word in UNITS:
        return "" if before == ")" or before[:1].isdigit() else f"the unit {word} follows no amount."
    if word in WORDS:
        allowed = FOLLOWED_BY.get(word)
        return "" if allowed is None or after in allowed else f"{word} is followed by {after or 'nothing'}."
    return _problem_of_name(word, names, local, before, after)


def _problem_of_call(found: Sequence[str], number: int, word: str) -> str:
    parts = _parts(found, number + 1)
    fewest, most = FUNCTIONS[word]
    if not fewest <= len(parts) <= most:
        return f"{word} has {len(parts)} parts."
    if word == "DATE" and not (len(parts[0]) == 1 and parts[0][0].startswith("'")):
        return "DATE is given something else than a written day."
    return ""


def _problem_of_type(found: Sequence[str], number: int, word: str) -> str:
    inner = _parts(found, number + 1) if found[number + 1 : number + 2] == ("(",) else []
    if len(inner) != TYPES[word] or not all(len(part) == 1 and part[0].isdigit() for part in inner):
        return f"the type {word} has another form than on the list."
    end = number + 1 + (2 * len(inner) + 1 if inner else 0)
    in_cast = found[number - 1] == "AS" and found[end : end + 1] == (")",)
    if found[0] not in ("CREATE", "DECLARE") and not in_cast:
        return f"the type {word} stands outside a CAST."
    if word == "DECIMAL" and ((found[number - 1] != "AS") or inner != [["31"], ["0"]]):
        return "DECIMAL is on the list as a cast of whole numbers to 31 digits only."
    return ""


def _problem_of_name(word: str, names: Names, local: frozenset[str], before: str, after: str) -> str:
    if word in names.tables:
        return ""
    qualifier, _, name = word.rpartition(".")
    if qualifier and qualifier not in local:
        return f"the name {word} is neither made nor read by the script."
    if name in names.physical:
        return ""
    if name not in names.own and name not in local:
        return f"the word {name} is not on the list, and no name of the script."
    if name != name.lower() or name in RESERVED:
        return f"the name {name} is a word of SQL or not in small letters."
    if after == "(" and before not in ("AS", "INTO", "TABLE"):
        return f"the function {name} is not on the list."
    return ""


def _defined(found: Sequence[str]) -> frozenset[str]:
    """Return the names that a statement gives: of columns, tables and named SELECTs, and in lists after an alias."""
    names: set[str] = set()
    for number, word in enumerate(found[:-1]):
        following = found[number + 1]
        if word == "AS" and following != "(" and following not in TYPES:
            names.add(following)
            if found[number + 2 : number + 3] == ("(",):
                names |= {part[0] for part in _parts(found, number + 2) if len(part) == 1}
        if word in ("WITH", ",") and found[number + 2 : number + 4] == ("AS", "("):
            names.add(following)
    return frozenset(names)


def _parts(found: Sequence[str], start: int) -> list[list[str]]:
    """Return what stands between the commas of the bracket that opens at ``start``."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in found[start:]:
        depth += (word == "(") - (word == ")")
        if depth == 0:
            break
        if word == "," and depth == 1:
            parts.append([])
        elif depth > 1 or word != "(":
            parts[-1].append(word)
    return [] if parts == [[]] else parts


def _orders(found: Sequence[str]) -> Iterator[str]:
    """Every order must say where missing values go: databases differ."""
    for number, word in enumerate(found):
        if word != "ORDER":
            continue
        depth, item = 0, list[str]()
        for inner in (*found[number + 2 :], ")"):
            if depth == 0 and inner in (",", ")", "ROWS"):
                if item[-2:] != ["NULLS", "LAST"]:
                    yield "an order does not say where missing values go."
                item = []
                if inner != ",":
                    break
                continue
            depth += (inner == "(") - (inner == ")")
            item.append(inner)


def _unguarded(found: Sequence[str]) -> Iterator[str]:
    """Db2's LEAST and GREATEST are missing if a part is, others' are not: no part may be missing there."""
    known: list[bool] = []
    condition: list[list[str]] = []
    for number, word in enumerate(found):
        match word:
            case "CASE":
                known.append(False)
                condition.append([])
            case "WHEN" if condition:
                known[-1], condition[-1] = False, []
            case "THEN" if condition:
                known[-1] = "IS NOT NULL" in " ".join(condition[-1])
            case "ELSE" if condition:
                known[-1] = False
            case "END" if condition:
                known.pop()
                condition.pop()
            case "LEAST" | "GREATEST":
                sure = _compared(found, number) | NEVER_MISSING
                parts = _parts(found, number + 1)
                if not any(known) and not all(_is_known(part, sure) for part in parts):
                    yield f"{word} may be given a missing value, of which Db2 makes something else."
        if condition:
            condition[-1].append(word)


def _is_known(part: Sequence[str], sure: frozenset[str]) -> bool:
    """Whether a part is filled up, written out, or a name that a condition has compared."""
    if part and part[0] in ("COALESCE", "DATE"):
        return True
    return len(part) == 1 and (part[0] in sure or part[0].rpartition(".")[2] in sure or part[0][0].isdigit())


def _compared(found: Sequence[str], number: int) -> frozenset[str]:
    """Return the names that a condition of the SELECT around a place compares: they are not missing in its rows."""
    start, depth = number, 0
    while start > 0 and not (found[start] == "SELECT" and depth <= 0):
        depth += (found[start] == ")") - (found[start] == "(")
        start -= 1
    depth, names = 0, set[str]()
    outer = in_condition = False
    for place in range(start, len(found) - 1):
        word = found[place]
        depth += (word == "(") - (word == ")")
        if depth < 0 or (depth == 0 and word == "UNION"):
            break
        if depth or word == "(":
            continue
        # What a LEFT JOIN compares may still be missing, and so may either side of an OR.
        match word:
            case "LEFT":
                outer, in_condition = True, False
            case "JOIN":
                outer, in_condition = found[place - 1] == "LEFT", False
            case "ON" | "WHERE":
                in_condition = word == "WHERE" or not outer
            case "GROUP":
                in_condition = False
            case "OR" if in_condition:
                return frozenset()
            case _ if in_condition and word in _COMPARISONS:
                names |= {found[place - 1], found[place + 1]}
    return frozenset(names)
