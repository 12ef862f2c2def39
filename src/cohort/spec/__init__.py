"""The spec: what a study's file says, read into models with places; nothing is resolved here."""

from cohort.spec.read import read_spec

__all__ = ["read_spec"]
