"""What a reader holds: the printed numbers, the policy, and equations that anyone can know from the spec."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

Key = tuple[str, ...]
"""A number of the release: table and labels, or ``("attrition", step, "remaining")`` and ``"excluded"``."""

ALL = "All"
FLOW = "attrition"
NO_SUM_IS_ABOVE = 10**8


@dataclass(frozen=True)
class Policy:
    """What a reader knows about the rules. ``base`` is 1 without rounding.

    ``small_hidden_first``: counts under the threshold are hidden before rounding, so a printed number never
    stands for one.
    """

    threshold: int
    zeros_hidden: bool
    zeros_hidden_in_flow: bool = False
    base: int = 1
    small_hidden_first: bool = True

    def window(self, printed: int) -> tuple[int, int]:
        """Return the least and the greatest true count that a printed one may stand for."""
        half = (self.base - 1) // 2
        low, high = max(0, printed - half), printed + half
        if self.base == 1 or not self.small_hidden_first:
            return low, high
        if printed == 0:
            return 0, 0
        # A printed count that would be a contradiction is left as it is, so that it is found as one.
        return (max(low, self.threshold), high) if high >= self.threshold else (low, high)

    def hides_zero(self, key: Key) -> bool:
        """Whether a zero would be hidden here: a step that excludes nobody may be told where a cell may not."""
        return self.zeros_hidden_in_flow if key[0] == FLOW else self.zeros_hidden

    def least_hidden(self, key: Key) -> int:
        """Return the least count that the symbol for hidden may stand for."""
        return 0 if self.hides_zero(key) else 1


SAIL = Policy(threshold=10, zeros_hidden=True)
WELSH_GOVERNMENT = Policy(threshold=5, zeros_hidden=False, base=5)


@dataclass(frozen=True)
class Table:
    """The frame of a printed table."""

    id: str
    variables: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    """For each variable its labels, without the total."""

    def key(self, *labels: str) -> Key:
        """Return the key of a cell."""
        return (self.id, *labels)

    def lines(self) -> Iterator[tuple[Key, tuple[Key, ...]]]:
        """Give each total with the cells that add up to it."""
        for axis, labels in enumerate(self.labels):
            others = [(*own, ALL) for i, own in enumerate(self.labels) if i != axis]
            for rest in product(*others):
                line = [self.key(*rest[:axis], label, *rest[axis:]) for label in (*labels, ALL)]
                yield line[-1], tuple(line[:-1])

    def inner(self) -> tuple[Key, ...]:
        """Return the keys of all cells that are no totals."""
        return tuple(self.key(*labels) for labels in product(*self.labels))

    def margin(self, variable: str) -> dict[str, Key]:
        """Return the totals by one variable."""
        at = self.variables.index(variable)
        total = [ALL] * len(self.variables)
        return {label: self.key(*total[:at], label, *total[at + 1 :]) for label in self.labels[at]}

    def margins(self, variables: tuple[str, ...]) -> dict[tuple[str, ...], Key]:
        """Return the totals by some variables together."""
        found = {}
        for labels in product(*(self.labels[self.variables.index(variable)] for variable in variables)):
            wanted = dict(zip(variables, labels, strict=True))
            found[labels] = self.key(*(wanted.get(variable, ALL) for variable in self.variables))
        return found

    @property
    def total(self) -> Key:
        """The number of everyone in the table."""
        return self.key(*[ALL] * len(self.variables))


@dataclass(frozen=True)
class Release:
    """What is printed. ``numbers`` has the shown numbers; hidden and impossible ones have sets of their own."""

    tables: Mapping[str, Table]
    steps: tuple[str, ...]
    numbers: Mapping[Key, int]
    hidden: frozenset[Key]
    impossible: frozenset[Key]
    symbols: frozenset[str] = frozenset()
    """What is printed in place of hidden numbers."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every number, whatever its state, in a fixed order."""
        return tuple(sorted({*self.numbers, *self.hidden, *self.impossible}))

    def flow(self, step: str, what: str = "remaining") -> Key:
        """Return the key of a step of the flow."""
        return (FLOW, step, what)


def read_release(folder: Path) -> Release:
    """Read all CSV files of a results folder, and nothing else."""
    tables: dict[str, Table] = {}
    steps: tuple[str, ...] = ()
    texts: dict[Key, tuple[str, str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        if header[:3] == ["step", "words", "why"]:
            steps = tuple(row[0] for row in rows)
            for row in rows:
                # A third number, if there is one, is that of different people.
                for what, text in zip(header[3:-2], row[3:-2], strict=True):
                    texts[(FLOW, row[0], what)] = (text, _state_in(row[-2], what))
        else:
            for name, variables, counts in _tables_in(path.stem, header, rows):
                labels = tuple(
                    tuple(label for label in dict.fromkeys(key[axis] for key in counts) if label != ALL)
                    for axis in range(len(variables))
                )
                tables[name] = Table(name, variables, labels)
                texts |= {(name, *key): count for key, count in counts.items()}
    numbers = {key: int(text) for key, (text, _) in texts.items() if _is_number(text)}
    impossible = frozenset(key for key, (_, note) in texts.items() if note == "not applicable")
    hidden = frozenset(key for key in texts if key not in numbers and key not in impossible)
    symbols = frozenset(texts[key][0] for key in hidden)
    for key, (text, note) in texts.items():
        if (note == "shown") != (key in numbers) or not text:
            raise ValueError(f"{key}: the count and its note do not agree")
    return Release(tables, steps, numbers, hidden, impossible, symbols)


Counts = dict[tuple[str, ...], tuple[str, str]]
"""What is printed as a count, and its state, by labels."""


def _tables_in(
    name: str, header: list[str], rows: list[list[str]]
) -> Iterator[tuple[str, tuple[str, ...], Counts]]:
    """Give the tables of counts of a file: its own, one for each variable of a summary, or that of events."""
    if header[-3:] == ["count", "note", "data"]:
        yield name, tuple(header[:-3]), {tuple(row[:-3]): (row[-3], row[-2]) for row in rows}
    elif "per_person_years" in header:
        at = header.index("per_person_years")
        yield (
            f"{name} events",
            tuple(header[:at]),
            {tuple(row[:at]): (row[at + 1], _state_in(row[-2], "events")) for row in rows},
        )
    elif header[:2] == ["variable", "category"]:
        groups = tuple(header[2:-4])
        counted = [row for row in rows if row[-4] == "count"]
        sizes = {tuple(row[2:-4]): (row[-3], row[-2]) for row in counted if row[0] == ALL}
        for variable in dict.fromkeys(row[0] for row in counted if row[0] != ALL):
            counts = {(*row[2:-4], row[1]): (row[-3], row[-2]) for row in counted if row[0] == variable}
            own = variable if not counts.keys() & {(*g, "known") for g in sizes} else f"{variable} known"
            yield f"{name}: {variable}", (*groups, own), counts | {(*g, ALL): c for g, c in sizes.items()}
    else:
        raise ValueError(f"{name} is neither a flow nor a table")


def _state_in(note: str, name: str) -> str:
    """Return the state of one of the two numbers of a step from its note."""
    found = [part.removeprefix(f"{name} ") for part in note.split("; ") if part.startswith(f"{name} ")]
    return found[0] if found else "shown"


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdigit()


@dataclass(frozen=True)
class Equation:
    """A sum of numbers, each taken some times, that is known to be ``low`` to ``high``."""

    name: str
    terms: Mapping[Key, int]
    low: int = 0
    high: int = 0


def equal(name: str, left: Iterable[Key], right: Iterable[Key]) -> Equation:
    """Say that two sums are equal."""
    terms: dict[Key, int] = {}
    for sign, keys in ((1, left), (-1, right)):
        for key in keys:
            terms[key] = terms.get(key, 0) + sign
    return Equation(name, terms)


def at_least(name: str, keys: Iterable[Key], least: int) -> Equation:
    """Say that a sum has a least value."""
    return Equation(name, dict.fromkeys(keys, 1), least, NO_SUM_IS_ABOVE)


def same_children(release: Release, tables: Iterable[str]) -> list[Equation]:
    """Return the equations of tables that count the same children: equal totals and equal shared margins."""
    found = []
    for one, other in combinations([release.tables[name] for name in tables], 2):
        found.append(equal(f"total of {one.id} = total of {other.id}", [one.total], [other.total]))
        shared = sorted(set(one.variables) & set(other.variables))
        for number in range(1, len(shared) + 1):
            for variables in combinations(shared, number):
                left, right = one.margins(variables), other.margins(variables)
                for labels in sorted({*left, *right}):
                    name = f"{labels} in {one.id} = in {other.id}"
                    # A label that is absent from one of the tables was counted nowhere there.
                    sides = [[side[labels]] if labels in side else [] for side in (left, right)]
                    found.append(equal(name, *sides))
    return found
