"""What the records are about (children, pupils, people, dwellings, schools, people in court), and what links them."""

from cohort.catalogue.links.load import load_links, read_links, studies_that_count, text_of_count
from cohort.catalogue.links.model import (
    Conflict,
    Counted,
    Entity,
    EntityLink,
    EntityLinks,
    Kept,
    KeyForm,
    StatusFilter,
    StatusOf,
    Way,
)

__all__ = [
    "Conflict",
    "Counted",
    "Entity",
    "EntityLink",
    "EntityLinks",
    "Kept",
    "KeyForm",
    "StatusFilter",
    "StatusOf",
    "Way",
    "load_links",
    "read_links",
    "studies_that_count",
    "text_of_count",
]
