"""What the commands of ``cohort codelist`` share: opening and reading files, and options that are checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import datetime

    from cohort.catalogue.codelist_file import CodelistFile
    from cohort.diagnostics import Diagnostics
    from cohort.source import Source

COMPARED = click.Choice(["whole", "beginnings"])


def day_option(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> datetime.date | None:
    """Return the day of an option; any other form than 2026-11-22 is refused."""
    from cohort.catalogue.codelist_head import day_of

    if value is None:
        return None
    day = day_of(value)
    if day is None:
        raise click.BadParameter("a day is written as in 2026-11-22.")
    return day


def check_system(system: str) -> None:
    """Refuse a code system that is not known but is near one that is."""
    from cohort.catalogue import load_catalogue
    from cohort.catalogue.code_systems import canonical, names_of_systems
    from cohort.diagnostics.nearest import nearest

    known = names_of_systems(load_catalogue().code_lists)
    if system and canonical(system) not in known:
        near = nearest(system, known)
        if near:
            raise click.BadParameter(
                f"no code system {click.format_filename(system)} is known; the nearest is {near}.",
                param_hint="--system",
            )


def not_there(path: Path, force: bool, changed: str = "") -> None:
    """Refuse to write over a file, unless that is asked for. ``changed`` says how the new one would differ."""
    from cohort.source import FileProblem

    if path.exists() and not force:
        words = f" ({changed})" if changed else ""
        raise FileProblem(
            path.as_posix(), f"this file exists{words}; give another path, or --force to write over it."
        )


def open_codelist(path: Path) -> Source:
    """Return the file; one that is too large or cannot be read raises ``FileProblem``."""
    from cohort.catalogue.codelist_file import LARGEST_FILE
    from cohort.source import read_source

    return read_source(path, limit=LARGEST_FILE)


def read_sound(source: Source, problems: Diagnostics) -> CodelistFile | None:
    """Read a codelist; None where the problems have an error of it."""
    from cohort.catalogue import load_catalogue
    from cohort.catalogue.codelist_file import read_codelist_file
    from cohort.source import Place, Span

    lists = {name: found.codes for name, found in load_catalogue().code_lists.items()}
    read = read_codelist_file(source, lists, problems)
    if isinstance(read, str):
        first = Place(source, Span(0, len(source.line_text(1))))
        name = Path(source.name).stem
        problems.add("COD402", first, name=name, problem=read)
        return None
    return read


def summary_of(read: CodelistFile) -> str:
    """Return how many codes of which system a codelist has, and whether it is pinned."""
    count = f"{len(read.rows):,} code{'s' if len(read.rows) > 1 else ''}"
    if read.head is None:
        return f"{count}; no head, so the code system is not known."
    pinned = f"SHA-256 {read.head.sha256[:12]}…" if read.head.sha256 else "not pinned"
    return f"{count} of {read.head.system}; {pinned}."
