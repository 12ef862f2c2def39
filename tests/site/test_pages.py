"""The pages of the site as files: whole, linked, accessible, the same every time, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from cohort.lookup.find import sheet_of
from cohort.lookup.known import load_known
from cohort.lookup.lists import overview_sheet
from cohort.lookup.sheet import Sort
from cohort.site import PAGES, site_files
from cohort.site.addresses import address_of, file_of

# One worker makes the pages once.
pytestmark = pytest.mark.xdist_group("site_pages")
KNOWN = load_known()
VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    """An element with its attributes, the elements around it, and the text in it."""

    tag: str
    attributes: dict[str, str]
    around: tuple[str, ...]
    text: str = ""


@dataclass
class Parsed(HTMLParser):
    """A page as its elements; what is opened and never closed, or closed in a wrong order, fails."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pairs = {key: value or "" for key, value in attrs}
        element = Element(tag, pairs, tuple(one.tag for one in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def parse(text: str) -> list[Element]:
    parser = Parsed()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser.elements


@cache
def files() -> dict[str, str]:
    return {name: content.decode() for name, content in site_files(KNOWN).items()}


@cache
def html() -> dict[str, str]:
    return {name: text for name, text in files().items() if name.endswith(".html")}


@cache
def parsed() -> dict[str, list[Element]]:
    return {name: parse(text) for name, text in html().items()}


def test_every_thing_stands_on_a_page_of_its_own() -> None:
    for thing in KNOWN.named:
        file, _, anchor = address_of(thing.ref).partition("#")
        assert file in html()
        if anchor:
            assert anchor in {one.attributes.get("id") for one in parsed()[file]}, thing.ref
    pages = [file_of(thing.ref) for thing in KNOWN.named if thing.ref.of == thing.ref]
    assert len(pages) == len(set(pages))


def test_every_link_within_the_site_leads_to_a_place_that_is_there() -> None:
    ids = {name: {one.attributes.get("id") for one in elements} for name, elements in parsed().items()}
    seen = 0
    for name, elements in parsed().items():
        for one in elements:
            target = one.attributes.get("href", "")
            if one.tag != "a" or target.startswith("http"):
                continue
            file, _, anchor = target.partition("#")
            assert (file or name) in files(), (name, target)
            assert not anchor or anchor in ids[file or name], (name, target)
            seen += 1
    assert seen > 10_000


def test_every_page_can_be_reached_from_the_menu() -> None:
    links = {
        name: {one.attributes["href"].partition("#")[0] for one in elements if one.tag == "a"}
        for name, elements in parsed().items()
    }
    reached, new = {"index.html"}, {"index.html"}
    while new:
        new = {target for name in new for target in links[name] if target in html()} - reached
        reached |= new
    assert reached == set(html())


def test_nothing_is_loaded_from_elsewhere_and_scripts_are_on_the_search_page_only() -> None:
    for name, elements in parsed().items():
        loaded = [
            one.attributes.get("src") or one.attributes.get("href", "")
            for one in elements
            if one.tag in ("script", "link", "img")
        ]
        assert set(loaded) <= {"site.css", "search.js", "search_index.js"}
        assert any(one.tag == "script" for one in elements) == (name == "search.html")
        assert all(key != "style" and not key.startswith("on") for one in elements for key in one.attributes)
    assert "http" not in files()["search.js"] + files()["site.css"]
    # What is shown is always set as text, never read as marks.
    assert "HTML" not in files()["search.js"]


def test_every_page_has_its_landmarks_one_first_heading_and_no_step_left_out() -> None:
    titles = set()
    for name, elements in parsed().items():
        tags = [one.tag for one in elements]
        assert elements[0].tag == "html"
        assert elements[0].attributes["lang"] == "en-GB"
        for tag in ("header", "nav", "main", "footer", "h1", "title"):
            # The diagram has a title of its own.
            assert len([one for one in elements if one.tag == tag and "svg" not in one.around]) == 1, (
                name,
                tag,
            )
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        titles.add(next(one.text for one in elements if one.tag == "title"))
        skip = next(one for one in elements if one.tag == "a")
        assert skip.attributes["href"] == "#main"
    assert len(titles) == len(html())


def test_every_id_stands_once_and_every_label_belongs_to_a_field() -> None:
    for name, elements in parsed().items():
        ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
        assert len(ids) == len(set(ids)), name
        fields = {one.attributes["id"] for one in elements if one.tag in ("input", "select")}
        assert fields == {one.attributes["for"] for one in elements if one.tag == "label"}
        for one in elements:
            for key in ("aria-labelledby", "aria-describedby"):
                assert set(one.attributes.get(key, "").split()) <= set(ids)


def test_every_table_has_a_caption_and_heads_for_rows_and_columns() -> None:
    for name, elements in parsed().items():
        tables = [one for one in elements if one.tag == "table"]
        captions = [one for one in elements if one.tag == "caption"]
        assert len(tables) == len(captions)
        assert all(one.text.strip() for one in captions)
        assert all(
            one.attributes.get("scope") in ("col", "row", "rowgroup") for one in elements if one.tag == "th"
        ), name
        for one in elements:
            if "tabindex" in one.attributes and one.tag == "div":
                assert one.attributes["role"] == "region"
                assert one.attributes["aria-label"]


def test_every_table_of_the_catalogue_has_a_diagram_with_words_instead() -> None:
    for thing in KNOWN.named:
        if thing.ref.sort is not Sort.TABLE:
            continue
        elements = parsed()[file_of(thing.ref)]
        drawn = [one for one in elements if one.tag == "svg"]
        assert len(drawn) == 1
        assert drawn[0].attributes["role"] == "img"
        words = next(one.text for one in elements if one.tag == "desc")
        assert thing.ref.name in words
        assert words in next(one.text for one in elements if one.tag == "figcaption")


@pytest.mark.parametrize("sort", [Sort.TABLE, Sort.DATASET, Sort.CODES, Sort.CAVEAT, Sort.SERIES, Sort.LINK])
def test_the_confidence_and_source_of_each_fact_stand_in_its_row(sort: Sort) -> None:
    for thing in KNOWN.named:
        if thing.ref.sort is not sort:
            continue
        sheet = sheet_of(KNOWN, thing.ref)
        text = re.sub(r"<[^>]+>|\s", "", html()[file_of(thing.ref)])
        tags = [
            one for one in parsed()[file_of(thing.ref)] if "tag" in one.attributes.get("class", "").split()
        ]
        expected: list[str] = [said.sure for said in sheet.statements if said.sure]
        for one in sheet.listings:
            places = [
                place for place, (key, _) in enumerate(one.heads) if key == "sure" or key.endswith("_sure")
            ]
            expected += [str(row.cells[place]) for row in one.rows for place in places]
        assert [tag.text for tag in tags] == expected
        assert [tag.attributes["class"].split()[1] for tag in tags] == expected
        for said in sheet.statements:
            # Whitespace is left out because an address in a source is a link of its own.
            assert re.sub(r"\s", "", said.source) in unescape(text)


def test_the_words_of_the_catalogue_are_never_read_as_marks() -> None:
    shown = html()["table-lacw_episodes.html"]
    assert "start &lt;= day &lt;= end" in shown
    assert "<= day" not in shown


def test_the_search_page_says_what_to_do_without_scripts() -> None:
    without = re.search(r"<noscript>(.*?)</noscript>", html()["search.html"], re.DOTALL)
    assert without is not None
    assert "names.html" in without[1]
    form = next(one for one in parsed()["search.html"] if one.attributes.get("id") == "search-page-form")
    assert "hidden" in form.attributes


def test_the_site_is_the_same_every_time_and_its_manifest_tells_all_files() -> None:
    again = site_files(KNOWN)
    assert {name: content.decode() for name, content in again.items()} == files()
    manifest = json.loads(again["manifest.json"])
    assert manifest["format"] == PAGES.form
    assert manifest["files"] == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in again.items()
        if name != "manifest.json"
    }


def brightness(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_overview_leads_to_the_page_of_all_that_it_counts() -> None:
    counted = overview_sheet(KNOWN).listings[0].rows
    links = {one.text: one.attributes.get("href", "") for one in parsed()["index.html"] if one.tag == "a"}
    for row in counted:
        page, _, place = links[str(row.cells[0])].partition("#")
        assert page in html(), row.cells
        assert not place or place in {one.attributes.get("id") for one in parsed()[page]}


def test_names_between_backticks_are_code_and_addresses_are_links() -> None:
    page = parsed()["codelist-injury_icd10.html"]
    assert "cohort codelist new PATH --from injury_icd10" in {one.text for one in page if one.tag == "code"}
    address = "https://icd.who.int/browse10/2019/en#/XIX"
    assert address in {one.attributes.get("href") for one in page if one.tag == "a"}
    assert not any("`" in one.text for one in page if one.tag == "p")


def test_a_codelist_shows_its_codes_system_and_columns() -> None:
    page = parsed()["codelist-placement_groups.html"]
    links = {one.attributes.get("href") for one in page if one.tag == "a"}
    assert {"codes-placement_type.html", "table-lacw_episodes.html#column-placement_type"} <= links
    assert "group: kinship foster care" in {one.text for one in page if one.tag == "td"}
    of_codes = {one.attributes.get("href") for one in parsed()["codes-placement_type.html"] if one.tag == "a"}
    assert "codelist-placement_groups.html" in of_codes


def test_all_text_has_enough_contrast_on_every_ground() -> None:
    css = files()["site.css"]
    head, dark_head, rest = css.split(":root {")
    for part in (head + dark_head, rest.split("}")[0]):
        _check_contrast(dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part)))
    # No colour stands anywhere but in the two lists of colours.
    assert re.findall(r"#[0-9a-f]{3,6}\b", rest.split("}", 1)[1]) == []


def _check_contrast(colours: dict[str, str]) -> None:
    grounds = [colours.pop(name) for name in ("paper", "soft", "own", "target")]
    colours.pop("line")
    assert set(colours) == {"ink", "muted", "strong", "certain", "likely", "guess", "background", "unknown"}
    for ground in grounds:
        for name, colour in colours.items():
            light, dark = sorted((brightness(ground), brightness(colour)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ground)
