"""The templates of the pages, and the filters with which they write texts, links and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from cohort.lookup.sheet import Listing, Row, Statement, text_of_cell
from cohort.site.addresses import address_of, anchor_of
from cohort.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_MARKED = re.compile(r"`(?P<code>[^`]+)`|(?P<address>https?://[^\s<>\"()]*[^\s<>\"().,;:])")
"""What is marked in a text: a name or command between backticks, or an address."""


def render(template: str, **parts: object) -> str:
    """Return the text of a page."""
    return _environment().get_template(template).render(version=__version__, **parts).rstrip("\n") + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cohort", "site/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        newline_sequence="\n",
    )
    environment.filters["address"] = address_of
    environment.filters["anchor"] = anchor_of
    environment.filters["by_about"] = _by_about
    environment.filters["marked"] = _marked
    environment.filters["shown_places"] = _shown_places
    environment.filters["is_sure"] = lambda key: key == "sure" or key.endswith("_sure")
    environment.tests["first_of_its_anchor"] = _first_of_its_anchor
    return environment


def _by_about(said: Iterable[Statement]) -> list[tuple[str, list[Statement]]]:
    """Return statements that follow each other about the same thing together."""
    return [(about, list(group)) for about, group in groupby(said, key=lambda one: one.about)]


def _shown_places(listing: Listing) -> list[int]:
    """Return the columns of a list in which some row says something; the first is always shown."""
    return [
        place
        for place in range(len(listing.heads))
        if place == 0 or any(text_of_cell(row.cells[place]) for row in listing.rows)
    ]


def _first_of_its_anchor(row: Row, listing: Listing) -> bool:
    """Whether a row is the first about its thing: a code with several meanings has several rows."""
    return row is next(one for one in listing.rows if one.ref == row.ref)


def _marked(text: str) -> Markup:
    """Return a text with names between backticks as code and addresses as links, everything else escaped."""
    from markupsafe import Markup, escape

    parts, end = [], 0
    for found in _MARKED.finditer(text):
        parts.append(escape(text[end : found.start()]))
        code, address = found["code"], found["address"]
        parts.append(
            Markup("<code>{}</code>").format(code)
            if code
            else Markup('<a class="long" href="{0}">{0}</a>').format(address)
        )
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
