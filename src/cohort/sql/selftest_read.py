"""Reads what the self-test answered: an exported CSV, or the text of a screen with columns under a ruled line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cohort.source import FileProblem, Source
from cohort.sql.selftest import VERSION_PROBE, Expected, expected_answers, version

_SEPARATORS = (",", ";", "\t", "|")
_RULER = re.compile(r" *-+( +-+){3,} *")
_NUMBER = re.compile(r"\d{1,4}")
_FOREIGN = "this is not the output of the self-test: it holds no line with a number and the name of a probe."
_LONGEST_FILE = 200_000


@dataclass(frozen=True)
class Answer:
    """The answer to one probe: whether it passed. ``found`` is a constant of the probe or a setting, never data."""

    name: str
    expected: str
    found: str
    passed: bool


@dataclass(frozen=True)
class Outcome:
    """What the self-test answered. ``server`` holds what the server told of itself; ``missing`` names of probes."""

    version: str
    answers: tuple[Answer, ...]
    missing: tuple[str, ...]
    server: Mapping[str, str]

    @property
    def passed(self) -> int:
        """How many probes passed."""
        return sum(answer.passed for answer in self.answers)

    @property
    def failed(self) -> tuple[Answer, ...]:
        """The probes that did not give the expected answer."""
        return tuple(answer for answer in self.answers if not answer.passed)

    @property
    def all_passed(self) -> bool:
        """Whether every probe was answered as expected."""
        return not self.missing and not self.failed


def read_outcome(source: Source) -> Outcome:
    """Return the outcome that a file holds.

    Raises ``FileProblem`` if it is no output of the self-test, of another version of it, or answers a probe twice.
    """
    if len(source.text) > _LONGEST_FILE:
        raise FileProblem(source.name, _FOREIGN)
    found: dict[str, str] = {}
    wanted = {(str(line.number), line.name): line for line in expected_answers()}
    names = {line.name for line in expected_answers()}
    other = False
    try:
        lines = list(_lines(source.text))
    except csv.Error:
        raise FileProblem(source.name, _FOREIGN) from None
    for number, name, answer in lines:
        if (number, name) not in wanted:
            other = other or name in names or name == VERSION_PROBE
            continue
        if name in found and found[name] != answer:
            raise FileProblem(source.name, f"the probe {name} is answered twice, and not alike.")
        found[name] = answer
    if not found and not other:
        raise FileProblem(source.name, _FOREIGN)
    if other or found.get(VERSION_PROBE, version()) != version():
        raise FileProblem(
            source.name,
            "these answers are to another version of the self-test; write it again with `cohort sql selftest` and run "
            "that one.",
        )
    return _outcome(expected_answers(), found)


def outcome_json(outcome: Outcome) -> str:
    """Return the outcome as JSON: version, probes, how many passed, failed and are missing, what the server told."""
    told = {
        "selftest": "Carfan",
        "version": outcome.version,
        "probes": [
            {"name": a.name, "expected": a.expected, "found": a.found, "passed": a.passed}
            for a in outcome.answers
        ],
        "passed": outcome.passed,
        "failed": len(outcome.failed),
        "missing": list(outcome.missing),
        "server": dict(outcome.server),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def summary(outcome: Outcome) -> str:
    """Return the outcome in words, one line for each probe that did not pass."""
    total = len(outcome.answers) + len(outcome.missing)
    lines = [f"{outcome.passed} of {total} probes passed."]
    for answer in outcome.failed:
        lines.append(f"failed   {answer.name}: found {answer.found!r}, expected {answer.expected!r}")
    lines += [f"missing  {name}" for name in outcome.missing]
    lines += [f"told     {name}: {text}" for name, text in outcome.server.items()]
    return "\n".join(lines)


def _outcome(expected: Iterable[Expected], found: Mapping[str, str]) -> Outcome:
    answers, missing, server = [], [], {}
    for line in expected:
        answer = found.get(line.name)
        if line.expected is None:
            if answer is not None:
                server[line.name] = answer
        elif answer is None:
            missing.append(line.name)
        else:
            answers.append(Answer(line.name, line.expected, answer, answer == line.expected))
    return Outcome(version(), tuple(answers), tuple(missing), server)


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield number, name and answer of each line that has them."""
    lines = text.removeprefix("\ufeff").splitlines()
    ruler = next((number for number, line in enumerate(lines) if _RULER.fullmatch(line)), None)
    rows = _separated(lines) if ruler is None else _under(lines[ruler], lines[ruler + 1 :])
    for cells in rows:
        number, name, answer = (cell.strip() for cell in (*cells, "", "", "")[:3])
        if _NUMBER.fullmatch(number) and name:
            yield number, name.lower(), answer


def _separated(lines: list[str]) -> Iterator[list[str]]:
    """Lines of CSV, whichever separator most of them have."""
    counts = {sign: sum(sign in line for line in lines) for sign in _SEPARATORS}
    yield from csv.reader(lines, delimiter=max(_SEPARATORS, key=lambda sign: counts[sign]))


def _under(ruler: str, lines: list[str]) -> Iterator[list[str]]:
    """Lines in columns that are as wide as the dashes above them."""
    places = [match.span() for match in re.finditer(r"-+", ruler)]
    for line in lines:
        yield [line[start:end] for start, end in places]
