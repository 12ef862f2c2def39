"""Writes docs/tags.md, the tags of studies and what they decide: ``python -m tests.project.tags_page``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from cohort.catalogue import (
    Decided,
    KnownLimit,
    Severity,
    comparable_series,
    load_landscape,
    load_limits,
    load_vocabulary,
)
from cohort.caveats.names import matches
from cohort.caveats.warned import RULES

PAGE = Path(__file__).parents[2] / "docs" / "tags.md"
OPENING = """\
# Known limits of the data, and tags

The catalogue knows {all} limits of the data, each with a condition, a source and a confidence. Every check decides
which of them concern a study, from the columns, years, links, filters, groups and outputs that it really uses.

- `cohort check SPEC --notes` lists those that concern it (`note`), and those that no study shows (`read`), which a
  reader decides.
- `cohort check SPEC --tags` lists the tags that would tell of more, and of which limits.
- `cohort explain SPEC` and the pages beside the results have all that concern it, with their sources.
- With `--format json` both options add objects behind the problems.

A limit is a note and stops nothing. Those that make a study wrong are warnings, to be repaired or accepted under
`accept` with a reason: {warnings}.

## Tags

What the sections of a study do not show it says of itself, under `study`:

```yaml
study:
  tags: [compares_with_published_figures, agg-cla]
```

or with answers, where something does not hold:

```yaml
study:
  tags:
    compares_with_england: false
    need_from_use: true
```

A tag changes no result: it only decides limits. What the sections show counts more than a tag that denies it. An
unknown tag is an error ([NAM122](rules/NAM122.md)). A published series is named by its id in the catalogue.

"""
SERIES = """\
What the figures of a study come from, or are set beside, with the number of limits that naming it can decide. What
England has at the level of persons can be named too.
"""

UNMET = """\
A limit stays in the catalogue where preparation sees to it, or where nothing is known that a study could read. It is
true of the data, and it concerns those who use them in another way. Such a limit says why no study that this package
reads can meet it.
"""
ORIGIN = """\
The limits are the rows of one collection, made from the seed documents, public code and papers. Identity, condition,
source and confidence are those of the row. Three things differ, and nothing else:

- **Dimension and severity** are ours: the collection has neither.
- **Messages** are written so that each can be read alone. Numbers of codes, years and ages that stand elsewhere in the
  row stand in the message; abbreviations of datasets and columns are words.
- **`read_as`** is another condition than the row's, where the row's own words also meet studies that it is not about,
  or never meet those that it is about. Each says why; `cohort catalogue show ID` shows both.

One row has a part that is less sure than the rest (`covid-disruption`: which years); it is told as a doubt. Two
messages say more than their rows, since a public source has been found: `cafw-names-unknown` and `lsoa-versions`.
"""


def page() -> str:
    """Return the page."""
    limits, vocabulary = load_limits(), load_vocabulary()
    warnings = [
        f"[{RULES[limit.id][0]}](rules/{RULES[limit.id][0]}.md) (`{limit.id}`)"
        for limit in limits
        if limit.severity is Severity.WARNING
    ]
    bearing = Counter(tag for limit in limits for tag in limit.tags)
    lines = [OPENING.format(all=len(limits), warnings=" and ".join(sorted(warnings)))]
    lines += ["| tag | says | limits |", "|---|---|---:|"]
    lines += [f"| `{tag.name}` | {tag.says} | {bearing[tag.name]} |" for tag in vocabulary.tags.values()]
    lines += ["", "## Published series", "", SERIES, "| id | series | limits |", "|---|---|---:|"]
    entries = load_landscape().entries
    for name in sorted(comparable_series()):
        met = sum(any(matches(tag, name) for tag in limit.tags) for limit in limits)
        lines.append(f"| `{name}` | {entries[name].title.text} | {met} |")
    lines += ["", "## Limits that no study meets", "", UNMET, "| limit | why |", "|---|---|"]
    lines += [f"| `{limit.id}` | {limit.no_study} |" for limit in limits if limit.no_study]
    lines += ["", "## All limits in numbers", "", *_counts(limits)]
    lines += ["", "## How they came here", "", ORIGIN]
    return "\n".join(lines) + "\n"


def _counts(limits: Iterable[KnownLimit]) -> Iterator[str]:
    found = list(limits)
    words = {Decided.SPEC: "by the study alone", Decided.TAG: "by a tag", Decided.READING: "by a reader"}
    yield "| decided | limits |"
    yield "|---|---:|"
    yield from (f"| {words[way]} | {sum(limit.decided is way for limit in found)} |" for way in Decided)
    for title, values in (
        ("dimension", [str(limit.dimension) for limit in found]),
        ("confidence", [limit.confidence for limit in found]),
    ):
        yield from ("", f"| {title} | limits |", "|---|---:|")
        yield from (f"| {value} | {count} |" for value, count in Counter(values).most_common())


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
