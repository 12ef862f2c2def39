"""Types, clauses and statements that no Db2 script may hold, and the list of all fragments."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import quoted_name

from cohort.sql.constructs import rising

from .foreign import FUNCTIONS, NUMBERS, ONE, OPERATORS, ORDER, OTHERS, D, Foreign, N, T, X, rows, word

TYPES: tuple[Foreign, ...] = (
    Foreign("BOOLEAN", "CAST(a AS BOOLEAN)", r"\bBOOL(EAN)?\b", "0 and 1 are used", sa.cast(N, sa.Boolean())),
    Foreign("TRUE", "a = TRUE", r"\bTRUE\b", "0 and 1 are used", sa.true()),
    Foreign("FALSE", "a = FALSE", r"\bFALSE\b", "0 and 1 are used", sa.false()),
    word("TIMESTAMP", "CAST(a AS TIMESTAMP)", "days are the finest time", sa.cast(D, sa.TIMESTAMP())),
    word("DATETIME", "CAST(a AS DATETIME)", "days are the finest time", sa.cast(D, sa.DateTime())),
    Foreign("TEXT", "CAST(a AS TEXT)", r"\bAS TEXT\b", "PostgreSQL, DuckDB", sa.cast(T, sa.Text())),
    Foreign("STRING", "CAST(a AS STRING)", r"\bAS STRING\b", "Spark"),
    Foreign("CHAR", "CAST(a AS CHAR(3))", r"\bCHAR\s*\(", "padded with blanks", sa.cast(T, sa.CHAR(3))),
    Foreign("CLOB", "CAST(a AS CLOB)", r"\bCLOB\b", "cannot be compared", sa.cast(T, sa.CLOB())),
    Foreign("FLOAT", "CAST(a AS FLOAT)", r"\bFLOAT\b", "32 bits in some", sa.cast(N, sa.Float())),
    Foreign("REAL", "CAST(a AS REAL)", r"\bREAL\b", "32 bits", sa.cast(N, sa.REAL())),
    Foreign("DECFLOAT", "CAST(a AS DECFLOAT)", r"\bDECFLOAT\b", "Db2 only"),
    Foreign(
        "DECIMAL",
        "CAST(ratio AS DECIMAL(12, 4))",
        r"\bAS (DECIMAL|NUMERIC)(?!\(31, 0\))",
        "cut off in Db2, rounded elsewhere (D)",
        sa.cast(X, sa.Numeric(12, 4)),
    ),
    Foreign(
        "DECIMAL of a ratio",
        "CAST(ratio AS DECIMAL(31, 0))",
        r"CAST\(ratio AS DECIMAL",
        "cut off in Db2, rounded elsewhere (D)",
        None,
    ),
    Foreign(
        "BIGINT of a ratio",
        "CAST(ratio AS BIGINT)",
        r"CAST\(ratio AS (BIG)?INT",
        "cut off in Db2, rounded elsewhere (D)",
        sa.cast(X, sa.BigInteger()),
    ),
    Foreign(
        "text of a date",
        "CAST(first_day AS VARCHAR(10))",
        r"CAST\(\w*(_day|_date) AS VARCHAR",
        "follows the connection",
        sa.cast(D, sa.String(10)),
    ),
    Foreign(
        "date of text",
        "CAST(label_of AS DATE)",
        r"CAST\(label_of AS DATE",
        "follows the connection",
        sa.cast(T, sa.Date()),
    ),
    Foreign(
        "number of text",
        "CAST(label_of AS INTEGER)",
        r"CAST\(label_of AS INTEGER",
        "blanks and signs differ",
        sa.cast(T, sa.Integer()),
    ),
    Foreign(
        "text of a ratio",
        "CAST(ratio AS VARCHAR(20))",
        r"CAST\(ratio AS VARCHAR",
        "written in another way by each",
        sa.cast(X, sa.String(20)),
    ),
    Foreign(
        "INTERVAL",
        "first_day + INTERVAL '1 month'",
        r"\bINTERVAL\b",
        "labelled durations in Db2",
        sa.cast(D, sa.Interval()),
    ),
    Foreign("date prefix", "DATE '2020-02-29'", r"\bDATE '", "a function in Db2's older versions", None),
    Foreign(
        "text added to a date",
        "first_day + '1 month'",
        r"[+-] '",
        "PostgreSQL",
        D.op("+")(sa.literal("1 month")),
    ),
    Foreign(
        "date less date", "last_day - first_day", r"_day - \w+_day\b", "a duration yyyymmdd in Db2 (D)", D - D
    ),
    Foreign(
        "date and a number", "first_day + 1", r"_day \+ \d+(?! (DAY|MONTH|YEAR)S)", "an error in Db2", D + ONE
    ),
    Foreign(
        "TRY_CAST", "TRY_CAST(a AS INTEGER)", r"\bTRY_CAST\b", "DuckDB, Spark", sa.try_cast(T, sa.Integer())
    ),
    Foreign("ARRAY", "ARRAY[1, 2]", r"\bARRAY\b", "for procedures only", postgresql.array([ONE])),
    Foreign("UUID", "CAST(a AS UUID)", r"\bUUID\b", "not in Db2", sa.cast(T, sa.Uuid())),
)

_CTE = rows(N).cte("steps_of_it", recursive=True)
CLAUSES: tuple[Foreign, ...] = (
    word(
        "QUALIFY",
        "QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1",
        "DuckDB, Spark; dropped without a word by a transpiler",
    ),
    Foreign(
        "FILTER",
        "SUM(a) FILTER (WHERE a > 1)",
        r"\bFILTER\s*\(",
        "not in Db2",
        sa.func.sum(N).filter(N == ONE),
    ),
    word(
        "WITHIN GROUP",
        "LISTAGG(a) WITHIN GROUP (ORDER BY a)",
        "order inside an aggregate",
        sa.func.sum(N).within_group(N),
    ),
    word(
        "DISTINCT ON",
        "SELECT DISTINCT ON (a) a",
        "PostgreSQL, DuckDB",
        rows(N).ext(postgresql.distinct_on(N)),
    ),
    word("LIMIT", "LIMIT 5", "rows by chance without an order", rows(N).limit(5)),
    word("OFFSET", "OFFSET 5", "rows by chance without an order", rows(N).offset(5)),
    word(
        "FETCH",
        "FETCH FIRST 5 ROWS WITH TIES",
        "rows by chance without an order",
        rows(N).fetch(5, with_ties=True),
    ),
    word("TOP", "SELECT TOP 5 a", "SQL Server", rows(N).prefix_with("TOP 5")),
    word("RECURSIVE", "WITH RECURSIVE a AS (SELECT 1)", "no such word in Db2 (D)", sa.select(_CTE.c.amount)),
    word(
        "LATERAL",
        "FROM a, LATERAL (SELECT b)",
        "TABLE(...) in older versions",
        sa.select(rows(N).lateral("l").c.amount),
    ),
    word("CROSS APPLY", "a CROSS APPLY b", "SQL Server"),
    word("USING", "a JOIN b USING (c)", "one column of two; not in all versions"),
    word("NATURAL", "a NATURAL JOIN b", "a new column changes its meaning"),
    word(
        "FULL",
        "a FULL JOIN b ON a.c = b.c",
        "not needed",
        sa.select(N).select_from(NUMBERS.join(OTHERS, OTHERS.c.amount == N, full=True)),
    ),
    word("ASOF", "a ASOF JOIN b", "DuckDB"),
    word("SEMI JOIN", "a SEMI JOIN b", "DuckDB, Spark"),
    word("ANTI JOIN", "a ANTI JOIN b", "DuckDB, Spark"),
    word("PIVOT", "PIVOT a ON b USING SUM(c)", "DuckDB, Spark"),
    word("UNPIVOT", "UNPIVOT a ON b", "DuckDB, Spark"),
    word(
        "TABLESAMPLE",
        "FROM a TABLESAMPLE BERNOULLI (10)",
        "chance",
        sa.select(sa.tablesample(NUMBERS, 10).c.amount),
    ),
    word("USING SAMPLE", "FROM a USING SAMPLE 10", "chance"),
    word(
        "ROLLUP", "GROUP BY ROLLUP (a)", "missing and total look alike", rows(N).group_by(sa.func.rollup(N))
    ),
    word("CUBE", "GROUP BY CUBE (a)", "missing and total look alike", rows(N).group_by(sa.func.cube(N))),
    word(
        "GROUPING SETS",
        "GROUP BY GROUPING SETS ((a), ())",
        "missing and total look alike",
        rows(N).group_by(sa.func.grouping_sets(sa.tuple_(N))),
    ),
    word("GROUP BY ALL", "GROUP BY ALL", "DuckDB, Spark", rows(N).group_by(sa.text("ALL"))),
    Foreign(
        "GROUP BY a number",
        "GROUP BY 1",
        r"GROUP BY \d",
        "a place, not a name",
        rows(N).group_by(sa.text("1")),
    ),
    word("ORDER BY ALL", "ORDER BY ALL", "DuckDB, Spark", rows(N).order_by(sa.text("ALL"))),
    Foreign(
        "order of a query",
        "SELECT a FROM b ORDER BY a ASC",
        r"\b(FROM|WHERE|GROUP BY)\b[^()]* ORDER BY\b",
        "rows have no order",
        rows(N).order_by(rising(N)),
    ),
    word(
        "HAVING",
        "GROUP BY a HAVING COUNT(*) > 1",
        "a step of its own says more",
        rows(N).group_by(N).having(sa.func.count() > ONE),
    ),
    word("IGNORE NULLS", "LEAD(a) IGNORE NULLS OVER (ORDER BY b)", "not in all"),
    word(
        "NULLS FIRST",
        "ORDER BY a ASC NULLS FIRST",
        "missing values are last everywhere",
        sa.func.row_number().over(order_by=[N.asc().nulls_first()]),
    ),
    Foreign(
        "order without missing",
        "ORDER BY a ASC)",
        r"\b(ASC|DESC)\b(?! NULLS LAST)",
        "missing are high in Db2",
        sa.func.row_number().over(order_by=[N.asc()]),
    ),
    Foreign(
        "order without a direction",
        "ORDER BY a)",
        r"ORDER BY \w+(\.\w+)?[,)]",
        "missing are high in Db2",
        sa.func.row_number().over(order_by=[N]),
    ),
    Foreign(
        "RANGE",
        "RANGE BETWEEN 1 PRECEDING AND CURRENT ROW",
        r"\bRANGE\b",
        "ties count in it",
        sa.func.sum(N).over(order_by=ORDER, range_=(None, 0)),
    ),
    Foreign(
        "GROUPS",
        "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
        r"\bGROUPS BETWEEN\b",
        "not in Db2",
        sa.func.sum(N).over(order_by=ORDER, groups=(None, 0)),
    ),
    Foreign(
        "EXCLUDE",
        "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES",
        r"\bEXCLUDE\b",
        "not in Db2",
        sa.func.sum(N).over(order_by=ORDER, rows=(None, 0), exclude="TIES"),
    ),
    Foreign("WINDOW", "WINDOW w AS (PARTITION BY a)", r"\bWINDOW\b|OVER \w", "not in Db2"),
    Foreign(
        "star",
        "SELECT * FROM a",
        r"SELECT (\w+\.)?\*",
        "a new column changes its meaning",
        rows(sa.literal_column("*")),
    ),
    Foreign(
        "star without columns", "SELECT * EXCEPT (a)", r"\*\s*(EXCEPT|EXCLUDE|REPLACE)\b", "DuckDB, Spark"
    ),
    Foreign(
        "UNION",
        "SELECT a UNION SELECT b",
        r"\bUNION\b(?! ALL)",
        "DISTINCT says what it does",
        sa.union(rows(N), rows(N)),
    ),
    word("INTERSECT", "SELECT a INTERSECT SELECT b", "a join says more", sa.intersect(rows(N), rows(N))),
    word("EXCEPT", "SELECT a EXCEPT SELECT b", "a step says more", sa.except_(rows(N), rows(N))),
    word("MINUS", "SELECT a MINUS SELECT b", "Spark"),
    Foreign(
        "SELECT as a value",
        "SELECT (SELECT MAX(a) FROM b) AS c",
        r"(SELECT|[,=<>]) \(\s*SELECT\b",
        "Spark refuses some",
        rows(N).with_only_columns(sa.select(N).scalar_subquery()),
    ),
    Foreign(
        "EXISTS",
        "WHERE EXISTS (SELECT 1 FROM a)",
        r"\bEXISTS\b",
        "a join says the same",
        rows(N).where(sa.exists(sa.select(N))),
    ),
    Foreign(
        "CASE of a value",
        "CASE a WHEN 1 THEN 2 END",
        r"\bCASE (?!WHEN)",
        "never finds a missing value",
        sa.case((ONE, ONE), value=N),
    ),
    Foreign(
        "VALUES alone",
        "FROM VALUES (1), (2)",
        r"FROM VALUES|VALUES ROW",
        "Spark",
        sa.select(sa.values(sa.column("a", sa.Integer()), name="v").data([(1,)]).c.a),
    ),
    Foreign("SELECT without FROM", "SELECT 1;", r"SELECT [\d', ]+;", "needs SYSIBM.SYSDUMMY1 in Db2"),
    Foreign(
        "FOR UPDATE",
        "SELECT a FROM b FOR UPDATE",
        r"\bFOR (UPDATE|SHARE)\b",
        "locks",
        rows(N).with_for_update(),
    ),
    Foreign(
        "hint", "SELECT /*+ BROADCAST(a) */ a", r"/\*", "a comment or a hint", rows(N).with_hint(NUMBERS, "x")
    ),
    Foreign(
        "EXTRACT",
        "EXTRACT(YEAR FROM a)",
        r"\bEXTRACT\b",
        "a decimal number in PostgreSQL",
        sa.extract("year", D),
    ),
    Foreign(
        "raw text",
        "SELECT anything",
        r"\banything\b",
        "nothing is written as it is",
        rows(sa.text("anything")),
    ),
    Foreign(
        "raw column",
        "SELECT any_text",
        r"\bany_text\b",
        "nothing is written as it is",
        rows(sa.literal_column("any_text")),
    ),
    Foreign(
        "raw value", "a = 5 as a parameter", r"as a parameter", "literals are ours", sa.literal(5.5) == N
    ),
)

STATEMENTS: tuple[Foreign, ...] = (
    word("UPDATE", "UPDATE a SET b = 1", "tables are filled once", sa.update(NUMBERS).values(amount=ONE)),
    word("DELETE", "DELETE FROM a", "tables are filled once", sa.delete(NUMBERS)),
    word("MERGE", "MERGE INTO a USING b ON c", "tables are filled once"),
    word(
        "ON CONFLICT",
        "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING",
        "PostgreSQL, DuckDB",
        postgresql.insert(NUMBERS).values(amount=ONE).on_conflict_do_nothing(),
    ),
    word(
        "RETURNING",
        "INSERT INTO a VALUES (1) RETURNING b",
        "rows would be shown",
        sa.insert(NUMBERS).values(amount=ONE).returning(N),
    ),
    word("TEMP", "CREATE TEMP TABLE a (b INT)", "DECLARE GLOBAL TEMPORARY TABLE in Db2"),
    word("OR REPLACE", "CREATE OR REPLACE TABLE a", "not for tables in Db2"),
    word("IF EXISTS", "DROP TABLE IF EXISTS a", "from version 12.1 only"),
    word("IF NOT EXISTS", "CREATE TABLE IF NOT EXISTS a (b INT)", "from version 12.1 only"),
    word("AS MATERIALIZED", "WITH a AS MATERIALIZED (SELECT 1)", "PostgreSQL, DuckDB"),
    Foreign(
        "CREATE TABLE AS",
        "CREATE TABLE a AS SELECT 1 AS b",
        r"\bCREATE TABLE \S+ AS\b",
        "has no named steps in Db2, and no types",
    ),
    Foreign(
        "double quotes",
        '"Amount"',
        r'"',
        "another name in Db2, which is in capitals",
        sa.column(quoted_name("Am ount", True)),
    ),
    Foreign("backtick", "`amount`", r"`", "Spark", sa.column("`amount`")),
    Foreign("brackets", "[amount]", r"\]", "SQL Server", sa.column("[amount]")),
    Foreign(
        "reserved word as a name", "SELECT order FROM a", r"\bSELECT order\b", "an error", sa.column("order")
    ),
    Foreign("dollar quotes", "$$text$$", r"\$\$", "PostgreSQL"),
    Foreign("number without digits", "1e5", r"\b\de\d", "written as 1.0E5"),
    Foreign("decimal point alone", "SELECT .5", r"(?<![\w)])\.\d", "a number needs a digit first"),
    Foreign(
        "plain decimal",
        "a + 0.5",
        r"\b\d+\.\d+(?!\d*E)\b",
        "an exact number with its own rules in Db2 (D)",
        sa.literal(0.5),
    ),
    Foreign(
        "whole division of columns",
        "amount / ratio",
        r"\bamount / ",
        "cut off in Db2, decimal elsewhere",
        N / ONE,
    ),
)

FOREIGN = (*FUNCTIONS, *OPERATORS, *TYPES, *CLAUSES, *STATEMENTS)
"""All fragments."""
