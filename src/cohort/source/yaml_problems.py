"""What the YAML parser refuses, said in the words of people who write studies.

The parser's own sentences speak of tokens and contexts. Each is sorted here by what it says and by the text
around the place, and the place is moved to where the mistake is, which is often not where it was noticed.
"""

from __future__ import annotations

import re
from typing import Protocol

import yaml

from cohort.source import Place, Source, Span

_KEY_WITH_COLON = re.compile(r"(?:- +)*[^\s:#\"'{\[][^:#]*:(?: |$)|.*[\"']\s*:(?: |$)")
"""A line that begins like ``key:``."""


class Problems(Protocol):
    """What takes problems found in a file; diagnostics are a layer above and fit this."""

    def add(
        self,
        code: str,
        place: Place | None,
        /,
        *,
        at: str = "",
        suggestion: str | None = None,
        **data: object,
    ) -> None:
        """Add one problem of a rule at a place."""

    def __len__(self) -> int:
        """Return how many problems there are so far."""
        ...


def explain(
    problem: yaml.MarkedYAMLError, source: Source, diagnostics: Problems, *, innermost: int = 0
) -> None:
    """Add the one diagnostic that says what the parser stumbled over.

    ``innermost`` is where the innermost open list or mapping began.
    """
    code, span, data = _sort(problem, source.text, innermost)
    diagnostics.add(code, Place(source, _clip(span, source.text)), **data)


def _sort(problem: yaml.MarkedYAMLError, text: str, innermost: int) -> tuple[str, Span, dict[str, str]]:
    said = problem.problem or ""
    context = problem.context or ""
    at = problem.problem_mark.index if problem.problem_mark else 0
    begun = problem.context_mark.index if problem.context_mark else at
    here = text[at : at + 1]
    if "quoted scalar" in context:
        if "escape" in said or "hexadecimal" in said:
            start = at if here == "\\" else at - 1
            return "YML209", Span(start, start + 2), {"escape": text[start : start + 2]}
        return "YML204", Span(begun, begun + 1), {"quote": text[begun : begun + 1]}
    if "mapping values are not allowed" in said:
        return _stray_colon(at, text)
    if "could not find expected ':'" in said:
        return "YML202", _line(begun, text), {}
    if "flow" in context:
        begun = begun if text[begun : begun + 1] in ("[", "{") else innermost
        if text.count("\n", begun, at) or not here:
            return "YML205", Span(begun, begun + 1), {"bracket": text[begun : begun + 1]}
        return "YML211", Span(at, at + 1), {"found": here, "bracket": text[begun : begun + 1]}
    if "block scalar" in context:
        return "YML210", _line(at, text, whole=False), {"marker": text[begun : begun + 1]}
    if "tag" in context:
        return "YML107", Span(begun, at), {"tag": text[begun:at][:40]}
    if "directive" in context or "incompatible YAML" in said or "directive" in said:
        return "YML113", _line(begun, text), {}
    if "alias" in context or "anchor" in context:
        return "YML208", Span(begun, begun + 1), {"found": text[begun : begun + 1]}
    starts_wrongly = (
        "cannot start any token",
        "node content",
        "entries are not allowed",
        "keys are not allowed",
    )
    if any(words in said for words in starts_wrongly):
        return "YML208", Span(at, at + 1), {"found": here}
    if "'-' indicator" in said or "block collection" in context:
        return "YML207", _line(at, text), {}
    return _not_a_key(at, text)


def _stray_colon(at: int, text: str) -> tuple[str, Span, dict[str, str]]:
    """A colon where no key can be: inside a text, or on a line that does not fit to the line before."""
    line = _line(at, text)
    if _KEY_WITH_COLON.match(text, line.start, at):
        return "YML201", Span(at, at + 1), {}
    above = text[: line.start].rstrip()
    if above:
        previous = _line(len(above) - 1, text)
        if not _KEY_WITH_COLON.match(text, previous.start, previous.end):
            return "YML202", previous, {}
    return "YML203", _indentation_and_word(line, text), {}


def _not_a_key(at: int, text: str) -> tuple[str, Span, dict[str, str]]:
    """Something stands where the next key of a mapping must be."""
    line = _line(at, text)
    above = text[: line.start].rstrip()
    if above.endswith("\n..."):
        return "YML103", line, {}
    before = text[line.start : at].rstrip()
    here = text[at : at + 1]
    if here in ("]", "}") and before:
        return "YML206", Span(at, at + 1), {"found": here}
    if before.endswith(('"', "'")):
        return "YML212", _line(at, text, whole=False), {}
    if before:
        return "YML299", Span(at, at + 1), {}
    return "YML203", _indentation_and_word(line, text), {}


def _line(offset: int, text: str, *, whole: bool = True) -> Span:
    """Return the words of a line: from the first that is no blank (or from ``offset``) to the last."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    words = text[start : end if end >= 0 else len(text)]
    first = start + len(words) - len(words.lstrip()) if whole else offset
    return Span(first, max(first, start + len(words.rstrip())))


def _indentation_and_word(line: Span, text: str) -> Span:
    """Return the first word of a line: what stands too far left or right."""
    word = re.compile(r"[^\s:]+:?").match(text, line.start, line.end)
    return Span(line.start, word.end() if word else line.end)


def _clip(span: Span, text: str) -> Span:
    """Keep a span inside the text; a mark at the end of the file underlines nothing."""
    start = min(max(span.start, 0), len(text))
    return Span(start, min(max(span.end, start), len(text)))
