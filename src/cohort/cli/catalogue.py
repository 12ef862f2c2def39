"""`cohort catalogue`: looking around in what is known of the Welsh holdings, and writing it as a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.catalogue_areas import areas, figures
from cohort.cli.common import PATH, make_parent

if TYPE_CHECKING:
    from cohort.lookup.known import Known
    from cohort.lookup.sheet import Ref, Sheet

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")
_DATASET = click.option("--dataset", metavar="NAME", help="Only of this dataset or published series.")
_SORTS = (
    *("dataset", "source", "table", "code list", "column", "code", "caveat", "series", "theme", "publisher"),
    *("entity", "link"),
    *("geography", "area", "figures", "codelist"),
)
_DIMENSIONS = ("coverage", "completeness", "consistency", "accuracy", "timeliness", "relevance")
_MOST_COLUMNS = 3
"""So many columns of one name are shown in full; of more only where they are."""


@click.group(invoke_without_command=True)
@_JSON
@click.pass_context
def catalogue(context: click.Context, as_json: bool) -> None:
    """Look around in what is known of the Welsh holdings: tables, codes, caveats, and how sure each fact is.

    Without a command it says what there is, counted by confidence.

    \b
    Examples:
      cohort catalogue
      cohort catalogue search placement
      cohort catalogue show lacw_episodes
      cohort catalogue codes reason_finished
      cohort catalogue links
      cohort catalogue site --out catalogue_site
    """
    if context.invoked_subcommand is None:
        from cohort.lookup.lists import overview_sheet

        _print_sheets("overview", [overview_sheet(_known())], as_json=as_json)
    elif as_json:
        raise click.UsageError(
            f"--json stands after the command: cohort catalogue {context.invoked_subcommand}."
        )


@catalogue.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many things to show."
)
@_JSON
def search(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find things by words of their names, labels, physical names, codes, caveats or published series.

    The best come first. A word counts where it equals a word of a thing, or begins one. If nothing has all words, what
    has most of them is shown, and words that stand nowhere are named with the nearest one.

    \b
    Examples:
      cohort catalogue search placement type
      cohort catalogue search LSOA --limit 50
      cohort catalogue search substance misuse --json
    """
    from cohort.cli.catalogue_text import terminal_width, text_of_found
    from cohort.lookup.as_json import json_of_found
    from cohort.lookup.search import make_index, words_in
    from cohort.lookup.search import search as search_index

    question = " ".join(words)
    if not words_in(question):
        raise click.BadParameter("a word with letters or figures is needed.", param_hint="WORDS")
    found = search_index(make_index(_known()), question)
    if as_json:
        click.echo(json_of_found(question, found, limit), nl=False)
    else:
        click.echo(text_of_found(question, found, limit, terminal_width()), nl=False)


@catalogue.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--sort",
    type=click.Choice(_SORTS),
    help="Only things of this sort, where several have the name.",
)
@click.option(
    "--sql", "with_sql", is_flag=True, help="Of a source: write its page, with operations and Db2 SQL."
)
@_JSON
def show(name: str, sort: str | None, with_sql: bool, as_json: bool) -> None:
    """Show all that is known of one thing: a dataset, table, column, code list, caveat, series, area or another.

    NAME is a logical or a physical name, in capitals or not, with a project's key suffix or without; one column is
    TABLE.COLUMN. If several things have the name all are shown.

    \b
    Examples:
      cohort catalogue show lacw
      cohort catalogue show LACW_EPISODE_MAIN
      cohort catalogue show lacw_episodes.end_date
      cohort catalogue show care_episodes --sql
      cohort catalogue show agg-cla --json
    """
    from cohort.lookup.find import nearest_names, sheet_of, things_named
    from cohort.lookup.of_areas import sheet_of_small_area
    from cohort.lookup.sheet import Sort

    known = _known()
    found = things_named(known, name)
    wanted = [thing for thing in found if sort in (None, thing.ref.sort.value)]
    if sort in (Sort.COLUMN.value, Sort.CODE.value) and not wanted:
        # Columns and codes step back where something else has the name, unless they are asked for.
        wanted = [thing for thing in things_named(known, name, of_all=True) if thing.ref.sort.value == sort]
    if not wanted:
        if found and sort is not None:
            sorts = ", ".join(dict.fromkeys(thing.ref.sort.value for thing in found))
            raise _no_such("NAME", f"there is no {sort}", name, f"what has this name is: {sorts}")
        small = sheet_of_small_area(known, name) if sort is None else None
        if small is not None:
            _print_sheets("show", [small], as_json=as_json)
            return
        near = nearest_names(known, name, [Sort(sort)] if sort else tuple(Sort))
        raise _no_such("NAME", f"there is no {sort or 'thing'}", name, _hint(near))
    if with_sql:
        _show_preparation(name, [thing.ref for thing in wanted], as_json=as_json)
        return
    columns = [thing for thing in wanted if thing.ref.sort is Sort.COLUMN]
    if len(columns) > _MOST_COLUMNS and not as_json:
        words = f"Columns of the name {click.format_filename(name)}"
        sheets = [_where(known, [thing.ref for thing in columns], words)]
        others = [thing for thing in wanted if thing.ref.sort is not Sort.COLUMN]
        sheets = [*(sheet_of(known, thing.ref) for thing in others), *sheets]
    else:
        shown = dict.fromkeys(thing.ref.of if thing.ref.sort is Sort.CODE else thing.ref for thing in wanted)
        sheets = [sheet_of(known, ref) for ref in shown]
    _print_sheets("show", sheets, as_json=as_json)


@catalogue.command()
@click.argument("column", metavar="COLUMN")
@_JSON
def codes(column: str, as_json: bool) -> None:
    """Show the codes of a column with their labels, the time in which each holds, and how sure both are.

    COLUMN is a column, TABLE.COLUMN, a physical column, a code list or a shipped codelist.

    \b
    Examples:
      cohort catalogue codes legal_status
      cohort catalogue codes lacw_episodes.reason_finished
      cohort catalogue codes ALF_STS_CD
      cohort catalogue codes self_harm_icd10
    """
    from cohort.lookup.find import code_lists_named, nearest_names, sheet_of, things_named
    from cohort.lookup.sheet import Ref, Sort

    known, shown = _known(), click.format_filename(column)
    lists, without = code_lists_named(known, column)
    shipped = [thing.ref for thing in things_named(known, column) if thing.ref.sort is Sort.CODELIST]
    if not lists and not without and not shipped:
        near = nearest_names(known, column, (Sort.COLUMN, Sort.CODES, Sort.CODELIST))
        raise _no_such("COLUMN", "there is no column or code list", column, _hint(near))
    sheets = [sheet_of(known, ref) for ref in (*(Ref(Sort.CODES, one.name) for one in lists), *shipped)]
    if without:
        sheets.append(
            _where(known, [thing.ref for thing in without], f"No list of codes is known for {shown}")
        )
    _print_sheets("codes", sheets, as_json=as_json)


@catalogue.command()
@_DATASET
@click.option("--dimension", type=click.Choice(_DIMENSIONS), help="Only of this dimension of quality.")
@click.option("--severity", type=click.Choice(["note", "warning"]), help="Only notes, or only warnings.")
@_JSON
def caveats(dataset: str | None, dimension: str | None, severity: str | None, as_json: bool) -> None:
    """List the known limits of the data: what each says, what it concerns, and from which source.

    \b
    Examples:
      cohort catalogue caveats --dataset lacw
      cohort catalogue caveats --dimension coverage
      cohort catalogue caveats --severity warning --json
    """
    from cohort.lookup.lists import caveats_sheet

    known = _known()
    if dataset is not None:
        _check_name(dataset, tuple(known.landscape.entries), "dataset or series", "--dataset")
    sheet = caveats_sheet(known, dataset=dataset or "", dimension=dimension or "", severity=severity or "")
    _print_sheets("caveats", [sheet], as_json=as_json)


@catalogue.command()
@click.option("--published", is_flag=True, help="List published series instead of datasets of people.")
@click.option("--theme", metavar="NAME", help="Only of this theme of multi-agency data.")
@_JSON
def datasets(published: bool, theme: str | None, as_json: bool) -> None:
    """List the datasets of people, or the published series: owner, frequency, status and use.

    \b
    Examples:
      cohort catalogue datasets
      cohort catalogue datasets --published --theme housing_and_homelessness
      cohort catalogue datasets --json
    """
    from cohort.lookup.lists import datasets_sheet

    known = _known()
    if theme is not None:
        _check_name(theme, tuple(known.landscape.themes), "theme", "--theme")
    _print_sheets(
        "datasets", [datasets_sheet(known, published=published, theme=theme or "")], as_json=as_json
    )


@catalogue.command()
@_JSON
def links(as_json: bool) -> None:
    """List the entities (child, pupil, person, dwelling, school, person in court) and the links between them.

    \b
    Examples:
      cohort catalogue links
      cohort catalogue show child_person_improved
      cohort catalogue links --json
    """
    from cohort.lookup.of_links import links_sheet

    _print_sheets("links", [links_sheet(_known())], as_json=as_json)


@catalogue.command()
@click.argument("study", metavar="STUDY")
def count(study: str) -> None:
    """Print the study file that counts contradictions of links; `show` of a link names the study of each.

    It is a study like any other: check it, run it on synthetic data, or take its SQL to the analyst. What it counts is
    protected as every table is.

    \b
    Examples:
      cohort catalogue count links_of_children > links_of_children.yaml
      cohort run links_of_children.yaml --data data/synthetic_wales --out results/links
    """
    from cohort.catalogue.links import studies_that_count, text_of_count

    names = studies_that_count()
    if study not in names:
        from cohort.diagnostics.nearest import nearest

        near = nearest(study, names)
        hint = f"the nearest is {near}" if near else f"there are {', '.join(names)}"
        raise _no_such("STUDY", "there is no study", study, hint)
    click.echo(text_of_count(study), nl=False)


@catalogue.command()
@_DATASET
@_JSON
def doubts(dataset: str | None, as_json: bool) -> None:
    """List everything that is guessed, general knowledge without a source, or not known.

    \b
    Examples:
      cohort catalogue doubts
      cohort catalogue doubts --dataset lacw
      cohort catalogue doubts --json
    """
    from cohort.lookup.doubts import doubts_sheet

    known = _known()
    if dataset is not None:
        names = dict.fromkeys((*known.datasets, *known.landscape.entries))
        _check_name(dataset, tuple(names), "dataset or series", "--dataset")
    _print_sheets("doubts", [doubts_sheet(known, dataset or "")], as_json=as_json)


@catalogue.command()
@_DATASET
@_JSON
def disagreements(dataset: str | None, as_json: bool) -> None:
    """List where sources disagree: what each says, and what is taken here.

    \b
    Examples:
      cohort catalogue disagreements
      cohort catalogue disagreements --dataset eduw
      cohort catalogue disagreements --json
    """
    from cohort.lookup.of_disagreements import disagreements_sheet

    known = _known()
    if dataset is not None:
        names = dict.fromkeys((*known.datasets, *known.landscape.entries))
        _check_name(dataset, tuple(names), "dataset or series", "--dataset")
    _print_sheets("disagreements", [disagreements_sheet(known, dataset or "")], as_json=as_json)


@catalogue.command()
@click.option(
    "--out", type=PATH, required=True, help="Folder to write; an older one is replaced if it is such a site."
)
def site(out: Path) -> None:
    """Write the whole catalogue as pages for a browser, with search; they open from a file, without a server.

    \b
    Examples:
      cohort catalogue site --out catalogue_site
    """
    from cohort.outputs.folder import replace_folder
    from cohort.site import PAGES, site_files

    files = site_files(_known())
    make_parent(out)
    replace_folder(out, files, PAGES)
    click.echo(f"{len(files)} files are in {out.as_posix()}.")
    click.echo(f"Open {(out / 'index.html').as_posix()} in a browser.")


catalogue.add_command(areas)
catalogue.add_command(figures)


def _show_preparation(name: str, refs: list[Ref], *, as_json: bool) -> None:
    """Write the pages of the sources among some things."""
    from cohort import pipeline
    from cohort.lookup.sheet import Sort

    if as_json:
        raise click.UsageError("--sql writes a page as Markdown, and has no JSON.")
    sources = [ref.name for ref in refs if ref.sort is Sort.SOURCE]
    if not sources:
        raise _no_such("NAME", "there is no source", name, "only sources of study files have a preparation")
    click.echo("\n".join(pipeline.preparation_page(source) for source in sources), nl=False)


def _known() -> Known:
    from cohort.lookup.known import load_known

    return load_known()


def _print_sheets(command: str, sheets: list[Sheet], *, as_json: bool) -> None:
    from cohort.cli.catalogue_text import terminal_width, text_of_sheets
    from cohort.lookup.as_json import json_of_sheets

    text = json_of_sheets(command, sheets) if as_json else text_of_sheets(sheets, terminal_width())
    click.echo(text, nl=False)


def _where(known: Known, refs: list[Ref], title: str) -> Sheet:
    """Return a list of columns that are not shown in full."""
    from cohort.lookup.of_tables import columns_listing
    from cohort.lookup.sheet import Sheet

    note = "`cohort catalogue show TABLE.COLUMN` shows one of them."
    return Sheet(None, title, (), (columns_listing(known, refs),), note)


def _check_name(name: str, names: tuple[str, ...], what: str, option: str) -> None:
    """Refuse a name that is none of the names, with the nearest one."""
    from cohort.diagnostics.nearest import nearest

    if name not in names:
        near = nearest(name, names)
        command = "datasets --json" if what == "theme" else "datasets"
        hint = f"the nearest is {near}" if near else f"`cohort catalogue {command}` lists them"
        raise _no_such(option, f"there is no {what}", name, hint)


def _no_such(where: str, words: str, name: str, hint: str) -> click.BadParameter:
    return click.BadParameter(f"{words} {click.format_filename(name)}; {hint}.", param_hint=where)


def _hint(near: str | None) -> str:
    return f"the nearest is {near}" if near else "`cohort catalogue search` finds by words"
