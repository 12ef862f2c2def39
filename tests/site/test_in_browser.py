"""The site in a real browser, opened from files: search, keys, reading without scripts, and what is read aloud."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from cohort.lookup.known import load_known
from cohort.lookup.search import make_index, search
from cohort.site import site_files
from cohort.site.addresses import address_of
from tests.site.browser import Page, find_browser, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site_in_browser")]
KNOWN = load_known()
QUESTIONS = (
    *(
        "placement",
        "LACW_EPISODE_MAIN",
        "substance misuse",
        "E11",
        "crcs",
        "dwelling spells zzzzqq",
        "placements",
    ),
    *(
        "placment",
        "ALF_STS_CD",
        "Ynys Môn",
        "school 2009",
        "attendence of pupils",
        "in",
        "…",
        "free school meals",
    ),
)
RESULTS = 'Array.from(document.querySelectorAll("#search-results a")).map(a => [a.textContent, a.getAttribute("href")])'
STATUS = 'document.getElementById("search-status").textContent'
FOCUS = "document.activeElement.id || document.activeElement.textContent"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    # A blank and an accent in the way, as in folders of real people.
    folder = tmp_path_factory.mktemp("site") / "My catálogue"
    folder.mkdir()
    for name, content in site_files(KNOWN).items():
        (folder / name).write_bytes(content)
    return folder.as_uri()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    browser = find_browser()
    if browser is None:
        pytest.skip("no Chromium browser is installed")
    with open_browser(browser, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _without_problems(page: Page) -> Iterator[None]:
    page.problems.clear()
    yield
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert page.problems == []


def ask(page: Page, question: str) -> None:
    """Empty the field and type a question into it."""
    page.value('document.getElementById("search-page-field").focus()')
    page.value('document.getElementById("search-page-field").select()')
    page.type(question)


def test_the_page_finds_what_the_command_finds_in_the_same_order(site: str, page: Page) -> None:
    index = make_index(KNOWN)
    page.open(f"{site}/search.html")
    for question in QUESTIONS:
        ask(page, question)
        found = search(index, question)
        expected = [[hit.found.ref.name, address_of(hit.found.ref)] for hit in found.hits[:50]]
        assert page.value(RESULTS) == expected, question
        status = page.value(STATUS)
        assert status.startswith(
            str(len(found.hits)) if found.hits else ("Nothing" if question != "…" else "")
        )
        assert ("most of the words" in status) == found.partly
        meant = page.value('Array.from(document.querySelectorAll("#search-meant p")).map(p => p.textContent)')
        assert len(meant) == len(found.meant)
        for (word, near), said in zip(found.meant, meant, strict=True):
            assert f"“{word}”" in said
            assert (f"did you mean {near}?" in said) == bool(near)


def test_what_was_meant_is_one_press_away(site: str, page: Page) -> None:
    page.open(f"{site}/search.html?q=placment")
    assert page.value(RESULTS) == []
    page.value('document.querySelector("#search-meant button").focus()')
    page.press("Enter")
    assert page.value('document.getElementById("search-page-field").value') == "placement"
    assert ["placement_type", "codes-placement_type.html"] in page.value(RESULTS)


def test_a_question_in_the_address_is_asked_and_a_sort_kept(site: str, page: Page) -> None:
    page.open(f"{site}/search.html?q=school&sort=table")
    found = page.value(RESULTS)
    assert found
    assert all(address.startswith("table-") for _, address in found)
    page.open(f"{site}/search.html?q=school&sort=%3Cb%3E")
    assert page.value('document.getElementById("search-page-sort").value') == ""
    page.open(f"{site}/search.html?q=%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert page.value('document.querySelectorAll("main img").length') == 0


def test_more_results_are_shown_when_asked_for(site: str, page: Page) -> None:
    page.open(f"{site}/search.html?q=ALF")
    assert len(page.value(RESULTS)) == 50
    page.value('document.getElementById("search-more").focus()')
    page.press("Enter")
    shown = page.value(RESULTS)
    assert len(shown) == 100
    assert page.value(FOCUS) == shown[50][0]


def test_the_site_can_be_used_with_keys_alone(site: str, page: Page) -> None:
    page.open(f"{site}/index.html")
    page.press("Tab")
    assert page.value(FOCUS) == "Skip to the content"
    assert page.value("document.activeElement.getBoundingClientRect().left") >= 0
    for _ in range(40):
        if page.value(FOCUS) == "search-field":
            break
        page.press("Tab")
    assert page.value(FOCUS) == "search-field"
    page.type("lacw_episodes")
    page.press("Enter")
    page.wait_for_load()
    assert page.value("location.pathname").endswith("/search.html")
    assert page.value(RESULTS)[0] == ["lacw_episodes", "table-lacw_episodes.html"]
    page.value('document.getElementById("search-page-field").focus()')
    page.press("ArrowDown")
    assert page.value(FOCUS) == "lacw_episodes"
    page.press("ArrowDown")
    assert page.value(FOCUS) == page.value(RESULTS)[1][0]
    page.press("ArrowUp")
    page.press("ArrowUp")
    assert page.value(FOCUS) == "search-page-field"
    page.press("ArrowDown")
    page.press("Escape")
    assert page.value(FOCUS) == "search-page-field"
    page.press("ArrowDown")
    page.press("Enter")
    page.wait_for_load()
    assert page.value("location.pathname").endswith("/table-lacw_episodes.html")


def test_wide_tables_and_diagrams_scroll_with_keys_and_the_page_never_does_sideways(
    site: str, page: Page
) -> None:
    page.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    try:
        for name in ("table-lacw_episodes", "dataset-lacw", "caveats", "search", "names", "index", "doubts"):
            page.open(f"{site}/{name}.html")
            assert page.value("document.documentElement.scrollWidth") <= 400, name
        page.open(f"{site}/table-lacw_episodes.html")
        scrolled = (
            "Array.from(document.querySelectorAll('.scroll')).filter(e => e.scrollWidth > e.clientWidth)"
        )
        assert page.value(f"{scrolled}.length") > 0
        assert page.value(f"{scrolled}.every(e => e.tabIndex === 0)")
    finally:
        page.call("Emulation.clearDeviceMetricsOverride")


def test_everything_can_be_read_and_reached_without_scripts(site: str, page: Page) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(f"{site}/search.html")
    names = page.accessible()
    assert any("search needs scripts" in name for _, name in names)
    assert ("link", "list of all names") in names
    assert "searchbox" not in {role for role, _ in names}
    page.open(f"{site}/names.html")
    links = {name for role, name in page.accessible() if role == "link"}
    assert {thing.ref.name for thing in KNOWN.named} <= links
    page.open(f"{site}/table-lacw_episodes.html")
    said = {name for _, name in page.accessible()}
    table = KNOWN.catalogue.tables["lacw_episodes"]
    assert {column.physical for column in table.columns} <= said
    assert {"certain", "likely", table.source} <= said


@pytest.mark.parametrize(
    "name", ["index", "table-lacw_episodes", "codes-legal_status", "caveats", "search", "doubts"]
)
def test_assistive_technology_gets_landmarks_headings_and_names(site: str, page: Page, name: str) -> None:
    page.open(f"{site}/{name}.html")
    nodes = page.accessible()
    roles = [role for role, _ in nodes]
    for role in ("banner", "navigation", "main", "contentinfo", "search"):
        assert roles.count(role) == 1, role
    assert "heading" in roles
    for role, called in nodes:
        if role in (
            "link",
            "button",
            "searchbox",
            "combobox",
            "region",
            "table",
            "navigation",
            "img",
            "image",
        ):
            assert called.strip(), role
    if name.startswith("table-"):
        assert any(
            role in ("img", "image") and "Keys and links of lacw_episodes" in called for role, called in nodes
        )
        assert {"table", "columnheader", "rowheader"} <= set(roles)


def test_a_link_to_a_column_or_code_goes_to_its_row(site: str, page: Page) -> None:
    page.open(f"{site}/table-lacw_episodes.html#column-end_date")
    assert page.value("document.querySelector(':target th').textContent") == "end_date"
    page.open(f"{site}/codes-legal_status.html#code-v2")
    assert page.value("document.querySelector(':target th').textContent") == "V2"


def test_a_page_can_be_drawn(site: str, page: Page, tmp_path: Path) -> None:
    page.open(f"{site}/table-pedw_diagnoses.html")
    page.picture(tmp_path / "page.png", wide=1000, high=1200)
    page.call("Emulation.clearDeviceMetricsOverride")
    assert struct.unpack(">II", (tmp_path / "page.png").read_bytes()[16:24]) == (1000, 1200)
    # Text is drawn, on paper that is not the browser's blank page.
    assert (
        page.value("getComputedStyle(document.querySelector('svg.diagram rect.own')).fill")
        == "rgb(230, 239, 247)"
    )


def test_pages_follow_the_colours_that_the_reader_has_chosen(site: str, page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    try:
        seen = []
        for scheme in ("light", "dark"):
            chosen = [{"name": "prefers-color-scheme", "value": scheme}]
            page.call("Emulation.setEmulatedMedia", features=chosen)
            page.open(f"{site}/table-pedw_diagnoses.html")
            seen.append(page.value(ground))
        assert seen == ["rgb(255, 255, 255)", "rgb(18, 24, 30)"]
    finally:
        page.call("Emulation.setEmulatedMedia", features=[])


def test_the_search_finds_shipped_codelists(site: str, page: Page) -> None:
    page.open(f"{site}/search.html?q=self-harm&sort=codelist")
    found = page.value("Array.from(document.querySelectorAll('#search-results a')).map(a => a.textContent)")
    assert {"self_harm_icd10", "self_harm_read_v2"} <= set(found)
