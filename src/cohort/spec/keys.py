"""Which keys stand where in a spec, as tables: file key → field of the model, in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "1"
"""The version of the language that this program reads."""


def _same(*words: str) -> dict[str, str]:
    """Return a table of keys that are called in the model as they are in the file."""
    return {word: word for word in words}


ROOT = _same(
    "cohort_spec", "study", "linkage", "sources", "context", "codelists", "windows", "definitions", "population",
    "peers", "follow_up", "variables", "person_time", "outcomes", "outputs", "disclosure", "accept",
)  # fmt: skip

STUDY = _same("id", "title", "question", "unit", "data_from", "data_until", "tags")
LINKAGE = _same("accept_status", "derived_alf", "why")
CONTEXT = _same("file", "source", "licence", "sha256", "why", "area", "time", "time_is", "by")

DEFINITION = {"from": "start", "union": "union", "note": "note"}
OPERATIONS = ("of", "where", "add", "mark", "join_spells", "one_per", "keep_first", "keep_last")
JOIN_SPELLS = ("start", "end", "gap", "per")
KEEP_ONE = ("by", "number")

POPULATION = {
    "name": "name", "from": "start", "index_date": "index_date", "entries": "entries", "steps": "steps",
}  # fmt: skip
STEP = _same("id", "keep", "why")

PEERS = _same("name", "pool", "steps", "match")
MATCH = _same("index_date", "exact", "nearest", "peers_per_case", "reuse_peers", "seed")

FOLLOW_UP = _same("starts", "ends", "only_while")
END = _same("date", "only_for")

VARIABLE = _same("label", "value", "bands", "choose")
CHOICE = _same("when", "then", "otherwise")

PERSON_TIME = _same("split_by")
SPLIT = _same("label", "ages", "calendar", "spells", "value", "otherwise", "priority")
SPLIT_KINDS = ("ages", "calendar", "spells")
OF_SPELLS = ("value", "otherwise", "priority")
"""Keys of a split that go with ``spells`` only."""

OUTCOME = _same("label", "events", "date", "count", "washout")

OUTPUT = {
    "title": "title", "per": "per", "residents": "figures", "every": "every", "split_at": "split_at", "by": "by",
    "events_by": "events_by", "between": "between", "among": "among", "layout": "layout",
}  # fmt: skip


@dataclass(frozen=True)
class OutputKind:
    """A kind of output: whether its key takes a list of variables, which keys go with it, which of them it needs."""

    keys: tuple[str, ...]
    needed: tuple[str, ...] = ()
    of_variables: bool = False


OUTPUT_KINDS = {
    "attrition": OutputKind(("title",)),
    "count": OutputKind(("title", "by", "among", "layout")),
    "table_one": OutputKind(("title", "by", "among"), of_variables=True),
    "balance": OutputKind(("title", "between", "among"), ("between",), of_variables=True),
    "distribution": OutputKind(("title", "by", "among"), of_variables=True),
    "rate": OutputKind(("title", "per", "residents", "by", "events_by", "among"), ("per",)),
    "series": OutputKind(("title", "every", "split_at", "by", "among"), ("every",)),
}

ACCEPTANCE = _same("rule", "at", "why")

# Words of which one must stand after a key. The checker looks at them where it knows their meaning; here they are for
# editors, and a test compares the two.
ENTRIES = ("one", "many")
EVENTS_COUNTED = ("all", "first in follow-up")
INDEX_DATES_OF_PEERS = ("same as case",)
LAYOUTS = ("one table for each",)
STRETCHES = ("month", "calendar year", "academic year", "financial year", "year to 31 March")
TIMES = ("year to 31 March", "calendar year", "academic year")

RESERVED_WORDS = frozenset(
    {"or", "and", "not", "is", "missing", "in", "during", "from", "through"}
    | {"of", "where", "by", "when", "then", "otherwise", "this"}
    | {"between", "null", "true", "false"}
)
"""Words of the expression language; a thing with such a name could never be named in an expression.

The language package has the same set; the two packages do not know each other, and a test compares them.
"""

LONGEST_NAME = 60
"""Characters of a name: the longest that every engine takes with room for what is put before it."""

# What a place of the model wants, in the words of the message.
TEXT = "a text"
_NAMES = "a list of names in `[ ]`"
WANTED = {
    "study": "keys such as `title` and `question`",
    "tags": "a list of tags in `[ ]`, or tags with `true` or `false`",
    "linkage": "the keys `accept_status`, `derived_alf` and `why`",
    "accept_status": "a list of match statuses in `[ ]`",
    "derived_alf": "`true`, `false` or a list of sources in `[ ]`",
    "sources": "names of tables, each with the reason",
    "context": "names of tables of figures, each with `file` and `source`",
    "codelists": "names, each with the path of a file",
    "windows": "names, each with a period",
    "definitions": "names, each with `from` and operations",
    "population": "keys such as `from` and `index_date`",
    "peers": "keys such as `pool` and `match`",
    "match": "keys such as `exact` and `peers_per_case`",
    "exact": "a list of values in `[ ]`",
    "nearest": "a value and how far it may differ, such as `people.week_of_birth: 26 weeks`",
    "follow_up": "keys such as `starts` and `ends`",
    "ends": "names, each with a date",
    "only_while": _NAMES,
    "variables": "names, each with an expression",
    "person_time": "the key `split_by`",
    "split_by": "names, each with `ages`, `calendar` or `spells`",
    "ages": "a list of ages in `[ ]`",
    "priority": "a list of values in `[ ]`",
    "outcomes": "names, each with `events`, `date` and `count`",
    "outputs": "names, each with a kind such as `attrition` or `count`",
    "table_one": _NAMES,
    "balance": _NAMES,
    "distribution": _NAMES,
    "events_by": _NAMES,
    "between": "a list of two groups in `[ ]`",
    "accept": "a list of warnings, each with `rule`, `at` and `why`",
    "steps": "a list of steps, each with `id` and `keep`",
    "bands": "lower bounds, each with a label",
    "choose": "a list of cases with `when` and `then`",
    "by": _NAMES,
    "union": _NAMES,
    "one_per": "a list of columns in `[ ]`",
    "add": "names, each with an expression",
    "mark": "names, each with a text",
    "join_spells": "the keys `start` and `end`",
    "variable": "an expression, or the keys `label` and `value`",
    "definition": "keys such as `from` and `where`",
    "context table": "keys such as `file` and `source`",
    "end": "a date, or the keys `date` and `only_for`",
    "split": "keys such as `ages`, `calendar` or `spells`",
    "outcome": "the keys `events`, `date` and `count`",
    "output": "keys such as `count` and `by`",
    "step": "the keys `id` and `keep`",
    "case": "the keys `when` and `then`",
    "acceptance": "the keys `rule`, `at` and `why`",
}
