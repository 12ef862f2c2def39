"""The one way in which disclosure control refuses."""

from __future__ import annotations


class CannotProtect(Exception):
    """The results cannot be shown to be safe, so none of them may leave.

    The message is one sentence for the researcher. It names tables, groups and variables, never a count.
    """
