"""What an analyst brings back from the self-test: every form that clients export, and everything that is not it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.source import FileProblem, Source
from cohort.sql.selftest import ANY, VERSION_PROBE, expected_answers
from cohort.sql.selftest_read import Outcome, outcome_json, read_outcome, summary

HEADER = ("PROBE_NUMBER", "PROBE_NAME", "FOUND", "EXPECTED", "VERDICT")
Line = tuple[str, ...]


def right() -> list[Line]:
    """The answers of a server on which every probe passes."""
    return [
        (str(line.number), line.name, line.expected or "11.5", line.expected or ANY, "same")
        for line in expected_answers()
    ]


def changed(name: str, found: str) -> list[Line]:
    return [(n, probe, found if probe == name else text, *rest) for n, probe, text, *rest in right()]


def as_csv(lines: Sequence[Line], separator: str = ",", *, header: bool = True) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\r\n").writerows(
        [HEADER, *lines] if header else lines
    )
    return buffer.getvalue()


def as_screen(lines: Sequence[Line]) -> str:
    """As the command line processor of Db2 writes a table, numbers to the right."""
    widths = [max(len(line[i]) for line in [HEADER, *lines]) for i in range(len(HEADER))]
    shown = [" ".join(cell.ljust(width) for cell, width in zip(HEADER, widths, strict=True))]
    shown.append(" ".join("-" * width for width in widths))
    for number, *cells in lines:
        rest = (cell.ljust(width) for cell, width in zip(cells, widths[1:], strict=True))
        shown.append(" ".join([number.rjust(widths[0]), *rest]))
    return "db2 => SELECT ...\n\n" + "\n".join(shown) + f"\n\n  {len(lines)} record(s) selected.\n\n"


FORMS: dict[str, Callable[[Sequence[Line]], str]] = {
    "comma": as_csv,
    "semicolon": lambda lines: as_csv(lines, ";"),
    "tab": lambda lines: as_csv(lines, "\t"),
    "no header": lambda lines: as_csv(lines, header=False),
    "byte-order mark": lambda lines: "\ufeff" + as_csv(lines),
    "quoted": lambda lines: "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines),
    "screen": as_screen,
}


def read(text: str) -> Outcome:
    return read_outcome(Source("answers.csv", text))


@pytest.mark.parametrize("form", FORMS)
def test_all_is_well(form: str) -> None:
    outcome = read(FORMS[form](right()))
    assert outcome.all_passed, summary(outcome)
    assert outcome.passed == sum(line.expected is not None for line in expected_answers())
    assert outcome.server["service_level"] == "11.5"


@pytest.mark.parametrize("form", FORMS)
def test_a_probe_that_failed_and_one_that_is_missing(form: str) -> None:
    lines = [line for line in changed("month_end_plus_month", "2020-03-02") if line[1] != "session_table"]
    outcome = read(FORMS[form](lines))
    assert [(answer.name, answer.found) for answer in outcome.failed] == [
        ("month_end_plus_month", "2020-03-02")
    ]
    assert outcome.missing == ("session_table",)
    assert not outcome.all_passed
    words = summary(outcome)
    assert "month_end_plus_month: found '2020-03-02', expected '2020-02-29'" in words
    assert "missing  session_table" in words


def test_the_expected_answer_is_ours_and_not_that_of_the_file() -> None:
    lines = [
        (n, name, "2", "2", "same") if name == "rows" else (n, name, *rest) for n, name, *rest in right()
    ]
    assert [answer.name for answer in read(as_csv(lines)).failed] == ["rows"]


def test_facts_of_the_server_may_be_missing() -> None:
    lines = [line for line in right() if line[3] != ANY]
    outcome = read(as_csv(lines))
    assert outcome.all_passed
    assert outcome.server == {}


def test_the_outcome_as_json() -> None:
    told = json.loads(outcome_json(read(as_csv(changed("rows", "5")))))
    assert told["failed"] == 1
    assert told["missing"] == []
    assert told["passed"] == len(told["probes"]) - 1
    assert {"name": "rows", "expected": "6", "found": "5", "passed": False} in told["probes"]
    assert len(told["version"]) == 12


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not the output of the self-test"),
        ("a,b,c\n1,2,3\n", "not the output of the self-test"),
        ("-" * 100, "not the output of the self-test"),
        ("x" * 300_000, "not the output of the self-test"),
        ('"' * 5_000, "not the output of the self-test"),
        ('1,"' + "x" * 150_000, "not the output of the self-test"),
        (as_csv(changed(VERSION_PROBE, "0123456789ab")), "another version"),
        (as_csv([(str(int(line[0]) + 1), *line[1:]) for line in right()]), "another version"),
        (as_csv([*right(), *changed("rows", "5")]), "the probe rows is answered twice"),
    ],
)
def test_what_is_no_answer(text: str, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        read(text)


def test_answers_that_are_given_twice_alike_count_once() -> None:
    assert read(as_csv([*right(), *right()])).all_passed


@given(st.text(alphabet=st.sampled_from("1 2,;|\t\n\"'-rows\x00\r\u2028"), max_size=60))
def test_no_text_ends_in_anything_but_an_outcome_or_a_sentence(text: str) -> None:
    with contextlib.suppress(FileProblem):
        assert not read(text).all_passed
