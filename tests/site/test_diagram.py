"""The diagrams: nothing overlaps or runs out of its box, every key and link is drawn, and the words say the same."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from cohort.catalogue.load import load_catalogue
from cohort.lookup.links import links_of
from cohort.site.diagram import diagram_of_outline, diagram_of_table

CATALOGUE = load_catalogue()
SVG = "{http://www.w3.org/2000/svg}"
LETTER = 7.3


def numbers(element: ET.Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.attrib[name]) for name in names)


@pytest.mark.parametrize("name", list(CATALOGUE.tables))
def test_boxes_do_not_overlap_and_hold_their_text(name: str) -> None:
    diagram = diagram_of_table(CATALOGUE.tables[name], CATALOGUE)
    root = ET.fromstring(diagram.svg)
    wide, high = numbers(root, "width", "height")
    boxes = [numbers(one, "x", "y", "width", "height") for one in root.iter(f"{SVG}rect")]
    for place, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + w <= wide and y + h <= high  # noqa: PT018
        for ox, oy, ow, oh in boxes[place + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y
    for one in root.iter(f"{SVG}text"):
        x, y = numbers(one, "x", "y")
        end = x + LETTER * len(one.text or "")
        assert any(bx <= x and end <= bx + bw and by < y < by + bh for bx, by, bw, bh in boxes), one.text


@pytest.mark.parametrize("name", list(CATALOGUE.tables))
def test_every_key_and_link_is_drawn_and_said(name: str) -> None:
    table = CATALOGUE.tables[name]
    diagram = diagram_of_table(table, CATALOGUE)
    root = ET.fromstring(diagram.svg)
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    keys = {text.removeprefix("key").strip() for text in texts if text.startswith("key  ")}
    assert keys == set(table.key)
    links = links_of(table, CATALOGUE)
    assert len(list(root.iter(f"{SVG}rect"))) == 1 + len(links)
    assert len(list(root.iter(f"{SVG}path"))) == sum(len(link.columns) for link in links)
    drawn = " ".join(texts)
    words = set(re.findall(r"[\w-]+", diagram.words))
    for link in links:
        within = not link.field
        named = link.tables if within else {CATALOGUE.tables[one].dataset for one in link.tables}
        for one in (*named, *link.columns):
            assert one in words
            assert one in drawn
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert description.text == diagram.words


def test_a_table_without_links_says_so() -> None:
    table = CATALOGUE.tables["lacw_episodes"]
    alone = replace(CATALOGUE, tables={table.name: table})
    diagram = diagram_of_table(table, alone)
    assert "No column is known to link it" in diagram.words
    assert len(list(ET.fromstring(diagram.svg).iter(f"{SVG}rect"))) == 1


@pytest.mark.parametrize("name", list(CATALOGUE.outlines))
def test_a_table_without_columns_is_a_box_that_says_so(name: str) -> None:
    diagram = diagram_of_outline(CATALOGUE.outlines[name])
    assert "None of its columns is public" in diagram.words
    assert ET.fromstring(diagram.svg).attrib["role"] == "img"
