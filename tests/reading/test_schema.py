"""The schema for editors: it is current, it takes every study, and it refuses what the checker refuses.

``python -m tests.reading.test_schema`` writes the file afresh.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from cohort.spec import keys, model
from cohort.spec.meanings import MEANINGS
from cohort.spec.schema import schema_text, spec_schema

from .specs import ROOT

FILE = ROOT / "docs" / "schema" / f"cohort-spec-{keys.VERSION}.json"
SPECS = [path for path in sorted((ROOT / "specs").glob("*.yaml")) if ".cases." not in path.name]
SPECS.append(ROOT / "tests" / "project" / "base_spec.yaml")

TYPES = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
KNOWN_WORDS = {
    "$schema", "title", "description", "type", "enum", "pattern", "maxLength", "items", "minItems", "properties",
    "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "anyOf", "oneOf",
    "dependentRequired", "minimum",
}  # fmt: skip


def problems(value: object, schema: object, at: str = "") -> list[str]:
    """Check a value by the part of JSON Schema that the schema uses."""
    assert isinstance(schema, dict)
    assert set(schema) <= KNOWN_WORDS, "the test does not know this word"
    found: list[str] = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[name](value) for name in types):
        return [f"{at}: not {types}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: not in enum")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: pattern")
        if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{at}: too long")
    if isinstance(value, int) and value < schema.get("minimum", value):
        found.append(f"{at}: too small")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            found.append(f"{at}: too few")
        for item in value:
            found += problems(item, schema.get("items", {}), f"{at}[]")
    if isinstance(value, dict):
        found += of_object(value, schema, at)
    if "anyOf" in schema and all(problems(value, part, at) for part in schema["anyOf"]):
        found.append(f"{at}: none of anyOf")
    if "oneOf" in schema and sum(not problems(value, part, at) for part in schema["oneOf"]) != 1:
        found.append(f"{at}: not one of oneOf")
    return found


def of_object(value: dict[str, object], schema: dict[str, object], at: str) -> list[str]:
    def part(word: str) -> dict[str, object]:
        inner = schema.get(word, {})
        assert isinstance(inner, dict)
        return inner

    found: list[str] = []
    properties, required = part("properties"), schema.get("required", [])
    assert isinstance(required, list)
    found += [f"{at}: lacks {key}" for key in required if key not in value]
    for key, needed in part("dependentRequired").items():
        assert isinstance(needed, list)
        found += [f"{at}: {key} without {other}" for other in needed if key in value and other not in value]
    least, most = schema.get("minProperties", 0), schema.get("maxProperties", len(value))
    assert isinstance(least, int)
    assert isinstance(most, int)
    if not least <= len(value) <= most:
        found.append(f"{at}: number of keys")
    further = schema.get("additionalProperties", {})
    for key, inner in value.items():
        found += problems(key, part("propertyNames"), f"{at}.{key}")
        if key in properties:
            found += problems(inner, properties[key], f"{at}.{key}")
        elif further is False:
            found.append(f"{at}: unknown {key}")
        else:
            found += problems(inner, further, f"{at}.{key}")
    return found


class Loader(yaml.SafeLoader):
    """Reads YAML as editors do: dates stay texts, and keys are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def with_text_keys(value: object) -> object:
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    if isinstance(value, dict):
        return {str(key): with_text_keys(inner) for key, inner in value.items()}
    return value


def data(text: str) -> object:
    return with_text_keys(yaml.load(text, Loader))


def test_the_file_is_current() -> None:
    assert FILE.read_text("utf-8") == schema_text(), "run: python -m tests.reading.test_schema"
    assert json.loads(schema_text()) == spec_schema()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_studies_fit(path: Path) -> None:
    assert problems(data(path.read_text("utf-8")), spec_schema()) == []


SMALL = """\
cohort_spec: 1
study: {id: s, title: t, question: q, unit: child, data_from: 2003-04-01, data_until: 2021-03-31}
sources: {care_episodes: why}
population: {from: a, index_date: b}
disclosure: sail
"""
OUTPUTS = "outputs: {o: {attrition: population}}\n"


@pytest.mark.parametrize(
    "added",
    [
        OUTPUTS,
        OUTPUTS + "variables: {v: a, w: {value: b, bands: {0: x, 1.5: y}}, u: {choose: [{otherwise: x}]}}\n",
        OUTPUTS + "definitions: {d: {union: [a, b], keep_last: {by: c, number: 2}, of: siblings}}\n",
        OUTPUTS + "definitions: {d: {from: a, join_spells: {start: b, end: c, per: [d]}, mark: {e: GP}}}\n",
        OUTPUTS + "person_time: {split_by: {a: {ages: [1, 2]}, b: {calendar: financial year}}}\n",
        OUTPUTS + "linkage: {accept_status: [1], derived_alf: true, why: x}\n",
        "outputs: {o: {rate: a, per: 1 person-year, by: [b]}, p: {series: a, every: month}}\n",
        "outputs: {o: {table_one: [a], by: [b]}, p: {balance: [a], between: [b, c]}}\n",
    ],
)
def test_fits(added: str) -> None:
    assert problems(data(SMALL + added), spec_schema()) == []


@pytest.mark.parametrize(
    "added",
    [
        "",
        OUTPUTS + "titel: x\n",
        OUTPUTS + "variables: {V: a}\n",
        OUTPUTS + "variables: {v: {label: a}}\n",
        OUTPUTS + "variables: {v: {value: a, choose: [{otherwise: b}]}}\n",
        OUTPUTS + "variables: {v: {choose: [{when: a}]}}\n",
        OUTPUTS + "variables: {v: {choose: [{when: a, then: b, otherwise: c}]}}\n",
        OUTPUTS + "variables: {v: {value: a, bands: {x: y}}}\n",
        OUTPUTS + "definitions: {d: {where: a}}\n",
        OUTPUTS + "definitions: {d: {from: a, union: [b]}}\n",
        OUTPUTS + "definitions: {d: {from: a, join_spells: {start: b}}}\n",
        OUTPUTS + "definitions: {d: {from: a, keep_first: {number: 2}}}\n",
        OUTPUTS + "definitions: {d: {from: a, one_per: b}}\n",
        OUTPUTS + "person_time: {split_by: {a: {ages: [1], calendar: month}}}\n",
        OUTPUTS + "person_time: {split_by: {a: {spells: b}}}\n",
        OUTPUTS + "person_time: {split_by: {a: {ages: [1], value: b}}}\n",
        OUTPUTS + "linkage: {accept_status: [], derived_alf: true, why: x}\n",
        OUTPUTS + "accept: [{rule: x}]\n",
        "outputs: {o: {}}\n",
        "outputs: {o: {attrition: population, count: children}}\n",
        "outputs: {o: {attrition: population, by: [a]}}\n",
        "outputs: {o: {rate: a}}\n",
        "outputs: {o: {series: a, every: fortnight}}\n",
    ],
)
def test_does_not_fit(added: str) -> None:
    assert problems(data(SMALL + added), spec_schema()) != []


def test_every_key_has_its_sentence_and_every_sentence_its_key() -> None:
    tables = {
        "Spec": keys.ROOT, "StudySection": keys.STUDY, "Linkage": keys.LINKAGE, "ContextTable": keys.CONTEXT,
        "Definition": keys.DEFINITION, "Operation": keys.OPERATIONS, "join_spells": keys.JOIN_SPELLS,
        "keep_one": keys.KEEP_ONE, "Population": keys.POPULATION, "Step": keys.STEP, "Peers": keys.PEERS,
        "Match": keys.MATCH, "FollowUp": keys.FOLLOW_UP, "End": keys.END, "Variable": keys.VARIABLE,
        "Choice": keys.CHOICE, "PersonTime": keys.PERSON_TIME, "Split": keys.SPLIT, "Outcome": keys.OUTCOME,
        "Output": (*keys.OUTPUT_KINDS, *keys.OUTPUT), "Acceptance": keys.ACCEPTANCE,
    }  # fmt: skip
    assert {name: set(table) for name, table in tables.items()} == {
        name: set(sentences) for name, sentences in MEANINGS.items()
    }


def test_every_field_of_the_models_has_a_key() -> None:
    """Fields that no table leads to are those that are read in another way."""
    tables: dict[type[model.Section], dict[str, str]] = {
        model.Spec: keys.ROOT, model.StudySection: keys.STUDY, model.Linkage: keys.LINKAGE,
        model.ContextTable: keys.CONTEXT, model.Definition: keys.DEFINITION, model.Population: keys.POPULATION,
        model.Step: keys.STEP, model.Peers: keys.PEERS, model.Match: keys.MATCH, model.FollowUp: keys.FOLLOW_UP,
        model.End: keys.END, model.Variable: keys.VARIABLE, model.Choice: keys.CHOICE,
        model.PersonTime: keys.PERSON_TIME, model.Split: keys.SPLIT, model.Outcome: keys.OUTCOME,
        model.Output: keys.OUTPUT, model.Acceptance: keys.ACCEPTANCE,
    }  # fmt: skip
    for section, table in tables.items():
        read_otherwise = {"operations"} if section is model.Definition else set()
        read_otherwise |= {"kind", "of", "variables"} if section is model.Output else set()
        named = section in (
            model.ContextTable, model.Definition, model.End, model.Variable, model.Split, model.Outcome, model.Output,
        )  # fmt: skip
        assert {*table.values(), *read_otherwise, *(["name"] if named else [])} == set(section.model_fields)


def test_words_of_choices_are_those_of_the_checker() -> None:
    from cohort.resolve import context, outcomes, outputs, periods

    assert keys.TIMES == context.TIMES
    assert (outcomes.ALL, outcomes.FIRST) == keys.EVENTS_COUNTED
    assert (outputs.SEVERAL_TABLES,) == keys.LAYOUTS
    assert tuple(periods.STRETCHES) == keys.STRETCHES


if __name__ == "__main__":
    FILE.write_text(schema_text(), "utf-8")
