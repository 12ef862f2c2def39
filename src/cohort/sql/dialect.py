"""What both dialects share: compile only, write values into the text, and refuse everything that is not listed."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar, cast

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler
from sqlalchemy.sql.elements import quoted_name

from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name

CLAUSES = frozenset(
    """
    alias binary case cast clauselist column compound_select expression_clauselist frame_clause fromclause
    function grouping is_true_unary_operator is_false_unary_operator join label label_reference over select
    select_statement_grouping subquery table typeclause unary null order_by_list element_list
    """.split()
)
"""Constructs of SQLAlchemy that may be compiled; every other one raises ``CannotCompile``."""

OPERATORS = {
    operators.eq,
    operators.ne,
    operators.lt,
    operators.le,
    operators.gt,
    operators.ge,
    operators.and_,
    operators.or_,
    operators.inv,
    operators.add,
    operators.sub,
    operators.mul,
    operators.is_,
    operators.is_not,
    operators.asc_op,
    operators.desc_op,
    operators.nulls_last_op,
    operators.comma_op,
    operators.exists,
    operators.in_op,
    operators.is_true,
    operators.is_false,
}
"""Operators that may be compiled."""

COMMON_FUNCTIONS = frozenset(
    """
    coalesce nullif upper trim min max sum count lead row_number year month day
    """.split()
)
"""Functions that mean the same in both dialects. LEAST and GREATEST are not among them: Db2 and DuckDB differ."""

TYPES = frozenset("BIGINT INTEGER SMALLINT DOUBLE VARCHAR DATE".split())
"""Types that columns and casts may have."""


def text_literal(value: str) -> str:
    """Return text as a literal. Quotes are doubled; a control character, line breaks included, is refused."""
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in value):
        raise CannotCompile("A text with a control character cannot be written into SQL.")
    return "'" + value.replace("'", "''") + "'"


class PlainNames(IdentifierPreparer):
    """Writes names as they are, and refuses the ones that would need quotes."""

    def quote(self, ident: str, force: Any = None) -> str:
        """Return the name without quotes; raises ``CannotCompile`` for one that needs them."""
        if isinstance(ident, quoted_name) and ident.quote is False:  # a physical name, checked where it was made
            return str(ident)
        return own_name(ident)

    def quote_identifier(self, value: str) -> str:
        """Return the name without quotes."""
        return self.quote(value)

    def quote_schema(self, schema: str, force: Any = None) -> str:
        """Return the name without quotes."""
        return self.quote(schema)


class ListedTypes(GenericTypeCompiler):
    """Writes the few types that tables have."""

    ensure_kwarg = ""

    def visit_DOUBLE(self, type_: Any, **kw: Any) -> str:  # noqa: N802
        """64 bits on every engine; FLOAT is 32 bits on some."""
        return "DOUBLE"


class ListedCompiler(SQLCompiler):
    """Compiles listed constructs only. Own constructs bring their own rendering for each dialect."""

    functions: ClassVar[frozenset[str]] = COMMON_FUNCTIONS
    select_without_table: ClassVar[str] = ""

    def visit_select(self, select_stmt: Any, *args: Any, **kw: Any) -> str:
        """Refuse what a plain SELECT does not have, then compile it."""
        extras = {
            "DISTINCT ON": select_stmt._distinct_on,
            "FOR UPDATE": select_stmt._for_update_arg,
            "prefixes": select_stmt._prefixes,
            "suffixes": select_stmt._suffixes,
            "hints": select_stmt._hints or select_stmt._statement_hints,
            "OFFSET": select_stmt._offset_clause is not None,
            "LIMIT": select_stmt._limit_clause is not None,
            "FETCH": select_stmt._fetch_clause is not None,
            "common table expressions": select_stmt._independent_ctes,
        }
        for clause, present in extras.items():
            if present:
                raise CannotCompile(f"{clause} is not on the list of what {self.dialect.name} may be given.")
        return cast(str, super().visit_select(select_stmt, *args, **kw))

    def default_from(self) -> str:
        """What stands for FROM in a select without a table."""
        return self.select_without_table

    def visit_function(self, func: Any, add_to_result_map: Any = None, **kw: Any) -> str:
        """Compile a listed function, in upper case."""
        name = func.name.lower()
        if name not in self.functions or getattr(func, "packagenames", None):
            raise CannotCompile(
                f"The function {func.name} is not on the list of what {self.dialect.name} may be given."
            )
        return f"{name.upper()}{self.function_argspec(func, **kw)}"

    def visit_binary(self, binary: Any, *args: Any, **kw: Any) -> str:
        """Compile a listed operator."""
        self._check_operator(binary.operator)
        return cast(str, super().visit_binary(binary, *args, **kw))

    def visit_unary(self, unary: Any, *args: Any, **kw: Any) -> str:
        """Compile a listed operator."""
        for operator in (unary.operator, unary.modifier):
            if operator is not None:
                self._check_operator(operator)
        return cast(str, super().visit_unary(unary, *args, **kw))

    def visit_ne_binary(self, binary: Any, operator: Any, **kw: Any) -> str:
        """The standard's ``<>``."""
        return f"{self.process(binary.left, **kw)} <> {self.process(binary.right, **kw)}"

    def visit_over(self, over: Any, **kw: Any) -> str:
        """Refuse a window function whose order leaves open where missing values go."""
        for ordered in () if over.order_by is None else over.order_by.clauses:
            if getattr(ordered, "modifier", None) is not operators.nulls_last_op:
                raise CannotCompile("An order must say where missing values go.")
        return cast(str, super().visit_over(over, **kw))

    def visit_join(self, join: Any, asfrom: bool = False, from_linter: Any = None, **kw: Any) -> str:
        """An inner or a left join, each on its own line."""
        if join.full:
            raise CannotCompile(f"FULL JOIN is not on the list of what {self.dialect.name} may be given.")
        left = join.left._compiler_dispatch(self, asfrom=True, **kw)
        right = join.right._compiler_dispatch(self, asfrom=True, **kw)
        condition = join.onclause._compiler_dispatch(self, **kw)
        return f"{left} {'LEFT JOIN' if join.isouter else 'JOIN'} {right} ON {condition}"

    def visit_label(self, label: Any, *args: Any, **kw: Any) -> str:
        """Leave out the alias of a column that has that name already."""
        inner = label.element
        if (
            kw.get("within_columns_clause")
            and getattr(inner, "__visit_name__", "") == "column"
            and str(inner.name).lower() == str(label.name).lower()
        ):
            kw.pop("within_label_clause", None)
            return self.process(inner, **kw)
        return cast(str, super().visit_label(label, *args, **kw))

    def visit_bindparam(self, bindparam: Any, **kw: Any) -> str:
        """Write out the number that bounds a window's frame; nothing else comes as a parameter."""
        if not isinstance(bindparam.value, int):
            raise CannotCompile("A value must be written as a literal of ours.")
        return str(bindparam.value)

    def _check_operator(self, operator: Any) -> None:
        if operator not in OPERATORS:
            name = getattr(operator, "__name__", str(operator))
            raise CannotCompile(
                f"The operator {name} is not on the list of what {self.dialect.name} may be given."
            )


def _refuse(method: str, what: str) -> Any:
    def refuse(self: Any, *args: Any, **kw: Any) -> str:
        raise CannotCompile(f"{what} is not on the list of what {self.dialect.name} may be given.")

    refuse.__name__ = method
    return refuse


def _close_lists() -> None:
    """Make every visit of SQLAlchemy's compilers that is not listed raise, so that the lists are complete."""
    for method in dir(SQLCompiler):
        name = method.removeprefix("visit_")
        if method.startswith("visit_") and name not in CLAUSES and method not in vars(ListedCompiler):
            setattr(ListedCompiler, method, _refuse(method, f"The construct {name.replace('_', ' ')}"))
    for method in dir(GenericTypeCompiler):
        name = method.removeprefix("visit_")
        if method.startswith("visit_") and name.isupper() and name not in TYPES:
            setattr(ListedTypes, method, _refuse(method, f"The type {name}"))


_close_lists()


class CompileOnly(DefaultDialect):
    """A dialect that never connects to anything."""

    statement_compiler = ListedCompiler
    type_compiler_cls = ListedTypes
    preparer = PlainNames
    supports_statement_cache = False
    supports_native_boolean = True
    supports_native_decimal = True
    default_paramstyle = "named"
    max_identifier_length = 128
