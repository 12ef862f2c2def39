"""The first spec that `cohort new` writes is sound, in its form, and explained, whatever is wished."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cohort import pipeline
from cohort.catalogue import load_catalogue
from cohort.cli.template import SOURCES, ask, template_text
from cohort.diagnostics import Diagnostics
from cohort.language import rewrite
from cohort.source import Source
from cohort.spec.format import format_spec
from tests.cli.command import cohort

_ALL = {unit: tuple(n for n, o in SOURCES.items() if unit in o.units) for unit in ("child", "person")}
CHOICES = [
    (unit, sources)
    for unit, names in _ALL.items()
    # Children in need beside those receiving care and support is a warning of its own.
    for sources in [
        tuple(n for n in names if n not in ("cinw", "child_links_cinw")),
        (),
        *((name,) for name in names),
    ]
]


def written(
    unit: str, sources: tuple[str, ...], *, peers: bool, follow_up: bool, title: str = "A study"
) -> str:
    given = {
        "unit": unit,
        "title": title,
        "question": None,
        "data_from": None,
        "data_until": None,
        "sources": sources,
        "peers": peers,
        "follow_up": follow_up,
    }
    return template_text(ask(given, Path("a_study.yaml"), asking=False))


def test_every_source_of_the_catalogue_is_offered() -> None:
    offered = {p.name: p.units for p in load_catalogue().prepared.values() if p.offered}
    assert set(SOURCES) == set(offered)
    for name, source in SOURCES.items():
        assert set(source.units) <= set(offered[name] or _ALL)


@pytest.mark.parametrize(
    ("unit", "sources"), CHOICES, ids=lambda part: str(part) if isinstance(part, str) else str(len(part))
)
def test_the_first_spec_is_sound_and_in_its_form(unit: str, sources: tuple[str, ...]) -> None:
    for peers, follow_up in itertools.product((False, True), repeat=2):
        text = written(unit, sources, peers=peers, follow_up=follow_up)
        assert [item.headline for item in pipeline.check_text(text)] == []
        formatted = format_spec(Source("a_study.yaml", text), Diagnostics(), rewrite)
        assert formatted is not None
        assert formatted.text == text
        assert text.count("\n# ") >= 8, "each section is explained"


@pytest.mark.parametrize(
    "title", ['Colons: "quotes" # and signs', "100% of it", "- a dash", "Plant mewn gofal: sŵn", "2 years"]
)
def test_any_title_is_a_text(title: str) -> None:
    text = written("child", ("children",), peers=False, follow_up=False, title=title)
    assert not len(pipeline.check_text(text))
    spec = pipeline.check_source(Source("a_study.yaml", text), Path()).spec
    assert spec is not None
    assert spec.study.title.text == title


def test_a_file_is_written_once_and_checks(tmp_path: Path) -> None:
    ended = cohort("new", "--unit", "child", "--title", "Infants: a look", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "Written to infants_a_look.yaml.\nNext: cohort check infants_a_look.yaml\n"
    ended = cohort("check", "infants_a_look.yaml", "--strict", cwd=tmp_path)
    assert ended.code == 0, ended
    (tmp_path / "infants_a_look.yaml").write_text("my work\n", "utf-8")
    ended = cohort("new", "infants_a_look.yaml", cwd=tmp_path)
    assert ended.code == 6
    assert "this file exists" in ended.sentence
    assert (tmp_path / "infants_a_look.yaml").read_text("utf-8") == "my work\n"
    assert cohort("new", "infants_a_look.yaml", "--force", cwd=tmp_path).code == 0
    assert "cohort_spec: 1" in (tmp_path / "infants_a_look.yaml").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["infants_a_look.yaml"]


def test_what_no_option_says_is_asked_for_on_a_terminal() -> None:
    found = []

    @click.command()
    def asked() -> None:
        given = dict.fromkeys(
            ("unit", "title", "question", "data_from", "data_until", "sources", "peers", "follow_up")
        )
        found.append(ask({**given, "unit": "person"}, None, asking=True))

    answers = ["Injuries of children", "", "people, hospital_admissions", "2010-04-01", "", "y", "n"]
    ended = CliRunner().invoke(asked, input="\n".join(answers) + "\n")
    assert ended.exit_code == 0, ended.output
    (wishes,) = found
    assert "What does the study count" not in ended.output
    assert (wishes.study_id, wishes.file) == ("injuries_of_children", "injuries_of_children.yaml")
    assert wishes.sources == ("people", "hospital_admissions")
    assert (wishes.data_from, wishes.data_until) == (datetime.date(2010, 4, 1), datetime.date(2021, 3, 31))
    assert (wishes.peers, wishes.follow_up) == (True, False)


def test_dates_that_the_data_do_not_have_write_nothing(tmp_path: Path) -> None:
    ended = cohort("new", "x.yaml", "--data-from", "1990-01-01", cwd=tmp_path)
    assert ended.code == 1
    assert "TIM602" in ended.err
    assert ended.sentence == "Nothing was written: with these answers the spec would not be sound."
    assert list(tmp_path.iterdir()) == []
