"""The command ``cohort sql``."""

from __future__ import annotations

from pathlib import Path

import click

from cohort.cli.common import PATH, SPEC, stop_if_broken


@click.command()
@SPEC
@click.option("--dialect", type=click.Choice(["db2", "duckdb"]), required=True, help="The database.")
@click.option(
    "--binding", type=PATH, help="The project's names of tables, a YAML file; without it, an example's."
)
@click.option("--out", type=PATH, help="Write to this file instead of the screen.")
def sql(spec: Path, dialect: str, binding: Path | None, out: Path | None) -> None:
    """Write the SQL of a study for a database.

    \b
    Examples:
      cohort sql specs/infants_entering_care.yaml --dialect db2
      cohort sql my_study.yaml --dialect db2 --binding my_project.yaml --out my_study.sql
    """
    from cohort import pipeline
    from cohort.catalogue import read_binding
    from cohort.cli.files import write_script

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    names = None if binding is None else read_binding(binding)
    text = pipeline.compile_study(checked.study, dialect, names).text
    if out is None:
        click.echo(text, nl=False)
    else:
        write_script(out, text)
        click.echo(f"Written to {out.as_posix()}.")
