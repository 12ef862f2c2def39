"""Disclosure policies as data: each body's rules are a file in ``policies/``, never constants in code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


class UnknownPolicy(KeyError):
    """A study asks for a policy that is not there. ``known`` are the names that are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        return f"there is no disclosure policy `{self.name}`; the policies are {', '.join(self.known)}"


@dataclass(frozen=True)
class Policy:
    """One body's rules for counts, with where they come from.

    ``threshold`` is the smallest count of people that may be shown. ``zeros_masked`` says whether 0 is hidden
    like a small count. ``rounding_base`` is 1 where counts are not rounded.
    """

    name: str
    title: str
    version: str
    date: str
    source: str
    confidence: str
    threshold: int
    zeros_masked: bool
    rounding_base: int
    symbol: str
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.threshold < 2:
            raise ValueError(f"{self.name}: a threshold under 2 hides nothing")
        if self.rounding_base < 1:
            raise ValueError(f"{self.name}: counts are rounded to a multiple of 1 or more")
        # Otherwise a shown 0 could stand for a shown count that was rounded down, and no window would be whole.
        if self.rounding_base > 2 * self.threshold - 1:
            raise ValueError(f"{self.name}: the rounding base must be under twice the threshold")
        if self.symbol.strip() in ("", "0"):
            raise ValueError(f"{self.name}: a hidden count must never look like nothing or like zero")

    def printed(self, count: int) -> int:
        """Return the number that is shown for a true count: the nearest multiple of the base, halves up."""
        base = self.rounding_base
        return (count + base // 2) // base * base

    def window(self, shown: int) -> tuple[int, int]:
        """Return the least and greatest true count that a reader can think of behind a shown number."""
        base = self.rounding_base
        if shown == 0:
            return (0, 0)  # A true count that would round to 0 is under the threshold, so it is hidden.
        return (max(shown - base // 2, self.threshold), shown + (base - 1) // 2)


def policy_names() -> tuple[str, ...]:
    """Return the names of all policies, sorted."""
    entries = files("cohort.disclosure").joinpath("policies").iterdir()
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))
    )


@cache
def load_policy(name: str) -> Policy:
    """Return the policy with a name; raise ``UnknownPolicy`` (a ``KeyError``) if there is none."""
    known = policy_names()
    if name not in known:
        raise UnknownPolicy(name, known)
    text = files("cohort.disclosure").joinpath("policies").joinpath(f"{name}.toml").read_text("utf-8")
    row = tomllib.loads(text)
    if row["zeros"] not in ("masked", "shown"):
        raise ValueError(f"{name}: zeros are either masked or shown")
    return Policy(
        name=row["name"],
        title=row["title"],
        version=row["version"],
        date=row["date"],
        source=row["source"],
        confidence=row["confidence"],
        threshold=row["threshold"],
        zeros_masked=row["zeros"] == "masked",
        rounding_base=row["rounding_base"],
        symbol=row["symbol"],
        words=tuple(row["words"]),
    )
