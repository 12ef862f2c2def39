"""The reference engine: what every node of a query means, in plain Python over rows.

Slow, obvious and independent of SQL and of the plan: each operation is written from its words alone, so that
agreement with a database says something. It runs whole studies on small tables, for tests.
"""

from cohort.engines.reference.follow_up import Member, Piece
from cohort.engines.reference.rows import evaluate_rows
from cohort.engines.reference.study import StudyRun, run_study
from cohort.engines.reference.values import evaluate_value
from cohort.engines.reference.world import Cell, Context, Entry, NamedResult, ReferenceFault, Row, World

__all__ = [
    "Cell",
    "Context",
    "Entry",
    "Member",
    "NamedResult",
    "Piece",
    "ReferenceFault",
    "Row",
    "StudyRun",
    "World",
    "evaluate_rows",
    "evaluate_value",
    "run_study",
]
