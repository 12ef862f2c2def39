"""Exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command's exit code says."""

    FINE = 0
    SPEC = 1
    USAGE = 2
    DATA = 3
    DISCLOSURE = 4
    DATABASE = 5
    FILE = 6
    OUR_FAULT = 70
