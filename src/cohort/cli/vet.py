"""The command ``cohort sql vet``: the gate that a Db2 script passes before it leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from cohort.cli.common import PATH, SPEC, db2_options, stop_if_broken
from cohort.cli.exit_codes import ExitCode

_UNITS = click.IntRange(1, 5000)
_FEW = click.IntRange(1, 200)


@click.command()
@SPEC
@click.option(
    "--binding", type=PATH, help="The project's names of tables, a YAML file; without it, an example's."
)
@click.option("--script", type=PATH, help="Vet this file instead of the script that would be written now.")
@click.option("--session", is_flag=True, help="The script declares tables on the way for the session only.")
@click.option("--keep-analysis", is_flag=True, help="The script keeps the table with one row for each entry.")
@click.option(
    "--selftest", "answers", type=PATH, help="Outcome of the self-test on the real server, a JSON file."
)
@click.option("--out", type=PATH, help="Folder for the record: STUDY.vetting.json and STUDY.vetting.md.")
@click.option("--units", type=_UNITS, help="Units that are invented for PostgreSQL.  [default: 400]")
@click.option("--few-units", type=_FEW, help="Units that H2 is given, for it is slow.  [default: 40]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the invented data.")
@click.option("--strict", is_flag=True, help="End with exit code 5 also where a check could not run.")
def vet(
    spec: Path,
    binding: Path | None,
    script: Path | None,
    session: bool,
    keep_analysis: bool,
    answers: Path | None,
    out: Path | None,
    units: int | None,
    few_units: int | None,
    seed: int,
    strict: bool,
) -> None:
    """Check the Db2 script of a study in every way that is possible without a Db2 server.

    In this order: the list of what Db2 may be given; Db2's grammar and a style (sqlfluff); DuckDB against the reference
    engine; the Db2 text carried out on PostgreSQL and on H2, every table compared row by row on data invented for the
    study; data minimisation. A check whose tool is not installed is skipped, and the record says so. Nothing of a
    project's data is read. Ends with exit code 5 if a check fails.

    \b
    Examples:
      cohort sql vet specs/infants_entering_care.yaml
      cohort sql vet my_study.yaml --binding my_project.yaml --out vetting
      cohort sql vet my_study.yaml --script received.sql --selftest selftest.json
    """
    from cohort import pipeline
    from cohort.catalogue import read_binding
    from cohort.cli.progress import progress
    from cohort.vetting.record import as_markdown

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    names = None if binding is None else read_binding(binding)
    text = None if script is None else _text_of(script)
    self_test = None if answers is None else _answers(answers)
    with progress("vetting") as report:
        record = pipeline.vet_study(
            checked.study,
            binding=names,
            options=db2_options(session=session, keep_analysis=keep_analysis),
            text=text,
            units=units,
            few_units=few_units,
            seed=seed,
            self_test=self_test,
            report=report,
        )
    if out is None:
        click.echo(as_markdown(record), nl=False)
    else:
        _write(record, out)
    for outcome in record.skipped:
        click.echo(f"Not checked: {outcome.name}. {' '.join(outcome.findings)}", err=True)
    for outcome in record.failed:
        click.echo(f"Failed: {outcome.name}. {outcome.findings[0]}", err=True)
    click.echo(f"{record.label}.", err=out is None)
    if record.failed or (strict and record.skipped):
        raise SystemExit(ExitCode.DATABASE)


def _text_of(path: Path) -> str:
    from cohort.source import FileProblem

    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise FileProblem(path.as_posix(), "the file is not text in UTF-8.") from None


def _answers(path: Path) -> Mapping[str, Any]:
    """Read what ``cohort sql selftest read --out`` wrote."""
    from cohort.source import FileProblem

    try:
        found = json.loads(_text_of(path))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not {"version", "probes", "passed", "failed", "missing"} <= set(found):
        raise FileProblem(
            path.as_posix(), "this is no outcome of a self-test; `cohort sql selftest read --out` writes one."
        )
    return found


def _write(record: Any, folder: Path) -> None:
    from cohort.cli.files import write_over_own
    from cohort.vetting.record import as_json, as_markdown

    for ending, text in (("json", as_json(record)), ("md", as_markdown(record))):
        path = folder / f"{record.subject.study}.vetting.{ending}"
        write_over_own(path, text, "vetting record")
        click.echo(f"Written to {path.as_posix()}.")
