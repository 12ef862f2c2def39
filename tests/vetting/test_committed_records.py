"""The committed vetting records are of the committed scripts. `make vet` writes them afresh.

Versions of tools differ from machine to machine, so only what does not depend on them is compared.
"""

from __future__ import annotations

import hashlib
import json

import pytest

from cohort.vetting.record import FULL_LABEL
from tests.study.held import ROOT, example

from .subjects import STUDIES


@pytest.mark.parametrize("name", STUDIES)
def test_a_record_is_of_the_committed_script(name: str) -> None:
    folder = ROOT / "sql" / name
    record = json.loads((folder / f"{name}.vetting.json").read_text("utf-8"))
    script = (folder / "db2.sql").read_bytes()
    assert record["script_sha256"] == hashlib.sha256(script).hexdigest(), "`make vet` writes it afresh"
    assert record["spec_sha256"] == example(name).spec_hash
    assert record["label"] == FULL_LABEL
    assert {check["status"] for check in record["checks"]} == {"passed"}
    page = (folder / f"{name}.vetting.md").read_text("utf-8")
    assert f"**{FULL_LABEL}.**" in page
    assert record["script_sha256"] in page
    assert record["data"]["sha256"] in page
