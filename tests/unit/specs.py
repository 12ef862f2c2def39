"""Small specs for tests of resolving: some sections put on top of the base that the pages of the rules have."""

from __future__ import annotations

from pathlib import Path

from cohort.catalogue import load_catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.study import Study
from cohort.resolve.study import resolve_study
from cohort.source import Source
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.read import read_spec
from tests.project.rule_pages import BASE, spliced

PERSON = """
study:
  id: small_study
  title: Young people entering care
  question: How many young people entered care each year?
  unit: person
  data_from: 2004-04-01
  data_until: 2020-12-31

linkage:
  accept_status: [1, 4, 39]
  derived_alf: true
  why: Good matches, and the improved links.

sources:
  people: Week of birth and death
  care_episodes: Every episode
  residence: Living in Wales
  crcs: The yearly count

variables:
  sex: people.sex

outputs:
  flow:
    attrition: population
"""
"""Sections that make a study of people, who need links."""

PEERS = """
peers:
  name: peers
  pool: care_episodes
  match:
    index_date: same as case
    exact: [children.sex]
    nearest: {children.week_of_birth: 26 weeks}
    peers_per_case: 2
    seed: 7
"""


def resolved(sections: str, folder: Path = BASE.parent) -> tuple[Study | None, list[str]]:
    """Resolve sections put on top of the base: the study, and the problems as ``code headline``."""
    study, diagnostics = _resolved(sections, folder)
    return study, [f"{item.rule.code} {item.headline}" for item in diagnostics]


def diagnostics_of(sections: str) -> Diagnostics:
    """Return all that is said of sections, with its places and what it offers."""
    return _resolved(sections, BASE.parent)[1]


def _resolved(sections: str, folder: Path) -> tuple[Study | None, Diagnostics]:
    source, diagnostics = Source("study.yaml", spliced(sections, BASE.read_text("utf-8"))), Diagnostics()
    nodes = read_nodes(source, diagnostics)
    assert nodes is not None, [item.headline for item in diagnostics]
    spec = read_spec(nodes, diagnostics)
    assert spec is not None, [item.headline for item in diagnostics]
    return resolve_study(spec, source, load_catalogue(), folder, diagnostics), diagnostics


def sound(sections: str, folder: Path = BASE.parent) -> Study:
    """Resolve sections that have no problem."""
    study, problems = resolved(sections, folder)
    assert problems == [], problems
    assert study is not None
    return study


def problems_of(sections: str, folder: Path = BASE.parent) -> list[str]:
    """Return the problems of sections that have some."""
    study, problems = resolved(sections, folder)
    assert study is None, "there should be problems"
    return problems
