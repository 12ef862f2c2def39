"""The few known limits that make a study wrong: each a rule, reported where the study meets it.

They are accepted like other warnings, by their rule and place and with a reason. All other limits are notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cohort.catalogue import Catalogue, Severity, load_vocabulary
from cohort.caveats.judge import Found
from cohort.caveats.names import test_made
from cohort.caveats.profile import Profile
from cohort.diagnostics import Diagnostics
from cohort.query.study import Study
from cohort.resolve.design_parts import Design
from cohort.resolve.tags import AT
from cohort.source import Place
from cohort.spec.model import Spec

CENSUSES = ("cinw", "crcs")
"""The data sets of conditions that hold children in need before, and children receiving care and support since 2016."""
_SERIES = ("agg-cin", "agg-crcs")
_LOST_LINKS = ("filters", "status of derived links")
"""The word of the vocabulary that says which test loses improved links."""

Met = Iterator[tuple[str, Place | None, str]]
"""Where a study meets a limit: the path, the place, and the name that the message says."""


def warnings_of(
    found: Found, profile: Profile, study: Study, spec: Spec, catalogue: Catalogue
) -> Diagnostics:
    """Return a warning for each place at which a study meets a limit that makes it wrong."""
    design = Design(study, spec, catalogue, Diagnostics())
    for limit in found.concerning:
        if limit.severity is Severity.WARNING:
            code, met = RULES[limit.id]
            for at, place, name in met(design, profile):
                design.add(code, at, place, name=name)
    return design.found


def _both_censuses(design: Design, profile: Profile) -> Met:
    """Yield the last source, or the last tag, by which the two censuses come into one study."""
    vocabulary = load_vocabulary()
    held = {name for census in CENSUSES for name in vocabulary.datasets[census].names}
    tables = design.catalogue.tables
    sources = [
        name
        for name, _ in design.spec.sources
        if any(tables[table].dataset in held for table in design.tables_of(name.text))
    ]
    datasets = {tables[t].dataset for name in sources for t in design.tables_of(name.text)} & held
    if all(datasets & set(vocabulary.datasets[census].names) for census in CENSUSES):
        yield f"sources.{sources[-1].text}", sources[-1].place, sources[-1].text
    else:
        named = [
            name for name, _ in design.spec.study.tags if name.text in _SERIES and name.text in profile.series
        ]
        yield AT, named[-1].place if named else None, named[-1].text if named else "tags"


def _lost_links(design: Design, profile: Profile) -> Met:
    """Yield each filter that tests the status of improved links and loses those without one."""
    sources = {name.text: name.place for name, _ in design.spec.sources}
    signs = [sign.text for part in load_vocabulary().words[_LOST_LINKS].shown for sign in part]
    paths = {test.at for test in profile.tests if any(test_made(sign, [test]) for sign in signs)}
    for path in sorted(paths):
        section, _, name = path.partition(".")
        if section == "outputs":
            name = design.output_of(name)
            yield f"outputs.{name}", None, name
        else:
            yield path, sources.get(name) if section == "sources" else None, name


RULES: dict[str, tuple[str, Callable[[Design, Profile], Met]]] = {
    "cin-crcs-not-comparable": ("CAV501", _both_censuses),
    "lacw-derived-null-status": ("CAV502", _lost_links),
}
"""The rule of each limit that is a warning, and what finds its places."""
