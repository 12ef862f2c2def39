"""Code systems by name: how their codes are written in the data, and under which other names they are met."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Confidence
from cohort.catalogue.nodes import (
    confidence_of,
    fault,
    items,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
    whole_of,
)
from cohort.source import Source

FOLDER = "codelists"
"""Where the catalogue keeps its codelists, and the code systems that these name."""

_READ_LENGTH = 5
"""Characters of a Read code, which is filled with dots; only Read codes have characters of a term."""
_KEYS = {"label", "also", "form", "form_words", "holds", "dots", "case", "terms", "confidence", "source"}


@dataclass(frozen=True)
class CodeSystem:
    """A classification or a list of codes that columns and codelists name.

    ``form`` is a regular expression of a code, or the beginning of one, as data hold it (empty: not known), and
    ``form_words`` says it. ``holds`` are other systems whose codes stand in the same columns. ``dots_removed``: the
    data hold no dot where the printed classification has one. ``case_kept``: capital and small letters differ.
    ``terms`` is how many characters after the code choose one of its terms, which lists have and data have not.
    """

    name: str
    label: str
    also: tuple[str, ...]
    form: str
    form_words: str
    holds: tuple[str, ...]
    dots_removed: bool
    case_kept: bool
    terms: int
    confidence: Confidence
    source: str

    def as_read(self, code: str) -> str:
        """Return a code as it is compared with data: trimmed, and in capitals unless small letters differ."""
        trimmed = code.strip()
        return trimmed if self.case_kept else trimmed.upper()

    def as_held(self, code: str) -> str:
        """Return a code of a printed classification or a list as the data hold it.

        That is as it is read, without its dot, and without the characters that choose one of its terms.
        """
        read = self.as_read(code)
        held = read.replace(".", "") if self.dots_removed else read
        bare = held[: -self.terms] if self.terms else held
        return bare if not self.is_formed(held) and len(bare) == self.longest else held

    @property
    def longest(self) -> int | None:
        """The length of a whole code before the characters of its term; None where codes have none."""
        return _READ_LENGTH if self.terms else None

    def is_formed(self, code: str) -> bool:
        """Whether a code, or the beginning of one, is written as codes of the system are."""
        return not self.form or re.fullmatch(self.form, code) is not None


@cache
def code_systems() -> Mapping[str, CodeSystem]:
    """Return the known systems by name. A fault in the file is ours, so it raises ``CatalogueFault``."""
    entry = files("cohort.catalogue").joinpath(FOLDER).joinpath("systems.yaml")
    return read_systems(Source(f"catalogue/{FOLDER}/{entry.name}", entry.read_text("utf-8")))


def read_systems(source: Source) -> Mapping[str, CodeSystem]:
    """Return the systems of a file by name; two that answer to one spelling raise ``CatalogueFault``."""
    root = read_map(source)
    only(root, {"systems"})
    found: dict[str, CodeSystem] = {}
    spelt: set[str] = set()
    for key, value in items(root, "systems"):
        node = map_of(value)
        only(node, _KEYS)
        system = CodeSystem(
            key.text,
            text_of(node, "label"),
            texts_of(node, "also", needed=False),
            optional(node, "form") or "",
            optional(node, "form_words") or "",
            texts_of(node, "holds", needed=False),
            optional(node, "dots") == "removed",
            optional(node, "case") == "kept",
            whole_of(node, "terms") or 0,
            confidence_of(node, "confidence"),
            text_of(node, "source"),
        )
        if bool(system.form) != bool(system.form_words):
            raise fault(node, "a form has words, and words have a form")
        spellings = {_plain(name) for name in (system.name, *system.also)}
        if spellings & spelt:
            raise fault(key, f"two systems are called {', '.join(sorted(spellings & spelt))}")
        spelt |= spellings
        found[system.name] = system
    for system in found.values():
        if not set(system.holds) <= set(found):
            raise fault(root, f"{system.name} holds systems that are not known")
    return found


def system_named(name: str) -> CodeSystem | None:
    """Return the system of a name or another spelling of it; None if there is none."""
    return _by_spelling().get(_plain(name))


def canonical(name: str) -> str:
    """Return the usual name of a system, or the name itself if it is none that is known here."""
    system = system_named(name)
    return system.name if system else name.strip()


def may_stand_in(system: str, column_system: str) -> bool:
    """Whether codes of a system can occur in a column of another (or the same) system."""
    of_codes, of_column = canonical(system), canonical(column_system)
    known = system_named(of_column)
    return of_codes == of_column or (known is not None and of_codes in known.holds)


def names_of_systems(lists: Iterable[str]) -> tuple[str, ...]:
    """Return all names that a codelist can give as its system: the systems, and the catalogue's lists of codes."""
    return (*code_systems(), *lists)


@cache
def _by_spelling() -> Mapping[str, CodeSystem]:
    return {
        _plain(name): system for system in code_systems().values() for name in (system.name, *system.also)
    }


def _plain(name: str) -> str:
    """Return a spelling without what people write in different ways: capitals, blanks and hyphens."""
    return re.sub(r"[\s\-]+", "", name).casefold()
