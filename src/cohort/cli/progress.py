"""Progress of long work, on the error stream, so that what a command prints stays clean."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, float], None]


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar for work that reports (stage, share done); plain lines where there is no terminal."""
    gc.enable()  # Short commands do without; see ``cohort.cli.main``.
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(title, total=1.0)

        def report(stage: str, share: float) -> None:
            bar.update(task, completed=share, description=f"{title}: {stage}")

        yield report


def _lines(title: str) -> Report:
    shown: set[str] = set()

    def report(stage: str, _share: float) -> None:
        if stage not in shown:
            shown.add(stage)
            print(f"{title}: {stage} …", file=sys.stderr, flush=True)

    return report
