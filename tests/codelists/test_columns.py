"""Columns refuse lists of another system, through the whole preparation of the worked studies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cohort.pipeline import check_file

SPECS = Path(__file__).parents[2] / "specs"
CARE_LEAVERS, CRCS = "care_leavers_self_harm.yaml", "crcs_substance_misuse_injury.yaml"


def told(folder: Path, spec: str, old: str, new: str) -> list[tuple[str, str]]:
    """What is said of a worked study in which a text is exchanged: rule and headline."""
    shutil.copytree(SPECS / "codelists", folder / "codelists")
    text = (SPECS / spec).read_text("utf-8")
    assert text.count(old) == 1
    (folder / spec).write_text(text.replace(old, new), "utf-8")
    return [(item.rule.code, item.headline) for item in check_file(folder / spec).diagnostics]


@pytest.mark.parametrize(
    ("spec", "list_", "other", "system", "held"),
    [
        (CARE_LEAVERS, "self_harm_icd10", "self_harm_read_v2", "Read version 2", "ICD-10"),
        (CARE_LEAVERS, "self_harm_read_v2", "self_harm_icd10", "ICD-10", "Read version 2"),
        (CARE_LEAVERS, "placement_groups", "legal_status_short_breaks", "legal_status", "placement_type"),
        (CRCS, "injury_icd10", "self_harm_read_v2", "Read version 2", "ICD-10"),
        (
            CRCS,
            "admission_method_emergency",
            "legal_status_short_breaks",
            "legal_status",
            "NHS admission method",
        ),
    ],
)
def test_a_list_of_another_system_is_refused(
    tmp_path: Path, spec: str, list_: str, other: str, system: str, held: str
) -> None:
    said = told(tmp_path, spec, f": codelists/{list_}.csv", f": codelists/{other}.csv")
    refused = [headline for code, headline in said if code == "COD409"]
    assert len(refused) == 1
    assert f"holds codes of `{system}`, and this column holds codes of `{held}`" in refused[0]


def test_a_list_without_a_head_is_accepted_as_before(tmp_path: Path) -> None:
    before = told(tmp_path / "a", CARE_LEAVERS, "short_breaks: codelists/", "short_breaks: codelists/")
    plain = tmp_path / "b"
    told(plain, CARE_LEAVERS, "short_breaks: codelists/", "short_breaks: codelists/")
    path = plain / "codelists" / "self_harm_icd10.csv"
    body = [line for line in path.read_text("utf-8").splitlines(True) if not line.startswith("#")]
    path.write_text("".join(body), "utf-8")
    checked = check_file(plain / CARE_LEAVERS)
    assert [(item.rule.code, item.headline) for item in checked.diagnostics] == before
    assert checked.study is not None
    with_head = check_file(SPECS / CARE_LEAVERS).study
    assert with_head is not None
    assert checked.study.spec_hash == with_head.spec_hash, "the hash of a study is of codes, not of heads"


@pytest.mark.parametrize(
    ("spec", "old", "new", "code"),
    [
        (
            CARE_LEAVERS,
            "starts_with(diagnosis, codelists.self_harm_icd10)",
            "diagnosis in codelists.self_harm_icd10",
            "COD413",
        ),
        (
            CRCS,
            "admission_method in codelists.emergency_methods",
            "starts_with(admission_method, codelists.emergency_methods)",
            "COD413",
        ),
    ],
)
def test_codes_are_compared_as_the_head_says(
    tmp_path: Path, spec: str, old: str, new: str, code: str
) -> None:
    assert [found for found, _ in told(tmp_path, spec, old, new) if found.startswith("COD")] == [code]


def test_a_changed_list_stops_a_study_at_its_place(tmp_path: Path) -> None:
    told(tmp_path, CRCS, "injury_icd10: ", "injury_icd10: ")
    path = tmp_path / "codelists" / "injury_icd10.csv"
    path.write_text(path.read_text("utf-8") + "T33,frostbite\n", "utf-8")
    checked = check_file(tmp_path / CRCS)
    (changed,) = [item for item in checked.diagnostics if item.rule.code == "COD407"]
    assert changed.place is not None
    assert changed.place.source.name.endswith("codelists/injury_icd10.csv")
    assert changed.place.line == 12
    assert changed.at == "codelists.injury_icd10"
    assert checked.study is None
