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
        ("definitions: {r: {from: x, keep_first: {number: 2}}}\n", [("SPC102", "keep_first")]),
        ("definitions: {r: {union: [x, y], keep_last: {by: a, nmber: 2}}}\n", [("SPC101", "nmber")]),
        ("definitions: {r: {from: x, union: [y, z]}}\n", [("SPC118", "union")]),
        ("definitions: {r: {unoin: [y, z]}}\n", [("SPC101", "unoin")]),
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
        ("definitions: {r: {union: x}}\n", [("SPC103", "x")]),
        ("definitions: {r: {union: [[x]]}}\n", [("SPC103", "[x]")]),
        ("definitions: {r: {from: x, of: [y]}}\n", [("SPC103", "of")]),
        ("definitions: {r: {from: x, mark: y}}\n", [("SPC103", "y")]),
        ("definitions: {r: {from: x, mark: {a: [y]}}}\n", [("SPC103", "a")]),
        ("definitions: {r: {from: x, keep_last: [y]}}\n", [("SPC103", "keep_last")]),
        ("definitions: {r: {from: x, keep_last: {by: [y]}}}\n", [("SPC103", "by")]),
        ("definitions: {r: {from: x, join_spells: {start: a, end: b, per: [[y]]}}}\n", [("SPC103", "[y]")]),
        ("definitions: {r: {from: x, join_spells: {start: a, end: b, per: {c: y}}}}\n", [("SPC103", "per")]),
        ("variables: {v: [x]}\n", [("SPC103", "v")]),
        ("variables: {v: {choose: x}}\n", [("SPC103", "x")]),
        ("variables: {v: {choose: [x]}}\n", [("SPC103", "x")]),
        ("variables: {v: {value: x, bands: y}}\n", [("SPC103", "y")]),
        ("accept: x\n", [("SPC103", "x")]),
        ("accept: [x]\n", [("SPC103", "x")]),
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
        ("variables: {otherwise: x}\n", [("SPC110", "otherwise")]),
        ("variables: {this: x}\n", [("SPC110", "this")]),
        ("definitions: {r: {from: x, mark: {of: y}}}\n", [("SPC110", "of")]),
        ("definitions: {r: {from: x, mark: {}}}\n", [("SPC107", "mark")]),
        ("definitions: {r: {union: []}}\n", [("SPC107", "union")]),
        ("definitions: {r: {from: x, join_spells: {start: a, end: b, per: []}}}\n", [("SPC107", "per")]),
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


PEERS = "peers: {name: p, pool: x, match: {index_date: same as case, peers_per_case: 4, seed: 1}}\n"


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("linkage: {accept_status: [1, 4], derived_alf: true, why: x}\n", []),
        ("linkage: {accept_status: [1], derived_alf: [crcs, cinw], why: x}\n", []),
        ("linkage: x\n", [("SPC103", "x")]),
        ("linkage: {accept_status: 1, derived_alf: true, why: x}\n", [("SPC103", "1")]),
        ("linkage: {accept_status: [1], derived_alf: {a: b}, why: x}\n", [("SPC103", "derived_alf")]),
        ("linkage: {accept_status: [1], derived_alf: true}\n", [("SPC102", "linkage")]),
        ("linkage: {accept_status: [], derived_alf: true, why: x}\n", [("SPC107", "accept_status")]),
        (
            "context: {c: {file: a, source: b, licence: c, sha256: d, why: e, area: f, time: g, time_is: h}}\n",
            [],
        ),
        ("context: {c: {file: a, source: b, licence: c, sha256: d, why: e, by: [f]}}\n", []),
        ("context: {c: {file: a, source: b, licence: c, why: e}}\n", [("SPC102", "c")]),
        ("context: {c: {file: a, source: b, license: c, sha256: d, why: e}}\n", [("SPC101", "license")]),
        ("context: {c: {file: a, source: b, licence: c, sha256: d, why: e, by: f}}\n", [("SPC103", "f")]),
        ("context: {C: x}\n", [("SPC108", "C"), ("SPC103", "x")]),
        (PEERS, []),
        (PEERS.replace("pool: x", "pool: x, steps: [{id: a, keep: b}, {id: a, keep: c}]"), [("SPC116", "a")]),
        (
            PEERS.replace(
                "seed: 1", "seed: 1, exact: [a.b, c], nearest: {d.e: 26 weeks}, reuse_peers: false"
            ),
            [],
        ),
        (PEERS.replace("seed: 1", "seed: 1, exact: a.b"), [("SPC103", "a.b")]),
        (PEERS.replace("seed: 1", "seed: 1, nearest: a.b"), [("SPC103", "a.b")]),
        (PEERS.replace("seed: 1", "seed: 1, nearest: {a.b: 1 day, c: 2}"), [("SPC120", "c")]),
        (PEERS.replace("seed: 1", "sed: 1"), [("SPC101", "sed")]),
        (PEERS.replace(", seed: 1", ""), [("SPC102", "match")]),
        (PEERS.replace("name: p", "name: P"), [("SPC108", "P")]),
        ("peers: {name: p, pool: x}\n", [("SPC102", "peers")]),
        ("peers: x\n", [("SPC103", "x")]),
        ("follow_up: {starts: a, ends: {b: c, d: {date: e, only_for: f}}, only_while: [g]}\n", []),
        ("follow_up: {ends: {b: c}}\n", [("SPC102", "follow_up")]),
        ("follow_up: {starts: a, ends: {b: {only_for: f}}}\n", [("SPC102", "b")]),
        ("follow_up: {starts: a, ends: {b: {date: e, for: f}}}\n", [("SPC101", "for")]),
        ("follow_up: {starts: a, ends: {b: [c]}}\n", [("SPC103", "b")]),
        ("follow_up: {starts: a, ends: [b]}\n", [("SPC103", "ends")]),
        ("follow_up: {starts: a, only_while: g}\n", [("SPC103", "g")]),
        ("person_time: {split_by: {a: {ages: [1, 2]}, b: {label: c, calendar: financial year}}}\n", []),
        ("person_time: {split_by: {a: {spells: b, value: c, otherwise: d, priority: [e]}}}\n", []),
        ("person_time: {split_by: {a: {spells: b}}}\n", [("SPC102", "a")]),
        ("person_time: {split_by: {a: {spells: b, vlaue: c}}}\n", [("SPC101", "vlaue")]),
        ("person_time: {split_by: {a: {label: b}}}\n", [("SPC102", "a")]),
        ("person_time: {split_by: {a: {agse: [1]}}}\n", [("SPC101", "agse")]),
        ("person_time: {split_by: {a: {ages: [1], calendar: b}}}\n", [("SPC119", "calendar")]),
        ("person_time: {split_by: {a: {ages: [1], otherwise: b}}}\n", [("SPC117", "otherwise")]),
        ("person_time: {split_by: {a: {ages: 1}}}\n", [("SPC103", "1")]),
        ("person_time: {a: {ages: [1]}}\n", [("SPC102", "person_time"), ("SPC101", "a")]),
        ("outcomes: {a: {events: b, date: c, count: all}}\n", []),
        ("outcomes: {a: {label: e, events: b, date: c, count: all, washout: 30 days}}\n", []),
        ("outcomes: {a: {events: b, date: c}}\n", [("SPC102", "a")]),
        ("outcomes: {a: b}\n", [("SPC103", "b")]),
        ("outcomes: {a: {events: b, date: [c], count: all}}\n", [("SPC103", "date")]),
        ("outcomes: {}\n", [("SPC107", "outcomes")]),
    ],
)
def test_sections_of_comparison_and_time(added: str, expected: list[tuple[str, str]]) -> None:
    read, diagnostics = spec(SMALL + added)
    assert marked(diagnostics) == expected
    assert (read is None) == bool(expected)


def test_what_the_sections_hold() -> None:
    read, _ = spec(
        SMALL
        + PEERS.replace("seed: 1", "seed: 1, exact: [a.b, c], nearest: {d.e: 26 weeks}")
        + "linkage: {accept_status: [1, 4], derived_alf: true, why: x}\n"
        "follow_up: {starts: a, ends: {b: c, d: {date: e, only_for: f}}}\n"
        "definitions:\n"
        "  r: {union: [p, q], of: siblings, mark: {setting: GP}, keep_first: {by: day, number: 2},\n"
        "      join_spells: {start: a, end: b, per: [c, d]}}\n"
        "  s: {from: p, join_spells: {start: a, end: b, per: c}}\n"
    )
    assert read is not None
    assert read.peers is not None
    assert [node.text for node in read.peers.match.exact] == ["a.b", "c"]
    assert [(key.text, value.text) for key, value in read.peers.match.nearest] == [("d.e", "26 weeks")]
    assert read.linkage is not None
    assert [node.text for node in (*read.linkage.accept_status, *read.linkage.derived_alf)] == [
        "1",
        "4",
        "true",
    ]
    assert read.follow_up is not None
    assert [(end.name.text, end.date.text, end.only_for and end.only_for.text) for end in read.follow_up.ends] == [
        ("b", "c", None), ("d", "e", "f"),
    ]  # fmt: skip
    first, second = read.definitions
    assert first.start is None
    assert [node.text for node in first.union] == ["p", "q"]
    assert first.operations[0].value is not None
    assert first.operations[0].value.text == "siblings"
    assert [
        [(key.text, value.text) for key, value in operation.values] for operation in first.operations[1:]
    ] == [
        [("setting", "GP")],
        [("by", "day"), ("number", "2")],
        [("start", "a"), ("end", "b"), ("per", "c"), ("per", "d")],
    ]
    assert [key.text for key, _ in second.operations[0].values] == ["start", "end", "per"]


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ("{o: {title: x}}", [("SPC102", "o")]),
        ("{o: {coutn: x}}", [("SPC101", "coutn")]),
        ("{o: {count: x, attrition: y}}", [("SPC106", "attrition")]),
        ("{o: {rate: x, count: y}}", [("SPC106", "count")]),
        ("{o: {rate: x, per: y, by: [z], events_by: [a], residents: b.c, among: d, title: e}}", []),
        ("{o: {rate: x, by: [z]}}", [("SPC102", "o")]),
        ("{o: {rate: x, pre: 1 person-year}}", [("SPC101", "pre")]),
        ("{o: {rate: x, per: y, layout: z}}", [("SPC117", "layout")]),
        ("{o: {rate: x, per: y, evnts_by: [z]}}", [("SPC101", "evnts_by")]),
        ("{o: {rate: x, per: [y]}}", [("SPC103", "per")]),
        ("{o: {rate: [x], per: y}}", [("SPC103", "rate")]),
        ("{o: {balance: [x], between: [y, z]}}", []),
        ("{o: {balance: [x]}}", [("SPC102", "o")]),
        ("{o: {balance: x, between: [y, z]}}", [("SPC103", "x")]),
        ("{o: {balance: [x], between: y}}", [("SPC103", "y")]),
        ("{o: {balance: [], between: [y, z]}}", [("SPC107", "balance")]),
        ("{o: {table_one: [x, y], by: [z], among: a}}", []),
        ("{o: {table_one: [[x]]}}", [("SPC103", "[x]")]),
        ("{o: {distribution: [x], between: [y]}}", [("SPC117", "between")]),
        ("{o: {series: x, every: month, split_at: y, by: [z]}}", []),
        ("{o: {series: x, by: [z]}}", [("SPC102", "o")]),
        ("{o: {attrition: x, by: [z]}}", [("SPC117", "by")]),
        ("{o: {survival: x}}", [("SPC102", "o"), ("SPC101", "survival")]),
        ("{o: {count: x, per: y}}", [("SPC117", "per")]),
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
        ("{name: cases, from: a, index_date: b, entries: many}", []),
        ("{name: of, from: a, index_date: b}", [("SPC110", "of")]),
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
