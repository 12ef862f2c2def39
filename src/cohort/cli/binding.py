"""The commands ``cohort binding``: where the tables of the catalogue are in one project."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cohort.cli.common import PATH, stop_if_broken
from cohort.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from cohort.catalogue.binding_check import Compared
    from cohort.catalogue.binding_doubts import Settled
    from cohort.catalogue.binding_new import BindingWishes

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,126}")
_MOST_DIGITS = 8


@click.group()
def binding() -> None:
    """Write the names of one project's tables and columns into a file, and check that file.

    \b
    Examples:
      cohort binding new sail1234.yaml --project 1234 --view-date 20240626
      cohort binding query sail1234.yaml
      cohort binding check sail1234.yaml --columns columns.csv --spec my_study.yaml
      cohort binding check sail1234.yaml --data data/synthetic_wales
    """


def _identifier(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value and not _NAME.fullmatch(value):
        raise click.BadParameter("a name is letters, digits and underscores, with a letter first.")
    return value


def _view_date(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from cohort.catalogue.binding_read import is_day

    if value and not is_day(value):
        raise click.BadParameter("a date of views is a day written with eight digits, such as 20220329.")
    return value


@binding.command()
@click.argument("path", metavar="PATH", type=PATH)
@click.option("--project", type=click.IntRange(1, 10**_MOST_DIGITS - 1), help="Number of the SAIL project.")
@click.option("--name", callback=_identifier, help="Name of the binding; without it, that of the file.")
@click.option("--title", help="Title of the binding.")
@click.option("--schema", callback=_identifier, help="Schema with the views, such as SAIL1234V.")
@click.option("--workspace", callback=_identifier, help="Schema for own tables, such as SAILW1234V.")
@click.option(
    "--key-suffix",
    type=click.Choice(["PE", "E"]),
    default="PE",
    show_default=True,
    help="How encrypted keys end.",
)
@click.option("--view-date", callback=_view_date, help="Date at the end of the views, such as 20220329.")
@click.option(
    "--status-type",
    type=click.Choice(["catalogue", "number", "text"]),
    default="catalogue",
    show_default=True,
    help="How match statuses are held; catalogue: in each table as the catalogue says.",
)
@click.option(
    "--spec", "specs", type=PATH, multiple=True, help="Name only tables that this study reads; repeatable."
)
@click.option(
    "--dataset", "datasets", multiple=True, help="Name only tables of this dataset, such as lacw; repeatable."
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def new(
    path: Path,
    project: int | None,
    name: str | None,
    title: str | None,
    schema: str | None,
    workspace: str | None,
    key_suffix: str,
    view_date: str | None,
    status_type: str,
    specs: tuple[Path, ...],
    datasets: tuple[str, ...],
    force: bool,
) -> None:
    """Write a binding with comments that explain it. A file that exists is not written over without --force.

    \b
    Examples:
      cohort binding new sail1234.yaml --project 1234 --view-date 20240626
      cohort binding new sail1234.yaml --project 1234 --spec my_study.yaml
      cohort binding new laptop.yaml --dataset lacw --dataset crcs
    """
    from cohort.catalogue import load_catalogue
    from cohort.catalogue.binding_new import BindingWishes, new_binding_text
    from cohort.cli.files import write_text
    from cohort.source import FileProblem

    if path.exists() and not force:
        raise FileProblem(
            path.as_posix(), "this file exists; give another path, or --force to write over it."
        )
    digits = None if project is None else f"{project:04d}"
    own_name = name or (f"sail{digits}" if digits else path.stem)
    if not _NAME.fullmatch(own_name):
        raise click.UsageError("The name of the file is no name for a binding; give one with --name.")
    wishes: BindingWishes = BindingWishes(
        own_name,
        title or (f"SAIL project {digits}" if digits else f"The binding {own_name}"),
        schema or (f"SAIL{digits}V" if digits else ""),
        workspace or (f"SAILW{digits}V" if digits else ""),
        key_suffix,
        view_date or "",
        status_type,
        _tables(specs, datasets),
    )
    write_text(path, new_binding_text(wishes, load_catalogue()))
    click.echo(f"Written to {path.as_posix()}, with {len(wishes.tables)} tables.")
    click.echo(f"Next: cohort binding query {path.as_posix()}")


def _tables(specs: tuple[Path, ...], datasets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the logical tables to name: those of studies and datasets, or all."""
    from cohort.catalogue import load_catalogue
    from cohort.diagnostics.nearest import nearest

    catalogue = load_catalogue()
    held = {table.dataset for table in catalogue.tables.values()}
    for dataset in datasets:
        if dataset not in held:
            near = nearest(dataset, held)
            hint = f"the nearest is {near}" if near else f"there are {', '.join(sorted(held))}"
            raise click.BadParameter(
                f"no tables are known of {click.format_filename(dataset)}; {hint}.", param_hint="--dataset"
            )
    read = {table for use in _uses(specs) for table in use.tables}
    chosen = {name for name, table in catalogue.tables.items() if name in read or table.dataset in datasets}
    return tuple(catalogue.tables) if not (specs or datasets) else tuple(sorted(chosen))


def _uses(specs: tuple[Path, ...]) -> tuple[Any, ...]:
    from cohort import pipeline

    found = []
    for spec in specs:
        checked = pipeline.check_file(spec)
        stop_if_broken(checked)
        found.append(pipeline.use_of(checked))
    return tuple(found)


@binding.command()
@click.argument("path", metavar="BINDING", type=PATH)
@click.option(
    "--columns", type=PATH, help="A CSV file exported from SYSCAT.COLUMNS; see `cohort binding query`."
)
@click.option("--data", type=PATH, help="A DuckDB file, or a folder of Parquet or CSV files.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Whose names --data has, as given under `engines` in the binding.",
)
@click.option(
    "--spec",
    "specs",
    type=PATH,
    multiple=True,
    help="Say which of these studies is affected; what none of them reads is no error. Repeatable.",
)
@click.option(
    "--notes",
    is_flag=True,
    help="Show notes too, and list the doubts of the catalogue that the listing settles.",
)
@click.option("--strict", is_flag=True, help="Let warnings end with exit code 1 too.")
@click.option("--json", "as_json", is_flag=True, help="Print all as JSON, for programs.")
def check(
    path: Path,
    columns: Path | None,
    data: Path | None,
    engine: str,
    specs: tuple[Path, ...],
    notes: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Compare a binding with the columns that are really there: absent tables and columns, types that do not fit.

    Nobody can connect to SAIL from outside. So its columns come as a CSV file, which holds names and types and no data;
    `cohort binding query` prints the query for it. Of --data too only names and types are read. A live session of Spark
    is checked from Python, with `cohort.check_binding(binding, spark, [specs])`.

    \b
    Examples:
      cohort binding check sail1234.yaml --columns columns.csv
      cohort binding check sail1234.yaml --columns columns.csv --spec a.yaml --spec b.yaml --notes
      cohort binding check laptop.yaml --data wales.duckdb
      cohort binding check sail1234.yaml --columns columns.csv --json
    """
    from cohort.diagnostics import Severity
    from cohort.diagnostics.render import render_text
    from cohort.engines.bound import check_binding

    if (columns is None) == (data is None):
        raise click.UsageError("Give either --columns FILE or --data PATH.")
    problems, compared = check_binding(path, columns=columns, data=data, uses=_uses(specs), engine=engine)
    if as_json:
        click.echo(_as_json(path, columns or data, problems, compared), nl=False)
    else:
        shown = [item for item in problems if notes or item.rule.severity is not Severity.NOTE]
        if shown:
            click.echo(render_text(shown, colour=sys.stdout.isatty()))
    if compared is not None and not as_json:
        _tell(path, compared, notes=notes)
    if problems.has_errors or (strict and problems.of(Severity.WARNING)):
        raise SystemExit(ExitCode.SPEC)


def _tell(path: Path, compared: Compared, *, notes: bool) -> None:
    counted = f"{compared.tables} tables and {compared.columns} columns are there"
    sound = "" if compared.diagnostics.has_errors else "sound. "
    click.echo(f"{path.as_posix()}: {sound}{counted}.")
    if not compared.settled:
        return
    counts = Counter(settled.verdict.value for settled in compared.settled)
    more = "" if notes else " --notes names them."
    click.echo(
        f"Of what the catalogue is not certain of, the listing confirms {counts['confirmed']}, contradicts "
        f"{counts['contradicted']} and does not list {counts['not listed']}.{more}"
    )
    if notes:
        for verdict in ("contradicted", "not listed", "confirmed"):
            for settled in compared.settled:
                if settled.verdict.value == verdict:
                    click.echo(f"note: {_sentence(settled)}")


def _sentence(settled: Settled) -> str:
    what = f"{settled.table}.{settled.column}" if settled.column else settled.table
    side = f"the {settled.about} of `{what}` ({settled.confidence} in the catalogue: {settled.catalogue})"
    return {
        "confirmed": f"{side} is confirmed.",
        "contradicted": f"{side} is contradicted: {settled.listed}.",
        "not listed": f"{side} is not listed; it may be wrong, or not be given to this project.",
    }[settled.verdict.value]


def _as_json(path: Path, listing: Path | None, problems: Any, compared: Compared | None) -> str:
    from cohort.diagnostics.render import render_json

    found: dict[str, Any] = {
        "binding": path.as_posix(),
        "listing": listing.as_posix() if listing else None,
        "problems": json.loads(render_json(problems)),
        "tables": compared.tables if compared else 0,
        "columns": compared.columns if compared else 0,
        "doubts": [
            {
                "table": item.table,
                "column": item.column or None,
                "about": item.about,
                "confidence": item.confidence,
                "verdict": item.verdict.value,
                "catalogue": item.catalogue,
                "listed": item.listed or None,
            }
            for item in (compared.settled if compared else ())
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


@binding.command()
@click.argument("path", metavar="BINDING", type=PATH)
def query(path: Path) -> None:
    """Print the query that lists the project's columns. It reads names and types, and no data.

    Run it in Db2, export what it gives as CSV, and give that file to `cohort binding check --columns`.

    \b
    Examples:
      cohort binding query sail1234.yaml
      cohort binding query sail1234.yaml > columns.sql
    """
    from cohort.catalogue import read_binding
    from cohort.catalogue.listing import query_for

    found = read_binding(path).for_engine("db2")
    schemas = {name.rpartition(".")[0] or found.schema for name in found.tables.values()} | {found.schema}
    wanted = sorted(schema for schema in schemas if schema)
    if not wanted:
        raise click.UsageError("The binding names no schema, so there is nothing to ask for.")
    click.echo(query_for(wanted), nl=False)
