"""Expressions from syntax to typed values: every mistake becomes one diagnostic at its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language.tree import (
    BinaryTree,
    CallTree,
    DateTree,
    DurationTree,
    DuringTree,
    InTree,
    ListTree,
    MissingTree,
    NameTree,
    NotTree,
    NumberTree,
    PeriodTree,
    RowsTree,
    TextTree,
    Tree,
    WhenTree,
    operands,
)
from cohort.query.calls import Pick
from cohort.query.rows import Shape
from cohort.query.summaries import Outer
from cohort.query.values import (
    And,
    Arithmetic,
    Column,
    Compare,
    DaysBetween,
    During,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
)
from cohort.resolve import sense
from cohort.resolve.calls import call, keys_of
from cohort.resolve.codes import literal_like, members_of, of_one_list
from cohort.resolve.functions import Function
from cohort.resolve.meant import during_window, in_days, instead_of_word, is_unknown_word
from cohort.resolve.names import Scope
from cohort.source import Place
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Grain, Kind, ValueType

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_NO_VALUES = {ListTree: "a list", PeriodTree: "a period", DurationTree: "a duration", RowsTree: "rows"}


@dataclass(frozen=True)
class Period:
    """A period whose bounds are resolved; ``window`` is its name, if it has one."""

    start: Value
    end: Value
    end_included: bool
    window: str | None


@dataclass(frozen=True)
class ValueResolver:
    """Turns trees into values in one scope. Methods return None after having reported a problem.

    ``at`` is the path in the spec under which problems are reported.
    """

    scope: Scope
    diagnostics: Diagnostics
    at: str = ""

    def condition(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a condition."""
        value = self.value(tree)
        if value is not None and value.type.kind is not Kind.BOOLEAN:
            self.report("TYP203", tree.place, found=value.type.human)
            return None
        return value

    def value(self, tree: Tree) -> Value | None:
        """Resolve any expression that stands for one value."""
        match tree:
            case NameTree():
                return self._name(tree)
            case NumberTree():
                whole = isinstance(tree.value, int)
                return Literal(tree.value, WHOLE if whole else DECIMAL)
            case TextTree():
                return Literal(tree.value, ValueType(Kind.TEXT, length=len(tree.value)))
            case DateTree():
                return Literal(tree.value, DATE)
            case BinaryTree():
                return self._binary(tree)
            case NotTree():
                part = self.condition(tree.operand)
                return None if part is None else Not(part)
            case MissingTree():
                part = self.value(tree.operand)
                if part is None:
                    return None
                return Not(IsMissing(part)) if tree.negated else IsMissing(part)
            case InTree():
                return self._membership(tree)
            case DuringTree():
                return self._during(tree)
            case WhenTree():
                return self._when(tree)
            case CallTree():
                return call(self, tree)
            case DurationTree():
                self.report("TYP209", tree.place, duration=tree.place.text)
                return None
            case RowsTree():
                self.report("GRN301", tree.place, rows=tree.rows.text, unit=self.scope.unit)
                return None
            case ListTree() | PeriodTree():
                self.report("TYP203", tree.place, found=_NO_VALUES[type(tree)])
                return None
            case _:
                assert_never(tree)

    def date(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a date."""
        value = self.value(tree)
        if value is not None and value.type.kind is not Kind.DATE:
            self.report("TYP205", tree.place, found=value.type.human)
            return None
        return value

    def number(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a number."""
        value = self.value(tree)
        if value is not None and not value.type.is_number:
            self.report("TYP207", tree.place, found=value.type.human)
            return None
        return value

    def period(self, tree: PeriodTree | NameTree) -> Period | None:
        """Resolve a period that is written out, or the name of a window.

        A window means the same wherever it is used: it sees no columns.
        """
        if isinstance(tree, PeriodTree):
            return self._period(tree, None)
        name = tree.text
        found = self.scope.windows.get(name)
        if found is None:
            self.report("NAM110", tree.place, name=name, suggestion=nearest(name, self.scope.windows))
            return None
        outside = replace(self, scope=self.scope.without_rows, at=f"windows.{name}")
        return outside._period(found, name)

    def _period(self, tree: PeriodTree, window: str | None) -> Period | None:
        start, end = self.date(tree.start), self.date(tree.end)
        if start is None or end is None:
            return None
        if sense.is_empty(start, end, end_included=tree.end_included):
            self.report("TIM604", tree.place)
            return None
        return Period(start, end, tree.end_included, window)

    # What calls and codes need of a resolver ---------------------------------------------------------------

    def report(self, code: str, place: Place, /, *, suggestion: str | None = None, **data: object) -> None:
        """Report one problem."""
        self.diagnostics.add(code, place, at=self.at, suggestion=suggestion, **data)

    def wrong_argument(self, function: str, tree: Tree, expected: str) -> None:
        """Report an argument of the wrong form."""
        found = _NO_VALUES.get(type(tree), f"`{tree.place.text}`")
        self.report("TYP202", tree.place, function=function, expected=expected, found=found)

    def wrong_number(self, tree: CallTree, function: Function) -> None:
        """Report a wrong number of arguments."""
        self.report(
            "TYP204",
            tree.place,
            function=function.name,
            expected=function.expected,
            found=len(tree.arguments),
            example=function.example,
        )

    def cannot_compare(self, place: Place, left: str, right: str, suggestion: str | None = None) -> None:
        """Report two kinds of values that cannot be compared."""
        self.report("TYP201", place, left=left[:1].upper() + left[1:], right=right, suggestion=suggestion)

    def is_no_value(self, tree: Tree) -> bool:
        """Whether a tree can stand for no single value."""
        return type(tree) in _NO_VALUES

    def column(self, name: str) -> Column:
        """Return a column of the rows at hand."""
        assert self.scope.columns is not None
        return Column(name, self.scope.columns[name])

    def inside(self, shape: Shape, rows: str) -> ValueResolver:
        """Return the resolver of what stands inside a summary of rows."""
        return replace(self, scope=self.scope.inside(shape, rows))

    def period_argument(self, function: str, tree: Tree) -> Period | None:
        """Resolve an argument that must be a period."""
        if isinstance(tree, PeriodTree) or (isinstance(tree, NameTree) and len(tree.parts) == 1):
            return self.period(tree)
        self.wrong_argument(function, tree, "a period, as `from … until …`, or the name of a window")
        return None

    def shape_of(self, tree: NameTree) -> Shape | None:
        """Return what named rows look like."""
        if len(tree.parts) != 1:
            self.report("NAM103", tree.place, name=tree.text)
            return None
        shape = self.scope.shape_of(tree.text, tree.place)
        return shape if shape is not None and self._entry_is_known(tree, shape.per_entry) else None

    # Names -------------------------------------------------------------------------------------------------

    def _entry_is_known(self, tree: NameTree, per_entry: bool) -> bool:
        """Whether what depends on the index date can be seen; reports if not."""
        if per_entry and not self.scope.index_date:
            self.report("GRN304", tree.place)
            return False
        return True

    def _name(self, tree: NameTree) -> Value | None:
        scope, name = self.scope, tree.text
        if tree.parts[0] == "this":
            return self._outer(tree)
        if len(tree.parts) > 1:
            return self._fact(tree)
        if name == "index_date":
            return IndexDate() if self._entry_is_known(tree, per_entry=True) else None
        here = scope.columns is not None and name in scope.columns
        # A variable cannot mean itself, so that its name means the column inside it.
        variable = (
            name in scope.variable_names and scope.variable is not None and self.at != f"variables.{name}"
        )
        if here and (variable or name in scope.constants):
            second = "a variable of the study" if variable else "a date of the study"
            self.report(
                "NAM113",
                tree.place,
                name=name,
                first=f"a column of `{scope.called}`",
                second=second,
                written=f"{scope.called}.{name}",
            )
            return None
        if here:
            return self.column(name)
        if name in scope.constants:
            return scope.constants[name]
        if name in scope.variable_names and scope.variable is not None:
            found = scope.variable(name, tree.place)
            known = found is not None and self._entry_is_known(tree, found.grain is Grain.ENTRY)
            return found if known else None
        if name in scope.rows_names:
            self._rows_as_value(tree)
            return None
        self._unknown(tree)
        return None

    def _unknown(self, tree: NameTree, meant: str | None = None) -> None:
        scope, name = self.scope, tree.text
        near = f"this.{name}" if name in (scope.outer or {}) else nearest(name, scope.visible)
        self.report("NAM101", tree.place, name=name, suggestion=meant or near)

    def _rows_as_value(self, tree: NameTree) -> None:
        shape = self.shape_of(tree)
        if shape is not None and shape.one_per_unit:
            told = (name for name, type_ in shape.columns if type_.kind is not Kind.KEY)
            column = next((name for name in told if name not in shape.owner), shape.names[0])
            self.report("NAM114", tree.place, rows=tree.text, column=column)
        elif shape is not None:
            self.report("GRN301", tree.place, rows=tree.text, unit=self.scope.unit)

    def _outer(self, tree: NameTree) -> Value | None:
        outer = self.scope.outer
        name = ".".join(tree.parts[1:])
        if outer is None or not name:
            self.report("NAM115", tree.place, name=tree.text)
            return None
        if name not in outer:
            near = nearest(name, outer)
            self.report(
                "NAM104",
                tree.place,
                rows="this",
                name=name,
                columns=", ".join(outer),
                suggestion=near and f"this.{near}",
            )
            return None
        return Outer(name, outer[name])

    def _fact(self, tree: NameTree) -> Value | None:
        scope, (rows, *rest) = self.scope, tree.parts
        column = ".".join(rest)
        if rows == scope.called and scope.columns is not None and column in scope.columns:
            return self.column(column)
        if rows in scope.context:
            keys = ", ".join(keys_of(scope.context[rows]))
            self.report("NAM103", tree.place, name=rows, suggestion=f"figure({tree.text}, {keys})")
            return None
        shape = self.shape_of(NameTree((rows,), tree.place))
        if shape is None:
            return None
        if column not in shape.types:
            near = nearest(column, shape.names)
            self.report(
                "NAM104",
                tree.place,
                rows=rows,
                name=column,
                columns=", ".join(shape.names),
                suggestion=near and f"{rows}.{near}",
            )
            return None
        if shape.one_per_unit:
            return Fact(rows, column, shape.types[column], shape.per_entry)
        if scope.columns is None:
            # Spells have an order of their own, so that the first one can be offered ready to paste.
            offer = f"first({column} of {rows})" if shape.spell is not None else None
            self.report("GRN301", tree.place, rows=rows, unit=scope.unit, suggestion=offer)
            return None
        self.report(
            "GRN302",
            tree.place,
            name=tree.text,
            rows=rows,
            column=column,
            theirs=f"{shape.grain.value} of `{rows}`",
            here=f"each row of `{scope.called}`",
        )
        return None

    # Operators ---------------------------------------------------------------------------------------------

    def _binary(self, tree: BinaryTree) -> Value | None:
        if tree.op in ("and", "or"):
            return self._logic(tree)
        if isinstance(tree.right, DurationTree) and tree.op in ("+", "-"):
            date = self.date(tree.left)
            amount = tree.right.amount if tree.op == "+" else -tree.right.amount
            return None if date is None else ShiftDate(date, amount, tree.right.unit)
        if tree.op in _COMPARISONS:
            return self._compare(tree)
        left, right = self.value(tree.left), self.value(tree.right)
        if left is None or right is None:
            return None
        if tree.op == "-" and left.type.kind is Kind.DATE and right.type.kind is Kind.DATE:
            return DaysBetween(right, left)
        for side, value in ((tree.left, left), (tree.right, right)):
            if not value.type.is_number:
                meant = in_days(tree, left, right)
                self.report("TYP207", side.place, found=value.type.human, suggestion=meant)
                return None
        return Arithmetic(tree.op, left, right)

    def _logic(self, tree: BinaryTree) -> Value | None:
        written = operands(tree)
        found = [self.condition(part) for part in written]
        parts = tuple(part for part in found if part is not None)
        if len(parts) < len(found):
            return None
        value = And(parts) if tree.op == "and" else Or(parts)
        sense.check_logic(self, value, [part.place for part in written])
        return value

    def _compare(self, tree: BinaryTree) -> Value | None:
        left = self._beside(tree.op, tree.left, tree.right)
        right = self._beside(tree.op, tree.right, tree.left)
        if left is None or right is None:
            return None
        if not left.type.comparable_with(right.type):
            self._not_comparable(tree, left, right)
            return None
        if not of_one_list(self, (left, tree.left.place), (right, tree.right.place), tree.place):
            return None
        new_left = literal_like(self, left, right.type, tree.left.place)
        new_right = literal_like(self, right, left.type, tree.right.place)
        if new_left is None or new_right is None:
            return None
        value = Compare(tree.op, new_left, new_right)
        places = (tree.left.place, tree.right.place, tree.place)
        return value if sense.check_comparison(self, value, places) else None

    def _beside(self, op: str, tree: Tree, other: Tree) -> Value | None:
        """Resolve one side of a comparison; what the other side is tells what an unknown word may mean."""
        if not isinstance(tree, NameTree) or not is_unknown_word(self, tree):
            return self.value(tree)
        value = None if is_unknown_word(self, other) else self.value(other)
        meant = None if value is None else instead_of_word(self, op, tree.text, value.type, other)
        self._unknown(tree, meant)
        return None

    def _not_comparable(self, tree: BinaryTree, left: Value, right: Value) -> None:
        place, meant = tree.place, None
        for side, other, beside in ((tree.left, right, tree.right), (tree.right, left, tree.left)):
            if meant is None and isinstance(side, TextTree):
                meant = instead_of_word(self, tree.op, side.value, other.type, beside)
                place = tree.place if meant is None else side.place
        self.cannot_compare(place, left.type.human, right.type.human, meant)

    def _membership(self, tree: InTree) -> Value | None:
        part = self.value(tree.operand)
        meant = None if part is None else during_window(self, tree, part)
        if meant is not None:
            self.report("NAM105", tree.members.place, name=tree.members.place.text, suggestion=meant)
            return None
        found = None if part is None else members_of(self, tree.members, part)
        if found is None:
            return None
        places = [item.place for item in tree.members.items] if isinstance(tree.members, ListTree) else []
        if not sense.check_membership(self, found, places, tree.place):
            return None
        return Not(found) if tree.negated else found

    def _during(self, tree: DuringTree) -> Value | None:
        date = self.date(tree.operand)
        period = self.period(tree.period)
        if date is None or period is None:
            return None
        return During(date, period.start, period.end, period.end_included, period.window)

    def _when(self, tree: WhenTree) -> Value | None:
        condition = self.condition(tree.condition)
        then, otherwise = self.value(tree.then), self.value(tree.otherwise)
        if condition is None or then is None or otherwise is None:
            return None
        if not then.type.comparable_with(otherwise.type):
            problem = f"`then` gives {then.type.human}, and `otherwise` gives {otherwise.type.human}"
            example = "when placements = 0 then 0 otherwise 1"
            self.report("TYP214", tree.place, operation="when", problem=problem, example=example)
            return None
        one = literal_like(self, then, _codes_only(otherwise), tree.then.place)
        other = literal_like(self, otherwise, _codes_only(then), tree.otherwise.place)
        if one is None or other is None:
            return None
        return Pick(condition, one, other, _common_type(one, other))


def _codes_only(value: Value) -> ValueType:
    """The type that a literal beside a value takes: that of its codes. Texts and numbers of its own are free."""
    return value.type if value.type.kind is Kind.CODE else BOOLEAN


def _common_type(then: Value, otherwise: Value) -> ValueType:
    """The type of what is one of two values of one kind."""
    kinds = (then.type, otherwise.type)
    if then.type.is_number:
        decimal = any(type_.kind is Kind.DECIMAL for type_ in kinds)
        return DECIMAL if decimal else ValueType(Kind.WHOLE, bits=max(type_.bits for type_ in kinds))
    if not then.type.is_text:
        return then.type
    lengths = [type_.length for type_ in kinds if type_.length is not None]
    lists = {type_.code_list for type_ in kinds}
    texts = [_texts(value) for value in (then, otherwise)]
    return ValueType(
        Kind.CODE if all(type_.kind is Kind.CODE for type_ in kinds) else Kind.TEXT,
        length=max(lengths) if len(lengths) == len(kinds) else None,
        code_list=lists.pop() if len(lists) == 1 else None,
        values=tuple(dict.fromkeys((*texts[0], *texts[1]))) if all(texts) else (),
        code_system=then.type.code_system if then.type.code_system == otherwise.type.code_system else None,
    )


def _texts(value: Value) -> tuple[str, ...]:
    """The texts that a value can be, if they are known."""
    if isinstance(value, Literal) and value.type.kind is Kind.TEXT and isinstance(value.value, str):
        return (value.value,)
    return value.type.values
