"""Where the files that travel with the package are: beside it in a checkout, inside it after an install."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shipped_folder(name: str) -> Path:
    """Return the folder ``specs`` or ``synthetic``: the checkout's if this is one, else the packaged copy."""
    checkout = _HERE.parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    return _HERE / "_shipped" / name
