"""The hazards as one table: for each state, the yearly rate of every event that may come next.

A state is (legal status, placement group, age band, time in the legal status, census year). The table is
built from the rules of ``assumptions.toml`` and the fitted multipliers and then only looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cohort.synthetic.codes import GROUP_INDEX, GROUPS, LEGAL, LEGAL_INDEX
from cohort.synthetic.inputs import Inputs

AGE_EDGES: Final = (1, 3, 5, 10, 14, 16, 18)
LEGAL_DAYS: Final = np.array([3, 15, 60, 182, 365, 730])
MOVES: Final = (*GROUPS, "PROSPECTIVE")
EXITS: Final = ("E2", "E3", "E4", "E43", "E44", "E5", "E6", "E7", "E8", "E9", "ADOPTED")
FIRST_MOVE: Final = len(LEGAL)
FIRST_EXIT: Final = FIRST_MOVE + len(MOVES)
OUTCOMES: Final = FIRST_EXIT + len(EXITS)
FIRST_RATE_YEAR: Final = 2003


@dataclass(frozen=True)
class Hazards:
    """Rates a year, shape (states, outcomes): outcomes are new legal statuses, then moves, then exits.

    ``state`` gives the row of a state; years before 2003 use the rates of 2003.
    """

    rates: NDArray[np.float32]
    years: int

    def state(
        self,
        legal: NDArray[np.int64],
        group: NDArray[np.int64],
        age_band: NDArray[np.int64],
        days_band: NDArray[np.int64],
        year: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Give the row of each state."""
        at = np.clip(year - FIRST_RATE_YEAR, 0, self.years - 1)
        row: NDArray[np.int64] = (
            ((legal * len(GROUPS) + group) * (len(AGE_EDGES) + 1) + age_band) * (len(LEGAL_DAYS) + 1)
            + days_band
        ) * self.years + at
        return row


def build_hazards(inputs: Inputs) -> Hazards:
    """Build the table from the rules.

    Raises ``KeyError`` when a rule names an unknown status, group or reason.
    """
    tree = inputs.assumptions
    years = np.arange(FIRST_RATE_YEAR, tree["calendar"]["last_year"] + 1)
    shape = (len(LEGAL), len(GROUPS), len(AGE_EDGES) + 1, len(LEGAL_DAYS) + 1, len(years), OUTCOMES)
    rates = np.zeros(shape, dtype=np.float32)

    def add(rule: Mapping[str, Any], column: int, legal: Sequence[str]) -> None:
        value = rule["rate"]
        by_days = np.array(value if isinstance(value, list) else [value] * (len(LEGAL_DAYS) + 1))
        factor = inputs.knob_by_year(rule["knob"], years) if "knob" in rule else np.ones(len(years))
        cell = (by_days[:, None] * factor[None, :]).astype(np.float32)
        groups = [GROUP_INDEX[name] for name in rule.get("within", GROUPS)]
        for status in legal:
            for group in groups:
                for age in rule.get("ages", range(len(AGE_EDGES))):
                    rates[LEGAL_INDEX[status], group, age, :, :, column] += cell

    for rule in tree["legal"]:
        sources = [rule["from"], "D1"] if rule["from"] == "E1" else [rule["from"]]
        add(rule, LEGAL_INDEX[rule["to"]], sources)
    for rule in tree["move"]:
        # Justice placements are set by the court; moves within them are left to changes of legal status.
        legal = rule.get("legal", [code for code in LEGAL if code[0] not in "J"])
        add(rule, FIRST_MOVE + MOVES.index(rule["to"]), legal)
    for rule in tree["exit"]:
        add(rule, FIRST_EXIT + EXITS.index(rule["to"]), rule.get("legal", LEGAL))
    adopting = GROUP_INDEX["ADOPTION"]
    rates[:, adopting, ..., FIRST_MOVE + adopting] = 0.0
    return Hazards(rates.reshape(-1, OUTCOMES), len(years))
