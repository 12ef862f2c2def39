"""The command ``cohort run``."""

from __future__ import annotations

from pathlib import Path

import click

from cohort.cli.common import PATH, SPEC, make_parent, stop_if_broken


@click.command()
@SPEC
@click.option("--data", type=PATH, required=True, help="A folder of Parquet files, or a DuckDB file.")
@click.option("--out", type=PATH, required=True, help="Folder for the results of this study.")
def run(spec: Path, data: Path, out: Path) -> None:
    """Run a study on data and write its protected tables.

    \b
    Examples:
      cohort run specs/infants_entering_care.yaml --data data/synthetic_wales --out results/infants
    """
    from cohort import pipeline
    from cohort.cli.progress import progress
    from cohort.outputs import console_summary

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    with progress("study") as report:
        safe, _ = pipeline.run_study(checked.study, data, report)
    make_parent(out)
    written = pipeline.write_study(checked, safe, out)
    click.echo(console_summary(safe))
    click.echo(f"{len(written)} files are in {out.as_posix()}.")
