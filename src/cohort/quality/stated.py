"""From true counts and the release of the study to the statement: protected, with links and known limits."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.catalogue import load_landscape
from cohort.catalogue.model import Catalogue
from cohort.caveats import Found
from cohort.disclosure.policy import load_policy
from cohort.disclosure.release import protect_release
from cohort.plan.collect import ResultRow, collect
from cohort.plan.results import linked_sources
from cohort.quality.collect import RawCounts
from cohort.quality.description import Description
from cohort.quality.protect import protect_counts
from cohort.quality.statement import Statement, state_study
from cohort.query.study import Study
from cohort.results.model import SafeResults, SafeTable


def release_of(study: Study, rows: Iterable[ResultRow]) -> SafeResults:
    """Return the release of a study from the rows that its own script left; raises as ``protect_release`` does."""
    return protect_release(collect(study, rows), load_policy(study.policy), synthetic=False)


def stated(
    study: Study,
    catalogue: Catalogue,
    limits: Found,
    description: Description,
    raw: RawCounts,
    release: SafeResults | str,
    *,
    synthetic: bool,
) -> Statement:
    """Protect the counts beside the study's own release (or why there is none), and put the statement together."""
    beside = None if isinstance(release, str) else release
    policy = load_policy(study.policy)
    safe = protect_counts(raw, description.comparisons, policy, synthetic=synthetic, beside=beside)
    links: tuple[SafeTable, ...] | str
    if isinstance(release, str):
        links = release
    else:
        wanted = set(linked_sources(study))
        links = tuple(t for t in release.tables if isinstance(t, SafeTable) and t.id in wanted)
    return state_study(description, safe, links, limits, catalogue, load_landscape().entries)
