"""Commands for the files that a researcher writes: a new spec, its form, and its cases."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.common import PATH, SPEC, relative, show_problems, stop_if_broken
from cohort.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from cohort.cli.template import Wishes

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@SPEC
@click.option("--check", is_flag=True, help="Write nothing; end with exit code 1 if the file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def fmt(spec: Path, check: bool, diff: bool) -> None:
    """Put a spec into its one form: order of keys, indentation, expressions. Comments stay with their keys.

    \b
    Examples:
      cohort fmt my_study.yaml
      cohort fmt my_study.yaml --check
      cohort fmt my_study.yaml --diff
    """
    from difflib import unified_diff

    from cohort import pipeline
    from cohort.cli.files import write_text

    source, formatted, diagnostics = pipeline.format_file(spec)
    show_problems(diagnostics)
    if formatted is None:
        raise SystemExit(ExitCode.SPEC)
    name = spec.as_posix()
    if formatted.kept:
        click.echo(f"{name}: left as it is, because something in it cannot be written in the usual form.")
    elif formatted.text == source.text:
        click.echo(f"{name}: in its form already.")
    elif diff:
        old, new = source.text.splitlines(keepends=True), formatted.text.splitlines(keepends=True)
        click.echo("".join(unified_diff(old, new, name, f"{name} (formatted)")), nl=False)
    elif not check:
        write_text(spec, formatted.text)
        click.echo(f"{name}: formatted.")
    if check and not formatted.kept and formatted.text != source.text:
        if not diff:
            click.echo(f"{name}: would be formatted.")
        raise SystemExit(ExitCode.SPEC)


@click.command()
@click.argument("path", metavar="[PATH]", type=PATH, required=False)
@click.option("--unit", type=click.Choice(["child", "person"]), help="What the study counts.")
@click.option("--title", help="The title of the study.")
@click.option("--question", help="The question that the study answers.")
@click.option("--data-from", type=_DAY, help="First day of the data, such as 2003-04-01.")
@click.option("--data-until", type=_DAY, help="Last day of the data, such as 2021-03-31.")
@click.option("--sources", help="Names of sources with commas between, such as children,care_episodes.")
@click.option("--peers/--no-peers", default=None, help="Compare the cohort with matched peers.")
@click.option(
    "--follow-up/--no-follow-up", default=None, help="Follow the cohort over time and count events."
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def new(
    path: Path | None,
    unit: str | None,
    title: str | None,
    question: str | None,
    data_from: datetime.datetime | None,
    data_until: datetime.datetime | None,
    sources: str | None,
    peers: bool | None,
    follow_up: bool | None,
    force: bool,
) -> None:
    """Write a first spec with comments that explain it. What no option says is asked for on a terminal.

    Without PATH the file is named after the title. The spec is sound as written: run `cohort check` on it, then
    change it step by step.

    \b
    Examples:
      cohort new
      cohort new my_study.yaml --unit child --title "Infants entering care"
      cohort new --unit person --title "Injuries" --sources people,care_episodes,hospital_admissions --follow-up
    """
    from cohort import pipeline
    from cohort.cli.files import write_text
    from cohort.cli.template import ask, template_text
    from cohort.source import FileProblem

    given = {
        "unit": unit,
        "title": title,
        "question": question,
        "data_from": None if data_from is None else data_from.date(),
        "data_until": None if data_until is None else data_until.date(),
        "sources": None if sources is None else tuple(s.strip() for s in sources.split(",") if s.strip()),
        "peers": peers,
        "follow_up": follow_up,
    }
    wishes: Wishes = ask(given, path, asking=sys.stdin.isatty() and sys.stdout.isatty())
    target = path or Path(f"{wishes.study_id}.yaml")
    if target.exists() and not force:
        raise FileProblem(
            target.as_posix(), "this file exists; give another path, or --force to write over it."
        )
    text = template_text(wishes)
    problems = pipeline.check_text(text)
    if len(problems):
        show_problems(problems)
        click.echo("Nothing was written: with these answers the spec would not be sound.", err=True)
        raise SystemExit(ExitCode.SPEC)
    write_text(target, text)
    click.echo(f"Written to {target.as_posix()}.")
    click.echo(f"Next: cohort check {target.as_posix()}")


@click.command()
@SPEC
@click.option("--cases", type=PATH, help="The file of cases; without it, <study>.cases.yaml beside the spec.")
@click.option("--strict", is_flag=True, help="End with exit code 1 too if a clause is not met both ways.")
def test(spec: Path, cases: Path | None, strict: bool) -> None:
    """Try a study on invented units, and compare what happens to each with what is expected.

    The cases stand in `<study>.cases.yaml` beside the spec. Clauses that no case meets both ways are listed.

    \b
    Examples:
      cohort test specs/infants_entering_care.yaml
      cohort test my_study.yaml --cases other.cases.yaml
    """
    from cohort import pipeline
    from cohort.cases import cases_file, report

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    file = cases or cases_file(spec)
    tried, diagnostics = pipeline.try_cases(checked, relative(file))
    show_problems(diagnostics)
    if tried is None:
        raise SystemExit(ExitCode.SPEC)
    click.echo(report(tried), nl=False)
    if tried.failed or (strict and tried.unmet):
        raise SystemExit(ExitCode.SPEC)
