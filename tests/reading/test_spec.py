"""The shape of a spec: what is read, and what is said about each thing that does not fit."""

from __future__ import annotations

import pytest

from cohort import language
from cohort.diagnostics.nearest import distance, nearest
from cohort.spec import keys

from .specs import STUDY, expressions_of, marked, spec

HEAD = """\
cohort_spec: 1
study: {id: s, title: t, question: q, unit: child, data_from: 2003-04-01, data_until: 2021-03-31}
sources: {care_episodes: why}
disclosure: sail
"""
POPULATION = "population: {from: a, index_date: b}\n"
OUTPUTS = "outputs: {o: {attrition: population}}\n"
SMALL = HEAD + POPULATION + OUTPUTS


def test_the_first_study_is_read() -> None:
    read, diagnostics = spec(STUDY)
    assert read is not None
    assert len(diagnostics) == 0
    assert read.study.unit.text == "child"
    assert [key.text for key, _ in read.windows] == ["study_years", "two_years"]
    joined = next(d for d in read.definitions if d.name.text == "periods_of_care").operations[0]
    assert [(key.text, value.text) for key, value in joined.values] == [
        ("start", "start_date"), ("end", "until"), ("gap", "0 days"),
    ]  # fmt: skip
    assert [step.id.text for step in read.population.steps][:2] == [
        "started_to_be_looked_after",
        "week_of_birth_known",
    ]
    bands = next(v for v in read.variables if v.name.text == "age_at_entry").bands
    assert [bound.text for bound, _ in bands] == ["0", "14", "91"]
    assert [output.kind for output in read.outputs] == ["attrition", *["count"] * 4]
    assert len(expressions_of(read)) > 20


def test_the_smallest_spec_and_any_order_of_sections() -> None:
    assert spec(SMALL)[0] is not None
    assert spec(OUTPUTS + POPULATION + HEAD)[0] is not None


def test_short_and_long_variables_and_order_of_operations() -> None:
    read, _ = spec(
        SMALL + "variables: {a: b, c: {label: d, value: e}}\n"
        "definitions: {r: {from: x, keep_last: y, where: z, one_per: [p, q], add: {n: m}}}\n"
    )
    assert read is not None
    assert [(v.name.text, v.value and v.value.text) for v in read.variables] == [("a", "b"), ("c", "e")]
    operations = read.definitions[0].operations
    assert [operation.key.text for operation in operations] == ["keep_last", "where", "one_per", "add"]
    assert [key.text for key, _ in operations[2].values] == ["p", "q"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        # unknown keys, with and without a suggestion
        ("variable: {a: b}\n", [("SPC101", "variable")]),
        ("foo: {a: b}\n", [("SPC101", "foo")]),
        ("start: x\n", [("SPC101", "start")]),
        ("definitions: {r: {form: x}}\n", [("SPC101", "form")]),
        ("definitions: {r: {start: x}}\n", [("SPC102", "r"), ("SPC101", "start")]),
        ("definitions: {r: {from: x, join_spells: {start: a, ende: b}}}\n", [("SPC101", "ende")]),
        # missing keys
        ("definitions: {r: {where: x}}\n", [("SPC102", "r")]),
        ("definitions: {r: {from: x, join_spells: {start: a}}}\n", [("SPC102", "join_spells")]),
        ("variables: {v: {label: x}}\n", [("SPC102", "v")]),
        ("variables: {v: {choose: [{when: x}, {otherwise: y}]}}\n", [("SPC102", "when")]),
        ("variables: {v: {choose: [{then: x}]}}\n", [("SPC102", "then")]),
        ("accept: [{rule: TIM703, at: x}]\n", [("SPC102", "rule")]),
        # wrong shapes
        ("windows: x\n", [("SPC103", "x")]),
        ("windows: [a]\n", [("SPC103", "windows")]),
        ("windows: {a: [b]}\n", [("SPC103", "a")]),
        ("codelists: {a: {b: c}}\n", [("SPC103", "a")]),
        ("definitions: {r: x}\n", [("SPC103", "x")]),
        ("definitions: {r: {from: x, one_per: y}}\n", [("SPC103", "y")]),
        ("definitions: {r: {from: x, one_per: [[y]]}}\n", [("SPC103", "[y]")]),
        ("definitions: {r: {from: x, where: [y]}}\n", [("SPC103", "where")]),
        ("definitions: {r: {from: x, add: y}}\n", [("SPC103", "y")]),
        ("definitions: {r: {from: [x]}}\n", [("SPC103", "from")]),
        ("variables: {v: [x]}\n", [("SPC103", "v")]),
        ("variables: {v: {choose: x}}\n", [("SPC103", "x")]),
        ("variables: {v: {choose: [x]}}\n", [("SPC103", "x")]),
        ("variables: {v: {value: x, bands: y}}\n", [("SPC103", "y")]),
        ("accept: x\n", [("SPC103", "x")]),
        ("accept: [x]\n", [("SPC103", "x")]),
        # not in this version
        ("linkage: {a: b}\n", [("SPC105", "linkage")]),
        ("peers: x\n", [("SPC105", "peers")]),
        ("context:\n", [("SPC105", "context")]),
        ("definitions: {r: {union: [a, b]}}\n", [("SPC105", "union")]),
        ("definitions: {r: {from: x, mark: {a: b}}}\n", [("SPC105", "mark")]),
        # empty
        ("windows:\n", [("SPC107", "windows")]),
        ("windows: {}\n", [("SPC107", "windows")]),
        ("windows: {a: ''}\n", [("SPC107", "a")]),
        ("definitions: {r: }\n", [("SPC107", "r")]),
        ("definitions: {r: {from: x, where: , one_per: []}}\n", [("SPC107", "where"), ("SPC107", "one_per")]),
        ("variables: {v: {value: x, bands: {}}}\n", [("SPC107", "bands")]),
        ("accept: []\n", [("SPC107", "accept")]),
        # names
        ("windows: {a-b: x}\n", [("SPC108", "a-b")]),
        ("codelists: {É: x}\n", [("SPC108", "É")]),
        ("variables: {1a: x}\n", [("SPC108", "1a")]),
        ("definitions: {R: {from: x, add: {A: y}}}\n", [("SPC108", "R"), ("SPC108", "A")]),
        (f"variables: {{{'a' * 61}: x}}\n", [("SPC109", "a" * 61)]),
        ("variables: {missing: x}\n", [("SPC110", "missing")]),
        # variables
        ("variables: {v: {value: x, choose: [{when: a, then: b}]}}\n", [("SPC111", "choose")]),
        ("variables: {v: {label: x, bands: {0: a}}}\n", [("SPC112", "bands")]),
        ("variables: {v: {value: x, bands: {a: b, 1: c}}}\n", [("SPC113", "a")]),
        ("variables: {v: {value: x, bands: {2: b, 1: c}}}\n", [("SPC114", "1")]),
        ("variables: {v: {value: x, bands: {1: b, 1.0: c}}}\n", [("SPC114", "1.0")]),
        ("variables: {v: {value: x, bands: {-1.5: b, 0: c}}}\n", []),
        ("variables: {v: {choose: [{otherwise: a}, {when: b, then: c}]}}\n", [("SPC115", "otherwise")]),
        ("variables: {v: {choose: [{when: b, then: c, otherwise: a}]}}\n", [("SPC115", "otherwise")]),
    ],
)
def test_added_to_a_sound_spec(added: str, expected: list[tuple[str, str]]) -> None:
    read, diagnostics = spec(SMALL + added)
    assert marked(diagnostics) == expected
    assert (read is None) == bool(expected)


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ("{o: {title: x}}", [("SPC102", "o")]),
        ("{o: {coutn: x}}", [("SPC101", "coutn")]),
        ("{o: {count: x, attrition: y}}", [("SPC106", "attrition")]),
        ("{o: {rate: x, count: y}}", [("SPC106", "count")]),
        ("{o: {rate: x, per: y, by: [z]}}", [("SPC105", "rate")]),
        ("{o: {balance: [x], between: [y]}}", [("SPC105", "balance")]),
        ("{o: {count: x, per: y}}", [("SPC105", "per")]),
        ("{o: {count: x, by: y}}", [("SPC103", "y")]),
        ("{o: {count: [x]}}", [("SPC103", "count")]),
        ("{o: {count: }}", [("SPC107", "count")]),
        ("{o: x}", [("SPC103", "x")]),
        ("[o]", [("SPC103", "outputs")]),
        ("{}", [("SPC107", "outputs")]),
        ("{o: {count: x, foo: y}}", [("SPC101", "foo")]),
    ],
)
def test_outputs(outputs: str, expected: list[tuple[str, str]]) -> None:
    _, diagnostics = spec(HEAD + POPULATION + f"outputs: {outputs}\n")
    assert marked(diagnostics) == expected


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        ("{from: a}", [("SPC102", "population")]),
        ("a", [("SPC103", "a")]),
        ("{name: cases, from: a, index_date: b}", [("SPC105", "name")]),
        ("{from: a, index_date: b, steps: c}", [("SPC103", "c")]),
        ("{from: a, index_date: b, steps: [c]}", [("SPC103", "c")]),
        ("{from: a, index_date: b, steps: []}", [("SPC107", "steps")]),
        ("{from: a, index_date: b, steps: [{id: c}]}", [("SPC102", "id")]),
        ("{from: a, index_date: b, steps: [{keep: c}]}", [("SPC102", "keep")]),
        ("{from: a, index_date: b, steps: [{id: C, keep: d}]}", [("SPC108", "C")]),
        ("{from: a, index_date: b, steps: [{id: c, keep: d, wy: e}]}", [("SPC101", "wy")]),
        ("{from: a, index_date: b, steps: [{id: c, keep: d}, {id: c, keep: e}]}", [("SPC116", "c")]),
    ],
)
def test_population(population: str, expected: list[tuple[str, str]]) -> None:
    _, diagnostics = spec(HEAD + OUTPUTS + f"population: {population}\n")
    assert marked(diagnostics) == expected


def test_missing_sections_are_named_together() -> None:
    _, diagnostics = spec("cohort_spec: 1\n")
    assert [item.headline for item in diagnostics] == [
        f"The file has no `{name}`." for name in ("study", "sources", "population", "outputs", "disclosure")
    ]


def test_a_misspelt_key_is_one_message() -> None:
    _, diagnostics = spec(SMALL.replace("title: t", "tittle: t").replace("sources:", "source:"))
    assert [(item.headline, item.suggestion) for item in diagnostics] == [
        ("`study` has no key `tittle`.", "title"),
        ("The file has no key `source`.", "sources"),
    ]


@pytest.mark.parametrize("version", ["2", "1.0", "one"])
def test_another_version_is_not_read_further(version: str) -> None:
    _, diagnostics = spec(f"cohort_spec: {version}\nfoo: bar\n")
    assert marked(diagnostics) == [("SPC104", version)]


def test_paths() -> None:
    _, diagnostics = spec(
        HEAD + OUTPUTS + "population: {from: a, index_date: b, steps: [{id: known, keep: [c]}]}\n"
        "definitions: {r: {from: x, where: [y]}}\nvariables: {v: {value: [z]}}\n"
    )
    assert {item.at for item in diagnostics} == {
        "population.known.keep",
        "definitions.r.where",
        "variables.v.value",
    }


def test_reserved_words_are_those_of_the_language() -> None:
    assert keys.RESERVED_WORDS == language.RESERVED_WORDS


def test_a_file_of_another_kind_gives_few_messages() -> None:
    text = SMALL + "".join(f"key_{number}: x\n" for number in range(5_000))
    _, diagnostics = spec(text)
    assert 0 < len(diagnostics) <= 100


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("tilte", "title"), ("Title", "title"), ("titel", "title"), ("xyz", None), ("t", None),
        ("data-from", "data_from"), ("title" * 30, None),
    ],
)  # fmt: skip
def test_nearest(word: str, found: str | None) -> None:
    assert nearest(word, ["title", "data_from", "unit"]) == found


def test_distance() -> None:
    assert [distance("abc", other) for other in ("abc", "acb", "ab", "xbc", "")] == [0, 1, 1, 1, 3]
