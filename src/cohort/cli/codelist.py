"""The commands ``cohort codelist``: lists of codes with their system, version, source and hash."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.codelist_files import (
    COMPARED,
    check_system,
    day_option,
    not_there,
    open_codelist,
    read_sound,
    summary_of,
)
from cohort.cli.codelist_import import import_
from cohort.cli.common import PATH
from cohort.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import datetime

    from cohort.catalogue.codelist_file import CodelistFile
    from cohort.source import Source


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


@codelist.command()
@click.argument("path", metavar="PATH", type=PATH)
@click.option("--from", "shipped", help="Copy this shipped list; `cohort codelist show` names them.")
@click.option("--name", default="", help="What the list is of.")
@click.option("--system", default="", help="Code system, such as ICD-10, or a code list of the catalogue.")
@click.option("--version", default="", help="Version of the list.")
@click.option("--source", default="", help="Where the codes are from, so that others find it.")
@click.option("--licence", default="", help="Terms of use.")
@click.option("--retrieved", callback=day_option, help="Day on which the codes were taken from there.")
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
        check_system(system)
        text = blank_text(given)
    not_there(path, force)
    write_text(path, text)
    if shipped is not None:
        click.echo(f"Written to {path.as_posix()}, as shipped.")
    else:
        click.echo(f"Written to {path.as_posix()}. Next: add the codes, and what the head lacks.")
    click.echo(f"Then: cohort codelist check {path.as_posix()}")


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
        source = open_codelist(path)
        if pin:
            source = Source(source.name, with_right_hash(source.text))
        read = read_sound(source, problems)
        if read is None:
            continue
        if pin and read.head is None:
            told.append(f"{path.as_posix()}: not pinned, because it has no head.")
        elif pin:
            pinned = read.pinned
            write_text(path, pinned.text)
            told.append(f"{path.as_posix()}: sound, pinned. {summary_of(pinned)}")
        else:
            told.append(f"{path.as_posix()}: sound. {summary_of(read)}")
    if as_json:
        click.echo(render_json(problems), nl=False)
    else:
        if len(problems):
            click.echo(render_text(problems, colour=sys.stdout.isatty()))
        for line in told:
            click.echo(line)
    if problems.has_errors or (strict and problems.of(Severity.WARNING)):
        raise SystemExit(ExitCode.SPEC)


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
    source = open_codelist(Path(name)) if is_file else _shipped(name)
    click.echo(codelist_text.one(Path(source.name).stem, _sound(source), as_json=as_json), nl=False)


def _sound(source: Source) -> CodelistFile:
    from cohort.cli.common import show_problems
    from cohort.diagnostics import Diagnostics

    problems = Diagnostics()
    read = read_sound(source, problems)
    show_problems(problems)
    if read is None:
        raise SystemExit(ExitCode.SPEC)
    return read


codelist.add_command(import_)
