"""Where text comes from: files with positions. The lowest layer; it knows nothing of cohorts."""

from cohort.source.text import FileProblem, Place, Position, Source, Span, read_source

__all__ = ["FileProblem", "Place", "Position", "Source", "Span", "read_source"]
