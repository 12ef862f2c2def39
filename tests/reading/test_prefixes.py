"""A study as it is while somebody writes it: every beginning of a file gives messages, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort.diagnostics.render import render_json, render_text
from cohort.pipeline import check_text

from .specs import ROOT
from .test_hostile_files import PIECES

FOLDER = ROOT / "specs"
STUDIES = {
    path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml")) if ".cases." not in path.name
}


def ends(text: str) -> list[int]:
    """Every fortieth character, and every end of a line before and behind its line break."""
    lines = [position for position, character in enumerate(text) if character == "\n"]
    return sorted({*range(0, len(text), 40), *lines, *(position + 1 for position in lines)})


@pytest.mark.parametrize("name", STUDIES)
def test_every_beginning_gives_messages(name: str) -> None:
    text = STUDIES[name]
    complete = text.index("\ndisclosure: sail") + len("\ndisclosure: sail")
    for end in ends(text):
        found = check_text(text[:end], FOLDER)
        if end < complete:
            assert found.has_errors
        assert len(render_text(found, colour=False)) > 0
        render_json(found)


def test_there_are_studies_to_cut() -> None:
    assert len(STUDIES) >= 1


@st.composite
def torn(draw: st.DrawFn) -> str:
    """A study with one place changed, so that most of it reaches the later stages."""
    text = draw(st.sampled_from(list(STUDIES.values())))
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 12)))
    return text[:start] + draw(PIECES) + text[end:]


@given(torn())
@settings(deadline=None, max_examples=60)
def test_a_study_changed_at_one_place_is_checked_to_the_end(text: str) -> None:
    found = check_text(text, FOLDER)
    render_text(found, colour=True)
    for item in found:
        assert item.headline
        assert item.place is None or 0 <= item.place.span.start <= item.place.span.end <= len(text)
