"""Text files with positions: offsets, lines and columns, and what can go wrong when one is opened."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

LARGEST_SPEC_BYTES = 1_000_000
"""A spec is written by hand; anything larger is another file given by mistake."""


class FileProblem(Exception):
    """A file or folder that cannot be read or written; the message is one sentence for the user."""

    def __init__(self, path: Path | str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = str(path)
        self.sentence = sentence


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a text, as character offsets; ``end`` is the first character outside."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the stretch from the start of this one to the end of the other."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file as people count it: lines and columns start at 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """A text and the name under which messages speak of it (a path relative to where the user stands)."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, character in enumerate(self.text) if character == "\n")]

    def position(self, offset: int) -> Position:
        """Return line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """Return a line (counted from 1) without its end."""
        start = self._line_starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")

    @property
    def line_count(self) -> int:
        """Number of lines."""
        return len(self._line_starts)


@dataclass(frozen=True)
class Place:
    """A span of one source: what a diagnostic underlines."""

    source: Source
    span: Span

    @property
    def position(self) -> Position:
        """Line and column of the first character."""
        return self.source.position(self.span.start)

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.position.line

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.source.text[self.span.start : self.span.end]


def read_source(path: Path, *, limit: int = LARGEST_SPEC_BYTES, name: str | None = None) -> Source:
    """Read a text file as UTF-8.

    Raises ``FileProblem`` with one sentence for a missing file, a folder, a file that is not text, is
    larger than ``limit`` bytes, or may not be read.
    """
    shown = name if name is not None else path.as_posix()
    if path.is_dir():
        raise FileProblem(shown, "this is a folder, and a file is needed.")
    try:
        size = path.stat().st_size
        if size > limit:
            raise FileProblem(
                shown,
                f"the file has {size:,} bytes, and at most {limit:,} are read; is it another file than meant?",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileProblem(shown, "there is no such file.") from None
    except OSError as problem:
        raise FileProblem(
            shown, f"the file cannot be read ({problem.strerror or 'unknown reason'})."
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileProblem(
            shown, "the file is not UTF-8 text; it may be of another format or encoding."
        ) from None
    return Source(shown, text.replace("\r\n", "\n"))
