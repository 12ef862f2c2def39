"""What all dialects share: compile only, write values into the text, and refuse everything that is not listed."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler
from sqlalchemy.sql.elements import Grouping, Null, quoted_name
from sqlalchemy.sql.selectable import Join, ScalarSelect
from sqlalchemy.types import Double

from cohort.sql.lists import (
    CLAUSES,
    COMMON_FUNCTIONS,
    OPERATORS,
    PARTS,
    TYPES,
    may_be_cast,
    may_be_combined,
    text_literal,
)
from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.types.reserved import RESERVED


class PlainNames(IdentifierPreparer):
    """Writes names as they are, and refuses the ones that would need quotes."""

    physical: ClassVar[re.Pattern[str]] = re.compile(r"[\w$#@.]+", re.ASCII)
    """What a name in a binding may hold."""

    def quote(self, ident: str, _force: Any = None) -> str:
        """Return the name without quotes; raises ``CannotCompile`` for one that needs them."""
        if isinstance(ident, quoted_name) and ident.quote is False:
            # A physical name, checked where it was made for what no database takes.
            if not self.physical.fullmatch(ident):
                raise CannotCompile(f"The name {str(ident)!r} of the binding needs quotes in this database.")
            return str(ident)
        return own_name(ident)

    def quote_identifier(self, value: str) -> str:
        """Return the name without quotes."""
        return self.quote(value)

    def quote_schema(self, schema: str, _force: Any = None) -> str:
        """Return the name without quotes."""
        return self.quote(schema)


class NamesWithoutSigns(PlainNames):
    """For databases that take no ``#`` and ``@`` in a name without quotes."""

    physical = re.compile(r"[\w.]+", re.ASCII)


class ListedTypes(GenericTypeCompiler):
    """Writes the few types that tables have."""

    ensure_kwarg = ""

    def __init_subclass__(cls, **kw: Any) -> None:
        """Refuse what a dialect of SQLAlchemy adds to the types."""
        super().__init_subclass__(**kw)
        _close_types(cls)


class ListedCompiler(SQLCompiler):
    """Compiles listed constructs only. Own constructs bring their own rendering for each dialect."""

    functions: ClassVar[frozenset[str]] = COMMON_FUNCTIONS
    select_without_table: ClassVar[str] = ""
    _bare: tuple[bool, ...] | list[bool] = ()

    @property
    def _base(self) -> Any:
        """SQLAlchemy's own compiler, whose methods have no types."""
        return super()

    @property
    def _not_listed(self) -> str:
        return f"is not on the list of what {self.dialect.name} may be given."

    def written_text(self, value: str) -> str:
        """Return text as a literal of the database."""
        return text_literal(value)

    def check_compared(self, *parts: Any) -> None:
        """Refuse to compare what the database would compare in a way of its own."""

    def visit_select(self, select_stmt: Any, *args: Any, **kw: Any) -> str:
        """Refuse what a plain SELECT does not have, then compile it."""
        extras = {
            "DISTINCT ON": select_stmt._distinct_on,
            "FOR UPDATE": select_stmt._for_update_arg is not None,
            "prefixes": select_stmt._prefixes,
            "suffixes": select_stmt._suffixes,
            "hints": select_stmt._hints or select_stmt._statement_hints,
            "HAVING": select_stmt._having_criteria,
            "common table expressions": select_stmt._independent_ctes,
        }
        self._refuse_any(extras)
        self._refuse_limits(select_stmt)
        sources = select_stmt._from_obj
        self._bare = [*self._bare, len(sources) == 1 and not isinstance(sources[0], Join)]
        text = str(self._base.visit_select(select_stmt, *args, **kw))
        self._bare = self._bare[:-1]
        return text

    def visit_compound_select(self, cs: Any, *args: Any, **kw: Any) -> str:
        """Compile UNION ALL, which is the one way to put SELECTs together."""
        if self.compound_keywords[cs.keyword] != "UNION ALL":
            raise CannotCompile(f"A set operation other than UNION ALL {self._not_listed}")
        self._refuse_limits(cs)
        return str(self._base.visit_compound_select(cs, *args, **kw))

    def _refuse_limits(self, select: Any) -> None:
        extras = {
            "ORDER BY": select._order_by_clauses,
            "OFFSET": select._offset_clause is not None,
            "LIMIT": select._limit_clause is not None,
            "FETCH": select._fetch_clause is not None,
        }
        self._refuse_any(extras)

    def _refuse_any(self, extras: dict[str, Any]) -> None:
        for clause, present in extras.items():
            if present:
                raise CannotCompile(f"{clause} {self._not_listed}")

    def visit_column(self, column: Any, *args: Any, **kw: Any) -> str:
        """Name the table of a column only where a SELECT reads more than one, or the name is a reserved word."""
        if column.is_literal:
            raise CannotCompile(f"Text that is no name {self._not_listed}")
        if self._bare and self._bare[-1] and str(column.name).lower() not in RESERVED:
            kw["include_table"] = False
        return str(self._base.visit_column(column, *args, **kw))

    def visit_case(self, clause: Any, **kw: Any) -> str:
        """CASE without needless brackets around its conditions."""
        if clause.value is not None:
            raise CannotCompile(f"CASE with a value before its WHEN {self._not_listed}")
        text = "CASE"
        for when, then in clause.whens:
            inner = when.element if isinstance(when, Grouping) else when
            text += f" WHEN {self.process(inner, **kw)} THEN {self.process(then, **kw)}"
        if clause.else_ is not None:
            text += f" ELSE {self.process(clause.else_, **kw)}"
        return f"{text} END"

    def visit_cast(self, cast: Any, **kw: Any) -> str:
        """Compile a cast that means the same everywhere."""
        text = str(self._base.visit_cast(cast, **kw))
        if not may_be_cast(cast.clause, cast.type):
            raise CannotCompile(f"A cast of {cast.clause.type!r} to {cast.type!r} {self._not_listed}")
        return text

    def visit_grouping(self, grouping: Any, *args: Any, **kw: Any) -> str:
        """Compile brackets. A SELECT in them stands after IN only, where ``visit_binary`` looks at it."""
        if isinstance(grouping, ScalarSelect):
            raise CannotCompile(f"A SELECT as a value {self._not_listed}")
        return str(self._base.visit_grouping(grouping, *args, **kw))

    def default_from(self) -> str:
        """What stands for FROM in a select without a table."""
        return self.select_without_table

    def visit_function(self, func: Any, *_args: Any, **kw: Any) -> str:
        """Compile a listed function, in upper case."""
        kw.pop("add_to_result_map", None)
        name = func.name.lower()
        if name not in self.functions or getattr(func, "packagenames", None):
            raise CannotCompile(f"The function {func.name} {self._not_listed}")
        parts = list(func.clauses)
        of_rows = name == "count" and [getattr(part, "name", "") for part in parts] == ["*"]
        fewest, most = PARTS[name]
        if not fewest <= len(parts) <= most:
            raise CannotCompile(f"The function {func.name} with {len(parts)} parts {self._not_listed}")
        return self.written_function(name, ["*"] if of_rows else [self.process(part, **kw) for part in parts])

    def written_function(self, name: str, parts: list[str]) -> str:
        """Return the text of a listed function of parts that are compiled."""
        return f"{name.upper()}({', '.join(parts)})"

    def visit_binary(self, binary: Any, *args: Any, **kw: Any) -> str:
        """Compile a listed operator between values of one family."""
        self._check_operator(binary.operator)
        if not may_be_combined(binary.operator, binary.left.type, binary.right.type):
            name = binary.operator.__name__
            raise CannotCompile(
                f"{name} of {binary.left.type!r} and {binary.right.type!r} {self._not_listed}"
            )
        self.check_compared(binary.left, binary.right)
        if binary.operator in (operators.is_, operators.is_not) and not isinstance(binary.right, Null):
            raise CannotCompile(f"IS with anything but NULL {self._not_listed}")
        if binary.operator is operators.in_op:
            if not isinstance(binary.right, ScalarSelect):
                raise CannotCompile(f"IN with a list that is not a literal of ours {self._not_listed}")
            return f"{self.process(binary.left, **kw)} IN ({self.process(binary.right.element, **kw)})"
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
        """Refuse frames other than ROWS, and an order that leaves open where missing values go."""
        extras = {"RANGE": over.range_, "GROUPS": over.groups, "EXCLUDE": over.exclude}
        self._refuse_any({name: clause is not None for name, clause in extras.items()})
        for ordered in () if over.order_by is None else over.order_by.clauses:
            if getattr(ordered, "modifier", None) is not operators.nulls_last_op:
                raise CannotCompile("An order must say where missing values go.")
        return str(self._base.visit_over(over, **kw))

    def visit_join(self, join: Any, *_args: Any, **kw: Any) -> str:
        """An inner or a left join, without the needless word OUTER."""
        kw = {name: value for name, value in kw.items() if name not in ("asfrom", "from_linter")}
        if join.full:
            raise CannotCompile(f"FULL JOIN {self._not_listed}")
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
        if type(bindparam.value) is not int:
            raise CannotCompile("A value must be written as a literal of ours.")
        return str(bindparam.value)

    def visit_unsupported_compilation(self, element: Any, err: Any, **kw: Any) -> str:  # noqa: ARG002
        """Refuse a construct of ours that has no rendering for the dialect."""
        raise CannotCompile(f"A {type(element).__name__} has no form for {self.dialect.name}.")

    def _check_operator(self, operator: Any) -> None:
        if operator not in OPERATORS:
            raise CannotCompile(
                f"The operator {getattr(operator, '__name__', str(operator))} {self._not_listed}"
            )


def _refuse(method: str, what: str) -> Any:
    def refuse(self: Any, *_args: Any, **_kw: Any) -> str:
        raise CannotCompile(f"{what} is not on the list of what {self.dialect.name} may be given.")

    refuse.__name__ = method
    return refuse


def _close_types(types: type[ListedTypes]) -> None:
    """Make a type compiler raise for every type that is not listed."""
    for method in dir(types):
        name = method.removeprefix("visit_")
        if method.startswith("visit_") and name.isupper() and name not in TYPES:
            setattr(types, method, _refuse(method, f"The type {name}"))


def _close_constructs() -> None:
    """Make every visit of SQLAlchemy's compiler that is not listed raise, so that the list is complete."""
    for method in dir(SQLCompiler):
        name = method.removeprefix("visit_")
        if method.startswith("visit_") and name not in CLAUSES and method not in vars(ListedCompiler):
            setattr(ListedCompiler, method, _refuse(method, f"The construct {name.replace('_', ' ')}"))


_close_constructs()
_close_types(ListedTypes)


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
