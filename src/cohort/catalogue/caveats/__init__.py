"""Known limits of the data: when each concerns a study, what it says, from which source."""

from cohort.catalogue.caveats.load import (
    load_limits,
    load_vocabulary,
    read_limits,
    read_vocabulary,
)
from cohort.catalogue.caveats.model import (
    Decided,
    Dimension,
    KnownLimit,
    Severity,
    Sign,
    SignKind,
    Signs,
    Tag,
    Vocabulary,
    Word,
)

__all__ = [
    "Decided",
    "Dimension",
    "KnownLimit",
    "Severity",
    "Sign",
    "SignKind",
    "Signs",
    "Tag",
    "Vocabulary",
    "Word",
    "load_limits",
    "load_vocabulary",
    "read_limits",
    "read_vocabulary",
]
