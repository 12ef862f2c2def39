"""Writes docs/disagreements.md, where sources disagree: ``python -m tests.project.disagreements_page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cohort.catalogue.disagreements import Disagreement, load_disagreements

PAGE = Path(__file__).parents[2] / "docs" / "disagreements.md"
OPENING = """\
# Where the sources disagree

{count} questions on which sources differ, with what each says and what the catalogue takes. The confidence is that of
what is taken. `cohort catalogue disagreements` shows the same, and `--dataset NAME` those about one dataset or series.

Contradictions within the data themselves (two linking fields of one child, two sexes) are another matter:
[entities and links](links.md) has the rule for each, and where it is counted.
"""


def page() -> str:
    """Return the page."""
    found = load_disagreements()
    return "\n".join([OPENING.format(count=len(found)), *(line for one in found for line in _section(one))])


def _section(one: Disagreement) -> Iterator[str]:
    yield f"## {one.question}"
    yield ""
    yield f"About {', '.join(f'`{name}`' for name in one.about)}."
    yield ""
    for said in one.said:
        yield f"- {said.text} ({said.source})"
    yield ""
    yield f"Taken: {one.taken} *{one.confidence.capitalize()}.*"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
