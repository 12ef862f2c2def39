"""What became of the mutants of a study: killed, shown to mean the same, or surviving."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import yaml

from .equivalence import shown
from .facts import Reading
from .harness import Bench, Site, data_of, script_of, statements_of

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors.yaml"
NOT_KILLED = "not killed: no unit of the boundary data shows it"
_LONGEST = 150


@dataclass(frozen=True)
class Reason:
    """A kind of change, words that stand around it, and why it means the same; each is left aside if it is empty."""

    why: str
    kind: str = ""
    around: str = ""
    before: str = ""
    after: str = ""
    study: str = ""
    part: str = ""

    def fits(self, site: Site) -> bool:
        """Whether it speaks of a mutant."""
        found = site.mutant
        return (
            self.kind in ("", found.kind)
            and " ".join(self.around.split()) in " ".join(found.around.split())
            and self.before in ("", found.before)
            and self.after in ("", found.after)
            and self.study in ("", site.study)
            and self.part in ("", site.part)
        )


@dataclass(frozen=True)
class Fate:
    """A mutant and what became of it: no reason for one that is killed."""

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


@cache
def reasons() -> tuple[Reason, ...]:
    """Return the reasons that were found by hand."""
    return tuple(Reason(**each) for each in yaml.safe_load((HERE / "reasons.yaml").read_text("utf-8")))


def survey(bench: Bench, name: str, chosen: Iterable[Site]) -> Iterator[Fate]:
    """Try mutants of a study and say what became of each."""
    reading, texts = Reading(script_of(name)), statements_of(name)
    for site in chosen:
        fate = bench.fate(site)
        if fate == "killed":
            yield Fate(site, fate)
            continue
        statement = texts[site.part, site.place]
        by_text = shown(site, statement, reading)
        if by_text is None and bench.same_for_all_numbers(site, reading, statement):
            by_text = (
                "the value is the same for each whole number from -30,000 to 1,100,000 that can stand there"
            )
        if by_text is None and bench.same_for_all_days(site, statement):
            by_text = "the value is the same for each day from 1905 to 2080"
        by_hand = next((each.why for each in reasons() if each.fits(site)), NOT_KILLED)
        yield Fate(site, fate, by_text or by_hand, by_rule=by_text is not None)


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

    @property
    def rate(self) -> float:
        """The share that is killed of all mutants that are not shown to mean the same."""
        return self.killed / (self.killed + self.surviving)


def statements_hash(name: str) -> str:
    """Return a hash of the statements that are changed."""
    return _hash("\n".join(statements_of(name).values()))


def data_hash(name: str) -> str:
    """Return a hash of a study's boundary data."""
    return _hash("\n".join(f"{table}\n{frame.write_csv()}" for table, frame in sorted(data_of(name).items())))


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
    totals = {name: Total(**{key: told[key] for key in names}) for name, told in found["totals"].items()}
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
