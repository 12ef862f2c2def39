"""Carfan: from one study specification to protected tables and Db2 SQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cohort.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import SparkSession

    from cohort.api import LoadedStudy
    from cohort.diagnostics import Diagnostic

__all__ = ["__version__", "check_binding", "load"]


def load(path: str | Path) -> LoadedStudy:
    """Read a spec file and return it with ``.check()``, ``.explain()``, ``.sql(dialect)`` and ``.run(data)``.

    Raises ``cohort.source.FileProblem`` if the file cannot be read.
    """
    from cohort.api import load as load_spec

    return load_spec(path)


def check_binding(
    path: str | Path, data: str | Path | SparkSession, specs: Iterable[str | Path] = ()
) -> tuple[Diagnostic, ...]:
    """Compare a binding with a listing of columns (CSV), data, or a session of Spark; return all problems.

    Raises what ``cohort.api.check_binding`` raises.
    """
    from cohort.api import check_binding as check

    return check(path, data, specs)
