"""The form of a spec as JSON Schema, with which editors complete and check a file while it is written.

It is made from the tables of keys and from the models, so that it cannot say anything else than they do. It is less
than the checker: it knows no names, and no expression.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping

from cohort.spec import keys, model
from cohort.spec.meanings import MEANINGS

Json = dict[str, object]

_TEXT: Json = {"type": ["string", "number", "boolean"]}
"""A text of the file: editors take `1` and `true` for a number and a truth value."""

_TEXTS: Json = {"type": "array", "items": _TEXT, "minItems": 1}
_DATE: Json = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_NAME: Json = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": keys.LONGEST_NAME}


def _one_of(words: Iterable[str]) -> Json:
    return {"enum": list(words)}


def _by_name(part: Json, names: Json = _NAME) -> Json:
    return {"type": "object", "propertyNames": names, "additionalProperties": part, "minProperties": 1}


def _list(part: Json) -> Json:
    return {"type": "array", "items": part, "minItems": 1}


def _either(*parts: Json) -> Json:
    return {"anyOf": list(parts)}


def _object(meaning: str, parts: Mapping[str, Json], required: Iterable[str], described: str) -> Json:
    """Return a mapping with fixed keys; their sentences are those of the table ``meaning``."""
    sentences = MEANINGS[meaning]
    return {
        "type": "object",
        "description": described,
        "properties": {key: {**part, "description": sentences[key]} for key, part in parts.items()},
        "required": list(required),
        "additionalProperties": False,
    }


def _section(
    section: type[model.Section], fields: Mapping[str, str], special: Mapping[str, Json] | None = None
) -> Json:
    """Return the schema of a part whose model says which of its keys are needed."""
    parts = {key: (special or {}).get(key, _TEXT) for key in fields}
    required = [key for key, field in fields.items() if section.model_fields[field].is_required()]
    return _object(section.__name__, parts, required, _described(section))


def _described(section: type[model.Section]) -> str:
    """Return the first sentence of a model's description, as plain text."""
    text = " ".join((inspect.getdoc(section) or "").split("\n\n")[0].split())
    return text.replace("``", "`")


def _definition() -> Json:
    joined = _object(
        "join_spells", _texts(keys.JOIN_SPELLS) | {"per": _either(_TEXT, _TEXTS)}, ("start", "end"), ""
    )
    one = _either(_TEXT, _object("keep_one", _texts(keys.KEEP_ONE), ("by",), ""))
    operations = {
        "of": _TEXT, "where": _TEXT, "add": _by_name(_TEXT), "mark": _by_name(_TEXT), "join_spells": joined,
        "one_per": _TEXTS, "keep_first": one, "keep_last": one,
    }  # fmt: skip
    schema = _section(model.Definition, keys.DEFINITION, {"union": _TEXTS})
    sentences = MEANINGS["Operation"]
    properties = {word: {**operations[word], "description": sentences[word]} for word in keys.OPERATIONS}
    schema["properties"] = {**_properties(schema), **properties}
    schema["oneOf"] = [{"required": ["from"]}, {"required": ["union"]}]
    return schema


def _variable() -> Json:
    case = _section(model.Choice, keys.CHOICE)
    case["oneOf"] = [
        {"required": words, "maxProperties": len(words)} for words in (["when", "then"], ["otherwise"])
    ]
    bands = _by_name(_TEXT, {"pattern": r"^-?[0-9]+(\.[0-9]+)?$"})
    long = _section(model.Variable, keys.VARIABLE, {"bands": bands, "choose": _list(case)})
    long["required"] = []
    long["oneOf"] = [{"required": ["value"]}, {"required": ["choose"]}]
    long["dependentRequired"] = {"bands": ["value"]}
    return _either(_TEXT, long)


def _split() -> Json:
    special = {"ages": _TEXTS, "priority": _TEXTS, "calendar": _one_of(keys.STRETCHES)}
    schema = _section(model.Split, keys.SPLIT, special)
    schema["oneOf"] = [{"required": [kind]} for kind in keys.SPLIT_KINDS]
    schema["dependentRequired"] = {"spells": ["value"], **{key: ["spells"] for key in keys.OF_SPELLS}}
    return schema


def _output() -> Json:
    """Return one schema for each kind, so that an editor offers only the keys that go with it."""
    special = {
        "by": _TEXTS, "events_by": _TEXTS, "between": _TEXTS, "every": _one_of(keys.STRETCHES),
        "layout": _one_of(keys.LAYOUTS),
    }  # fmt: skip
    kinds = []
    for word, kind in keys.OUTPUT_KINDS.items():
        parts = {word: _TEXTS if kind.of_variables else _TEXT}
        parts |= {key: special.get(key, _TEXT) for key in kind.keys}
        kinds.append(_object("Output", parts, (word, *kind.needed), MEANINGS["Output"][word]))
    return {"oneOf": kinds}


def _tags() -> Json:
    answers = {"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 1}
    return _either(_TEXTS, answers)


def _texts(words: Iterable[str]) -> dict[str, Json]:
    return dict.fromkeys(words, _TEXT)


def _properties(schema: Json) -> dict[str, object]:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return properties


def spec_schema() -> Json:
    """Return the schema of a whole file."""
    steps = _list(_section(model.Step, keys.STEP, {"id": _NAME}))
    match = _section(
        model.Match,
        keys.MATCH,
        {
            "index_date": _one_of(keys.INDEX_DATES_OF_PEERS),
            "exact": _TEXTS,
            "nearest": {
                "type": "object",
                "additionalProperties": _TEXT,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "reuse_peers": {"type": "boolean"},
            "seed": {"type": "integer"},
            "peers_per_case": {"type": "integer", "minimum": 1},
        },
    )
    sections: dict[str, Json] = {
        "cohort_spec": {"enum": [int(keys.VERSION), keys.VERSION]},
        "study": _section(
            model.StudySection,
            keys.STUDY,
            {"id": _NAME, "data_from": _DATE, "data_until": _DATE, "tags": _tags()},
        ),
        "linkage": _section(
            model.Linkage,
            keys.LINKAGE,
            {"accept_status": _TEXTS, "derived_alf": _either({"type": "boolean"}, _TEXTS)},
        ),
        "sources": _by_name(_TEXT, {"type": "string"}),
        "context": _by_name(
            _section(model.ContextTable, keys.CONTEXT, {"by": _TEXTS, "time_is": _one_of(keys.TIMES)})
        ),
        "codelists": _by_name(_TEXT),
        "windows": _by_name(_TEXT),
        "definitions": _by_name(_definition()),
        "population": _section(
            model.Population,
            keys.POPULATION,
            {"name": _NAME, "entries": _one_of(keys.ENTRIES), "steps": steps},
        ),
        "peers": _section(model.Peers, keys.PEERS, {"name": _NAME, "steps": steps, "match": match}),
        "follow_up": _section(
            model.FollowUp,
            keys.FOLLOW_UP,
            {"ends": _by_name(_either(_TEXT, _section(model.End, keys.END))), "only_while": _TEXTS},
        ),
        "variables": _by_name(_variable()),
        "person_time": _section(model.PersonTime, keys.PERSON_TIME, {"split_by": _by_name(_split())}),
        "outcomes": _by_name(_section(model.Outcome, keys.OUTCOME, {"count": _one_of(keys.EVENTS_COUNTED)})),
        "outputs": _by_name(_output()),
        "disclosure": _TEXT,
        "accept": _list(_section(model.Acceptance, keys.ACCEPTANCE)),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Study spec, version {keys.VERSION}",
        **_section(model.Spec, keys.ROOT, sections),
    }


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"
