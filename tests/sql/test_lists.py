"""The lists of what a database may be given: everything else raises when compiling."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from cohort.sql import CannotCompile, DialectName
from cohort.sql.constructs import NumberLiteral, rising
from cohort.sql.layout import lay_out, tokens
from cohort.sql.names import own_name, physical_name
from cohort.sql.statements import compiled, refuse_cut_names
from cohort.types.reserved import RESERVED

NUMBERS = sa.table("numbers", sa.column("first_number", sa.Integer()), sa.column("label_of", sa.String()))
N, TEXT = NUMBERS.c.first_number, NUMBERS.c.label_of
ONE = NumberLiteral(1)


def select(*columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).select_from(NUMBERS)


REFUSED: dict[str, Any] = {
    "least": sa.func.least(N, N),
    "median": sa.func.median(N),
    "avg": sa.func.avg(N),
    "arg_min": sa.func.arg_min(N, N),
    "now": sa.func.now(),
    "current_date": sa.func.current_date(),
    "qualified function": sa.func.sysproc.something(N),
    "concat": TEXT + TEXT,
    "like": TEXT.like("a"),
    "ilike": TEXT.ilike("a"),
    "starts with": TEXT.startswith("a"),
    "regular expression": TEXT.regexp_match("a"),
    "between": N.between(1, 2),
    "parameter": sa.literal("text"),
    "parameter in a comparison": TEXT == "text",
    "raw text": sa.text("1"),
    "true": sa.true(),
    "false": sa.false(),
    "modulo": N % ONE,
    "floor division": N // ONE,
    "division of whole numbers": N / ONE,
    "own operator": N.op("<->")(ONE),
    "extract": sa.extract("year", TEXT),
    "filter": sa.func.sum(N).filter(N == ONE),
    "within group": sa.func.sum(N).within_group(N),
    "tuple": sa.tuple_(N, N) == sa.tuple_(N, N),
    "collation": sa.collate(TEXT, "binary"),
    "any": sa.any_(sa.select(N).scalar_subquery()) == N,
    "order without missing values": sa.func.row_number().over(order_by=[N.asc()]),
    "cast to float": sa.cast(N, sa.Float()),
    "cast to decimal": sa.cast(N, sa.Numeric(10, 2)),
    "cast to boolean": sa.cast(N, sa.Boolean()),
    "cast to timestamp": sa.cast(N, sa.TIMESTAMP()),
    "cast to text": sa.cast(N, sa.Text()),
    "cast to char": sa.cast(N, sa.CHAR(3)),
    "window without missing values last": sa.func.lead(N).over(partition_by=[N], order_by=[N.desc()]),
}


@pytest.mark.parametrize("dialect", list(DialectName))
@pytest.mark.parametrize("name", REFUSED)
def test_foreign_expressions_are_refused(name: str, dialect: DialectName) -> None:
    with pytest.raises(CannotCompile):
        compiled(select(sa.label("answer", REFUSED[name])), dialect)


CLAUSES: dict[str, Any] = {
    "limit": select(N).limit(1),
    "offset": select(N).offset(1),
    "fetch": select(N).fetch(1),
    "for update": select(N).with_for_update(),
    "hint": select(N).with_hint(NUMBERS, "x"),
    "prefix": select(N).prefix_with("x"),
    "suffix": select(N).suffix_with("x"),
    "common table expression": sa.select(select(N).cte("steps").c.first_number),
    "lateral": sa.select(select(N).lateral("sideways").c.first_number),
    "full join": sa.select(N).select_from(NUMBERS.join(NUMBERS.alias("others"), N == N, full=True)),
    "values": sa.select(sa.values(sa.column("a", sa.Integer()), name="v").data([(1,)]).c.a),
    "sample": sa.select(sa.tablesample(NUMBERS, 10).c.first_number),
    "update": sa.update(NUMBERS).values(first_number=ONE),
    "delete": sa.delete(NUMBERS),
    "insert": sa.insert(NUMBERS).values(first_number=ONE),
}


@pytest.mark.parametrize("dialect", list(DialectName))
@pytest.mark.parametrize("name", CLAUSES)
def test_foreign_clauses_are_refused(name: str, dialect: DialectName) -> None:
    with pytest.raises(CannotCompile):
        compiled(CLAUSES[name], dialect)


@pytest.mark.parametrize("dialect", list(DialectName))
def test_listed_expressions_are_compiled(dialect: DialectName) -> None:
    number = sa.func.row_number().over(partition_by=[TEXT], order_by=[rising(N)]).label("place_of")
    text = compiled(select(N, sa.func.coalesce(N, ONE).label("known"), number), dialect)
    assert " ".join(text.split()) == (
        "SELECT first_number, COALESCE(first_number, 1) AS known, "
        "ROW_NUMBER() OVER (PARTITION BY label_of ORDER BY first_number ASC NULLS LAST) AS place_of FROM numbers"
    )


def test_a_select_without_a_table() -> None:
    one = sa.select(ONE.label("answer"))
    assert " ".join(compiled(one, DialectName.DB2).split()) == "SELECT 1 AS answer FROM SYSIBM.SYSDUMMY1"
    assert " ".join(compiled(one, DialectName.DUCKDB).split()) == "SELECT 1 AS answer"


@pytest.mark.parametrize("word", ["select", "Order", "USER", "year", "qualify", "fetch", "rows", "table"])
def test_reserved_words_are_no_names(word: str) -> None:
    with pytest.raises(CannotCompile, match=word):
        own_name(word)


def test_names_that_the_model_fixes_are_free() -> None:
    fixed = {"until", "value", "index_date", "end_assumed", "stopped_at", "statistic", "study", "start_date"}
    assert fixed & RESERVED == set()


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", 'a"b', "a;b", "ŵ", "a.b", "a" * 129, "_a"])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(CannotCompile):
        own_name(name)


def test_names_are_written_in_lower_case() -> None:
    assert own_name("Start_Date") == "start_date"
    assert physical_name("SAIL9999V.LACW_EPISODE") == "SAIL9999V.LACW_EPISODE"


@pytest.mark.parametrize(
    "text", ["SELECT 1; SELECT 2", 'SELECT "a"', "SELECT 'a", "SELECT a -- b", "SELECT [a]", "SELECT `a`"]
)
def test_the_layout_takes_no_other_characters(text: str) -> None:
    with pytest.raises(CannotCompile):
        tokens(text)


@pytest.mark.parametrize("text", ["SELECT (1", "SELECT 1)", "SELECT CASE WHEN a = 1 THEN 2 FROM b"])
def test_the_layout_notices_what_does_not_close(text: str) -> None:
    with pytest.raises(CannotCompile):
        lay_out(text)


def test_texts_are_never_broken() -> None:
    long = "'" + "word " * 60 + "'"
    assert long in lay_out(f"SELECT {long} AS a, COALESCE({long}, 'x') AS b FROM c")


def test_the_words_that_duckdb_itself_reserves_are_no_names() -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')"
        ).fetchall()
    assert len(found) > 90
    assert {word for (word,) in found} - RESERVED == set()


def test_names_that_a_database_would_cut_alike_are_refused() -> None:
    long = "a" * 63
    for one, other in ((f"{long}_one", f"{long}_other"), (long, f"{long}_other")):
        texts = [f"CREATE TABLE x.{one} (a INTEGER)", f"CREATE TABLE x.{other} (a INTEGER)"]
        with pytest.raises(CannotCompile, match="keeps 63 characters"):
            refuse_cut_names(texts, DialectName.POSTGRESQL)
        refuse_cut_names(texts, DialectName.DUCKDB)
    refuse_cut_names([f"CREATE TABLE {long}_one (a INTEGER)"] * 2, DialectName.POSTGRESQL)
    refuse_cut_names([f"SELECT '{long}_one' AS a", f"SELECT '{long}_other' AS a"], DialectName.POSTGRESQL)
