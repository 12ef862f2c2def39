"""The commands ``cohort sql``: the script of a study, and what vouches for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.common import PATH, SPEC, db2_options, stop_if_broken
from cohort.cli.default_group import DefaultGroup
from cohort.cli.selftest import selftest
from cohort.cli.vet import vet

if TYPE_CHECKING:
    from cohort.pipeline import Checked

DIALECTS = ("db2", "duckdb", "spark", "postgresql")
_DIALECT = click.Choice(DIALECTS)


@click.group(cls=DefaultGroup, default="write")
def sql() -> None:
    """Write the SQL of a study for a database, and check it.

    A spec that has the name of a command is reached by its path, such as ./vet.

    \b
    Examples:
      cohort sql specs/infants_entering_care.yaml --dialect db2
      cohort sql my_study.yaml --dialect db2 --binding my_project.yaml --out my_study.sql
      cohort sql my_study.yaml --dialect db2 --keep-analysis --out my_study.sql
      cohort sql my_study.yaml --dialect db2 --compare duckdb
      cohort sql vet my_study.yaml --out vetting
      cohort sql selftest --out selftest.sql
    """


@sql.command()
@SPEC
@click.option("--dialect", type=_DIALECT, required=True, help="The database.")
@click.option(
    "--binding", type=PATH, help="The project's names of tables, a YAML file; without it, an example's."
)
@click.option("--session", is_flag=True, help="Db2: declare tables on the way for the session only.")
@click.option(
    "--keep-analysis",
    is_flag=True,
    help="Db2: keep the table with one row for each entry, and write its data dictionary beside --out.",
)
@click.option(
    "--compare", type=_DIALECT, help="Write how the script differs from this database's, as Markdown."
)
@click.option("--out", type=PATH, help="Write to this file instead of the screen.")
def write(
    spec: Path,
    dialect: str,
    binding: Path | None,
    session: bool,
    keep_analysis: bool,
    compare: str | None,
    out: Path | None,
) -> None:
    """Write the SQL of a study for a database.

    \b
    Examples:
      cohort sql specs/infants_entering_care.yaml --dialect db2
      cohort sql my_study.yaml --dialect db2 --binding my_project.yaml --out my_study.sql
      cohort sql my_study.yaml --dialect db2 --keep-analysis --out my_study.sql
      cohort sql my_study.yaml --dialect db2 --compare duckdb
    """
    _refuse_wrong_use(dialect, session=session, keep_analysis=keep_analysis, compare=compare, out=out)
    from cohort import pipeline
    from cohort.catalogue import read_binding
    from cohort.cli.files import write_over_own, write_script

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    assert checked.study is not None
    names = None if binding is None else read_binding(binding)
    if compare is not None:
        text = pipeline.compare_scripts(checked.study, dialect, compare, names)
        if out is not None:
            write_over_own(out, text, "comparison of scripts")
    else:
        options = db2_options(session=session, keep_analysis=keep_analysis)
        script = pipeline.compile_study(checked.study, dialect, names, options)
        text = script.text
        if out is not None:
            write_script(out, text)
            if keep_analysis:
                _write_dictionary(checked, script.tables["analysis"], out)
    if out is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"Written to {out.as_posix()}.")


def _refuse_wrong_use(
    dialect: str, *, session: bool, keep_analysis: bool, compare: str | None, out: Path | None
) -> None:
    if dialect != "db2" and (session or keep_analysis):
        raise click.UsageError("--session and --keep-analysis are for --dialect db2 only.")
    if compare is not None and (session or keep_analysis):
        raise click.UsageError("--compare compares the usual scripts, without --session and --keep-analysis.")
    if compare == dialect:
        raise click.UsageError("--compare needs another database than --dialect.")
    if keep_analysis and out is None:
        raise click.UsageError(
            "--keep-analysis needs --out FILE, for the data dictionary is written beside that file."
        )


def _write_dictionary(checked: Checked, physical: str, out: Path) -> None:
    from cohort import pipeline
    from cohort.cli.files import write_over_own

    for ending, text in pipeline.data_dictionary(checked, physical).items():
        path = out.with_suffix(f".dictionary.{ending}")
        write_over_own(path, text, "data dictionary")
        click.echo(f"Written to {path.as_posix()}.")


for _other in (vet, selftest):
    sql.add_command(_other)
