"""What became of the mutants of a study: killed, shown to mean the same, or surviving."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from cohort.sql.layout import tokens

from .equivalence import shown
from .facts import Reading
from .harness import Bench, Site, data_of, kinds_of, script_of, statements_of
from .tried import Trial

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors.yaml"
NOT_KILLED = "not killed: no unit of the boundary data shows it"
_LONGEST = 150
_NEAR = 26


@dataclass(frozen=True)
class Reason:
    """Which mutants a reason found by hand speaks of, and why they mean the same; what is empty is left aside.

    ``around`` are words around the change, ``like`` a regular expression for all of what stood there before, ``select``
    words of the SELECT that it stands in, ``earlier`` and ``later`` words soon before and after it.
    """

    why: str
    kind: str = ""
    around: str = ""
    like: str = ""
    before: str = ""
    after: str = ""
    study: str = ""
    part: str = ""
    select: str = ""
    earlier: str = ""
    later: str = ""

    def fits(self, site: Site, statement: str) -> bool:
        """Whether it speaks of a mutant of a statement."""
        found = site.mutant
        plain = (
            self.kind in ("", found.kind)
            and _words(self.around) in _words(found.around)
            and self.before in ("", found.before)
            and (not self.like or re.fullmatch(self.like, _words(found.before)) is not None)
            and self.after in ("", found.after)
            and self.study in ("", site.study)
            and self.part in ("", site.part)
        )
        if not plain or not (self.select or self.earlier or self.later):
            return plain
        texts = [token.text for token in tokens(statement)]
        return (
            _words(self.earlier) in " ".join(texts[max(0, found.at - _NEAR) : found.at])
            and _words(self.later) in " ".join(texts[found.at + 1 : found.at + 1 + _NEAR])
            and _words(self.select) in " ".join(_select_around(texts, found.at))
        )


def _words(text: str) -> str:
    return " ".join(text.split())


def _select_around(texts: list[str], at: int) -> list[str]:
    """Return the innermost SELECT that a token stands in, without those that stand in it before."""
    first, depth = at, 0
    while first and not (texts[first] == "SELECT" and depth == 0):
        depth += (texts[first] == ")") - (texts[first] == "(" and depth > 0)
        first -= 1
    end, depth = first, 0
    while end < len(texts) and depth >= 0 and not (depth == 0 and texts[end] == "UNION"):
        depth += (texts[end] == "(") - (texts[end] == ")")
        end += 1
    return texts[first:end]


@dataclass(frozen=True)
class Fate:
    """A mutant and what became of it, with why it means the same."""

    site: Site
    fate: str
    reason: str = ""
    by_rule: bool = False

    @property
    def killed(self) -> bool:
        """Whether boundary data tell it from the script."""
        return self.fate == "killed"

    @property
    def equivalent(self) -> bool:
        """Whether it is shown to mean the same."""
        return not self.killed and self.reason != NOT_KILLED

    @property
    def contradicted(self) -> bool:
        """Whether it is killed although a rule or a reason says that it means the same."""
        return self.killed and bool(self.reason)


@cache
def reasons() -> tuple[Reason, ...]:
    """Return the reasons that were found by hand."""
    return tuple(Reason(**each) for each in yaml.safe_load((HERE / "reasons.yaml").read_text("utf-8")))


def survey(bench: Bench, name: str, chosen: Iterable[Site]) -> Iterator[Fate]:
    """Try mutants of a study and say what became of each.

    What is said to mean the same is looked for in mutants that are killed too: finding any shows a wrong reason.
    """
    reading, texts = Reading(script_of(name)), statements_of(name)
    trial = Trial(bench.connection, kinds_of(name))
    for site in chosen:
        fate = bench.fate(site)
        statement = texts[site.part, site.place]
        by_text = shown(site, statement, reading)
        if by_text is None and fate != "killed":
            by_text = trial.same(site, reading, statement)
        by_hand = next((each.why for each in reasons() if each.fits(site, statement)), "")
        found = by_text or by_hand
        yield Fate(site, fate, found or ("" if fate == "killed" else NOT_KILLED), by_rule=by_text is not None)


def rate(fates: Iterable[Fate]) -> float:
    """Return the share that is killed of all mutants that are not shown to mean the same."""
    found = [fate for fate in fates if not fate.equivalent]
    return sum(fate.killed for fate in found) / len(found)


def sample(sites: list[Site], number: int) -> list[Site]:
    """Return as many mutants, the same in every run, in their order."""
    by_hash = sorted(sites, key=lambda site: hashlib.sha256(repr(site.key).encode()).digest())
    kept = set(by_hash[:number])
    return [site for site in sites if site in kept]


@dataclass(frozen=True)
class Total:
    """What became of all mutants of a study, and of which statements and boundary data that was."""

    statements: str
    data: str
    mutants: int
    killed: int
    equivalent: int
    surviving: int
    contradicted: int = 0

    @property
    def rate(self) -> float:
        """The share that is killed of all mutants that are not shown to mean the same."""
        return self.killed / (self.killed + self.surviving)


def statements_hash(name: str) -> str:
    """Return a hash of the statements that are changed, without their layout."""
    texts = statements_of(name).values()
    return _hash("\n".join(" ".join(token.text for token in tokens(text)) for text in texts))


def data_hash(name: str) -> str:
    """Return a hash of a study's boundary data, of the columns that its script reads: no other can show a mutant."""
    frames = data_of(name)
    read = sorted(
        (table.logical, [column.physical for column in table.columns]) for table in script_of(name).reads
    )
    return _hash(
        "\n".join(f"{table}\n{frames[table].select(sorted(own)).write_csv()}" for table, own in read)
    )


def written(fates: list[Fate]) -> str:
    """Return totals of each study and all survivors but those that a rule shows to mean the same, as YAML."""
    totals: dict[str, dict[str, object]] = {}
    survivors: dict[str, dict[str, dict[str, list[str]]]] = {}
    for name in dict.fromkeys(fate.site.study for fate in fates):
        found = [fate for fate in fates if fate.site.study == name]
        by_reason = Counter(fate.reason for fate in found if fate.equivalent)
        totals[name] = {
            "statements": statements_hash(name),
            "data": data_hash(name),
            "mutants": len(found),
            "killed": sum(fate.killed for fate in found),
            "equivalent": sum(by_reason.values()),
            "surviving": sum(not fate.killed and not fate.equivalent for fate in found),
            "contradicted": sum(fate.contradicted for fate in found),
            "shown_by": dict(sorted(by_reason.items())),
        }
    for fate in fates:
        if not fate.killed and not fate.by_rule:
            places = survivors.setdefault(fate.reason, {}).setdefault(fate.site.study, {})
            places.setdefault(fate.site.part, []).append(key_of(fate.site)[-1])
    head = (
        "# What became of all mutants of the committed studies' Db2 SQL, and each one that boundary data do not\n"
        "# kill and no rule shows to mean the same, by reason, study and table.\n"
        "# Made by `python -m tests.mutants --write`.\n"
    )
    told = {"totals": totals, "survivors": survivors}
    return head + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=10_000)


def known() -> tuple[dict[str, Total], set[tuple[str, str, str]]]:
    """Return the totals by study and the survivors that are listed, by what tells them apart."""
    found = yaml.safe_load(SURVIVORS.read_text("utf-8"))
    names = [each.name for each in fields(Total)]
    totals = {
        name: Total(**{key: told[key] for key in names if key in told})
        for name, told in found["totals"].items()
    }
    return totals, {
        (study, part, change)
        for by_study in found["survivors"].values()
        for study, parts in by_study.items()
        for part, changes in parts.items()
        for change in changes
    }


def key_of(site: Site) -> tuple[str, str, str]:
    """Return what a survivor is listed under: study, table, and the change with the words around it."""
    found = site.mutant
    text = " ".join(f"{found.kind}: {found.before} -> {found.after} | {found.around}".split())
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 12]} .. {_hash(text)[:8]}"
    return (site.study, site.part, text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
