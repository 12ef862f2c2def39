"""Writing tables to a folder that bears the synthetic mark, all or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

MARK: Final = "cohort-synthetic.json"


class WriteRefusedError(OSError):
    """The folder exists and does not bear the synthetic mark, so nothing was written."""


def bears_mark(folder: Path) -> bool:
    """Say whether a folder was written by :func:`write_folder` (its mark can be read and says synthetic)."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("synthetic") is True


def refuse_foreign_folder(folder: Path) -> None:
    """Raise ``WriteRefusedError`` if a folder holds anything but bears no mark; ask before the work is done."""
    refused = f"{folder} exists and does not hold synthetic data written by carfan, so nothing was written."
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise WriteRefusedError(refused)
    if folder.exists() and any(folder.iterdir()) and not bears_mark(folder):
        raise WriteRefusedError(refused)


def write_folder(
    tables: Mapping[str, pl.DataFrame], folder: Path, *, seed: int, share: float, version: str
) -> None:
    """Write one Parquet file for each table and the synthetic mark; the same tables give the same bytes.

    Everything goes to a temporary folder beside ``folder`` first and is renamed at the end, so a failure
    leaves an older folder as it was. An older folder is replaced only if it bears the mark or is empty.

    Raises ``WriteRefusedError`` when ``folder`` holds anything but bears no mark, and ``OSError`` when the disk fails.
    """
    refuse_foreign_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    fresh, old = staging / "new", staging / "old"
    try:
        fresh.mkdir()
        entries: dict[str, dict[str, int | str]] = {}
        for name in sorted(tables):
            path = fresh / f"{name}.parquet"
            tables[name].write_parquet(path, compression="zstd", compression_level=3, row_group_size=250_000)
            entries[name] = {"rows": len(tables[name]), "sha256": _digest(path)}
        mark = {"synthetic": True, "seed": seed, "share": share, "carfan": version, "tables": entries}
        (fresh / MARK).write_text(json.dumps(mark, indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(old)
            try:
                fresh.rename(folder)
            except OSError:
                old.rename(folder)
                raise
        else:
            fresh.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
