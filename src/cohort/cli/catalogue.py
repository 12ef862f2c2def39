"""`cohort catalogue`: looking around in what is known of the Welsh holdings, and writing it as a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.catalogue_areas import areas, figures
from cohort.cli.catalogue_common import JSON as _JSON
from cohort.cli.catalogue_common import all_known as _known
from cohort.cli.catalogue_common import no_such as _no_such
from cohort.cli.catalogue_common import print_sheets as _print_sheets
from cohort.cli.catalogue_show import codes, search, show
from cohort.cli.common import PATH, make_parent

if TYPE_CHECKING:
    from cohort.lookup.known import Known

_DATASET = click.option("--dataset", metavar="NAME", help="Only of this dataset or published series.")
_DIMENSIONS = ("coverage", "completeness", "consistency", "accuracy", "timeliness", "relevance")


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
    _check_dataset(known, dataset)
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
    _check_dataset(known, dataset)
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


for _other in (search, show, codes, areas, figures):
    catalogue.add_command(_other)


def _check_dataset(known: Known, dataset: str | None) -> None:
    """Refuse a dataset or series that is not known, unless none is asked for."""
    if dataset is not None:
        names = dict.fromkeys((*known.datasets, *known.landscape.entries))
        _check_name(dataset, tuple(names), "dataset or series", "--dataset")


def _check_name(name: str, names: tuple[str, ...], what: str, option: str) -> None:
    """Refuse a name that is none of the names, with the nearest one."""
    from cohort.diagnostics.nearest import nearest

    if name not in names:
        near = nearest(name, names)
        others = (
            f"there are {', '.join(names)}" if what == "theme" else "`cohort catalogue datasets` lists them"
        )
        hint = f"the nearest is {near}" if near else others
        raise _no_such(option, f"there is no {what}", name, hint)
