"""Bindings: how one project, or the synthetic data, names the tables of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from cohort.diagnostics import Diagnostics
from cohort.source import FileProblem, Source, read_source
from cohort.source.nodes import MapNode, ScalarNode
from cohort.source.yaml_nodes import read_nodes

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,126}")


@dataclass(frozen=True)
class Binding:
    """Names of one project: read-only schema, writable workspace, key suffix (E or PE), and a view for each table.

    ``schema`` and ``workspace`` are empty for the synthetic data.
    """

    name: str
    title: str
    schema: str
    workspace: str
    key_suffix: str
    tables: Mapping[str, str]

    def table(self, logical: str) -> str:
        """Return the qualified physical name of a table."""
        if logical not in self.tables:
            raise FileProblem(
                self.name, f"the binding does not name the table `{logical}`, which the study reads."
            )
        physical = self.tables[logical]
        return f"{self.schema}.{physical}" if self.schema else physical

    def column(self, template: str) -> str:
        """Return the physical name of a column, with the project's key suffix."""
        return template.replace("{key}", self.key_suffix)


def shipped_binding(name: str) -> Binding:
    """Return a binding that comes with the package: ``synthetic`` or ``sail9999``."""
    text = files("cohort.catalogue").joinpath("bindings", f"{name}.yaml").read_text("utf-8")
    return _binding(Source(f"{name}.yaml", text))


def read_binding(path: Path) -> Binding:
    """Read a project's binding; a fault raises ``FileProblem`` with one sentence."""
    return _binding(read_source(path))


def _binding(source: Source) -> Binding:
    diagnostics = Diagnostics()
    root = read_nodes(source, diagnostics)
    if root is None or diagnostics.has_errors:
        first = next(iter(diagnostics), None)
        raise FileProblem(
            source.name, f"this is no binding: {first.headline}" if first else "the binding is empty."
        )

    def text(name: str) -> str:
        node = root.get(name)
        if not isinstance(node, ScalarNode):
            raise FileProblem(source.name, f"the binding lacks `{name}`.")
        return node.text

    def identifier(value: str, what: str) -> str:
        # Names go into SQL as they are, so nothing but a plain identifier is taken.
        if not _NAME.fullmatch(value):
            raise FileProblem(source.name, f"`{what}` must be letters, digits and underscores.")
        return value

    tables = root.get("tables")
    if not isinstance(tables, MapNode):
        raise FileProblem(source.name, "the binding lacks `tables`.")
    schema, workspace = text("schema"), text("workspace")
    suffix = text("key_suffix")
    if suffix not in ("E", "PE"):
        raise FileProblem(source.name, "`key_suffix` must be E or PE.")
    return Binding(
        identifier(text("binding"), "binding"),
        " ".join(text("title").split()),
        identifier(schema, "schema") if schema else "",
        identifier(workspace, "workspace") if workspace else "",
        suffix,
        {
            key.text: identifier(value.text, key.text)
            for key, value in tables
            if isinstance(value, ScalarNode)
        },
    )
