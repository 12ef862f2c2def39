"""The command ``cohort codelist import``: a codelist of an export of the HDR UK Phenotype Library."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.codelist_files import COMPARED, day_option, not_there, open_codelist, read_sound, summary_of
from cohort.cli.common import PATH

if TYPE_CHECKING:
    import datetime

    from cohort.catalogue.codelist_file import CodelistFile

_DAY_IN_NAME = re.compile(r"_(\d{4})(\d{2})(\d{2})T\d{6}\.csv$")
"""How the Phenotype Library ends the name of an exported file."""


@click.command(name="import")
@click.argument("export", metavar="EXPORT", type=PATH)
@click.argument("path", metavar="PATH", type=PATH)
@click.option("--system", default="", help="Take the codes of this system, if the export holds several.")
@click.option("--concept", "concepts", multiple=True, help="Take this concept, such as C2712; repeatable.")
@click.option(
    "--retrieved", callback=day_option, help="Day of the export; without it, that in the name of the file."
)
@click.option("--compared", type=COMPARED, help="Whether they are whole codes or beginnings of codes.")
@click.option("--licence", default="", help="Terms of use, if the page of the phenotype states them.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def import_(
    export: Path,
    path: Path,
    system: str,
    concepts: tuple[str, ...],
    retrieved: datetime.date | None,
    compared: str | None,
    licence: str,
    force: bool,
) -> None:
    """Make a codelist of a CSV file that was exported from the HDR UK Phenotype Library.

    The head names phenotype and concepts with their versions, and is pinned with a hash. Nothing is fetched. One
    codelist holds codes of one system; of a phenotype in several systems, each is imported by itself.

    \b
    Examples:
      cohort codelist import PH936_ver_2447_codelists_20260102T101500.csv codelists/self_harm.csv --system ICD-10
      cohort codelist import export.csv codelists/asthma.csv --retrieved 2026-01-02 --concept C2712
    """
    from cohort.catalogue.codelist_import import LICENCE, ImportWishes, import_export
    from cohort.cli.files import write_text

    day = retrieved or _day_of_name(export.name)
    if day is None:
        raise click.UsageError("The name of the file has no day; give --retrieved DAY.")
    source = open_codelist(export)
    wishes = ImportWishes(day, system, concepts, compared or "", licence or LICENCE)
    made = import_export(source, wishes)
    changed = _changed(path, made.file)
    not_there(path, force, changed)
    write_text(path, made.file.text)
    click.echo(f"Written to {path.as_posix()}: {summary_of(made.file)}")
    assert made.file.head is not None
    click.echo(f"Of {made.file.head.version}.")
    if changed:
        click.echo(f"In place of an earlier list: {changed}.")
    if made.repeated:
        others = f", of which {made.relabelled:,} have another label" if made.relabelled else ""
        click.echo(f"{made.repeated:,} rows repeat a code of another row{others}; the first label is kept.")
    if made.empty:
        click.echo(f"Without codes in the export: {', '.join(made.empty)}.")
    if made.left_out:
        click.echo(f"{made.left_out:,} of {made.rows:,} rows are of other systems or concepts, and left out.")


def _changed(path: Path, made: CodelistFile) -> str:
    """Return how a list differs from the one at its place; empty if none is there that can be read."""
    from cohort.catalogue.codelist_import import changes
    from cohort.diagnostics import Diagnostics
    from cohort.source import FileProblem

    if not path.exists():
        return ""
    try:
        before = read_sound(open_codelist(path), Diagnostics())
    except FileProblem:
        return ""
    return changes(before, made) if before else ""


def _day_of_name(name: str) -> datetime.date | None:
    from cohort.catalogue.codelist_head import day_of

    match = _DAY_IN_NAME.search(name)
    return day_of("-".join(match.groups())) if match else None
