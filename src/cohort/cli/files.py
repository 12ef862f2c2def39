"""Single files that a command writes: to a temporary name first, then renamed."""

from __future__ import annotations

from pathlib import Path

from cohort.source import FileProblem


def write_text(path: Path, text: str) -> None:
    r"""Write a text as UTF-8 with ``\n``; a failure leaves an older file as it was."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        if path.is_file() and not _is_ours(path):
            raise FileProblem(
                path.as_posix(), "this file is not an earlier script of Carfan, so it is not overwritten."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(text.encode())
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        reason = problem.strerror or "unknown reason"
        raise FileProblem(path.as_posix(), f"the file cannot be written ({reason}).") from None


def _is_ours(path: Path) -> bool:
    """Whether a file begins as every script does."""
    with path.open("rb") as file:
        start = file.read(400)
    return start.startswith(b"-- ===") and b"-- Study:" in start
