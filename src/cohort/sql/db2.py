"""The Db2 dialect: what is its own. It compiles only. No Db2 server has ever seen its text."""

from __future__ import annotations

from cohort.sql.dialect import CompileOnly, ListedCompiler


class Db2Compiler(ListedCompiler):
    """Db2 needs a FROM in every SELECT, and has a table of one row for it."""

    select_without_table = " FROM SYSIBM.SYSDUMMY1"


class Db2Dialect(CompileOnly):
    """IBM Db2 for Linux, Unix and Windows."""

    name = "db2"
    statement_compiler = Db2Compiler
