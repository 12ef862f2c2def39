"""Makes the holdings that the benchmarks read: one Parquet file for each table, of any size, the same every time.

    python -m benchmarks.holdings --persons 1000000 --events 10000000 --out DIR

Events are the rows of general practice (85 %) and the diagnoses (10 %) and spells (5 %) of hospitals; the other tables
follow from the number of persons. The rows are a function of the size (and of DuckDB's hash, so of its version);
they bear the synthetic mark. Memory stays bounded, because large tables are streamed to their files.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from cohort.engines.shared import MARK_FILE

PARTS = Path(__file__).with_name("holdings.sql")
_PART = re.compile(r"^-- (file|table): (\w+)", re.MULTILINE)


def parts() -> Iterator[tuple[str, str, str]]:
    """Yield each part of the SQL: what it is ("macros", "table" or "file"), its name and its text."""
    text = PARTS.read_text("utf-8")
    marks = list(_PART.finditer(text))
    yield "macros", "", text[: marks[0].start()]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark[1], mark[2], text[mark.start() : end].strip().removesuffix(";")


def make_holdings(persons: int, events: int, out: Path, memory: str = "8GB") -> dict[str, int]:
    """Write all tables to a folder, each to a temporary name first, and return rows by table."""
    out.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    with duckdb.connect(config={"memory_limit": memory}) as connection:
        for name, size in (("persons", persons), ("events", events)):
            connection.execute(f"SET VARIABLE {name} = CAST({size:d} AS BIGINT)")
        for kind, name, text in parts():
            if kind != "file":
                connection.execute(text)
                continue
            part, whole = out / f"{name}.parquet.part", out / f"{name}.parquet"
            written = connection.execute(
                f"COPY ({text}) TO '{part.as_posix()}' (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            part.replace(whole)
            rows[name] = int(written[0]) if written else 0
    mark = {"synthetic": True, "made_by": "benchmarks.holdings", "persons": persons, "events": events}
    (out / MARK_FILE).write_text(json.dumps(mark, indent=2) + "\n", "utf-8")
    return rows


def main() -> None:
    """Make holdings and print rows, size and seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--memory", default="8GB", help="memory limit of DuckDB while it makes them")
    options = parser.parse_args()
    started = time.perf_counter()
    rows = make_holdings(options.persons, options.events, options.out, options.memory)
    for name, count in rows.items():
        print(f"{name:<28} {count:>12,} rows")
    size = sum(file.stat().st_size for file in options.out.glob("*.parquet")) / 1e6
    print(f"{size:,.0f} MB of Parquet in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
