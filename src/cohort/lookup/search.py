"""Search: words over names, labels, physical names, codes, caveats and published series; ranked, and always the same.

The site's script does the same over the same index, so weights are whole numbers and every tie is broken by order.
A word of the question counts where it equals a word of a thing, or begins it, or does so without a plural s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cohort.diagnostics.nearest import nearest
from cohort.lookup.find import sheet_of
from cohort.lookup.known import Known, Named
from cohort.lookup.sheet import Ref, Sheet, Sort, text_of_cell

WORD = re.compile(r"[a-z0-9]+")
OF_NAME, OF_TITLE, OF_OTHER_NAMES, OF_TEXT = 40, 20, 12, 4
"""How much a word counts by where it stands."""
EXACT, PLURAL, BEGINS = 6, 5, 3
"""How much it counts by how it fits."""
WHOLE_NAME = 1000
"""What is added where the question is the whole name of a thing."""
BY_SORT: Mapping[Sort, int] = {
    Sort.DATASET: 40, Sort.SOURCE: 35, Sort.TABLE: 35, Sort.CODES: 35, Sort.THEME: 20, Sort.SERIES: 20,
    Sort.CAVEAT: 15, Sort.COLUMN: 10, Sort.CODE: 10, Sort.PUBLISHER: 10,
    Sort.ENTITY: 35, Sort.LINK: 30,
    Sort.GEOGRAPHY: 20, Sort.AREA: 20, Sort.FIGURES: 20, Sort.CODELIST: 35,
}  # fmt: skip
"""What is added by sort, so that of equals the larger thing comes first."""
SHORTEST_PREFIX = 3
"""How long a word must be to find words that it begins."""


@dataclass(frozen=True)
class Hit:
    """A thing that was found, and how well it fits."""

    found: Named
    score: int


@dataclass(frozen=True)
class Found:
    """What a question found: hits, best first; whether some words were left out; and what may have been meant.

    ``meant`` pairs words that stand nowhere with the nearest word that does (empty: none is near).
    """

    hits: tuple[Hit, ...]
    partly: bool
    meant: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Index:
    """The words of all things: for each word the positions in ``things`` with the weight of the word there."""

    things: tuple[Named, ...]
    words: Mapping[str, tuple[tuple[int, int], ...]]


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text: small letters and figures, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return tuple(WORD.findall(plain.lower()))


def make_index(known: Known) -> Index:
    """Return the index of everything that has a name."""
    weights: dict[str, dict[int, int]] = {}

    def add(position: int, texts: Iterable[str], weight: int) -> None:
        for text in texts:
            for word in words_in(text):
                held = weights.setdefault(word, {})
                held[position] = max(weight, held.get(position, 0))

    for position, thing in enumerate(known.named):
        names = [thing.ref.name, thing.physical.removesuffix("_{key}")]
        # The table of a column and the list of a code say less of it than its own name.
        if thing.ref.sort in (Sort.COLUMN, Sort.CODE):
            above, _, own = thing.ref.name.partition(".")
            names = [own, thing.physical.removesuffix("_{key}")]
            add(position, (above,), OF_OTHER_NAMES)
        add(position, names, OF_NAME)
        add(position, (thing.title,), OF_TITLE if thing.ref.sort is not Sort.CAVEAT else OF_OTHER_NAMES)
        if thing.ref.sort not in (Sort.COLUMN, Sort.CODE):
            sheet = sheet_of(known, thing.ref)
            add(position, _other_names(sheet), OF_OTHER_NAMES)
            add(position, (statement.text for statement in sheet.statements), OF_TEXT)
            add(position, _steps(sheet), OF_TEXT)
            add(position, _small_areas(sheet), OF_OTHER_NAMES)
            add(position, _codes(sheet), OF_TEXT)
    words = {word: tuple(sorted(weights[word].items())) for word in sorted(weights)}
    return Index(known.named, words)


def _other_names(sheet: Sheet) -> tuple[str, ...]:
    return tuple(said.text for said in sheet.statements if said.about == "other names")


def _steps(sheet: Sheet) -> tuple[str, ...]:
    """Return the words of steps of preparation; other lists are found by what they name."""
    rows = (row for listing in sheet.listings if listing.key == "steps" for row in listing.rows)
    return tuple(text_of_cell(cell) for row in rows for cell in row.cells[1:3])


def _small_areas(sheet: Sheet) -> tuple[str, ...]:
    """Return the codes of small areas, which have no sheet of their own and are found by their authority."""
    keys = ("small_areas", "small_areas_2021")
    rows = (row for listing in sheet.listings if listing.key in keys for row in listing.rows)
    return tuple(dict.fromkeys(text_of_cell(row.cells[0]) for row in rows))


def _codes(sheet: Sheet) -> tuple[str, ...]:
    """Return codes, labels and groups of a codelist, whose codes are no things of their own."""
    rows = (row for listing in sheet.listings if listing.key == "codelist" for row in listing.rows)
    return tuple(text_of_cell(cell) for row in rows for cell in row.cells[:3])


def search(index: Index, question: str) -> Found:
    """Return what has all words of a question, or else what has most of them, and what may have been meant."""
    asked = tuple(dict.fromkeys(words_in(question)))
    by_word = {word: _fits(index, word) for word in asked}
    meant = tuple((word, nearest(word, index.words) or "") for word in asked if not by_word[word])
    totals: dict[int, int] = {}
    counts: dict[int, int] = {}
    for fits in by_word.values():
        for position, score in fits.items():
            totals[position] = totals.get(position, 0) + score
            counts[position] = counts.get(position, 0) + 1
    most = max(counts.values(), default=0)
    whole = "_".join(words_in(question))
    hits = [
        Hit(
            thing,
            totals[position] + BY_SORT[thing.ref.sort] + (WHOLE_NAME if whole in whole_names(thing) else 0),
        )
        for position, thing in enumerate(index.things)
        if most and counts.get(position) == most
    ]
    # Sorting keeps the order of the catalogue among equals.
    return Found(tuple(sorted(hits, key=lambda hit: -hit.score)), 0 < most < len(asked), meant)


def _fits(index: Index, word: str) -> dict[int, int]:
    """Return for each thing how well a word of the question fits it."""
    best: dict[int, int] = {}
    singular = word[:-1] if len(word) > 3 and word.endswith("s") else ""
    for held, places in index.words.items():
        if held == word:
            quality = EXACT
        elif held == singular:
            quality = PLURAL
        elif len(word) >= SHORTEST_PREFIX and held.startswith(word):
            quality = BEGINS
        else:
            continue
        for position, weight in places:
            best[position] = max(best.get(position, 0), weight * quality)
    return best


def whole_names(thing: Named) -> tuple[str, ...]:
    """Return the whole names of a thing as a question is compared with them."""
    own = thing.ref.name.partition(".")[2] if thing.ref.sort in (Sort.COLUMN, Sort.CODE) else ""
    texts = (thing.ref.name, own, thing.physical.removesuffix("_{key}"))
    return tuple(dict.fromkeys("_".join(words_in(text)) for text in texts if text))


def hits_of(found: Found) -> tuple[tuple[Ref, str], ...]:
    """Return hits as references with their titles."""
    return tuple((hit.found.ref, hit.found.title) for hit in found.hits)
