"""Reads what should happen to a case."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.cases.cells import Reader, WrongText, whole_of
from cohort.cases.model import NOBODY, Expectation
from cohort.cases.nodes import Group, unknown_part, wrong_shape, wrong_value
from cohort.diagnostics import Diagnostics
from cohort.engines.reference import Cell
from cohort.query.outputs import flow_rows
from cohort.query.study import Study
from cohort.source.nodes import MapNode, Node, ScalarNode

_KEYS = (
    "index_date", "enters", "stopped_at", "peer_of", "peers", "variables", "follow_up_days", "events",
)  # fmt: skip
_OF_PEERS = "the study has no peers"
_OF_FOLLOW_UP = "the study has no follow-up"


class Expecting:
    """Reads the expectations of one file."""

    def __init__(
        self, study: Study, reader: Reader, names: tuple[str, ...], diagnostics: Diagnostics
    ) -> None:
        self.study, self.reader, self.names, self.diagnostics = study, reader, names, diagnostics
        self.flow = tuple(row.id for row in flow_rows(study))

    def read(self, node: Node, at: str) -> Expectation | None:
        """Read one group of expectations; None if it is none."""
        if not isinstance(node, MapNode) or not node.entries:
            wrong_shape(
                self.diagnostics,
                node.place,
                at,
                "`expect`",
                "keys such as `enters: yes`, or a list of such groups",
            )
            return None
        group = Group(node, "`expect`", at, self.diagnostics, _KEYS)
        self._impossible(group)
        return Expectation(
            line=node.place.line,
            index_date=group.date("index_date"),
            enters=self._enters(group),
            stopped_at=self._name(group, "stopped_at", "row of the flow", self.flow),
            peer_of=self._name(group, "peer_of", "case", (*self.names, NOBODY)),
            peers=group.whole("peers"),
            variables=tuple(self._variables(group)),
            follow_up_days=group.whole("follow_up_days"),
            events=tuple(self._events(group)),
        )

    def _impossible(self, group: Group) -> None:
        """Report what cannot be expected of this study, or beside something else that is expected."""
        study, of_peer = self.study, group.get("peer_of") is not None
        enters = group.get("enters")
        enters_at_all = isinstance(enters, ScalarNode) and enters.text == "yes"
        reasons = {
            "peer_of": _OF_PEERS if study.peers is None else None,
            "peers": _OF_PEERS if study.peers is None else "a peer has none" if of_peer else None,
            "follow_up_days": _OF_FOLLOW_UP if study.follow_up is None else None,
            "events": _OF_FOLLOW_UP if study.follow_up is None else None,
            "enters": "`peer_of` speaks of the unit as a peer" if of_peer else None,
            "stopped_at": "`peer_of` speaks of the unit as a peer"
            if of_peer
            else "`enters: yes` says that nothing stops it"
            if enters_at_all
            else None,
        }
        for key, reason in reasons.items():
            node = group.node.key(key)
            if node is not None and reason is not None:
                self.diagnostics.add("CAS108", node.place, at=group.path(key), key=key, reason=reason)

    def _enters(self, group: Group) -> bool | None:
        node = group.scalar("enters", "`yes` or `no`")
        if node is None:
            return None
        if node.text in ("yes", "no"):
            return node.text == "yes"
        wrong_value(
            self.diagnostics, node, group.path("enters"), "enters", WrongText("yes or no", "`yes` or `no`")
        )
        return None

    def _name(self, group: Group, key: str, kind: str, known: tuple[str, ...]) -> str | None:
        node = group.scalar(key, "one name")
        if node is not None and node.text not in known:
            unknown_part(self.diagnostics, node, group.path(key), kind, known)
            return None
        return None if node is None else node.text

    def _variables(self, group: Group) -> Iterator[tuple[str, Cell]]:
        for name, value, path in self._pairs(group, "variables", "variable", tuple(self.study.variable)):
            try:
                yield name, self.reader.cell(value, self.study.variable[name].type)
            except WrongText as problem:
                wrong_value(self.diagnostics, value, path, name, problem)

    def _events(self, group: Group) -> Iterator[tuple[str, int]]:
        outcomes = tuple(outcome.name for outcome in self.study.outcomes)
        for name, value, path in self._pairs(group, "events", "outcome", outcomes):
            try:
                yield name, whole_of(value.text.strip())
            except WrongText as problem:
                wrong_value(self.diagnostics, value, path, name, problem)

    def _pairs(
        self, group: Group, key: str, kind: str, known: tuple[str, ...]
    ) -> Iterator[tuple[str, ScalarNode, str]]:
        """Yield the values under the names of a key, with their paths; unknown names are reported."""
        node = group.get(key)
        if node is not None and not isinstance(node, MapNode):
            wrong_shape(
                self.diagnostics, node.place, group.path(key), f"`{key}`", f"names of {kind}s with values"
            )
        for name, value in node if isinstance(node, MapNode) else ():
            path = f"{group.path(key)}.{name.text}"
            if name.text not in known:
                unknown_part(self.diagnostics, name, path, kind, known)
            elif isinstance(value, ScalarNode):
                yield name.text, value, path
            else:
                wrong_shape(self.diagnostics, name.place, path, f"`{name.text}`", "one value")
