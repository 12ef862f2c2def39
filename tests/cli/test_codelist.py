"""``cohort codelist``: what is written, what is refused, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cohort.catalogue.codelist_shipped import shipped_codelists

from .command import cohort

EXPORT_NAME = "PH936_ver_2447_codelists_20260102T101500.csv"
EXPORT = (
    "code,description,coding_system,concept_id,concept_version_id,concept_name,phenotype_id,phenotype_version_id,"
    "phenotype_name,code_attributes\n"
    "X60.0,Self-poisoning,ICD10 codes,C2713,6841,Intentional,PH936,2447,Self-harm\n"
    "SLHz.,Poisoning,Read codes v2,C2712,6840,Undetermined,PH936,2447,Self-harm\n"
)


def test_a_shipped_list_is_copied_and_a_file_is_kept(tmp_path: Path) -> None:
    done = cohort("codelist", "new", "codelists/injury.csv", "--from", "injury_icd10", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    written = tmp_path / "codelists" / "injury.csv"
    assert written.read_text("utf-8") == shipped_codelists()["injury_icd10"].text
    written.write_text("mine\n", "utf-8")
    again = cohort("codelist", "new", "codelists/injury.csv", "--from", "injury_icd10", cwd=tmp_path)
    assert again.code == 6
    assert "this file exists" in again.sentence
    assert written.read_text("utf-8") == "mine\n"
    forced = cohort(
        "codelist", "new", "codelists/injury.csv", "--from", "injury_icd10", "--force", cwd=tmp_path
    )
    assert forced.code == 0
    assert written.read_text("utf-8") != "mine\n"
    unknown = cohort("codelist", "new", "x.csv", "--from", "injury_icd1", cwd=tmp_path)
    assert unknown.code == 2
    assert "the nearest is injury_icd10" in unknown.sentence


def test_a_new_list_is_filled_checked_and_pinned(tmp_path: Path) -> None:
    head = ("--system", "ICD10", "--version", "2019", "--source", "a book", "--licence", "none")
    new = cohort("codelist", "new", "asthma.csv", *head, "--compared", "beginnings", cwd=tmp_path)
    assert new.code == 0
    path = tmp_path / "asthma.csv"
    empty = cohort("codelist", "check", "asthma.csv", cwd=tmp_path)
    assert empty.code == 1
    assert "asthma.csv:6:3" in empty.out
    assert "`retrieved` is empty" in empty.out
    filled = path.read_text("utf-8").replace("# retrieved:", "# retrieved: 2026-11-22")
    path.write_text(filled, "utf-8")
    assert "it has no rows" in cohort("codelist", "check", "asthma.csv", cwd=tmp_path).out
    path.write_text(filled + "J45,asthma\n", "utf-8")
    pinned = cohort("codelist", "check", "asthma.csv", "--pin", cwd=tmp_path)
    assert pinned.code == 0
    assert "1 code of ICD-10; SHA-256" in pinned.out
    assert "# sha256: " in path.read_text("utf-8")
    assert cohort("codelist", "check", "asthma.csv", cwd=tmp_path).code == 0
    path.write_text(path.read_text("utf-8") + "J46,severe asthma\n", "utf-8")
    changed = cohort("codelist", "check", "asthma.csv", cwd=tmp_path)
    assert changed.code == 1
    assert "error COD407" in changed.out
    assert cohort("codelist", "check", "asthma.csv", "--pin", cwd=tmp_path).code == 0


def test_a_plain_list_is_sound_and_cannot_be_pinned(tmp_path: Path) -> None:
    plain = "code,label\nC1,interim care order\n"
    (tmp_path / "plain.csv").write_text(plain, "utf-8")
    done = cohort("codelist", "check", "plain.csv", "--pin", cwd=tmp_path)
    assert done.code == 0
    assert "not pinned, because it has no head" in done.out
    assert (tmp_path / "plain.csv").read_text("utf-8") == plain


def test_check_tells_programs_and_is_strict_where_asked(tmp_path: Path) -> None:
    own = shipped_codelists()["self_harm_icd10"].text.replace("ICD-10\n", "Own system\n", 1)
    own = "".join(line for line in own.splitlines(keepends=True) if "sha256" not in line)
    (tmp_path / "own.csv").write_text(own, "utf-8")
    assert cohort("codelist", "check", "own.csv", cwd=tmp_path).code == 0
    strict = cohort("codelist", "check", "own.csv", "--strict", "--json", cwd=tmp_path)
    assert strict.code == 1
    (problem,) = json.loads(strict.out)
    assert (problem["code"], problem["file"], problem["line"]) == ("COD408", "own.csv", 3)
    assert cohort("codelist", "check", "absent.csv", cwd=tmp_path).code == 6


def test_lists_and_systems_are_shown(tmp_path: Path) -> None:
    listed = cohort("codelist", "show", cwd=tmp_path)
    assert listed.code == 0
    assert all(name in listed.out for name in shipped_codelists())
    one = cohort("codelist", "show", "legal_status_short_breaks", cwd=tmp_path)
    assert "V1" in one.out
    assert "agreed series of short-term breaks" in one.out
    assert "sha256:" in one.out
    found = json.loads(cohort("codelist", "show", "self_harm_icd10", "--json", cwd=tmp_path).out)
    assert found["system"] == "ICD-10"
    assert found["codes"][0]["code"] == "X6"
    assert "OPCS-4" in cohort("codelist", "show", "--systems", cwd=tmp_path).out
    assert cohort("codelist", "show", "no_such_list", cwd=tmp_path).code == 2
    assert cohort("codelist", "show", "x", "--systems", cwd=tmp_path).code == 2


def test_an_export_is_imported_and_pinned(tmp_path: Path) -> None:
    (tmp_path / EXPORT_NAME).write_text(EXPORT, "utf-8")
    several = cohort("codelist", "import", EXPORT_NAME, "self_harm.csv", cwd=tmp_path)
    assert several.code == 6
    assert "Choose one with --system." in several.sentence
    assert not (tmp_path / "self_harm.csv").exists()
    done = cohort("codelist", "import", EXPORT_NAME, "self_harm.csv", "--system", "ICD-10", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "PH936 version 2447 (C2713 version 6841)" in done.out
    text = (tmp_path / "self_harm.csv").read_text("utf-8")
    assert "# retrieved: 2026-01-02\n" in text
    assert "\nX600,Self-poisoning,C2713 version 6841\n" in text
    assert cohort("codelist", "check", "self_harm.csv", "--strict", cwd=tmp_path).code == 0
    again = cohort("codelist", "import", EXPORT_NAME, "self_harm.csv", "--system", "Read v2", cwd=tmp_path)
    assert again.code == 6
    assert (tmp_path / "self_harm.csv").read_text("utf-8") == text


def test_an_import_needs_a_day_and_an_export(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, "utf-8")
    assert cohort("codelist", "import", "export.csv", "out.csv", cwd=tmp_path).code == 2
    bad_day = cohort("codelist", "import", "export.csv", "out.csv", "--retrieved", "2 January", cwd=tmp_path)
    assert bad_day.code == 2
    (tmp_path / "other.csv").write_text("code,label\nX60,x\n", "utf-8")
    other = cohort("codelist", "import", "other.csv", "out.csv", "--retrieved", "2026-01-02", cwd=tmp_path)
    assert other.code == 6
    assert "no export of the HDR UK Phenotype Library" in other.sentence
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("command", ["new", "check", "show", "import"])
def test_help_has_examples(command: str, tmp_path: Path) -> None:
    done = cohort("codelist", command, "--help", cwd=tmp_path)
    assert done.code == 0
    assert "Examples:" in done.out
    assert f"cohort codelist {command}" in done.out


def test_a_newer_version_says_what_changed(tmp_path: Path) -> None:
    (tmp_path / EXPORT_NAME).write_text(EXPORT, "utf-8")
    first = cohort("codelist", "import", EXPORT_NAME, "harm.csv", "--system", "ICD-10", cwd=tmp_path)
    assert first.code == 0
    newer = EXPORT.replace("2447", "3576").replace("6841", "9999").replace("X60.0", "X61")
    (tmp_path / "newer.csv").write_text(newer, "utf-8")
    again = ("codelist", "import", "newer.csv", "harm.csv", "--system", "ICD-10", "--retrieved", "2026-02-03")
    kept = cohort(*again, cwd=tmp_path)
    assert kept.code == 6
    words = "it was of PH936 version 2447 (C2713 version 6841); 1 codes are new and 1 are gone"
    assert words in kept.sentence
    replaced = cohort(*again, "--force", cwd=tmp_path)
    assert replaced.code == 0
    assert f"In place of an earlier list: {words}." in replaced.out
    assert "# retrieved: 2026-02-03" in (tmp_path / "harm.csv").read_text("utf-8")
    assert cohort("codelist", "check", "harm.csv", cwd=tmp_path).code == 0
