"""Engines that carry out a study: the reference engine (the meaning) and databases (the work)."""
