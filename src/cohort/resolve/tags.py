"""What a study says of itself under ``tags``: words of the catalogue, and the published series of its figures."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.catalogue import comparable_series, load_vocabulary
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.resolve.written import Reader
from cohort.source.nodes import ScalarNode

AT = "study.tags"
_ANSWERS = ("true", "false")


def read_tags(
    written: Iterable[tuple[ScalarNode, ScalarNode]], diagnostics: Diagnostics
) -> tuple[tuple[str, bool], ...]:
    """Read tags, each with yes or no; a tag in a list is a yes. Reports those that are not known (NAM122)."""
    found: dict[str, bool] = {}
    reader = Reader(diagnostics, AT)
    for name, answer in written:
        if _is_known(name.text, diagnostics, name):
            word = "true" if answer is name else reader.word(answer, name.text, _ANSWERS)
            found[name.text] = word == "true"
    return tuple(found.items())


def _is_known(text: str, diagnostics: Diagnostics, node: ScalarNode) -> bool:
    # The landscape is read only for what is no word of the catalogue: most studies name no series.
    words = load_vocabulary().tags
    if text in words or text in comparable_series():
        return True
    # Ids of series have hyphens and words have none, and a slip between the two should cost nothing.
    known = {name.replace("-", "_"): name for name in (*words, *comparable_series())}
    near = nearest(text, known)
    diagnostics.add(
        "NAM122",
        node.place,
        at=AT,
        suggestion=None if near is None else known[near],
        name=" ".join(text.split()),
    )
    return False
