"""Codes and texts: literals that take the type of what they are compared with, codelists, lookups, beginnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cohort.catalogue.code_systems import may_stand_in
from cohort.diagnostics.nearest import nearest
from cohort.language.tree import ListTree, NameTree, TextTree, Tree
from cohort.query.calls import Lookup, StartsWith
from cohort.query.study import Codelist
from cohort.query.values import InSet, Literal, Value
from cohort.resolve.labels import is_word_of_results
from cohort.source import Place
from cohort.types import Kind, ValueType

if TYPE_CHECKING:
    from cohort.resolve.values import ValueResolver

_CODES_SHOWN = 12


def literal_like(resolver: ValueResolver, value: Value, other: ValueType, place: Place) -> Value | None:
    """Give a literal the type of what it is compared with, and check that it can occur there."""
    if not isinstance(value, Literal):
        return value
    plain = value.value
    if other.kind is Kind.TEXT and other.values and isinstance(plain, str):
        if plain in other.values:
            return value
        _not_a_value(resolver, plain, other, place)
        return None
    if other.kind not in (Kind.CODE, Kind.WHOLE):
        return value
    if other.kind is Kind.CODE and isinstance(plain, str):
        plain = plain.strip().upper()
    known = _known(resolver, other)
    if known is not None and str(plain) not in known:
        near = nearest(str(plain), known)
        resolver.report(
            "COD401",
            place,
            code=str(value.value),
            list=_words(other),
            codes=_some(list(known)),
            suggestion=meant_code(resolver, str(plain), other) or (near and _as_written(near, other)),
        )
        return None
    same_kind = (other.kind is Kind.CODE) == isinstance(plain, str)
    if not same_kind:
        return value
    if known is None and isinstance(plain, str) and not _fits(resolver, plain, other, place):
        return None
    return Literal(plain, other)


def meant_code(resolver: ValueResolver, text: str, type_: ValueType) -> str | None:
    """Return a code of the list of a type as it is written, for a text that is that code or its label."""
    known = _known(resolver, type_) or {}
    if text.upper() in known:
        return _as_written(text.upper(), type_)
    label = text.replace("_", " ").casefold()
    found = [code for code, words in known.items() if words.casefold() == label]
    return _as_written(found[0], type_) if len(found) == 1 else None


def of_one_list(
    resolver: ValueResolver, left: tuple[Value, Place], right: tuple[Value, Place], place: Place
) -> bool:
    """Whether two compared values can be codes of one list; reports if not."""
    lists = [value.type.code_list for value, _ in (left, right)]
    if None in lists or lists[0] == lists[1] or any(isinstance(value, Literal) for value, _ in (left, right)):
        return True
    sides = [f"`{where.text}` ({_words(value.type)})" for value, where in (left, right)]
    resolver.report("COD404", place, left=sides[0], right=sides[1])
    return False


def members_of(resolver: ValueResolver, tree: ListTree | NameTree, part: Value) -> InSet | None:
    """Return membership of a written list or of a codelist."""
    if isinstance(tree, ListTree):
        listed = _written(resolver, tree, part)
        return None if listed is None else InSet(part, listed)
    codelist = codelist_named(resolver, tree)
    if codelist is None or not _is_code(resolver, part, tree.place):
        return None
    if not (_of_system(resolver, codelist, part.type, tree.place) and _whole(resolver, codelist, tree)):
        return None
    members: list[Literal] = []
    for code in dict.fromkeys(_as_compared(code, part.type) for code, _ in codelist.codes):
        if not _code_occurs(resolver, codelist, code, part.type, tree.place):
            return None
        members.append(Literal(int(code) if part.type.kind is Kind.WHOLE else code, part.type))
    return InSet(part, tuple(members), tree.text)


def _as_compared(code: str, type_: ValueType) -> str:
    """Return a code of a list as it is compared: codes never differ by case, text such as a Read code does."""
    return code.upper() if type_.kind is Kind.CODE else code


def lookup(resolver: ValueResolver, part: Value, tree: Tree, example: str) -> Value | None:
    """Return what a codelist (or a column of it) gives for a code."""
    if not isinstance(tree, NameTree) or len(tree.parts) not in (2, 3):
        resolver.wrong_argument("lookup", tree, f"a codelist, as in `{example}`")
        return None
    codelist = codelist_named(resolver, tree)
    if codelist is None or not _is_code(resolver, part, tree.place):
        return None
    if not (_of_system(resolver, codelist, part.type, tree.place) and _whole(resolver, codelist, tree)):
        return None
    texts = tuple(label for _, label in codelist.codes)
    if len(tree.parts) == 3:
        further = dict(codelist.further)
        column = tree.parts[2]
        if column not in further:
            near = nearest(column, further)
            resolver.report(
                "NAM104",
                tree.place,
                rows=f"codelists.{codelist.name}",
                name=column,
                columns=", ".join(["code", "label", *further]),
                suggestion=near and f"codelists.{codelist.name}.{near}",
            )
            return None
        texts = further[column]
    pairs = tuple(
        (_as_compared(code, part.type), text) for (code, _), text in zip(codelist.codes, texts, strict=True)
    )
    if len({code for code, _ in pairs}) < len(pairs):
        problem = (
            "two of its codes differ by small and capital letters only, which codes of this column do not"
        )
        resolver.report("COD402", tree.place, name=codelist.name, problem=problem)
        return None
    for code, text in pairs:
        if is_word_of_results(text):
            resolver.report("TYP212", tree.place, name=tree.text, label=text)
            return None
        if not _code_occurs(resolver, codelist, code, part.type, tree.place):
            return None
    if not pairs:
        # Only a list that could not be read holds nothing, and that has been reported.
        return None
    values = tuple(dict.fromkeys(texts))
    type_ = ValueType(Kind.TEXT, length=max(len(text.encode()) for text in values), values=values)
    return Lookup(part, pairs, tree.text, type_)


def starts_with(resolver: ValueResolver, part: Value, tree: Tree, example: str) -> Value | None:
    """Return whether a code begins with a text, one of a list of texts, or a code of a codelist."""
    if not part.type.is_text:
        resolver.report(
            "TYP202",
            tree.place,
            function="starts_with",
            expected="a code before its beginning",
            found=part.type.human,
        )
        return None
    codelist: Codelist | None = None
    match tree:
        case TextTree():
            written = [(tree.value, tree.place)]
        case ListTree() if all(isinstance(item, TextTree) for item in tree.items):
            written = [(item.value, item.place) for item in tree.items if isinstance(item, TextTree)]
        case NameTree() if len(tree.parts) == 2:
            codelist = codelist_named(resolver, tree)
            if codelist is None or not _of_system(resolver, codelist, part.type, tree.place):
                return None
            if codelist.compared == "whole":
                reported = {
                    "name": codelist.name,
                    "kind": "whole codes",
                    "use": "`starts_with` compares beginnings",
                }
                resolver.report("COD413", tree.place, **reported, instead=f"column in {tree.text}")
                return None
            written = [(code, tree.place) for code, _ in codelist.codes]
        case _:
            resolver.wrong_argument("starts_with", tree, f"a beginning, as in `{example}`")
            return None
    prefixes = []
    for text, place in written:
        prefix = _as_compared(text.strip(), part.type) if part.type.kind is Kind.CODE else text
        if not prefix:
            resolver.report(
                "TYP202", place, function="starts_with", expected="a beginning", found="an empty text"
            )
            return None
        if not _begins_some(resolver, prefix, part.type, place, codelist):
            return None
        prefixes.append(prefix)
    name = tree.text if isinstance(tree, NameTree) else None
    return StartsWith(part, tuple(dict.fromkeys(prefixes)), name)


def codelist_named(resolver: ValueResolver, tree: NameTree) -> Codelist | None:
    """Return the codelist that a dotted name begins with, or None after having reported that there is none."""
    codelists = resolver.scope.codelists
    if tree.text in codelists and len(tree.parts) > 1:
        return codelists[tree.text]
    name = tree.parts[1] if len(tree.parts) > 1 else tree.parts[0]
    if len(tree.parts) in (2, 3) and tree.parts[0] == "codelists" and name in codelists:
        return codelists[name]
    # A bare name is most often a codelist without the word `codelists` before it.
    near = nearest(name, (known for known in codelists if "." not in known))
    rest = "".join(f".{part}" for part in tree.parts[2:])
    resolver.report("NAM105", tree.place, name=name, suggestion=near and f"codelists.{near}{rest}")
    return None


def _written(resolver: ValueResolver, tree: ListTree, part: Value) -> tuple[Literal, ...] | None:
    members: list[Literal] = []
    for item in tree.items:
        value = resolver.value(item)
        if value is None:
            return None
        if not isinstance(value, Literal) or not part.type.comparable_with(value.type):
            meant = meant_code(resolver, item.value, part.type) if isinstance(item, TextTree) else None
            resolver.cannot_compare(item.place, part.type.human, value.type.human, meant)
            return None
        coded = literal_like(resolver, value, part.type, item.place)
        if not isinstance(coded, Literal):
            return None
        members.append(coded)
    return tuple(members)


def _not_a_value(resolver: ValueResolver, text: str, type_: ValueType, place: Place) -> None:
    near = nearest(text, type_.values)
    values = _some([f'"{value}"' for value in type_.values])
    resolver.report("TYP219", place, text=text, values=values, suggestion=near and f'"{near}"')


def _is_code(resolver: ValueResolver, part: Value, place: Place) -> bool:
    if part.type.is_text or part.type.kind is Kind.WHOLE:
        return True
    resolver.cannot_compare(place, part.type.human, "a code")
    return False


def _of_system(resolver: ValueResolver, codelist: Codelist, type_: ValueType, place: Place) -> bool:
    """Whether a codelist is of the code system of a column, as far as both are known; reports if not."""
    held = type_.code_list or type_.code_system
    if not codelist.system or held is None or may_stand_in(codelist.system, held):
        return True
    resolver.report(
        "COD409", place, name=codelist.name, system=codelist.system, held=held, file=codelist.file
    )
    return False


def _whole(resolver: ValueResolver, codelist: Codelist, tree: NameTree) -> bool:
    """Whether the codes of a list can be compared as whole codes; reports if they are beginnings."""
    if codelist.compared != "beginnings":
        return True
    reported = {"name": codelist.name, "kind": "beginnings of codes", "use": "whole codes are compared here"}
    instead = f"starts_with(column, {'.'.join(tree.parts[:2])})"
    resolver.report("COD413", tree.place, **reported, instead=instead)
    return False


def _code_occurs(
    resolver: ValueResolver, codelist: Codelist, code: str, type_: ValueType, place: Place
) -> bool:
    """Whether a code of a codelist can occur in a column; reports if not."""
    known = _known(resolver, type_)
    if known is not None and code not in known:
        resolver.report("COD403", place, name=codelist.name, code=code, list=_words(type_))
        return False
    if type_.kind is Kind.WHOLE and not (code.isascii() and code.isdigit()):
        resolver.cannot_compare(place, "a whole number", "a code")
        return False
    return known is not None or _fits(resolver, code, type_, place)


def _begins_some(
    resolver: ValueResolver, prefix: str, type_: ValueType, place: Place, codelist: Codelist | None
) -> bool:
    known = _known(resolver, type_)
    if known is None:
        return _fits(resolver, prefix, type_, place)
    if any(code.startswith(prefix) for code in known):
        return True
    if codelist is not None:
        resolver.report("COD403", place, name=codelist.name, code=prefix, list=_words(type_))
    else:
        resolver.report("COD401", place, code=prefix, list=_words(type_), codes=_some(list(known)))
    return False


def _fits(resolver: ValueResolver, code: str, type_: ValueType, place: Place) -> bool:
    """Whether a code is short enough for a column of codes; reports if not."""
    if type_.kind is not Kind.CODE or type_.length is None or len(code) <= type_.length:
        return True
    resolver.report("COD405", place, code=code, found=len(code), most=type_.length)
    return False


def _known(resolver: ValueResolver, type_: ValueType) -> Mapping[str, str] | None:
    return resolver.scope.code_lists.get(type_.code_list) if type_.code_list else None


def _as_written(code: str, type_: ValueType) -> str:
    return f'"{code}"' if type_.kind is Kind.CODE else code


def _words(type_: ValueType) -> str:
    return (type_.code_list or "").replace("_", " ")


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:_CODES_SHOWN])
    return shown if len(codes) <= _CODES_SHOWN else f"{shown}, …"
