"""Fragments of SQL that no Db2 script may hold: they are not Db2's, or mean something else there.

Each has a sample, a pattern that finds it in text without comments and literals, the reason, and, where SQLAlchemy can
say such a thing at all, the SELECT or expression that must not compile. ``D`` after a reason: from Db2's documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import func

from cohort.sql.constructs import NumberLiteral, rising

NUMBERS = sa.table(
    "numbers",
    sa.column("amount", sa.Integer()),
    sa.column("label_of", sa.String()),
    sa.column("first_day", sa.Date()),
    sa.column("ratio", sa.Double()),
)
N, T, D, X = NUMBERS.c.amount, NUMBERS.c.label_of, NUMBERS.c.first_day, NUMBERS.c.ratio
OTHERS = NUMBERS.alias("others")
ONE = NumberLiteral(1)
ORDER: Any = [rising(N)]


def rows(*columns: Any) -> sa.Select[Any]:
    """A SELECT from the numbers."""
    return sa.select(*columns).select_from(NUMBERS)


@dataclass(frozen=True)
class Foreign:
    """One fragment; ``built`` is None where SQLAlchemy Core has no way to say it."""

    name: str
    sample: str
    pattern: str
    why: str
    built: Any = None

    @property
    def statement(self) -> Any:
        """What is to be compiled: an expression is selected."""
        return rows(self.built.label("answer")) if isinstance(self.built, ColumnElement) else self.built


def word(name: str, sample: str, why: str, built: Any = None) -> Foreign:
    """A fragment that its words give away."""
    return Foreign(name, sample, rf"\b{name.replace(' ', chr(92) + 's+')}\b", why, built)


def _unguarded(name: str, sample: str, why: str, *parts: Any) -> Foreign:
    """LEAST or GREATEST, unless its parts are guarded or are bounds of follow-up, which are never missing."""
    of_known_parts = r"(?! ?COALESCE)(?![^()]*\bpiece_(?:start|until)\b)"
    pattern = rf"(?<!NOT NULL THEN )\b{name}\({of_known_parts}"
    return Foreign(name, sample, pattern, why, getattr(func, name.lower())(*parts))


def _call(name: str, sample: str, why: str, *parts: Any) -> Foreign:
    """A function."""
    built = getattr(func, name.lower())(*parts) if parts else getattr(func, name.lower())()
    return Foreign(name, sample, rf"(?<!DISTRIBUTE BY )\b{name}\s*\(", why, built)


FUNCTIONS: tuple[Foreign, ...] = (
    _call("LEFT", "LEFT(label_of, 9)", "an error or padded where the text is shorter, by setting", T, ONE),
    _call("RIGHT", "RIGHT(label_of, 2)", "an error or padded where the text is shorter, by setting", T, ONE),
    _call("SUBSTR", "SUBSTR(label_of, 9, 2)", "past the end it is an error in Db2 (D)", T, ONE),
    _call("SUBSTRING", "SUBSTRING(label_of, 2)", "needs a unit of length in Db2 (D)", T, ONE),
    _call("STRPOS", "STRPOS(label_of, 'a')", "PostgreSQL, DuckDB", T, T),
    _call("INSTR", "INSTR(label_of, 'a')", "counts bytes or characters by version", T, T),
    _call("LENGTH", "LENGTH(label_of)", "counts bytes, and blanks of CHAR (D)", T),
    _call("LPAD", "LPAD(label_of, 3)", "another empty text by compatibility setting", T, ONE),
    _call("RPAD", "RPAD(label_of, 3)", "another empty text by compatibility setting", T, ONE),
    _call("CONCAT", "CONCAT(a, b, c)", "takes two parts only (D); missing parts differ", T, T, T),
    _call("CONCAT_WS", "CONCAT_WS('-', a, b)", "not in Db2", T, T),
    _call("REPLACE", "REPLACE(label_of, 'a', 'b')", "trailing blanks and the empty text differ", T, T, T),
    _call("REGEXP_LIKE", "REGEXP_LIKE(label_of, '^C')", "the language of patterns differs", T, T),
    _call("REGEXP_MATCHES", "REGEXP_MATCHES(label_of, '^C')", "DuckDB", T, T),
    _call("TO_CHAR", "TO_CHAR(first_day, 'YYYY')", "its patterns differ", D, T),
    _call("TO_DATE", "TO_DATE(label_of, 'YYYYMMDD')", "gives a time stamp in Db2 (D)", T, T),
    _call("STRFTIME", "STRFTIME(first_day, '%Y')", "DuckDB", D, T),
    _call("DATEDIFF", "DATEDIFF(first_day, last_day)", "Spark and others; parts in another order", D, D),
    _call("DATE_DIFF", "DATE_DIFF('day', first_day, last_day)", "DuckDB", T, D, D),
    _call("DATE_ADD", "DATE_ADD(first_day, 1)", "Spark, DuckDB", D, ONE),
    _call("DATE_SUB", "DATE_SUB(first_day, 1)", "Spark", D, ONE),
    _call("DATE_TRUNC", "DATE_TRUNC('month', first_day)", "gives a time stamp", T, D),
    _call("DATE_PART", "DATE_PART('year', first_day)", "gives a decimal number", T, D),
    _call("ADD_MONTHS", "ADD_MONTHS(first_day, 1)", "sticks to the month's end in Db2 (D)", D, ONE),
    _call("MONTHS_BETWEEN", "MONTHS_BETWEEN(first_day, last_day)", "gives parts of months (D)", D, D),
    _call("YEARS_BETWEEN", "YEARS_BETWEEN(first_day, last_day)", "has another birthday on 29 February", D, D),
    _call("TIMESTAMPDIFF", "TIMESTAMPDIFF(256, label_of)", "an estimate: a month has 30 days (D)", ONE, T),
    _call("AGE", "AGE(first_day, last_day)", "estimates or gives an interval", D, D),
    _call("LAST_DAY", "LAST_DAY(first_day)", "not in PostgreSQL", D),
    _call("MAKE_DATE", "MAKE_DATE(2020, 2, 29)", "PostgreSQL, DuckDB, Spark", ONE, ONE, ONE),
    _call("NOW", "NOW()", "a clock gives another result each day"),
    _call("CURRENT_DATE", "CURRENT_DATE()", "a clock gives another result each day"),
    _call("TODAY", "TODAY()", "a clock gives another result each day"),
    _call("RANDOM", "RANDOM()", "chance gives another result each time"),
    _call("RAND", "RAND()", "chance gives another result each time"),
    _call("NVL", "NVL(amount, 1)", "a dialect's word for COALESCE", N, ONE),
    _call("IFNULL", "IFNULL(amount, 1)", "a dialect's word for COALESCE", N, ONE),
    _call("ISNULL", "ISNULL(amount, 1)", "a test in some, COALESCE in others", N, ONE),
    _call("IF", "IF(amount = 1, 1, 0)", "not in Db2", N, ONE, ONE),
    _call("IIF", "IIF(amount = 1, 1, 0)", "not in Db2", N, ONE, ONE),
    _call("DECODE", "DECODE(amount, 1, 2)", "missing values equal one another in it (D)", N, ONE, ONE),
    _call("AVG", "AVG(amount)", "of whole numbers it is cut to a whole one in Db2 (D)", N),
    _call("MEDIAN", "MEDIAN(amount)", "not in all; its type differs", N),
    _call("MODE", "MODE(amount)", "not in Db2; ties differ", N),
    _call("STDDEV", "STDDEV(amount)", "of the population in Db2, of the sample elsewhere (D)", N),
    _call("VARIANCE", "VARIANCE(amount)", "of the population in Db2, of the sample elsewhere (D)", N),
    _call("PERCENTILE_CONT", "PERCENTILE_CONT(0.5)", "another form in each", X),
    _call("QUANTILE_CONT", "QUANTILE_CONT(amount, 0.5)", "DuckDB", N, X),
    _call("STRING_AGG", "STRING_AGG(label_of, ',')", "PostgreSQL, DuckDB", T, T),
    _call("LISTAGG", "LISTAGG(label_of, ',')", "an error when the text is long", T, T),
    _call("ARRAY_AGG", "ARRAY_AGG(amount)", "for procedures only in Db2 (D)", N),
    _call("ARG_MIN", "ARG_MIN(amount, ratio)", "DuckDB; transpilers make MIN of two parts of it", N, X),
    _call("ARG_MAX", "ARG_MAX(amount, ratio)", "DuckDB", N, X),
    _call("ANY_VALUE", "ANY_VALUE(amount)", "gives any value", N),
    _call("BOOL_OR", "BOOL_OR(amount = 1)", "needs a truth value as a type", N),
    _call("COUNT_IF", "COUNT_IF(amount = 1)", "DuckDB, Spark", N),
    _call("APPROX_COUNT_DISTINCT", "APPROX_COUNT_DISTINCT(amount)", "an estimate", N),
    _call("NTH_VALUE", "NTH_VALUE(amount, 2)", "its frame differs", N, ONE),
    _call("FIRST_VALUE", "FIRST_VALUE(amount)", "its frame and missing values differ", N),
    _call("NTILE", "NTILE(4)", "ties depend on the order of rows", ONE),
    _call("ROUND", "ROUND(ratio, 2)", "halves go to the even number in some", X, ONE),
    _call("TRUNC", "TRUNC(ratio, 2)", "of a date or of a number", X, ONE),
    _call("POWER", "POWER(ratio, 2)", "its type differs", X, ONE),
    _unguarded("GREATEST", "GREATEST(amount, ratio)", "missing if a part is, in Db2 only (D)", N, X),
    _unguarded("LEAST", "LEAST(amount, ratio)", "missing if a part is, in Db2 only (D)", N, X),
    _call("UNNEST", "UNNEST(amount)", "for arrays of procedures in Db2 (D)", N),
    _call("GENERATE_SERIES", "GENERATE_SERIES(1, 5)", "PostgreSQL, DuckDB", ONE, ONE),
    _call("STRUCT_PACK", "STRUCT_PACK(amount)", "DuckDB", N),
    _call("JSON_VALUE", "JSON_VALUE(label_of, '$.a')", "no JSON is read", T, T),
    _call("HASH", "HASH(amount)", "another number in each database", N),
    _call("MD5", "MD5(label_of)", "bytes in one, text in another", T),
    Foreign("MIN of two", "MIN(amount, 1)", r"\b(MIN|MAX)\([^(),]*,", "Db2's LEAST (D)", func.min(N, ONE)),
    Foreign(
        "LEAD with more parts",
        "LEAD(amount, 1, 0)",
        r"\bLEAD\([^(),]*,",
        "its default's type",
        func.lead(N, ONE, ONE),
    ),
    Foreign("TRIM of signs", "TRIM(label_of, 'x')", r"\bTRIM\([^()]*,", "parts differ", func.trim(T, T)),
    Foreign("COUNT of two", "COUNT(amount, ratio)", r"\bCOUNT\([^()]*,", "Spark counts rows known in all"),
)

OPERATORS: tuple[Foreign, ...] = (
    Foreign("double colon", "first_day::date", r"::", "PostgreSQL's cast", N.op("::")(ONE)),
    Foreign("floor division", "amount // 2", r"//", "DuckDB", N // ONE),
    Foreign("per cent", "amount % 2", r"%", "MOD in Db2", N % ONE),
    Foreign("concatenation", "a || b", r"\|\|", "missing and empty text differ", T + T),
    Foreign("power sign", "amount ** 2", r"\*\*|\^", "binds differently", N.op("**")(ONE)),
    Foreign("null-safe equals", "a <=> b", r"<=>", "Spark", N.op("<=>")(ONE)),
    Foreign("not equal sign", "a != b", r"!=", "not the standard's"),
    Foreign("double equals", "a == b", r"==", "DuckDB, Spark", N.op("==")(ONE)),
    Foreign("match sign", "a ~ 'C1'", r"~", "PostgreSQL", T.op("~")(T)),
    Foreign("arrow", "a -> 'b'", r"->", "JSON", T.op("->")(T)),
    Foreign("array index", "a[1]", r"\[", "arrays", N.op("[")(ONE)),
    Foreign("subscript", "{'a': 1}", r"[{}]", "DuckDB's structs", sa.cast(T, sa.JSON())["a"]),
    Foreign("bit and", "a & b", r"&", "another sign in each", N.bitwise_and(ONE)),
    word("IS DISTINCT FROM", "a IS DISTINCT FROM b", "from version 11.1 only", N.is_distinct_from(ONE)),
    word("ISNULL", "a ISNULL", "PostgreSQL"),
    word("IS TRUE", "a IS TRUE", "truth values are no column type", N.is_(sa.true())),
    word("ILIKE", "a ILIKE 'c%'", "PostgreSQL, DuckDB", T.ilike("a")),
    word("SIMILAR TO", "a SIMILAR TO 'c'", "PostgreSQL, DuckDB", T.op("SIMILAR TO")(T)),
    word("GLOB", "a GLOB 'c*'", "DuckDB", T.op("GLOB")(T)),
    word("RLIKE", "a RLIKE 'c'", "Spark", T.op("RLIKE")(T)),
    word("REGEXP", "a REGEXP 'c'", "MySQL", T.regexp_match("a")),
    word("OVERLAPS", "(a, b) OVERLAPS (c, d)", "its ends differ from ours", T.op("OVERLAPS")(T)),
    word("COLLATE", "a COLLATE NOCASE", "the database's own in Db2", sa.collate(T, "binary")),
    word("ANY", "a = ANY (SELECT b FROM c)", "IN is enough", sa.any_(sa.select(N).scalar_subquery()) == N),
    Foreign(
        "tuple in",
        "(a, b) IN (SELECT c, d FROM e)",
        r"\([^()]*,[^()]*\) IN\b",
        "not in all",
        sa.tuple_(N, N) == sa.tuple_(N, N),
    ),
    Foreign(
        "BETWEEN", "a BETWEEN 1 AND 2", r"(?<!ROWS )\bBETWEEN\b", "hides which end is in", N.between(1, 2)
    ),
    Foreign(
        "LIKE with a backslash",
        r"a LIKE 'b\_' ESCAPE '\'",
        r"\\",
        "an escape in some only",
        T.like("a", escape="\\"),
    ),
    Foreign(
        "NOT IN a SELECT",
        "a NOT IN (SELECT b FROM c)",
        r"NOT IN\s*\(\s*SELECT",
        "unknown if a value is missing",
        N.not_in(sa.select(N)),
    ),
    Foreign("list of parameters", "a IN (?, ?)", r"\?|:\w", "values stand in the text", N.in_([1, 2])),
)
