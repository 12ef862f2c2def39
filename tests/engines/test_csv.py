"""Folders of CSV files: what they may hold, and one sentence without any value for what they may not."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import polars as pl
import pytest

from cohort.engines.csv_files import parquet_from_csv
from cohort.engines.database import run_script
from cohort.engines.held_files import HeldFile
from cohort.engines.shared import DataProblem
from cohort.source import FileProblem
from cohort.sql import DialectName, Script, ScriptOptions, compile_steps
from cohort.sql.model import ReadColumn, ReadTable
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType
from tests.sql.plans import BINDING, CODE_LINES, CREATE, EPISODE_LINES, example, make_folder

KEY = ValueType(Kind.KEY, bits=64)
CODE = ValueType(Kind.CODE, length=4)
TEXT = ValueType(Kind.TEXT, length=20)
COLUMNS = {
    "ID": KEY,
    "AMOUNT": WHOLE,
    "WEIGHT": DECIMAL,
    "BORN": DATE,
    "SEEN": BOOLEAN,
    "CODE": CODE,
    "NOTE": TEXT,
}
TABLE = ReadTable("held", "HELD", tuple(ReadColumn(name, type_) for name, type_ in COLUMNS.items()))
HEADER = ",".join(COLUMNS)
LINE = "1,2,3.5,2004-02-29,1,V2,note"


@pytest.fixture(scope="module")
def script() -> Script:
    return compile_steps(example(), DialectName.DUCKDB, BINDING, options=ScriptOptions())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The held tables of the example as CSV files, as Python's own module writes them."""
    folder = tmp_path / "it's data"
    folder.mkdir()
    for name, lines in (("EPISODES", EPISODE_LINES), ("CODES", CODE_LINES)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(column.split()[0].lower() for column in CREATE[name].split(", "))
            writer.writerows(lines)
    return folder


def typed(text: str, tmp_path: Path, encoding: str = "utf-8") -> pl.DataFrame:
    """Return the table of a CSV file with its types."""
    file = tmp_path / "HELD.csv"
    file.write_bytes(text.encode(encoding))
    before = file.read_bytes()
    with duckdb.connect() as connection:
        made = parquet_from_csv(connection, TABLE, HeldFile("HELD", file), tmp_path)
    assert file.read_bytes() == before
    return pl.read_parquet(made.path)


def test_a_folder_of_csv_gives_what_a_folder_of_parquet_gives(
    script: Script, folder: Path, tmp_path: Path
) -> None:
    from_csv = run_script(script, folder)
    from_parquet = run_script(script, make_folder(tmp_path / "parquet"))
    assert from_csv.results == from_parquet.results
    assert from_csv.rows("analysis").equals(from_parquet.rows("analysis"))
    assert from_csv.rows("analysis").height == 2
    from_csv.close()
    from_parquet.close()


def test_a_folder_may_hold_both_kinds_of_files(script: Script, folder: Path, tmp_path: Path) -> None:
    expected = run_script(script, folder)
    made = make_folder(tmp_path / "parquet")
    (folder / "CODES.csv").unlink()
    (made / "CODES.parquet").rename(folder / "CODES.parquet")
    mixed = run_script(script, folder)
    assert mixed.results == expected.results
    mixed.close()
    expected.close()


def test_a_table_with_two_files(script: Script, folder: Path, tmp_path: Path) -> None:
    made = make_folder(tmp_path / "parquet")
    (made / "CODES.parquet").rename(folder / "CODES.parquet")
    with pytest.raises(DataProblem) as problem:
        run_script(script, folder)
    assert str(problem.value) == (
        "The data hold the table CODES twice, as Parquet and as CSV; only one may stay."
    )


def test_types_and_missing_values(tmp_path: Path) -> None:
    lines = (
        HEADER,
        LINE,
        '9007199254740993,-7,1e-3,0001-01-01,0," v2 ","a ""b"", c"',
        "+5.0, 6 ,.5,9999-12-31,TRUE,,  ",
        '"","","","","","",""',
        ',,,,,,"two\nlines"',
        "1,2.,-0.25,2020-01-31,false,é,Ynys Môn",
    )
    frame = typed("\r\n".join(lines) + "\r\n", tmp_path)
    assert frame.schema == {
        "ID": pl.Int64,
        "AMOUNT": pl.Int32,
        "WEIGHT": pl.Float64,
        "BORN": pl.Date,
        "SEEN": pl.Int16,
        "CODE": pl.String,
        "NOTE": pl.String,
    }
    found = {line[-1]: tuple(str(cell) for cell in line) for line in frame.rows()}
    assert frame.height == 6
    assert found["note"] == ("1", "2", "3.5", "2004-02-29", "1", "V2", "note")
    assert found['a "b", c'][:6] == ("9007199254740993", "-7", "0.001", "0001-01-01", "0", " v2 ")
    assert found["  "][:6] == ("5", "6", "0.5", "9999-12-31", "1", "None")
    assert found[None] == ("None",) * 7
    assert found["Ynys Môn"] == ("1", "2", "-0.25", "2020-01-31", "0", "é", "Ynys Môn")
    assert [note for note in found if note and note.startswith("two")] in (["two\nlines"], ["two\r\nlines"])


def test_a_mark_of_byte_order_and_further_columns_in_another_order(tmp_path: Path) -> None:
    text = "other,note,code,seen,Born,weight,amount,id\nx,n,c,1,2004-01-01,1,2,3\n"
    assert typed(text, tmp_path, "utf-8-sig").row(0)[0] == 3


def test_a_table_without_rows(tmp_path: Path) -> None:
    assert typed(f"{HEADER}\n", tmp_path).height == 0
    assert typed(HEADER, tmp_path).height == 0


MISFITS = [
    ("ID", "1.5", "keys (whole numbers)"),
    ("ID", "9223372036854775808", "keys (whole numbers)"),
    ("ID", "0x1f", "keys (whole numbers)"),
    ("AMOUNT", "2147483648", "whole numbers"),
    ("AMOUNT", "1e3", "whole numbers"),
    ("AMOUNT", "Mair", "whole numbers"),
    ("WEIGHT", "nan", "numbers"),
    ("WEIGHT", "1_000", "numbers"),
    ("WEIGHT", '"3,5"', "numbers"),
    ("BORN", "2003-02-29", "dates"),
    ("BORN", "29/02/2004", "dates"),
    ("BORN", "2004-2-29", "dates"),
    ("BORN", "2004-02-29 10:00", "dates"),
    ("BORN", "infinity", "dates"),
    ("SEEN", "2", "yes or no (1 or 0)"),
    ("SEEN", "yes", "yes or no (1 or 0)"),
]


@pytest.mark.parametrize(("column", "cell", "words"), MISFITS)
def test_what_does_not_fit_is_named_without_its_value(
    tmp_path: Path, column: str, cell: str, words: str
) -> None:
    cells = LINE.split(",")
    cells[list(COLUMNS).index(column)] = cell
    with pytest.raises(DataProblem) as problem:
        typed("\n".join([HEADER, *[LINE] * 3000, ",".join(cells), LINE]), tmp_path)
    assert problem.value.sentences == (f"The column {column} of HELD does not hold {words}.",)
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__


def test_every_column_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataProblem) as problem:
        typed(f"{HEADER}\na,b,c,d,e,f,g\n", tmp_path)
    assert len(problem.value.sentences) == 5
    with pytest.raises(DataProblem) as problem:
        typed("ID,AMOUNT\n1,2\n", tmp_path)
    assert problem.value.sentences[0] == "The table HELD lacks the column WEIGHT."
    assert len(problem.value.sentences) == 5


NO_CSV = "the file is not CSV as it should be: UTF-8, commas between cells"
FILES = [
    ("", "the file is empty; its first line must name the columns."),
    (HEADER.replace(",", ";") + "\n1;2", "the cells are not separated by commas."),
    (HEADER + ",id\n" + LINE + ",1", "two columns have the same name."),
    (f"{HEADER}\n{LINE},1\n", NO_CSV),
    (f"{HEADER}\n1,2,3\n", NO_CSV),
    (f'{HEADER}\n{LINE[:-4]}"not closed\n{LINE}\n', NO_CSV),
]


@pytest.mark.parametrize(("text", "sentence"), FILES)
def test_what_is_no_csv(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(FileProblem) as problem:
        typed(text, tmp_path)
    assert problem.value.sentence.startswith(sentence)
    assert problem.value.path.endswith("HELD.csv")


@pytest.mark.parametrize("text", [f"{HEADER}\n1,2,3.5,2004-02-29,1,V2,Môn\n", f"{HEADER},Môn\n{LINE},1\n"])
def test_text_that_is_not_utf_8(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileProblem) as problem:
        typed(text, tmp_path, "latin-1")
    assert problem.value.sentence.startswith(NO_CSV)


def test_problems_of_all_files_are_told_at_once(script: Script, folder: Path) -> None:
    (folder / "CODES.csv").write_text("CODE_PE,CHILD\nMair,1\n")
    (folder / "EPISODES.csv").write_text("CODE_PE\n1\n")
    with pytest.raises(DataProblem) as problem:
        run_script(script, folder)
    assert "The column CODE_PE of CODES does not hold keys (whole numbers)." in problem.value.sentences
    assert "The table EPISODES lacks the column STATUS." in problem.value.sentences
