"""Rules of study design: faults that no syntax shows. Warnings may be accepted with a reason, errors not."""

from __future__ import annotations

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.study import Study
from cohort.resolve.design_ahead import exposure_after_outcome, outcomes_past_the_data, steps_look_ahead
from cohort.resolve.design_back import look_back
from cohort.resolve.design_entry import entry_as_outcome
from cohort.resolve.design_follow_up import follow_up
from cohort.resolve.design_missing import missing_dropped
from cohort.resolve.design_outputs import disclosure
from cohort.resolve.design_parts import Design
from cohort.resolve.design_ties import ties
from cohort.resolve.design_use import unused
from cohort.spec.model import Spec

RULES = (
    steps_look_ahead,
    outcomes_past_the_data,
    exposure_after_outcome,
    look_back,
    follow_up,
    entry_as_outcome,
    missing_dropped,
    ties,
    unused,
)


def check_design(
    study: Study,
    spec: Spec,
    catalogue: Catalogue,
    policies: tuple[str, ...],
    of_data: Diagnostics,
    diagnostics: Diagnostics,
) -> None:
    """Report design faults of a study that resolved, and what was found in its use of the data (``of_data``).

    ``policies`` are the names of known disclosure policies. Accepted warnings are left out.
    """
    design = Design(study, spec, catalogue, Diagnostics())
    for rule in RULES:
        rule(design)
    disclosure(design, policies)
    design.found.extend(of_data)
    _accept(spec, design.found, diagnostics)


def _accept(spec: Spec, found: Diagnostics, diagnostics: Diagnostics) -> None:
    """Pass on all but accepted warnings; an acceptance of nothing is itself a mistake."""
    accepted = {(a.rule.text, a.at.text): a for a in spec.accept}
    met: set[tuple[str, str]] = set()
    for item in found:
        key = (item.rule.code, item.at)
        if key in accepted and item.rule.severity == "warning":
            met.add(key)
            continue
        diagnostics.add(item.rule.code, item.place, at=item.at, suggestion=item.suggestion, **dict(item.data))
    for key, acceptance in accepted.items():
        if key not in met:
            name = f"{key[0]} at {key[1]}"
            diagnostics.add("NAM112", acceptance.rule.place, at=f"accept.{key[0]}", name=name)
