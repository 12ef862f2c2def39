"""The conventions page: the meanings that hold for every study, printed with every output."""

from __future__ import annotations

from cohort.query.study import Study

_RULES: tuple[tuple[str, str], ...] = (
    (
        "Missing values",
        "A comparison with a missing value is neither true nor false, and only what is true is kept. In an empty "
        "list nothing is.",
    ),
    (
        "Periods",
        "From one day until another leaves the last day out; from one day through another takes it in.",
    ),
    (
        "Spells",
        "Every spell has a first day outside (`until`). The recorded end of an episode of care is a day in it, so "
        "`until` is the day after; when the next episode starts on the recorded end, `until` is that day. A "
        "missing end is filled by the next start of the same child; if there is none and the child is not in the "
        "newest return, by 31 March of its last return; otherwise the episode is open and counted up to the end "
        "of the data. Reversed episodes are left out.",
    ),
    (
        "Periods of care",
        "Episodes are joined when the next starts at most the stated number of days after the first day outside. "
        "Days in between count as covered. Empty spells are left out.",
    ),
    (
        "Unit",
        "A child is found through the map from child code and authority to unified child. A code that the map "
        "does not hold is a child of its own; a code with several unified children takes the smallest.",
    ),
    (
        "Age and week of birth",
        "The data hold the Monday on or before the date of birth, so ages are up to six days too old. Age is "
        "counted in whole birthdays; a birthday of 29 February falls on 1 March in common years.",
    ),
    (
        "Months and years added to a date",
        "The day is clipped to the month's end: 31 January and one month is 28 or 29 February.",
    ),
    (
        "Order and ties",
        "The first or last row skips rows in which the ordering value is missing; ties are broken by the "
        "table's key.",
    ),
    (
        "Arithmetic",
        "A division gives a decimal number (64-bit floating point); a division by zero is missing.",
    ),
    ("Bands", "A band reaches from its lower bound to the next lower bound, which it leaves out."),
    ("Codes", "Codes are compared without blanks around them and in upper case."),
    ("Years", "A year of entry is the year to 31 March, named by the year in which it ends."),
    (
        "Tables",
        "Totals are totals of everyone, also of those in hidden cells. Percentages are worked out from printed "
        "counts only.",
    ),
)


def conventions_page(study: Study, policy_words: tuple[str, ...], *, synthetic: bool) -> str:
    """Return the conventions as Markdown, with the disclosure policy that was applied."""
    lines = ["# Conventions", ""]
    if synthetic:
        lines += ["**Synthetic data: no real child is in these figures.**", ""]
    lines += [f"These meanings hold for every table of `{study.id}`.", ""]
    for title, rule in _RULES:
        lines += [f"## {title}", "", rule, ""]
    lines += ["## Disclosure", ""]
    lines += [f"- {sentence}" for sentence in policy_words]
    lines += [""]
    return "\n".join(lines)
