"""What the commands of ``cohort catalogue`` share: all that is known, how sheets are printed, and unknown names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cohort.lookup.known import Known
    from cohort.lookup.sheet import Sheet

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")


def all_known() -> Known:
    """Return all that the package knows."""
    from cohort.lookup.known import load_known

    return load_known()


def print_sheets(command: str, sheets: Sequence[Sheet], *, as_json: bool) -> None:
    """Print sheets as text as wide as the terminal, or as JSON."""
    from cohort.cli.catalogue_text import terminal_width, text_of_sheets
    from cohort.lookup.as_json import json_of_sheets

    text = json_of_sheets(command, sheets) if as_json else text_of_sheets(sheets, terminal_width())
    click.echo(text, nl=False)


def no_such(where: str, words: str, name: str, hint: str) -> click.BadParameter:
    """Return the fault of a name that nothing has, with a hint."""
    return click.BadParameter(f"{words} {click.format_filename(name)}; {hint}.", param_hint=where)
