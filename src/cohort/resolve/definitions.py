"""The names of a study: sources, definitions and variables, each resolved when first asked for and only once."""

from __future__ import annotations

from functools import cached_property

from cohort.diagnostics.nearest import nearest
from cohort.query.rows import ForEachEntry, NamedRows, Shape, Union
from cohort.query.study import Definition, NamedStep
from cohort.query.summaries import RowsOf
from cohort.query.values import Fact, Value, VariableValue
from cohort.resolve.names import Scope
from cohort.resolve.order import mentioned_first
from cohort.resolve.rows import RowsResolver, operations_between
from cohort.resolve.setting import Setting
from cohort.resolve.sources import Sources
from cohort.resolve.values import ValueResolver
from cohort.resolve.variables import variable_value
from cohort.resolve.written import Reader, flat
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Definition as WrittenDefinition
from cohort.types import Grain

MOST_OPEN = 30
"""Names that can wait for each other. Names are resolved after those that they mention, so that more are a circle."""


class Names:
    """Resolves names on demand, so that the order of sections and entries does not matter.

    ``definitions`` and ``values`` (of variables) hold what has been resolved so far, in the order of first use; None
    stands for what has a problem, which has then been reported.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.diagnostics = setting.diagnostics
        self.definitions: dict[str, Definition | None] = {}
        self.values: dict[str, Value | None] = {}
        self._written = {d.name.text: d for d in setting.spec.definitions}
        self._variables = {v.name.text: v for v in setting.spec.variables}
        self.sources = Sources(setting, self.definitions)
        self._open: list[str] = []

    # What sections ask for -----------------------------------------------------------------------------

    @cached_property
    def scope(self) -> Scope:
        """What an expression for each entry sees: everything."""
        return Scope(
            unit=self.setting.unit.name,
            shape_of=self.shape_of,
            rows_names=frozenset(self._written) | frozenset(self.sources.offered),
            variable_names=frozenset(self._variables),
            variable=self.variable,
            index_date=True,
            constants=self.setting.constants,
            windows=self.setting.windows,
            codelists=self.setting.codelists,
            code_lists=self.setting.code_lists,
            birth=self.birth,
            context=self.setting.context,
            relations=self.relation,
        )

    def condition(self, node: ScalarNode, at: str) -> Value | None:
        """Resolve a condition for each entry."""
        tree = Reader(self.diagnostics, at).tree(node)
        return None if tree is None else ValueResolver(self.scope, self.diagnostics, at).condition(tree)

    def date(self, node: ScalarNode, at: str) -> Value | None:
        """Resolve a date for each entry."""
        tree = Reader(self.diagnostics, at).tree(node)
        return None if tree is None else ValueResolver(self.scope, self.diagnostics, at).date(tree)

    def value(self, node: ScalarNode, at: str) -> Value | None:
        """Resolve a value for each entry."""
        tree = Reader(self.diagnostics, at).tree(node)
        return None if tree is None else ValueResolver(self.scope, self.diagnostics, at).value(tree)

    def rows(self, node: ScalarNode) -> Definition | None:
        """Return the rows that a section names."""
        return self.definition(node.text, node.place)

    def spells(self, node: ScalarNode, key: str, at: str) -> tuple[Definition, tuple[str, str]] | None:
        """Return rows that a section names, which must be spells, with their start and first day outside."""
        found = self.rows(node)
        if found is None:
            return None
        if found.rows.shape.spell is None:
            rows = f"`{node.text}` are none"
            self.diagnostics.add("TYP220", node.place, at=at, function=key, rows=rows)
            return None
        return found, found.rows.shape.spell

    def words(self, value: Value) -> str:
        """Return a value in words."""
        return self.setting.words.value(value)

    def resolve_all(self) -> None:
        """Resolve everything that the spec defines, what is mentioned before what mentions it."""
        for name in mentioned_first(self.setting.spec):
            if name in self._written:
                self.definition(name, self._written[name].name.place)
            else:
                self.variable(name, self._variables[name].name.place)

    # Rows ----------------------------------------------------------------------------------------------

    def definition(self, name: str, place: Place) -> Definition | None:
        """Return a source or definition by name, resolved; reports at ``place`` when there is none."""
        if name in self.sources.offered:
            return self.sources.source(name, place)
        if self._circle(name, place, "definitions"):
            return None
        if name not in self.definitions:
            if name not in self._written:
                # What is declared and is no source has been reported where it is declared.
                if name not in self.sources.declared:
                    visible = [*self._written, *self.sources.offered]
                    self.diagnostics.add("NAM103", place, name=name, suggestion=nearest(name, visible))
                return None
            self._open.append(name)
            self.definitions[name] = self._definition(self._written[name])
            self._open.pop()
        return self.definitions[name]

    def shape_of(self, name: str, place: Place) -> Shape | None:
        """Return the shape of rows by name."""
        found = self.definition(name, place)
        return None if found is None else found.rows.shape

    def birth(self, place: Place) -> Value | None:
        """Return the unit's week of birth."""
        rows, column = self.setting.unit.birth
        shape = self.shape_of(rows, place)
        return None if shape is None else Fact(rows, column, shape.types[column])

    def relation(self, name: str, place: Place) -> NamedRows | None:
        """Return the rows that pair related units."""
        relations = self.setting.catalogue.relations
        if name not in relations:
            known = ", ".join(f"`{relation}`" for relation in relations)
            suggestion = nearest(name, relations)
            self.diagnostics.add(
                "NAM121", place, suggestion=suggestion, kind="relation", name=name, known=known or "none"
            )
            return None
        rows = relations[name].rows
        # Whom a study relates, it chooses itself, so that the source of the pairs is one that it declares with a why.
        source = self.sources.behind(rows)
        found = None if source is None else self.sources.source(source, place)
        if source is not None and found is None:
            return None
        return self.sources.named(rows)

    def _definition(self, written: WrittenDefinition) -> Definition | None:
        name, words = written.name.text, self.setting.words
        resolver = self._rows_resolver(f"definitions.{name}", name, self.scope)
        named = (written.start,) if written.start else written.union
        parts = [(found.named, node.place) for node in named if (found := self.rows(node)) is not None]
        rows = resolver.union(parts) if len(parts) == len(named) else None
        if rows is None:
            return None
        origin = self.setting.origin(written.name.place)
        stages = [NamedStep("union" if written.union else name, rows, words.rows(rows), origin)]
        for operation in written.operations:
            after = resolver.apply(rows, operation)
            if after is None:
                return None
            for stage in operations_between(rows, after):
                word = "for_each_entry" if isinstance(stage, ForEachEntry) else operation.key.text
                here = self.setting.origin(operation.key.place)
                stages.append(NamedStep(word, stage, words.rows(stage), here))
            rows = after
        first = 0 if isinstance(stages[0].rows, Union) or len(stages) == 1 else 1
        return Definition(name, tuple(stages[first:]), False, flat(written.note), origin)

    def _beside_entries(self, rows: NamedRows) -> NamedRows:
        """Return named rows set beside the entries, as a definition of its own."""
        name = f"{rows.name}_of_entries"
        while name in self._written:
            name += "_too"
        if name not in self.definitions:
            source = self.definitions[rows.name]
            assert source is not None
            beside = ForEachEntry(rows)
            step = NamedStep("for_each_entry", beside, self.setting.words.rows(beside), source.origin)
            self.definitions[name] = Definition(name, (step,), source.prepared, source.note, source.origin)
        return NamedRows(name, ForEachEntry(rows).shape)

    def _rows_resolver(self, at: str, name: str, scope: Scope) -> RowsResolver:
        return RowsResolver(
            scope, self.diagnostics, at, name, self.sources.named, self.setting.closing, self._beside_entries
        )

    # Variables -----------------------------------------------------------------------------------------

    def variable(self, name: str, place: Place) -> VariableValue | None:
        """Return a reference to a variable, resolved."""
        if self._circle(name, place, "variables"):
            return None
        if name not in self.values:
            self._open.append(name)
            self.values[name] = variable_value(self._variables[name], self.scope, self.diagnostics)
            self._open.pop()
        value = self.values[name]
        if value is None:
            return None
        return VariableValue(name, value.type, value.grain in (Grain.CONSTANT, Grain.PERSON))

    # How names hang together ---------------------------------------------------------------------------

    def _circle(self, name: str, place: Place, section: str) -> bool:
        """Report a name that is being resolved already."""
        known = name in self.definitions or name in self.values
        if name not in self._open and (known or len(self._open) < MOST_OPEN):
            return False
        circle = self._open[self._open.index(name) :] if name in self._open else self._open
        shown = " → ".join([*circle, name])
        self.diagnostics.add("NAM107", place, at=f"{section}.{name}", name=name, circle=shown)
        return True


def rows_of(definition: Definition) -> RowsOf:
    """Return rows as summaries, covers and events read them."""
    shape = definition.rows.shape
    return RowsOf(definition.name, shape.per_entry, shape.order)
