"""What is known of the holdings: tables, columns, codes, preparation, caveats, and how projects name them."""

from cohort.catalogue.binding import Binding, read_binding, shipped_binding
from cohort.catalogue.caveats import (
    Decided,
    Dimension,
    KnownLimit,
    Severity,
    Tag,
    Vocabulary,
    load_limits,
    load_vocabulary,
)
from cohort.catalogue.landscape import Entry, Landscape
from cohort.catalogue.load import load_catalogue
from cohort.catalogue.load_landscape import comparable_series, load_landscape
from cohort.catalogue.model import (
    Catalogue,
    Code,
    CodeList,
    Confidence,
    Fact,
    HeldColumn,
    HeldTable,
    Holding,
    Preparation,
    Prepared,
    Relation,
    TableOutline,
    Unit,
)
from cohort.catalogue.nodes import CatalogueFault

__all__ = [
    "Binding",
    "Catalogue",
    "CatalogueFault",
    "Code",
    "CodeList",
    "Confidence",
    "Decided",
    "Dimension",
    "Entry",
    "Fact",
    "HeldColumn",
    "HeldTable",
    "Holding",
    "KnownLimit",
    "Landscape",
    "Preparation",
    "Prepared",
    "Relation",
    "Severity",
    "TableOutline",
    "Tag",
    "Unit",
    "Vocabulary",
    "comparable_series",
    "load_catalogue",
    "load_landscape",
    "load_limits",
    "load_vocabulary",
    "read_binding",
    "shipped_binding",
]
