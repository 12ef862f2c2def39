"""The command ``cohort profile``: the data-quality statement of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.common import PATH, SPEC, make_parent, stop_if_broken

if TYPE_CHECKING:
    from cohort.quality.statement import Statement


@click.command()
@SPEC
@click.option("--data", type=PATH, help="A folder of Parquet or CSV files, or a DuckDB file, to count.")
@click.option(
    "--sql",
    "dialect",
    type=click.Choice(["db2", "duckdb"]),
    help="Write the script that counts, and count nothing.",
)
@click.option("--results", type=PATH, help="CSV of the counts that the Db2 script left, to be protected.")
@click.option(
    "--study-results",
    type=PATH,
    help="CSV of the results of the study's own script: gives the links, and is held against the counts.",
)
@click.option(
    "--binding",
    type=PATH,
    help="The project's names of tables, a YAML file; without it, an example's (Db2) or the synthetic data's.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs, instead of Markdown.")
@click.option("--out", type=PATH, help="Write to this file instead of the screen.")
def profile(
    spec: Path,
    data: Path | None,
    dialect: str | None,
    results: Path | None,
    study_results: Path | None,
    binding: Path | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """Write a data-quality statement for the tables and years of a study.

    By dimension: rows by year, published totals and links (coverage), missing values (completeness), repeated keys and
    reversed spells (consistency), codes that are not in use (accuracy), the lag (timeliness), and the known limits.
    All counts are protected by the study's disclosure policy. Tables and columns that the data do not hold are named.

    \b
    Examples:
      cohort profile specs/infants_entering_care.yaml --data data/synthetic_wales --out quality.md
      cohort profile my_study.yaml --data data --json --out quality.json
      cohort profile my_study.yaml --sql db2 --binding my_project.yaml --out quality.sql
      cohort profile my_study.yaml --results quality_results.csv --study-results results.csv --out quality.md
    """
    _refuse_wrong_use(data, dialect, results, as_json=as_json, binding=binding)
    if study_results is not None and results is None:
        raise click.UsageError("--study-results goes with --results: --data runs the study itself.")
    from cohort import pipeline, pipeline_quality
    from cohort.catalogue import read_binding
    from cohort.cli.files import write_script
    from cohort.cli.progress import progress
    from cohort.quality.as_json import statement_json
    from cohort.quality.markdown import statement_markdown

    names = None if binding is None else read_binding(binding)
    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    if dialect is not None:
        text = pipeline_quality.quality_script(checked, dialect, names).text
    else:
        if data is not None:
            with progress("data quality") as report:
                statement = pipeline_quality.quality_of_data(checked, data, report, names)
        else:
            assert results is not None
            with progress("data quality") as report:
                report("protecting the counts", 0.1)
                statement = pipeline_quality.quality_of_results(checked, results, study_results)
        _tell_not_held(statement)
        text = statement_json(statement) if as_json else statement_markdown(statement)
    if out is None:
        click.echo(text, nl=False)
        return
    make_parent(out)
    if dialect is not None:
        write_script(out, text)
    else:
        _write_statement(out, text)
    click.echo(f"Written to {out.as_posix()}.")


def _tell_not_held(statement: Statement) -> None:
    """Say on the error stream what the statement is not about."""
    left = statement.description.not_held
    if left:
        names = ", ".join(one.held.name + (" (some columns)" if one.columns else "") for one in left)
        data = "synthetic data" if statement.synthetic else "data"
        click.echo(
            f"The {data} do not hold all that the study reads: {names}. The statement says so.", err=True
        )


def _write_statement(out: Path, text: str) -> None:
    from cohort.cli.files import write_over_own

    write_over_own(out, text, "data-quality statement")


def _refuse_wrong_use(
    data: Path | None, dialect: str | None, results: Path | None, *, as_json: bool, binding: Path | None
) -> None:
    given = [name for name, value in (("--data", data), ("--sql", dialect), ("--results", results)) if value]
    if not given:
        raise click.UsageError(
            "Give --data (to count), --sql (to write the script) or --results (to protect)."
        )
    if len(given) > 1:
        raise click.UsageError(f"{given[0]} and {given[1]} exclude each other.")
    if dialect is not None and as_json:
        raise click.UsageError("--json is for the statement, not for a script.")
    if results is not None and binding is not None:
        raise click.UsageError("--binding is for --data and --sql: the results name no table of a project.")
