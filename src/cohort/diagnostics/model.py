"""Diagnostics: every problem is a rule with a code; a diagnostic is one case of a rule at one place."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from cohort.source import Place


class Severity(StrEnum):
    """How much a problem weighs: errors stop, warnings must be repaired or accepted, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """One rule of the checker.

    ``headline`` and ``help`` are templates with ``{name}`` fields; ``help`` begins with a verb.
    """

    code: str
    name: str
    severity: Severity
    headline: str
    help: str

    @property
    def fields(self) -> frozenset[str]:
        """Names of the data that a diagnostic of this rule must carry."""
        parsed = string.Formatter()
        texts = (self.headline, self.help)
        return frozenset(name for text in texts for _, name, _, _ in parsed.parse(text) if name)


@cache
def rules() -> Mapping[str, Rule]:
    """Return all rules by code, read from the tables ``rules*.toml`` beside this module."""
    found: dict[str, Rule] = {}
    for entry in sorted(files("cohort.diagnostics").iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith("rules") and entry.name.endswith(".toml"):
            for code, row in tomllib.loads(entry.read_text("utf-8")).items():
                severity = Severity(row["severity"])
                found[code] = Rule(code, row["name"], severity, row["headline"], row.get("help", ""))
    return found


def rule(code: str) -> Rule:
    """Return the rule with a code; an unknown code is our own fault."""
    return rules()[code]


@dataclass(frozen=True)
class Diagnostic:
    """One problem: a rule, its data (names and counts, never values from data rows) and the place.

    ``at`` is the path in the spec (``population.started``), by which ``accept`` names a warning.
    ``suggestion`` is the one did-you-mean, a name that is visible at that place.
    """

    rule: Rule
    data: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    at: str = ""
    suggestion: str | None = None

    @property
    def headline(self) -> str:
        """The sentence that alone says what is wrong."""
        return self.rule.headline.format(**self.data)

    @property
    def help(self) -> str:
        """What to do; empty if the rule offers nothing."""
        if self.suggestion is not None:
            return f"Write `{self.suggestion}` if that is what is meant."
        return self.rule.help.format(**self.data)

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order of messages: by file, then by place, then by code."""
        if self.place is None:
            return ("", 0, 0, self.rule.code)
        return (self.place.source.name, self.place.span.start, self.place.span.end, self.rule.code)


class Diagnostics:
    """A collector: stages add to it, and the pipeline asks whether to go on."""

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []

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
        """Add one problem; ``data`` must be exactly the fields of the rule's templates."""
        found = rule(code)
        missing = found.fields - data.keys()
        if missing:
            raise KeyError(f"{code} needs {sorted(missing)}")
        item = Diagnostic(found, {k: str(v) for k, v in data.items()}, place, at, suggestion)
        if item not in self._items:
            self._items.append(item)

    def extend(self, others: Diagnostics) -> None:
        """Add all problems of another collector."""
        self._items += [item for item in others._items if item not in self._items]

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._items, key=lambda item: item.sort_key))

    def __len__(self) -> int:
        return len(self._items)

    @property
    def has_errors(self) -> bool:
        """Whether any problem is an error."""
        return any(item.rule.severity is Severity.ERROR for item in self._items)

    def of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        """Return the problems of one severity in order."""
        return tuple(item for item in self if item.rule.severity is severity)
