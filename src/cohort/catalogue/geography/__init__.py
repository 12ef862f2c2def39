"""Areas of Wales: which small area lies in which authority, board and force and when, and published populations."""

from cohort.catalogue.geography.figures import FiguresTable, content_of, context_block, load_figures
from cohort.catalogue.geography.load import load_geography, read_geography
from cohort.catalogue.geography.model import (
    Area,
    AreaCode,
    Geography,
    Level,
    Membership,
    NewerSmallArea,
    SmallArea,
)

__all__ = [
    "Area",
    "AreaCode",
    "FiguresTable",
    "Geography",
    "Level",
    "Membership",
    "NewerSmallArea",
    "SmallArea",
    "content_of",
    "context_block",
    "load_figures",
    "load_geography",
    "read_geography",
]
