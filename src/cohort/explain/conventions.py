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
        "Summaries",
        "Of no rows, a count and a total are 0, `any` is no, `none` is yes, and every other summary is missing. "
        "Missing values are skipped, except that the first or last row keeps its value even if that is missing.",
    ),
    (
        "Days covered",
        "A day that several spells cover counts once. The first day covered and the day on which a number of "
        "covered days is reached are days in care (or whatever the spells are), not the day after.",
    ),
    (
        "Arithmetic",
        "A division gives a decimal number (64-bit floating point); a division by zero is missing. Whole divisions "
        "round down. Halves are rounded away from zero.",
    ),
    (
        "Entries",
        "An entry is a unit and an index date. What depends on the index date is worked out for each entry.",
    ),
    (
        "School years",
        "School year n is the academic year (1 September to 31 August) in which a child turns n + 5. Academic and "
        "financial years are named by the calendar year in which they begin.",
    ),
    (
        "Follow-up and person-time",
        "A day of follow-up lies before the earliest end and is covered by everything that must cover it; who "
        "leaves may come back. A planned end leaves its day out, a death takes its day in, and the end of the data "
        "of every source in use always ends follow-up. A year is 365.25 days.",
    ),
    (
        "Matching",
        "In each of eight rounds every case that lacks peers proposes to its best free candidates, and every "
        "candidate accepts the best proposal; near comes before far, and a fixed number worked out from the keys "
        "and the seed decides between equals. A missing value matches nothing. A peer may become a case later.",
    ),
    ("Bands", "A band reaches from its lower bound to the next lower bound, which it leaves out."),
    ("Codes", "Codes are compared without blanks around them and in upper case."),
    ("Years", "A year to 31 March is named by the year in which it ends."),
    (
        "Tables",
        "Totals are totals of everyone, also of those in hidden cells. Percentages are worked out from printed "
        "counts only. Medians and other quantiles of a table are values that occur: the smallest that at least that "
        "share of the known values does not exceed.",
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
