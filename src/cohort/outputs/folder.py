"""A folder of results (or of pages) that is replaced as a whole or not at all.

All files go into a hidden folder beside the wanted one and are moved in when they are complete. No links and
no replacing of a folder that is there (Windows has neither): the old folder is moved aside, the new one moved
in, the old one deleted; a failure between the moves is undone now, or by the next run after a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cohort.source.text import FileProblem

MANIFEST = "manifest.json"
FORMAT = "cohort results 1"
_UNFINISHED = ".unfinished"
_CLUTTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "._.DS_Store"})
"""Files that desktops leave in any folder they show; nobody wrote them."""


@dataclass(frozen=True)
class FolderKind:
    """A kind of folder: the ``format`` in its manifest, and what its files are called, one and many."""

    form: str
    one: str
    many: str


RESULTS = FolderKind(FORMAT, "result", "results")


def replace_folder(folder: Path, files: Mapping[str, bytes], kind: FolderKind = RESULTS) -> tuple[Path, ...]:
    """Write the files into the folder in place of those of its kind that were there; return their paths.

    ``files`` must hold ``MANIFEST`` with ``format`` and ``files``, by which the folder is known again. Raises
    ``FileProblem`` with one sentence, and leaves what was there, if the folder holds anything else or cannot
    be written.
    """
    try:
        target = folder.resolve()
        part = target.with_name(f".{target.name}.part") if target.name else target
        old = target.with_name(f".{target.name}.old") if target.name else target
        _check_place(folder, target, kind)
        _clear_after_crash(folder, target, part, old, kind)
        _check_ours(folder, target, kind)
        _write_part(part, files)
        _swap(folder, part, target, old)
    except (OSError, RuntimeError) as problem:
        reason = getattr(problem, "strerror", None) or "unknown reason"
        raise FileProblem(
            folder.as_posix(), f"the {kind.many} cannot be written here ({reason}); nothing was changed."
        ) from None
    return tuple(folder / name for name in sorted(files))


def _check_place(folder: Path, target: Path, kind: FolderKind) -> None:
    shown = folder.as_posix()
    if Path.cwd().is_relative_to(target):
        words = f"{kind.many} need a folder of their own, not the one the command is run in."
        raise FileProblem(shown, words)
    if not target.parent.is_dir():
        raise FileProblem(shown, f"the folder that should hold the {kind.many} folder does not exist.")
    if target.exists() and not target.is_dir():
        raise FileProblem(shown, f"this is a file, and a folder is needed for the {kind.many}.")


def _check_ours(folder: Path, target: Path, kind: FolderKind) -> None:
    stranger = _first_foreign(target, kind) if target.exists() else None
    if stranger is not None:
        raise FileProblem(
            folder.as_posix(),
            f"the folder holds “{stranger}”, which is no {kind.one} of this command; {kind.many} need a new folder or "
            f"one that holds earlier {kind.many} only.",
        )


def _first_foreign(folder: Path, kind: FolderKind) -> str | None:
    """Return the name of something in the folder that we did not write, or None (also if it is empty)."""
    entries = {entry.name: entry for entry in folder.iterdir() if entry.name not in _CLUTTER}
    ours = _names_in_manifest(folder, kind)
    foreign = [name for name, entry in entries.items() if name not in ours or not entry.is_file()]
    return min(foreign, default=None)


def _names_in_manifest(folder: Path, kind: FolderKind) -> frozenset[str]:
    """Return the names that the folder's manifest claims, its own included; none without a manifest of ours."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return frozenset()
    if not isinstance(manifest, dict) or manifest.get("format") != kind.form:
        return frozenset()
    names = manifest.get("files")
    return frozenset({MANIFEST, *names}) if isinstance(names, dict) else frozenset()


def _clear_after_crash(folder: Path, target: Path, part: Path, old: Path, kind: FolderKind) -> None:
    """Put right what a run that was killed left beside the folder; refuse to touch what is not ours."""
    for leftover in (part, old):
        if os.path.lexists(leftover) and (leftover.is_symlink() or not leftover.is_dir()):
            raise FileProblem(
                folder.as_posix(), f"“{leftover.name}” beside it is in the way; remove it first."
            )
    if part.exists():
        if not (part / _UNFINISHED).exists() and _first_foreign(part, kind) is not None:
            raise FileProblem(folder.as_posix(), f"“{part.name}” beside it is in the way; remove it first.")
        _delete(part)
    if old.exists():
        if _first_foreign(old, kind) is not None:
            raise FileProblem(folder.as_posix(), f"“{old.name}” beside it is in the way; remove it first.")
        # Killed between the two moves: the good results are the ones aside.
        if not target.exists():
            old.replace(target)


def _write_part(part: Path, files: Mapping[str, bytes]) -> None:
    part.mkdir()
    try:
        # Written first and deleted last: by it a later run knows that the folder is ours and half done.
        (part / _UNFINISHED).write_bytes(b"")
        for name, content in files.items():
            (part / name).write_bytes(content)
        (part / _UNFINISHED).unlink()
    except BaseException:
        with suppress(OSError):
            _delete(part)
        raise


def _swap(folder: Path, part: Path, target: Path, old: Path) -> None:
    try:
        if old.exists():
            _delete(old)
        present = target.exists()
        if present:
            target.replace(old)
        try:
            part.replace(target)
        except BaseException:
            if present:
                _restore(folder, old, target)
            raise
    except BaseException:
        with suppress(OSError):
            _delete(part)
        raise
    # The new results are complete; what cannot be deleted now is deleted by the next run.
    with suppress(OSError):
        if old.exists():
            _delete(old)


def _restore(folder: Path, old: Path, target: Path) -> None:
    try:
        old.replace(target)
    except OSError:
        raise FileProblem(
            folder.as_posix(),
            f"the new results could not be moved in, and the earlier ones are now in “{old.name}” beside it.",
        ) from None


def _delete(folder: Path) -> None:
    """Delete a folder of files only; what it is known by goes last, so that a half-deleted one is still ours."""
    for entry in sorted(folder.iterdir(), key=lambda found: found.name in (MANIFEST, _UNFINISHED)):
        entry.unlink()
    folder.rmdir()
