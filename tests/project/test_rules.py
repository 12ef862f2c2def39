"""Every rule has a page, every page is a test of its rule, and rules are written the way rules are written."""

from __future__ import annotations

import re
import string

import pytest

from cohort.diagnostics import Rule, rules
from cohort.diagnostics.render import render_text

from .rule_pages import BASE, ROOT, Page, checked, pages, refreshed

PAGES = pages()
WITHOUT_EXAMPLES = ("SQL", "DAT", "YML114", "EXP118", "BND210")
"""Families and rules that a short spec alone cannot show: their pages may be prose only."""

SOURCES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "src").rglob("*.py")))
NOT_VERBS = {"The", "A", "An", "It", "This", "There", "Maybe", "Please", "You", "If", "In"}


def of_page(page: Page) -> str:
    return page.code


def test_the_base_of_the_examples_is_sound() -> None:
    assert [item.headline for item in checked(BASE.read_text("utf-8"))] == []


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert [page.code for page in PAGES] == sorted(rules())


@pytest.mark.parametrize("page", PAGES, ids=of_page)
def test_page_names_its_rule(page: Page) -> None:
    rule = rules()[page.code]
    assert page.text.startswith(f"# {rule.code}: {rule.name}\n\nSeverity: {rule.severity}.\n")
    assert len(page.prose.split()) > 20, "a page says what the rule means and why it is there"


@pytest.mark.parametrize("page", PAGES, ids=of_page)
def test_page_has_examples(page: Page) -> None:
    if not page.code.startswith(WITHOUT_EXAMPLES):
        kinds = {example.rendering is None for example in page.examples}
        assert kinds == {True, False}, "a page has a bad and a good example"


@pytest.mark.parametrize("page", PAGES, ids=of_page)
def test_bad_examples_give_exactly_what_the_page_shows(page: Page) -> None:
    for example in page.examples:
        if example.rendering is not None:
            diagnostics = checked(example.study)
            assert render_text(diagnostics, colour=False) == example.rendering
            assert page.code in {item.rule.code for item in diagnostics}


@pytest.mark.parametrize("page", PAGES, ids=of_page)
def test_good_examples_do_not_break_the_rule(page: Page) -> None:
    for example in page.examples:
        if example.rendering is None:
            assert page.code not in {item.rule.code for item in checked(example.study)}


@pytest.mark.parametrize("page", PAGES, ids=of_page)
def test_refreshing_changes_nothing(page: Page) -> None:
    assert refreshed(page) == page.text


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_rule_is_written_like_a_rule(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.headline.endswith((".", "?"))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in rule.fields)
    for text in (rule.headline, rule.help):
        assert not re.search(r"\byou(r|rs)?\b", text, re.IGNORECASE), "messages do not say you"
        parts = list(string.Formatter().parse(text))
        assert not any(spec or conversion for _, _, spec, conversion in parts)
    if rule.help:
        assert rule.help.endswith(".")
        assert rule.help.split()[0] not in NOT_VERBS, "help begins with a verb"


def test_names_of_rules_are_unique_in_a_family() -> None:
    names = [(rule.code[:3], rule.name) for rule in rules().values()]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("code", rules())
def test_every_rule_is_raised_somewhere(code: str) -> None:
    assert f'"{code}"' in SOURCES


def test_every_code_in_the_program_is_a_rule() -> None:
    assert set(re.findall(r'"((?:YML|SPC|EXP)\d{3})"', SOURCES)) <= set(rules())
