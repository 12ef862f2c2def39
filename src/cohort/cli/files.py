"""Single files that a command writes: to a temporary name first, then renamed."""

from __future__ import annotations

import shutil
from pathlib import Path

from cohort.source import FileProblem

_TELLING = 18
"""How many characters tell what kind of file it is."""


def write_text(path: Path, text: str) -> None:
    r"""Write a text as UTF-8 with ``\n``; a failure leaves an older file as it was."""
    # A link stays a link: the file that it leads to is written.
    path = path.resolve() if path.is_symlink() else path
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(text.encode())
        if path.is_file():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        reason = problem.strerror or "unknown reason"
        raise FileProblem(path.as_posix(), f"the file cannot be written ({reason}).") from None


def write_script(path: Path, text: str) -> None:
    """Write an SQL script over nothing but an earlier script."""
    if path.is_file() and not _is_script(path):
        raise FileProblem(
            path.as_posix(), "this file is not an earlier script of Carfan, so it is not overwritten."
        )
    write_text(path, text)


def write_over_own(path: Path, text: str, what: str) -> None:
    """Write a text over nothing but an earlier one of its kind, which begins with the same words.

    ``what`` names the kind in the message.
    """
    beginning = text[:_TELLING].encode()
    if path.is_file() and not _begins_with(path, beginning):
        raise FileProblem(
            path.as_posix(), f"this file is not an earlier {what} of Carfan, so it is not overwritten."
        )
    write_text(path, text)


def _is_script(path: Path) -> bool:
    """Whether a file begins as every script does."""
    start = _beginning(path)
    return start.startswith(b"-- ===") and (b"-- Study:" in start or b"-- Self-test" in start)


def _begins_with(path: Path, words: bytes) -> bool:
    return _beginning(path).startswith(words)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(400)
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise FileProblem(path.as_posix(), f"the file cannot be read ({reason}).") from None
