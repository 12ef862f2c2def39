"""Value types, grains and their human names, for the language and for data alike."""

from cohort.types.values import (
    BOOLEAN,
    DATE,
    DECIMAL,
    WHOLE,
    Grain,
    Kind,
    ValueType,
)

__all__ = ["BOOLEAN", "DATE", "DECIMAL", "WHOLE", "Grain", "Kind", "ValueType"]
