"""Which known limits of the data concern a study: what the study does, and which conditions that meets."""

from cohort.caveats.answer import Answer
from cohort.caveats.decide import fires, undecided_by
from cohort.caveats.judge import Found, Undecided, judge
from cohort.caveats.profile import Profile
from cohort.caveats.profile_of import profile_of
from cohort.caveats.warned import warnings_of

__all__ = [
    "Answer",
    "Found",
    "Profile",
    "Undecided",
    "fires",
    "judge",
    "profile_of",
    "undecided_by",
    "warnings_of",
]
