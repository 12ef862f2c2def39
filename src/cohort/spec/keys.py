"""Which keys stand where in a spec, as tables: file key → field of the model."""

from __future__ import annotations

from collections.abc import Mapping

VERSION = "1"
"""The version of the language that this program reads."""

ROOT = {
    "cohort_spec": "cohort_spec", "study": "study", "sources": "sources", "codelists": "codelists",
    "windows": "windows", "definitions": "definitions", "population": "population",
    "variables": "variables", "outputs": "outputs", "disclosure": "disclosure", "accept": "accept",
}  # fmt: skip

STUDY = {key: key for key in ("id", "title", "question", "unit", "data_from", "data_until")}

DEFINITION = {"from": "start", "note": "note"}
OPERATIONS = ("where", "add", "keep_first", "keep_last", "one_per", "join_spells")
JOIN_SPELLS = ("start", "end", "gap", "per")

POPULATION = {"from": "start", "index_date": "index_date", "entries": "entries", "steps": "steps"}
STEP = {"id": "id", "keep": "keep", "why": "why"}

VARIABLE = {"label": "label", "value": "value", "bands": "bands", "choose": "choose"}
CHOICE = {"when": "when", "then": "then", "otherwise": "otherwise"}

OUTPUT = {"title": "title", "by": "by", "among": "among", "layout": "layout"}
OUTPUT_KINDS = ("attrition", "count")

ACCEPTANCE = {"rule": "rule", "at": "at", "why": "why"}

LATER: Mapping[str, Mapping[str, str]] = {
    "root": dict.fromkeys(("linkage", "peers", "follow_up", "person_time", "outcomes", "context"), "section"),
    "definition": dict.fromkeys(("union", "mark"), "operation"),
    "population": {"name": "key"},
    "output": {
        **dict.fromkeys(
            ("rate", "balance", "distribution", "summary", "survival", "compare", "flow"), "kind of output"
        ),
        **dict.fromkeys(("per", "between", "events_by"), "key"),
    },
}
"""What the design of the language has and this version does not: a message of its own, not "unknown"."""

RESERVED_WORDS = frozenset(
    {"or", "and", "not", "is", "missing", "in", "during", "from", "through"}
    | {"between", "null", "true", "false"}
)
"""Words of the expression language; a thing with such a name could never be named in an expression.

The language package has the same set; the two packages do not know each other, and a test compares them.
"""

LONGEST_NAME = 60
"""Characters of a name: the longest that every engine takes with room for what is put before it."""

# What a place of the model wants, in the words of the message.
TEXT = "a text"
WANTED = {
    "study": "keys such as `title` and `question`",
    "sources": "names of tables, each with the reason",
    "codelists": "names, each with the path of a file",
    "windows": "names, each with a period",
    "definitions": "names, each with `from` and operations",
    "population": "keys such as `from` and `index_date`",
    "variables": "names, each with an expression",
    "outputs": "names, each with `attrition` or `count`",
    "accept": "a list of warnings, each with `rule`, `at` and `why`",
    "steps": "a list of steps, each with `id` and `keep`",
    "bands": "lower bounds, each with a label",
    "choose": "a list of cases with `when` and `then`",
    "by": "a list of names in `[ ]`",
    "one_per": "a list of columns in `[ ]`",
    "add": "names, each with an expression",
    "join_spells": "the keys `start` and `end`",
    "variable": "an expression, or the keys `label` and `value`",
    "definition": "keys such as `from` and `where`",
    "output": "keys such as `count` and `by`",
    "step": "the keys `id` and `keep`",
    "case": "the keys `when` and `then`",
    "acceptance": "the keys `rule`, `at` and `why`",
}
