"""Reads what is known of the way to the data. A fault in the file is ours, so it raises."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Fact
from cohort.catalogue.nodes import (
    CatalogueFault,
    confidence_of,
    facts_of,
    fault,
    items,
    list_of,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
)
from cohort.catalogue.route_types import Guidance, LinkedUnit, MadeInSail, Reading, StepToTake
from cohort.source import Source
from cohort.source.nodes import MapNode

__all__ = ["CatalogueFault", "load_guidance", "read_guidance"]

_KEYS = {"linked_units", "made_in_sail", "readings", "advice", "steps", "facts", "not_known"}
_FACT = {"says", "confidence", "source"}
_ADVICE = ("disagree", "welsh_government", "sail", "linked", "unknown")


@cache
def load_guidance() -> Guidance:
    """Return the shipped guidance."""
    file = files("cohort.catalogue").joinpath("guidance", "route.yaml")
    return read_guidance(Source("catalogue/guidance/route.yaml", file.read_text("utf-8")))


def read_guidance(source: Source) -> Guidance:
    """Return the guidance that a file holds; a fault raises ``CatalogueFault``."""
    root = read_map(source)
    only(root, _KEYS)
    advice = {
        key.text: text_of(map_of(root.get("advice") or root), key.text) for key, _ in items(root, "advice")
    }
    if set(advice) != set(_ADVICE):
        raise fault(root, f"advice is needed for {', '.join(_ADVICE)}")
    return Guidance(
        tuple(_linked(map_of(node)) for node in list_of(root, "linked_units")),
        tuple(_made(map_of(node)) for node in list_of(root, "made_in_sail")),
        tuple(_reading(map_of(node)) for node in list_of(root, "readings")),
        advice,
        {key.text: _steps(root, key.text) for key, _ in items(root, "steps")},
        {key.text: facts_of(map_of(root.get("facts") or root), key.text) for key, _ in items(root, "facts")},
        {
            key.text: texts_of(map_of(root.get("not_known") or root), key.text)
            for key, _ in items(root, "not_known")
        },
    )


def _fact(node: MapNode) -> Fact:
    return Fact(text_of(node, "says"), confidence_of(node, "confidence"), text_of(node, "source"))


def _linked(node: MapNode) -> LinkedUnit:
    only(node, _FACT | {"unit", "instead"})
    return LinkedUnit(text_of(node, "unit"), _fact(node), text_of(node, "instead"))


def _made(node: MapNode) -> MadeInSail:
    only(node, _FACT | {"table", "ask"})
    return MadeInSail(text_of(node, "table"), _fact(node), text_of(node, "ask"))


def _reading(node: MapNode) -> Reading:
    only(node, _FACT | {"id", "short", "covers"})
    covers = text_of(node, "covers")
    if covers not in ("one", "several"):
        raise fault(node, f"covers must be one or several, not {covers}")
    return Reading(text_of(node, "id"), _fact(node), text_of(node, "short"), covers == "several")


def _steps(root: MapNode, route: str) -> tuple[StepToTake, ...]:
    found = []
    for item in list_of(map_of(root.get("steps") or root), route):
        node = map_of(item)
        only(node, _FACT | {"id", "only_with_owner"})
        found.append(StepToTake(text_of(node, "id"), _fact(node), optional(node, "only_with_owner") or ""))
    return tuple(found)
