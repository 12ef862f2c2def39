"""The manual keeps up with the catalogue: every source that a study can name is in its table, with its units."""

from __future__ import annotations

import re

from cohort.catalogue import load_catalogue
from tests.conftest import ROOT

MANUAL = (ROOT / "docs" / "manual.md").read_text("utf-8")


def test_every_source_stands_in_the_manual() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ((?:child|person)[^|]*) \| ", MANUAL, re.MULTILINE))
    prepared = load_catalogue().prepared.values()
    assert rows == {one.name: ", ".join(one.units) or "child, person" for one in prepared if one.offered}


def test_what_is_out_of_scope_has_reasons_with_sources() -> None:
    section = MANUAL.partition("\n## Out of scope\n")[2]
    for title in ("Projections of demand", "Language analysis of case files"):
        assert f"**{title}.**" in section
        assert "certain)" in section.partition(title)[2]
