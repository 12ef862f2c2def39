"""Small protected results, written by hand, for the tests of the writers."""

from __future__ import annotations

from cohort.results.category import Category
from cohort.results.model import (
    ALL,
    Axis,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)

HIDDEN = SafeCell(State.HIDDEN)
IMPOSSIBLE = SafeCell(State.IMPOSSIBLE)


def shown(count: int) -> SafeCell:
    return SafeCell(State.SHOWN, count)


FLOW = SafeAttrition(
    "flow_of_infants",
    "Flow of infants into the cohort",
    "children",
    (
        SafeAttritionStep("start", "First recorded episode of care", "", shown(36850), IMPOSSIBLE),
        SafeAttritionStep(
            "started",
            "First record says that the child started to be looked after (reason S)",
            "A first record with another reason belongs to a child who was in care before under another code.",
            shown(31245),
            shown(5605),
        ),
        SafeAttritionStep(
            "known", "Week of birth known", "Age at entry cannot be told without it.", HIDDEN, HIDDEN
        ),
        SafeAttritionStep(
            "infants",
            "Under one year old at entry",
            "The study is of infants. An entry before the week of birth is an error in one of the two dates.",
            shown(6470),
            HIDDEN,
        ),
        SafeAttritionStep("years", "Entered between 2004 and 2021", "", shown(6470), shown(0)),
    ),
)

YEAR = Axis("year", "Year of entry (to 31 March)", (Category("2004", "2004"), Category("2005", "2005")))
STATUS = Axis(
    "legal_status",
    "Legal status at entry",
    (
        Category("V2", "Voluntary (section 76)"),
        Category("C1", "Interim care order"),
        Category("missing", "Missing"),
    ),
)

TWO_AXES = SafeTable(
    "entries_by_year",
    "Infants entering care by year and legal status",
    "children",
    (YEAR, STATUS),
    "all children of the cohort",
    {
        ("2004", "V2"): shown(1215),
        ("2004", "C1"): shown(735),
        ("2004", "missing"): IMPOSSIBLE,
        ("2004", ALL): shown(1950),
        ("2005", "V2"): HIDDEN,
        ("2005", "C1"): shown(0),
        ("2005", "missing"): HIDDEN,
        ("2005", ALL): shown(1425),
        (ALL, "V2"): HIDDEN,
        (ALL, "C1"): shown(735),
        (ALL, "missing"): HIDDEN,
        (ALL, ALL): shown(3375),
    },
)

ONE_AXIS = SafeTable(
    "by_status",
    "Infants by legal status",
    "children",
    (STATUS,),
    "entries in 2005",
    {("V2",): shown(985), ("C1",): HIDDEN, ("missing",): HIDDEN, (ALL,): shown(1425)},
)

EMPTY = SafeTable(
    "nobody", "A table without categories", "children", (Axis("none", "Nothing", ()),), "", {(ALL,): HIDDEN}
)

SAFE = SafeResults(
    "infants_entering_care",
    "sha256:0f3c",
    "sail",
    ("No count under ten is shown.", "No count under ten can be worked out from the others."),
    "*",
    True,
    (FLOW, TWO_AXES, ONE_AXIS, EMPTY),
    ("entries_by_year: 4 cells hidden.",),
)

TEXTS = {
    "question.md": "How do infants enter care, and by which legal status?\n",
    "cohort.md": "# Who is in the cohort\n\nChildren who\n\n- have a first record;\n- are **infants**.\n",
    "conventions.md": "## Age\n\nWhole birthdays from the `week of birth`.\n\n1. One\n2. Two & <three>\n",
    "db2.sql": "-- a script\r\nselect count(*) from cohort;\r\n",
}
