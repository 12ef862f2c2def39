"""Whether a type of a database can be taken for a kind of value, and what it says of a guess of the catalogue."""

from __future__ import annotations

from enum import StrEnum

from cohort.catalogue.listing import ListedColumn
from cohort.types import Kind, ValueType

_WHOLE = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
_FRACTION = frozenset({"DECIMAL", "NUMERIC", "DECFLOAT", "DOUBLE", "REAL", "FLOAT"})
_TEXT = frozenset(
    {
        "CHAR",
        "VARCHAR",
        "GRAPHIC",
        "VARGRAPHIC",
        "CLOB",
        "DBCLOB",
        "ENUM",
        "STRING",
        "TEXT",
        "NCHAR",
        "NVARCHAR",
    }
)
_NUMBERS = _WHOLE | _FRACTION
_BITS = {"SMALLINT": 16, "TINYINT": 16, "UTINYINT": 16, "INTEGER": 32, "USMALLINT": 32}


class Fit(StrEnum):
    """What a listed type is for a column: right, another representation, a timestamp for a day, or wrong."""

    FITS = "fits"
    OTHER = "other representation"
    TIMESTAMP = "timestamp"
    MISFIT = "misfit"


def fit(column: ListedColumn, wanted: ValueType, *, casts: bool) -> Fit:
    """Return how a listed column fits a type. A type that the listing does not say fits.

    With ``casts`` the engine turns numbers into codes and timestamps into days by itself.
    """
    name = column.type_name
    if not name:
        return Fit.FITS
    whole = name in _WHOLE or (name in ("DECIMAL", "NUMERIC") and not column.scale)
    match wanted.kind:
        case Kind.KEY:
            return Fit.FITS if whole else Fit.MISFIT
        case Kind.WHOLE:
            if whole:
                return Fit.FITS
            return Fit.OTHER if name in _TEXT and wanted.code_list else Fit.MISFIT
        case Kind.BOOLEAN:
            return Fit.FITS if whole or name == "BOOLEAN" else Fit.MISFIT
        case Kind.DECIMAL:
            return Fit.FITS if whole or name in _NUMBERS else Fit.MISFIT
        case Kind.CODE:
            if name in _TEXT or (casts and whole):
                return Fit.FITS
            return Fit.OTHER if whole else Fit.MISFIT
        case Kind.TEXT:
            if name in _TEXT:
                return Fit.FITS
            return Fit.OTHER if whole else Fit.MISFIT
        case Kind.DATE:
            if name.startswith("TIMESTAMP"):
                return Fit.FITS if casts else Fit.TIMESTAMP
            return Fit.FITS if name == "DATE" else Fit.MISFIT


def agrees_in_kind(column: ListedColumn, guessed: ValueType) -> bool:
    """Whether a listed type is of the kind, and of the width, that the catalogue guesses."""
    name = column.type_name
    match guessed.kind:
        case Kind.KEY:
            return name == "BIGINT"
        case Kind.WHOLE:
            return _BITS.get(name, 64 if name in _WHOLE else 0) == guessed.bits
        case Kind.BOOLEAN:
            return name in ("SMALLINT", "BOOLEAN")
        case Kind.DECIMAL:
            return name in _FRACTION
        case Kind.CODE | Kind.TEXT:
            return name in _TEXT
        case Kind.DATE:
            return name == "DATE"
