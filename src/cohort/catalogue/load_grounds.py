"""Who says that a step of preparation is done: read from ``grounds/``, one file for each dataset.

They stand apart from the steps because scripts name the lines on which steps are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Catalogue, Confidence
from cohort.catalogue.nodes import confidence_of, fault, map_of, only, read_map, text_of
from cohort.source import Source

THIS_PACKAGE = "this package"
"""The source of a rule that nobody else states: a decision of this project, or a change of form only."""


@dataclass(frozen=True)
class Ground:
    """The source of one step of preparation, and how sure it is that data need the step as it is written."""

    confidence: Confidence
    source: str


Grounds = Mapping[tuple[str, str], Ground]
"""Grounds by prepared rows and step."""


@cache
def load_grounds() -> Grounds:
    """Return the shipped grounds."""
    folder = files("cohort.catalogue").joinpath("grounds")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda entry: entry.name)
    return read_grounds([Source(f"catalogue/grounds/{e.name}", e.read_text("utf-8")) for e in entries])


def read_grounds(sources: Sequence[Source]) -> Grounds:
    """Return the grounds of some files; a fault in one raises ``CatalogueFault``."""
    found: dict[tuple[str, str], Ground] = {}
    for root in map(read_map, sources):
        for rows, steps in root:
            for step, node in map_of(steps):
                ground = map_of(node)
                only(ground, {"confidence", "source"})
                name = (rows.text, step.text)
                if name in found:
                    raise fault(step, f"there are two grounds of {rows.text}.{step.text}")
                found[name] = Ground(confidence_of(ground, "confidence"), text_of(ground, "source"))
    return found


def without_ground(catalogue: Catalogue, grounds: Grounds) -> tuple[tuple[str, str], ...]:
    """Return the steps of preparation for which nobody is named, by prepared rows and step."""
    return tuple(
        (prepared.name, step.id)
        for prepared in catalogue.prepared.values()
        for step in prepared.steps
        if (prepared.name, step.id) not in grounds
    )
