"""What both dialects share: compile only, write values into the text, and refuse everything that is not listed."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler
from sqlalchemy.sql.elements import Grouping, quoted_name
from sqlalchemy.sql.selectable import Join
from sqlalchemy.types import Double

from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.types.reserved import RESERVED

_CLAUSES = """
    alias binary case cast clauselist column compound_select expression_clauselist frame_clause fromclause
    function grouping is_true_unary_operator is_false_unary_operator join label label_reference over select
    select_statement_grouping subquery table typeclause unary null order_by_list element_list
    """
CLAUSES = frozenset(_CLAUSES.split())
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
    operators.truediv,
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

_FUNCTIONS = "coalesce nullif upper trim min max sum count lead row_number year month day floor ceil abs mod"
COMMON_FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Functions that mean the same in both dialects. LEAST and GREATEST are not among them: Db2 and DuckDB differ."""

TYPES = frozenset({"BIGINT", "INTEGER", "SMALLINT", "DOUBLE", "VARCHAR", "DATE"})
"""Types that columns and casts may have."""


def text_literal(value: str) -> str:
    """Return text as a literal. Quotes are doubled; a control character, line breaks included, is refused."""
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in value):
        raise CannotCompile("A text with a control character cannot be written into SQL.")
    return "'" + value.replace("'", "''") + "'"


class PlainNames(IdentifierPreparer):
    """Writes names as they are, and refuses the ones that would need quotes."""

    def quote(self, ident: str, _force: Any = None) -> str:
        """Return the name without quotes; raises ``CannotCompile`` for one that needs them."""
        if (
            isinstance(ident, quoted_name) and ident.quote is False
        ):  # a physical name, checked where it was made
            return str(ident)
        return own_name(ident)

    def quote_identifier(self, value: str) -> str:
        """Return the name without quotes."""
        return self.quote(value)

    def quote_schema(self, schema: str, _force: Any = None) -> str:
        """Return the name without quotes."""
        return self.quote(schema)


class ListedTypes(GenericTypeCompiler):
    """Writes the few types that tables have."""

    ensure_kwarg = ""


class ListedCompiler(SQLCompiler):
    """Compiles listed constructs only. Own constructs bring their own rendering for each dialect."""

    functions: ClassVar[frozenset[str]] = COMMON_FUNCTIONS
    select_without_table: ClassVar[str] = ""
    _bare: tuple[bool, ...] | list[bool] = ()

    @property
    def _base(self) -> Any:
        """SQLAlchemy's own compiler, whose methods have no types."""
        return super()

    def visit_select(self, select_stmt: Any, *args: Any, **kw: Any) -> str:
        """Refuse what a plain SELECT does not have, then compile it."""
        extras = {
            "DISTINCT ON": select_stmt._distinct_on,
            "FOR UPDATE": select_stmt._for_update_arg is not None,
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
        sources = select_stmt._from_obj
        self._bare = [*self._bare, len(sources) == 1 and not isinstance(sources[0], Join)]
        text = str(self._base.visit_select(select_stmt, *args, **kw))
        self._bare = self._bare[:-1]
        return text

    def visit_column(self, column: Any, *args: Any, **kw: Any) -> str:
        """Name the table of a column only where a SELECT reads more than one, or the name is a reserved word."""
        if self._bare and self._bare[-1] and str(column.name).lower() not in RESERVED:
            kw["include_table"] = False
        return str(self._base.visit_column(column, *args, **kw))

    def visit_case(self, clause: Any, **kw: Any) -> str:
        """CASE without needless brackets around its conditions."""
        text = "CASE"
        for when, then in clause.whens:
            inner = when.element if isinstance(when, Grouping) else when
            text += f" WHEN {self.process(inner, **kw)} THEN {self.process(then, **kw)}"
        if clause.else_ is not None:
            text += f" ELSE {self.process(clause.else_, **kw)}"
        return f"{text} END"

    def default_from(self) -> str:
        """What stands for FROM in a select without a table."""
        return self.select_without_table

    def visit_function(self, func: Any, *_args: Any, **kw: Any) -> str:
        """Compile a listed function, in upper case."""
        kw.pop("add_to_result_map", None)
        name = func.name.lower()
        if name not in self.functions or getattr(func, "packagenames", None):
            raise CannotCompile(
                f"The function {func.name} is not on the list of what {self.dialect.name} may be given."
            )
        return f"{name.upper()}{self.function_argspec(func, **kw)}"

    def visit_binary(self, binary: Any, *args: Any, **kw: Any) -> str:
        """Compile a listed operator."""
        self._check_operator(binary.operator)
        return str(self._base.visit_binary(binary, *args, **kw))

    def visit_unary(self, unary: Any, *args: Any, **kw: Any) -> str:
        """Compile a listed operator."""
        for operator in (unary.operator, unary.modifier):
            if operator is not None:
                self._check_operator(operator)
        return str(self._base.visit_unary(unary, *args, **kw))

    def visit_ne_binary(self, binary: Any, *_args: Any, **kw: Any) -> str:
        """The standard's ``<>``."""
        return f"{self.process(binary.left, **kw)} <> {self.process(binary.right, **kw)}"

    def visit_truediv_binary(self, binary: Any, *_args: Any, **kw: Any) -> str:
        """Decimal division only: whole numbers are divided in another way by each database."""
        if not isinstance(binary.left.type, Double):
            raise CannotCompile("A division must be of decimal numbers.")
        return f"{self.process(binary.left, **kw)} / {self.process(binary.right, **kw)}"

    def visit_over(self, over: Any, **kw: Any) -> str:
        """Refuse a window function whose order leaves open where missing values go."""
        for ordered in () if over.order_by is None else over.order_by.clauses:
            if getattr(ordered, "modifier", None) is not operators.nulls_last_op:
                raise CannotCompile("An order must say where missing values go.")
        return str(self._base.visit_over(over, **kw))

    def visit_join(self, join: Any, *_args: Any, **kw: Any) -> str:
        """An inner or a left join, without the needless word OUTER."""
        kw = {name: value for name, value in kw.items() if name not in ("asfrom", "from_linter")}
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
            and str(inner.name) == str(label.name)
        ):
            kw.pop("within_label_clause", None)
            return self.process(inner, **kw)
        return str(self._base.visit_label(label, *args, **kw))

    def visit_bindparam(self, bindparam: Any, *_args: Any, **_kw: Any) -> str:
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
    def refuse(self: Any, *_args: Any, **_kw: Any) -> str:
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
