"""Try every mutant of the committed studies: ``python -m tests.mutants`` from the root of the repository."""

from __future__ import annotations

import argparse
import time
from collections import Counter

from cohort.vetting.postgres import private_server

from .harness import STUDIES, bench, sites
from .survey import SURVIVORS, Fate, rate, survey, written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=list(STUDIES))
    parser.add_argument(
        "--show", action="store_true", help="print the survivors that nothing shows to be the same"
    )
    parser.add_argument("--write", action="store_true", help="write the list of survivors")
    chosen = parser.parse_args()
    found: list[Fate] = []
    with private_server() as server:
        for name in chosen.studies:
            start = time.perf_counter()
            with bench(server, name) as made:
                ready = time.perf_counter()
                fates = list(survey(made, name, sites(name)))
            took = time.perf_counter() - ready
            found += fates
            _say(name, fates, ready - start, took, show=chosen.show)
    _say("all", found, 0, 0, show=False)
    if chosen.write:
        SURVIVORS.write_text(written(found), "utf-8")


def _say(name: str, fates: list[Fate], ready: float, took: float, *, show: bool) -> None:
    killed = sum(fate.killed for fate in fates)
    equivalent = sum(fate.equivalent for fate in fates)
    left = [fate for fate in fates if not fate.killed and not fate.equivalent]
    print(
        f"{name}: {len(fates)} mutants, {killed} killed, {equivalent} equivalent, {len(left)} surviving "
        f"({100 * rate(fates):.1f} % killed of the rest); {ready:.0f} s to make, {took:.0f} s to try",
        flush=True,
    )
    kinds = sorted({fate.site.mutant.kind for fate in fates})
    for kind in kinds:
        of_kind = [fate for fate in fates if fate.site.mutant.kind == kind]
        counts = Counter(
            "killed" if f.killed else "equivalent" if f.equivalent else "surviving" for f in of_kind
        )
        print(f"  {kind}: {len(of_kind)} {dict(sorted(counts.items()))}")
    if show:
        for fate in left:
            m = fate.site.mutant
            around = " ".join(m.around.split())
            print(
                f"  {fate.fate} {fate.site.part}/{fate.site.place} {m.kind}: {m.before} -> {m.after} | {around}"
            )


if __name__ == "__main__":
    main()
