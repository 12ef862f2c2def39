"""Exports of the Phenotype Library: which files are one, what is taken of them, and what is refused.

The rows are in the form that the library's own function ``export_entity_codes_to_csv`` writes: three are published, the
others made up.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.catalogue.codelist_file import CodelistFile, read_codelist_file
from cohort.catalogue.codelist_import import (
    COLUMNS,
    Imported,
    ImportWishes,
    changes,
    import_export,
    read_export,
)
from cohort.diagnostics import Diagnostics
from cohort.source import FileProblem, Source, read_source

OBJECT = "{'id': 4; 'name': 'ICD10 codes'}"
DAY = datetime.date(2026, 1, 2)
HEADER = ",".join((*COLUMNS, "code_attributes")) + "\n"
READ = "Read codes v2,C2712,6840,Undetermined intent,PH936,2447,Self-harm\n"
ICD = "ICD10 codes,C2713,6841,Intentional,PH936,2447,Self-harm\n"
EXPORT = (
    HEADER
    + f'X60.0,"Self-poisoning, at home",{ICD}'
    + f"X61,Self-poisoning,{ICD}"
    + f"SLHz.,Poisoning,{READ}"
    + f"TK01z00,Barbiturates,{READ}"
)


def made(text: str, **wishes: object) -> Imported:
    return import_export(Source("export.csv", text), ImportWishes(DAY, **wishes))  # type: ignore[arg-type]


def refused(text: str, **wishes: object) -> str:
    with pytest.raises(FileProblem) as found:
        made(text, **wishes)
    return found.value.sentence


def test_codes_of_one_system_become_a_pinned_list() -> None:
    found = made(EXPORT, system="ICD-10")
    assert found.file.codes == (("X600", "Self-poisoning, at home"), ("X61", "Self-poisoning"))
    assert found.file.further == (("concept", ("C2713 version 6841", "C2713 version 6841")),)
    assert (found.rows, found.left_out, found.repeated) == (4, 2, 0)
    head = found.file.head
    assert head is not None
    assert (head.system, head.version) == ("ICD-10", "PH936 version 2447 (C2713 version 6841)")
    assert head.address == "https://phenotypes.healthdatagateway.org/phenotypes/PH936/version/2447/detail/"
    assert hashlib.sha256(EXPORT.encode()).hexdigest() in head.note
    assert head.licence.startswith("not stated")
    assert found.file.pinned == found.file


# Three rows that the library publishes, as its interface for programs gives them:
# https://phenotypes.healthdatagateway.org/api/v1/phenotypes/PH2826/version/7164/export/codes/?format=json (a stored
# copy, read on 23 November 2026). The name of the system really has two blanks.
PUBLISHED = [
    ("1153600001", "Weight for height z-score"),
    ("1153601002", "Weight for height percentile"),
    ("1153604005", "Body height for age z-score"),
]
OF_ALL = (
    *("SNOMED  CT codes", "C7341", 14826, "nhsd-primary-care-domain-refsets/ndaheight_cod/20250912"),
    *("PH2826", 7164, "Height measured codes"),
)


def test_published_rows_as_the_librarys_program_writes_them() -> None:
    """The program writes with Python's ``csv``, without ``code_attributes`` where a concept has none."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, "code_attributes"])
    writer.writerows([code, label, *OF_ALL] for code, label in PUBLISHED)
    assert out.getvalue().count("\r\n") == 4
    found = made(out.getvalue().replace("\r\n", "\n"))
    assert found.file.codes == tuple(PUBLISHED)
    head = found.file.head
    assert head is not None
    assert (head.system, head.version) == ("SNOMED CT", "PH2826 version 7164 (C7341 version 14826)")
    assert head.address == "https://phenotypes.healthdatagateway.org/phenotypes/PH2826/version/7164/detail/"


def test_read_codes_keep_small_letters_and_lose_the_number_of_their_term() -> None:
    codes = made(EXPORT, concepts=("2712",)).file.codes
    assert codes == (("SLHz.", "Poisoning"), ("TK01z", "Barbiturates"))
    both = made(EXPORT + f"TK01z11,Another term,{READ}", system="Read version 2")
    assert both.file.codes == codes
    assert both.repeated == 1


def test_a_code_of_two_concepts_names_both() -> None:
    other = ICD.replace("C2713,6841,Intentional", "C9,1,Other")
    found = made(HEADER + f"X61,First,{ICD}X61,Second,{other}")
    assert found.file.rows == (("X61", "First", "C2713 version 6841; C9 version 1"),)
    assert found.repeated == 1
    head = found.file.head
    assert head is not None
    assert head.name == "Self-harm"


def test_older_exports_without_letters_and_attributes_are_read() -> None:
    old = ",".join(COLUMNS) + "\n" + f"X61,First,{ICD.replace('C2713', '2713').replace('PH936', '936')}"
    (row,) = read_export(Source("old.csv", old))
    assert (row.concept, row.phenotype, row.line) == ("C2713", "PH936", 2)


def test_columns_in_another_order_and_further_ones_are_read() -> None:
    header = "line,description,code," + ",".join(COLUMNS[2:]) + "\n"
    found = made(header + f"1,Self-poisoning,X60.0,{ICD}")
    assert found.file.codes == (("X600", "Self-poisoning"),)


def test_a_file_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"\xef\xbb\xbf" + EXPORT.replace("\n", "\r\n").encode())
    found = import_export(read_source(path, limit=10_000), ImportWishes(DAY, "ICD-10"))
    assert found.file == made(EXPORT, system="ICD-10").file


def test_codes_with_other_labels_are_counted() -> None:
    text = HEADER + f"X61,First,{ICD}X61,FIRST,{ICD}X61,Second,{ICD}"
    found = made(text)
    assert found.file.codes == (("X61", "First"),)
    assert (found.repeated, found.relabelled) == (2, 1)


def test_what_changed_since_an_earlier_version_is_told() -> None:
    before = made(HEADER + f"X60,First,{ICD}X61,Second,{ICD}").file
    newer = ICD.replace("6841", "9999").replace("2447", "3576")
    after = made(HEADER + f"X61,Second,{newer}X62,Third,{newer}X63,Fourth,{newer}").file
    assert changes(before, after) == (
        "it was of PH936 version 2447 (C2713 version 6841); 2 codes are new and 1 are gone"
    )
    assert changes(before, before).endswith("(C2713 version 6841); the codes are the same")


def test_concepts_without_codes_are_left_out() -> None:
    empty = f",,{ICD}"
    assert len(made(HEADER + empty + f"X61,First,{ICD}").file.rows) == 1
    other = f",,{ICD.replace('C2713', 'C9')}"
    assert made(HEADER + other + f"X61,First,{ICD}").empty == ("C9 version 6841",)
    assert refused(HEADER + empty) == "what was chosen of the export has no codes."


def test_attributes_of_codes_are_not_taken() -> None:
    text = HEADER + f'X61,First,{ICD.strip()},"[{{""sex"": ""F""}}]"\n'
    assert made(text).file.header == ("code", "label", "concept")


@pytest.mark.parametrize(
    ("text", "wishes", "says"),
    [
        ("", {}, "it has none of the columns that the library writes, such as code and coding_system"),
        (
            EXPORT.replace(",", ";"),
            {},
            "its values are separated by semicolons, and the library writes commas",
        ),
        (EXPORT.replace(",", "\t"), {}, "its values are separated by tabs"),
        (
            HEADER.replace("code_attributes", "code") + f"X60,x,{ICD}",
            {},
            "the column code stands in it twice",
        ),
        (HEADER + f",x,{ICD}", {}, "line 2 has a description, and no code"),
        (HEADER + f"X60,x,{ICD.replace('ICD10 codes', '')}", {}, "line 2 has no coding_system"),
        (HEADER + f"X60,x,{ICD.replace('ICD10 codes', OBJECT)}", {}, "line 2 has an object as coding_system"),
        ("code,label\nX60,x\n", {}, "the column description is missing"),
        (HEADER.replace("coding_system", "coding_sistem"), {}, "(is it `coding_sistem`?)"),
        (HEADER, {}, "the export has no rows"),
        (HEADER + "X60,x,ICD10 codes\n", {}, "line 2 has 3 values, and 10 columns are named"),
        (HEADER + f"X60,x,{ICD.replace('2447', 'latest')}", {}, "no number as phenotype_version_id"),
        (HEADER + f'X60,"x,{ICD}', {}, "is not CSV"),
        (EXPORT, {}, "several systems: ICD10 codes (2 rows); Read codes v2 (2 rows)"),
        (EXPORT, {"system": "SNOMED CT"}, "no codes of SNOMED CT are in it"),
        (EXPORT, {"concepts": ("C1",)}, "no concept C1 is in it; it has C2713, C2712"),
        (EXPORT + f"X62,x,{ICD.replace('2447', '2448')}", {}, "PH936 version 2447, PH936 version 2448"),
        (HEADER + f"X60-X84,x,{ICD}", {}, "line 2: `X60-X84` is no code of ICD-10"),
    ],
)
def test_what_is_no_export_or_not_one_list_is_refused(
    text: str, wishes: dict[str, object], says: str
) -> None:
    assert says in refused(text, **wishes)


def test_an_unknown_system_is_kept_by_its_name() -> None:
    found = made(HEADER + f"12345,x,{ICD.replace('ICD10 codes', 'Med codes')}")
    assert found.file.head is not None
    assert found.file.head.system == "Med codes"


LABELS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40)


@given(
    st.dictionaries(st.from_regex(r"[A-Z][0-9]{2}(\.[0-9])?", fullmatch=True), LABELS, min_size=1, max_size=9)
)
def test_an_imported_list_is_read_back_with_all_codes(codes: dict[str, str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "code_attributes"))
    for code, label in codes.items():
        writer.writerow((code, label, *ICD.strip().split(",")))
    # The library writes lines that end as those of Windows do; a file is read without them.
    found = made(out.getvalue().replace("\r\n", "\n"))
    diagnostics = Diagnostics()
    read = read_codelist_file(Source("list.csv", found.file.text), {}, diagnostics)
    assert isinstance(read, CodelistFile)
    assert len(diagnostics) == 0
    assert read == found.file
    assert [code for code, _ in read.codes] == [code.replace(".", "") for code in codes]
