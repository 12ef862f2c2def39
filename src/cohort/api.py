"""The Python side, read only: load a spec, check it, explain it, compile it, run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cohort import pipeline
from cohort.diagnostics import Diagnostic

if TYPE_CHECKING:
    import polars

    from cohort.engines.database import RunResult
    from cohort.query.study import Study
    from cohort.results.model import SafeResults


class SpecHasErrors(Exception):
    """The spec has errors; ``check()`` lists them."""


class NotSynthetic(Exception):
    """Rows of single children are given only for data that bear the synthetic mark."""


@dataclass(frozen=True)
class Results(Mapping[str, "polars.DataFrame"]):
    """Protected tables of a run as polars frames, by table id.

    Hidden and impossible counts are null, and the column ``state`` says which. ``rows(name)`` gives
    the rows behind a definition, for synthetic data only.
    """

    safe: SafeResults
    _frames: Mapping[str, polars.DataFrame]
    _run: RunResult

    def __getitem__(self, name: str) -> polars.DataFrame:
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def rows(self, name: str) -> polars.DataFrame:
        """Return the rows of a definition, of ``analysis`` or of ``entries``.

        Raises ``NotSynthetic`` unless the data bear the synthetic mark, and ``KeyError`` for an unknown name.
        """
        if not self.safe.synthetic:
            raise NotSynthetic("rows of single children are given only for synthetic data")
        return self._run.rows(name)


@dataclass(frozen=True)
class LoadedStudy:
    """A spec that was read; made by ``cohort.load``."""

    checked: pipeline.Checked

    def check(self) -> tuple[Diagnostic, ...]:
        """Return all problems in the order of the file; empty if there are none."""
        return tuple(self.checked.diagnostics)

    def explain(self) -> str:
        """Return the study in words as Markdown. Raises ``SpecHasErrors``."""
        self._study()
        return pipeline.explain(self.checked)

    def sql(self, dialect: str) -> str:
        """Return the SQL script for ``db2`` or ``duckdb``. Raises ``SpecHasErrors``."""
        return pipeline.compile_study(self._study(), dialect).text

    def run(self, data: str | Path) -> Results:
        """Run the study on a folder of Parquet files or a DuckDB file, and return protected tables.

        Raises ``SpecHasErrors``; and what the engine and disclosure control raise (see the manual).
        """
        from cohort.outputs import frames

        safe, run = pipeline.run_study(self._study(), Path(data))
        return Results(safe, frames(safe), run)

    def _study(self) -> Study:
        if self.checked.study is None:
            first = next(iter(self.checked.diagnostics), None)
            raise SpecHasErrors(first.headline if first else "the spec has errors")
        return self.checked.study


def load(path: str | Path) -> LoadedStudy:
    """Read a spec file. Raises ``FileProblem`` if it cannot be read; its mistakes are told by ``check()``."""
    return LoadedStudy(pipeline.check_file(Path(path)))
