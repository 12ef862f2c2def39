"""What became of the mutants of a study: killed, shown to mean the same, or surviving."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from .equivalence import shown
from .facts import Reading
from .harness import Bench, Site, script_of, statements_of

if TYPE_CHECKING:
    pass

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors.yaml"
NOT_KILLED = "not killed"


@dataclass(frozen=True)
class Reason:
    """A kind of change, words that stand around it, and why it means the same; ``before`` only if it is set."""

    kind: str
    around: str
    why: str
    before: str = ""

    def fits(self, site: Site) -> bool:
        """Whether it speaks of a mutant."""
        found = site.mutant
        return (
            self.kind == found.kind
            and " ".join(self.around.split()) in " ".join(found.around.split())
            and self.before in ("", found.before)
        )


@dataclass(frozen=True)
class Fate:
    """A mutant and what became of it: no reason for one that is killed."""

    site: Site
    fate: str
    reason: str = ""

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
        by_hand = next((each.why for each in reasons() if each.fits(site)), NOT_KILLED)
        yield Fate(site, fate, by_text or by_hand)


def rate(fates: Iterable[Fate]) -> float:
    """Return the share that is killed of all mutants that are not shown to mean the same."""
    found = [fate for fate in fates if not fate.equivalent]
    return sum(fate.killed for fate in found) / len(found)


def sample(sites: list[Site], number: int) -> list[Site]:
    """Return as many mutants, the same in every run, in their order."""
    by_hash = sorted(sites, key=lambda site: hashlib.sha256(repr(site.key).encode()).digest())
    kept = set(by_hash[:number])
    return [site for site in sites if site in kept]


def listed(fates: Iterable[Fate]) -> str:
    """Return survivors as YAML, in the order of the script."""
    lines = [
        "# Mutants of the committed studies' Db2 SQL that boundary data do not kill, each with its reason.",
        "# Made by `python -m tests.mutants --write`.",
    ]
    for fate in fates:
        if not fate.killed:
            found = fate.site.mutant
            entry = {
                "study": fate.site.study,
                "part": fate.site.part,
                "kind": found.kind,
                "change": f"{found.before} -> {found.after}",
                "around": " ".join(found.around.split()),
                "reason": fate.reason,
            }
            lines.append(yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=10_000).rstrip())
    return "\n".join(lines) + "\n"


def known_survivors() -> set[tuple[str, str, str, str, str]]:
    """Return the survivors that are listed, by what tells them apart."""
    found = yaml.safe_load(SURVIVORS.read_text("utf-8")) or []
    return {(e["study"], e["part"], e["kind"], e["change"], e["around"]) for e in found}


def key_of(site: Site) -> tuple[str, str, str, str, str]:
    """Return what a survivor is listed under."""
    found = site.mutant
    around = " ".join(found.around.split())
    return (site.study, site.part, found.kind, f"{found.before} -> {found.after}", around)
