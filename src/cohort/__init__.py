"""Carfan: from one study specification to protected tables and Db2 SQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cohort.version import __version__

if TYPE_CHECKING:
    from cohort.api import LoadedStudy

__all__ = ["__version__", "load"]


def load(path: str | Path) -> LoadedStudy:
    """Read a spec file and return it with ``.check()``, ``.explain()``, ``.sql(dialect)`` and ``.run(data)``.

    Raises ``cohort.source.FileProblem`` if the file cannot be read.
    """
    from cohort.api import load as load_spec

    return load_spec(path)
