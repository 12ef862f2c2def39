"""The command ``cohort run``."""

from __future__ import annotations

from pathlib import Path

import click

from cohort.cli.common import PATH, SPEC, make_parent, stop_if_broken


@click.command()
@SPEC
@click.option("--data", type=PATH, required=True, help="A folder of Parquet or CSV files, or a DuckDB file.")
@click.option("--out", type=PATH, required=True, help="Folder for the results of this study.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="The database that does the work.",
)
@click.option("--memory", metavar="SIZE", help="The most memory that the engine may take, such as 4GB.")
@click.option("--threads", type=int, metavar="N", help="The number of cores that the engine may use.")
@click.option("--temp", type=PATH, help="Folder for what does not fit into memory.")
@click.option(
    "--binding",
    type=PATH,
    help="The project's names of tables, a YAML file; without it, the synthetic data's.",
)
def run(
    spec: Path,
    data: Path,
    out: Path,
    engine: str,
    memory: str | None,
    threads: int | None,
    temp: Path | None,
    binding: Path | None,
) -> None:
    """Run a study on data and write its protected tables.

    \b
    Examples:
      cohort run specs/infants_entering_care.yaml --data data/synthetic_wales --out results/infants
      cohort run my_study.yaml --data data --out results/mine --memory 4GB --threads 2 --temp /scratch
      cohort run my_study.yaml --data data --out results/mine --engine spark
    """
    from cohort import pipeline
    from cohort.catalogue import read_binding
    from cohort.cli.progress import progress
    from cohort.engines.shared import EngineName, EngineOptions
    from cohort.outputs import console_summary

    try:
        options = EngineOptions(EngineName(engine), memory, threads, temp)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    names = None if binding is None else read_binding(binding)
    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    with progress("study") as report:
        safe, done = pipeline.run_study(checked.study, data, report, options, names)
    done.close()
    make_parent(out)
    written = pipeline.write_study(checked, safe, out)
    click.echo(console_summary(safe))
    click.echo(f"{len(written)} files are in {out.as_posix()}.")
