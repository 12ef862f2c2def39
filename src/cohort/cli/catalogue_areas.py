"""`cohort catalogue areas` and `figures`: where authorities belong on a day, and published figures for studies."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from cohort.cli.catalogue_common import JSON, all_known, print_sheets
from cohort.cli.common import PATH

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--on", "day", type=_DAY, metavar="DAY", help="Where each authority belongs on a day (2018-06-30)."
)
@JSON
def areas(day: datetime.datetime | None, as_json: bool) -> None:
    """List the kinds of areas, or with --on the board and force of each local authority on a day.

    `cohort catalogue show NAME` shows one area; NAME may be a national code or the code of a small area.

    \b
    Examples:
      cohort catalogue areas
      cohort catalogue areas --on 2018-06-30
      cohort catalogue show bridgend
      cohort catalogue show W01001939
    """
    from cohort.lookup.lists_of_areas import areas_on_sheet, areas_sheet

    known = all_known()
    sheet = areas_on_sheet(known, day.date()) if day is not None else areas_sheet(known)
    print_sheets("areas", [sheet], as_json=as_json)


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--out", type=PATH, help="Write the table NAME to this CSV file, beside or below the study file."
)
@JSON
def figures(name: str | None, out: Path | None, as_json: bool) -> None:
    """List the tables of published figures, show one, or write one as a file for the section `context` of a study.

    With --out it prints the lines to put into the study file: source, licence, hash and keys.

    \b
    Examples:
      cohort catalogue figures
      cohort catalogue figures population_by_age
      cohort catalogue figures population_by_age --out specs/context/population_by_age.csv
    """
    from cohort.diagnostics.nearest import nearest
    from cohort.lookup.lists_of_areas import figures_sheet
    from cohort.lookup.of_areas import sheet_of_figures

    known = all_known()
    if name is None:
        if out is not None:
            raise click.UsageError("--out needs the NAME of a table; `cohort catalogue figures` lists them.")
        print_sheets("figures", [figures_sheet(known)], as_json=as_json)
        return
    table = known.figures.get(name.lower())
    if table is None:
        near = nearest(name.lower(), known.figures)
        hint = f"the nearest is {near}" if near else "`cohort catalogue figures` lists them"
        shown = click.format_filename(name)
        raise click.BadParameter(f"there is no table of figures {shown}; {hint}.", param_hint="NAME")
    if out is None:
        print_sheets("figures", [sheet_of_figures(table)], as_json=as_json)
        return
    if as_json:
        raise click.UsageError(
            "--json and --out cannot be used together: --out prints lines of a study file."
        )
    from cohort.catalogue.geography import content_of, context_block
    from cohort.cli.files import write_over_own

    write_over_own(out, content_of(table), "table of figures")
    click.echo(
        f"# {table.rows} rows are in {out.as_posix()}. Lines for the study file; `file` is seen from there:"
    )
    click.echo(context_block(table, out.name), nl=False)
