"""The shipped codelists: sound, pinned, cited, those of the worked studies, and no code outside the catalogue."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.code_systems import code_systems, may_stand_in, system_named
from cohort.catalogue.codelist_file import CodelistFile, read_codelist_file
from cohort.catalogue.codelist_shipped import shipped_codelists
from cohort.diagnostics import Diagnostics
from cohort.pipeline import check_file

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
LISTS = {name: found.codes for name, found in CATALOGUE.code_lists.items()}


def shipped(name: str) -> CodelistFile:
    diagnostics = Diagnostics()
    read = read_codelist_file(shipped_codelists()[name], LISTS, diagnostics)
    assert [item.headline for item in diagnostics] == []
    assert isinstance(read, CodelistFile)
    return read


def test_what_the_worked_studies_need_is_shipped() -> None:
    assert set(shipped_codelists()) >= {
        *("self_harm_icd10", "self_harm_read_v2", "injury_icd10", "admission_method_emergency"),
        *("placement_groups", "legal_status_short_breaks", "episode_reason_new_placement"),
    }


@pytest.mark.parametrize("name", shipped_codelists())
def test_a_shipped_list_is_pinned_and_cites_a_public_source(name: str) -> None:
    read = shipped(name)
    assert read.head is not None
    assert read.pinned == read, "the hash is that of the file"
    assert read.head.address.startswith("https://")
    assert read.head.confidence
    assert read.head.compared
    assert all(label for _, label in read.codes)
    labels = [label for _, label in read.codes]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", shipped_codelists())
def test_a_shipped_list_is_of_a_system_that_a_column_holds(name: str) -> None:
    head = shipped(name).head
    assert head is not None
    held = [
        column.type.code_list or column.type.code_system
        for table in CATALOGUE.tables.values()
        for column in table.columns
    ]
    assert any(system is not None and may_stand_in(head.system, system) for system in held)


@pytest.mark.parametrize("path", sorted((ROOT / "specs" / "codelists").glob("*.csv")), ids=lambda p: p.stem)
def test_lists_beside_the_studies_are_the_shipped_bytes(path: Path) -> None:
    assert path.read_text("utf-8") == shipped_codelists()[path.stem].text


@pytest.mark.parametrize(
    ("name", "first", "last"), [("self_harm_icd10", "X60", "X84"), ("injury_icd10", "S00", "T32")]
)
def test_beginnings_cover_the_block_and_nothing_beside_it(name: str, first: str, last: str) -> None:
    beginnings = tuple(code for code, _ in shipped(name).codes)
    stems = [f"{letter}{number:02d}" for letter in string.ascii_uppercase for number in range(100)]
    covered = [stem for stem in stems if stem.startswith(beginnings)]
    assert covered == stems[stems.index(first) : stems.index(last) + 1]
    # No code is covered twice, so that none can be left out by a slip unnoticed.
    assert not [one for one in beginnings for other in beginnings if one != other and one.startswith(other)]


def test_labels_of_census_codes_are_those_of_the_catalogue_list() -> None:
    """Codes of the looked-after census stand in the catalogue's list that the head names."""
    of_lists = [name for name in shipped_codelists() if _system(name) in LISTS]
    assert len(of_lists) == 5
    for name in of_lists:
        assert {code for code, _ in shipped(name).codes} <= set(LISTS[_system(name)])


def _system(name: str) -> str:
    head = shipped(name).head
    assert head is not None
    return head.system


def test_the_studies_know_the_systems_of_their_lists() -> None:
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        if path.name.endswith(".cases.yaml"):
            continue
        study = check_file(path).study
        assert study is not None
        for codelist in study.codelists:
            assert codelist.system in {*LISTS, *code_systems()}
            assert "SHA-256" in codelist.about


def test_systems_of_columns_are_known() -> None:
    named = {
        column.code_system
        for table in CATALOGUE.tables.values()
        for column in table.columns
        if column.code_system
    }
    assert len(named) > 3
    assert all(system_named(name) is not None for name in named)
