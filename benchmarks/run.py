"""Carfan against the best SQL written by hand, for the example studies and two with many variables.

    python -m benchmarks.holdings --persons 1000000 --events 10000000 --out DIR
    python -m benchmarks.run --data DIR --runs 5

Both sides give the same rows (attrition, every table, the linkage report), which is asserted number by number before
a time counts. They run in turns in one process; the median counts. Peak memory is that of a process of its own for
each side. Prints a Markdown table; ``--out`` also writes it to a file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sides import CASES, Case, Timed, differences, run_by_hand, run_carfan

SIDES: dict[str, Callable[[Case, Path], Timed]] = {"carfan": run_carfan, "by_hand": run_by_hand}
TARGET = 1.3


@dataclass(frozen=True)
class Line:
    """One line of the table; times in seconds, memory in MB."""

    case: str
    rows: int
    by_hand: float
    carfan: float
    to_compile: float
    memory_by_hand: float
    memory_carfan: float

    @property
    def ratio(self) -> float:
        """Carfan's run against the run of the SQL written by hand."""
        return self.carfan / self.by_hand

    @property
    def ratio_with_compile(self) -> float:
        """The same, with checking the spec and compiling it counted for Carfan."""
        return (self.carfan + self.to_compile) / self.by_hand


def peak_megabytes() -> float:
    """Return the peak memory of this process in MB.

    Linux only: the mark of ``getrusage`` would also hold what the parent had when it started this process.
    """
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not tell the peak memory of a process")


def peak_of_side(case: Case, side: str, data: Path) -> float:
    """Run one side in a process of its own and return its peak memory in MB."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.run",
        "--data",
        str(data),
        "--only",
        case.name,
        "--side",
        side,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)["peak_megabytes"])


def compare(case: Case, data: Path, runs: int, report: Callable[[str], None]) -> Line:
    """Run both sides in turns after one run that only compares results. Exits if the results differ."""
    ours, theirs = run_carfan(case, data), run_by_hand(case, data)
    found = differences(ours.rows, theirs.rows)
    if found:
        raise SystemExit("\n".join([f"{case.name}: the results differ, so times say nothing", *found[:20]]))
    by_hand, carfan = [], []
    for number in range(runs):
        by_hand.append(run_by_hand(case, data))
        carfan.append(run_carfan(case, data))
        report(
            f"{case.name}, run {number + 1}: by hand {by_hand[-1].seconds:.2f} s, Carfan {carfan[-1].seconds:.2f} s"
        )
    return Line(
        case.name,
        len(ours.rows),
        statistics.median(timed.seconds for timed in by_hand),
        statistics.median(timed.seconds for timed in carfan),
        statistics.median(timed.to_compile for timed in carfan),
        peak_of_side(case, "by_hand", data),
        peak_of_side(case, "carfan", data),
    )


def as_markdown(lines: Iterable[Line], data: Path, runs: int) -> str:
    """Return the table with a line that says what was measured."""
    mark = data / "cohort-synthetic.json"
    made = json.loads(mark.read_text("utf-8")) if mark.is_file() else {}
    size = sum(file.stat().st_size for file in data.glob("*.parquet")) / 1e6
    head = (
        f"{made.get('persons', 0):,} persons, {made.get('events', 0):,} events ({size:,.0f} MB of Parquet); "
        f"median of {runs} runs in turns in one process; results equal in every number.\n\n"
        "| study | rows of results | by hand, s | Carfan, s | ratio | check and compile, s | ratio with it "
        "| peak by hand, MB | peak Carfan, MB |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(
        f"| {line.case} | {line.rows} | {line.by_hand:.2f} | {line.carfan:.2f} | **{line.ratio:.2f}** "
        f"| {line.to_compile:.2f} | {line.ratio_with_compile:.2f} "
        f"| {line.memory_by_hand:,.0f} | {line.memory_carfan:,.0f} |\n"
        for line in lines
    )


def main() -> None:
    """Measure and print; the exit code is 1 if a ratio misses the target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", action="append", default=[], help="name of a study (may be given again)")
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--side", choices=sorted(SIDES), help="run one side once and print its peak memory as JSON"
    )
    options = parser.parse_args()
    cases = [case for case in CASES if not options.only or case.name in options.only]
    if options.side:
        timed = SIDES[options.side](cases[0], options.data)
        print(json.dumps({"seconds": timed.seconds, "peak_megabytes": peak_megabytes()}))
        return
    lines = []
    for case in cases:
        lines.append(compare(case, options.data, options.runs, lambda text: print(text, file=sys.stderr)))
    table = as_markdown(lines, options.data, options.runs)
    print(table)
    if options.out:
        part = options.out.with_name(options.out.name + ".part")
        part.write_text(table, "utf-8")
        part.replace(options.out)
    missed = [line.case for line in lines if line.ratio > TARGET]
    if missed:
        raise SystemExit(f"over {TARGET}: {', '.join(missed)}")


if __name__ == "__main__":
    main()
