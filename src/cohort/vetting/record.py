"""The vetting record: what was checked, with what, and what was not, as JSON and as Markdown.

The same script, data and versions of tools give the same bytes: there is no time and no name of a machine in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cohort.vetting.minimisation import Reading
from cohort.vetting.model import Outcome, Status

FORMAT = 1
"""Version of the form of a record."""
FULL_LABEL = "Db2-dialect SQL, grammar-checked, executed on two substitutes, never on Db2"
"""What a script may be called that passed everything."""
SUBSTITUTES: Mapping[str, str] = {"postgresql": "PostgreSQL", "h2": "H2"}
"""Checks that carry out the Db2 text, with the names of what does."""

NOT_SHARED = (
    (
        "LEAST and GREATEST with a missing part are missing in Db2 and skip it elsewhere",
        "no part can be missing there: checked in the text; PostgreSQL gets functions that do as Db2 does",
    ),
    (
        "a cast to DECIMAL cuts digits off in Db2 and rounds elsewhere",
        "only whole numbers are cast to DECIMAL, with 31 digits and no decimals",
    ),
    (
        "a decimal number cast to a whole one is cut off in Db2 and rounded elsewhere",
        "FLOOR or CEIL comes first",
    ),
    ("the AVG of whole numbers is whole in Db2", "AVG is not on the list"),
    (
        "texts that differ in trailing blanks are equal in Db2",
        "codes are trimmed when they are read; PostgreSQL gets them padded",
    ),
    ("SUBSTR past the end of a text is an error in Db2", "SUBSTR is not on the list"),
    (
        "the order of texts is that of the database's collation",
        "texts are ordered only to break ties; the self-test asks the real server",
    ),
    (
        "an empty text is a missing value in Db2's compatibility mode for Oracle",
        "the self-test asks the real server",
    ),
)
"""What Db2 does in another way than the substitutes by its documentation, and why it cannot matter or who asks."""

REWRITTEN = (
    ("labelled durations (+ 6 MONTHS)", "a function and an operator of ours", "the same as intervals"),
    ("DISTRIBUTE BY HASH", "left out", "left out"),
    (
        "tables declared for the session",
        "plain tables of a schema SESSION",
        "plain tables of a schema SESSION",
    ),
    ("LEAST and GREATEST", "functions of ours, missing if a part is missing", "as they are"),
    ("names longer than 63 characters", "shortened, each to a name of its own", "as they are"),
)
"""What is changed in the text for the substitutes, token by token: what, on PostgreSQL, on H2. All else is as written.

DAYS, YEAR, MONTH, DAY, DATE, VARCHAR_FORMAT, MOD (on H2), FNC.DROP_IF_EXISTS and SYSIBM.SYSDUMMY1 are made in each
database before the script runs.
"""


@dataclass(frozen=True)
class Subject:
    """What was vetted: the study and its hash, the binding, the text's hash, and which program vetted it."""

    study: str
    title: str
    spec_file: str
    spec_hash: str
    binding: str
    script_sha256: str
    version: str


@dataclass(frozen=True)
class Invented:
    """The data that the substitutes were given: how many units for PostgreSQL and for H2, rows, and their hash."""

    seed: int
    units: int
    rows: int
    few_units: int
    few_rows: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """Everything that vetting found. ``self_test`` is what the self-test on a real server answered, if it ran."""

    subject: Subject
    outcomes: tuple[Outcome, ...]
    readings: tuple[Reading, ...]
    data: Invented | None
    self_test: Mapping[str, Any] | None = None

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that did not pass."""
        return tuple(outcome for outcome in self.outcomes if outcome.status is Status.FAILED)

    @property
    def skipped(self) -> tuple[Outcome, ...]:
        """The checks that could not run."""
        return tuple(outcome for outcome in self.outcomes if outcome.status is Status.SKIPPED)

    @property
    def label(self) -> str:
        """What the script may honestly be called."""
        if self.failed:
            return f"Db2-dialect SQL that failed its vetting ({_names(self.failed)}), never on Db2"
        ran = {outcome.name for outcome in self.outcomes if outcome.status is Status.PASSED}
        if not self.skipped and {"grammar", *SUBSTITUTES} <= ran:
            return FULL_LABEL
        grammar = "grammar-checked" if "grammar" in ran else "not grammar-checked"
        on = [name for check, name in SUBSTITUTES.items() if check in ran]
        missing = [name for check, name in SUBSTITUTES.items() if check not in ran]
        executed = "executed on no substitute"
        if len(on) == 1:
            executed = f"executed on one substitute ({on[0]}; not on {missing[0]})"
        elif on:
            executed = "executed on two substitutes"
        return f"Db2-dialect SQL, {grammar}, {executed}, never on Db2"


def as_json(record: Record) -> str:
    """Return a record as JSON, keys in a fixed order."""
    subject, data = record.subject, record.data
    told = {
        "format": FORMAT,
        "label": record.label,
        "study": subject.study,
        "title": subject.title,
        "spec": subject.spec_file,
        "spec_sha256": subject.spec_hash,
        "binding": subject.binding,
        "script_sha256": subject.script_sha256,
        "carfan": subject.version,
        "checks": [
            {
                "name": outcome.name,
                "status": outcome.status.value,
                "words": outcome.words,
                "facts": dict(outcome.facts or {}),
                "tool": outcome.tool,
                "version": outcome.version,
                "findings": list(outcome.findings),
            }
            for outcome in record.outcomes
        ],
        "data": None
        if data is None
        else {
            "seed": data.seed,
            "units": data.units,
            "rows": data.rows,
            "units_for_h2": data.few_units,
            "rows_for_h2": data.few_rows,
            "sha256": data.sha256,
        },
        "reads": [
            {
                "table": reading.logical,
                "held_as": reading.physical,
                "columns": list(reading.columns),
                "for_sources": list(reading.sources),
            }
            for reading in record.readings
        ],
        "rewritten_for_substitutes": [
            {"what": what, "postgresql": first, "h2": second} for what, first, second in REWRITTEN
        ],
        "not_shared_with_db2": [{"db2": one, "why_it_cannot_matter": other} for one, other in NOT_SHARED],
        "self_test": None if record.self_test is None else dict(record.self_test),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def as_markdown(record: Record) -> str:
    """Return a record as Markdown for a reader who decides whether to run the script."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: Record) -> Iterator[str]:
    subject = record.subject
    yield f"# Vetting of the Db2 script of {subject.study}"
    yield ""
    yield f"**{record.label}.**"
    yield ""
    yield from _table(("", ""), _subject(record))
    yield ""
    yield "## Checks"
    yield ""
    rows = [
        (outcome.name, outcome.status.value, outcome.words, _figures(outcome), _tool(outcome))
        for outcome in record.outcomes
    ]
    yield from _table(("check", "outcome", "what was checked", "figures", "by"), rows)
    for heading, outcomes in (("What failed", record.failed), ("What could not be checked", record.skipped)):
        if outcomes:
            yield from ("", f"## {heading}", "")
            yield from (f"- {outcome.name}: {said}" for outcome in outcomes for said in outcome.findings)
    if record.readings:
        yield from ("", "## What the script reads", "")
        readings = (
            (one.logical, one.physical, ", ".join(one.columns), ", ".join(one.sources))
            for one in record.readings
        )
        yield from _table(("table", "held as", "columns", "for the sources"), list(readings))
    yield from ("", "## What was changed in the text for the substitutes", "")
    yield from _table(("Db2", *SUBSTITUTES.values()), list(REWRITTEN))
    yield from ("", "## What Db2 does in another way than the substitutes", "")
    yield "By its documentation; nothing here ran on a Db2 server."
    yield ""
    yield from _table(("Db2", "why it cannot matter, or who asks"), list(NOT_SHARED))
    yield from ("", "## Self-test on a real server", "")
    yield from _self_test(record.self_test)


def _subject(record: Record) -> list[tuple[str, str]]:
    subject, data = record.subject, record.data
    rows = [
        ("study", f"{subject.study}: {subject.title}"),
        ("spec", f"{subject.spec_file}, SHA-256 {subject.spec_hash}"),
        ("binding", subject.binding),
        ("script", f"SHA-256 {subject.script_sha256}"),
        ("vetted by", f"Carfan {subject.version}"),
    ]
    if data is not None:
        words = (
            f"invented for the study (seed {data.seed}): {data.units} units with {data.rows} rows, of which H2 gets "
            f"{data.few_units} with {data.few_rows}; SHA-256 {data.sha256}"
        )
        rows.append(("data", words))
    return rows


def _self_test(found: Mapping[str, Any] | None) -> Iterator[str]:
    if found is None:
        yield (
            "No answers were given. `cohort sql selftest` writes the script, and `cohort sql selftest read` reads its "
            "answers."
        )
        return
    missing = len(found.get("missing", ()))
    yield (
        f"Of the probes of version {found.get('version')} {found.get('passed')} passed, {found.get('failed')} failed "
        f"and {missing} were not answered."
    )
    wrong = [probe for probe in found.get("probes", ()) if not probe.get("passed")]
    if wrong:
        yield ""
        yield from (
            f"- {probe['name']}: {probe['found']} instead of {probe['expected']}"
            for probe in wrong
            if probe.get("found") is not None
        )


def _names(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(outcome.name for outcome in outcomes)


def _figures(outcome: Outcome) -> str:
    return ", ".join(f"{number} {name}" for name, number in (outcome.facts or {}).items())


def _tool(outcome: Outcome) -> str:
    return f"{outcome.tool} {outcome.version}".strip()


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'|'.join('---' for _ in heads)}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
