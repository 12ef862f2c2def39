"""What tables can be counted by: variables, splits, groups, each in the tables where it has a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from cohort.diagnostics.nearest import nearest
from cohort.query.study import GROUP, PEERS_FOUND, Outcome, Peers, Population, Split
from cohort.query.values import (
    Apply,
    Band,
    Choose,
    Column,
    Compare,
    Covered,
    Fact,
    IndexDate,
    Literal,
    Outer,
    Summary,
    Value,
    VariableValue,
    YearTo31March,
    children,
    walk,
)
from cohort.resolve.categories import Knowledge, conjuncts
from cohort.resolve.definitions import Names
from cohort.results.category import Category
from cohort.source.nodes import ScalarNode

WORD_FOR_GROUP = "group"
"""How specs write the built-in variable that tells the population from its peers."""


@dataclass(frozen=True)
class Axes:
    """Finds what the outputs of a study can be counted by, once everything else of it is resolved."""

    names: Names
    population: Population
    peers: Peers | None
    splits: Mapping[str, Split]
    outcomes: Mapping[str, Outcome]

    @cached_property
    def values(self) -> dict[str, Value]:
        """The values of the variables that could be resolved."""
        return {name: value for name, value in self.names.values.items() if value is not None}

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is needed to list categories.

        The value that gives a case its index date is not that of its peers; and with several entries it is the index
        date of one of them only.
        """
        one_each = self.peers is None and not self.population.many
        return knowledge_of(self.names, self.values, self.population.index_date if one_each else IndexDate())

    @cached_property
    def conditions(self) -> tuple[Value, ...]:
        """Conditions that are true for everyone in a table: those of the population's steps.

        Of peers only those are surely true that rest on nothing but the index date, which they have in common.
        """
        parts = tuple(part for step in self.population.steps for part in conjuncts(step.keep))
        return parts if self.peers is None else tuple(part for part in parts if self._of_index_date(part))

    def _of_index_date(self, value: Value) -> bool:
        for part in walk(value):
            match part:
                case Fact() | Column() | Outer() | Summary() | Covered():
                    return False
                case VariableValue(name):
                    if name not in self.values or not self._of_index_date(self.values[name]):
                        return False
                case _:
                    continue
        return True

    def categories(self, name: str, among: Value | None = None) -> tuple[Category, ...] | None:
        """Return the categories that a variable (or the group) can have in a table, or None if it has no list."""
        if name == GROUP:
            names = [self.population.name, *([self.peers.name] if self.peers else [])]
            return tuple(Category(name, name) for name in names)
        return self.categories_of(self.values[name], among)

    def categories_of(self, value: Value, among: Value | None = None) -> tuple[Category, ...] | None:
        """Return the categories of a value in order."""
        conditions = [*self.conditions, *(() if among is None else (among,))]
        return self.knowledge.categories(value, self.knowledge.narrowing(conditions))

    def variable(self, node: ScalarNode, at: str) -> str | None:
        """Read the name of something that each entry has one of: a variable with a list of values, or the group."""
        name = self.known(node, at)
        if name is None or name == GROUP or self.categories(name) is not None:
            return name
        human = self.values[name].type.human
        self.names.diagnostics.add("TYP208", node.place, at=at, name=node.text, found=human)
        return None

    def known(self, node: ScalarNode, at: str) -> str | None:
        """Read the name of a variable, or the word for the group."""
        name = node.text
        if name == WORD_FOR_GROUP:
            return GROUP if self.needs_peers(node, "group", at) else None
        if name == PEERS_FOUND:
            self.names.diagnostics.add("GRN319", node.place, at=at)
            return None
        if name in self.splits:
            units = self.names.setting.unit.plural
            self.names.diagnostics.add("GRN320", node.place, at=at, name=name, units=units)
            return None
        if name not in self.names.values:
            suggestion = nearest(name, [*self.names.values, *([WORD_FOR_GROUP] if self.peers else [])])
            self.names.diagnostics.add("NAM111", node.place, at=at, name=name, suggestion=suggestion)
            return None
        return name if name in self.values else None

    def split_or_variable(self, node: ScalarNode, at: str) -> str | None:
        """Read what person-time can be counted by."""
        return node.text if node.text in self.splits else self.variable(node, at)

    def needs_peers(self, node: ScalarNode, word: str, at: str) -> bool:
        """Report what only studies with peers have."""
        if self.peers is None:
            self.names.diagnostics.add("GRN318", node.place, at=at, word=word)
        return self.peers is not None

    def impossible(self, by: tuple[str, ...], among: Value | None) -> frozenset[tuple[str, ...]]:
        """Return combinations with a category that the cohort can have, but not those counted here."""
        all_of_them = [[c.value for c in self.categories(variable) or ()] for variable in by]
        possible = [{c.value for c in self.categories(variable, among) or ()} for variable in by]
        return frozenset(
            combination
            for combination in product(*all_of_them)
            if any(value not in can for value, can in zip(combination, possible, strict=True))
        )


def knowledge_of(names: Names, values: Mapping[str, Value], index: Value) -> Knowledge:
    """Return what is needed to list categories."""
    setting = names.setting
    return Knowledge(values, index, setting.code_lists, setting.data_from, setting.data_until)


_OF_A_DATE = ("academic_year", "financial_year", "calendar_year", "month_start")


def base_of(value: Value, values: Mapping[str, Value]) -> Value:
    """Return the value that a grouping groups: what bands, years and choices rest on, variables written out."""
    match value:
        case VariableValue(name):
            return base_of(values[name], values)
        case Band(part):
            return base_of(part, values)
        case YearTo31March(date):
            return base_of(date, values)
        case Apply(function, (date,)) if function in _OF_A_DATE:
            return base_of(date, values)
        case Choose(cases):
            bases = {base_of(_subject(condition), values) for condition, _ in cases}
            return next(iter(bases)) if len(bases) == 1 else value
        case _:
            return value


def _subject(condition: Value) -> Value:
    match condition:
        case Compare(_, left, Literal()):
            return left
        case _ if len(found := [c for c in children(condition) if not isinstance(c, Literal)]) == 1:
            return _subject(found[0])
        case _:
            return condition
