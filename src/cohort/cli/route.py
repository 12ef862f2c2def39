"""The command ``cohort route``: whom to ask for the data of a study, and what less data would change."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cohort.cli.common import SPEC, stop_if_broken
from cohort.diagnostics.listed import listed

if TYPE_CHECKING:
    from cohort.catalogue.model import Fact
    from cohort.catalogue.route_types import AskedTable, Route, Way, Without

_WIDTH = 110
_MOST_PARTS = 6


@click.command()
@SPEC
@click.option("--json", "as_json", is_flag=True, help="Print all as JSON, for programs.")
def route(spec: Path, as_json: bool) -> None:
    """Say whether a study can go to the Welsh Government alone or needs SAIL, why, and what fewer sources would change.

    Names the owners of the data and the steps that are publicly known, each with its source. Where sources disagree,
    it says so.

    \b
    Examples:
      cohort route specs/infants_entering_care.yaml
      cohort route my_study.yaml --json
    """
    from cohort import pipeline

    checked = pipeline.check_file(spec)
    stop_if_broken(checked)
    found = pipeline.route_of(checked)
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(found)))


def _plain(route: Route) -> dict[str, object]:
    found = asdict(route)
    # The names of the ways are for programs, the sentence for people.
    return {"study": found.pop("study"), "way": found.pop("way"), "headline": _headline(route.way), **found}


def _headline(way: Way) -> str:
    return {
        "welsh_government": "The Welsh Government alone can be asked for the data.",
        "ask_welsh_government_first": "Sources disagree whether the Welsh Government alone is enough, so ask it first; "
        "otherwise SAIL.",
        "sail": "The study needs SAIL.",
        "unknown": "It is not known where to ask for the data.",
    }[way.value]


def _lines(route: Route) -> Iterator[str]:
    yield f"{route.study}: {_headline(route.way)}"
    yield from _section("Why", [*route.reasons, *(_fact(fact) for fact in route.facts)])
    if route.readings:
        said = [_fact(reading.fact) for reading in route.readings]
        closing = ["For these data the two come to different ways."] if route.disagree else []
        yield from _section("What sources say of social-services data", [*said, *closing])
    yield from _section("What to do first", [route.advice, *route.to_ask])
    yield from _section("Datasets and owners", _datasets(route))
    yield from _section("Steps", [_fact(step.fact) for step in route.steps])
    yield from _section("Not known", list(route.not_known))
    yield from _section("With fewer sources", _fewer(route))


def _datasets(route: Route) -> list[str]:
    found = []
    for dataset in route.datasets:
        sure = "" if dataset.owner_confidence == "certain" else f" ({dataset.owner_confidence})"
        found.append(
            f"{dataset.title}: {dataset.owner}{sure}; read by {listed(dataset.sources)}. "
            f"Tables: {listed(tuple(map(_table, dataset.tables)))}."
        )
    if route.published:
        found.append(f"Published figures: {listed(route.published)}; no application.")
    return found


def _table(table: AskedTable) -> str:
    sure = "" if table.physical_confidence == "certain" else f" ({table.physical_confidence})"
    return f"{table.physical}{sure}" if table.physical else f"{table.name} (its physical name is not known)"


def _fewer(route: Route) -> list[str]:
    found = [_change(route, one) for one in route.smaller]
    whole = route.social_services_only
    if whole is not None and all(one.sources != whole.sources for one in route.smaller):
        found.append(f"Social-services data alone. {_change(route, whole)}")
    if route.instead and route.unlinked.value != route.way.value:
        found.append(f"{route.instead} Then: {_headline(route.unlinked)}")
    return found


def _change(route: Route, one: Without) -> str:
    gone = (
        f"{listed(one.datasets)} would not be needed" if one.datasets else "the same datasets would be needed"
    )
    owners = f", nor {listed(one.owners)} as an owner" if one.owners else ""
    if one.way.value != route.way.value:
        then = f" Then: {_headline(one.way)}"
    elif route.instead and one.unlinked.value != one.way.value:
        then = f" {route.instead} Then: {_headline(one.unlinked)}"
    else:
        then = " The way would be the same."
    parts = one.used_by[:_MOST_PARTS]
    more = len(one.used_by) - len(parts)
    named = [*parts, f"{more} more"] if more else list(parts)
    used = f" {listed(tuple(named))} would go or change." if named else " No part of the study uses it."
    return f"Without {listed(one.sources)}: {gone}{owners}.{then}{used}"


def _fact(fact: Fact) -> str:
    return f"{fact.text} [{fact.confidence}: {fact.source}]"


def _section(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield ""
        yield f"{title}:"
        for item in items:
            yield from textwrap.wrap(
                item, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False
            )
