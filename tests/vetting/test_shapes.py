"""What two statements of one shape may differ in, and what not."""

from __future__ import annotations

import pytest

from cohort.vetting.shapes import shape_of

WORDS = frozenset({"VALUE", "UNTIL"})
ONE = "INSERT INTO s.one (a, b)\n-- a note\nSELECT t.a, t.b FROM s.rows AS t WHERE t.a > 7 AND t.b = 'x'"


def _same(one: str, other: str) -> bool:
    return shape_of(one, WORDS) == shape_of(other, WORDS)


@pytest.mark.parametrize(
    "other",
    [
        ONE.replace("7", "12"),
        ONE.replace("'x'", "'it''s -- 5 a'"),
        ONE.replace("a note", "another: 'quite"),
        ONE.replace("s.one", "s.other").replace("t.", "u.").replace(" t ", " u "),
    ],
)
def test_names_numbers_texts_and_comments_do_not_count(other: str) -> None:
    assert other != ONE
    assert _same(ONE, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ONE, ONE.replace("t.b = 'x'", "t.a = 'x'")),
        (ONE, ONE.replace(">", "<")),
        (ONE, ONE.replace("'x'", "''")),
        (ONE, ONE.replace("7", "7.5")),
        ("SELECT a AS value FROM b", "SELECT a AS c FROM b"),
        ("SELECT max(a) AS c FROM b", "SELECT MAX(a) AS c FROM b"),
        ("SELECT max(a) AS c FROM b", "SELECT min(a) AS c FROM b"),
        ("SELECT a\nFROM b", "SELECT a FROM b"),
    ],
)
def test_all_else_does(one: str, other: str) -> None:
    assert one != other
    assert not _same(one, other)
