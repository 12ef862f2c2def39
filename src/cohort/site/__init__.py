"""The catalogue as a static site: pages, diagrams and a search that need neither a server nor a network."""

from cohort.site.files import PAGES, site_files

__all__ = ["PAGES", "site_files"]
