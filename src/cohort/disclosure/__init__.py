"""Disclosure control: nothing leaves but through ``protect``, over all tables of a study as one system."""

from cohort.disclosure.audit import Audit, audit_printed
from cohort.disclosure.build import structure_of
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy, UnknownPolicy, load_policy, policy_names
from cohort.disclosure.protect import protect
from cohort.disclosure.structure import Structure

__all__ = [
    "Audit",
    "CannotProtect",
    "Policy",
    "Structure",
    "UnknownPolicy",
    "audit_printed",
    "load_policy",
    "policy_names",
    "protect",
    "structure_of",
]
