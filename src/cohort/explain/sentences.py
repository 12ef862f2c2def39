"""Every English sentence of an explained study, in one table: another language is another table of the same keys."""

from __future__ import annotations

SENTENCES = {
    "unit": "Unit: {unit}. Data from {first} through {last}.",
    "sources": "## Data that the study uses, and why",
    "source": "- **{name}** ({grain}; held as {held}): {why}",
    "source for links": "- **{name}** ({grain}; held as {held}): read to bring the other sources to the {unit}",
    "codelist": "- Codelist **{name}**: {codes}",
    "codelist with head": "- Codelist **{name}** ({system}; {about}): {codes}",
    "context": "## Figures that the study brings",
    "context table": (
        "- **{name}** ({file}, {lines} lines, by {keys}): {why} Source: {source}. Licence: {licence}. "
        "SHA-256: {sha256}."
    ),
    "context figures": "  Figures: {figures}.",
    "time": "{time} ({time_is})",
    "linkage": "## How people are linked",
    "linkage statuses": "Links with the match statuses {statuses} are accepted.",
    "linkage derived": "Derived links from {derived} are used beside routine matching.",
    "linkage routine": "Routine matching alone is used; derived links are not.",
    "linkage why": "Why: {why}",
    "preparation": "## How the sources are prepared",
    "definitions": "## Definitions",
    "from": "From {inputs}:",
    "of entries": "These are rows of each entry: they depend on the index date.",
    "population": "## Who is in the cohort",
    "population one": (
        "The population starts from {start}: one entry for each {unit} at most. The index date is {index}."
    ),
    "population many": (
        "The population starts from {start}: each different index date of a {unit} is an entry. The index date is "
        "{index}."
    ),
    "population name": "Beside the peers, these entries are called {name}.",
    "index missing": "Rows without an index date do not enter, and are counted.",
    "steps": "An entry is kept if, in this order:",
    "no steps": "Every entry is kept.",
    "step": "{number}. **{id}**: {words}.{why}",
    "why": " Why: {why}",
    "peers": "## Who they are compared with: {name}",
    "peers pool": (
        "Each case is compared with up to {per_case} other {units} of {pool}, as they were on the index date of the "
        "case. A candidate is kept if, in this order:"
    ),
    "peers no steps": (
        "Each case is compared with up to {per_case} other {units} of {pool}, as they were on the index date of the "
        "case."
    ),
    "peers exact": "Candidate and case agree in {exact}. A missing value matches nothing.",
    "peers nearest": "They differ by no more than {tolerance} in {nearest}; the nearest are taken first.",
    "peers reuse": "One candidate can be the peer of several cases.",
    "peers no reuse": "A candidate is the peer of one case only.",
    "peers ties": (
        "Between candidates that are equally near a fixed number decides, worked out from the keys and the seed "
        "{seed}. Cases that find fewer peers stay, and are counted."
    ),
    "follow up": "## Follow-up",
    "follow up starts": "Follow-up starts on {start}. It ends at the earliest of:",
    "follow up end": "- **{name}**: {words}, {included}{only}",
    "day included": "that day included",
    "day left out": "that day left out",
    "only for": ", for {group} only",
    "follow up covers": "Only days that {covers} cover count; an entry may leave and come back.",
    "follow up none": "An entry without a single day of follow-up is left out, and is a row of the flow.",
    "variables": "## Variables",
    "variable": "- **{label}** (`{name}`): {value}.",
    "person time": "## Person-time",
    "split by age": "- **{label}** (`{name}`): by age, in bands that begin at {ages} years; the last ends at {last}.",
    "split by calendar": "- **{label}** (`{name}`): by the calendar, in {number} stretches from {first} until {last}.",
    "split by spells": (
        "- **{label}** (`{name}`): the {value} of {rows} on each day; “{otherwise}” on days without one."
    ),
    "split priority": "  Where spells overlap, the first of {priority} counts; otherwise the later start.",
    "split no priority": "  Where spells overlap, the one that started later counts.",
    "outcomes": "## Outcomes",
    "outcome all": "- **{label}** (`{name}`): every row of {events} on its {date} in follow-up.",
    "outcome first": (
        "- **{label}** (`{name}`): the first row of {events} by its {date} in follow-up; time after that day is left "
        "out."
    ),
    "outcome washout": "  A row counts only if there was none in the {days} days before its day.",
    "outputs": "## Tables",
    "attrition": "- **{title}**: how many {units} are left after each step.",
    "attrition of peers": "- **{title}**: how many candidates are left after each step, and how many became {name}.",
    "count": "- **{title}**: {units} by {by}{among}.",
    "count of sets": "- **{title}**: matched sets by {by}{among}.",
    "per residents": "  Also as a rate for each {per:,} residents ({label}; source: {source}).",
    "table one": (
        "- **{title}**: {variables}{by}{among}, each as numbers and per cent, or mean, standard deviation, median and "
        "quartiles, with missing values and (for two groups) standardised differences."
    ),
    "balance": "- **{title}**: standardised differences of {variables}{by}{among}.",
    "distribution": (
        "- **{title}**: {variables}{by}{among}, each as mean, standard deviation, and the 5th, 25th, 50th, 75th and "
        "95th per cent."
    ),
    "rate": "- **{title}**: {outcome} for each {time} by {by}{among}{events_by}.",
    "rate overall": "- **{title}**: {outcome} for each {time}{among}{events_by}.",
    "person-year": "person-year",
    "person-years": "{years:,} person-years",
    "between": " by {by}",
    "among": ", among those where {among}",
    "events by": "; events also by {column}",
    "group": "group",
    "peers found": "number of peers found",
    "policy": "All tables are released together under the disclosure policy `{policy}`.",
    "limits": "## Known limits",
    "accepted": "- Accepted by the study ({rule} at `{at}`): {why}",
    "caveat": "- {text} ({dimension}, {confidence}; source: {source}; `{id}`)",
    "limits handled": "Preparation of the data sees to further limits: {ids}.",
    "limits to read": "No study shows whether these limits concern it; they are to be read:",
    "limit for tags": "One more limit may concern the study; a tag would tell (`cohort check --tags`).",
    "limits for tags": "{number} more limits may concern the study; tags would tell (`cohort check --tags`).",
    "tags": "The study says of itself:",
    "tag": "- {says} (`{name}`)",
    "tag denied": "- Not so: {says} (`{name}`)",
    "tag of series": "Its figures are set beside the published series `{id}` or come from it.",
    "origin": "## Where this comes from",
    "written": (
        "Written by Carfan from `{file}` (hash {hash}). The words, the SQL and the tables come from the same tree."
    ),
    "and": " and ",
    "list": ", ",
}
"""Sentences by what they say."""


def say(sentence: str, /, **parts: object) -> str:
    """Return a sentence with its parts filled in."""
    return SENTENCES[sentence].format(**parts)
