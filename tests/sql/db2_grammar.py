"""Parses Db2 statements with the grammar of sqlfluff, patched where that grammar has a hole.

A parse is no run: the grammar accepts some SQL that a Db2 server would refuse. That is why the compiler has a list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any


@cache
def _linter() -> Any:
    from sqlfluff.core import Linter
    from sqlfluff.core.dialects import load_raw_dialect
    from sqlfluff.core.parser import Bracketed, Delimited, Ref, Sequence

    dialect = load_raw_dialect("db2")
    create = dialect.get_segment("CreateTableStatementSegment")
    # sqlfluff does not know how a table is spread over the servers, which Db2's CREATE TABLE ends with.
    spread = Sequence("DISTRIBUTE", "BY", "HASH", Bracketed(Delimited(Ref("ColumnReferenceSegment"))))
    create.match_grammar = Sequence(create.match_grammar, Sequence(spread, optional=True))
    return Linter(dialect="db2")


def unparsable(statement: str) -> list[str]:
    """Return what the grammar cannot read of one statement (without semicolon); empty if it reads all."""
    try:
        parsed = _linter().parse_string(f"{statement};\n")
        found = [violation.desc() for violation in parsed.violations]
        if parsed.tree is None or "unparsable" in parsed.tree.type_set():
            found.append("an unparsable section")
    except AssertionError as error:  # how sqlfluff answers a bracket that is never closed
        return [str(error)]
    return found


def statements(script: str) -> list[str]:
    """Cut a whole script into statements the way a plain client does: at semicolons outside texts."""
    without = re.sub(r"^ *--.*$", "", script, flags=re.MULTILINE)
    pieces = re.findall(r"(?:'(?:[^']|'')*'|[^';])+", without)
    return [piece.strip() for piece in pieces if piece.strip()]
