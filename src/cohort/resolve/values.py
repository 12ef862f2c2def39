"""Expressions from syntax to typed values: every mistake becomes one diagnostic at its place."""

from __future__ import annotations

from dataclasses import dataclass

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
    TextTree,
    Tree,
)
from cohort.query.values import (
    And,
    Arithmetic,
    Column,
    Compare,
    DaysBetween,
    During,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
)
from cohort.resolve.functions import FUNCTIONS, build_call
from cohort.resolve.names import Scope
from cohort.source import Place
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_CODES_SHOWN = 12


@dataclass(frozen=True)
class ValueResolver:
    """Turns trees into values in one scope. Methods return None after having reported a problem."""

    scope: Scope
    diagnostics: Diagnostics
    at: str = ""

    def condition(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a condition."""
        value = self.value(tree)
        if value is not None and value.type.kind is not Kind.BOOLEAN:
            self._report("TYP203", tree.place, found=value.type.human)
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
            case DurationTree():
                self._report("TYP209", tree.place, duration=tree.place.text)
                return None
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
            case CallTree():
                return self._call(tree)
            case ListTree() | PeriodTree():
                self._report(
                    "TYP203", tree.place, found="a list" if isinstance(tree, ListTree) else "a period"
                )
                return None

    def date(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a date."""
        value = self.value(tree)
        if value is not None and value.type.kind is not Kind.DATE:
            self._report("TYP205", tree.place, found=value.type.human)
            return None
        return value

    def number(self, tree: Tree) -> Value | None:
        """Resolve an expression that must be a number."""
        value = self.value(tree)
        if value is not None and not value.type.is_number:
            self._report("TYP207", tree.place, found=value.type.human)
            return None
        return value

    def _report(self, code: str, place: Place, /, *, suggestion: str | None = None, **data: object) -> None:
        self.diagnostics.add(code, place, at=self.at, suggestion=suggestion, **data)

    def _name(self, tree: NameTree) -> Value | None:
        scope = self.scope
        if len(tree.parts) == 2:
            return self._fact(tree)
        name = tree.text
        if scope.columns is not None and name in scope.columns:
            return Column(name, scope.columns[name])
        if name == "index_date" and scope.index_date:
            return IndexDate()
        if name == "index_date":
            self._report("GRN304", tree.place)
            return None
        if name in scope.constants:
            return scope.constants[name]
        if name in scope.variable_names:
            if scope.variable_type is None:
                self._report("GRN303", tree.place, name=name)
                return None
            found = scope.variable_type(name, tree.place)
            return None if found is None else VariableValue(name, found)
        if name in scope.rows_names:
            self._report("GRN301", tree.place, rows=name, unit=scope.unit)
            return None
        self._report("NAM101", tree.place, name=name, suggestion=nearest(name, scope.visible))
        return None

    def _fact(self, tree: NameTree) -> Value | None:
        rows, column = tree.parts
        shape = self.scope.shape_of(rows, tree.place)
        if shape is None:
            return None
        if column not in shape.types:
            self._report(
                "NAM104",
                tree.place,
                rows=rows,
                name=column,
                columns=", ".join(shape.names),
                suggestion=(near := nearest(column, shape.names)) and f"{rows}.{near}",
            )
            return None
        if not shape.one_per_unit:
            self._report("GRN301", tree.place, rows=rows, unit=self.scope.unit)
            return None
        return Fact(rows, column, shape.types[column])

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
                self._report("TYP207", side.place, found=value.type.human)
                return None
        return Arithmetic(tree.op, left, right)

    def _logic(self, tree: BinaryTree) -> Value | None:
        kind: type[And] | type[Or] = And if tree.op == "and" else Or
        left, right = self.condition(tree.left), self.condition(tree.right)
        if left is None or right is None:
            return None
        # A chain of the same word is one list of parts, which reads better in words and SQL.
        parts = (
            (*left.parts, right)
            if isinstance(left, kind) and isinstance(tree.left, BinaryTree)
            else (left, right)
        )
        return kind(parts)

    def _compare(self, tree: BinaryTree) -> Value | None:
        left, right = self.value(tree.left), self.value(tree.right)
        if left is None or right is None:
            return None
        if not left.type.comparable_with(right.type):
            self._report("TYP201", tree.place, left=_capital(left.type.human), right=right.type.human)
            return None
        new_left = self._coded(left, right.type, tree.left.place)
        new_right = self._coded(right, left.type, tree.right.place)
        return None if new_left is None or new_right is None else Compare(tree.op, new_left, new_right)

    def _coded(self, value: Value, other: ValueType, place: Place) -> Value | None:
        """Give a literal the type of the codes it is compared with, and check that it is one of them."""
        if not isinstance(value, Literal) or other.kind not in (Kind.CODE, Kind.WHOLE):
            return value
        plain = value.value
        if other.kind is Kind.CODE and isinstance(plain, str):
            plain = plain.strip().upper()
        known = self.scope.code_lists.get(other.code_list) if other.code_list else None
        if known is not None and str(plain) not in known:
            self._report(
                "COD401",
                place,
                code=str(value.value),
                list=(other.code_list or "").replace("_", " "),
                codes=_some(list(known)),
                suggestion=(near := nearest(str(plain), known)) and f'"{near}"',
            )
            return None
        same_kind = (other.kind is Kind.CODE) == isinstance(plain, str)
        return Literal(plain, other) if same_kind else value

    def _membership(self, tree: InTree) -> Value | None:
        part = self.value(tree.operand)
        if part is None:
            return None
        if isinstance(tree.members, NameTree):
            members, codelist = self._codelist(tree.members, part), tree.members.text
        else:
            members, codelist = self._list(tree.members, part), None
        if members is None:
            return None
        found = InSet(part, members, codelist)
        return Not(found) if tree.negated else found

    def _list(self, tree: ListTree, part: Value) -> tuple[Literal, ...] | None:
        members: list[Literal] = []
        for item in tree.items:
            value = self.value(item)
            if value is None:
                return None
            if not isinstance(value, Literal) or not part.type.comparable_with(value.type):
                self._report("TYP201", item.place, left=_capital(part.type.human), right=value.type.human)
                return None
            coded = self._coded(value, part.type, item.place)
            if not isinstance(coded, Literal):
                return None
            members.append(coded)
        return tuple(members)

    def _codelist(self, tree: NameTree, part: Value) -> tuple[Literal, ...] | None:
        scope = self.scope
        name = tree.parts[-1]
        if len(tree.parts) != 2 or tree.parts[0] != "codelists" or name not in scope.codelists:
            near = nearest(name, scope.codelists)
            self._report("NAM105", tree.place, name=name, suggestion=near and f"codelists.{near}")
            return None
        if not part.type.is_text and part.type.kind is not Kind.WHOLE:
            self._report("TYP201", tree.place, left=_capital(part.type.human), right="a code")
            return None
        known = scope.code_lists.get(part.type.code_list) if part.type.code_list else None
        members: list[Literal] = []
        for code, _label in scope.codelists[name]:
            if known is not None and code not in known:
                self._report(
                    "COD403",
                    tree.place,
                    name=name,
                    code=code,
                    list=(part.type.code_list or "").replace("_", " "),
                )
                return None
            if part.type.kind is Kind.WHOLE:
                if not code.isdigit():
                    self._report("TYP201", tree.place, left="A whole number", right="a code")
                    return None
                members.append(Literal(int(code), part.type))
            else:
                members.append(Literal(code, part.type))
        return tuple(members)

    def _during(self, tree: DuringTree) -> Value | None:
        date = self.date(tree.operand)
        period, window = self._period(tree.period)
        if date is None or period is None:
            return None
        start, end = self.date(period.start), self.date(period.end)
        if start is None or end is None:
            return None
        return During(date, start, end, period.end_included, window)

    def _period(self, tree: PeriodTree | NameTree) -> tuple[PeriodTree | None, str | None]:
        if isinstance(tree, PeriodTree):
            return tree, None
        name = tree.text
        found = self.scope.windows.get(name)
        if found is None:
            self._report("NAM110", tree.place, name=name, suggestion=nearest(name, self.scope.windows))
        return found, name

    def _call(self, tree: CallTree) -> Value | None:
        name = tree.name.text
        function = FUNCTIONS.get(name)
        if function is None:
            self._report(
                "NAM106",
                tree.name.place,
                name=name,
                functions=", ".join(FUNCTIONS),
                suggestion=nearest(name, FUNCTIONS),
            )
            return None
        given = len(tree.arguments)
        if given < function.least or (function.most is not None and given > function.most):
            self._report(
                "TYP204",
                tree.place,
                function=name,
                expected=function.expected,
                found=given,
                example=function.example,
            )
            return None
        arguments: list[Value] = []
        for argument in tree.arguments:
            value = self.value(argument)
            if value is None:
                return None
            if value.type.kind is not Kind.DATE:
                self._report(
                    "TYP202", argument.place, function=name, expected="a date", found=value.type.human
                )
                return None
            arguments.append(value)
        return build_call(function, tuple(arguments), lambda: self.scope.birth(tree.place))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:_CODES_SHOWN])
    return shown if len(codes) <= _CODES_SHOWN else f"{shown}, …"
