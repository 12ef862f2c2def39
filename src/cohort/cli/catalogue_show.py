"""`cohort catalogue search`, `show` and `codes`: finding things of the catalogue, and all that is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cohort.cli.catalogue_common import JSON, all_known, no_such, print_sheets

if TYPE_CHECKING:
    from cohort.lookup.known import Known
    from cohort.lookup.sheet import Ref, Sheet

_SORTS = (
    *("dataset", "source", "table", "code list", "column", "code", "caveat", "series", "theme", "publisher"),
    *("entity", "link"),
    *("geography", "area", "figures", "codelist"),
)
_MOST_COLUMNS = 3
"""So many columns of one name are shown in full; of more only where they are."""


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many things to show."
)
@JSON
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
    found = search_index(make_index(all_known()), question)
    if as_json:
        click.echo(json_of_found(question, found, limit), nl=False)
    else:
        click.echo(text_of_found(question, found, limit, terminal_width()), nl=False)


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--sort",
    type=click.Choice(_SORTS),
    help="Only things of this sort, where several have the name.",
)
@click.option(
    "--sql", "with_sql", is_flag=True, help="Of a source: write its page, with operations and Db2 SQL."
)
@JSON
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

    known = all_known()
    found = things_named(known, name)
    wanted = [thing for thing in found if sort in (None, thing.ref.sort.value)]
    if sort in (Sort.COLUMN.value, Sort.CODE.value) and not wanted:
        # Columns and codes step back where something else has the name, unless they are asked for.
        wanted = [thing for thing in things_named(known, name, of_all=True) if thing.ref.sort.value == sort]
    if not wanted:
        if found and sort is not None:
            sorts = ", ".join(dict.fromkeys(thing.ref.sort.value for thing in found))
            raise no_such("NAME", f"there is no {sort}", name, f"what has this name is: {sorts}")
        small = sheet_of_small_area(known, name) if sort is None else None
        if small is not None:
            print_sheets("show", [small], as_json=as_json)
            return
        near = nearest_names(known, name, [Sort(sort)] if sort else tuple(Sort))
        hint, found_in = _hint(near), "" if sort else _found_by_words(known, name)
        if found_in:
            searched = f"`cohort catalogue search {click.format_filename(name)}` finds {found_in}"
            hint = f"{hint}; {searched}" if near else searched
        raise no_such("NAME", f"there is no {sort or 'thing'}", name, hint)
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
    print_sheets("show", sheets, as_json=as_json)


@click.command()
@click.argument("column", metavar="COLUMN")
@JSON
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

    known, shown = all_known(), click.format_filename(column)
    lists, without = code_lists_named(known, column)
    shipped = [thing.ref for thing in things_named(known, column) if thing.ref.sort is Sort.CODELIST]
    if not lists and not without and not shipped:
        near = nearest_names(known, column, (Sort.COLUMN, Sort.CODES, Sort.CODELIST))
        raise no_such("COLUMN", "there is no column or code list", column, _hint(near))
    sheets = [sheet_of(known, ref) for ref in (*(Ref(Sort.CODES, one.name) for one in lists), *shipped)]
    if without:
        sheets.append(
            _where(known, [thing.ref for thing in without], f"No list of codes is known for {shown}")
        )
    print_sheets("codes", sheets, as_json=as_json)


def _show_preparation(name: str, refs: list[Ref], *, as_json: bool) -> None:
    """Write the pages of the sources among some things."""
    from cohort import pipeline
    from cohort.lookup.sheet import Sort

    if as_json:
        raise click.UsageError("--sql writes a page as Markdown, and has no JSON.")
    sources = [ref.name for ref in refs if ref.sort is Sort.SOURCE]
    if not sources:
        raise no_such("NAME", "there is no source", name, "only sources of study files have a preparation")
    click.echo("\n".join(pipeline.preparation_page(source) for source in sources), nl=False)


def _where(known: Known, refs: list[Ref], title: str) -> Sheet:
    """Return a list of columns that are not shown in full."""
    from cohort.lookup.of_tables import columns_listing
    from cohort.lookup.sheet import Sheet

    note = "`cohort catalogue show TABLE.COLUMN` shows one of them."
    return Sheet(None, title, (), (columns_listing(known, refs),), note)


def _found_by_words(known: Known, name: str) -> str:
    """Return what has all words of a name in its text, counted; empty if nothing has, or if it has no words."""
    from cohort.lookup.search import make_index, words_in
    from cohort.lookup.search import search as search_index

    found = search_index(make_index(known), name) if words_in(name) else None
    if found is None or found.partly or not found.hits:
        return ""
    return "1 thing" if len(found.hits) == 1 else f"{len(found.hits)} things"


def _hint(near: str | None) -> str:
    return f"the nearest is {near}" if near else "`cohort catalogue search` finds by words"
