"""Names in SQL: plain identifiers only, never quoted, and no reserved words."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy.sql.elements import quoted_name

from cohort.sql.model import CannotCompile
from cohort.types.reserved import RESERVED

MAXIMUM_LENGTH = 128
"""Db2 allows names of 128 bytes."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PHYSICAL = re.compile(r"[A-Za-z][A-Za-z0-9_$#@]*(\.[A-Za-z][A-Za-z0-9_$#@]*)?")


def own_name(name: str) -> str:
    """Return a name of ours if it is a plain, unreserved identifier; raises ``CannotCompile`` otherwise."""
    if not _PLAIN.fullmatch(name) or len(name) > MAXIMUM_LENGTH:
        raise CannotCompile(
            f"A name in SQL has letters, digits and underscores, at most {MAXIMUM_LENGTH}: {name!r}."
        )
    if name.lower() in RESERVED:
        raise CannotCompile(f"The name {name!r} is a reserved word of SQL; choose another one.")
    return name.lower()


def physical_name(name: str) -> quoted_name:
    """Return a held table's or column's name (possibly with a schema) as it is.

    Such names are given, so reserved words are allowed: they always stand behind a table and a dot.
    """
    if not _PHYSICAL.fullmatch(name):
        raise CannotCompile(f"The binding gives a name that is no plain identifier: {name!r}.")
    return quoted_name(name, quote=False)


def shortened_name(name: str, longest: int) -> str:
    """Return a name of at most ``longest`` characters; a longer one is cut, and ends with a hash of the whole."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
