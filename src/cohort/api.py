"""The Python side, read only: load a spec, check it, explain it, compile it, run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cohort import pipeline
from cohort.catalogue import read_binding
from cohort.diagnostics import Diagnostic

if TYPE_CHECKING:
    import polars
    from pyspark.sql import SparkSession

    from cohort.engines.shared import RunResult
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

    def close(self) -> None:
        """Give back the memory and the temporary files of the run; its rows are gone after that."""
        self._run.close()


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

    def run(
        self,
        data: str | Path | SparkSession,
        *,
        engine: str = "duckdb",
        memory: str | None = None,
        threads: int | None = None,
        temp: str | Path | None = None,
        binding: str | Path | None = None,
    ) -> Results:
        """Run the study on data and return protected tables.

        ``data`` is a folder of Parquet or CSV files, or a DuckDB file; for the engine ``spark`` a folder or a classic
        session of Spark whose catalogue holds the tables. ``memory`` (such as ``4GB``) and ``threads`` limit what the
        engine takes, ``temp`` is a folder for what does not fit into memory, and ``binding`` a file with the
        project's names of tables. Raises ``ValueError`` for an option that makes no sense, ``SpecHasErrors``, and
        what the engine and disclosure control raise (see the manual).
        """
        from cohort.engines.shared import EngineName, EngineOptions
        from cohort.outputs import frames

        options = EngineOptions(EngineName(engine), memory, threads, None if temp is None else Path(temp))
        names = None if binding is None else read_binding(Path(binding))
        place = Path(data) if isinstance(data, str) else data
        safe, run = pipeline.run_study(self._study(), place, options=options, binding=names)
        return Results(safe, frames(safe), run)

    def _study(self) -> Study:
        if self.checked.study is None:
            first = next(iter(self.checked.diagnostics), None)
            raise SpecHasErrors(first.headline if first else "the spec has errors")
        return self.checked.study


def load(path: str | Path) -> LoadedStudy:
    """Read a spec file. Raises ``FileProblem`` if it cannot be read; its mistakes are told by ``check()``."""
    return LoadedStudy(pipeline.check_file(Path(path)))


def check_binding(
    path: str | Path, data: str | Path | SparkSession, specs: Iterable[str | Path] = ()
) -> tuple[Diagnostic, ...]:
    """Compare a binding with the tables that are really there, and return all problems.

    ``data`` is a CSV file with a listing of columns, a folder of Parquet or CSV files, a DuckDB file, or a classic
    session of Spark whose catalogue holds the tables. Only names and types are read. With ``specs`` what none of
    these studies reads is no error. Raises ``FileProblem``, ``SpecHasErrors`` and ``DatabaseProblem``.
    """
    from cohort.engines.bound import check_binding as compared_with

    checked = [load(spec) for spec in specs]
    for study in checked:
        study._study()
    uses = tuple(pipeline.use_of(study.checked) for study in checked)
    place = Path(data) if isinstance(data, str) else data
    if isinstance(place, Path) and place.suffix.lower() == ".csv":
        return tuple(compared_with(Path(path), columns=place, uses=uses)[0])
    return tuple(compared_with(Path(path), data=place, uses=uses)[0])
