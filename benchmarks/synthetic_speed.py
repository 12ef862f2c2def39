"""Time and memory of making all of Wales: generation, repair of changed codes, writing.

Run: ``python benchmarks/synthetic_speed.py [SHARE]``. Prints one line for each stage.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from cohort.linkage import add_unified_ids, repair_codes
from cohort.synthetic import generate, write_folder

INPUTS = Path(__file__).parents[1] / "synthetic"


def main(share: float) -> None:
    begun = time.perf_counter()
    last = begun

    def lap(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{stage:<28} {now - last:6.2f} s   {now - begun:6.2f} s in all   {peak:6.0f} MiB peak")
        last = now

    holdings = generate(share=share, inputs=INPUTS)
    lap("generate")
    repair = repair_codes(holdings.tables)
    tables = add_unified_ids(holdings.tables, repair)
    lap("repair changed codes")
    with tempfile.TemporaryDirectory() as folder:
        write_folder(tables, Path(folder) / "wales", seed=holdings.seed, share=share, version="benchmark")
        lap("write")
    for name, table in tables.items():
        print(f"{name:<28} {len(table):>9,} rows")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
