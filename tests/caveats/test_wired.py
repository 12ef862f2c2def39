"""The known limits in the way of a spec: tags are read, limits judged, warnings placed and accepted, notes said."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import pipeline
from cohort.catalogue import Severity, load_limits
from cohort.caveats import Found
from cohort.caveats.warned import RULES
from cohort.cli.notes import by_tag, counted, json_items, noted, said, tagged
from cohort.diagnostics import rules
from cohort.source import Source
from cohort.spec.spots import MOST_PROBLEMS
from tests.caveats.made import SPECS, STUDIES
from tests.project.rule_pages import BASE

INFANTS = STUDIES["infants"].read_text("utf-8")
SUPPORT = STUDIES["receiving_support"].read_text("utf-8")
SMALL = BASE.read_text("utf-8")
LOSES = "    - id: linked_well\n      keep: children.match_status in [1, 4, 39]\n"


def _checked(text: str, *changes: tuple[str, str], folder: Path = SPECS) -> pipeline.Checked:
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return pipeline.check_source(Source("study.yaml", text), folder)


def _tagged(text: str, tags: str) -> pipeline.Checked:
    until = next(line for line in text.splitlines() if line.startswith("  data_until: "))
    return _checked(text, (until, f"{until}\n  tags: {tags}"))


def _ids(checked: pipeline.Checked) -> set[str]:
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return {limit.id for limit in checked.limits.concerning}


def _waiting(checked: pipeline.Checked) -> set[str]:
    return {one.limit.id for one in checked.limits.for_tags}


def _problems(checked: pipeline.Checked) -> list[tuple[str, str]]:
    return [(item.rule.code, item.at) for item in checked.diagnostics]


# Judged by every check -------------------------------------------------------------------------------------


def test_a_check_judges_the_columns_and_years_that_are_used() -> None:
    whole = _ids(_checked(INFANTS))
    assert {"lacw-category-hierarchy", "v2-legal-meaning-2016", "lacw-left-truncated"} <= whole
    assert "lacw-ethnicity-two-lists" not in whole
    later = _ids(
        _checked(
            INFANTS,
            ("data_from: 2003-04-01", "data_from: 2017-04-01"),
            ("study_years: from 2003-04-01", "study_years: from 2017-04-01"),
        )
    )
    assert not {"v2-legal-meaning-2016", "lacw-left-truncated", "lacw-la-rekeyed"} & later


def test_a_broken_spec_has_no_limits() -> None:
    broken = _checked(INFANTS, ("keep_first: start_date", "keep_first: start_dat"))
    assert broken.study is None
    assert broken.limits == Found()


# Tags ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "read"),
    [
        ("[need_from_use, agg-cla]", (("need_from_use", True), ("agg-cla", True))),
        ("{need_from_use: false, agg-cla: true}", (("need_from_use", False), ("agg-cla", True))),
        ("\n    - eng-903\n    - eng-903", (("eng-903", True),)),
    ],
)
def test_tags_are_a_list_or_have_answers(tags: str, read: tuple[tuple[str, bool], ...]) -> None:
    checked = _tagged(INFANTS, tags)
    assert checked.study is not None, _problems(checked)
    assert checked.study.tags == read


@pytest.mark.parametrize(
    ("tags", "code", "underlined", "suggestion"),
    [
        ("[need_from_us]", "NAM122", "need_from_us", "need_from_use"),
        ("[agg_cla]", "NAM122", "agg_cla", "agg-cla"),
        ("[zebra]", "NAM122", "zebra", None),
        # Data sets that are held, and patterns of ids, are no tags.
        ("[lacw]", "NAM122", "lacw", None),
        ("[agg-*]", "NAM122", "agg-*", None),
        ("{need_from_use: maybe}", "NAM120", "maybe", None),
        ("{need_from_use: flase}", "NAM120", "flase", "false"),
        ("need_from_use", "SPC103", "need_from_use", None),
        ("[[need_from_use]]", "SPC103", "[need_from_use]", None),
        ("{need_from_use: [true]}", "SPC103", "need_from_use", None),
    ],
)
def test_a_wrong_tag_is_underlined(tags: str, code: str, underlined: str, suggestion: str | None) -> None:
    checked = _tagged(INFANTS, tags)
    found = [item for item in checked.diagnostics if item.rule.code == code]
    assert len(found) == 1, _problems(checked)
    assert checked.study is None
    assert found[0].at.startswith("study.tags")
    assert found[0].place is not None
    span = found[0].place.span
    assert found[0].place.source.text[span.start : span.end].startswith(underlined)
    if code != "SPC103" and (suggestion is not None or tags == "[zebra]"):
        assert found[0].suggestion == suggestion


def test_a_file_with_thousands_of_unknown_tags_is_soon_refused() -> None:
    checked = _tagged(INFANTS, f"[{', '.join(f'need_from_{number}' for number in range(3000))}]")
    assert {item.rule.code for item in checked.diagnostics} == {"NAM122"}
    assert len(checked.diagnostics) == MOST_PROBLEMS


def test_a_tag_decides_what_the_sections_do_not_show() -> None:
    plain = _checked(INFANTS)
    assert "england-legal-codes" in _waiting(plain)
    assert "england-legal-codes" not in _ids(plain)
    held, denied = (_tagged(INFANTS, f"{{compares_with_england: {word}}}") for word in ("true", "false"))
    assert "england-legal-codes" in _ids(held)
    assert "england-legal-codes" not in _ids(denied) | _waiting(denied)
    assert _ids(denied) == _ids(plain)


def test_a_published_series_can_be_named_and_denied() -> None:
    plain = _checked(SUPPORT)
    assert "lacw-short-breaks" in _waiting(plain)
    named = _tagged(SUPPORT, "[compares_with_published_figures, agg-cla]")
    assert "lacw-short-breaks" in _ids(named)
    denied = _tagged(SUPPORT, "{compares_with_published_figures: true, agg-cla: false}")
    assert "lacw-short-breaks" not in _ids(denied) | _waiting(denied)


def test_tags_change_nothing_but_limits() -> None:
    plain, tagged_ = _checked(SUPPORT), _tagged(SUPPORT, "[need_from_use]")
    assert plain.study is not None
    assert tagged_.study is not None
    assert _problems(plain) == _problems(tagged_)
    assert [d.rows for d in plain.study.definitions] == [d.rows for d in tagged_.study.definitions]


# Warnings --------------------------------------------------------------------------------------------------


def test_every_limit_that_is_a_warning_is_a_rule() -> None:
    assert {limit.id for limit in load_limits() if limit.severity is Severity.WARNING} == set(RULES)
    assert {rules()[code].severity for code, _ in RULES.values()} == {"warning"}
    assert all(code.startswith("CAV") for code, _ in RULES.values())


def test_each_filter_that_loses_links_is_warned_of_where_it_stands() -> None:
    step = ("  steps:\n", f"  steps:\n{LOSES}")
    rows = ("    from: care_episodes\n", "    from: care_episodes\n    where: children.match_status = 4\n")
    checked = _checked(SMALL, step, folder=BASE.parent)
    assert _problems(checked) == [("CAV502", "population.linked_well")]
    (found,) = checked.diagnostics
    assert found.place is not None
    assert found.place.source.text[found.place.span.start :].startswith("linked_well\n")
    assert _problems(_checked(SMALL, step, rows, folder=BASE.parent)) == [
        ("CAV502", "definitions.first_episode"),
        ("CAV502", "population.linked_well"),
    ]
    among = ("    count: children\n", "    count: children\n    among: children.match_status = 4\n")
    assert _problems(_checked(SMALL, among, folder=BASE.parent)) == [("CAV502", "outputs.entries_by_year")]


def test_a_warning_is_accepted_by_its_rule_and_place_with_a_reason() -> None:
    step = ("  steps:\n", f"  steps:\n{LOSES}")
    accepted = "disclosure: sail\n\naccept:\n  - rule: CAV502\n    at: population.{}\n    why: A check.\n"
    right = _checked(SMALL, step, ("disclosure: sail\n", accepted.format("linked_well")), folder=BASE.parent)
    assert _problems(right) == []
    assert "lacw-derived-null-status" in _ids(right)
    words = pipeline.explain(right)
    assert "Accepted by the study (CAV502 at `population.linked_well`): A check." in words
    assert "`lacw-derived-null-status`" in words
    assert "lacw-derived-null-status" not in "".join(noted(right.limits))
    wrong = _checked(SMALL, step, ("disclosure: sail\n", accepted.format("linked")), folder=BASE.parent)
    assert {code for code, _ in _problems(wrong)} == {"CAV502", "NAM112"}


EARLIER = "    - id: not_in_need_before\n      keep: not any(cinw where census_date < index_date)\n"


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ("  crcs: Yearly", "  cinw: To leave out children in need before\n  crcs: Yearly", "sources.crcs"),
        (
            "  residence: Moving",
            "  cinw: To leave out children in need before\n  residence: Moving",
            "sources.cinw",
        ),
    ],
)
def test_two_censuses_are_warned_of_at_the_later_source(before: str, after: str, at: str) -> None:
    both = (("  steps:\n", f"  steps:\n{EARLIER}"), (before, after))
    checked = _checked(SUPPORT, *both)
    assert [(code, place) for code, place in _problems(checked) if code[:3] == "CAV"] == [("CAV501", at)]
    assert "cin-crcs-not-comparable" in _ids(checked)
    found = next(item for item in checked.diagnostics if item.rule.code == "CAV501")
    assert found.place is not None
    assert found.place.source.text[found.place.span.start :].startswith(f"{at.partition('.')[2]}: ")
    accepted = f"  - rule: CAV501\n    at: {at}\n    why: Earlier need leaves people out only.\n"
    assert "CAV501" not in {code for code, _ in _problems(_checked(SUPPORT + accepted, *both))}


def test_a_census_that_is_named_and_not_read_is_not_warned_of() -> None:
    named = ("  crcs: Yearly", "  cinw: To leave out children in need before\n  crcs: Yearly")
    assert "CAV501" not in {code for code, _ in _problems(_checked(SUPPORT, named))}
    assert "CAV501" not in {code for code, _ in _problems(_checked(SUPPORT))}


# What is said ----------------------------------------------------------------------------------------------


def test_check_counts_and_lists_notes_reading_matter_and_tags() -> None:
    limits = _checked(INFANTS).limits
    notes, waiting = counted(limits)
    assert notes.startswith(f"{len(limits.concerning)} known limits")
    assert f"{len(limits.to_read)} are to be read" in notes
    assert waiting.startswith(f"{len(limits.undecided) - len(limits.to_read)} more")
    lines = list(noted(limits))
    assert [line.partition("]")[0] for line in lines] == [
        *(f"note[{limit.id}" for limit in limits.concerning),
        *(f"read[{limit.id}" for limit in limits.to_read),
    ]
    assert all(
        f"({limit.dimension}, {limit.confidence}) {limit.message}" in "\n".join(lines)
        for limit in limits.notes
    )
    told = list(tagged(limits))
    assert [line.partition("]")[0].removeprefix("tag[") for line in told[1:]] == list(by_tag(limits))
    assert {name for ids in by_tag(limits).values() for name in ids} == {
        one.limit.id for one in limits.for_tags
    }
    items = json_items(limits, notes=True, tags=True)
    assert len(items) == len(limits.concerning) + len(limits.undecided)
    assert len({tuple(item) for item in items}) == 1


def test_every_tag_that_a_limit_names_has_its_words() -> None:
    for tag in sorted({tag for limit in load_limits() for tag in limit.tags}):
        assert said(tag).endswith((".", "”.")), tag


def test_the_words_of_a_study_say_its_tags_and_what_is_to_be_read() -> None:
    checked = _tagged(INFANTS, "{need_from_use: true, compares_with_england: false, agg-cla: true}")
    words = pipeline.explain(checked)
    assert "- The use of services stands for need. (`need_from_use`)" in words
    assert "- Not so: Results are set beside figures for England. (`compares_with_england`)" in words
    assert "published series `agg-cla`" in words
    for limit in (*checked.limits.concerning, *checked.limits.to_read):
        assert f"`{limit.id}`" in words
        assert limit.source in words
    assert f"{len(checked.limits.for_tags)} more limits may concern the study" in words
