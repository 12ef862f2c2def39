"""What two scripts of one study do differently: their shape, and the words that stand for each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from cohort.sql.layout import tokens
from cohort.sql.model import PartKind, Script, StatementKind

_KINDS = {
    StatementKind.DROP: "statements that drop a table",
    StatementKind.CREATE: "empty tables made, with typed columns",
    StatementKind.FILL: "statements that work out a table",
    StatementKind.COUNT: "counts of rows and units after a table",
    StatementKind.RESULT: "statements that add results",
}
_VIEW = re.compile(r"CREATE [A-Z ]*VIEW ")
_DATE = re.compile(r"DATE\n(\(\n)?('[^']*')(?(1)\n\))")
_NAME = re.compile(r"[a-z][\w$#@]*(\.[\w$#@]+)*|[A-Z][\w$#@]*[_.][\w$#@.]*")
_WORDS_BEFORE = "AND OR ON IN THEN WHEN ELSE AS WHERE + - * / // = < > <= >="
_SPACED = frozenset(_WORDS_BEFORE.split())
"""What a bracket stands apart from."""

Node = str | tuple["Node", ...]
"""One token, or what is in a pair of brackets."""
Change = tuple[str, str]


def differences(first: Script, second: Script) -> str:
    """Return as Markdown what two scripts of one plan do differently. They must have the same binding.

    Queries of the same table are compared word by word. Raises ``ValueError`` if the scripts are of two studies.
    """
    if (first.study, first.spec_hash) != (second.study, second.spec_hash):
        raise ValueError("the scripts are of different studies")
    return "\n".join(_lines(first, second)) + "\n"


def _lines(first: Script, second: Script) -> Iterator[str]:
    one, other = first.dialect.label, second.dialect.label
    yield f"# Two scripts compared: {first.study}"
    yield ""
    yield (
        f"What the script for {one} and the one for {other} do differently; both come from one plan. Names of schemas "
        "and the beginnings of table names, which the binding gives, are left out."
    )
    yield ""
    yield f"| shape | {one} | {other} |"
    yield "|---|---:|---:|"
    for kind, words in _KINDS.items():
        yield f"| {words} | {_count(first, kind)} | {_count(second, kind)} |"
    yield f"| views among the tables worked out | {_views(first)} | {_views(second)} |"
    yield ""
    compared, alike, found = _changes(first, second)
    yield (
        f"Of {compared} queries, {alike} are the same word for word. In the others these words stand for each other "
        "(`a`, `b` for names, `…` for constants, `day` for a date literal):"
    )
    yield ""
    yield f"| {one} | {other} | times |"
    yield "|---|---|---:|"
    for (before, after), times in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {_code(before)} | {_code(after)} | {times} |"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "(nothing)"


def _count(script: Script, kind: StatementKind) -> int:
    return sum(statement.kind is kind for statement in script.statements)


def _views(script: Script) -> int:
    return sum(bool(_VIEW.match(statement.text)) for statement in script.statements)


def _changes(first: Script, second: Script) -> tuple[int, int, Counter[Change]]:
    """How many queries both scripts have, how many are the same, and what stands for what, how often."""
    ours, theirs = _queries(first), _queries(second)
    found: Counter[Change] = Counter()
    compared, alike = 0, 0
    for name, words in ours.items():
        if name not in theirs:
            continue
        compared += 1
        alike += words == theirs[name]
        found += _dates(words, theirs[name])
        found.update(_replaced(_tree(_plain_dates(words)), _tree(_plain_dates(theirs[name]))))
    return compared, alike, found


def _queries(script: Script) -> dict[str, str]:
    """The tokens of each query, a line each, by its table or result, without what stands before SELECT or WITH."""
    found = {}
    for part in script.parts:
        if part.kind not in (PartKind.TABLE, PartKind.RESULT):
            continue
        for statement in part.statements:
            if statement.kind in (StatementKind.FILL, StatementKind.RESULT):
                words = [token.text for token in tokens(statement.text)]
                start = next(i for i, word in enumerate(words) if word in ("SELECT", "WITH"))
                found[part.name] = "\n".join(words[start:])
    return found


def _dates(ours: str, theirs: str) -> Counter[Change]:
    """Date literals, which are told apart from all else because they are everywhere."""
    before = ["DATE('…')" if match[1] else "DATE '…'" for match in _DATE.finditer(ours)]
    after = ["DATE('…')" if match[1] else "DATE '…'" for match in _DATE.finditer(theirs)]
    return Counter(pair for pair in zip(before, after, strict=False) if pair[0] != pair[1])


def _plain_dates(words: str) -> list[str]:
    return _DATE.sub("day", words).split("\n")


def _tree(words: list[str]) -> tuple[Node, ...]:
    """Words with what is in brackets as one node."""
    stack: list[list[Node]] = [[]]
    for word in words:
        if word == "(":
            stack.append([])
        elif word == ")":
            inner = tuple(stack.pop())
            stack[-1].append(inner)
        else:
            stack[-1].append(word)
    return tuple(stack[0])


def _replaced(ours: tuple[Node, ...], theirs: tuple[Node, ...]) -> Iterator[Change]:
    """Yield what stands for what; where only the insides of brackets differ, the search goes on in there."""
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        before, after = ours[a:b], theirs[c:d]
        if [_word(node) for node in before] == [_word(node) for node in after]:
            for one, other in zip(before, after, strict=True):
                if isinstance(one, tuple) and isinstance(other, tuple):
                    yield from _replaced(one, other)
        else:
            letters: dict[str, str] = {}
            told = (_phrase(before, letters), _phrase(after, letters))
            # Where two constants are all that differs, they are told, in the brackets that they stand in.
            yield told if told[0] != told[1] else (_exact(ours), _exact(theirs))


def _word(node: Node) -> str:
    return node if isinstance(node, str) else "("


def _phrase(nodes: tuple[Node, ...], letters: dict[str, str]) -> str:
    """A phrase with letters for names and a sign for constants, so that changes of one kind look alike."""
    text = ""
    for number, node in enumerate(nodes):
        after_word = bool(number) and nodes[number - 1] not in _SPACED
        if isinstance(node, tuple):
            shown, tight = f"({_phrase(node, letters)})", after_word
        else:
            called = number + 1 < len(nodes) and isinstance(nodes[number + 1], tuple)
            shown, tight = _shown(node, letters, called=called), node == ","
        text += shown if tight or not text else f" {shown}"
    return text


def _exact(nodes: tuple[Node, ...]) -> str:
    text = " ".join(node if isinstance(node, str) else f"({_exact(node)})" for node in nodes)
    return text.replace(" ,", ",")


def _shown(word: str, letters: dict[str, str], *, called: bool) -> str:
    if word.startswith("'"):
        return "'…'"
    if word[0].isdigit():
        return "…"
    if _NAME.fullmatch(word) and not called and word != "day":
        return letters.setdefault(word, chr(ord("a") + min(len(letters), 25)))
    return word
