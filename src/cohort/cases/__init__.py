"""Cases: invented units beside a spec, what should happen to each, and whether it does."""

from cohort.cases.model import Case, Cases, Difference, Expectation, Tried, TriedCase, Unmet
from cohort.cases.read import cases_file, read_cases
from cohort.cases.report import report
from cohort.cases.run import try_study

__all__ = [
    "Case",
    "Cases",
    "Difference",
    "Expectation",
    "Tried",
    "TriedCase",
    "Unmet",
    "cases_file",
    "read_cases",
    "report",
    "try_study",
]
