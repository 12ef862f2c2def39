"""What each kind of failure says and ends with. Imports are late: a failure must not slow a success."""

from __future__ import annotations

import traceback
from pathlib import Path

from cohort.cli.exit_codes import ExitCode
from cohort.source import FileProblem


def code_and_sentence(problem: Exception) -> tuple[int, str]:
    """Return exit code and sentence for an exception that reached the command."""
    from cohort.disclosure.errors import CannotProtect

    match problem:
        case FileProblem():
            return ExitCode.FILE, str(problem)
        case CannotProtect():
            return ExitCode.DISCLOSURE, f"nothing was written, because {problem}"
    name = type(problem).__name__
    match name:
        case "DataProblem":
            return ExitCode.DATA, str(problem)
        case "WrongResults":
            return ExitCode.DATA, str(problem)
        case "DatabaseProblem" | "CannotCompile":
            return ExitCode.DATABASE, str(problem)
        case "InputsError":
            return ExitCode.FILE, str(problem)
    if isinstance(problem, OSError):
        where = Path(str(problem.filename)).as_posix() if problem.filename else ""
        reason = problem.strerror or str(problem)
        return ExitCode.FILE, f"{where}: {reason}." if where else reason
    return ExitCode.OUR_FAULT, _fault(problem)


def _fault(problem: Exception) -> str:
    """Our own fault: the kind of error and the place in our code, never the message, which may hold data."""
    frames = traceback.extract_tb(problem.__traceback__)
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno}" if last else "unknown place"
    return (
        f"this is a fault of the program, not of the spec ({type(problem).__name__} at {place}). "
        "Please report it with the version that `cohort --version` shows."
    )
