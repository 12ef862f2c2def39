"""Whatever changes the meaning of a study changes its words and its SQL, both.

``clauses.yaml`` lists, for each study of ``specs``, every meaning-bearing clause and one change of it. Comments, the
banner and the parameters of the SQL are set aside, and so are the hash, the line numbers and the file's name.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from cohort.pipeline import Checked, check_source, compile_study, explain
from cohort.source import Source

SPECS = Path(__file__).parents[2] / "specs"
CLAUSES: dict[str, list[list[str]]] = yaml.safe_load(
    Path(__file__).with_name("clauses.yaml").read_text("utf-8")
)
CASES = [(study, old, new) for study, pairs in CLAUSES.items() for old, new in pairs]
_HASH = re.compile(r"[0-9a-f]{64}|hash [0-9a-f]{12}")
_COMMENT = re.compile(r"^ *--.*$", re.MULTILINE)


def checked(study: str, text: str) -> Checked:
    # A change can take the ground from an accepted warning, which is then a mistake of its own.
    found = check_source(Source(f"{study}.yaml", text.partition("\naccept:\n")[0] + "\n"), SPECS)
    errors = [(item.rule.code, item.headline) for item in found.diagnostics if item.rule.severity == "error"]
    assert found.study is not None, errors
    return found


def words(found: Checked) -> str:
    return _HASH.sub("", explain(found))


def executable(found: Checked) -> str:
    """The SQL that leaves the researcher's hands; that DuckDB's means the same is tested elsewhere."""
    assert found.study is not None
    return _HASH.sub("", _COMMENT.sub("", compile_study(found.study, "db2").text))


@cache
def original(study: str) -> tuple[str, str]:
    found = checked(study, (SPECS / f"{study}.yaml").read_text("utf-8"))
    return words(found), executable(found)


@pytest.mark.parametrize(("study", "old", "new"), CASES, ids=lambda text: str(text)[:50])
def test_a_changed_clause_changes_words_and_sql(study: str, old: str, new: str) -> None:
    text = (SPECS / f"{study}.yaml").read_text("utf-8")
    assert text.count(old) == 1, "the clause must stand once in the study"
    found = checked(study, text.replace(old, new))
    before_words, before_sql = original(study)
    assert words(found) != before_words
    assert executable(found) != before_sql


def test_every_study_is_here() -> None:
    assert set(CLAUSES) == {path.stem for path in SPECS.glob("*.yaml") if ".cases" not in path.name}


@pytest.mark.parametrize("study", sorted(CLAUSES))
def test_every_line_that_bears_meaning_is_changed_by_some_clause(study: str) -> None:
    """Lines of expressions, operations and numbers; titles, labels, reasons, notes and comments bear none."""
    text = (SPECS / f"{study}.yaml").read_text("utf-8")
    touched: set[int] = set()
    for old, _ in CLAUSES[study]:
        first = text[: text.index(old)].count("\n")
        touched |= set(range(first, first + old.count("\n") + 1))
    bearing = [number for number, line in enumerate(_bearing_lines(text)) if line]
    lines = text.splitlines()
    missed = [lines[number].strip() for number in bearing if number not in touched]
    assert not missed


_SILENT = (
    "index_date: same as case",
    "note:",
    "why:",
    "title:",
    "label:",
    "question:",
    "id:",
    "- id:",
    "disclosure:",
    "cohort_spec:",
    "study:",
)
_SILENT_SECTIONS = ("study", "sources", "accept", "disclosure", "codelists", "linkage_why", "cohort_spec")


def _bearing_lines(text: str) -> list[bool]:
    """Whether each line holds a clause: a key with a value, in a section that says who, when and what."""
    found: list[bool] = []
    section, block = "", -1
    for line in text.splitlines():
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if bare and block >= 0 and indent <= block:
            block = -1
        if bare and not line.startswith((" ", "#")):
            section = bare.partition(":")[0]
        silent = (
            not bare
            or bare.startswith(("#", *_SILENT))
            or section in _SILENT_SECTIONS
            or block >= 0
            or bare.endswith(":")
        )
        if bare.startswith(("note:", "why:", "question:", "title:", "label:")) and bare.endswith("|"):
            block = indent
        found.append(not silent)
    return found
