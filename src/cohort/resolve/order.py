"""In which order the names of a study are resolved: what is mentioned comes before what mentions it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cohort.spec.model import Definition, Spec

_WORD = re.compile(r"[a-z][a-z0-9_]*")


def mentioned_first(spec: Spec) -> list[str]:
    """Order definitions and variables so that each comes after those whose names stand in its texts.

    Where names are not what they seem (a column may have the name of a variable) the order is not perfect, which
    costs nothing: it only keeps names from waiting for each other in long chains.
    """
    texts = {definition.name.text: list(_texts_of(definition)) for definition in spec.definitions}
    for variable in spec.variables:
        nodes = [variable.value, *(choice.when for choice in variable.choose)]
        texts[variable.name.text] = [node.raw for node in nodes if node]
    windows = {name.text: node.raw for name, node in spec.windows}
    mentioned: dict[str, list[str]] = {}
    for name, own in texts.items():
        words = dict.fromkeys(word for text in own for word in _WORD.findall(text))
        for window in [word for word in words if word in windows]:
            words |= dict.fromkeys(_WORD.findall(windows[window]))
        mentioned[name] = [word for word in words if word in texts]
    ordered: dict[str, None] = {}
    seen: set[str] = set()
    for first in texts:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            inner = [] if name in seen else [word for word in mentioned[name] if word not in seen]
            seen.add(name)
            if inner:
                waiting += reversed(inner)
            else:
                ordered.setdefault(waiting.pop())
    return list(ordered)


def _texts_of(written: Definition) -> Iterator[str]:
    for node in (written.start, *written.union):
        if node is not None:
            yield node.text
    for operation in written.operations:
        nodes = [operation.value, *(node for _, node in operation.values)]
        yield from (node.raw for node in nodes if node is not None)
