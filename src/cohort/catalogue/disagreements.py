"""Where sources disagree: each question with what each source says, and what the catalogue takes.

A fact of the catalogue says what is taken, and from whom. Here stands what else is said, so that nobody has to find out
twice that two pages differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Confidence
from cohort.catalogue.nodes import confidence_of, fault, list_of, map_of, only, read_map, text_of, texts_of
from cohort.source import Source
from cohort.source.nodes import MapNode

_FILE = "disagreements.yaml"
_KEYS = {"about", "question", "said", "taken", "confidence"}


@dataclass(frozen=True)
class Said:
    """What one source says on a question."""

    text: str
    source: str


@dataclass(frozen=True)
class Disagreement:
    """A question on which sources differ.

    ``about`` are datasets and published series by name; ``taken`` is what the catalogue takes, and ``confidence`` how
    sure that is.
    """

    id: str
    about: tuple[str, ...]
    question: str
    said: tuple[Said, ...]
    taken: str
    confidence: Confidence

    @property
    def sources(self) -> str:
        """All sources of the question in one line, each once."""
        return "; ".join(dict.fromkeys(one.source for one in self.said))


@cache
def load_disagreements() -> tuple[Disagreement, ...]:
    """Return the shipped disagreements; a fault in their file raises ``CatalogueFault`` with file and line."""
    entry = files("cohort.catalogue").joinpath("guidance", _FILE)
    return read_disagreements(Source(f"catalogue/guidance/{_FILE}", entry.read_text("utf-8")))


def read_disagreements(source: Source) -> tuple[Disagreement, ...]:
    """Return the disagreements of a file, in its order; a fault raises ``CatalogueFault`` with file and line."""
    found: dict[str, Disagreement] = {}
    for key, node in read_map(source):
        if key.text in found:
            raise fault(key, f"there are two of {key.text}")
        found[key.text] = _disagreement(key.text, map_of(node))
    return tuple(found.values())


def _disagreement(name: str, node: MapNode) -> Disagreement:
    only(node, _KEYS)
    said = []
    for item in list_of(node, "said"):
        one = map_of(item)
        only(one, {"says", "source"})
        said.append(Said(text_of(one, "says"), text_of(one, "source")))
    if len(said) < 2:
        raise fault(node, f"{name}: one source disagrees with nobody")
    about = texts_of(node, "about")
    if not about:
        raise fault(node, f"{name} is about nothing")
    return Disagreement(
        name,
        about,
        text_of(node, "question"),
        tuple(said),
        text_of(node, "taken"),
        confidence_of(node, "confidence"),
    )
