"""Files beside a spec: context tables and codelists, read with their types, keys and hash."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from cohort.resolve.codelists import MOST_CODES
from cohort.types import Kind

from .specs import problems_of, sound

FLOW = "outputs:\n  flow:\n    attrition: population\n"


def context(folder: Path, text: str, keys: str = "time: year_ending\n    time_is: year to 31 March") -> str:
    """Write a file of figures, and return the sections that bring it."""
    (folder / "figures.csv").write_text(text, "utf-8")
    found = hashlib.sha256(text.encode()).hexdigest()
    return (
        "context:\n  figures:\n    file: figures.csv\n    source: Nobody\n    licence: none\n"
        f"    sha256: {found}\n    why: To test\n    {keys}\n{FLOW}"
    )


def test_columns_have_the_first_kind_that_all_their_values_have(tmp_path: Path) -> None:
    text = (
        "year_ending,local_authority,people,rate,introduced,name,large\n"
        "2004, 512 ,10,1.5,2004-04-01,Isle of Anglesey,3000000000\n"
        "2005,512,,2,,,1\n"
    )
    keys = "area: local_authority\n    time: year_ending\n    time_is: calendar year"
    (table,) = sound(context(tmp_path, text, keys), tmp_path).context
    types = table.rows.shape.types
    assert {name: type_.kind for name, type_ in types.items()} == {
        "year_ending": Kind.WHOLE,
        "local_authority": Kind.WHOLE,
        "people": Kind.WHOLE,
        "rate": Kind.DECIMAL,
        "introduced": Kind.DATE,
        "name": Kind.TEXT,
        "large": Kind.WHOLE,
    }
    assert types["local_authority"].code_list == "local_authority"
    assert (types["people"].bits, types["large"].bits, types["name"].length) == (32, 64, 16)
    assert table.rows.rows_held == (
        (2004, 512, 10, Decimal("1.5"), datetime.date(2004, 4, 1), "Isle of Anglesey", 3_000_000_000),
        (2005, 512, None, Decimal(2), None, None, 1),
    )
    assert (table.rows.key, table.area, table.time_is) == (
        ("local_authority", "year_ending"),
        "local_authority",
        "calendar year",
    )


@pytest.mark.parametrize(
    ("text", "keys", "sentence"),
    [
        ("year_ending,people\n2004,1\n2004,2\n", "", "two rows are for the same year_ending"),
        ("year_ending,people\n2004,1\n,2\n", "", "a row has no year_ending"),
        ("year_ending,people\n2004,1,1\n", "", "more or fewer values than there are columns"),
        ("year_ending,year_ending\n2004,1\n", "", "each by a name of its own"),
        ("year_ending,people\n", "", "from 1 to 20,000 rows"),
        ("", "", "it is empty"),
        ("year_ending,people\n2004,\n", "", "the column `people` is empty"),
        ("year_ending,People\n2004,1\n", "", "its column `People` needs another name"),
        ("year_ending,order\n2004,1\n", "", "its column `order` needs another name, because databases"),
        ("year_ending\n2004\n", "", "keys, each once, and one figure or more"),
        ("year_ending,people\n2003/04,1\n", "", "must hold whole numbers of years"),
        (
            "local_authority,people\nW06000001,1\n512,2\n",
            "area: local_authority",
            "1 of the values of",
        ),
        ("local_authority,people\n512,1\n", "area: authority", "the file has no column `authority`"),
        ("local_authority,people\n512,1\n", "by: [local_authority, local_authority]", "keys, each once"),
        ('year_ending,people\n2004,"1\n', "", "it is not a CSV file"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path: Path, text: str, keys: str, sentence: str) -> None:
    sections = context(tmp_path, text, keys) if keys else context(tmp_path, text)
    (problem,) = problems_of(sections, tmp_path)
    assert problem.startswith("COD410")
    assert sentence in problem


def test_no_value_of_a_file_is_in_a_message(tmp_path: Path) -> None:
    (problem,) = problems_of(
        context(tmp_path, "local_authority,people\nsecret,1\n", "area: local_authority"), tmp_path
    )
    assert "secret" not in problem


@pytest.mark.parametrize("file", ["../figures.csv", "/etc/passwd", "none.csv"])
def test_files_lie_beside_or_below_the_spec(tmp_path: Path, file: str) -> None:
    sections = context(tmp_path, "year_ending,people\n2004,1\n").replace("figures.csv", file)
    assert [problem[:6] for problem in problems_of(sections, tmp_path)] == ["COD410"]


def test_another_file_than_the_one_described_is_refused(tmp_path: Path) -> None:
    sections = context(tmp_path, "year_ending,people\n2004,1\n")
    sound(sections, tmp_path)
    (tmp_path / "figures.csv").write_text("year_ending,people\n2004,2\n", "utf-8")
    (problem,) = problems_of(sections, tmp_path)
    assert problem.startswith("COD411")


def test_times_need_to_say_how_they_are_written(tmp_path: Path) -> None:
    text = "year_ending,people\n2004,1\n"
    assert [p[:6] for p in problems_of(context(tmp_path, text, "time: year_ending"), tmp_path)] == ["TYP240"]
    wrong = "time: year_ending\n    time_is: school year"
    assert [p[:6] for p in problems_of(context(tmp_path, text, wrong), tmp_path)] == ["NAM120"]


def test_figures_are_found_for_each_entry(tmp_path: Path) -> None:
    variables = "variables:\n  people_then: figure(figures.people, index_date)\n"
    study = sound(variables + context(tmp_path, "year_ending,people\n2004,1\n"), tmp_path)
    assert study.variables[0].type.kind is Kind.WHOLE


# Codelists ------------------------------------------------------------------------------------------------


def codelist(folder: Path, text: str) -> str:
    (folder / "list.csv").write_text(text, "utf-8")
    return "codelists:\n  own: list.csv\n" + FLOW


def test_codelists_keep_further_columns_in_the_order_of_their_codes(tmp_path: Path) -> None:
    (found,) = sound(codelist(tmp_path, "kind,code,label\na, v2 ,Voluntary\nb,C2,\n\n"), tmp_path).codelists
    assert found.codes == (("v2", "Voluntary"), ("C2", "")), "the column that they are compared with decides"
    assert found.further == (("kind", ("a", "b")),)


@pytest.mark.parametrize("number", [MOST_CODES, MOST_CODES + 1])
def test_codelists_are_long_but_not_endless(tmp_path: Path, number: int) -> None:
    text = "code,label\n" + "".join(f"X{n},label of {n}\n" for n in range(number))
    sections = codelist(tmp_path, text)
    if number <= MOST_CODES:
        assert len(sound(sections, tmp_path).codelists[0].codes) == number
    else:
        assert "more than 20,000 codes" in problems_of(sections, tmp_path)[0]


@pytest.mark.parametrize(
    "text",
    ["code,label\nA,1\nA ,2\n", "code,label\n,1\n", "code\nA\n", "code,label\n", "code,label\nA,1,2\n"],
)
def test_wrong_codelists_are_refused(tmp_path: Path, text: str) -> None:
    assert [problem[:6] for problem in problems_of(codelist(tmp_path, text), tmp_path)] == ["COD402"]


def test_the_hash_of_a_study_is_that_of_all_its_files(tmp_path: Path) -> None:
    hashes = set()
    for label in ("one", "two"):
        for figure in ("1", "2"):
            further = codelist(tmp_path, f"code,label\nA,{label}\n").replace(FLOW, "")
            sections = context(tmp_path, f"year_ending,people\n2004,{figure}\n")
            hashes.add(sound(further + sections, tmp_path).spec_hash)
    assert len(hashes) == 4
