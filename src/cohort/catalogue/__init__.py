"""What is known of the holdings: tables, columns, codes, preparation, caveats, and how projects name them."""

from cohort.catalogue.binding import Binding, read_binding, shipped_binding
from cohort.catalogue.load import load_catalogue
from cohort.catalogue.model import (
    Catalogue,
    Caveat,
    CodeList,
    HeldColumn,
    HeldTable,
    Preparation,
    Prepared,
    Relation,
    Unit,
)

__all__ = [
    "Binding",
    "Catalogue",
    "Caveat",
    "CodeList",
    "HeldColumn",
    "HeldTable",
    "Preparation",
    "Prepared",
    "Relation",
    "Unit",
    "load_catalogue",
    "read_binding",
    "shipped_binding",
]
