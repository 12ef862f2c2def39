"""Outputs: what tables are counted by, among whom, and which combinations cannot occur."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_expression
from cohort.query.study import AttritionOutput, CountOutput, Origin, Population
from cohort.query.values import Band, Choose, Compare, Literal, Value, VariableValue, children
from cohort.query.words import Words
from cohort.resolve.categories import Knowledge, conjuncts
from cohort.resolve.names import Scope
from cohort.resolve.values import ValueResolver
from cohort.results.category import Category
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Output, Spec

SEVERAL_TABLES = "one table for each"
"""The layout that makes a table of its own for each variable."""


@dataclass(frozen=True)
class OutputResolver:
    """Resolves the outputs of a study whose names and variables are known."""

    spec: Spec
    scope: Scope
    values: dict[str, Value]
    population: Population
    catalogue: Catalogue
    data: tuple[datetime.date, datetime.date]
    words: Words
    origin: Callable[[Place], Origin]
    diagnostics: Diagnostics

    @property
    def _knowledge(self) -> Knowledge:
        code_lists = {name: found.codes for name, found in self.catalogue.code_lists.items()}
        return Knowledge(self.values, self.population.index_date, code_lists, *self.data)

    def categories(self, variable: str, among: Value | None = None) -> tuple[Category, ...] | None:
        """Return the categories that a variable can have in the cohort (or among some of it)."""
        conditions = [step.keep for step in self.population.steps]
        if among is not None:
            conditions.append(among)
        knowledge = self._knowledge
        return knowledge.categories(self.values[variable], knowledge.narrowing(conditions))

    def outputs(self) -> tuple[AttritionOutput | CountOutput, ...]:
        """Resolve all outputs in order."""
        found: list[AttritionOutput | CountOutput] = []
        for output in self.spec.outputs:
            made = self._attrition(output) if output.kind == "attrition" else self._counts(output)
            taken = {table.id for table in found}
            for table in made:
                if table.id in taken:
                    self.diagnostics.add(
                        "NAM102",
                        output.name.place,
                        at=f"outputs.{output.name.text}",
                        name=table.id,
                        first="a table of another output",
                        second="a table of this one",
                    )
            found += made
        return tuple(found)

    def _title(self, output: Output) -> str:
        return (
            " ".join(output.title.text.split())
            if output.title
            else output.name.text.replace("_", " ").capitalize()
        )

    def _attrition(self, output: Output) -> list[AttritionOutput]:
        if output.of.text != "population":
            at = f"outputs.{output.name.text}"
            self.diagnostics.add(
                "NAM101", output.of.place, at=at, name=output.of.text, suggestion="population"
            )
            return []
        return [AttritionOutput(output.name.text, self._title(output), self.origin(output.name.place))]

    def _counts(self, output: Output) -> list[CountOutput]:
        name = output.name.text
        at = f"outputs.{name}"
        plural = self.catalogue.units[self.scope.unit].plural
        if output.of.text != plural:
            self.diagnostics.add("NAM101", output.of.place, at=at, name=output.of.text, suggestion=plural)
            return []
        among = self._among(output, at)
        by = [node for node in output.by if self._countable(node, at)]
        if len(by) < len(output.by) or (output.among is not None and among is None):
            return []
        several = output.layout is not None
        if output.layout is not None and output.layout.text != SEVERAL_TABLES:
            self.diagnostics.add(
                "NAM101", output.layout.place, at=at, name=output.layout.text, suggestion=SEVERAL_TABLES
            )
            return []
        if not by or (len(by) > 2 and not several):
            self.diagnostics.add("DIS904", output.name.place, at=at, output=name, count=len(by))
            return []
        if several:
            return [
                self._table(
                    output, f"{name}_by_{node.text}", (node.text,), among, f" by {self._label(node.text)}"
                )
                for node in by
            ]
        return [self._table(output, name, tuple(node.text for node in by), among, "")]

    def _label(self, variable: str) -> str:
        found = next((v.label for v in self.spec.variables if v.name.text == variable and v.label), None)
        label = found.text if found else variable.replace("_", " ")
        return label[:1].lower() + label[1:]

    def _among(self, output: Output, at: str) -> Value | None:
        if output.among is None:
            return None
        tree = parse_expression(output.among, self.diagnostics, at=at)
        return None if tree is None else ValueResolver(self.scope, self.diagnostics, at).condition(tree)

    def _countable(self, node: ScalarNode, at: str) -> bool:
        if node.text not in self.values:
            self.diagnostics.add(
                "NAM111", node.place, at=at, name=node.text, suggestion=nearest(node.text, self.values)
            )
            return False
        if self.categories(node.text) is None:
            human = self.values[node.text].type.human
            self.diagnostics.add("TYP208", node.place, at=at, name=node.text, found=human)
            return False
        return True

    def _table(
        self, output: Output, table: str, by: tuple[str, ...], among: Value | None, suffix: str
    ) -> CountOutput:
        parts = () if among is None else conjuncts(among)
        fixed = [
            (part.left.name, str(part.right.value))
            for part in parts
            if isinstance(part, Compare)
            and part.op == "="
            and isinstance(part.left, VariableValue)
            and isinstance(part.right, Literal)
        ]
        return CountOutput(
            id=table,
            title=self._title(output) + suffix,
            by=by,
            among=among,
            among_words="" if among is None else self.words.value(among),
            conditions=frozenset(self.words.value(part) for part in parts),
            fixed=tuple(fixed),
            impossible=self._impossible(by, among),
            origin=self.origin(output.name.place),
        )

    def _impossible(self, by: tuple[str, ...], among: Value | None) -> frozenset[tuple[str, ...]]:
        """Combinations with a category that the cohort can have, but not those counted here."""
        all_of_them = [[c.value for c in self.categories(variable) or ()] for variable in by]
        possible = [{c.value for c in self.categories(variable, among) or ()} for variable in by]
        return frozenset(
            combination
            for combination in product(*all_of_them)
            if any(value not in can for value, can in zip(combination, possible, strict=True))
        )


def base_of(value: Value, values: dict[str, Value]) -> Value:
    """Return the value that a grouping groups: what bands and choices rest on, variables written out."""
    match value:
        case VariableValue(name):
            return base_of(values[name], values)
        case Band(part):
            return base_of(part, values)
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
