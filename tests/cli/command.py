"""Runs the command as a user does: another process, another folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last line on the error stream: the one sentence that says what is wrong."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        return lines[-1] if lines else ""


def cohort(*arguments: str | Path, cwd: Path) -> Ended:
    """Run ``cohort`` with arguments in a folder."""
    call = [sys.executable, "-m", "cohort", *map(str, arguments)]
    done = subprocess.run(
        call, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=180, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)
