"""A folder of data: one file for each held table, Parquet or CSV, and the mark of synthetic data."""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cohort.engines.shared import MARK_FILE, DataProblem
from cohort.source import FileProblem

_ENDINGS = ("parquet", "csv")


@dataclass(frozen=True)
class HeldFile:
    """The file of a held table. ``path`` holds none of the signs by which databases mean several files."""

    table: str
    path: Path

    @property
    def is_csv(self) -> bool:
        """Whether it is text rather than Parquet."""
        return self.path.suffix == ".csv"


def check_folder(folder: Path) -> None:
    """Raise ``FileProblem`` unless a folder holds a file of data."""
    name = folder.as_posix()
    if not any(file for ending in _ENDINGS for file in folder.glob(f"*.{ending}")):
        raise FileProblem(name, "the folder holds no Parquet or CSV files, so it is no data folder.")
    if any(sign in name for sign in "*?[{"):
        raise FileProblem(name, "a path with * ? [ or { stands for several files in a database; rename it.")


def held_files(folder: Path, tables: Iterable[str]) -> Mapping[str, HeldFile]:
    """Return the file of each table (named without its schema) that the folder has.

    Raises ``DataProblem`` for tables with two files; a table without any is left out.
    """
    found: dict[str, HeldFile] = {}
    twice = []
    for table in tables:
        files = [file for ending in _ENDINGS if (file := folder / f"{table}.{ending}").is_file()]
        if len(files) > 1:
            twice.append(f"The data hold the table {table} twice, as Parquet and as CSV; only one may stay.")
        elif files:
            found[table] = HeldFile(table, files[0])
    if twice:
        raise DataProblem(*twice)
    return found


def folder_is_synthetic(folder: Path) -> bool:
    """Whether a folder bears the synthetic mark. A folder that cannot be read bears no mark."""
    try:
        mark = json.loads((folder / MARK_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("synthetic") is True


class OwnFolder:
    """A folder of our own for temporary files; it is removed when asked, or at the latest when Python ends."""

    def __init__(self, above: Path | None) -> None:
        """Make the folder in ``above``, or where the system keeps such folders. Raises ``FileProblem``."""
        try:
            self.path = Path(tempfile.mkdtemp(prefix="cohort-", dir=above))
        except OSError as problem:
            where = "the system's folder for temporary files" if above is None else above.as_posix()
            reason = problem.strerror or "unknown reason"
            raise FileProblem(where, f"no temporary folder can be made here ({reason}).") from None
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
