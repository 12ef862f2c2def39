"""The commands ``cohort codelist``: lists of codes with their system, version, source and hash."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.common import PATH
from cohort.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import datetime

    from cohort.catalogue.codelist_file import CodelistFile
    from cohort.diagnostics import Diagnostics
    from cohort.source import Source

_DAY_IN_NAME = re.compile(r"_(\d{4})(\d{2})(\d{2})T\d{6}\.csv$")
"""How the Phenotype Library ends the name of an exported file."""

COMPARED = click.Choice(["whole", "beginnings"])


@click.group()
def codelist() -> None:
    """Write, check, show and import lists of codes. Nothing is fetched: all files are given.

    \b
    Examples:
      cohort codelist show
      cohort codelist new codelists/self_harm.csv --from self_harm_icd10
      cohort codelist check codelists/self_harm.csv
      cohort codelist import PH936_ver_2447_codelists_20260102T101500.csv codelists/self_harm.csv --system ICD-10
    """


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime.date | None:
    from cohort.catalogue.codelist_head import day_of

    if value is None:
        return None
    day = day_of(value)
    if day is None:
        raise click.BadParameter("a day is written as in 2026-11-22.")
    return day


@codelist.command()
@click.argument("path", metavar="PATH", type=PATH)
@click.option("--from", "shipped", help="Copy this shipped list; `cohort codelist show` names them.")
@click.option("--name", default="", help="What the list is of.")
@click.option("--system", default="", help="Code system, such as ICD-10, or a code list of the catalogue.")
@click.option("--version", default="", help="Version of the list.")
@click.option("--source", default="", help="Where the codes are from, so that others find it.")
@click.option("--licence", default="", help="Terms of use.")
@click.option("--retrieved", callback=_day, help="Day on which the codes were taken from there.")
@click.option("--address", default="", help="Address of the source.")
@click.option("--compared", type=COMPARED, help="Whether they are whole codes or beginnings of codes.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def new(
    path: Path,
    shipped: str | None,
    name: str,
    system: str,
    version: str,
    source: str,
    licence: str,
    retrieved: datetime.date | None,
    address: str,
    compared: str | None,
    force: bool,
) -> None:
    """Write a codelist: a copy of a shipped one, or a head without codes yet.

    \b
    Examples:
      cohort codelist new codelists/injury.csv --from injury_icd10
      cohort codelist new codelists/asthma.csv --system ICD-10 --version 2019 --compared beginnings
    """
    from cohort.catalogue.codelist_head import blank_text
    from cohort.cli.files import write_text

    given = {
        **{"name": name, "system": system, "version": version, "source": source, "licence": licence},
        **{"retrieved": retrieved.isoformat() if retrieved else "", "address": address},
        "compared": compared or "",
    }
    if shipped is not None:
        if any(given.values()):
            raise click.UsageError("Give either --from or values of the head: a shipped list has its own.")
        text = _shipped(shipped).text
    else:
        _check_system(system)
        text = blank_text(given)
    _not_there(path, force)
    write_text(path, text)
    if shipped is not None:
        click.echo(f"Written to {path.as_posix()}, as shipped.")
    else:
        click.echo(f"Written to {path.as_posix()}. Next: add the codes, and what the head lacks.")
    click.echo(f"Then: cohort codelist check {path.as_posix()}")


def _check_system(system: str) -> None:
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


def _shipped(name: str) -> Source:
    from cohort.catalogue.codelist_shipped import shipped_codelists
    from cohort.diagnostics.nearest import nearest

    found = shipped_codelists()
    if name not in found:
        near = nearest(name, found)
        hint = f"the nearest is {near}" if near else f"there are {', '.join(found)}"
        raise click.BadParameter(
            f"no codelist is shipped as {click.format_filename(name)}; {hint}.", param_hint="NAME"
        )
    return found[name]


def _not_there(path: Path, force: bool) -> None:
    from cohort.source import FileProblem

    if path.exists() and not force:
        raise FileProblem(
            path.as_posix(), "this file exists; give another path, or --force to write over it."
        )


@codelist.command()
@click.argument("paths", metavar="PATH...", type=PATH, nargs=-1, required=True)
@click.option("--pin", is_flag=True, help="Write the hash of each sound file into its head.")
@click.option("--strict", is_flag=True, help="Let warnings end with exit code 1 too.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON, for programs.")
def check(paths: tuple[Path, ...], pin: bool, strict: bool, as_json: bool) -> None:
    """Check codelists: their heads, how codes are written, repeated codes, and the hash.

    With --pin the hash is written, so that a later change of the file is an error until it is pinned again.

    \b
    Examples:
      cohort codelist check codelists/*.csv
      cohort codelist check codelists/asthma.csv --pin
    """
    from cohort.catalogue.codelist_head import with_right_hash
    from cohort.cli.files import write_text
    from cohort.diagnostics import Diagnostics, Severity
    from cohort.diagnostics.render import render_json, render_text
    from cohort.source import Source

    problems = Diagnostics()
    told: list[str] = []
    for path in paths:
        source = _open(path)
        if pin:
            source = Source(source.name, with_right_hash(source.text))
        read = _read(source, problems)
        if read is None:
            continue
        if pin and read.head is None:
            told.append(f"{path.as_posix()}: not pinned, because it has no head.")
        elif pin:
            pinned = read.pinned
            write_text(path, pinned.text)
            told.append(f"{path.as_posix()}: sound, pinned. {_summary(pinned)}")
        else:
            told.append(f"{path.as_posix()}: sound. {_summary(read)}")
    if as_json:
        click.echo(render_json(problems), nl=False)
    else:
        if len(problems):
            click.echo(render_text(problems, colour=sys.stdout.isatty()))
        for line in told:
            click.echo(line)
    if problems.has_errors or (strict and problems.of(Severity.WARNING)):
        raise SystemExit(ExitCode.SPEC)


def _open(path: Path) -> Source:
    from cohort.catalogue.codelist_file import LARGEST_FILE
    from cohort.source import read_source

    return read_source(path, limit=LARGEST_FILE)


def _read(source: Source, problems: Diagnostics) -> CodelistFile | None:
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


def _summary(read: CodelistFile) -> str:
    count = f"{len(read.rows):,} code{'s' if len(read.rows) > 1 else ''}"
    if read.head is None:
        return f"{count}; no head, so the code system is not known."
    pinned = f"SHA-256 {read.head.sha256[:12]}…" if read.head.sha256 else "not pinned"
    return f"{count} of {read.head.system}; {pinned}."


@codelist.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--systems", is_flag=True, help="List the code systems that a head can name.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, for programs.")
def show(name: str | None, systems: bool, as_json: bool) -> None:
    """List the shipped codelists, or show one of them or a file.

    \b
    Examples:
      cohort codelist show
      cohort codelist show injury_icd10
      cohort codelist show codelists/asthma.csv --json
      cohort codelist show --systems
    """
    from cohort.cli import codelist_text

    if systems and name is not None:
        raise click.UsageError("Give either NAME or --systems.")
    if systems:
        click.echo(codelist_text.systems(as_json=as_json), nl=False)
        return
    if name is None:
        from cohort.catalogue.codelist_shipped import shipped_codelists

        found = {known: _sound(source) for known, source in shipped_codelists().items()}
        click.echo(codelist_text.listing(found, as_json=as_json), nl=False)
        return
    is_file = Path(name).suffix == ".csv" or Path(name).exists()
    source = _open(Path(name)) if is_file else _shipped(name)
    click.echo(codelist_text.one(Path(source.name).stem, _sound(source), as_json=as_json), nl=False)


def _sound(source: Source) -> CodelistFile:
    from cohort.cli.common import show_problems
    from cohort.diagnostics import Diagnostics

    problems = Diagnostics()
    read = _read(source, problems)
    show_problems(problems)
    if read is None:
        raise SystemExit(ExitCode.SPEC)
    return read


@codelist.command(name="import")
@click.argument("export", metavar="EXPORT", type=PATH)
@click.argument("path", metavar="PATH", type=PATH)
@click.option("--system", default="", help="Take the codes of this system, if the export holds several.")
@click.option("--concept", "concepts", multiple=True, help="Take this concept, such as C2712; repeatable.")
@click.option(
    "--retrieved", callback=_day, help="Day of the export; without it, that in the name of the file."
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
    from cohort.source import FileProblem

    day = retrieved or _day_of_name(export.name)
    if day is None:
        raise click.UsageError("The name of the file has no day; give --retrieved DAY.")
    source = _open(export)
    wishes = ImportWishes(day, system, concepts, compared or "", licence or LICENCE)
    made = import_export(source, wishes)
    changed = _changed(path, made.file)
    if path.exists() and not force:
        words = f" ({changed})" if changed else ""
        raise FileProblem(
            path.as_posix(), f"this file exists{words}; give another path, or --force to write over it."
        )
    write_text(path, made.file.text)
    click.echo(f"Written to {path.as_posix()}: {_summary(made.file)}")
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
        before = _read(_open(path), Diagnostics())
    except FileProblem:
        return ""
    return changes(before, made) if before else ""


def _day_of_name(name: str) -> datetime.date | None:
    from cohort.catalogue.codelist_head import day_of

    match = _DAY_IN_NAME.search(name)
    return day_of("-".join(match.groups())) if match else None
