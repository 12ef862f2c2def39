"""The index of the search as a script that holds one value: a page opened from a file may load scripts, not data."""

from __future__ import annotations

import json

from cohort.lookup.search import (
    BEGINS,
    BY_SORT,
    EXACT,
    PLURAL,
    SHORTEST_PREFIX,
    WHOLE_NAME,
    Index,
    whole_names,
)
from cohort.site.addresses import address_of


def search_data(index: Index) -> str:
    """Return the script: things, their words with weights, and the numbers by which they are ranked."""
    value = {
        "rank": {
            "exact": EXACT,
            "plural": PLURAL,
            "begins": BEGINS,
            "wholeName": WHOLE_NAME,
            "shortestPrefix": SHORTEST_PREFIX,
            "bySort": {sort.value: BY_SORT[sort] for sort in BY_SORT},
        },
        "things": [
            {
                "sort": thing.ref.sort.value,
                "name": thing.ref.name,
                "physical": thing.physical,
                "title": thing.title,
                "address": address_of(thing.ref),
                "whole": whole_names(thing),
            }
            for thing in index.things
        ],
        "words": {
            word: [number for place in places for number in place] for word, places in index.words.items()
        },
    }
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return f"var CATALOGUE = {text};\n"
