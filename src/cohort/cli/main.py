"""The command ``cohort``: every subcommand is a few lines around one call of the pipeline."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import NoReturn

import click

from cohort.cli.binding import binding
from cohort.cli.catalogue import catalogue
from cohort.cli.codelist import codelist
from cohort.cli.common import PATH, SPEC, make_parent, relative, stop_if_broken
from cohort.cli.exit_codes import ExitCode
from cohort.cli.files_of_specs import fmt, new, test
from cohort.cli.knowledge import functions, rule, schema
from cohort.cli.profile import profile
from cohort.cli.route import route
from cohort.cli.run import run
from cohort.cli.sql import sql
from cohort.version import __version__

DEMO_SPEC = "infants_entering_care.yaml"
_SHARE = click.FloatRange(0.001, 1.0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="carfan", message="%(prog)s %(version)s")
def app() -> None:
    """Carfan: from one study specification to protected tables and Db2 SQL.

    \b
    Examples:
      cohort demo
      cohort check specs/infants_entering_care.yaml
      cohort sql specs/infants_entering_care.yaml --dialect db2
    """


@app.command()
@click.option(
    "--out", type=PATH, default=Path("results"), show_default=True, help="Folder above the results."
)
@click.option(
    "--data",
    type=PATH,
    default=Path("data/synthetic_wales"),
    show_default=True,
    help="Folder for the synthetic data.",
)
@click.option("--seed", type=int, help="Seed of the synthetic data.")
@click.option("--share", type=_SHARE, default=1.0, show_default=True, help="Share of Wales to make.")
def demo(out: Path, data: Path, seed: int | None, share: float) -> None:
    """Make synthetic data for Wales, run the first study on them, and say where the results are.

    \b
    Examples:
      cohort demo
      cohort demo --out my_results --share 0.1
    """
    from cohort import pipeline
    from cohort.cli.progress import progress
    from cohort.outputs import console_summary
    from cohort.shipped import shipped_folder

    spec = relative(shipped_folder("specs") / DEMO_SPEC)
    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    folder = out / checked.study.id
    make_parent(data)
    make_parent(folder)
    with progress("synthetic data") as report:
        pipeline.make_synthetic(data, seed=seed, share=share, report=report)
    with progress("study") as report:
        safe, _ = pipeline.run_study(checked.study, data, report)
    written = pipeline.write_study(checked, safe, folder)
    click.echo(console_summary(safe))
    click.echo(f"The synthetic data are in {data.as_posix()}.")
    click.echo(f"The results are in {folder.as_posix()}:")
    for path in written:
        click.echo(f"  {path.name}")
    click.echo(f"Open {(folder / 'report.html').as_posix()} in a browser first.")


@app.command()
@SPEC
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
@click.option("--notes", is_flag=True, help="Show the known limits of the data that concern the study.")
@click.option("--tags", is_flag=True, help="Show which tags under `study` would tell of further limits.")
@click.option("--strict", is_flag=True, help="Let warnings end with exit code 1 too.")
@click.option(
    "--show",
    type=click.Choice(["nodes", "spec", "types", "plan"]),
    help="Print what was understood: the file with places, the sections, all types, or the steps of the plan.",
)
def check(spec: Path, form: str, notes: bool, tags: bool, strict: bool, show: str | None) -> None:
    """Check a spec: spelling, types, codes, study design, limits of the data, data minimisation and disclosure.

    \b
    Examples:
      cohort check specs/infants_entering_care.yaml
      cohort check my_study.yaml --notes --tags
      cohort check my_study.yaml --format json
      cohort check my_study.yaml --show=types
    """
    from cohort import pipeline
    from cohort.cli.notes import counted, json_items, noted, tagged, with_items
    from cohort.diagnostics.render import render_json, render_text

    checked = pipeline.check_file(spec)
    problems = checked.diagnostics
    if form == "json":
        click.echo(
            with_items(render_json(problems), json_items(checked.limits, notes=notes, tags=tags)), nl=False
        )
    elif len(problems):
        click.echo(render_text(problems, colour=sys.stdout.isatty()))
    if problems.has_errors:
        raise SystemExit(ExitCode.SPEC)
    assert checked.study is not None
    if show is not None:
        from cohort.cli.show import show as show_tree

        click.echo(show_tree(checked, show), nl=False)
    elif form == "text":
        study = checked.study
        steps, tables = len(study.population.steps), len(study.outputs)
        click.echo(
            f"{spec.as_posix()}: sound. {steps} steps, {len(study.variables)} variables, {tables} tables."
        )
        asked = [*(noted(checked.limits) if notes else ()), *(tagged(checked.limits) if tags else ())]
        for line in asked or counted(checked.limits):
            click.echo(line)
    if strict and len(problems):
        raise SystemExit(ExitCode.SPEC)


@app.command()
@SPEC
def explain(spec: Path) -> None:
    """Say in plain English what a spec means: data and reasons, steps, variables, tables, known limits.

    \b
    Examples:
      cohort explain specs/infants_entering_care.yaml
      cohort explain my_study.yaml > my_study.md
    """
    from cohort import pipeline

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    click.echo(pipeline.explain(checked), nl=False)


@app.command()
@click.option(
    "--out", type=PATH, required=True, help="Folder to write; an older one is replaced if it is synthetic."
)
@click.option("--seed", type=int, help="Seed; the same seed gives the same bytes.")
@click.option("--share", type=_SHARE, default=1.0, show_default=True, help="Share of Wales to make.")
@click.option(
    "--fit", type=PATH, help="Write the fit to published figures into this folder (whole of Wales)."
)
def synth(out: Path, seed: int | None, share: float, fit: Path | None) -> None:
    """Make synthetic children looked after data for Wales, in the shape of the holdings.

    \b
    Examples:
      cohort synth --out data/wales
      cohort synth --out data/small --share 0.05 --seed 7
    """
    from cohort import pipeline
    from cohort.cli.progress import progress

    make_parent(out)
    with progress("synthetic data") as report:
        rows = pipeline.make_synthetic(out, seed=seed, share=share, fit=fit, report=report)
    for name, count in rows.items():
        click.echo(f"{name}: {count:,} rows (synthetic)")
    click.echo(f"Written to {out.as_posix()}.")


for _other in (
    new,
    fmt,
    test,
    rule,
    functions,
    schema,
    run,
    sql,
    catalogue,
    binding,
    route,
    codelist,
    profile,
):
    app.add_command(_other)


def command() -> None:
    """Run the command; every expected failure ends in one sentence and its exit code."""
    # Reading modules makes many objects and no garbage; collecting it takes a tenth of a short command's time.
    gc.disable()
    try:
        app(prog_name="cohort")
    except Exception as problem:
        from cohort.cli.failures import code_and_sentence

        code, sentence = code_and_sentence(problem)
        _end(code, sentence)


def _end(code: int, sentence: str) -> NoReturn:
    click.echo(f"cohort: {sentence}", err=True)
    raise SystemExit(code)
