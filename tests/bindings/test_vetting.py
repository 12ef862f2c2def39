"""The gate of Db2 scripts under a binding that names and holds columns otherwise, and the page of bindings."""

from __future__ import annotations

import re

import polars
import pytest

from cohort import pipeline
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.catalogue.binding import Binding
from cohort.catalogue.binding_read import binding_of
from cohort.diagnostics import Diagnostics
from cohort.query.study import Study
from cohort.source import Source
from cohort.sql import Script
from cohort.vetting.execution import _lines_of
from cohort.vetting.minimisation import check_minimisation
from tests.conftest import ROOT

CATALOGUE = load_catalogue()


def read(text: str) -> tuple[Binding | None, Diagnostics]:
    diagnostics = Diagnostics()
    return binding_of(Source("mine.yaml", text), diagnostics), diagnostics


def study() -> Study:
    found = pipeline.check_file(ROOT / "specs" / "care_leavers_self_harm.yaml").study
    assert found is not None
    return found


def other() -> Binding:
    lines = "".join(f"  {logical}: {name}\n" for logical, name in shipped_binding("sail9999").tables.items())
    found, diagnostics = read(
        "binding: mine\ntitle: Mine\nschema: SAIL1V\nworkspace: SAILW1V\nkey_suffix: E\nstatus_type: text\n"
        f"tables:\n{lines}columns:\n  lacw_alf.alf: ALF_OWN\n  wdsd_persons.sex: {{name: SEX, held_as: text}}\n"
        "  lacw_alf.local_authority: {codes: {512: 7512, 514: 512}}\n"
    )
    assert found is not None, [item.headline for item in diagnostics]
    return found


def script() -> Script:
    return pipeline.compile_study(study(), "db2", other())


def test_a_column_of_another_name_is_still_the_catalogues_column() -> None:
    outcome, readings = check_minimisation(script().text, script(), study(), CATALOGUE)
    assert outcome.findings == ()
    assert "ALF_OWN" in next(one.columns for one in readings if one.logical == "lacw_alf")


def test_the_invented_rows_have_the_types_of_the_binding() -> None:
    made = script()
    columns = {c.physical: c.template for r in made.reads if r.logical == "lacw_alf" for c in r.columns}
    rows = {
        "SYSTEM_ID_PE": [1, 2],
        "LOCAL_AUTHORITY_CODE": [512, 514],
        "ALF_PE": [3, 4],
        "ALF_STS_CD": [39, None],
    }
    found = _lines_of(made, {"lacw_alf": polars.DataFrame(rows)}, CATALOGUE)["lacw_alf"]
    place = list(columns).index("ALF_STS_CD")
    assert [row[place] for row in found] == ["39", None]
    assert [row[list(columns).index("ALF_OWN")] for row in found] == [3, 4]
    assert [row[list(columns).index("LOCAL_AUTHORITY_CODE")] for row in found] == [7512, 512]


@pytest.mark.parametrize("name", ["ALF_PE", "alf_e", "SYSTEM_ID_PE", "IRN_PE"])
def test_no_identifier_comes_in_as_another_column(name: str) -> None:
    text = "binding: m\ntitle: M\nschema: S\nworkspace: W\nkey_suffix: PE\ntables:\n  lacw_alf: A\ncolumns:\n"
    for value in (name, f"{{name: {name}}}"):
        found, diagnostics = read(f"{text}  lacw_alf.sex: {value}\n")
        assert found is None
        assert [item.rule.code for item in diagnostics] == ["BND110"]
    assert read(f"{text}  lacw_alf.alf: {name}\n")[0] is not None


def test_the_binding_of_the_page_is_sound() -> None:
    page = (ROOT / "docs" / "bindings.md").read_text("utf-8")
    shown = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert shown
    for text in shown:
        found, diagnostics = read(text)
        assert found is not None, [item.headline for item in diagnostics]
