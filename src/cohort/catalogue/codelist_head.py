"""The head of a codelist: comment lines before the codes that say which system, version and source they are of.

A file without a head is a codelist too: plain CSV with the columns ``code`` and ``label``. A head is there where the
first line says so (``# cohort_codelist: 1``). Each of its lines is ``# key: value``; the first line without ``#`` names
the columns.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cohort.catalogue.code_systems import canonical, names_of_systems
from cohort.catalogue.model import ALL_CONFIDENCES
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source import Place, Source, Span

FORMAT = "1"
FIRST = "cohort_codelist"
NEEDED = ("system", "version", "source", "licence", "retrieved")
KEYS = (FIRST, "name", *NEEDED, "address", "compared", "confidence", "note", "sha256")
"""The keys of a head in the order in which they are written."""
COMPARED = ("whole", "beginnings")

_LINE = re.compile(r"#[ \t]*(?P<key>[A-Za-z_0-9]+)[ \t]*:[ \t]*(?P<value>[^\n]*?)[ \t]*$")
_HASH = re.compile(r"[0-9a-f]{64}")
_HASH_LINE = re.compile(r"^#[ \t]*sha256[ \t]*:[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True)
class CodelistHead:
    """What a codelist says of itself.

    ``retrieved`` is the day on which the codes were taken from their source. ``compared`` says whether codes are whole
    codes or beginnings of codes (empty: the study decides). ``sha256`` is the hash of the file without its own line, in
    64 small hexadecimal digits (empty: the file is not pinned).
    """

    system: str
    version: str
    source: str
    licence: str
    retrieved: datetime.date
    name: str = ""
    address: str = ""
    compared: str = ""
    confidence: str = ""
    note: str = ""
    sha256: str = ""

    @property
    def words(self) -> str:
        """Version, source, licence, day and hash in one sentence."""
        pinned = f"; SHA-256 {self.sha256[:12]}…" if self.sha256 else ""
        return (
            f"version {self.version}; {self.source}; licence: {self.licence}; "
            f"retrieved on {self.retrieved.isoformat()}{pinned}"
        )


@dataclass(frozen=True)
class FoundHead:
    """A head as found: None for a plain file; ``end`` is the offset of the first character after it."""

    head: CodelistHead | None
    end: int
    broken: bool = False


def hash_of(text: str) -> str:
    r"""Return the SHA-256 of a file's text without the line of the hash itself, in 64 hexadecimal digits.

    The text has ``\n`` at the ends of lines; ``grep -v '^# sha256:' FILE | sha256sum`` gives the same.
    """
    return hashlib.sha256(_HASH_LINE.sub("", text).encode()).hexdigest()


def head_text(head: CodelistHead) -> str:
    r"""Return the lines of a head, each ending with ``\n``; keys without a value are left out."""
    texts = {key: getattr(head, key) for key in KEYS if key not in (FIRST, "retrieved")}
    return _written({**texts, "retrieved": head.retrieved.isoformat()})


def blank_text(given: Mapping[str, str]) -> str:
    """Return a codelist without codes: a head with the values that are given, and the names of the two columns."""
    return _written(given) + "code,label\n"


def _written(values: Mapping[str, str]) -> str:
    """Return the lines of a head; a value that holds the end of a line stays on its line."""
    plain = {key: " ".join(values.get(key, "").split()) for key in KEYS} | {FIRST: FORMAT}
    lines = (f"# {key}: {plain[key]}".rstrip() for key in KEYS if plain[key] or key in NEEDED)
    return "".join(f"{line}\n" for line in lines)


def with_right_hash(text: str) -> str:
    """Return the text of a codelist with the hash that it should have, if it has one: its lines keep their numbers."""
    return _HASH_LINE.sub(f"# sha256: {hash_of(text)}\n", text) if has_head(text) else text


def day_of(text: str) -> datetime.date | None:
    """Return the day that a text such as 2026-11-22 names; None for any other form."""
    # Python 3.11 also reads other forms of ISO 8601, which would not be written back as they were.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def has_head(text: str) -> bool:
    """Whether a text begins with a head."""
    first = _LINE.match(text.partition("\n")[0])
    return first is not None and first["key"] == FIRST


def read_head(source: Source, lists: Iterable[str], diagnostics: Diagnostics, at: str = "") -> FoundHead:
    """Read the head of a codelist, reporting what is wrong with it at its place in the file.

    ``lists`` are the names of the catalogue's lists of codes, which are code systems too.
    """
    if not has_head(source.text):
        return FoundHead(None, 0)
    reader = _Reader(source, diagnostics, at)
    end = reader.lines()
    head = reader.head(tuple(lists))
    return FoundHead(head, end, head is None)


class _Reader:
    """Collects the lines of one head, then its values."""

    def __init__(self, source: Source, diagnostics: Diagnostics, at: str) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.at = at
        self.found: dict[str, tuple[str, Place]] = {}
        self.sound = True
        self.meant: set[str] = set()
        """Keys that are probably there under a slip of the finger: they are not reported as missing too."""

    def fault(self, place: Place, says: str, suggestion: str | None = None) -> None:
        self.sound = False
        self.diagnostics.add("COD406", place, at=self.at, suggestion=suggestion, problem=says)

    def lines(self) -> int:
        """Read the lines that begin with ``#`` and return the offset after them."""
        start = 0
        text = self.source.text
        while text.startswith("#", start):
            stop = text.find("\n", start)
            stop = len(text) if stop < 0 else stop
            self.line(start, stop)
            start = min(stop + 1, len(text))
        return start

    def line(self, start: int, stop: int) -> None:
        match = _LINE.match(self.source.text[start:stop])
        whole = Place(self.source, Span(start, stop))
        if match is None:
            self.fault(whole, "a line of it is not of the form `# key: value`")
            return
        key = match["key"]
        place = Place(self.source, Span(start + match.start("key"), start + match.end("key")))
        if key not in KEYS:
            near = nearest(key, KEYS)
            self.meant |= {near} if near else set()
            self.fault(place, f"nothing reads `{key}`", near)
        elif key in self.found:
            self.fault(place, f"`{key}` stands in it twice")
        else:
            value = Place(self.source, Span(start + match.start("value"), start + match.end("value")))
            self.found[key] = (match["value"], value if match["value"] else place)

    def head(self, lists: tuple[str, ...]) -> CodelistHead | None:
        written, place = self.found[FIRST]
        if written != FORMAT:
            self.fault(place, f"its format is `{written}`, and only format {FORMAT} is known")
        for key in NEEDED:
            if key not in self.found and key not in self.meant:
                self.fault(place, f"`{key}` is missing")
            elif key in self.found and not self.found[key][0]:
                self.fault(self.found[key][1], f"`{key}` is empty")
        day = self.day()
        self.one_of("compared", COMPARED)
        self.one_of("confidence", ALL_CONFIDENCES)
        if self.text("sha256") and not _HASH.fullmatch(self.text("sha256")):
            self.fault(self.found["sha256"][1], "`sha256` is not 64 hexadecimal digits in small letters")
        if not self.sound or day is None:
            return None
        self.system(lists)
        if not self.unchanged():
            return None
        texts = {key: self.text(key) for key in KEYS if key not in (FIRST, "retrieved", "system")}
        return CodelistHead(system=canonical(self.text("system")), retrieved=day, **texts)

    def text(self, key: str) -> str:
        return self.found[key][0] if key in self.found else ""

    def one_of(self, key: str, choices: tuple[str, ...]) -> None:
        value = self.text(key)
        if value and value not in choices:
            listed = ", ".join(f"`{choice}`" for choice in choices)
            self.fault(self.found[key][1], f"`{key}` is one of {listed}", nearest(value, choices))

    def day(self) -> datetime.date | None:
        value = self.text("retrieved")
        if not value:
            return None
        day = day_of(value)
        if day is None:
            self.fault(self.found["retrieved"][1], "`retrieved` is not a day such as 2026-11-22")
        return day

    def system(self, lists: tuple[str, ...]) -> None:
        """Warn of a system that no column can be compared with."""
        name, place = self.found["system"]
        known = names_of_systems(lists)
        if canonical(name) not in known:
            near = nearest(name, known)
            self.diagnostics.add("COD408", place, at=self.at, suggestion=near, system=name)

    def unchanged(self) -> bool:
        """Whether the file is as it was when its hash was written, if it was; reports if not."""
        pinned = self.text("sha256")
        if not pinned or pinned == hash_of(self.source.text):
            return True
        file = self.source.name.rpartition("/")[2]
        self.diagnostics.add("COD407", self.found["sha256"][1], at=self.at, file=file)
        return False
