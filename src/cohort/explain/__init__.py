"""The study in words: for panels who read no code, and for the writer who checks what was said."""

from cohort.explain.conventions import conventions_page
from cohort.explain.preparation import preparation_page, preparation_sql
from cohort.explain.study import explain_study

__all__ = ["conventions_page", "explain_study", "preparation_page", "preparation_sql"]
