"""The commands ``cohort sql selftest``: write the self-test of a Db2 server, and read what it answered."""

from __future__ import annotations

from pathlib import Path

import click

from cohort.cli.common import PATH
from cohort.cli.default_group import DefaultGroup
from cohort.cli.exit_codes import ExitCode


@click.group(cls=DefaultGroup, default="write")
def selftest() -> None:
    """Write the self-test of a Db2 server, or read its answers.

    It is a script of small probes for the real server. It makes two small tables in the workspace, asks questions about
    constants whose answers are known, shows one table of answers, and drops both tables. It reads no table of the
    project.

    \b
    Examples:
      cohort sql selftest --binding my_project.yaml --out selftest.sql
      cohort sql selftest read selftest.csv
      cohort sql selftest read selftest.csv --out selftest.json
    """


@selftest.command()
@click.option(
    "--binding", type=PATH, help="The project's names of tables, a YAML file; without it, an example's."
)
@click.option("--out", type=PATH, help="Write to this file instead of the screen.")
def write(binding: Path | None, out: Path | None) -> None:
    """Write the self-test script.

    \b
    Examples:
      cohort sql selftest --binding my_project.yaml --out selftest.sql
    """
    from cohort.catalogue import read_binding, shipped_binding
    from cohort.cli.files import write_script
    from cohort.sql.selftest import selftest_script

    names = shipped_binding("sail9999") if binding is None else read_binding(binding)
    text = selftest_script(names).text
    if out is None:
        click.echo(text, nl=False)
    else:
        write_script(out, text)
        click.echo(f"Written to {out.as_posix()}.")


@selftest.command()
@click.argument("file", type=PATH)
@click.option("--out", type=PATH, help="Write the outcome to this file as JSON, for the vetting record.")
def read(file: Path, out: Path | None) -> None:
    """Read the answers: a CSV, or the text of a screen.

    Ends with exit code 0 if every probe passed, and 3 if one failed or is missing.

    \b
    Examples:
      cohort sql selftest read selftest.csv
      cohort sql selftest read selftest.txt --out selftest.json
    """
    from cohort.cli.files import write_over_own
    from cohort.source import read_source
    from cohort.sql.selftest_read import outcome_json, read_outcome, summary

    outcome = read_outcome(read_source(file))
    click.echo(summary(outcome))
    if out is not None:
        write_over_own(out, outcome_json(outcome), "outcome of the self-test")
        click.echo(f"Written to {out.as_posix()}.")
    if not outcome.all_passed:
        raise SystemExit(ExitCode.DATA)
