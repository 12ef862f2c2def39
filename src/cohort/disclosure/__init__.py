"""Disclosure control: nothing leaves but through ``protect_release``, over all tables of a study together.

Names are looked up when they are first used: a check of a spec needs the names of the policies only, and must
not wait for a solver to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cohort.disclosure.audit import Audit, audit_printed
    from cohort.disclosure.build import structure_of
    from cohort.disclosure.errors import CannotProtect
    from cohort.disclosure.policy import Policy, UnknownPolicy, load_policy, policy_names
    from cohort.disclosure.protection import protect
    from cohort.disclosure.release import protect_release
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
    "protect_release",
    "structure_of",
]

_HOMES = {
    "Audit": "audit",
    "audit_printed": "audit",
    "structure_of": "build",
    "CannotProtect": "errors",
    "Policy": "policy",
    "UnknownPolicy": "policy",
    "load_policy": "policy",
    "policy_names": "policy",
    "Structure": "structure",
    "protect": "protection",
    "protect_release": "release",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"cohort.disclosure.{_HOMES[name]}"), name)
