"""The format of codelists: what a head says, what is refused and where, and that writing and reading are inverse."""

from __future__ import annotations

import datetime
import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.catalogue.code_systems import code_systems, may_stand_in, read_systems, system_named
from cohort.catalogue.codelist_file import CodelistFile, read_codelist_file
from cohort.catalogue.codelist_head import COMPARED, CodelistHead, hash_of, with_right_hash
from cohort.catalogue.model import ALL_CONFIDENCES
from cohort.catalogue.nodes import CatalogueFault
from cohort.diagnostics import Diagnostics
from cohort.source import Source

LISTS = {"legal_status": ("C1", "C2", "E1", "E10", "V1")}
HEAD = (
    "# cohort_codelist: 1\n# system: ICD-10\n# version: 2019\n# source: a book\n# licence: none\n"
    "# retrieved: 2026-11-22\n"
)
BODY = "code,label\nX60,first\nX61,second\n"


def read(text: str) -> tuple[CodelistFile | str | None, Diagnostics]:
    diagnostics = Diagnostics()
    return read_codelist_file(Source("list.csv", text), LISTS, diagnostics), diagnostics


def sound(text: str) -> CodelistFile:
    found, diagnostics = read(text)
    assert [item.headline for item in diagnostics] == []
    assert isinstance(found, CodelistFile)
    return found


def told(text: str) -> list[tuple[str, int, str, str | None]]:
    """What is said of a file: rule, line, the underlined text, and the suggestion."""
    _, diagnostics = read(text)
    return [
        (item.rule.code, item.place.line, item.place.text, item.suggestion)
        for item in diagnostics
        if item.place is not None
    ]


def test_a_head_says_what_the_codes_are() -> None:
    found = sound(HEAD + BODY)
    assert found.head == CodelistHead("ICD-10", "2019", "a book", "none", datetime.date(2026, 11, 22))
    assert found.codes == (("X60", "first"), ("X61", "second"))
    assert found.head.words == "version 2019; a book; licence: none; retrieved on 2026-11-22"


def test_a_plain_file_is_a_codelist_without_a_head() -> None:
    found = sound("code,label,group\n x60 ,first,a\n\nX61,second,b\n")
    assert found.head is None
    assert found.codes == (("x60", "first"), ("X61", "second"))
    assert found.further == (("group", ("a", "b")),)
    assert found.pinned == found


@pytest.mark.parametrize("spelling", ["ICD-10", "icd10", "ICD10 codes", "Icd 10"])
def test_a_system_is_known_by_several_spellings(spelling: str) -> None:
    head = sound((HEAD + BODY).replace("ICD-10", spelling)).head
    assert head is not None
    assert head.system == "ICD-10"


def test_small_letters_are_kept_where_the_system_tells_them_apart() -> None:
    codes = "code,label\nSLHz.,first\nSLHZ.,second\n"
    assert sound(HEAD.replace("ICD-10", "Read codes v2") + codes).codes[0] == ("SLHz.", "first")
    # What a plain file is of is not known: the column that it is compared with decides.
    assert sound(codes).codes == (("SLHz.", "first"), ("SLHZ.", "second"))
    found, _ = read(HEAD.replace("ICD-10", "EDDS diagnoses") + "code,label\n21z,first\n21Z,second\n")
    assert found == "a code stands in it twice, in lines 8 and 9"
    found, _ = read("code,label\nSLHz.,first\n SLHz.,second\n")
    assert found == "a code stands in it twice, in lines 2 and 3"


@pytest.mark.parametrize(
    ("old", "new", "line", "marked", "suggestion"),
    [
        ("licence: none", "licens: none", 5, "licens", "licence"),
        ("# licence: none\n", "", 1, "1", None),
        ("licence: none", "licence:", 5, "licence", None),
        ("list: 1", "list: 2", 1, "2", None),
        ("2026-11-22", "20261122", 6, "20261122", None),
        ("2026-11-22", "2026-02-30", 6, "2026-02-30", None),
        ("# version: 2019\n", "# version 2019\n# version: 2019\n", 3, "# version 2019", None),
        ("# version: 2019\n", "# version: 2019\n# version: 2016\n", 4, "version", None),
        ("# version: 2019\n", "# version: 2019\n# compared: begining\n", 4, "begining", "beginnings"),
        ("# version: 2019\n", "# version: 2019\n# confidence: sure\n", 4, "sure", None),
        ("# version: 2019\n", "# version: 2019\n# sha256: abc\n", 4, "abc", None),
    ],
)
def test_a_fault_of_a_head_is_told_at_its_place(
    old: str, new: str, line: int, marked: str, suggestion: str | None
) -> None:
    assert (HEAD + BODY).count(old) == 1
    assert told((HEAD + BODY).replace(old, new)) == [("COD406", line, marked, suggestion)]
    assert read((HEAD + BODY).replace(old, new))[0] is None


def test_a_comment_that_is_no_head_is_told() -> None:
    found, _ = read("# my list\n" + BODY)
    assert found == "it begins with a comment that is no head: a head begins with `# cohort_codelist: 1`"


def test_a_system_that_is_not_known_is_a_warning() -> None:
    assert told((HEAD + BODY).replace("ICD-10", "ICD-12")) == [("COD408", 2, "ICD-12", "ICD-10")]
    assert isinstance(read((HEAD + BODY).replace("ICD-10", "Own"))[0], CodelistFile)


def test_codes_of_another_form_are_told_with_their_lines() -> None:
    text = HEAD + "code,label\nX60,first\nX60.1,second\n2A,third\n"
    assert told(text) == [("COD412", 9, "X60.1,second", "X601"), ("COD412", 10, "2A,third", None)]
    assert read(text)[0] is None


def test_at_most_ten_codes_of_a_file_are_told() -> None:
    wrong = "".join(f"1{number:02d},label\n" for number in range(30))
    assert len(told(HEAD + "code,label\n" + wrong)) == 10


def test_codes_of_a_list_of_the_catalogue_must_be_in_it() -> None:
    head = HEAD.replace("ICD-10", "legal_status")
    assert told(head + "code,label\nC1,first\nC3,second\n") == [("COD412", 9, "C3,second", None)]
    beginnings = head + "# compared: beginnings\ncode,label\nC,care orders\n"
    assert sound(beginnings).codes == (("C", "care orders"),)
    assert [item[0] for item in told(head + "code,label\nC,care orders\n")] == ["COD412"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "it is empty"),
        ("code,label\n", "it has no rows, or not the columns code and label"),
        ("code,name\nX60,first\n", "it has no rows, or not the columns code and label"),
        ("code,label\nX60\n", "a row has more or fewer values than there are columns"),
        ("code,label\n,first\n", "line 8 of it has no code"),
        ("code,label\nX60,first\nx60,second\n", "a code stands in it twice, in lines 8 and 9"),
    ],
)
def test_a_fault_of_the_table_is_told_in_words(body: str, says: str) -> None:
    assert read(HEAD + body)[0] == says


def test_a_pinned_file_cannot_be_changed_unnoticed() -> None:
    pinned = sound(HEAD + BODY).pinned
    assert pinned.head is not None
    assert pinned.head.sha256 == hashlib.sha256((HEAD + BODY).encode()).hexdigest()
    assert sound(pinned.text) == pinned
    changed = pinned.text.replace("second", "other")
    assert [(code, line) for code, line, _, _ in told(changed)] == [("COD407", 7)]
    assert read(changed)[0] is None
    assert pinned.pinned == pinned


def test_the_right_hash_takes_the_line_of_the_wrong_one() -> None:
    pinned = sound(HEAD + BODY).pinned.text
    changed = pinned.replace("second", "other")
    assert sound(with_right_hash(changed)).codes[1] == ("X61", "other")
    assert with_right_hash(changed).count("\n") == pinned.count("\n")
    assert with_right_hash(HEAD + BODY) == HEAD + BODY
    assert with_right_hash(BODY) == BODY


WORDS = st.text(string.printable.strip() + "  éŵ“”", max_size=30).map(lambda text: " ".join(text.split()))
SOME = WORDS.filter(bool)
HEADS = st.builds(
    CodelistHead,
    st.sampled_from(["ICD-10", "Read version 2", "OPCS-4"]),
    *(SOME, SOME, SOME),
    st.dates(),
    WORDS,
    WORDS,
    st.sampled_from(["", *COMPARED]),
    st.sampled_from(["", *ALL_CONFIDENCES]),
    WORDS,
)
CODES = st.lists(st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True), min_size=1, max_size=8, unique=True)


@st.composite
def files(draw: st.DrawFn) -> CodelistFile:
    head = draw(st.none() | HEADS)
    further = draw(st.sampled_from([(), ("group",), ("group", "source")]))
    header = tuple(draw(st.permutations(["code", "label", *further])))
    rows = []
    for code in draw(CODES):
        values = {name: draw(WORDS) for name in header} | {"code": code}
        rows.append(tuple(values[name] for name in header))
    return CodelistFile(head, header, tuple(rows))


@given(files())
def test_what_is_written_is_read_back(file: CodelistFile) -> None:
    assert sound(file.text) == file
    assert sound(file.text).text == file.text


@given(files())
def test_a_pinned_file_is_read_back_and_has_the_hash_of_the_rest(file: CodelistFile) -> None:
    pinned = file.pinned
    assert sound(pinned.text) == pinned
    if pinned.head is not None:
        assert pinned.head.sha256 == hash_of(file.text) == hash_of(pinned.text)
        without = "".join(
            line for line in pinned.text.splitlines(keepends=True) if not line.startswith("# sha256:")
        )
        assert hashlib.sha256(without.encode()).hexdigest() == pinned.head.sha256


def test_systems_stand_in_columns_of_their_own_and_of_what_holds_them() -> None:
    assert may_stand_in("ICD10 codes", "ICD-10")
    assert not may_stand_in("Read version 2", "ICD-10")
    assert may_stand_in("Read codes v3", "Read in several versions")
    assert not may_stand_in("Read in several versions", "Read version 2")
    assert may_stand_in("legal_status", "legal_status")
    assert not may_stand_in("legal_status", "placement_type")


@pytest.mark.parametrize(
    ("system", "code", "held"),
    [
        ("ICD-10", "x60.1", "X601"),
        ("OPCS-4", "W37.1", "W371"),
        ("Read codes v2", "TK01z00", "TK01z"),
        ("Read codes v2", "TK...", "TK..."),
        ("SNOMED  CT codes", " 248062006 ", "248062006"),
    ],
)
def test_codes_as_the_data_hold_them(system: str, code: str, held: str) -> None:
    known = system_named(system)
    assert known is not None
    assert known.as_held(code) == held
    assert known.is_formed(held)


def test_every_system_has_a_source_and_two_cannot_share_a_spelling() -> None:
    assert all(system.source and system.label and system.confidence for system in code_systems().values())
    one = "{label: x, confidence: certain, source: y}"
    with pytest.raises(CatalogueFault, match="two systems are called icd10"):
        read_systems(Source("s.yaml", f"systems:\n  ICD-10: {one}\n  icd 10: {one}\n"))
