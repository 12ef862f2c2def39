"""Try every mutant of the committed studies: ``python -m tests.mutants`` from the root of the repository."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from cohort.vetting.postgres import private_server

from .harness import STUDIES, bench, sites
from .survey import SURVIVORS, Fate, rate, survey, written

_EVERY = 500
"""After so many mutants it is said how far a study is."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", default=list(STUDIES))
    parser.add_argument(
        "--show", action="store_true", help="print the survivors that nothing shows to be the same"
    )
    parser.add_argument("--write", action="store_true", help="write the list of survivors")
    parser.add_argument("--processes", type=int, default=2, help="how many studies are tried at a time")
    chosen = parser.parse_args()
    with ProcessPoolExecutor(chosen.processes) as pool:
        # The one with the most mutants first, so that it does not run alone at the end.
        order = sorted(chosen.studies, key=lambda name: -sum(1 for _ in sites(name)))
        trying = {name: pool.submit(_try, name) for name in order}
        by_study = {name: trying[name].result() for name in chosen.studies}
    found = [fate for fates in by_study.values() for fate in fates]
    for name, fates in by_study.items():
        _say(name, fates, show=chosen.show)
    _say("all", found, show=False)
    if chosen.write:
        SURVIVORS.write_text(written(found), "utf-8")


def _try(name: str) -> list[Fate]:
    """Try the mutants of one study with a server of its own."""
    start = time.perf_counter()
    with private_server() as server, bench(server, name) as made:
        ready = time.perf_counter()
        fates = list(_told(name, survey(made, name, sites(name))))
    took = time.perf_counter() - ready
    print(f"{name}: {ready - start:.0f} s to make, {took:.0f} s to try", flush=True)
    return fates


def _told(name: str, fates: Iterator[Fate]) -> Iterator[Fate]:
    for number, fate in enumerate(fates, 1):
        if number % _EVERY == 0:
            print(f"{name}: {number} tried", flush=True)
        yield fate


def _say(name: str, fates: list[Fate], *, show: bool) -> None:
    killed = sum(fate.killed for fate in fates)
    equivalent = sum(fate.equivalent for fate in fates)
    left = [fate for fate in fates if not fate.killed and not fate.equivalent]
    wrong = [fate for fate in fates if fate.contradicted]
    print(
        f"{name}: {len(fates)} mutants, {killed} killed, {equivalent} equivalent, {len(left)} surviving "
        f"({100 * rate(fates):.1f} % killed of the rest), {len(wrong)} killed in spite of a reason",
        flush=True,
    )
    kinds = sorted({fate.site.mutant.kind for fate in fates})
    for kind in kinds:
        of_kind = [fate for fate in fates if fate.site.mutant.kind == kind]
        counts = Counter(
            "killed" if f.killed else "equivalent" if f.equivalent else "surviving" for f in of_kind
        )
        print(f"  {kind}: {len(of_kind)} {dict(sorted(counts.items()))}")
    for fate in [*wrong, *left] if show else wrong:
        m = fate.site.mutant
        around = " ".join(m.around.split())
        place = f"{fate.site.study} {fate.site.part}/{fate.site.place}"
        print(f"  {fate.fate} {place} {m.kind}: {m.before} -> {m.after} | {around} {fate.reason}")


if __name__ == "__main__":
    main()
