"""Rates over 24 calendar months against rates over one month, of everyone registered.

    python -m benchmarks.rates --data DIR --runs 5

The same study, once with 24 months of follow-up cut by calendar month and once with one; in turns in one process, the
median counts. January of the long run must be the same in every number as the only month of the short one.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from benchmarks.sides import HERE, Row, Timed, differences

from cohort import pipeline
from cohort.engines.database import run_script
from cohort.source import Source, read_source

SPEC = HERE / "specs" / "rates_by_month.yaml"
FIRST_MONTH = "2018-01-01"
MONTHS = (24, 1)
TARGET = 2.0


def spec_of(months: int) -> Source:
    """Return the study with that many months of follow-up."""
    source = read_source(SPEC)
    long, short = "index_date + 24 months", "index_date + 1 month"
    if source.text.count(long) != 1:
        raise SystemExit(f"{SPEC.name} does not hold `{long}` once")
    return source if months == 24 else Source(source.name, source.text.replace(long, short))


def run(months: int, data: Path) -> Timed:
    """Check, compile and run; seconds are of the run."""
    started = time.perf_counter()
    study = pipeline.check_source(spec_of(months), SPEC.parent).study
    if study is None:
        raise SystemExit(f"{SPEC.name} has errors")
    script = pipeline.compile_study(study, "duckdb")
    compiled = time.perf_counter()
    result = run_script(script, data)
    rows: tuple[Row, ...] = tuple(result.results)
    result.close()
    return Timed(time.perf_counter() - compiled, rows, compiled - started)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    times: dict[int, list[float]] = {months: [] for months in MONTHS}
    rows: dict[int, tuple[Row, ...]] = {}
    for _ in range(options.runs + 1):
        for months in MONTHS:
            timed = run(months, options.data)
            times[months].append(timed.seconds)
            rows[months] = timed.rows
    january = [row for row in rows[24] if row[0] == "rates" and row[1] == FIRST_MONTH]
    found = differences(january, [row for row in rows[1] if row[0] == "rates"])
    if found or not january:
        raise SystemExit("\n".join(["the two studies differ in their common month", *found[:20]]))
    # The first turn warms the files and does not count.
    long, short = (statistics.median(times[months][1:]) for months in MONTHS)
    people = sum(row[5] for row in january if row[4] == "people")
    print(f"{people:,} people followed; median of {options.runs} runs in turns.\n")
    print(
        f"| one month, s | 24 months, s | ratio |\n|---|---|---|\n| {short:.2f} | {long:.2f} | **{long / short:.2f}** |"
    )
    if long > TARGET * short:
        raise SystemExit(f"24 months cost more than {TARGET} times one month")


if __name__ == "__main__":
    main()
