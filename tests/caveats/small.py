"""Small studies over one source, for examples of known limits that no shipped study comes near."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORM = frozenset(("small", "first", "where", "also", "keep", "by", "from", "until", "derived", "tags", "not"))
"""What an example of this form can say; ``small`` names the source."""


def small_text(example: Mapping[str, Any]) -> str:
    """Return the study file of an example: people with a row of a source, the first by ``first``.

    ``where`` chooses rows, ``also`` are further sources of which a person has rows, ``keep`` is a further step, ``by``
    has the variable by which people are counted (without it there is the flow alone), ``from`` and ``until`` are the
    days of the data, and ``derived`` takes improved links from that source.
    """
    source, also = example["small"], tuple(example.get("also", ()))
    sources = dict.fromkeys(("people", source, *also))
    where = f"    where: |\n      {example['where']}\n" if "where" in example else ""
    steps = [f"    - id: has_{name}\n      keep: any({name})\n" for name in also if name != "people"]
    steps += [f"    - id: further\n      keep: |\n        {example['keep']}\n"] if "keep" in example else []
    by = (
        f"variables:\n  sort:\n    label: Sort\n    value: |\n      {example['by']}\n\n"
        if "by" in example
        else ""
    )
    count = "  people_by_sort:\n    title: People\n    count: people\n    by: [sort]\n" if by else ""
    return f"""\
cohort_spec: 1

study:
  id: small_study
  title: Small study
  question: Whom does it concern?
  unit: person
  data_from: {example.get("from", "2016-09-01")}
  data_until: {example.get("until", "2019-08-31")}

linkage:
  accept_status: [1, 4, 39]
  derived_alf: {example.get("derived", "false")}
  why: To try it.

sources:
{"".join(f"  {name}: To try it{chr(10)}" for name in sources)}
definitions:
  chosen_rows:
    from: {source}
{where}
  first_row:
    from: chosen_rows
    keep_first: {example["first"]}

population:
  from: first_row
  index_date: people.week_of_birth
  steps:
    - id: week_of_birth_known
      keep: index_date is not missing
{"".join(steps)}
{by}outputs:
  flow:
    title: Flow
    attrition: population
{count}
disclosure: sail
"""
