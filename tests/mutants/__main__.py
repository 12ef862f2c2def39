"""Try every mutant of the committed studies: ``python -m tests.mutants`` from the root of the repository."""

from __future__ import annotations

import argparse
import time
from collections import Counter

from cohort.vetting.postgres import private_server

from .harness import STUDIES, bench, sites


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=list(STUDIES))
    parser.add_argument("--show", action="store_true", help="print the survivors")
    chosen = parser.parse_args()
    with private_server() as server:
        for name in chosen.studies:
            start = time.perf_counter()
            with bench(server, name) as found:
                ready = time.perf_counter()
                fates = [(site, found.fate(site)) for site in sites(name)]
            counts = Counter(fate for _, fate in fates)
            survivors = Counter(site.mutant.kind for site, fate in fates if fate == "survived")
            print(f"{name}: {len(fates)} mutants, {dict(counts)}, {ready - start:.1f} s + {time.perf_counter() - ready:.1f} s")
            print("  survived by kind:", dict(survivors))
            if chosen.show:
                for site, fate in fates:
                    if fate != "killed":
                        m = site.mutant
                        print(f"  {fate} {site.part}/{site.place} {m.kind}: {m.before} -> {m.after} | {m.around}".replace("\n", " "))


if __name__ == "__main__":
    main()
