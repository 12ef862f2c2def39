"""Operations that only the catalogue's preparation uses. A mistake in them is the catalogue's, and so our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cohort.query.rows import AsUnit, CloseSpells, LinkUnit, NamedRows, PairUnits, Rename, Rows
from cohort.query.values import Literal
from cohort.source.nodes import ListNode, MapNode, ScalarNode
from cohort.spec.model import Operation

PREPARATION = ("link_unit", "close_spells", "rename", "as_unit", "spell", "pair_units")
"""Words of these operations."""


def prepared_rows(
    rows: Rows,
    operation: Operation,
    unit: str,
    mapping: Callable[[str], NamedRows],
    closing: Mapping[str, Literal],
) -> Rows:
    """Apply one operation of a preparation; ``mapping`` and ``closing`` are those of ``RowsResolver``."""
    given = {key.text: node.text for key, node in operation.values}
    match operation.key.text:
        case "link_unit":
            drop = {None: False, "drop": True}[given.get("unlinked")]
            found = mapping(given["map"])
            also = tuple(node.text for key, node in operation.values if key.text == "also")
            return LinkUnit(rows, given["key"], found, given["map_key"], given["map_unit"], unit, drop, also)
        case "close_spells":
            closed = (closing["newest_return"], closing["open_until"])
            return CloseSpells(rows, given["start"], given["end"], given["returned"], *closed)
        case "rename":
            return Rename(rows, tuple(given.items()))
        case "as_unit":
            return AsUnit(rows, given["unit"])
        case "spell":
            return AsUnit(rows, None, (given["start"], given["until"]))
        case "pair_units":
            spell = (given["start"], given["until"]) if "start" in given else None
            return PairUnits(rows, given["same"], spell)
        case other:
            raise ValueError(f"no operation {other}")


def operation_of(node: MapNode) -> Operation:
    """Return a preparation step's node as an operation; ``per`` beside the operation goes into its values."""
    (key, value), *rest = node.entries
    pairs: list[tuple[ScalarNode, ScalarNode]] = []
    single: ScalarNode | None = None
    match value:
        case ScalarNode():
            single = value
        case ListNode():
            pairs += [(item, item) for item in value.items if isinstance(item, ScalarNode)]
        case MapNode():
            for name, item in value:
                listed = item.items if isinstance(item, ListNode) else (item,)
                pairs += [(name, one) for one in listed if isinstance(one, ScalarNode)]
    for further, listed_node in rest:
        if isinstance(listed_node, ListNode):
            pairs += [(further, item) for item in listed_node.items if isinstance(item, ScalarNode)]
    return Operation(key=key, value=single, values=tuple(pairs))
