"""Sources of the catalogue as a study sees them: prepared for its unit, its dates and its links."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.catalogue import Preparation, Prepared
from cohort.diagnostics.nearest import nearest
from cohort.query.rows import NamedRows, Rows, Shape, TableColumn, TableRows
from cohort.query.study import Definition, NamedStep
from cohort.resolve.linkage import EXAMPLE
from cohort.resolve.names import Scope
from cohort.resolve.preparation import operation_of
from cohort.resolve.rows import RowsResolver
from cohort.resolve.setting import Setting
from cohort.source import Place
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode


class Sources:
    """Prepares sources on demand into ``definitions``, each once."""

    def __init__(self, setting: Setting, definitions: dict[str, Definition | None]) -> None:
        self.setting = setting
        self.definitions = definitions
        self.offered = {p.name: p for p in setting.catalogue.prepared.values() if p.offered}
        self.declared = {name.text: name for name, _ in setting.spec.sources}
        self._linkage_missed = False

    def check(self) -> None:
        """Report declared sources that there are not, or that cannot be brought to the unit."""
        diagnostics = self.setting.diagnostics
        for name, node in self.declared.items():
            at = f"sources.{name}"
            prepared = self.offered.get(name)
            if prepared is None:
                suggestion = nearest(name, self.offered)
                diagnostics.add("NAM103", node.place, at=at, name=name, suggestion=suggestion)
            elif not self._fits(prepared):
                diagnostics.add(
                    "GRN311",
                    node.place,
                    at=at,
                    name=name,
                    unit=self.setting.unit.name,
                    units=" or ".join(f"`unit: {unit}`" for unit in prepared.units),
                    sources=", ".join(f"`{p.name}`" for p in self.offered.values() if self._fits(p)),
                )

    def source(self, name: str, place: Place) -> Definition | None:
        """Return a source that a study may name; what its use lacks in the spec is reported."""
        prepared = self.offered[name]
        node = self.declared.get(name)
        if node is None:
            self.setting.diagnostics.add("NAM109", place, name=name)
        elif self.setting.linkage is None and not self._linkage_missed and self._links(prepared):
            # One message stands for all sources, for one section repairs them all.
            self._linkage_missed = True
            self.setting.diagnostics.add(
                "GRN314", node.place, at=f"sources.{name}", name=name, example=EXAMPLE
            )
        return self.prepared(prepared) if self._fits(prepared) else None

    def prepared(self, prepared: Prepared) -> Definition:
        """Return prepared rows of the catalogue, whether a study may name them or not."""
        found = self.definitions.get(prepared.name) or self._prepare(prepared)
        self.definitions[prepared.name] = found
        return found

    def named(self, name: str) -> NamedRows:
        """Return prepared rows that other preparation needs."""
        return self.prepared(self.setting.catalogue.prepared[name]).named

    def behind(self, name: str) -> str | None:
        """Return the source that a study can name which prepared rows are made from; itself if it can be named."""
        while name not in self.offered:
            if name not in self.setting.catalogue.prepared:
                return None
            name = self.setting.catalogue.prepared[name].start
        return name

    def _fits(self, prepared: Prepared) -> bool:
        return not prepared.units or self.setting.unit.name in prepared.units

    def _prepare(self, prepared: Prepared) -> Definition:
        """Apply the steps of a source. What goes wrong in them is the catalogue's fault, and so ours."""
        setting = self.setting
        scope = Scope(
            unit=setting.unit.name,
            shape_of=self._shape_of,
            rows_names=frozenset(setting.catalogue.prepared),
            constants=setting.of_preparation,
            codelists=setting.lists_of_preparation,
            code_lists=setting.code_lists,
            # Preparation pairs rows by other prepared rows, whether or not a study may name them as a relation.
            relations=lambda rows_name, _place: self.named(rows_name),
        )
        resolver = RowsResolver(
            scope, setting.diagnostics, prepared.name, prepared.name, self.named, setting.closing
        )
        origin = setting.origin(prepared.place)
        rows, words = self._held(prepared, resolver)
        stages = [NamedStep("as_held", rows, words, origin)]
        for step in self._steps(prepared):
            applied = resolver.apply(rows, operation_of(step.operation))
            if applied is None:
                problem = list(setting.diagnostics)[-1].headline
                raise ValueError(f"{prepared.name}.{step.id} of the catalogue cannot be resolved: {problem}")
            rows = applied
            stages.append(NamedStep(step.id, rows, f"{step.words}. {step.why}", setting.origin(step.place)))
        return Definition(prepared.name, tuple(stages), True, prepared.label, origin)

    def _shape_of(self, name: str, _place: Place) -> Shape | None:
        return self.named(name).shape

    def _held(self, prepared: Prepared, resolver: RowsResolver) -> tuple[Rows, str]:
        """Return the rows that a source is prepared from, and what they are in words."""
        table = self.setting.catalogue.tables.get(prepared.start)
        if table is not None and not prepared.union:
            columns = tuple(TableColumn(c.name, c.physical, c.type) for c in table.columns)
            words = f"{table.label}, with any codes trimmed and in upper case, and blank codes missing"
            return TableRows(table.name, columns, table.key), words
        parts = [name for name in parts_of(prepared) if self._serves(self.setting.catalogue.prepared[name])]
        rows = resolver.union([(self.named(name), prepared.place) for name in parts])
        if rows is None:
            raise ValueError(f"the rows {prepared.name} of the catalogue cannot be put together")
        return rows, self.setting.words.rows(rows)

    def _serves(self, part: Prepared) -> bool:
        """Whether rows are of use to the study: those of improved links only if it uses such links."""
        linkage = self.setting.linkage
        return not part.of_derived_links or (linkage is not None and bool(linkage.derived))

    def _steps(self, prepared: Prepared) -> Iterator[Preparation]:
        return (step for step in prepared.steps if step.only_for in (None, self.setting.unit.name))

    def _links(self, prepared: Prepared) -> bool:
        """Whether a source is brought to the unit by links whose quality the study must state."""
        catalogue = self.setting.catalogue
        texts = {*parts_of(prepared), *(t for step in self._steps(prepared) for t in _texts(step.operation))}
        inner = (catalogue.prepared[text] for text in sorted(texts & set(catalogue.prepared)))
        return any("linkage." in text for text in texts) or any(
            self._links(other) for other in inner if other.name != prepared.name
        )


def parts_of(prepared: Prepared) -> tuple[str, ...]:
    """Return the names of the rows (or the one table) that a source is prepared from."""
    return prepared.union or (prepared.start,)


def _texts(node: Node) -> Iterator[str]:
    """Yield all texts in a node."""
    match node:
        case ScalarNode():
            yield node.text
        case ListNode():
            for item in node.items:
                yield from _texts(item)
        case MapNode():
            for _, item in node:
                yield from _texts(item)
