"""What several commands share: the argument SPEC, the end at a broken spec, paths as seen from here, options of Db2."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from cohort.diagnostics import Diagnostic
    from cohort.pipeline import Checked
    from cohort.sql.model import ScriptOptions

PATH = click.Path(path_type=Path)
SPEC = click.argument("spec", metavar="SPEC", type=PATH)


def show_problems(problems: Iterable[Diagnostic]) -> None:
    """Show problems on the error stream, if there are any."""
    from cohort.diagnostics.render import render_text

    found = list(problems)
    if found:
        click.echo(render_text(found, colour=sys.stderr.isatty()), err=True)


def stop_if_broken(checked: Checked) -> None:
    """End with the problems on the error stream if the spec has errors; show warnings and go on."""
    show_problems(checked.diagnostics)
    if checked.study is None:
        raise SystemExit(ExitCode.SPEC)


def make_parent(path: Path) -> None:
    """Make the folder above a path."""
    from cohort.source import FileProblem

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise FileProblem(path.as_posix(), f"the folder above cannot be made ({reason}).") from None


def relative(path: Path) -> Path:
    """Return a path as seen from here, so that messages and scripts name no folder of this machine."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def db2_options(*, session: bool, keep_analysis: bool) -> ScriptOptions | None:
    """Return the usual options of a Db2 script with what is asked for; None where nothing is."""
    if not session and not keep_analysis:
        return None
    from dataclasses import replace

    from cohort.sql.model import USUAL_OPTIONS, DialectName

    return replace(USUAL_OPTIONS[DialectName.DB2], session=session, keep_analysis=keep_analysis)
