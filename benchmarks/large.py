"""The largest run: 5 million persons and 50 million events through the command, on DuckDB and on Spark.

    python -m benchmarks.holdings --persons 5000000 --events 50000000 --out DIR
    python -m benchmarks.large --data DIR --memory 6GB [--engine duckdb] [--engine spark]

Each run is ``cohort run`` in a process of its own with everything that it does (check, compile, run, disclosure, all
files). Peak memory is the largest sum over the process and those that it starts (Java), sampled five times a second.
The tables of all engines must be the same bytes.
"""

from __future__ import annotations

import argparse
import filecmp
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sides import HERE, ROOT

STUDIES = (HERE / "specs" / "many_variables_20.yaml", ROOT / "specs" / "care_leavers_self_harm.yaml")
LIMIT_MEGABYTES = 8 * 1024


@dataclass(frozen=True)
class Run:
    """One run of the command: seconds, and peak memory in MB of all its processes together."""

    seconds: float
    megabytes: float


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    return found


def _share(process: int) -> float:
    """Return the memory of one process in MB; pages that it shares, as with a fork of itself, count by their share."""
    try:
        status = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8", "replace")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:")) / 1024


def memory_of(process: int) -> float:
    """Return the memory in MB of a process and all below it (Linux)."""
    children, waiting, total = _children(), [process], 0.0
    while waiting:
        at_hand = waiting.pop()
        total += _share(at_hand)
        waiting += children.get(at_hand, [])
    return total


def run_command(spec: Path, data: Path, out: Path, engine: str, memory: str, temp: Path) -> Run:
    """Run the command and watch it. Exits if it fails."""
    command = [sys.executable, "-m", "cohort", "run", str(spec), "--data", str(data), "--out", str(out)]
    command += ["--engine", engine, "--memory", memory, "--temp", str(temp)]
    started, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.2)
    finally:
        process.kill()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(
            f"{spec.stem} on {engine} failed: {(process.stderr.read() if process.stderr else '')[-2000:]}"
        )
    return Run(seconds, peak)


def same_tables(left: Path, right: Path) -> list[str]:
    """Return the names of CSV files that are not the same in both folders."""
    names = sorted(
        {file.relative_to(folder).as_posix() for folder in (left, right) for file in folder.rglob("*.csv")}
    )
    return [
        n
        for n in names
        if not all((f / n).is_file() for f in (left, right)) or not filecmp.cmp(left / n, right / n, False)
    ]


def main() -> None:
    """Run the studies on each engine and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--memory", default="6GB", help="what the engine may take")
    parser.add_argument("--engine", action="append", choices=["duckdb", "spark"])
    parser.add_argument("--spec", action="append", type=Path)
    options = parser.parse_args()
    engines = options.engine or ["duckdb", "spark"]
    over: list[str] = []
    print("| study | engine | time, s | peak memory, MB |\n|---|---|---|---|")
    for spec in options.spec or STUDIES:
        with tempfile.TemporaryDirectory(dir=options.data.parent) as scratch:
            folders = []
            for engine in engines:
                folders.append(Path(scratch) / engine)
                temp = Path(scratch) / f"{engine}_temporary"
                temp.mkdir()
                run = run_command(spec, options.data, folders[-1], engine, options.memory, temp)
                print(f"| {spec.stem} | {engine} | {run.seconds:.1f} | {run.megabytes:,.0f} |", flush=True)
                if run.megabytes > LIMIT_MEGABYTES:
                    over.append(f"{spec.stem} on {engine}")
            for other in folders[1:]:
                if found := same_tables(folders[0], other):
                    raise SystemExit(f"{spec.stem}: these tables differ between engines: {', '.join(found)}")
    if over:
        raise SystemExit(f"more than {LIMIT_MEGABYTES} MB: {', '.join(over)}")


if __name__ == "__main__":
    main()
