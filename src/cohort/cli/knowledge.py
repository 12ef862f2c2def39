"""Commands that tell what the program knows: the rules, the functions, and the schema of spec files."""

from __future__ import annotations

import click

_WIDTH = 24


@click.command()
@click.argument("code", metavar="[CODE]", required=False)
def rule(code: str | None) -> None:
    """Explain a rule of the checker: what it means, what breaks it and what keeps it. Without a code, list all.

    \b
    Examples:
      cohort rule
      cohort rule TIM703
    """
    from cohort.diagnostics import rules
    from cohort.diagnostics.nearest import nearest
    from cohort.shipped import shipped_folder
    from cohort.source import read_source

    known = rules()
    if code is None:
        for found in sorted(known.values(), key=lambda item: item.code):
            click.echo(f"{found.code}  {found.severity.ljust(8)} {found.headline}")
        return
    wanted = code.upper()
    if wanted not in known:
        near = nearest(wanted, known)
        hint = f"the nearest is {near}" if near else "`cohort rule` lists all rules"
        raise click.BadParameter(
            f"there is no rule {click.format_filename(code)}; {hint}.", param_hint="CODE"
        )
    page = shipped_folder("docs/rules") / f"{wanted}.md"
    click.echo(read_source(page, name=f"the page of {wanted}").text, nl=False)


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
def functions(name: str | None) -> None:
    """Explain a function of expressions. Without a name, list all by what they are about.

    \b
    Examples:
      cohort functions
      cohort functions days_covered
    """
    from cohort.resolve.functions import ABOUT, FUNCTIONS
    from cohort.resolve.meant import meant_function

    if name is None:
        for about in ABOUT:
            click.echo(f"{about}:")
            for found in FUNCTIONS.values():
                if found.about == about:
                    click.echo(f"  {found.name.ljust(_WIDTH)} {found.gives}")
        return
    known = FUNCTIONS.get(name)
    if known is None:
        near = meant_function(name)
        hint = f"the nearest is {near}" if near else "`cohort functions` lists all functions"
        raise click.BadParameter(
            f"there is no function {click.format_filename(name)}; {hint}.", param_hint="NAME"
        )
    click.echo(f"{known.name} ({known.about})")
    click.echo(f"  takes    {known.expected}")
    click.echo(f"  gives    {known.gives}")
    click.echo(f"  example  {known.example}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of spec files, with which editors complete and check keys.

    \b
    Examples:
      cohort schema
      cohort schema > cohort-spec-1.json
    """
    from cohort.spec.schema import schema_text

    click.echo(schema_text(), nl=False)
