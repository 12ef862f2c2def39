"""The one model of results: raw counts as an engine gives them, and safe tables as readers get them."""

from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    Axis,
    Category,
    CountTable,
    Group,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)

__all__ = [
    "ALL",
    "AttritionStep",
    "AttritionTable",
    "Axis",
    "Category",
    "CountTable",
    "Group",
    "RawResults",
    "SafeAttrition",
    "SafeAttritionStep",
    "SafeCell",
    "SafeResults",
    "SafeTable",
    "State",
]
