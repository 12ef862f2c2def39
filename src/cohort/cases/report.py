"""What came of a file of cases, as text. The values are invented, so they may be shown."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.cases.model import Tried
from cohort.diagnostics.render import printable


def report(tried: Tried) -> str:
    """Return each case with how it differs, then the clauses that no case meets both ways."""
    return "".join(f"{printable(line)}\n" for line in _lines(tried))


def _lines(tried: Tried) -> Iterator[str]:
    for found in tried.cases:
        yield f"{'FAIL' if found.differences else 'pass'}  {found.case.name}"
        for difference in found.differences:
            yield f"      {tried.file}:{difference.line}"
            yield f"        {difference.what}: expected {difference.expected}, found {difference.found}"
    if tried.unmet:
        yield ""
        yield "Clauses that no case meets both ways:"
    for unmet in tried.unmet:
        yield f"  {unmet.origin} {unmet.path}: {unmet.words}"
        yield f"    {unmet.lacks}"
    yield ""
    number, failed = len(tried.cases), len(tried.failed)
    passed = "all as expected" if not failed else f"{failed} not as expected"
    yield f"{number} {'case' if number == 1 else 'cases'}, {passed}."
    yield f"{tried.clauses - len(tried.unmet)} of {tried.clauses} clauses are met both ways."
