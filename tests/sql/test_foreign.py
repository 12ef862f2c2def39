"""No fragment of another dialect can be in a Db2 script: the compiler refuses it, and no script of ours holds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cohort.plan.build import build_plan
from cohort.sql import CannotCompile, DialectName, compile_steps
from cohort.sql.constructs import OneOf, TextLiteral, Wide, two_valued
from cohort.sql.statements import compiled

from . import test_members
from .foreign import Foreign, T, X, rows
from .foreign_clauses import FOREIGN
from .plans import SAIL, example
from .studies import full_study

SQL = Path(__file__).parents[2] / "sql"
IN_TEXT = [fragment for fragment in FOREIGN if fragment.pattern]
BUILT = [fragment for fragment in FOREIGN if fragment.built is not None]


def bare(text: str) -> str:
    """Return a script without comments, on one line, each text literal empty."""
    without = re.sub(r"^ *--.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", " ", re.sub(r"'(?:[^']|'')*'", "''", without))


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    """All Db2 text at hand: the committed studies, the example with every relation, the study with everything."""
    found = {path.parent.name: path.read_text(encoding="utf-8") for path in sorted(SQL.glob("*/db2.sql"))}
    assert len(found) >= 4
    found["example"] = compile_steps(example(), DialectName.DB2, SAIL).text
    found["full"] = compile_steps(build_plan(full_study()), DialectName.DB2, test_members.SAIL).text
    return {name: bare(text) for name, text in found.items()}


def test_there_are_many() -> None:
    assert len({fragment.name for fragment in FOREIGN}) >= len(FOREIGN) - 5
    assert len(FOREIGN) > 150
    assert len(BUILT) > 120


@pytest.mark.parametrize("fragment", BUILT, ids=lambda fragment: fragment.name)
@pytest.mark.parametrize("dialect", list(DialectName))
def test_the_compiler_refuses(fragment: Foreign, dialect: DialectName) -> None:
    with pytest.raises(CannotCompile):
        compiled(fragment.statement, dialect)


def test_a_ratio_is_no_whole_number() -> None:
    with pytest.raises(CannotCompile, match="made whole"):
        Wide(X)


def test_blanks_at_the_end_of_a_text_are_no_part_of_it_in_db2() -> None:
    # Db2 takes 'b ' for 'b' in each comparison, so no script may rest on the difference.
    for compared in (TextLiteral("b ") == T, OneOf(T, (TextLiteral("b "),))):
        with pytest.raises(CannotCompile, match="blanks at the end"):
            compiled(rows(two_valued(compared).label("answer")), DialectName.DB2)
    assert compiled(two_valued(TextLiteral(" b") == T), DialectName.DB2)
    assert compiled(two_valued(TextLiteral("b ") == T), DialectName.DUCKDB)


@pytest.mark.parametrize("fragment", IN_TEXT, ids=lambda fragment: fragment.name)
def test_a_pattern_finds_its_own_sample(fragment: Foreign) -> None:
    assert re.search(fragment.pattern, fragment.sample)


@pytest.mark.parametrize("fragment", IN_TEXT, ids=lambda fragment: fragment.name)
def test_no_script_holds_it(fragment: Foreign, scripts: dict[str, str]) -> None:
    found = {name: match[0] for name, text in scripts.items() if (match := re.search(fragment.pattern, text))}
    assert found == {}
