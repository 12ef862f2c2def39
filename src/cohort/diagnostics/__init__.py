"""Problems as values: rules, diagnostics and how they are shown."""

from cohort.diagnostics.model import Diagnostic, Diagnostics, Rule, Severity, rule, rules

__all__ = ["Diagnostic", "Diagnostics", "Rule", "Severity", "rule", "rules"]
