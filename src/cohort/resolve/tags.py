"""What a study says of itself under ``tags``: words of the catalogue, and the published series of its figures."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.catalogue import comparable_series, load_vocabulary
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.resolve.written import Reader
from cohort.source.nodes import ScalarNode
from cohort.spec.spots import MOST_PROBLEMS, short

AT = "study.tags"
_ANSWERS = ("true", "false")


def read_tags(
    written: Iterable[tuple[ScalarNode, ScalarNode]], diagnostics: Diagnostics
) -> tuple[tuple[str, bool], ...]:
    """Read tags, each with yes or no; a tag in a list is a yes. Reports those that are not known (NAM122)."""
    found: dict[str, bool] = {}
    unknown: dict[str, ScalarNode] = {}
    reader = Reader(diagnostics, AT)
    for name, answer in written:
        if _is_known(name.text):
            word = "true" if answer is name else reader.word(answer, name.text, _ANSWERS)
            found[name.text] = word == "true"
        else:
            unknown.setdefault(name.text, name)
    for name in list(unknown.values())[:MOST_PROBLEMS]:
        diagnostics.add("NAM122", name.place, at=AT, suggestion=_meant(name.text), name=short(name.text))
    return tuple(found.items())


def _is_known(name: str) -> bool:
    # The landscape is read only for what is no word of the catalogue: most studies name no series.
    return name in load_vocabulary().tags or name in comparable_series()


def _meant(name: str) -> str | None:
    # Ids of series have hyphens and words have none, and a slip between the two should cost nothing.
    known = {tag.replace("-", "_"): tag for tag in (*load_vocabulary().tags, *comparable_series())}
    near = nearest(name, known)
    return None if near is None else known[near]
